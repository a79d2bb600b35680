"""What is done with styles alone: sheet, gallery, training. May import: showing, media, making, store, console."""
