"""Cues as files and tracks write them, in whatever format, encoding and condition.

May import: decoding, decoding.timing, languages, model.
"""
