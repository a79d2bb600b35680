"""Many films: made side by side, each apart from the others.

May import: batch.apart, batch.asked, batch.folder, showing, serving, store, console.
"""
