"""Letterbox and pillarbox bars, found over the whole film, and other edges that never change.

A line of pixels belongs to a bar when it is black in nearly every frame that is bright enough to tell. Dark scenes
cannot fool this, because they are not asked; a logo or subtitle shown in a bar for a while cannot either; and a film
that changes its shape keeps its largest.
"""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from configs.units import WHOLE, Box

_EVERY = 6
_BLACK = 26
"""Lightness up to which a line's brightest pixels pass for black: compressed bars are not quite even."""
_BRIGHT = 36
"""Lightness (mean of the frame) from which on a frame is asked. Bars take their share of it."""
_LIT_SHARE = 0.04
"""Share of the asked frames in which a line of a bar may be lit."""
_FEWEST = 3
_LARGEST_SHARE = 0.35
"""No bar takes more than this of a side: such films are dark at the edge, not barred."""
_SMALLEST_SHARE = 0.012
_STILL = 14
"""Levels of 255, in any colour: a still edge varies by less, all over a film, whatever compression does to it."""
_BLURRED = 2
"""Lines at its border that change only as smoothing and scaling mix them with the picture."""
_BAND = 0.06
"""Share of a side that a still band takes at least, where something changes on both sides of it."""
_NEAR_LINES = _BLURRED + 1
_DIFFERENT = 40
"""Levels by which pictures of different shots differ in most places."""
_PLACES_LEAST = 8
_LIVING_LEAST = 0.4
"""Share of a side: where less of it changes, it is the rest that shows what happens, such as the slides of a talk."""

Values = NDArray[np.float64]


def living_part(pictures: Sequence[NDArray[np.uint8]]) -> Box:
    """Return what is left of a film without its bars and without edges that never change, in fractions.

    Bands with words, diagrams and pages beside the picture say nothing of its shots. They are told by pictures from
    all over the film, which must be many and of different things: else only bars are left out.

    Args:
        pictures: RGB, shape (height, width, 3), of one size.
    """
    finder = BarFinder(every=1)
    for picture in pictures:
        grey = np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), np.uint8)
        finder.add(grey, float(grey.mean()))
    bars = finder.picture()
    if len(pictures) < _PLACES_LEAST:
        return bars
    smooth = np.stack([cv2.blur(picture, (3, 3)) for picture in pictures])
    spread = np.ptp(smooth, axis=0).max(axis=2)
    (x0, x1), (y0, y1) = (_living(spread.max(axis=axis)) for axis in (0, 1))
    height, width = spread.shape
    inside = spread[y0:y1, x0:x1]
    if (x1 - x0) < _LIVING_LEAST * width or (y1 - y0) < _LIVING_LEAST * height or np.median(inside) < _DIFFERENT:
        return bars
    left, top = _inner(bars.x0, x0 / width, _NEAR_LINES / width), _inner(bars.y0, y0 / height, _NEAR_LINES / height)
    right = 1 - _inner(1 - bars.x1, 1 - x1 / width, _NEAR_LINES / width)
    bottom = 1 - _inner(1 - bars.y1, 1 - y1 / height, _NEAR_LINES / height)
    return Box(x0=left, y0=top, x1=right, y1=bottom)


def _inner(bar: float, still: float, near: float) -> float:
    """Return how much of a side comes off: a bar, whose end is known exactly, or a still edge that goes further."""
    return still if still > bar + near else bar


def _living(spread: NDArray[np.uint8]) -> tuple[int, int]:
    """Return the first and the end of the lines that change: of the longest stretch without a still band across it.

    Beside a still edge some more are left out.
    """
    lines = np.flatnonzero(spread > _STILL)
    if lines.size == 0:
        return 0, len(spread)
    parts = np.split(lines, np.flatnonzero(np.diff(lines) > _BAND * len(spread)) + 1)
    longest = max(parts, key=len)
    first, end = int(longest[0]), int(longest[-1]) + 1
    return first + (_BLURRED if first else 0), end - (_BLURRED if end < len(spread) else 0)


class BarFinder:
    """Gathers how often each line of pixels is lit, while the frames go by.

    Args:
        every: Of so many frames one is looked at, past the first few.
    """

    def __init__(self, every: int = _EVERY) -> None:
        self._every = every
        self._seen = 0
        self._asked = 0
        self._lit: dict[int, Values] = {}
        self._light: dict[int, Values] = {}

    def add(self, grey: NDArray[np.uint8], lightness: float) -> None:
        """Look at the next small frame (lightness picture and its mean); most are passed over."""
        self._seen += 1
        passed_over = self._seen > _FEWEST and self._seen % self._every
        if passed_over or lightness < _BRIGHT:
            return
        self._asked += 1
        smooth = cv2.blur(grey, (3, 3))  # single bright dots are noise
        for axis in (0, 1):
            top = cv2.reduce(smooth, axis, cv2.REDUCE_MAX).ravel()
            light = np.asarray(cv2.reduce(grey, axis, cv2.REDUCE_AVG, dtype=cv2.CV_64F), np.float64).ravel()
            self._lit[axis] = self._lit.get(axis, 0) + (top > _BLACK).astype(np.float64)
            self._light[axis] = self._light.get(axis, 0) + light

    def picture(self) -> Box:
        """Return the picture inside the bars, in fractions of the frame."""
        if self._asked < _FEWEST:
            return WHOLE
        (x0, x1), (y0, y1) = self._inside(0), self._inside(1)
        return Box(x0=x0, y0=y0, x1=x1, y1=y1)

    def _inside(self, axis: int) -> tuple[float, float]:
        lit, light = self._lit[axis] / self._asked, self._light[axis] / self._asked
        return _bar(lit, light), 1 - _bar(lit[::-1], light[::-1])


def _bar(lit: Values, light: Values) -> float:
    """Return the share of a side that a bar takes, counted from its first line."""
    dark = int(np.argmax(lit > _LIT_SHARE))  # 0 also when no line is lit at all
    if dark == 0:
        return 0.0
    # The bar may end within a small line, and smoothing lights the one before as well: their light, compared with the
    # next one's, tells where.
    edge, beyond = light[dark : dark + 2], light[min(dark + 2, len(light) - 1)]
    partly = float(np.clip(1 - edge / beyond, 0, 1).sum()) if beyond > 0 else 0.0
    share = (dark + partly) / len(lit)
    return share if _SMALLEST_SHARE <= share <= _LARGEST_SHARE else 0.0
