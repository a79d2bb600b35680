"""A border that passes over the picture and leaves another one behind: what a wipe looks like in thumbnails.

Each cell changes once and for all, and when it does follows from where it lies: along a line, outwards from the middle
or inwards. When a cell changes is where the frames before and after split best into two levels; the front is fitted to
these by least squares in which what lies far off counts little (Huber 1964).
"""

from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

_DIFFERS = 6.0
"""Levels (of 255) between what a cell shows before and after."""
_FEW_CELLS = 20
_COVERED = 0.3
"""Share of the cells that must change for there to be a front."""
_LARGE = 40.0
"""Levels from which on a change of a cell has its full say."""
_ROUNDS = 4
_NEAR_FRAMES = 2.0
_PASSED = 1.5
"""Frames beside the front in which a cell is neither old nor new."""
_LOOKS = 7
_NO_LOOK = 2.0
"""As far off as what changes in no order at all."""
_LEVEL = 1e-3

Values = NDArray[np.float64]


class Front(NamedTuple):
    """How a front passes over some frames; frames count from the first of them."""

    start: int
    """Last frame that it has not reached."""
    end: int
    """First frame that it has passed."""
    length: float
    """Frames that it takes from its first cell to its last."""
    near: float
    """Share of the change that lies within `_NEAR_FRAMES` of it, 0 to 1."""
    explained: float
    """Share of the variance of the cells' times that it explains; at most 1, below 0 it is worse than none."""
    off: float
    """How far the frames lie off what it leaves behind: of the distance between old and new."""
    distance: float
    """Root mean square difference of old and new, of 255."""
    at_once: float
    """Share of the change in the two neighbouring frames that have most of it: of a hard cut, 1."""
    covered: float
    """Share of the cells that change."""
    stepped: float
    """Share of the change of the cells that one step explains: of something that shakes or moves through, little."""


def find_front(thumbs: NDArray[np.float32], cells: NDArray[np.bool_], size_cells: tuple[int, int]) -> Front | None:
    """Fit a front to some frames; None where too little of the picture changes.

    Args:
        thumbs: Thumbnails as rows, shape (frames, cells * 3); at least three.
        cells: Which cells live, shape (cells,).
        size_cells: (width, height) of the thumbnails.
    """
    colours = thumbs.reshape(len(thumbs), -1, 3)
    times, stepped, apart = _steps(colours)
    used = cells & (apart > _DIFFERS)
    if used.sum() < max(_FEW_CELLS, _COVERED * cells.sum()):
        return None
    weight = np.where(used, np.minimum(apart, _LARGE) * stepped, 0)
    total = float(weight.sum())
    if total <= 0:
        return None
    passes = [_fitted(way, times, weight) for way in _ways(size_cells)]
    near, predicted = max(
        ((float(weight[abs(times - one) <= _NEAR_FRAMES].sum()) / total, one) for one in passes),
        key=lambda found: found[0],
    )
    first, last = float(predicted[cells].min()), float(predicted[cells].max())
    start, end = max(0, int(first) - 1), min(len(colours) - 1, int(np.ceil(last)) + 1)
    mean = float(weight @ times) / total
    spread = float(weight @ (times - mean) ** 2)
    by_frame = np.bincount(times, weights=weight, minlength=len(colours) + 1)
    return Front(
        start=start,
        end=end,
        length=last - first,
        near=near,
        explained=1 - float(weight @ (times - predicted) ** 2) / max(spread, _LEVEL),
        off=_off(colours, predicted, cells, start, end),
        distance=_apart(colours[start][cells], colours[end][cells]),
        at_once=float((by_frame[:-1] + by_frame[1:]).max()) / total,
        covered=float(used.sum() / cells.sum()),
        stepped=float(weight @ stepped) / total,
    )


def _steps(colours: NDArray[np.float32]) -> tuple[NDArray[np.int64], Values, Values]:
    """Return for each cell the frame it changes at, how much of its variance that explains, and the levels between."""
    count = len(colours)
    flat = colours.reshape(count, -1).astype(np.float64)
    before = np.cumsum(flat, axis=0)
    frames = np.arange(1, count)[:, None]
    step2 = (before[:-1] / frames - (before[-1] - before[:-1]) / (count - frames)) ** 2
    step2 = step2.reshape(count - 1, -1, 3).mean(axis=2)
    between = frames * (count - frames) / count * step2
    best = between.argmax(axis=0)
    own = np.arange(between.shape[1])
    variance = ((flat - before[-1] / count) ** 2).sum(axis=0).reshape(-1, 3).mean(axis=1)
    return best + 1, between[best, own] / (variance + _LEVEL), np.sqrt(step2[best, own])


@lru_cache(maxsize=8)
def _ways(size_cells: tuple[int, int]) -> tuple[Values, ...]:
    """Return what the time of a cell may depend on, for each way a front can go: columns (..., 1) per cell."""
    width, height = size_cells
    y, x = np.mgrid[0:height, 0:width]
    x, y = ((x + 0.5) / width - 0.5).ravel(), ((y + 0.5) / height - 0.5).ravel()
    ways = ((x, y), (abs(x),), (abs(y),), (np.hypot(x * width / height, y),))
    return tuple(np.stack([*way, np.ones(len(x))], axis=1) for way in ways)


def _fitted(way: Values, times: NDArray[np.int64], weight: Values) -> Values:
    own = weight
    for _ in range(_ROUNDS):
        root = np.sqrt(own)
        found, *_ = np.linalg.lstsq(way * root[:, None], times * root, rcond=None)
        predicted = np.asarray(way @ found)
        own = weight / np.maximum(1, abs(times - predicted) / _NEAR_FRAMES)
    return predicted


def _off(colours: NDArray[np.float32], predicted: Values, cells: NDArray[np.bool_], start: int, end: int) -> float:
    old, new = colours[start], colours[end]
    far = []
    for frame in np.linspace(start, end, _LOOKS).astype(int)[1:-1]:
        clear = cells & (abs(predicted - frame) > _PASSED)
        if clear.sum() >= _FEW_CELLS // 2:
            left = np.where((predicted <= frame)[:, None], new, old)
            far.append(_apart(colours[frame][clear], left[clear]))
    return float(np.mean(far)) / max(_apart(old[cells], new[cells]), 1.0) if far else _NO_LOOK


def _apart(left: NDArray[Any], right: NDArray[Any]) -> float:
    return float(np.sqrt(((left - right) ** 2).mean()))
