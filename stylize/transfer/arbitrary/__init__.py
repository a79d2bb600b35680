"""Painting after any painting at once: Ghiasi et al.. May import: transfer, neural, checkpoints, styles."""
