"""What is said, by whom and how: cues cleaned to lines.

May import: words.roles, words.sources, words.subtitles, languages, model.
"""
