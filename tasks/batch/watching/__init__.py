"""A folder that is watched: films that come into it become comics, each once.

May import: batch, batch.apart, batch.folder, store, console.
"""
