"""Writing in a picture: titles, logos with names, credits. No words are read, so any script will do.

Letters are found by their strokes: thin, of one brightness, with an edge as crisp as their contrast allows, many to a
row of one height. Windows, fences, tiles and twigs stand in rows as well, but they are lit, not printed: their edges
are softer and they differ from one another.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from film.decoding.developing.picture import Picture
from film.pictures.appraisal import shrink

_LONG_SIDE_PX = 960
_SCALES = ((1.0, 13, 40), (0.5, 15, 40), (0.5, 39, 90))
"""Small print to titles: size of the picture, side in pixels of the square that strokes must be thinner than, and by
how much letters differ from what they stand on, of 255; large ones by more, for they lie on much."""
_LEAST_PX, _TALLEST, _LONGEST = 6, 0.45, 40.0
"""Heights of a letter, in pixels and in parts of the picture's, and how much longer joined ones may be than high."""
_UNEVEN = 0.34
_CRISP_FROM, _CRISP_FULL = 0.26, 0.36
"""How steep edges are, a pixel, in parts of the contrast: from where on they may be a letter's, and surely are."""
_STROKE_LEAST, _STROKE_MOST = 0.05, 0.4
"""Width of strokes in parts of the letters' height."""
_STROKES = 7
_STROKES_LONG = (0.9, 5.0)
"""Strokes crossed in a row, and those in a stretch as long as the row is high."""
_ROW_LONG, _ROW_TALL, _ROW_LEVEL, _ROW_VARIED = 3.0, 1.9, 0.65, 0.12
_JOINED_HIGH, _JOINED_RUNS, _JOINED_UNEVEN, _JOINED_ROWS = 0.07, 3.0, 0.2, 3
"""Of a blot that may be a whole title: its height in parts of the picture's, the strokes that a row of pixels crosses
in it, and how many such rows count for what it holds."""
_SAME_EDGES = 0.25
"""From this correlation on edges are the same ones; those of other things come to 0.16 at the most."""
_PLAIN_PX = 160
_PLAIN, _PLAIN_EDGE, _PLAIN_MOST = 14.0, 0.02, 0.35
"""A ground is plain where no more than this part of the edge, and of the whole, differs from it by so much (Lab)."""

Floats = NDArray[np.float64]
Table = NDArray[np.float64]
"""A line for each blot; columns as `_BLOT` names them."""
_BLOT = ("x", "y", "width", "height", "area", "shade", "spread", "contrast", "stroke", "runs", "crisp")


@dataclass(frozen=True)
class Writing:
    """What is written in a picture."""

    strokes: float = 0.0
    """How many strokes of letters there are, those in doubt in part: 0 for none, some 7 for a short name."""
    place: tuple[float, float, float, float] | None = None
    """The longest row: left, top, right, bottom, in fractions of the picture."""


def on_plain_ground(picture: Picture) -> bool:
    """Tell whether a picture is one plain colour with something small on it that touches no edge: a card, perhaps."""
    return written_on_plain(shrink(picture, _PLAIN_PX)) is not None


def written_on_plain(small: Picture) -> NDArray[np.float32] | None:
    """Return all that differs from a plain ground, as on a title card, as 1 and the rest as 0; None elsewhere."""
    lab = cv2.cvtColor(small, cv2.COLOR_RGB2Lab).astype(np.float32)
    away = np.abs(lab - np.median(lab, axis=(0, 1))).max(axis=2)
    edge = np.concatenate([away[0], away[-1], away[:, 0], away[:, -1]])
    written = (away > _PLAIN).astype(np.float32)
    if float((edge > _PLAIN).mean()) > _PLAIN_EDGE or not 0 < float(written.mean()) < _PLAIN_MOST:
        return None
    return np.asarray(written, np.float32)


def writing_in(picture: Picture) -> Writing:
    """Look for rows of letters, light or dark: RGB, uint8, shape (height, width, 3)."""
    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    height, width = grey.shape
    if min(height, width) < 2 * _LEAST_PX:
        return Writing()
    found = Writing()
    for share, side, contrast in _SCALES:
        scale = share * _LONG_SIDE_PX / max(height, width)
        size = (max(8, round(width * scale)), max(8, round(height * scale)))
        sized = np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC))
        for ground in (sized, 255 - sized):  # light letters, then dark ones
            found = max(found, _written(np.asarray(ground, np.uint8), side, contrast), key=lambda one: one.strokes)
    return found


def stays_in(writing: Writing, picture: Picture, other: Picture) -> bool:
    """Tell whether what is written in a picture stands in another as well, and be it fading.

    There edges run as they do in the picture, however weak they are.
    """
    if writing.place is None or picture.shape != other.shape:
        return False
    one, two = _edges(picture, writing.place), _edges(other, writing.place)
    scale = float(np.sqrt((one**2).sum() * (two**2).sum()))
    return scale > 0 and float((one * two).sum()) >= _SAME_EDGES * scale


def _edges(picture: Picture, place: tuple[float, float, float, float]) -> NDArray[np.float32]:
    height, width = picture.shape[:2]
    x0, y0, x1, y1 = place
    rows = slice(int(y0 * height), max(int(np.ceil(y1 * height)), int(y0 * height) + 1))
    part = picture[rows, int(x0 * width) : max(int(np.ceil(x1 * width)), int(x0 * width) + 1)]
    grey = cv2.cvtColor(np.ascontiguousarray(part), cv2.COLOR_RGB2GRAY).astype(np.float32)
    return np.stack([cv2.Sobel(grey, cv2.CV_32F, 1, 0), cv2.Sobel(grey, cv2.CV_32F, 0, 1)])


def _written(grey: NDArray[np.uint8], side: int, least: int) -> Writing:
    """Weigh the rows of light letters."""
    blots = _blots(grey, side, least)
    rows = [(strokes, row) for row in _rows(blots) if (strokes := _strokes_of(row)) > 0]
    rows += [(strokes, blot[None]) for blot in blots if (strokes := _strokes_joined(blot, grey.shape[0])) > 0]
    if not rows:
        return Writing()
    longest = max(rows, key=lambda one: one[0])[1]
    height, width = grey.shape
    x, y = longest[:, 0], longest[:, 1]
    right, bottom = x + longest[:, 2], y + longest[:, 3]
    place = (float(x.min()) / width, float(y.min()) / height, float(right.max()) / width, float(bottom.max()) / height)
    return Writing(sum(strokes for strokes, _ in rows), place)


def _blots(grey: NDArray[np.uint8], side: int, least: int) -> Table:
    """Measure each spot that is lighter by so much than what is around it and thinner than a square of this side."""
    square = cv2.getStructuringElement(cv2.MORPH_RECT, (side, side))
    above = np.asarray(cv2.morphologyEx(grey, cv2.MORPH_TOPHAT, square), np.uint8)
    ink = (above > least).astype(np.uint8)
    count, labels, facts, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    x, y, width, height, area = (facts[:, column].astype(np.float64) for column in range(5))
    fits = (height >= _LEAST_PX) & (height <= _TALLEST * grey.shape[0]) & (width <= _LONGEST * height)
    fits &= (x > 0) & (y > 0) & (x + width < grey.shape[1]) & (y + height < grey.shape[0])
    fits[0] = False
    if not fits.any():
        return np.zeros((0, len(_BLOT)))
    where = np.flatnonzero(ink)
    label = labels.ravel()[where]
    lifted, shade = above.ravel()[where].astype(np.float64), grey.ravel()[where].astype(np.float64)

    def mean(values: Floats, weights: Floats) -> Floats:
        total = np.bincount(label, weights, minlength=count)
        return np.asarray(np.bincount(label, weights * values, minlength=count) / np.maximum(total, 1e-9))

    core = lifted**2  # rims are blends of letter and ground
    middle, contrast = mean(shade, core), mean(lifted, core)
    spread = np.sqrt(np.maximum(0.0, mean(shade**2, core) - middle**2))
    rim = (cv2.erode(ink, np.ones((3, 3), np.uint8)).ravel()[where] == 0).astype(np.float64)
    steep = np.hypot(cv2.Sobel(grey, cv2.CV_32F, 1, 0), cv2.Sobel(grey, cv2.CV_32F, 0, 1)).ravel()[where] / 8
    crisp = mean(steep.astype(np.float64), rim) / np.maximum(contrast, 1.0)
    stroke = 2 * area / np.maximum(np.bincount(label, rim, minlength=count), 1.0)
    begins = np.zeros(ink.shape, bool)
    begins[:, 1:] = (ink[:, 1:] > 0) & (ink[:, :-1] == 0)
    runs = np.bincount(labels[begins], minlength=count) / np.maximum(height, 1.0)
    table = np.stack([x, y, width, height, area, middle, spread, contrast, stroke, runs, crisp], axis=1)
    return np.asarray(table[fits & (spread <= _UNEVEN * contrast) & (crisp >= 0.5 * _CRISP_FULL)], np.float64)


def _rows(blots: Table) -> list[Table]:
    """Group blots that stand beside each other and are of one height, shade and width of stroke."""
    blots = blots[blots[:, 8] <= 0.5 * blots[:, 3]]
    x, y, width, height, shade, contrast, stroke = (blots[:, column] for column in (0, 1, 2, 3, 5, 7, 8))
    higher, lower = np.maximum.outer(height, height), np.minimum.outer(height, height)
    gap = np.subtract.outer(x, x + width).T
    shared = np.minimum.outer(y + height, y + height) - np.maximum.outer(y, y)
    linked = (gap < 1.5 * higher) & (gap > -0.5 * lower) & (shared >= 0.6 * lower) & (higher <= 2.2 * lower)
    linked &= np.abs(np.subtract.outer(shade, shade)) < 0.4 * np.minimum.outer(contrast, contrast)
    linked &= np.maximum.outer(stroke, stroke) < 1.8 * np.minimum.outer(stroke, stroke)
    linked |= linked.T
    free, rows = np.ones(len(blots), bool), []
    for first in range(len(blots)):
        if not free[first]:
            continue
        free[first] = False
        row, waiting = [], [first]
        while waiting:
            row.append(waiting.pop())
            beside = np.flatnonzero(linked[row[-1]] & free)
            free[beside] = False
            waiting.extend(int(one) for one in beside)
        rows.append(blots[row])
    return rows


def _strokes_of(row: Table) -> float:
    """Return how many strokes a row has if it is one of letters, fewer where that is in doubt; 0 where it is none."""
    x, y, width, height = (row[:, column] for column in range(4))
    usual, bottom = float(np.median(height)), y + height
    tall = float(bottom.max() - y.min())
    long, strokes = float((x + width).max() - x.min()) / tall, float(row[:, 9].sum())
    slack = max(1.5, 0.15 * usual)
    level = max(float((np.abs(side - np.median(side)) <= slack).mean()) for side in (y, bottom))
    stroke, form = float(np.median(row[:, 8])) / usual, width / height
    varied = len(row) <= 2 or float(form.std() / form.mean()) > _ROW_VARIED
    fits = strokes >= _STROKES and long >= _ROW_LONG and tall <= _ROW_TALL * usual and level >= _ROW_LEVEL and varied
    if not fits or not _STROKE_LEAST <= stroke <= _STROKE_MOST:
        return 0.0
    if not _STROKES_LONG[0] <= strokes / long <= _STROKES_LONG[1]:
        return 0.0
    return strokes * _doubt(float(row[:, 10].mean()))


def _strokes_joined(blot: Table, high: int) -> float:
    """Return the same for one blot, as of a title whose large letters touch each other."""
    height, spread, contrast, runs, crisp = (float(blot[column]) for column in (3, 6, 7, 9, 10))
    if height < _JOINED_HIGH * high or runs < _JOINED_RUNS or spread > _JOINED_UNEVEN * contrast:
        return 0.0
    return _JOINED_ROWS * runs * _doubt(crisp)


def _doubt(crisp: float) -> float:
    return min(1.0, max(0.0, (crisp - _CRISP_FROM) / (_CRISP_FULL - _CRISP_FROM)))
