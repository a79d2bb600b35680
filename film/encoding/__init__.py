"""Films written: painted frames encoded, joined, and put beside the sound and words of the film they came from.

May import: decoding, model.
"""
