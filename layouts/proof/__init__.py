"""Proof-reading: a composed book as its proof-reader sees it, a finished PDF read back.

May import: balloons, book.
"""
