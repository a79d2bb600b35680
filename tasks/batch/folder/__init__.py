"""Folders of films: which files are films, and where their comics go. May import: nothing of the room."""
