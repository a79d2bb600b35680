"""Consecutive frames painted so that they do not flicker. May import: styles."""
