"""From beats to a storyboard: what is shown, how large, where pages turn. May import: book."""
