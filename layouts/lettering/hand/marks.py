"""Marks over, under and through letters, as strokes around the place where they are set.

Marks above are drawn around x = 0, their lower edge at y = 0; marks below with their upper edge at y = 0.
"""

from layouts.lettering.hand.strokes import Drawing

ABOVE = {
    "\u0300": "M -70 130 L 46 30",  # grave
    "\u0301": "M 70 130 L -46 30",  # acute
    "\u0302": "M -104 30 L 0 124 L 104 30",  # circumflex
    "\u0303": "M -112 50 C -70 124 -30 104 6 74 C 40 46 80 40 116 106",  # tilde
    "\u0304": "M -108 70 L 108 76",  # macron
    "\u0306": "M -100 124 C -80 20 80 20 100 124",  # breve
    "\u0307": "M -2 70 L 2 68",  # dot
    "\u0308": "M -92 70 L -88 68 M 88 70 L 92 68",  # diaeresis
    "\u0309": "M -50 120 C -20 160 60 140 46 90 C 36 60 0 60 4 20",  # hook
    "\u030a": "M 10 150 C -70 156 -84 40 -4 34 C 82 34 86 146 -4 148",  # ring
    "\u030b": "M 10 136 L -66 30 M 132 136 L 56 30",  # double acute
    "\u030c": "M -104 124 L 0 30 L 104 124",  # caron
    "\u0311": "M -100 36 C -80 140 80 140 100 36",  # inverted breve
    "\u0313": "M 20 130 C 40 80 10 50 -20 30",
    "\u0314": "M -20 130 C -40 80 -10 50 20 30",
    "\u0342": "M -112 50 C -70 124 -30 104 6 74 C 40 46 80 40 116 106",
}

BELOW = {
    "\u0323": "M -2 -66 L 2 -68",  # dot
    "\u0326": "M 30 -40 L -20 -130",  # comma
    "\u0327": "M 10 0 L 0 -40 C 70 -50 84 -118 20 -132 C -10 -136 -40 -128 -60 -114",  # cedilla
    "\u0328": "M 30 10 C -50 -60 -40 -150 60 -130",  # ogonek
    "\u0331": "M -108 -60 L 108 -56",
    "\u032e": "M -100 -36 C -80 -130 80 -130 100 -36",
}

HORN = "M 0 0 C 66 20 110 80 96 150"
"""Of the Vietnamese o and u, from the letter's upper right."""

GAP = 58
"""From a letter to the middle of the stroke of the mark over it."""
_STACK = 94
"""From a mark to one over it."""
_BESIDE = {"\u0300": (-1, 0.0), "\u0301": (1, 0.0), "\u0309": (1, 6.0)}
"""Vietnamese: over a circumflex or a breve these stand at its side, so that a line stays low."""
_ROOFS = ("\u0302", "\u0306")


def place_marks(marks: str, middle: float, top: float, right: tuple[float, float], foot: float) -> Drawing:
    """Return the marks of a letter.

    Args:
        marks: Combining marks, from the letter outwards.
        middle: Where marks above and below are centred.
        top: The letter's upper edge.
        right: Where a horn begins.
        foot: The letter's lower edge.
    """
    drawn, height, roof = Drawing(()), top + GAP, ""
    for mark in marks:
        if mark in BELOW:
            drawn = drawn.with_more(Drawing.read(BELOW[mark]).moved(middle, foot))
        elif mark == "\u031b":
            drawn = drawn.with_more(Drawing.read(HORN).moved(*right))
        elif roof in _ROOFS and mark in _BESIDE:
            side, rise = _BESIDE[mark]
            small = Drawing.read(ABOVE[mark]).scaled(0.86, 0.86)
            drawn = drawn.with_more(small.moved(middle + side * 112, height - _STACK + 58 + rise))
        else:
            shape = Drawing.read(ABOVE[mark])
            shape = shape.scaled(0.9, 0.8) if roof else shape
            drawn = drawn.with_more(shape.moved(middle, height))
            height, roof = height + _STACK, mark
    return drawn


def known(mark: str) -> bool:
    """Tell whether the hand draws a combining mark."""
    return mark in ABOVE or mark in BELOW or mark == "\u031b"
