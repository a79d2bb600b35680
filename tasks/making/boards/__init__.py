"""The storyboard: told from what was read of a film, or taken from a person's hands.

May import: making, store, console.
"""
