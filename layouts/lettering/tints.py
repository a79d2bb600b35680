"""Colours of display lettering: taken from the picture it stands on, and clear of what lies under it.

All is reckoned in Oklab (Björn Ottosson, "A perceptual color space for image processing", 2020): its L is how light a
colour looks, 0 to 1, its chroma how vivid, 0 to about 0.3, and its hue stays the same when the others change.
"""

import math
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from layouts.book.page import INK, PAPER, Colour, Rect

Pixels = NDArray[np.uint8]
"""(height, width, 3): red, green, blue; small, for it is only looked over."""

_HUES, _HUES_MOST = 36, 5
_GREY = 0.02
"""Less chroma is no colour."""
_COLOURED = 0.03
"""Share of a picture that must have some, lest it be black and white."""
_COMMON = 0.012
"""Share of all vividness that a hue needs to be one of the picture's own."""
_APART = 2
"""Hues so many steps apart are one."""
_BRIGHT, _PALE = (0.88, 0.82, 0.76, 0.70), 0.97
"""How light letters are: the line around them is dark."""
_VIVID = 0.19
_GOLD = 1.45
_DARK, _DARK_VIVID = 0.22, 0.035
_HUE_COUNTS = 3.0
_CLEAR = 0.22
"""Nearer than this to its ground, in Oklab, lettering is held by its outline alone."""
_LIVELY = 1.5
"""How much a hue gains by being vivid in the picture itself: that is where it is remembered from."""
_LIT = 0.55
"""How much of white a letter has at its top."""

_TO_LMS = np.array(
    [[0.4122214708, 0.5363325363, 0.0514459929], [0.2119034982, 0.6806995451, 0.1073969566],
     [0.0883024619, 0.2817188376, 0.6299787005]]
)  # fmt: skip
_TO_LAB = np.array(
    [[0.2104542553, 0.7936177850, -0.0040720468], [1.9779984951, -2.4285922050, 0.4505937099],
     [0.0259040371, 0.7827717662, -0.8086757660]]
)  # fmt: skip


class Tints(NamedTuple):
    """What display lettering is drawn with; red, green and blue, 0 to 1."""

    lit: Colour
    """The letters at their tops."""
    fill: Colour
    """At their feet, and as a whole where there is no room for two."""
    edge: Colour = INK
    """The line around them."""
    shade: Colour = INK
    """Their shadow, and a dark ground for small print: a dark shade of the picture."""
    halo: Colour = PAPER
    """The line around the line."""


def under(picture: Pixels, rect: Rect, whole: Rect) -> Pixels:
    """Return the part of a picture that lies under a rectangle of the page.

    Args:
        picture: What is seen,
        rect: the part that is looked for, on the page,
        whole: and where all of it lies.
    """
    high, wide = picture.shape[:2]
    left, right = ((x - whole.x) / whole.width * wide for x in (rect.x, rect.right))
    top, low = ((y - whole.y) / whole.height * high for y in (rect.y, rect.bottom))
    first, row = min(max(0, int(left)), wide - 1), min(max(0, int(top)), high - 1)
    return picture[row : max(row + 1, math.ceil(low)), first : max(first + 1, math.ceil(right))]


def tints_of(picture: Pixels, ground: Pixels) -> Tints:
    """Choose colours for lettering that stands on a part of a picture.

    Bright letters in one of the picture's own hues, the one that stands out most from the ground; in a picture of one
    hue, the one across the colour circle or a pale tint of its own; in one without colour, gold.

    Args:
        picture: All of it.
        ground: The part under the lettering.
    """
    lab, below = (_lab(part.reshape(-1, 3)) for part in (picture, ground))
    hues = _hues(lab) or [_Hue(_GOLD, _VIVID)]
    grey = hues[0].at == _GOLD
    shade = _colour(_DARK, 0.0 if grey else _DARK_VIVID, hues[0].at)

    def merit(one: tuple[Colour, float]) -> float:
        return _clear(below, one[0]) + _LIVELY * one[1]

    best, _ = max(((_colour(light, _VIVID, hue.at), hue.vivid) for hue in hues for light in _BRIGHT), key=merit)
    if not grey and _clear(below, best) < _CLEAR:  # of its own colours none stands out
        others = best, _colour(_BRIGHT[0], _VIVID, hues[0].at + math.pi), _colour(_PALE, 0.04, hues[0].at)
        best = max(others, key=partial(_clear, below))
    return Tints(mixed(best, PAPER, _LIT), best, INK, shade, PAPER)


def _clear(ground: NDArray[np.float64], colour: Colour) -> float:
    """Tell how well a colour stands out: how far it is from the nearer quarter of its ground; hues count most."""
    own = _lab(np.array([colour]) * 255)[0]
    away = ground - own
    off = np.sqrt(away[:, 0] ** 2 + _HUE_COUNTS * (away[:, 1] ** 2 + away[:, 2] ** 2))
    return float(np.quantile(off, 0.25)) + float(np.hypot(own[1], own[2]))  # of two that are clear the livelier one


def mixed(one: Colour, other: Colour, share: float) -> Colour:
    """Return a colour with a share of another one."""
    red, green, blue = (round(a + (b - a) * share, 4) for a, b in zip(one, other, strict=True))
    return red, green, blue


class _Hue(NamedTuple):
    """One of a picture's hues, in radians, and how vivid it is at its most."""

    at: float
    vivid: float


def _hues(lab: NDArray[np.float64]) -> list[_Hue]:
    """Return the hues of a picture, the commonest first; vivid pixels count more, dark ones less."""
    chroma = np.hypot(lab[:, 1], lab[:, 2])
    weight = np.where(chroma > _GREY, chroma, 0.0) ** 1.5 * np.clip(lab[:, 0] * 1.6, 0.0, 1.0)
    if float(np.mean(chroma > _GREY)) < _COLOURED:
        return []
    bins = ((np.arctan2(lab[:, 2], lab[:, 1]) / (2 * math.pi)) % 1.0 * _HUES).astype(int) % _HUES
    counts = np.bincount(bins, weight, _HUES)
    smooth = (np.roll(counts, 1) + 2 * counts + np.roll(counts, -1)) / 4
    found: list[int] = []
    for number in np.argsort(-smooth, kind="stable").tolist():
        apart = all(min((number - one) % _HUES, (one - number) % _HUES) > _APART for one in found)
        if apart and (not found or smooth[number] > _COMMON * smooth.sum()):
            found.append(number)
        if len(found) == _HUES_MOST:
            break
    most = [float(np.quantile(chroma[bins == number], 0.9)) if (bins == number).any() else 0.0 for number in found]
    return [_Hue((number + 0.5) / _HUES * 2 * math.pi, vivid) for number, vivid in zip(found, most, strict=True)]


def _lab(pixels: NDArray[Any]) -> NDArray[np.float64]:
    value = pixels.astype(np.float64) / 255
    linear = np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)
    return np.asarray(np.cbrt(linear @ _TO_LMS.T) @ _TO_LAB.T)


def _colour(light: float, vivid: float, hue: float) -> Colour:
    """Return a colour, as vivid as the screen can show it at that lightness."""
    for share in np.linspace(1.0, 0.0, 21).tolist():
        chroma = vivid * share
        lab = np.array([light, chroma * math.cos(hue), chroma * math.sin(hue)])
        linear = np.linalg.inv(_TO_LMS) @ (np.linalg.inv(_TO_LAB) @ lab) ** 3
        if linear.min() >= -0.002 and linear.max() <= 1.002:
            break
    shown = np.clip(linear, 0.0, 1.0)
    coded = np.where(shown <= 0.0031308, 12.92 * shown, 1.055 * shown ** (1 / 2.4) - 0.055)
    red, green, blue = (round(float(one), 4) for one in coded)
    return red, green, blue
