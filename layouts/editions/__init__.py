"""Editions: kinds of file that a composed and drawn book is published as, by their suffix."""
