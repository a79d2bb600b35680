"""Setting words: fonts, shaping, lines. May import: book."""
