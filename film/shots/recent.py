"""The last few seconds of a film in small: what the search for cuts may look back at. Memory does not grow."""

from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from film.shots.likeness import Likeness, live_part

SPAN = 256
"""How many frames are kept."""

_THUMB_AREA_PX = 32 * 18
_STILL_FRAMES = 48
"""What has stood still for so long before a frame (two seconds at 24), and still does, has no part in what happens."""
_CHANGED = 4
"""Levels of lightness: less is what compression does to bars and diagrams."""


def palette(colours: NDArray[Any]) -> NDArray[np.int64]:
    """Count colours (BGR, 0 to 255, last axis) in a coarse histogram of 64."""
    steps = colours.astype(np.uint8) >> 6
    codes = steps[..., 0] << 4 | steps[..., 1] << 2 | steps[..., 2]
    return np.bincount(codes.ravel(), minlength=64)


class Reduced(NamedTuple):
    """A frame in still smaller (BGR, uint8)."""

    half: NDArray[np.uint8]
    """Half as wide and high: enough to see that something changes."""
    thumb: NDArray[np.uint8]
    """About 32x18."""


class Recent:
    """A ring of the newest frames: grey pictures to compare, and thumbnails as vectors."""

    def __init__(self, size_px: tuple[int, int]) -> None:
        width, height = size_px
        self._half = max(2, width // 2), max(2, height // 2)
        scale = min(1.0, (_THUMB_AREA_PX / (width * height)) ** 0.5)
        self._thumb = max(2, round(width * scale)), max(2, round(height * scale))
        self._greys = np.zeros((SPAN, self._half[1], self._half[0]), np.uint8)
        self._thumbs = np.zeros((SPAN, self._thumb[0] * self._thumb[1] * 3), np.float32)
        self._changed_at = np.zeros(self._greys.shape[1:], np.int64)
        self._likeness = Likeness()
        self._steps: dict[int, float] = {}
        self.count = 0
        """How many frames have been added; the newest is `count - 1`."""

    def add(self, picture: NDArray[np.uint8]) -> Reduced:
        """Take in the next frame (BGR); returns it at half size and as a thumbnail."""
        slot = self.count % SPAN
        half = np.asarray(cv2.resize(picture, self._half, interpolation=cv2.INTER_AREA), np.uint8)
        thumb = np.asarray(cv2.resize(half, self._thumb, interpolation=cv2.INTER_AREA), np.uint8)
        cv2.cvtColor(half, cv2.COLOR_BGR2GRAY, dst=self._greys[slot])
        self._thumbs[slot] = thumb.reshape(-1)
        if self.count:
            moved = cv2.absdiff(self._greys[slot], self._greys[(self.count - 1) % SPAN]) > _CHANGED
            self._changed_at[moved] = self.count
        self._steps.pop(self.count - SPAN, None)
        self.count += 1
        return Reduced(half, thumb)

    def holds(self, index: int) -> bool:
        """Tell whether a frame is (still) at hand."""
        return max(0, self.count - SPAN) <= index < self.count

    def live(self, old: int) -> NDArray[np.bool_] | None:
        """Return which pixels have changed since `_STILL_FRAMES` before a frame; None when all of them count.

        Bars, logos and diagrams beside the picture stay through every cut: they must not pass for likeness.
        """
        return live_part(self._changed_at > max(0, old - _STILL_FRAMES))

    def thumbs(self, first: int, last: int) -> NDArray[np.float32]:
        """Return the thumbnails of the frames [first, last) as rows."""
        return self._thumbs[np.arange(first, last) % SPAN]

    def likeness(self, old: int, new: int) -> float:
        """Return how well one frame can be made from another; frames that are not at hand are alike."""
        if not (self.holds(old) and self.holds(new)):
            return 1.0
        if new - old != 1:
            return self._compare(old, new)
        if new not in self._steps:
            self._steps[new] = self._compare(old, new)
        return self._steps[new]

    def kept(self, old: int, new: int) -> float:
        """Return in what share of a frame another one can still be recognised; all where one is not at hand."""
        if not (self.holds(old) and self.holds(new)):
            return 1.0
        return self._likeness.kept(self._greys[old % SPAN], self._greys[new % SPAN], self.live(old))

    def step(self, index: int) -> float:
        """Return the likeness of a frame to the one before it."""
        return self.likeness(index - 1, index)

    def palette_share(self, old: int, new: int) -> float:
        """Return how much of two frames' colours they have in common: 1 all, 0 nothing."""
        before, after = (palette(row.reshape(-1, 3)) for row in (self.thumbs(old, old + 1), self.thumbs(new, new + 1)))
        return float(np.minimum(before, after).sum() / before.sum())

    def _compare(self, old: int, new: int) -> float:
        return self._likeness.between(self._greys[old % SPAN], self._greys[new % SPAN], self.live(old))
