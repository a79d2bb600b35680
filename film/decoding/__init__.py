"""Film files opened: probed, decoded frame by frame or at one moment, upright and in ordinary colours.

May import: decoding.developing, decoding.timing, languages, model, streams.
"""
