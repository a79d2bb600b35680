"""Letterbox and pillarbox bars, found over the whole film.

A line of pixels belongs to a bar when it is black in nearly every frame that is bright enough to tell. Dark scenes
cannot fool this, because they are not asked; a logo or subtitle shown in a bar for a while cannot either; and a film
that changes its shape keeps its largest.
"""

from collections.abc import Iterable

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

Values = NDArray[np.float64]


def inside_bars(pictures: Iterable[NDArray[np.uint8]]) -> Box:
    """Return what lies inside the bars of a few pictures (RGB), in fractions; all where they do not tell.

    No more of them are asked for once some have shown that there are none.
    """
    finder = BarFinder(every=1)
    for picture in pictures:
        grey = np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), np.uint8)
        finder.add(grey, float(grey.mean()))
        if finder.asked >= _FEWEST and finder.picture() == WHOLE:
            break
    return finder.picture()


class BarFinder:
    """Gathers how often each line of pixels is lit, while the frames go by.

    Args:
        every: Of so many frames one is looked at, past the first few.
    """

    def __init__(self, every: int = _EVERY) -> None:
        self._every = every
        self._seen = 0
        self.asked = 0
        """How many frames were bright enough to tell."""
        self._lit: dict[int, Values] = {}
        self._light: dict[int, Values] = {}

    def add(self, grey: NDArray[np.uint8], lightness: float) -> None:
        """Look at the next small frame (lightness picture and its mean); most are passed over."""
        self._seen += 1
        passed_over = self._seen > _FEWEST and self._seen % self._every
        if passed_over or lightness < _BRIGHT:
            return
        self.asked += 1
        smooth = cv2.blur(grey, (3, 3))  # single bright dots are noise
        for axis in (0, 1):
            top = cv2.reduce(smooth, axis, cv2.REDUCE_MAX).ravel()
            light = np.asarray(cv2.reduce(grey, axis, cv2.REDUCE_AVG, dtype=cv2.CV_64F), np.float64).ravel()
            self._lit[axis] = self._lit.get(axis, 0) + (top > _BLACK).astype(np.float64)
            self._light[axis] = self._light.get(axis, 0) + light

    def picture(self) -> Box:
        """Return the picture inside the bars, in fractions of the frame."""
        if self.asked < _FEWEST:
            return WHOLE
        (x0, x1), (y0, y1) = self._inside(0), self._inside(1)
        return Box(x0=x0, y0=y0, x1=x1, y1=y1)

    def _inside(self, axis: int) -> tuple[float, float]:
        lit, light = self._lit[axis] / self.asked, self._light[axis] / self.asked
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
