"""Which faces are one person's: told by how a head looks, so within a place and its light only, and seldom wrongly.

A portrait is the face small and grey, and the colours of face and hair; two that are alike in both are one person.
"""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from configs.units import Box
from film.decoding.developing.picture import Picture

_ALIKE = 0.55
"""Two portraits of one person in one light differ by less (0.1 to 0.5), those of two by more (0.75 to 1.5)."""
_LATELY = 60
"""Among so many portraits before it a face is looked for."""
_SIDE_PX, _COLOUR_PX = 16, 32
_FACE = (0.1, 0.15, 0.05)
_HAIR = (0.35, 0.4, 0.25)
"""How far the parts reach beyond a face: to the sides, up and down, in its widths and heights."""
_BINS, _CHROMA = 20, (108.0, 168.0)

Floats = NDArray[np.float32]


def portrait(picture: Picture, face: Box) -> Floats:
    """Return what tells a face from others: numbers whose distance `apart` knows.

    Args:
        picture: RGB, uint8.
        face: Where it is, in fractions.
    """
    grey = cv2.cvtColor(_part(picture, face, _FACE, _SIDE_PX), cv2.COLOR_RGB2GRAY).astype(np.float32).ravel()
    colours = [_colours(_part(picture, face, reach, _COLOUR_PX)) for reach in ((0.0, 0.0, 0.0), _HAIR)]
    return np.concatenate([_unit(grey - grey.mean()), _unit(np.concatenate(colours))])


def apart(one: Floats, other: Floats) -> float:
    """Return how much two portraits differ, from 0."""
    return 2.0 - float(one @ other)


def same_people(portraits: Sequence[Floats | None]) -> list[int | None]:
    """Number the people: portraits that are alike bear one number, and what is like nobody one of its own.

    Args:
        portraits: In order of time; None where there is none.
    """
    found: list[int | None] = []
    for at, one in enumerate(portraits):
        if one is None:
            found.append(None)
            continue
        near: list[tuple[float, int]] = []
        for before in range(max(0, at - _LATELY), at):
            other, who = portraits[before], found[before]
            if other is not None and who is not None:
                near.append((apart(one, other), who))
        best = min(near, default=(_ALIKE + 1, at))
        found.append(best[1] if best[0] <= _ALIKE else at)
    return found


def _part(picture: Picture, face: Box, reach: tuple[float, float, float], side_px: int) -> Picture:
    height, width = picture.shape[:2]
    aside, up, down = reach
    x0, x1 = face.x0 - aside * face.width, face.x1 + aside * face.width
    y0, y1 = face.y0 - up * face.height, face.y1 + down * face.height
    rows = slice(int(max(0.0, y0) * height), max(int(min(1.0, y1) * height), int(max(0.0, y0) * height) + 1))
    columns = slice(int(max(0.0, x0) * width), max(int(min(1.0, x1) * width), int(max(0.0, x0) * width) + 1))
    cut = np.ascontiguousarray(picture[rows, columns])
    return np.asarray(cv2.resize(cut, (side_px, side_px), interpolation=cv2.INTER_AREA), np.uint8)


def _colours(part: Picture) -> Floats:
    """Return the square roots of the shares of colours, whatever their lightness."""
    lab = cv2.cvtColor(part, cv2.COLOR_RGB2Lab)
    counted = cv2.calcHist([lab], [1, 2], None, [_BINS, _BINS], [*_CHROMA, *_CHROMA]).ravel()
    return np.asarray(np.sqrt(counted / max(1.0, float(counted.sum()))), np.float32)


def _unit(values: Floats) -> Floats:
    return np.asarray(values / max(1e-6, float(np.linalg.norm(values))), np.float32)
