"""What speaks for a dissolve and what against it, as a row of figures for the judge.

In a dissolve the middle is a mixture of the ends, pixel by pixel, and flatter than both; a camera that moves over one
picture keeps its detail, and each part of it is made from the one before by moving it.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from film.shots.evidence.recent import SPAN, Recent, shared_colours

NAMES = (
    "half length, logarithm",
    "distance of the ends, logarithm",
    "middle off the mean, of the distance",
    "frames off the line, of the distance, most",
    "frames off their time, most",
    "likeness of the ends",
    "likeness of the ends, all of the picture",
    "likeness from start to middle",
    "likeness from middle to end",
    "share in which the start is recognised at the end",
    "colours of the ends shared",
    "detail of the middle, of the ends' mean",
    "detail of the middle, of the poorer end's",
    "middle explained as a mixture",
    "share of the start in the mixture",
    "least likeness of a step",
    "change of a few frames that no movement explains",
    "change from start to middle that no movement explains",
    "change from middle to end that no movement explains",
    "contrast of the start, logarithm",
    "contrast of the end, logarithm",
    "live share",
    "correlation of the ends in place",
    "evenness of the change over the picture",
)
GROUP_NAMES = (
    *(f"surest window: {name}" for name in NAMES),
    *(f"whole stretch: {name}" for name in NAMES),
    "windows, logarithm",
    "sum of their sureness, logarithm",
    "surest",
    "mean sureness",
    "longest half, logarithm",
    "length of the stretch, logarithm",
    "mean of the three surest",
)
_MOVED = (
    "likeness of the ends",
    "likeness of the ends, all of the picture",
    "likeness from start to middle",
    "likeness from middle to end",
    "share in which the start is recognised at the end",
    "least likeness of a step",
    "change of a few frames that no movement explains",
    "change from start to middle that no movement explains",
    "change from middle to end that no movement explains",
)
"""Figures for which the movement between frames has to be searched: nearly all that a window costs."""
GLANCE_NAMES = tuple(name for name in NAMES if name not in _MOVED)
_GLANCE = np.asarray([NAMES.index(name) for name in GLANCE_NAMES])
_REST = np.asarray([NAMES.index(name) for name in _MOVED])
_STEPS = 3
_FEW = 2


class BlendWindow(NamedTuple):
    """A stretch [middle - half, middle + half] that may lie inside a dissolve, and how its thumbnails lie."""

    middle: int
    half: int
    off_middle: float
    off_line: float
    off_time: float


class Judged(NamedTuple):
    """A window with its figures and how sure it is that it lies in a dissolve, 0 to 1."""

    window: BlendWindow
    row: NDArray[np.float32]
    sure: float


def group_figures(recent: Recent, group: Sequence[Judged], pace: float) -> NDArray[np.float32]:
    """Return the figures of windows that overlap, in the order of `GROUP_NAMES`.

    Args:
        recent: Holds the frames.
        group: At least one window, in order.
        pace: Frames per second over 24.
    """
    sure = np.asarray([one.sure for one in group])
    best = group[int(sure.argmax())]
    start = max(recent.count - SPAN, min(one.window.middle - one.window.half for one in group))
    end = max(one.window.middle + one.window.half for one in group)
    half = max((end - start) // 2, 1)
    stretch = BlendWindow(start + half, half, best.window.off_middle, best.window.off_line, best.window.off_time)
    outer = figures(recent, stretch, glance(recent, stretch, pace), recent.likeness(start, start + 2 * half))
    own = (
        np.log(len(group) / pace),
        np.log(float(sure.sum()) / pace),
        float(sure.max()),
        float(sure.mean()),
        np.log(max(one.window.half for one in group) / pace),
        np.log((end - start) / pace),
        float(np.sort(sure)[-3:].mean()),
    )
    return np.concatenate([best.row, outer, np.asarray(own, np.float32)])


def glance(recent: Recent, window: BlendWindow, pace: float) -> NDArray[np.float32]:
    """Return the figures of a window that cost little, in the order of `GLANCE_NAMES`.

    Args:
        recent: Holds its frames.
        window: Where it lies.
        pace: Frames per second over 24.
    """
    first, middle, last = window.middle - window.half, window.middle, window.middle + window.half
    cells = recent.live_cells(first)
    thumbs = recent.thumbs(first, last + 1)[[0, window.half, -1]].reshape(3, -1, 3)[:, cells.reshape(-1)]
    live = recent.live(first)
    greys = [recent.grey(index).astype(np.float32) for index in (first, middle, last)]
    old, mixed, new = (cv2.blur(grey, (3, 3)) if live is None else cv2.blur(grey, (3, 3))[live] for grey in greys)
    details = [_detail(grey, live) for grey in greys]
    explained, share = _mixture(old.ravel(), mixed.ravel(), new.ravel())
    way = thumbs[2] - thumbs[0]
    row = (
        np.log(window.half / pace),
        np.log1p(float(np.sqrt((way**2).mean()))),
        window.off_middle,
        window.off_line,
        window.off_time,
        shared_colours(thumbs[0], thumbs[2]),
        details[1] / max((details[0] + details[2]) / 2, 0.5),
        details[1] / max(min(details[0], details[2]), 0.5),
        explained,
        share,
        np.log1p(float(old.std())),
        np.log1p(float(new.std())),
        float(cells.mean()),
        _correlation(old.ravel(), new.ravel()),
        float((np.abs(way).max(axis=1) > 0.3 * np.sqrt((way**2).mean())).mean()),
    )
    return np.asarray(row, np.float32)


def figures(recent: Recent, window: BlendWindow, seen: NDArray[np.float32], ends: float) -> NDArray[np.float32]:
    """Return all figures of a window, in the order of `NAMES`.

    Args:
        recent: Holds its frames.
        window: Where it lies.
        seen: What `glance` says of it.
        ends: Likeness of its ends, live part.
    """
    first, middle, last = window.middle - window.half, window.middle, window.middle + window.half
    steps = np.linspace(first + 1, last, _STEPS + 2).astype(int)[1:-1]
    row = np.empty(len(NAMES), np.float32)
    row[_GLANCE] = seen
    row[_REST] = (
        ends,
        recent.likeness(first, last, whole=True),
        recent.likeness(first, middle),
        recent.likeness(middle, last),
        recent.kept(first, last),
        min(recent.step(int(step)) for step in steps),
        recent.unmoved(max(first, middle - _FEW), min(last, middle + _FEW)),
        recent.unmoved(first, middle),
        recent.unmoved(middle, last),
    )
    return row


def _detail(grey: NDArray[np.float32], live: NDArray[np.bool_] | None) -> float:
    edges = np.abs(cv2.Laplacian(cv2.GaussianBlur(grey, (3, 3), 0), cv2.CV_32F))
    return float((edges if live is None else edges[live]).mean())


def _mixture(old: NDArray[Any], mixed: NDArray[Any], new: NDArray[Any]) -> tuple[float, float]:
    """Return what share of the middle's variance the best mixture of the ends explains, and the start's part in it."""
    a, b, m = old - old.mean(), new - new.mean(), mixed - mixed.mean()
    aa, bb, ab, am, bm, mm = (float(x @ y) / len(a) for x, y in ((a, a), (b, b), (a, b), (a, m), (b, m), (m, m)))
    ridge = 1.0
    determinant = (aa + ridge) * (bb + ridge) - ab * ab
    alpha = (am * (bb + ridge) - bm * ab) / determinant
    beta = (bm * (aa + ridge) - am * ab) / determinant
    left = mm - 2 * alpha * am - 2 * beta * bm + alpha**2 * aa + beta**2 * bb + 2 * alpha * beta * ab
    total = abs(alpha) + abs(beta)
    return 1 - left / (mm + ridge), abs(alpha) / total if total > 0 else 0.5


def _correlation(left: NDArray[Any], right: NDArray[Any]) -> float:
    a, b = left - left.mean(), right - right.mean()
    return float(a @ b) / (float(np.sqrt((a @ a) * (b @ b))) + len(a))
