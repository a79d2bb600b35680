"""Dissolves: stretches in which each frame is a mixture of the picture before and the picture after.

A window of frames [t - h, t + h] may lie inside a dissolve when the frame in its middle is near the mean of its ends,
and every frame between near the straight line from one end to the other, as far along as its time says. Windows of
several lengths are tried, for slow dissolves as well as for short stretches of dissolves between moving shots. Learned
judges (`film.shots.judging`) tell them from moving cameras and changing light: first each window, then those together
that overlap.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from film.shots.changes.cuts import Glance
from film.shots.evidence.recent import Recent
from film.shots.judging.gradual import BlendWindow, Judged, figures, glance, group_figures

DecideWindow = Callable[[BlendWindow, NDArray[np.float32]], float]
DecideGroup = Callable[[Sequence[Judged], NDArray[np.float32]], float]

_HALVES = (4, 5, 6, 8, 10, 13, 17, 24)
"""Half lengths in frames at 24 frames per second."""
_APART = 8.0
"""Root mean square difference of the ends' live cells, of 255, from which on there is something to measure."""
_OFF_MIDDLE = 0.46
_OFF_LINE = 0.52
_OFF_TIME = 0.36
"""How far frames may lie off: as shares of the distance between the ends. All three let far too much through."""
_ALIKE = 0.8
"""Likeness of the ends from which on nobody need be asked."""
_PLAUSIBLE = 0.03
"""How likely a window is a dissolve by what costs little, for it to be looked at closely."""
_POSSIBLE = 0.15
_SURE = 0.72
"""In films dissolves are far rarer among what is proposed than among the made transitions that taught the judges."""
_SHARED = 0.5
"""Two that share more than this of the shorter one are one."""
_BLOCK = 32
_EVERY = 2
"""Neighbouring middles look the same: every second one is judged."""
_NEAR = 12


class Dissolve(NamedTuple):
    """A dissolve: first frame of the change, frame where the new shot prevails, last frame of the change."""

    start: int
    middle: int
    end: int


class DissolveFinder:
    """Finds dissolves while the frames go by.

    Args:
        recent: The ring that the caller fills.
        rate: Frames per second, roughly: window lengths go with it.
        cuts: Hard cuts found so far, which no dissolve may cross; the caller lets it grow.
        at_a_glance: Tells from a window's cheap figures how likely it lies in a dissolve.
        windows: Tells from a window and its figures how likely it lies in a dissolve.
        groups: Tells from some windows that overlap and their figures how likely they are one dissolve.
    """

    def __init__(
        self,
        recent: Recent,
        rate: float,
        cuts: Sequence[int],
        at_a_glance: Glance,
        windows: DecideWindow,
        groups: DecideGroup,
    ) -> None:
        self._recent = recent
        self._cuts = cuts
        self._at_a_glance, self._decide_window, self._decide_group = at_a_glance, windows, groups
        self._pace = min(max(rate / 24, 0.5), 2.5)
        self._halves = sorted({max(3, round(half * self._pace)) for half in _HALVES})
        self._reach = self._halves[-1]
        self._next = 0
        self._open: list[Judged] = []
        self._found: list[Dissolve] = []
        self._surest = 0.0

    def add(self) -> None:
        """Look at the middles that have become possible, in blocks."""
        while self._recent.count - self._reach - self._next >= _BLOCK:
            self._search(self._next + _BLOCK)

    def finish(self) -> list[Dissolve]:
        """Look at the rest and return all dissolves, in order."""
        self._search(self._recent.count)
        self._close()
        return self._found

    def _search(self, end: int) -> None:
        count = self._recent.count
        first, last = max(0, self._next - self._reach), min(count, end + self._reach)
        cells = self._recent.live_cells(first)
        thumbs = self._recent.thumbs(first, last)
        if not cells.all():
            thumbs = thumbs[:, np.repeat(cells.reshape(-1), 3)]
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
            if (first + middle) % _EVERY == 0:
                self._judge(thumbs, middle, halves, first)
        self._next = end
        if self._open and end - self._open[-1].window.middle > _NEAR * self._pace:
            self._close()

    def _judge(self, thumbs: NDArray[np.float32], middle: int, halves: list[int], first: int) -> None:
        windows = (_window(thumbs, middle, half, first) for half in reversed(halves))
        window = next((window for window in windows if window is not None), None)  # the longest: its ends differ most
        if window is None:
            return
        seen = glance(self._recent, window, self._pace)
        if self._at_a_glance(seen) < _PLAUSIBLE:
            return
        likeness = self._recent.likeness(window.middle - window.half, window.middle + window.half)
        if likeness >= _ALIKE:
            return
        row = figures(self._recent, window, seen, likeness)
        sure = self._decide_window(window, row)
        if sure < _POSSIBLE:
            return
        if self._open and window.middle - self._open[-1].window.middle > _NEAR * self._pace:
            self._close()
        self._open.append(Judged(window, row, sure))

    def _close(self) -> None:
        """Decide on the windows that overlap; each side of a cut by itself."""
        sides: dict[int, list[Judged]] = {}
        for one in self._open:
            before = bisect_left(self._cuts, one.window.middle - one.window.half)
            if before == bisect_right(self._cuts, one.window.middle + one.window.half + 1):
                sides.setdefault(before, []).append(one)
        for group in sides.values():
            sure = self._decide_group(group, group_figures(self._recent, group, self._pace))
            if sure >= _SURE:
                self._keep(_extent(group), sure)
        self._open = []

    def _keep(self, found: Dissolve, sure: float) -> None:
        """Keep the surer one of two that lie over each other: a long dissolve is found at its beginning and its end."""
        if self._found:
            last = self._found[-1]
            shorter = min(last.end - last.start, found.end - found.start)
            if min(last.end, found.end) - max(last.start, found.start) > _SHARED * shorter:
                if sure <= self._surest:
                    return
                self._found.pop()
        self._found.append(found)
        self._surest = sure


def _squares(rows: NDArray[np.floating[Any]]) -> NDArray[np.float32]:
    return np.asarray(np.einsum("ij,ij->i", rows, rows), np.float32)


def _window(thumbs: NDArray[np.float32], middle: int, half: int, first: int) -> BlendWindow | None:
    """Return a window whose frames lie near the straight line from the first to the last, evenly spaced in time."""
    inside = thumbs[middle - half : middle + half + 1]
    travelled, way = inside - inside[0], inside[-1] - inside[0]
    length2 = float(np.einsum("i,i->", way, way))
    along = np.einsum("ij,j->i", travelled, way) / length2
    off = float(np.sqrt(np.maximum(_squares(travelled) / length2 - along**2, 0)).max())
    late = float(np.abs(along - np.linspace(0, 1, len(inside))).max())
    if off >= _OFF_LINE or late >= _OFF_TIME:
        return None
    between = 2 * inside[half] - inside[0] - inside[-1]
    off_middle = float(np.sqrt(np.einsum("i,i->", between, between) / 4 / length2))
    return BlendWindow(first + middle, half, off_middle, off, late)


def _extent(group: Sequence[Judged]) -> Dissolve:
    start = min(one.window.middle - one.window.half for one in group)
    end = max(one.window.middle + one.window.half for one in group)
    return Dissolve(start, middle_of(group), end)


def middle_of(group: Sequence[Judged]) -> int:
    """Return the frame in the middle of some windows, the surest of them having the most say."""
    says = [one.sure**2 for one in group]
    return round(sum(one.window.middle * say for one, say in zip(group, says, strict=True)) / sum(says))
