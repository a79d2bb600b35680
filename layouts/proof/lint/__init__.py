"""The letterer's lint, rule by rule, of a composed book and of a finished PDF.

May import: proof, balloons, lettering, book.
"""
