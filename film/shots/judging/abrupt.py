"""What speaks for a hard cut and what against it, as a row of figures for the judge."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from film.shots.evidence.recent import Recent, shared_colours

NAMES = (
    "likeness here, live part",
    "likeness here, live part, both ways",
    "likeness here, all, both ways",
    "change here that no movement explains",
    "likeness of steps before, median",
    "likeness of steps after, median",
    "likeness of steps around, least",
    "likeness from two before to one after",
    "likeness of the nearest pair across",
    "distance of the nearest pair across, of the jump",
    "colours shared, next to it",
    "colours shared, further off",
    "share of cells that jump",
    "jump, logarithm",
    "changes around, logarithm",
    "jump over the largest change around, logarithm",
    "contrast before, logarithm",
    "contrast after, logarithm",
    "live share",
    "lightness gained, of the jump",
)
_MOVED = (
    "likeness here, live part, both ways",
    "likeness here, all, both ways",
    "change here that no movement explains",
    "likeness of steps before, median",
    "likeness of steps after, median",
    "likeness of steps around, least",
    "likeness from two before to one after",
    "likeness of the nearest pair across",
)
"""Figures for which the movement between more frames has to be searched: nearly all that a proposal costs."""
GLANCE_NAMES = tuple(name for name in NAMES if name not in _MOVED)
_GLANCE = np.asarray([NAMES.index(name) for name in GLANCE_NAMES])
_REST = np.asarray([NAMES.index(name) for name in _MOVED])
AROUND = 3
_STILL = 0.95
"""Likeness of neighbours in a still picture with something that moves beside it."""
_NEW_PAGE = 0.9
"""Likeness of two pages of text, which share their lines and their ground, is less."""
_AT_ONCE = 1.5
"""Logarithm of the jump over the largest change around."""
_MUCH = 0.2
"""Of the picture must live, and half of it jump: less is another line on the same page."""
_HALF = 0.5
_SEEN = float(np.log1p(4.0))
"""Logarithm of a jump of so many levels in the mean: a key frame of a codec jumps by less."""
_NEARER = 0.6
"""A picture that comes back is nearer than this, as a share of the jump."""
_FAR = 4


class Seen(NamedTuple):
    """What is seen of a proposal at a glance."""

    row: NDArray[np.float32]
    """In the order of `GLANCE_NAMES`."""
    nearest: tuple[int, int] | None
    """The two frames across it that are nearest to each other; None where it is the first or last frame."""


def glance(recent: Recent, frame: int, reach: int) -> Seen:
    """Return the figures for a cut before a frame that cost little.

    Args:
        recent: Holds the frames around; those that are not at hand count as alike.
        frame: First frame of the new shot; at least 1.
        reach: How many frames before and after are looked through for a picture that comes back.
    """
    first, last = max(0, frame - reach), min(recent.count, frame + reach)
    cells = recent.live_cells(frame - 1).reshape(-1)
    thumbs = recent.thumbs(first, last).reshape(last - first, -1, 3)[:, cells]
    old, new = thumbs[frame - first - 1], thumbs[frame - first]
    jumps = recent.changes(frame, frame + 1)[0][cells]
    beside = [k for k in (frame - 2, frame - 1, frame + 1, frame + 2) if 1 <= k < recent.count]
    around = np.stack([recent.changes(k, k + 1)[0][cells] for k in beside]) if beside else np.zeros((1, len(jumps)))
    nearest, off = _nearest_across(thumbs, frame, first, reach)
    jump, most = float(jumps.mean()), float(around.mean(axis=1).max())
    wide = max(first, frame - _FAR) - first, min(last - 1, frame + _FAR - 1) - first
    row = (
        recent.step(frame),
        off,
        shared_colours(old, new),
        shared_colours(thumbs[wide[0]], thumbs[wide[1]]),
        float((jumps > 1.3 * around.mean(axis=0) + 1).mean()),
        np.log1p(jump),
        np.log1p(float(around.mean())),
        np.log((jump + 0.5) / (most + 0.5)),
        np.log1p(float(old.std(axis=0).mean())),
        np.log1p(float(new.std(axis=0).mean())),
        float(cells.mean()),
        abs(float(new.mean()) - float(old.mean())) / (jump + 0.5),
    )
    return Seen(np.asarray(row, np.float32), nearest)


def figures(recent: Recent, frame: int, reach: int, seen: Seen) -> NDArray[np.float32]:
    """Return all figures for a cut before a frame, in the order of `NAMES`.

    Args:
        recent: Holds the frames around.
        frame: First frame of the new shot; at least 1.
        reach: As `glance` was told.
        seen: What `glance` says of it.
    """
    first, last = max(0, frame - reach), min(recent.count, frame + reach)
    before = [recent.step(frame - k) for k in range(1, AROUND + 1)]
    after = [recent.step(frame + k) for k in range(1, AROUND + 1)]
    row = np.empty(len(NAMES), np.float32)
    row[_GLANCE] = seen.row
    row[_REST] = (
        recent.likeness_both_ways(frame - 1, frame),
        recent.likeness_both_ways(frame - 1, frame, whole=True),
        recent.unmoved(frame - 1, frame),
        float(np.median(before)),
        float(np.median(after)),
        min(*before, *after),
        recent.likeness(max(first, frame - 2), min(last - 1, frame + 1)),
        recent.likeness(*seen.nearest) if seen.nearest else 0.0,
    )
    return row


def may_be_new_page(seen: NDArray[np.float32]) -> bool:
    """Tell from what is seen at a glance whether `is_new_page` could say so."""
    return _jumps_as_pages(dict(zip(GLANCE_NAMES, seen.tolist(), strict=True)))


def is_new_page(row: NDArray[np.float32]) -> bool:
    """Tell from the figures whether a still picture gives way to another at once, as slides do.

    Nothing that was learned from films is asked: pages of text are more alike than any two shots.
    """
    return stands_still(row) and _jumps_as_pages(dict(zip(NAMES, row.tolist(), strict=True)))


def stands_still(row: NDArray[np.float32]) -> bool:
    """Tell from the figures whether the picture before stands still, and the one after."""
    told = dict(zip(NAMES, row.tolist(), strict=True))
    return bool(min(told["likeness of steps before, median"], told["likeness of steps after, median"]) > _STILL)


def _jumps_as_pages(told: Mapping[str, float]) -> bool:
    return bool(
        told["likeness here, live part"] < _NEW_PAGE
        and told["jump over the largest change around, logarithm"] > _AT_ONCE
        and told["share of cells that jump"] > _HALF
        and told["jump, logarithm"] > _SEEN
        and told["live share"] > _MUCH
        and told["distance of the nearest pair across, of the jump"] > _NEARER
    )


def _nearest_across(
    thumbs: NDArray[np.float32], frame: int, first: int, reach: int
) -> tuple[tuple[int, int] | None, float]:
    """Return the two frames across that are nearest to each other, and how far, as a share of the jump."""
    rows = thumbs.reshape(len(thumbs), -1)
    before, after = rows[: frame - first], rows[frame - first :]
    squares = (before**2).sum(axis=1)[:, None] + (after**2).sum(axis=1)[None] - 2 * before @ after.T
    far = np.sqrt(np.maximum(squares, 0))
    jump = float(far[-1, 0])
    gap = np.arange(len(before), 0, -1)[:, None] + np.arange(len(after))[None]
    far[(gap < 2) | (gap > reach + 1)] = np.inf
    i, j = np.unravel_index(int(np.argmin(far)), far.shape)
    if not np.isfinite(far[i, j]):
        return None, 2.0
    return (first + int(i), frame + int(j)), min(2.0, float(far[i, j]) / max(jump, 1e-3))
