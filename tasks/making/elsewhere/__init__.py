"""What a comic takes from elsewhere: a storyboard from a person's hands, panels of the episode before.
May import: making, store, console.
"""
