"""What is said, by whom and how: cues cleaned to lines. May import: words.subtitles, decoding, languages, model."""
