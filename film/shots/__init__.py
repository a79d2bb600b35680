"""Where shots and scenes begin and end, found in one pass over small frames.

May import: shots.changes, shots.evidence, shots.judging, decoding.developing, decoding, model.
"""
