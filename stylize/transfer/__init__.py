"""Painting after a painting: feature networks, and the one network a painting of Johnson et al..

May import: animegan, neural, checkpoints, styles.
"""
