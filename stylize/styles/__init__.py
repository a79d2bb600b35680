"""What every style is: the contract, the table of families, painting files. May import: nothing of the room."""
