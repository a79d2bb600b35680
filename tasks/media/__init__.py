"""Photos and clips painted in a style, file by file. May import: making, store, serving, console."""
