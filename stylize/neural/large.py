"""Pictures of any size for a network, whatever computes it: large ones in tiles, with the statistics of the whole.

What a painting takes of memory does not grow with the picture. The limit is a fixed one, not what happens to be free:
the same picture gives the same bytes.
"""

import copy
import math
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, Self

import cv2
import numpy as np

from stylize.neural.tiles import cut
from stylize.styles.stylizer import Batch, Picture, Stylizer

WHOLE_PX = 1920 * 1088
"""The largest picture that is painted whole."""

_LEAST_TILE_PX = 1 << 17
"""The smallest tile that is tried when memory runs out: with its margins little is left of a smaller one."""

REFERENCE_PX = 448 * 256
"""The size at which references are heard. Most networks' statistics hardly depend on it, the time they cost does."""

_ROUND_PX = 16
"""Sides of references are multiples of this: whatever step a network has, it need not invent pixels."""


class Machine(ABC):
    """A network on its device. A palette is what it has heard; an empty one says that it norms by no frame."""

    @abstractmethod
    def hear(self, references: Batch) -> Any:
        """Take the palette of pictures (B, H, W, 3) in [0, 1] that are one frame together; see `of_one_size`.

        Raises:
            MemoryError: They do not fit.
        """

    @abstractmethod
    def paint(self, picture: Picture, palette: Any) -> Picture:
        """Paint one picture (H, W, 3) in [0, 1], with this palette, or its own where that is empty.

        Raises:
            MemoryError: It does not fit.
        """


class LargeStylizer(Stylizer):
    """Paints pictures from 8 px to any size, one by one: a single one fills the cores or the GPU, and memory stays low.

    Args:
        name: As the command line takes it.
        machine: The network.
        reach_px: How far a pixel's surroundings reach in the network, norms aside: the margin of tiles. None where it
            cannot be cut into tiles: larger pictures are then painted smaller, and the painting enlarged.
        step_px: Tiles begin on multiples of this.
        whole_px: The largest picture, in pixels, that is painted whole.
        heard_px: The size at which a reference is heard; less where there are so many that together they would be more
            than is painted whole.
    """

    batch_limit = 1

    def __init__(
        self,
        name: str,
        machine: Machine,
        *,
        reach_px: int | None,
        step_px: int,
        whole_px: int = WHOLE_PX,
        heard_px: int = REFERENCE_PX,
    ) -> None:
        self.name = name
        self._machine = machine
        self._reach_px = reach_px
        self._step_px = step_px
        self._whole_px = whole_px
        self._heard_px = heard_px
        self._palette: Any = ()

    def settle(self, references: Sequence[Picture]) -> Self:
        """Take the palette of these pictures; see the contract in `stylize.styles.stylizer`."""
        settled = copy.copy(self)
        settled._palette = self._hear(references) if references else ()
        return settled

    def paint(self, batch: Batch) -> Batch:
        """Paint each picture by itself; see the contract in `stylize.styles.stylizer`."""
        painted = np.empty_like(batch)
        for index, picture in enumerate(batch):
            painted[index] = self._paint_one(picture)
        return painted

    def _hear(self, references: Sequence[Picture]) -> Any:
        together_px = max(REFERENCE_PX, self._whole_px // len(references))
        return self._machine.hear(of_one_size(references, min(self._heard_px, together_px)))

    def _paint_one(self, picture: Picture) -> Picture:
        """Paint one picture, in ever smaller tiles where memory runs out."""
        limit_px = min(self._whole_px, picture.shape[0] * picture.shape[1])
        while True:
            try:
                return self._within(picture, limit_px)
            except MemoryError:
                limit_px //= 4
                if self._reach_px is None or limit_px < _LEAST_TILE_PX:
                    raise

    def _within(self, picture: Picture, limit_px: int) -> Picture:
        """Paint one picture with no more than so many pixels at a time."""
        height, width = picture.shape[:2]
        if height * width <= limit_px:
            return self._machine.paint(picture, self._palette)
        if self._reach_px is None:
            smaller = self._machine.paint(reduced(picture, limit_px), self._palette)
            return np.asarray(cv2.resize(smaller, (width, height), interpolation=cv2.INTER_CUBIC)).clip(0, 1)
        palette = self._palette or self._hear([picture])
        painted = np.empty_like(picture)
        for rows, columns in cut(height, width, limit_px=limit_px, reach_px=self._reach_px, step_px=self._step_px):
            tile = self._machine.paint(np.ascontiguousarray(picture[rows.seen, columns.seen]), palette)
            painted[rows.own, columns.own] = tile[rows.inner, columns.inner]
        return painted


def of_one_size(references: Sequence[Picture], limit_px: int) -> Batch:
    """Return references as one batch (B, H, W, 3), at the size of the first, reduced to so many pixels."""
    small = reduced(references[0], limit_px, _ROUND_PX)
    size = small.shape[1::-1]
    others = [cv2.resize(picture, size, interpolation=cv2.INTER_AREA) for picture in references[1:]]
    return np.stack([small, *others])


def reduced(picture: Picture, limit_px: int, round_px: int = 1) -> Picture:
    """Reduce a picture to at most so many pixels, or a little more where its sides are rounded; enlarge none."""
    height, width = picture.shape[:2]
    scale = min(1.0, math.sqrt(limit_px / (height * width)))
    size = [max(8, round_px, math.floor(side * scale / round_px) * round_px) for side in (width, height)]
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.float32)
