"""Our own styles, shipped with the program. May import: classical, neural, styles."""
