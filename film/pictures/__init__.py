"""Which pictures stand for a shot: moments, faces, what a crop must keep.

May import: decoding.developing, decoding, model.
"""
