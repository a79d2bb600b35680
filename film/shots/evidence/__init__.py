"""What the search for shots goes by: the newest frames in small, which of it lives, and how alike two of them are.

May import: nothing of the room.
"""
