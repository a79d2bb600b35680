"""Learned decisions: which of the places that the cheap measures propose are changes of shot.

May import: shots.evidence.
"""
