"""The letterer's lint, rule by rule, of a composed book and of a finished PDF.

May import: proof, pages, telling, balloons, lettering, book.
"""
