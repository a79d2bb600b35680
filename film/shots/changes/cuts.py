"""Hard cuts: cheap measures propose, a learned judge decides.

Proposed is each frame at which a good part of what lives in the picture jumps by more than in the frames around it,
which misses none of the cuts at hand. The judge (`film.shots.judging`) weighs the rest: whether the new frame can be
made from the old one by moving its parts, whether that is so at this frame alone (in a whip pan or an explosion the
frames around are as unlike), whether the old picture comes back at once (flashes, blinks, broken frames). Slides, which
are more alike than shots, go by a gentler rule; a page that is scrolled is no new one.
"""

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

from film.shots.evidence.recent import Recent
from film.shots.evidence.scrolling import is_scrolled
from film.shots.judging.abrupt import AROUND, figures, glance, is_new_page, may_be_new_page, stands_still

Glance = Callable[[NDArray[np.float32]], float]
Decide = Callable[[int, NDArray[np.float32]], float]

_JUMP = 1.3
"""A cell jumps when it changes by so many times the mean of its four neighbours in time."""
_LEAST = 1.0
_LEAST_MEAN = 1.5
"""Levels of 255 in the mean of the live cells; dark films have hardly more at a cut."""
_SHARE = 0.3
"""So much of the live part must jump."""
_ALIKE = 0.8
"""Likeness of two neighbours from which on nobody need be asked, unless most of the live part jumps."""
_MOST = 0.55
_PLAUSIBLE = 0.02
"""How likely a proposal is a cut by what costs little, for it to be looked at closely."""
_SURE = 0.18
"""Among the made transitions that taught the judge, what looks like a cut is rarer than in films."""
_RETURN_S = 0.42
_BLOCK = 16


class CutFinder:
    """Finds the hard cuts while the frames go by.

    Args:
        recent: The ring that the caller fills.
        rate: Frames per second, roughly.
        at_a_glance: Tells from a proposal's cheap figures how likely it is a cut.
        decide: Tells from a proposal and its figures how likely it is a cut.
    """

    def __init__(self, recent: Recent, rate: float, at_a_glance: Glance, decide: Decide) -> None:
        self._recent = recent
        self._at_a_glance, self._decide = at_a_glance, decide
        self._before: NDArray[np.uint8] | None = None
        self._next = 1
        self._reach = max(3, round(_RETURN_S * rate))
        self._ahead = max(self._reach, AROUND) + 1
        self._surest = 0.0
        self.cuts: list[int] = []
        """First frames of new shots, as found so far."""

    def add(self, picture: NDArray[np.uint8]) -> float:
        """Look at the next frame (BGR) and return its change: mean absolute difference in Y'CrCb, 0 to 255."""
        colours = np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2YCrCb), np.uint8)
        change = 0.0 if self._before is None else cv2.norm(colours, self._before, cv2.NORM_L1) / colours.size
        self._before = colours
        if self._recent.count - self._ahead - self._next >= _BLOCK:
            self._search(self._next + _BLOCK)
        return change

    def finish(self) -> list[int]:
        """Decide on what is left and return all cuts: the first frames of new shots."""
        self._search(self._recent.count)
        return self.cuts

    def _search(self, end: int) -> None:
        for frame, share in self._proposed(self._next, end):
            if share >= _MOST or self._recent.step(frame) < _ALIKE:
                seen = glance(self._recent, frame, self._reach)
                if self._at_a_glance(seen.row) < _PLAUSIBLE and not may_be_new_page(seen.row):
                    continue
                row = figures(self._recent, frame, self._reach, seen)
                sure = max(self._decide(frame, row), float(is_new_page(row)))
                if sure >= _SURE and not (stands_still(row) and self._is_scrolled(frame)):
                    self._keep(frame, sure)
        self._next = end

    def _proposed(self, first: int, end: int) -> list[tuple[int, float]]:
        """Return the frames of [first, end) at which much of the live part jumps by more than around, and how much."""
        start, stop = max(1, first - 2), min(self._recent.count, end + 2)
        if end <= first:
            return []
        cells = self._recent.live_cells(first - 1).reshape(-1)
        changes = self._recent.changes(start, stop)[:, cells]
        padded = np.pad(changes, ((2 - (first - start), 2 - (stop - end)), (0, 0)))
        here = padded[2:-2]
        around = (padded[:-4] + padded[1:-3] + padded[3:-1] + padded[4:]) / 4
        share = (here > _JUMP * around + _LEAST).mean(axis=1) * (here.mean(axis=1) > _LEAST_MEAN)
        return [(first + int(place), float(share[place])) for place in np.flatnonzero(share > _SHARE)]

    def _is_scrolled(self, frame: int) -> bool:
        old, new = self._recent.grey(frame - 1), self._recent.grey(frame)
        return is_scrolled(old, new, self._recent.live(frame - 1))

    def _keep(self, frame: int, sure: float) -> None:
        """Keep the surer one of two neighbours."""
        if self.cuts and frame - self.cuts[-1] <= 1:
            if sure <= self._surest:
                return
            self.cuts.pop()
        self.cuts.append(frame)
        self._surest = sure
