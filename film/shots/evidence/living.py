"""Which part of a picture lives: what has changed lately. Bars, logos, diagrams beside it have no say in what happens.

The picture is looked at in cells, the pixels of its thumbnail, each of them the mean of many pixels: grain hardly
shows there. A cell has changed when it lies off what it was when it last changed, so that slow changes count as well.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

_CHANGED = 4
"""Levels (of 255, in any colour): less is what compression does to bars and diagrams."""
_CHANGED_MOST = 9
_NOISY = 7.0
"""In noisy films a cell has changed when it differs by so many times the noise."""
_NOISE_EVERY = 4
_NOISE_KEPT = 12
_STILLEST = 3
"""The stillest third of the cells, in the stillest of some frames, shows nothing but noise."""

_LIVE_SHARE = 0.02
"""Where less of a picture lives, all of it counts."""

Cells = NDArray[np.bool_]
"""Shape (height, width) of the thumbnail."""


class Living:
    """Keeps account of when each cell changed last, while the frames go by.

    Args:
        size_cells: (width, height).
    """

    def __init__(self, size_cells: tuple[int, int]) -> None:
        width, height = size_cells
        self._reference = np.zeros((height, width, 3), np.uint8)
        self._before = self._reference
        self._changed_at = np.full((height, width), -1, np.int64)
        self._noise = np.full(_NOISE_KEPT, np.inf)
        self.count = 0

    def add(self, thumb: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Take in the next thumbnail (BGR); returns how far each cell lies off the one before, mean of the colours."""
        step = cv2.absdiff(thumb, self._before)
        colours = step.reshape(-1, 3)  # OpenCV sums up short rows ten times as fast as numpy
        far = cv2.reduce(colours, 1, cv2.REDUCE_SUM, dtype=cv2.CV_32F)[:, 0] / np.float32(3)
        if self.count == 0:
            far[:] = 0
            self._reference = thumb.copy()
        else:
            if self.count % _NOISE_EVERY == 1:
                place = far.size // _STILLEST
                self._noise[self.count // _NOISE_EVERY % _NOISE_KEPT] = np.partition(far, place)[place]
            off = cv2.absdiff(thumb, self._reference).reshape(-1, 3)
            moved = cv2.reduce(off, 1, cv2.REDUCE_MAX).reshape(self._changed_at.shape) > self._least()
            self._changed_at[moved] = self.count
            self._reference[moved] = thumb[moved]
        self._before = thumb
        self.count += 1
        return np.asarray(far)

    def since(self, frame: int) -> Cells:
        """Return which cells have changed at a frame or later."""
        return np.asarray(self._changed_at >= frame)

    def _least(self) -> float:
        return min(max(float(_CHANGED), _NOISY * float(self._noise.min())), float(_CHANGED_MOST))


def judged_part(changed: Cells, least: float = _LIVE_SHARE) -> Cells:
    """Return the part of a picture that is to be judged, given the cells that change.

    Single still cells among changing ones belong to the picture; cells beside still ones show a part of those. All of
    a picture counts in which less than `least` of it changes.
    """
    if changed.all():
        return changed
    around = np.ones((3, 3), np.uint8)
    closed = cv2.morphologyEx(changed.view(np.uint8), cv2.MORPH_CLOSE, around)
    inside = np.asarray(cv2.erode(closed, around), np.bool_)
    return inside if inside.mean() >= least else np.ones_like(changed)
