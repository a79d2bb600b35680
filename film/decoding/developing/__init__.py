"""Stored pictures made upright, square-pixelled and ordinary in colour, by ffmpeg's filters and by PyAV.

May import: model.
"""
