"""What is brought to a comic: a storyboard edited by hand, panels of the episode before; a comic to be proof-read.

May import: making, store, console.
"""
