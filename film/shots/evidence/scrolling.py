"""Whether one picture is another that was shifted: a page that is scrolled by a wheel, line by line, is no new page."""

import cv2
import numpy as np
from numpy.typing import NDArray

from film.shots.evidence.likeness import Grey, Mask

_FINER = 2
"""Shifts are tried in steps of a half pixel: thin letters between two pixels look like others."""
_OVERLAP = 0.4
"""So much of the picture is still there."""
_EXPLAINED = 0.3
"""What may be left of the difference: less than 0.15 of pages that are scrolled, 0.9 of others."""
_SHOWS = 0.35
"""Contrast of the part that is still there, of all of it: where nothing is to be seen everything is alike."""
_STEADY = 0.5

Plane = NDArray[np.float32]


def is_scrolled(old: Grey, new: Grey, live: Mask | None = None) -> bool:
    """Tell whether a picture is another one that was moved up, down or to a side as a whole.

    Args:
        old: The earlier picture.
        new: The later one.
        live: The part that is asked: of it the smallest rectangle around.
    """
    if live is not None:
        rows, columns = np.flatnonzero(live.any(axis=1)), np.flatnonzero(live.any(axis=0))
        part = slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
        old, new = old[part], new[part]
    before, after = (cv2.blur(picture.astype(np.float32), (3, 3)) for picture in (old, new))
    whole = float(np.abs(before - after).mean()) + _STEADY
    return any(
        _is_shifted(np.ascontiguousarray(one), np.ascontiguousarray(other), _EXPLAINED * whole)
        for one, other in ((before, after), (before.T, after.T))
    )


def _is_shifted(before: Plane, after: Plane, most: float) -> bool:
    """Tell whether the best shift along the rows' axis leaves little where both pictures are, and something is seen."""
    height, width = before.shape
    size = (width, _FINER * height)
    one, other = cv2.resize(before, size), cv2.resize(after, size)
    reach = int((1 - _OVERLAP) * len(one))
    shifts = [step for step in range(-reach, reach) if abs(step) >= _FINER]
    if not shifts:
        return False
    pairs = [
        (one[max(0, step) : len(one) + min(0, step)], other[max(0, -step) : len(one) - max(0, step)]) for step in shifts
    ]
    left = [cv2.norm(mine, others, cv2.NORM_L1) / mine.size for mine, others in pairs]
    mine, others = pairs[int(np.argmin(left))]
    return min(left) < most and min(mine.std(), others.std()) > _SHOWS * max(one.std(), other.std())
