"""Scenes: consecutive shots of one place and time, told by their colours.

Shots that alternate (two people talking) belong together though neighbours differ, so a shot is linked to any of the
next few that looks like it, and a scene ends where no link crosses (overlapping links: Hanjalic, Lagendijk, Biemond
1999). A fade ends a scene in any case.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from film.shots.evidence.recent import palette

_EVERY = 6
_REACH = 4
"""How many shots ahead a link may go."""
_ALIKE = 0.62
"""Intersection of two shots' colour histograms from which on they share a place."""

Histogram = NDArray[np.float64]


class PaletteMeter:
    """Gathers colour histograms of some frames, while they go by."""

    def __init__(self) -> None:
        self._seen = 0
        self._rows: list[NDArray[np.uint16]] = []

    def add(self, thumb: NDArray[np.uint8]) -> None:
        """Take in the next frame's thumbnail (BGR); most are passed over."""
        if self._seen % _EVERY == 0:
            self._rows.append(palette(thumb).astype(np.uint16))
        self._seen += 1

    def of(self, first: int, end: int) -> Histogram:
        """Return the mean histogram of the frames [first, end); of the nearest one when none of them was kept."""
        start, stop = -(-first // _EVERY), -(-end // _EVERY)
        if start >= stop:
            start, stop = first // _EVERY, first // _EVERY + 1
        rows = np.asarray(self._rows[start:stop], np.float64).sum(axis=0)
        return np.asarray(rows / max(rows.sum(), 1))


def group(histograms: Sequence[Histogram], walls: Sequence[bool]) -> tuple[tuple[int, int], ...]:
    """Group consecutive shots into scenes.

    Args:
        histograms: Of every shot, each summing to 1.
        walls: Whether a scene ends before this shot in any case.

    Returns:
        Half-open ranges of shot indices that cover all shots.
    """
    count = len(histograms)
    starts = [0]
    for shot in range(1, count):
        if walls[shot] or not _is_bridged(histograms, shot, max(starts[-1], shot - _REACH), count):
            starts.append(shot)
    return tuple(zip(starts, [*starts[1:], count], strict=True))


def _is_bridged(histograms: Sequence[Histogram], shot: int, earliest: int, count: int) -> bool:
    """Tell whether some shot before looks like this one or one after, at most `_REACH` shots on."""
    return any(
        float(np.minimum(histograms[old], histograms[new]).sum()) >= _ALIKE
        for old in range(earliest, shot)
        for new in range(shot, min(old + _REACH + 1, count))
    )
