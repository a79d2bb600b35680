"""What the words of a cue are: whose, how spoken, or nobody's at all.

May import: languages, model.
"""
