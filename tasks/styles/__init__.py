"""What is done with styles alone: the sheet of styles, training one. May import: showing, making, store, console."""
