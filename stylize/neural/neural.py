"""Any network from picture to picture, as a stylizer: range, layout, precision, palette and memory are dealt with here.

Large pictures are painted in tiles, with the norms' statistics of the whole: what a painting takes of memory does not
grow with the picture. The limit is a fixed one, not what happens to be free: the same picture gives the same bytes.
"""

import copy
import math
import threading
from collections.abc import Sequence

import cv2
import numpy as np
import torch
from torch import nn

from configs.errors import WeightsError
from stylize.neural.device import choose_device, choose_precision, memory_guarded
from stylize.neural.palette import Palette, hear, keep, norms
from stylize.neural.precision import keeps_the_picture, paint_probe, shows_anything
from stylize.neural.tiles import cut
from stylize.styles.stylizer import Batch, Picture, Stylizer

_WHOLE_PX = 1920 * 1088
"""The largest picture that is painted whole."""

_LEAST_TILE_PX = 1 << 17
"""The smallest tile that is tried when memory runs out: with its margins little is left of a smaller one."""

_REFERENCE_PX = 448 * 256
"""The size at which references are heard. The statistics hardly depend on it, the time they cost does."""

_ROUND_PX = 16
"""Sides of references are multiples of this: whatever step a network has, it need not invent pixels."""


class NetworkStylizer(Stylizer):
    """Paints with a network that takes and gives (B, 3, H, W) in [-1, 1], any H and W from 8.

    Pictures go through one by one: a single one fills the cores or the GPU, memory stays low, and libraries choose
    their algorithms by the batch's size, so that a picture's bytes would depend on its company.

    Args:
        name: As the command line takes it.
        network: With its weights, in fp32; it is changed in place.
        device: `auto`, `cpu` or `cuda`.
        precision: Number format of the weights; by default the fastest one of the device with which this network
            still paints the same picture.
        reach_px: How far a pixel's surroundings reach in the network, norms aside: the margin of tiles. None where it
            cannot be cut into tiles: larger pictures are then painted smaller, and the painting enlarged.
        step_px: Tiles begin on multiples of this.
        whole_px: The largest picture, in pixels, that is painted whole.

    Raises:
        DeviceError: The device is not there.
        MemoryError: The network does not fit.
        WeightsError: It paints no picture at all.
    """

    batch_limit = 1

    def __init__(
        self,
        name: str,
        network: nn.Module,
        *,
        device: str = "auto",
        precision: torch.dtype | None = None,
        reach_px: int | None = 64,
        step_px: int = 16,
        whole_px: int = _WHOLE_PX,
    ) -> None:
        self.name = name
        self._reach_px = reach_px
        self._step_px = step_px
        self._whole_px = whole_px
        self._palette: Palette = ()
        with memory_guarded():
            self._machine = _Machine(name, network, choose_device(device), precision)

    @property
    def device(self) -> torch.device:
        """Where it paints."""
        return self._machine.device

    @property
    def precision(self) -> torch.dtype:
        """The number format of its weights."""
        return self._machine.precision

    def settle(self, references: Sequence[Picture]) -> "NetworkStylizer":
        """Take the palette of these pictures; see the contract in `stylize.styles.stylizer`."""
        settled = copy.copy(self)
        with memory_guarded():
            settled._palette = self._machine.hear(references) if references else ()
        return settled

    def paint(self, batch: Batch) -> Batch:
        """Paint each picture by itself; see the contract in `stylize.styles.stylizer`."""
        painted = np.empty_like(batch)
        for index, picture in enumerate(batch):
            painted[index] = self._paint_one(picture)
        return painted

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
        with memory_guarded():
            if height * width <= limit_px:
                return self._machine.paint(picture, self._palette)
            if self._reach_px is None:
                smaller = self._machine.paint(_reduced(picture, limit_px), self._palette)
                return np.asarray(cv2.resize(smaller, (width, height), interpolation=cv2.INTER_CUBIC)).clip(0, 1)
            palette = self._palette or self._machine.hear([picture])
            painted = np.empty_like(picture)
            for rows, columns in cut(height, width, limit_px=limit_px, reach_px=self._reach_px, step_px=self._step_px):
                tile = self._machine.paint(np.ascontiguousarray(picture[rows.seen, columns.seen]), palette)
                painted[rows.own, columns.own] = tile[rows.inner, columns.inner]
        return painted


class _Machine:
    """A network on its device; settled stylizers share it, one paints at a time.

    In fp16 the largest sums of a network may not fit. What overflows is done again with the same weights in fp32, each
    time anew: whatever was painted before, a picture comes out the same.
    """

    def __init__(self, name: str, network: nn.Module, device: torch.device, precision: torch.dtype | None) -> None:
        self.device = device
        self._name = name
        ready = network.eval().requires_grad_(False).to(device).to(memory_format=torch.channels_last)
        exact = paint_probe(ready)
        if not shows_anything(exact):
            raise self._unsound("its paintings are one flat colour, or no numbers at all")
        self.precision = precision or choose_precision(device)
        cheap = precision is None and self.precision is not torch.float32
        if cheap and not keeps_the_picture(ready, self.precision, exact):
            self.precision = torch.float32
        self._network = ready.to(self.precision)
        self._roomy: nn.Module | None = None
        """The same weights in fp32, where fp16 has ever overflowed."""
        self._lock = threading.Lock()

    def hear(self, references: Sequence[Picture]) -> Palette:
        """Take the statistics of the norms, if there are any, from pictures of any size, at least 8 px either way."""
        with self._lock, torch.inference_mode():
            if not norms(self._network):
                return ()
            small = _reduced(references[0], _REFERENCE_PX, _ROUND_PX)
            size = small.shape[1::-1]
            others = [cv2.resize(picture, size, interpolation=cv2.INTER_AREA) for picture in references[1:]]
            together = self._enter(np.stack([small, *others]))
            palette = hear(self._network, together)
            if self._overflowed(*(moment for moments in palette for moment in moments)):
                palette = hear(self._in_fp32(), together.float())
            return palette

    def paint(self, picture: Picture, palette: Palette) -> Picture:
        """Paint one picture (H, W, 3) in [0, 1], with this palette or its own."""
        with self._lock, torch.inference_mode():
            source = self._enter(picture[None])
            with keep(self._network, palette):
                result = self._network(source)
            if self._overflowed(result):
                roomy = self._in_fp32()
                with keep(roomy, palette):
                    result = roomy(source.float())
            if not bool(torch.isfinite(result).all()):
                raise self._unsound("it paints values that are no numbers")
            scaled = result.float().add_(1).mul_(0.5).clamp_(0, 1)
            shades: Picture = scaled[0].permute(1, 2, 0).cpu().numpy()
            return shades

    def _overflowed(self, *results: torch.Tensor) -> bool:
        return self.precision is torch.float16 and not all(bool(torch.isfinite(result).all()) for result in results)

    def _in_fp32(self) -> nn.Module:
        if self._roomy is None:
            self._roomy = copy.deepcopy(self._network).float()
        return self._roomy

    def _unsound(self, why: str) -> WeightsError:
        return WeightsError(f"{self._name}: {why}", cure="give other weights, or download them again")

    def _enter(self, pictures: Batch) -> torch.Tensor:
        # (B, H, W, 3) in memory is the layout that torch calls channels_last: no copy is needed to reach it
        source = torch.from_numpy(pictures).to(self.device).permute(0, 3, 1, 2)
        return (source * 2 - 1).to(self.precision)


def _reduced(picture: Picture, limit_px: int, round_px: int = 1) -> Picture:
    """Reduce a picture to at most so many pixels, or a little more where its sides are rounded; enlarge none."""
    height, width = picture.shape[:2]
    scale = min(1.0, math.sqrt(limit_px / (height * width)))
    size = [max(8, round_px, math.floor(side * scale / round_px) * round_px) for side in (width, height)]
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.float32)
