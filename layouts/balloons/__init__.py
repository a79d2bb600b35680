"""Balloons: their grammar, shapes, places and tails. May import: lettering, book."""
