"""Bars around one picture that the rest of the film does not have: other formats cut into it.

The bars of the whole film are found in the one pass (`film.decoding.developing.bars`), and so are those of its shots
(`film.shots.evidence.barred`); here these are cut off one picture, at their very edges. Of a shot that was too short to
tell only what cannot be anything else goes: both sides black, equally wide, with a picture behind that begins at one
firm edge; a title on black stays whole.
"""

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from configs.units import Box
from film.decoding.developing.picture import Picture
from film.model import Shot

_BLACK = 22
_LIT = 32
_NARROWEST, _WIDEST = 0.025, 0.36
"""Parts of a side that a bar may take."""
_UNEVEN = 0.012
_FIRM = 0.75
"""The part of the edge's length along which the picture is lit."""
_NEAR = 0.012
"""Part of a side by which a bar may end elsewhere than small frames tell."""
_DIM = 45
"""The lightest that a narrow strip along an edge may be to be none of the picture."""
_STEP, _STEP_LEAST = 1.5, 8
"""How much lighter the picture is behind it: so many times, and so much."""
_INTO_PX = 3
"""How far inside the edge its brightness is read: the codec smears it."""

Window = tuple[slice, slice]


def window_of(picture: Picture, shot: Shot, film: Box) -> Window:
    """Return rows and columns of a frame without the bars of its shot.

    Args:
        picture: (H, W, 3) RGB, without the film's own bars.
        shot: The shot that it is of.
        film: What the film's own bars leave of the frame (`ShotList.picture`).
    """
    return _without_slivers(
        picture, inner_window(picture) if shot.picture is None else _voted(picture, shot.picture, film)
    )


def _voted(picture: Picture, box: Box, film: Box) -> Window:
    """Return what the bars that were voted for leave, to the very edge of this picture's light."""
    light = _light(picture)
    height, width = light.shape
    rows = _span((box.y0 - film.y0) / film.height, (box.y1 - film.y0) / film.height, height)
    columns = _span((box.x0 - film.x0) / film.width, (box.x1 - film.x0) / film.width, width)
    return _snapped(light[:, columns].T, rows, height), _snapped(light[rows], columns, width)


def _without_slivers(picture: Picture, window: Window) -> Window:
    """Leave out what is black along one side, narrower than a bar: cameras and joints leave such edges."""
    light = _light(np.ascontiguousarray(picture[window]))
    rows, columns = window
    left, right = _sliver(light), _sliver(light[:, ::-1])
    top, bottom = _sliver(light.T), _sliver(light.T[:, ::-1])
    return slice(rows.start + top, rows.stop - bottom), slice(columns.start + left, columns.stop - right)


def _sliver(light: NDArray[np.uint8]) -> int:
    """Return how many columns on the left are dim, with a picture behind that begins at one firm edge; mostly 0."""
    most = min(round(_NARROWEST * light.shape[1]), light.shape[1] - _INTO_PX)
    strip = light[:, : max(0, most) + _INTO_PX].astype(np.float32)
    tops = np.percentile(strip, 97, axis=0)
    for wide in range(most, 0, -1):
        # what a codec smears into a bar is not black any more, and a night behind it is hardly lighter
        if tops[:wide].max() > _DIM:
            continue
        behind = strip[:, wide : wide + _INTO_PX].max(axis=1)
        if float((behind > _STEP * strip[:, :wide].max(axis=1) + _STEP_LEAST).mean()) >= _FIRM:
            return wide + 1
    return 0


def _light(picture: Picture) -> NDArray[np.uint8]:
    """Return the lightest of a pixel's colours; many times as quick as along the last axis."""
    red, green, blue = cv2.split(picture)
    return np.asarray(cv2.max(cv2.max(red, green), blue), np.uint8)


def _span(low: float, high: float, side_px: int) -> slice:
    return slice(max(0, round(low * side_px)), min(side_px, round(high * side_px)))


def _snapped(light: NDArray[np.uint8], found: slice, side_px: int) -> slice:
    """Return the columns of a picture, as they were found in small frames, to where its light begins and ends."""
    near = math.ceil(_NEAR * side_px)
    return slice(_edge(light, found.start, near), side_px - _edge(light[:, ::-1], side_px - found.stop, near))


def _edge(light: NDArray[np.uint8], at: int, near: int) -> int:
    """Return where a bar from the left ends, near a column; in the dark, as far as it may reach."""
    if at <= 0:
        return 0
    first = max(0, at - near)
    lit = np.flatnonzero(np.percentile(light[:, first : at + near], 97, axis=0) > _BLACK)
    return first + int(lit[0]) + 1 if lit.size else at + near // 2


def inner_window(picture: Picture) -> Window:
    """Return rows and columns without bars; everything where there are none."""
    light = _light(picture)
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
