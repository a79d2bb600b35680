"""Finished comics read back from their files, page by page. May import: nothing of the room."""
