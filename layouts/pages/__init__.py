"""Composing a book: every panel gets its place, its crop, its balloons.

May import: pages.panels, covers, balloons, lettering, book.
"""
