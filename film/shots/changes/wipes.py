"""Wipes: a border passes over the picture, and behind it lies the next shot.

Windows of two lengths are looked at, none of them across a hard cut. Where many cells change once and not all at the
same time, a front is fitted to when they do (`film.shots.evidence.front`); a learned judge (`film.shots.judging`) tells
those of wipes from bodies that cross the picture, whipped cameras and scrolled text.
"""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from film.shots.evidence.front import find_front
from film.shots.evidence.recent import Recent
from film.shots.judging.swept import figures

DecideWipe = Callable[["Wipe", NDArray[np.float32]], float]

_HALVES = (13, 32)
"""Half lengths of windows in frames at 24 frames per second: for quick wipes between short shots, and for slow ones."""
_EVERY = 6
_SHORTEST = 10
_LAG = 32
"""So many frames behind the newest hard cuts are decided."""
_ONCE = 3.0
"""A cell changes once when its largest change is so many times the mean of the window."""
_ONCE_LEAST = 3.0
_MANY = 0.4
"""Share of the live cells that must change once,"""
_SPREAD = 0.75
"""and of these the share that at most does so in two neighbouring frames: more is a hard cut."""
_LONG_ENOUGH = 3.0
_NEAR = 0.6
_OFF = 0.6
"""All these let far too much through; the judge decides."""
_SURE = 0.98
"""Wipes are rare in films; a wrong one costs a reader more than a missed one."""


class Wipe(NamedTuple):
    """A wipe: last frame of the old shot alone, frame where the new one prevails, first frame of the new one alone."""

    start: int
    middle: int
    end: int


class WipeFinder:
    """Finds wipes while the frames go by.

    Args:
        recent: The ring that the caller fills.
        rate: Frames per second, roughly: window lengths go with it.
        cuts: Hard cuts found so far, which no wipe may cross; the caller lets it grow.
        decide: Tells from a front and its figures how likely it is a wipe.
    """

    def __init__(self, recent: Recent, rate: float, cuts: Sequence[int], decide: DecideWipe) -> None:
        self._recent, self._cuts, self._decide = recent, cuts, decide
        self._pace = min(max(rate / 24, 0.5), 2.5)
        self._halves = [round(half * self._pace) for half in _HALVES]
        self._every = round(_EVERY * self._pace)
        self._next = 0
        self._found: dict[Wipe, float] = {}

    def add(self) -> None:
        """Look at the windows that have become possible."""
        self._search(self._recent.count - self._halves[-1] - _LAG)

    def finish(self) -> list[Wipe]:
        """Look at the rest and return all wipes, in order."""
        self._search(self._recent.count)
        return sorted(self._found)

    def _search(self, end: int) -> None:
        for middle in range(self._next, end, self._every):
            before: tuple[int, int] | None = None
            for half in self._halves:
                window = self._window(middle, half)
                if window != before and window[1] - window[0] >= _SHORTEST:
                    self._examine(*window)
                before = window
            self._next = middle + self._every

    def _window(self, middle: int, half: int) -> tuple[int, int]:
        """Return the frames [first, last) around one that lie in one hard-cut shot."""
        place = bisect_right(self._cuts, middle)
        first = max(0, middle - half, self._cuts[place - 1] if place else 0)
        last = min(self._recent.count, middle + half, self._cuts[place] if place < len(self._cuts) else middle + half)
        return first, last

    def _examine(self, first: int, last: int) -> None:
        cells = self._recent.live_cells(first).reshape(-1)
        changes = self._recent.changes(first + 1, last)[:, cells]
        once = changes.max(axis=0) > _ONCE * changes.mean(axis=0) + _ONCE_LEAST
        if once.mean() < _MANY:
            return
        by_frame = np.bincount(changes[:, once].argmax(axis=0), minlength=len(changes))
        if (by_frame[:-1] + by_frame[1:]).max() > _SPREAD * once.sum():
            return
        front = find_front(
            self._recent.thumbs(first, last),
            cells,
            self._recent.thumb_size,
            least_near=_NEAR,
            least_length=_LONG_ENOUGH * self._pace,
        )
        if front is None or front.off > _OFF:
            return
        wipe = Wipe(first + front.start, first + (front.start + front.end + 1) // 2, first + front.end)
        sure = self._decide(wipe, figures(self._recent, first, last, front, self._pace))
        if sure >= _SURE:
            self._keep(wipe, sure)

    def _keep(self, found: Wipe, sure: float) -> None:
        """Keep the surest one of those that lie over each other."""
        rivals = [one for one in self._found if one.start <= found.end and found.start <= one.end]
        if all(sure > self._found[one] for one in rivals):
            for one in rivals:
                del self._found[one]
            self._found[found] = sure
