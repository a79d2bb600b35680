"""Bars around one picture that the rest of the film does not have: other formats cut into it.

The bars of the whole film are found in the one pass (`film.decoding.developing.bars`). Here only what cannot be
anything else goes: both sides black, equally wide, with a picture behind that begins at one firm edge; a title on black
stays whole.
"""

import numpy as np
from numpy.typing import NDArray

from film.decoding.developing.picture import Picture

_BLACK = 22
_LIT = 32
_NARROWEST, _WIDEST = 0.025, 0.36
"""Parts of a side that a bar may take."""
_UNEVEN = 0.012
_FIRM = 0.75
"""The part of the edge's length along which the picture is lit."""
_INTO_PX = 3
"""How far inside the edge its brightness is read: the codec smears it."""

Window = tuple[slice, slice]


def inner_window(picture: Picture) -> Window:
    """Return rows and columns without bars; everything where there are none."""
    light = picture.max(axis=2)
    columns = _without_bars(light)
    rows = _without_bars(light[:, columns].T)
    return rows, columns


def _without_bars(light: NDArray[np.uint8]) -> slice:
    """Return the columns between two equal bars."""
    width = light.shape[1]
    lit = np.flatnonzero(np.percentile(light, 97, axis=0) > _BLACK)
    if lit.size == 0:
        return slice(0, width)
    left, right = int(lit[0]), width - 1 - int(lit[-1])
    fits = _NARROWEST * width <= min(left, right) and max(left, right) <= _WIDEST * width
    if not fits or abs(left - right) > max(2.0, _UNEVEN * width):
        return slice(0, width)
    first, last = left + _INTO_PX, width - right - _INTO_PX
    firm = last > first and all(float((light[:, at] > _LIT).mean()) >= _FIRM for at in (first, last - 1))
    return slice(left + 1, width - right - 1) if firm else slice(0, width)
