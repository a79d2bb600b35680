"""What a person brings: a storyboard edited by hand taken up, a storyboard or a comic proof-read.

May import: making, store, console.
"""
