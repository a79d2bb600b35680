"""Dissolves: stretches in which each frame is a mixture of the picture before and the picture after.

A window of frames [t - h, t + h] lies inside a dissolve when the frame in its middle is the mean of its ends,
when every frame between lies on the straight line from one end to the other and as far along as its time says, and
when the ends show different things. Movement breaks the first, changes of light the last. Windows of several
lengths are tried, for slow dissolves as well as for short stretches of dissolves between moving shots.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from film.shots.evidence.likeness import FLAT_CONTRAST
from film.shots.evidence.recent import Recent

_HALVES = (4, 5, 6, 8, 10, 13, 17)
"""Half lengths in frames at 24 frames per second."""
_APART = 14.0
"""Root mean square difference of the ends, of 255, from which on there is something to measure."""
_OFF_MIDDLE = 0.33
_OFF_LINE = 0.36
_OFF_TIME = 0.25
"""How far frames may lie off: as shares of the distance between the ends."""
_UNLIKE = 0.50
"""Likeness of the ends: partly dissolved pictures share a part. Slow pans and light going up or down: 0.7 and more."""
_KEPT = 0.40
"""Share of the picture that may stay: titles that appear over a picture leave more of it."""
_BLOCK = 32
_NEAR = 12


class Blend(NamedTuple):
    """A window that lies inside a dissolve."""

    middle: int
    half: int
    likeness: float


class DissolveFinder:
    """Finds windows inside dissolves while the frames go by.

    Args:
        recent: The ring that the caller fills.
        rate: Frames per second, roughly: window lengths go with it.
    """

    def __init__(self, recent: Recent, rate: float) -> None:
        self._recent = recent
        pace = min(max(rate / 24, 0.5), 2.5)
        self._halves = sorted({max(3, round(half * pace)) for half in _HALVES})
        self._reach = self._halves[-1]
        self._next = 0
        self.blends: list[Blend] = []

    def add(self) -> None:
        """Look at the middles that have become possible, in blocks."""
        if self._recent.count - self._reach - self._next >= _BLOCK:
            self._search(self._next + _BLOCK)

    def finish(self) -> list[Blend]:
        """Look at the rest and return all windows, in order."""
        self._search(self._recent.count)
        return self.blends

    def _search(self, end: int) -> None:
        count = self._recent.count
        first, last = max(0, self._next - self._reach), min(count, end + self._reach)
        thumbs = self._recent.thumbs(first, last)
        doubled = 2 * thumbs
        floor = _APART**2 * thumbs.shape[1]
        found: dict[int, list[int]] = {}
        for half in self._halves:
            start, stop = max(self._next, half) - first, min(end, count - half) - first
            if start >= stop:
                continue
            before, after = thumbs[start - half : stop - half], thumbs[start + half : stop + half]
            apart = _squares(after - before)
            off = _squares(doubled[start:stop] - (before + after)) / 4
            for place in np.flatnonzero((apart > floor) & (off < _OFF_MIDDLE**2 * apart)):
                found.setdefault(start + int(place), []).append(half)
        for middle, halves in sorted(found.items()):
            self._judge(thumbs, middle, halves, first)
        self._next = end

    def _judge(self, thumbs: NDArray[np.float32], middle: int, halves: list[int], first: int) -> None:
        fitting = (half for half in reversed(halves) if _on_line(thumbs[middle - half : middle + half + 1]))
        half = next(fitting, None)  # the longest: its ends differ most
        if half is None:
            return
        ends = first + middle - half, first + middle + half
        likeness = self._recent.likeness(*ends)
        if likeness < _UNLIKE and self._recent.kept(*ends) < _KEPT:
            self.blends.append(Blend(first + middle, half, likeness))


def _squares(rows: NDArray[np.floating[Any]]) -> NDArray[np.float32]:
    return np.asarray(np.einsum("ij,ij->i", rows, rows), np.float32)


def _on_line(thumbs: NDArray[np.float32]) -> bool:
    """Tell whether frames lie on the straight line from the first to the last, evenly spaced in time."""
    travelled, way = thumbs - thumbs[0], thumbs[-1] - thumbs[0]
    length2 = float(np.einsum("i,i->", way, way))
    along = np.einsum("ij,j->i", travelled, way) / length2
    off = np.sqrt(np.maximum(_squares(travelled) / length2 - along**2, 0))
    late = np.abs(along - np.linspace(0, 1, len(thumbs)))
    return bool(off.max() < _OFF_LINE and late.max() < _OFF_TIME)


def gather(blends: list[Blend], borders: list[int], contrast: NDArray[np.float64]) -> list[tuple[int, int, int]]:
    """Make dissolves of the windows that overlap.

    Args:
        blends: What the finder found.
        borders: Frames that no dissolve may cross: hard cuts.
        contrast: Of every frame; a fade from or to nothing is no dissolve.

    Returns:
        (first frame of the change, frame where the new shot prevails, last frame of the change), in order.
    """
    walls = np.asarray(sorted(borders))
    groups: list[list[Blend]] = []
    for blend in blends:
        start, end = blend.middle - blend.half, blend.middle + blend.half
        if np.searchsorted(walls, end + 1, "right") > np.searchsorted(walls, start - 1, "left"):
            continue
        if groups and blend.middle - groups[-1][-1].middle <= _NEAR:
            groups[-1].append(blend)
        else:
            groups.append([blend])
    return [_extent(group) for group in groups if not _fades(group, contrast)]


def _fades(group: list[Blend], contrast: NDArray[np.float64]) -> bool:
    return any(min(contrast[one.middle - one.half], contrast[one.middle + one.half]) < FLAT_CONTRAST for one in group)


def _extent(group: list[Blend]) -> tuple[int, int, int]:
    start = min(blend.middle - blend.half for blend in group)
    end = max(blend.middle + blend.half for blend in group)
    return start, round(sum(blend.middle for blend in group) / len(group)), end
