"""What a terminal is told, and how a command ends. May import: nothing of the room."""
