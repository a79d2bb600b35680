"""The values of a comic: storyboard, composed pages, crops, and what holds for every edition.

May import: nothing of the room.
"""
