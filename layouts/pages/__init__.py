"""Composing a book: every panel its place, its crop, its balloons; cover, front and back matter.

May import: pages.panels, balloons, lettering, book.
"""
