"""Painting after paintings by optimisation: Gatys, Ecker and Bethge. May import: transfer, neural, styles."""
