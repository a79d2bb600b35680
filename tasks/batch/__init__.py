"""Many films: made side by side, each apart from the others.

May import: batch.folder, showing, serving, store, console.
"""
