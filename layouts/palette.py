"""The colours of cover, front and back matter."""

from layouts.page import Colour

PAPER: Colour = (1.0, 1.0, 1.0)
GROUND: Colour = (0.075, 0.08, 0.1)
"""Of the cover."""
ACCENT: Colour = (0.93, 0.72, 0.24)
PALE: Colour = (0.72, 0.73, 0.76)
"""Small print on the ground."""
GREY: Colour = (0.38, 0.39, 0.42)
"""Small print on paper; 7:1 against white, so that it can be read."""
HAIR: Colour = (0.8, 0.8, 0.82)
"""Fine lines."""
