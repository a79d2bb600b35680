"""The lettering hand: letters drawn as strokes of a pen, built into fonts of our own that ship with the program."""
