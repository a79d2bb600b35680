"""Styles that need no weights: ink, flat colour, washes, screens. May import: styles."""
