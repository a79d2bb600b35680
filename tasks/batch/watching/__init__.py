"""A folder that is watched: films that come into it become comics, each once.

May import: batch, batch.folder, store, console.
"""
