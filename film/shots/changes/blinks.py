"""Blinks: a few frames that show nothing, with the same picture before and after. They are no fades."""

from film.shots.evidence.likeness import FLAT_CONTRAST
from film.shots.evidence.recent import Recent

_LONGEST = 12
_ASIDE = 4
"""How many frames on each side are compared: those next to the blink may still be half lit."""
_SAME = 0.5


class BlinkFinder:
    """Compares what stands before and after each short stretch of nothing, while the frames go by."""

    def __init__(self, recent: Recent) -> None:
        self._recent = recent
        self._first: int | None = None
        self._waiting: list[tuple[int, int]] = []
        self._returns: set[int] = set()

    def add(self, contrast: float) -> None:
        """Take note of the newest frame's contrast."""
        index = self._recent.count - 1
        if contrast < FLAT_CONTRAST:
            self._first = index if self._first is None else self._first
        elif self._first is not None:
            if index - self._first <= _LONGEST:
                self._waiting.append((self._first, index))
            self._first = None
        while self._waiting and self._waiting[0][1] + _ASIDE <= index:
            self._look(*self._waiting.pop(0))

    def returns(self) -> frozenset[int]:
        """Return the first frames of the stretches that are blinks."""
        for first, end in self._waiting:
            self._look(first, end)
        self._waiting.clear()
        return frozenset(self._returns)

    def _look(self, first: int, end: int) -> None:
        before = [index for index in range(first - _ASIDE, first) if index >= 0]
        after = [index for index in range(end, end + _ASIDE) if index < self._recent.count]
        if any(self._recent.likeness(old, new) > _SAME for old in reversed(before) for new in after):
            self._returns.add(first)
