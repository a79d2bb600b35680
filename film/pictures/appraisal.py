"""How good a decoded frame is as a panel: light, sharpness, faces; and how alike two frames are."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from configs.units import Box, Face
from film.decoding.developing.picture import Picture

_WIDE_PX = 480
_TILES = 8
_SIGN_SIZE = (32, 18)
ALIKE_SHAPE = 0.94
_ALIKE_COLOUR = 14.0
FLAT = 3.0
_FINE_SIGMA = 0.7
_WIDE_BLUR_PX = 9
_SMEAR_TILES = (12, 6)
_CALM_FLOOR = 0.5
"""Steps between pixels that count as none, of 255."""
_LEAST_LIGHT, _LEAST_SHARPNESS, _LOW_SPREAD = 0.25, 22.0, 100.0
_VEILED_EDGES, _VEILED_SPREAD = 10.0, 75.0
"""With edges less steep and tones nearer to each other all is a veil, as in the middle of a dissolve through dark."""
_WASHED_RELIEF, _WASHED_SPREAD = 0.027, 0.5
"""In parts of the lightest tone: steepness of edges times their crispness, and distance of the tones. With less of
both a bright picture is washed out, as where two lie over each other."""
_STIRRED, _LEAST_CRISP, _CRISP_GROWS, _CRISP_MOST = 0.1, 0.405, 0.2, 0.45
"""What moves so much is smeared where nothing is as crisp as this, and the more it moves the crisper it must be; a calm
picture may be soft, as many drawn ones."""

_WILD = 0.25
"""Where so much moves a face is as smeared as anything."""
_LIT_LUMA, _LIT_SHARE, _BLOTCH = 20.0, 0.2, 18
"""Lighter than this, and than this part of the lightest tone, something is lit; what is narrower than this part of the
picture's height, one by so many, is a glimmer and shows no shape."""
_LEAST_LIT = 0.095
"""With less of a picture lit in whole shapes it is glimmers in the dark: painted, nothing of it is left."""

_FACE_PX, _FIGURE_PX = 96, 160
"""As large a subject is looked at: what is enlarged for that shows nothing finer than its own pixels."""
_FINER, _COARSER = (0.7, 1.4), (1.4, 2.8)
"""Widths of the blurs between which fine and coarse contours lie."""
_ACROSS = 0.7
"""Width of the blur the other way: what moves is smeared one way, and crisp the other."""
_CALM_CONTOUR = 0.8
_SMEARED, _SHARP = 0.36, 0.54
"""Fine contours in parts of the coarse ones: of a smear, and of a face in focus."""
_BRIGHT, _USUAL_LIGHT = (50.0, 170.0), (12.0, 70.0)
"""The lightest and the middle tone of a subject in the dark, and of one in good light."""
_HIGHLIGHTS = 0.4
"""What a subject is worth of which only some rims are lit."""
_BLOWN = (215.0, 250.0)

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Appraisal:
    """The figures of one picture; higher is better where nothing else is said."""

    sharpness: float
    """Gradient energy where it counts: in the faces, else in the sharpest tiles (a shallow focus is no fault)."""
    light: float
    """0 for black, blown-out or flat pictures, 1 for a full range."""
    faces: float
    """0 for none, rising with the size of the largest, 1 at a third of the picture's height."""
    dark: bool
    """Whether it shows nothing but darkness."""
    crisp: float
    """How much of the steps between pixels a wide blur takes away, where that is most, 0 to 1: the blur that hides the
    least of it counts, across or down, since what moves is smeared one way. No contrast makes it higher."""
    edges: float
    """How steep the steepest edges are, of 255 a pixel."""
    highest: float
    """The lightest tone, of 255."""
    spread: float
    """How far the lightest and the darkest tone lie apart."""
    lit: float
    """How much of the picture is lit in whole shapes, 0 to 1."""


def appraise(picture: Picture, faces: tuple[Face, ...]) -> Appraisal:
    """Measure one picture: RGB, uint8, shape (height, width, 3)."""
    grey = cv2.cvtColor(shrink(picture, _WIDE_PX), cv2.COLOR_RGB2GRAY)
    low, middle, high = (float(value) for value in np.percentile(grey, (2, 50, 98)))
    spread = high - low
    clipped = float((grey > 250).mean())
    light = min(1.0, spread / 110) * min(1.0, high / 90) * (1.0 - min(0.8, max(0.0, clipped - 0.1) * 1.5))
    light *= 1.0 - 0.5 * min(1.0, max(0.0, (middle - 200) / 55))
    return Appraisal(
        sharpness=_sharpness(np.asarray(grey, np.uint8), faces),
        light=light,
        faces=min(1.0, faces[0].box.height / 0.33) * faces[0].score if faces else 0.0,
        dark=high < 24 and spread < 20,
        crisp=_crispness(np.asarray(grey, np.uint8)),
        edges=_steepest(np.asarray(grey, np.uint8)),
        highest=high,
        spread=spread,
        lit=_lit(np.asarray(grey, np.uint8), high),
    )


@dataclass(frozen=True)
class Limelight:
    """How well the subject of a picture is seen, whatever the rest of the picture is like; 0 to 1."""

    lit: float
    sharp: float
    """How fine its contours are for its size: little where it moved, is out of focus, or has few pixels."""


def limelight(picture: Picture, subject: Box, *, face: bool) -> Limelight:
    """Measure the subject of a picture.

    Args:
        picture: RGB, uint8.
        subject: Its place, in fractions.
        face: Whether it is a face, which is all contours; of another subject some ground is seen with it.
    """
    height, width = picture.shape[:2]
    top, left = min(int(subject.y0 * height), height - 1), min(int(subject.x0 * width), width - 1)
    part = picture[top : max(top + 1, round(subject.y1 * height)), left : max(left + 1, round(subject.x1 * width))]
    grey = cv2.cvtColor(np.ascontiguousarray(part), cv2.COLOR_RGB2GRAY)
    middle, high = (float(value) for value in np.percentile(grey, (50, 95)))
    lit = _ramp(high, *_BRIGHT) * (_HIGHLIGHTS + (1 - _HIGHLIGHTS) * _ramp(middle, *_USUAL_LIGHT))
    lit *= 1 - 0.5 * _ramp(middle, *_BLOWN)
    fineness = _fineness(np.asarray(grey, np.uint8), _FACE_PX if face else _FIGURE_PX)
    return Limelight(lit=lit, sharp=_ramp(fineness, _SMEARED, _SHARP))


def _fineness(grey: NDArray[np.uint8], side_px: int) -> float:
    """Return how strong the fine contours of a part are beside the coarse ones, the way in which they are least.

    It is looked at at one size, whatever its own is.
    """
    scale = side_px / max(grey.shape)
    size = (max(8, round(grey.shape[1] * scale)), max(8, round(grey.shape[0] * scale)))
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    even = cv2.resize(grey, size, interpolation=how).astype(np.float32)
    return min(_finer_share(one) for one in (even, np.ascontiguousarray(even.T)))


def _finer_share(plane: Floats) -> float:
    """Return how strong fine contours across the rows are beside coarse ones."""
    soft = {width: cv2.GaussianBlur(plane, (0, 0), width, sigmaY=_ACROSS) for width in (*_FINER, *_COARSER)}
    fine, coarse = (float(np.percentile(np.abs(soft[one] - soft[two]), 97)) for one, two in (_FINER, _COARSER))
    return fine / (coarse + _CALM_CONTOUR)


def _ramp(value: float, low: float, high: float) -> float:
    return min(1.0, max(0.0, (value - low) / (high - low)))


def is_readable(seen: Appraisal, *, face: bool, stirred: float) -> bool:
    """Tell whether a reader makes out at a glance what a picture shows, whatever the others of its shot are like.

    Night and a shallow focus are no fault, nor is anything but a veil and a rush where there is a face.

    Args:
        seen: The picture's figures.
        face: A face was found, at first sight.
        stirred: How much moved when it was taken, in parts of its contrast (`Figures.stirred`).
    """
    if seen.edges < _VEILED_EDGES and seen.spread < _VEILED_SPREAD:
        return False
    least = min(_CRISP_MOST, _LEAST_CRISP + _CRISP_GROWS * (stirred - _STIRRED))
    if face:
        return stirred < _WILD or seen.crisp >= least
    relief = seen.edges * seen.crisp
    washed_out = relief < _WASHED_RELIEF * seen.highest and seen.spread < _WASHED_SPREAD * seen.highest
    smeared = stirred >= _STIRRED and seen.crisp < least
    soft = seen.sharpness < _LEAST_SHARPNESS and seen.spread < _LOW_SPREAD
    glimmers = seen.lit < _LEAST_LIT
    return seen.light >= _LEAST_LIGHT and not (washed_out or smeared or soft or glimmers)


def _crispness(grey: NDArray[np.uint8]) -> float:
    """Compare the picture with itself blurred (after Crete et al., "The blur effect", 2007), a way and a tile each."""
    fine = cv2.GaussianBlur(grey, (0, 0), _FINE_SIGMA).astype(np.float32)
    tiles = _SMEAR_TILES if fine.shape[1] >= fine.shape[0] else _SMEAR_TILES[::-1]
    across = _steps_lost(fine, tiles)
    down = _steps_lost(np.ascontiguousarray(fine.T), tiles[::-1]).T
    return float(np.percentile(np.minimum(across, down), 90))


def _steps_lost(fine: Floats, size: tuple[int, int]) -> Floats:
    """Return for each tile, of so many across and down, which part of the steps to the right a blur takes away."""
    if fine.shape[1] < 2:
        return np.zeros(size[::-1], np.float32)
    steps = np.abs(np.diff(fine, axis=1))
    left = np.abs(np.diff(cv2.blur(fine, (_WIDE_BLUR_PX, 1)), axis=1))
    lost = cv2.resize(np.maximum(0, steps - left), size, interpolation=cv2.INTER_AREA)
    whole = cv2.resize(steps, size, interpolation=cv2.INTER_AREA)
    return np.asarray(lost / (whole + _CALM_FLOOR), np.float32)


def _lit(grey: NDArray[np.uint8], highest: float) -> float:
    lit = (grey > max(_LIT_LUMA, _LIT_SHARE * highest)).astype(np.uint8)
    across = max(3, round(grey.shape[0] / _BLOTCH)) | 1
    shapes = cv2.morphologyEx(lit, cv2.MORPH_OPEN, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (across, across)))
    return float(shapes.mean())


def _steepest(grey: NDArray[np.uint8]) -> float:
    fine = cv2.GaussianBlur(grey, (0, 0), _FINE_SIGMA).astype(np.float32)
    steep = np.hypot(cv2.Sobel(fine, cv2.CV_32F, 1, 0), cv2.Sobel(fine, cv2.CV_32F, 0, 1)) / 8
    return float(np.percentile(steep, 99))


def _sharpness(grey: NDArray[np.uint8], faces: tuple[Face, ...]) -> float:
    smooth = cv2.GaussianBlur(grey, (0, 0), 0.8).astype(np.float32)  # film grain is not detail
    energy = np.hypot(cv2.Sobel(smooth, cv2.CV_32F, 1, 0), cv2.Sobel(smooth, cv2.CV_32F, 0, 1))
    height, width = grey.shape
    if faces:
        box = faces[0].box
        rows = slice(int(box.y0 * height), max(int(box.y1 * height), int(box.y0 * height) + 1))
        part = energy[rows, int(box.x0 * width) : max(int(box.x1 * width), int(box.x0 * width) + 1)]
        return float(np.percentile(part, 90))
    tiles = cv2.resize(energy, (_TILES, _TILES), interpolation=cv2.INTER_AREA)
    return float(np.percentile(tiles, 90))


def signature(picture: Picture) -> Floats:
    """Return a picture's thumbnail, by which it is compared: Lab, float32, shape (18, 32, 3), lightness 0 to 255."""
    small = cv2.resize(picture, _SIGN_SIZE, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.cvtColor(small, cv2.COLOR_RGB2Lab), np.float32)


def look_alike(one: Floats, other: Floats) -> bool:
    """Tell whether a reader would take two pictures, given by their signatures, for the same."""
    first, second = one[..., 0] - one[..., 0].mean(), other[..., 0] - other[..., 0].mean()
    spread = float(first.std()), float(second.std())
    colour = float(np.abs(one - other).mean())
    if min(spread) < FLAT:
        return max(spread) < 2 * FLAT and colour < _ALIKE_COLOUR / 2
    return likeness(one, other) > ALIKE_SHAPE and colour < _ALIKE_COLOUR


def likeness(one: Floats, other: Floats) -> float:
    """Return the correlation of two signatures' lightness, -1 to 1; 0 where one of them is flat."""
    first, second = one[..., 0] - one[..., 0].mean(), other[..., 0] - other[..., 0].mean()
    scale = float(np.sqrt((first**2).sum() * (second**2).sum()))
    return float((first * second).sum()) / scale if scale > 1e-6 else 0.0


def shrink(picture: Picture, wide_px: int) -> Picture:
    """Scale down so that the longer side is at most this long; smaller pictures stay as they are."""
    height, width = picture.shape[:2]
    scale = wide_px / max(height, width)
    if scale >= 1:
        return picture
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)
