"""Formats of subtitles that broadcasters, streams and players have of their own, read to cues.

May import: words.captions, words.subtitles, languages.
"""
