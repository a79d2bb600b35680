"""Where a film's words may come from: tracks inside it, captions in its picture, files beside it; which is taken.

May import: words.captions, words.foreign, words.subtitles, decoding, decoding.timing, languages, model.
"""
