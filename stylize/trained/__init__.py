"""Painting with a person's own trained weights.

May import: atelier, animegan, transfer, neural, checkpoints, styles.
"""
