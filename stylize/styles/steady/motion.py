"""Where each pixel of a frame came from, and how far that can be trusted.

The movement is searched by dense inverse search (Kroeger et al. 2016, as in OpenCV), both ways. What the two ways do
not agree on was hidden before (Sundaram, Brox and Keutzer 2010, section 4; Ruder, Dosovitskiy and Brox 2016, section
4.2), and around the borders of what moves neither is exact. Where all seems well, the film itself has the last word: a
pixel whose colour cannot be found where it is said to have come from did not come from there.
"""

import math
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from stylize.styles.stylizer import Picture

Plane = npt.NDArray[np.float32]
"""(H, W) float32."""

Field = npt.NDArray[np.float32]
"""(H, W, 2) float32, x before y, in pixels."""

Grey = npt.NDArray[np.uint8]
"""(H, W) lightness, 0 to 255."""

_SEARCHED_PX = 640 * 360
"""The movement is searched at this size at most: larger frames cost more and move no otherwise."""
_SMALLEST_PX = 16
"""Of a side; in smaller pictures nothing is searched."""

_RELATIVE, _ABSOLUTE = 0.01, 0.5
"""What both ways may differ by, as a share of their squared lengths and in squared pixels (Sundaram et al.)."""
_BEND, _LEAST_BEND = 0.03, 0.006
"""From which squared gradient on a field has a border there, as a share of its squared length, and at least. Three
times Ruder's: what he counts as hidden would be left to flicker, and the film's colours are asked as well."""
_TORN, _WHOLE = 0.5, 0.8
"""How large a pixel was before, in pixels, up to which it is new, and from which on it was there."""
_ALIKE, _UNLIKE = 0.05, 0.15
"""Differences of colour up to which a pixel is taken for the same one, and from which on for another."""
_SLACK = 0.25
"""Of the contrast within a pixel around: what half a pixel of error in the movement makes of it."""
_RIM = 3 / 1000
"""How softly trust ends, in roots of the area: about a line's width."""


class Motion(NamedTuple):
    """How one frame became the next."""

    origin: Field
    """Where in the earlier frame each pixel of the later one lay."""
    trust: Plane
    """Whether it did: 0 to 1."""


def follow(before: Picture, after: Picture) -> Motion:
    """Find where each pixel of a frame lay in the one before.

    Args:
        before: (H, W, 3) RGB in [0, 1].
        after: The next frame, of the same shape.
    """
    height, width = after.shape[:2]
    grid = _grid(height, width)
    if min(height, width) < _SMALLEST_PX:
        return Motion(grid, _alike(before, after))
    factor = min(1.0, math.sqrt(_SEARCHED_PX / (height * width)))
    small = max(_SMALLEST_PX, round(width * factor)), max(_SMALLEST_PX, round(height * factor))
    old, new = _searched(before, small), _searched(after, small)
    search = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    back, forth = search.calc(new, old, None), search.calc(old, new, None)  # type: ignore[call-overload]
    trust = _agreement(back, forth) * _inside(back)
    back = _or_still(old, new, back)
    stretch = np.array([width / small[0], height / small[1]], np.float32)
    origin = grid + cv2.resize(back, (width, height), interpolation=cv2.INTER_LINEAR) * stretch
    sure = cv2.resize(trust, (width, height), interpolation=cv2.INTER_LINEAR)
    return Motion(origin, _softened(np.minimum(sure, _alike(_looked_up(before, origin, cv2.INTER_LINEAR), after))))


def carried(picture: Picture, origin: Field) -> Picture:
    """Return a picture carried along: at each pixel what lay at its origin.

    Lanczos' kernel, since a frame that is carried on and on would blur under a shorter one.
    """
    return _looked_up(picture, origin, cv2.INTER_LANCZOS4)


def _looked_up(values: Field | Picture | Grey, origin: Field, how: int) -> Picture:
    found = cv2.remap(values, origin, None, how, borderMode=cv2.BORDER_REPLICATE)  # type: ignore[call-overload]
    return np.asarray(found, np.float32)


def _searched(picture: Picture, size: tuple[int, int]) -> Grey:
    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    if grey.shape[1::-1] != size:
        grey = cv2.resize(grey, size, interpolation=cv2.INTER_AREA)
    return np.rint(np.clip(grey, 0, 1) * 255).astype(np.uint8)


def _grid(height: int, width: int) -> Field:
    columns, rows = np.meshgrid(np.arange(width), np.arange(height))
    return np.stack([columns, rows], axis=-1).astype(np.float32)


def _agreement(back: Field, forth: Field) -> Plane:
    """Tell where going back and forth again ends where it began, and nothing is torn apart on the way."""
    origin = _grid(*back.shape[:2]) + back
    returned = _looked_up(forth, origin, cv2.INTER_LINEAR)
    length = _squared(back)
    gap = _squared(back + returned) / (_RELATIVE * (length + _squared(returned)) + _ABSOLUTE)
    across, down = (np.asarray(cv2.Sobel(back, -1, *way, scale=1 / 8), np.float32) for way in ((1, 0), (0, 1)))
    straight = _squared(across) + _squared(down) <= _BEND * length + _LEAST_BEND
    # a search that must find something everywhere draws what is near over what has just come to light
    room = (1 + across[..., 0]) * (1 + down[..., 1]) - across[..., 1] * down[..., 0]
    whole = np.clip((room - _TORN) / (_WHOLE - _TORN), 0, 1)
    return np.asarray(np.clip(2 - gap, 0, 1) * straight * whole, np.float32)


def _squared(field: Field) -> Plane:
    return np.asarray(np.square(field).sum(axis=-1), np.float32)


def _inside(back: Field) -> Plane:
    """Tell which pixels lay within the frame."""
    height, width = back.shape[:2]
    origin = _grid(height, width) + back
    within = (origin >= -0.5).all(axis=-1) & (origin <= (width - 0.5, height - 0.5)).all(axis=-1)
    return np.asarray(within, np.float32)


def _or_still(old: Grey, new: Grey, back: Field) -> Field:
    """Take for still what matches at least as well where it is: it needs no resampling then."""
    found = _looked_up(old, _grid(*back.shape[:2]) + back, cv2.INTER_LINEAR)
    moved, still = (cv2.blur(np.abs(other - new), (5, 5)) for other in (found, old.astype(np.float32)))
    return np.asarray(np.where((still <= moved)[..., None], 0, back), np.float32)


def _alike(moved: Picture, after: Picture) -> Plane:
    """Tell where a frame has the colours of another, but for what a fraction of a pixel makes of an edge."""
    around = np.ones((3, 3), np.uint8)
    edge = cv2.subtract(cv2.dilate(after, around), cv2.erode(after, around))
    gap = cv2.scaleAdd(edge, -_SLACK, cv2.absdiff(moved, after))
    red, green, blue = cv2.split(gap)
    largest = cv2.max(cv2.max(red, green), blue)
    return np.asarray(np.clip((_UNLIKE - largest) / (_UNLIKE - _ALIKE), 0, 1), np.float32)


def _softened(trust: Plane) -> Plane:
    """Let trust end softly."""
    side = 2 * max(1, round(_RIM * math.sqrt(trust.size))) + 1
    return np.asarray(cv2.blur(trust, (side, side)), np.float32)
