"""Where shots and scenes begin and end, found in one pass over small frames.

May import: decoding.developing, decoding, model.
"""
