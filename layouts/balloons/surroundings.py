"""A panel as what is laid over it sees it: heads, faces, subject, and how much of the picture stands out where."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from layouts.book.page import Point, Rect

Numbers = NDArray[np.float64]

_SPOTS = np.array([[0.12], [0.37], [0.63], [0.88]])
"""Where in a place, along each side, the picture under it is looked at."""


@dataclass(frozen=True)
class Surroundings:
    """A panel as balloons see it; all on the page, in points."""

    rect: Rect
    heads: tuple[Rect, ...] = ()
    """Faces with hair: best left free."""
    faces: tuple[Rect, ...] = ()
    mouths: tuple[Point, ...] = ()
    focus: Rect | None = None
    numbers: tuple[int, ...] = ()
    """Which of the storyboard's faces each of these is, from 0: those outside the crop are left out."""
    busy: Numbers | None = None
    """How much stands out where, 0 (calm) to 1: rows and columns of the whole picture."""
    picture: Rect | None = None
    """Where the whole picture would lie on the page; most of it may be outside the panel."""


def standing_out(busy: Numbers, picture: Rect, x: Numbers, y: Numbers, w: Numbers, h: Numbers) -> Numbers:
    """Return how much stands out under each place, 0 to 1: the mean of a few spots in it."""
    rows, columns = busy.shape
    across, down = (x + _SPOTS * w - picture.x) / picture.width, (y + _SPOTS * h - picture.y) / picture.height
    column = np.clip((across * columns).astype(np.intp), 0, columns - 1)
    row = np.clip((down * rows).astype(np.intp), 0, rows - 1)
    return np.asarray(busy[row[:, None], column[None, :]].mean(axis=(0, 1)), np.float64)


def standing_out_under(place: Rect, scene: Surroundings) -> float:
    """Return how much of the picture stands out under a place, 0 (calm) to 1; 0 where nobody has looked."""
    if scene.busy is None or scene.picture is None:
        return 0.0
    x, y, w, h = (np.array([side], np.float64) for side in (place.x, place.y, place.width, place.height))
    return float(standing_out(scene.busy, scene.picture, x, y, w, h)[0])
