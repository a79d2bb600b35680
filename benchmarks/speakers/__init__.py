"""Who speaks: do the balloons of a book point at those who say the words? What is true is marked by eye in `marks/`."""
