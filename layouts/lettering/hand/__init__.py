"""The program's own hand lettering, built from strokes. May import: nothing of the room."""
