"""The last few seconds of a film in small: what the search for cuts may look back at. Memory does not grow."""

from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from film.shots.evidence.likeness import CLEAR_CONTRAST, Likeness, Mask, contrast, without_noise
from film.shots.evidence.living import Cells, Living, judged_part

SPAN = 256
"""How many frames are kept."""

_THUMB_AREA_PX = 32 * 18
_COARSE = 2.0
"""Contrast of a thumbnail that no noise explains: each of its pixels is the mean of many."""
_LASTING_FRAMES = 240
_LASTING_SHARE = 0.1
_REFRESHED = 16
"""What never lives in ten seconds has no part in fades; looked at anew every few frames, unless hardly any lives."""
_STILL_FRAMES = 48
"""What has stood still for so long before a frame (two seconds at 24), and still does, has no part in what happens."""


def palette(colours: NDArray[Any]) -> NDArray[np.int64]:
    """Count colours (BGR, 0 to 255, last axis) in a coarse histogram of 64."""
    steps = colours.astype(np.uint8) >> 6
    codes = steps[..., 0] << 4 | steps[..., 1] << 2 | steps[..., 2]
    return np.bincount(codes.ravel(), minlength=64)


def shared_colours(old: NDArray[Any], new: NDArray[Any]) -> float:
    """Return what share of their colours, as `palette` counts them, two sets of as many pixels have in common."""
    before, after = palette(old), palette(new)
    return float(np.minimum(before, after).sum() / before.sum())


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
        cells = self._thumb[0] * self._thumb[1]
        self._thumbs = np.zeros((SPAN, cells * 3), np.float32)
        self._changes = np.zeros((SPAN, cells), np.float32)
        self._living = Living(self._thumb)
        self._likeness = Likeness()
        self._steps: dict[int, float] = {}
        self._live: dict[int, tuple[Cells, Mask | None]] = {}
        self._lasting: Mask | None = None
        self._lasting_cells = np.ones(cells, np.bool_)
        self.count = 0
        """How many frames have been added; the newest is `count - 1`."""

    def add(self, picture: NDArray[np.uint8]) -> Reduced:
        """Take in the next frame (BGR); returns it at half size and as a thumbnail."""
        slot = self.count % SPAN
        half = np.asarray(cv2.resize(picture, self._half, interpolation=cv2.INTER_AREA), np.uint8)
        thumb = np.asarray(cv2.resize(half, self._thumb, interpolation=cv2.INTER_AREA), np.uint8)
        cv2.cvtColor(half, cv2.COLOR_BGR2GRAY, dst=self._greys[slot])
        self._thumbs[slot] = thumb.reshape(-1)
        self._changes[slot] = self._living.add(thumb)
        self._steps.pop(self.count - SPAN, None)
        self._live.clear()
        self.count += 1
        return Reduced(half, thumb)

    def contrast(self, grey: NDArray[np.uint8], whole: float) -> float:
        """Return the contrast of the newest frame's part that lives at times, without that of its noise.

        Args:
            grey: Its lightness.
            whole: The contrast of all of it.
        """
        if self.count % _REFRESHED == 0:
            cells = judged_part(self._living.since(max(1, self.count - _LASTING_FRAMES)), _LASTING_SHARE)
            self._lasting_cells = cells.reshape(-1)
            self._lasting = None if cells.all() else _enlarged(cells, (grey.shape[1], grey.shape[0]))
        told = whole if self._lasting is None else contrast(grey, self._lasting)
        if told >= CLEAR_CONTRAST:
            return told
        # What a thumbnail still shows is no noise, however fine the picture is besides.
        coarse = self._thumbs[(self.count - 1) % SPAN].reshape(-1, 3)[self._lasting_cells].mean(axis=1)
        return told if coarse.std() > _COARSE else without_noise(told, grey)

    @property
    def thumb_size(self) -> tuple[int, int]:
        """Width and height of the thumbnails in pixels."""
        return self._thumb

    def holds(self, index: int) -> bool:
        """Tell whether a frame is (still) at hand."""
        return max(0, self.count - SPAN) <= index < self.count

    def live_cells(self, old: int) -> Cells:
        """Return which cells have changed since `_STILL_FRAMES` before a frame; all where hardly any has.

        Bars, logos and diagrams beside the picture stay through every cut: they must not pass for likeness.
        """
        return self._live_part(old)[0]

    def live(self, old: int) -> Mask | None:
        """Return the live cells as a mask of the grey pictures; None when all of them count."""
        return self._live_part(old)[1]

    def thumbs(self, first: int, last: int) -> NDArray[np.float32]:
        """Return the thumbnails of the frames [first, last) as rows."""
        return self._thumbs[np.arange(first, last) % SPAN]

    def changes(self, first: int, last: int) -> NDArray[np.float32]:
        """Return how far the cells of the frames [first, last) lie off the frame before each, as rows."""
        return self._changes[np.arange(first, last) % SPAN]

    def grey(self, index: int) -> NDArray[np.uint8]:
        """Return a frame's lightness picture."""
        return np.asarray(self._greys[index % SPAN])

    def likeness(self, old: int, new: int, *, whole: bool = False) -> float:
        """Return how well one frame can be made from another; frames that are not at hand are alike.

        Args:
            old: The earlier frame.
            new: The later frame.
            whole: Compare all of the picture, not the live part alone.
        """
        if not (self.holds(old) and self.holds(new)):
            return 1.0
        if whole and self.live(old) is not None:
            return self._likeness.between(self.grey(old), self.grey(new), pair=(old, new))
        if new - old != 1:
            return self._compare(old, new)
        if new not in self._steps:
            self._steps[new] = self._compare(old, new)
        return self._steps[new]

    def likeness_both_ways(self, old: int, new: int, *, whole: bool = False) -> float:
        """Return the mean likeness of one frame made from another and the other way round: what it says is firmer."""
        if not (self.holds(old) and self.holds(new)):
            return 1.0
        live = None if whole else self.live(old)
        back = self._likeness.between(self.grey(new), self.grey(old), live, (new, old))
        return (self.likeness(old, new, whole=whole) + back) / 2

    def unmoved(self, old: int, new: int) -> float:
        """Return what share of the change between two frames no movement explains; all where one is not at hand."""
        if not (self.holds(old) and self.holds(new)):
            return 1.0
        return self._likeness.unmoved(self.grey(old), self.grey(new), self.live(old), (old, new))

    def kept(self, old: int, new: int) -> float:
        """Return in what share of a frame another one can still be recognised; all where one is not at hand."""
        if not (self.holds(old) and self.holds(new)):
            return 1.0
        return self._likeness.kept(self.grey(old), self.grey(new), self.live(old), (old, new))

    def step(self, index: int) -> float:
        """Return the likeness of a frame to the one before it."""
        return self.likeness(index - 1, index)

    def _live_part(self, old: int) -> tuple[Cells, Mask | None]:
        if old not in self._live:
            cells = judged_part(self._living.since(max(1, old - _STILL_FRAMES)))
            self._live[old] = cells, None if cells.all() else _enlarged(cells, self._half)
        return self._live[old]

    def _compare(self, old: int, new: int) -> float:
        return self._likeness.between(self.grey(old), self.grey(new), self.live(old), (old, new))


def _enlarged(cells: Cells, size_px: tuple[int, int]) -> Mask:
    return np.asarray(cv2.resize(cells.view(np.uint8), size_px, interpolation=cv2.INTER_NEAREST)).view(np.bool_)
