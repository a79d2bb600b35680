"""Closed captions: the bytes that carry them, and the words that EIA-608 makes of those.

May import: nothing of the room.
"""
