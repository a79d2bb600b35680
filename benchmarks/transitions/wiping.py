"""Wipes of every kind: along a line at any angle, outwards or inwards, between two doors; sharp or soft, slow or quick.

Everything is drawn from one random generator.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

Pictures = NDArray[np.uint8]
Rng = np.random.Generator

_SHORTEST, _LONGEST = 5, 48
_ALONE = 10
"""So many frames of each shot stay as they are."""
_SOFT = (0.002, 0.05, 0.15, 0.3)
"""Width of the border, of the way."""
_PUSHED = 0.25
"""Share in which the new picture moves in over the old one instead of lying behind it."""


def wiped(rng: Rng, old: Pictures, new: Pictures) -> tuple[Pictures, tuple[int, int]] | None:
    """Join two pieces by a wipe; returns the frames, and the first and the last that shows both.

    Args:
        rng: Draws the kind.
        old: Frames of the shot that goes, (n, height, width, 3).
        new: Of the one that comes.

    Returns:
        None where the pieces are too short.
    """
    drawn = int(np.exp(rng.uniform(np.log(_SHORTEST + 1), np.log(_LONGEST))))
    length = min(drawn, len(old) - _ALONE, len(new) - _ALONE)
    if length < _SHORTEST:
        return None
    way = _way(rng, old.shape[2], old.shape[1])
    soft = float(rng.choice(_SOFT))
    pushed = rng.random() < _PUSHED
    first = len(old) - length
    mixed = []
    for k in range(length):
        place = (k + 1) / (length + 1) * (1 + soft) - soft / 2
        share = np.clip((place - way) / soft + 0.5, 0, 1)[..., None].astype(np.float32)
        coming = _pushed(new[k], way, place) if pushed else new[k]
        mixed.append(old[first + k] * (1 - share) + coming * share + 0.5)
    joined = np.concatenate([old[:first], np.asarray(mixed).astype(np.uint8), new[length:]])
    return joined, (first, len(old) - 1)


def _way(rng: Rng, width: int, height: int) -> NDArray[np.float64]:
    """Return when the border reaches each pixel, 0 to 1."""
    y, x = np.mgrid[0:height, 0:width]
    x, y = x / (width - 1) - 0.5, y / (height - 1) - 0.5
    kind = rng.choice(("line", "line", "line", "circle", "doors"))
    if kind == "line":
        angle = float(rng.choice([0, np.pi / 2, np.pi, 3 * np.pi / 2, rng.uniform(0, 2 * np.pi)]))
        way = x * np.cos(angle) + y * np.sin(angle)
    elif kind == "circle":
        way = np.hypot(x * width / height, y) * rng.choice([1, -1])
    else:
        way = abs(x if rng.random() < 0.5 else y) * rng.choice([1, -1])
    return np.asarray((way - way.min()) / (way.max() - way.min()))


def _pushed(picture: NDArray[np.uint8], way: NDArray[np.float64], place: float) -> NDArray[np.uint8]:
    """Move a picture towards where the border is: what lies at the end of the way comes in first."""
    height, width = way.shape
    slope = np.asarray([way[height // 2, -1] - way[height // 2, 0], way[-1, width // 2] - way[0, width // 2]])
    off = slope / max(float(slope @ slope), 1e-6) * (min(max(place, 0), 1) - 1)
    if np.abs(off).max() > 1:  # a way with no direction
        return picture
    move = np.asarray([[1, 0, off[0] * width], [0, 1, off[1] * height]], np.float32)
    return np.asarray(cv2.warpAffine(picture, move, (width, height), borderMode=cv2.BORDER_REFLECT), np.uint8)
