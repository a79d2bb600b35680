"""Painted frames encoded."""

CONTAINERS = {".mp4": "mp4", ".m4v": "mp4", ".mov": "mov", ".mkv": "matroska", ".webm": "webm"}
"""Endings of films that are written, and ffmpeg's name of the format."""
