"""Sheets of small pictures to choose from: frames, styles, finished comics.

May import: contacts.finished, editions.
"""
