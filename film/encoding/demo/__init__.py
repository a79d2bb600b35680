"""A short film of our own, drawn frame by frame. May import: nothing of the room."""
