"""Any network of torch from picture to picture as a stylizer: range, layout, precision and palette are dealt with here.

How large pictures are painted is told in `stylize.neural.large`.
"""

import copy
import threading

import torch
from torch import nn

from configs.errors import WeightsError
from stylize.neural.device import choose_device, choose_precision, memory_guarded
from stylize.neural.large import WHOLE_PX, LargeStylizer, Machine
from stylize.neural.palette import Palette, hear, keep, norms
from stylize.neural.precision import keeps_the_picture, paint_probe, shows_anything
from stylize.styles.stylizer import Batch, Picture


class NetworkStylizer(LargeStylizer):
    """Paints with a network that takes and gives (B, 3, H, W) in [-1, 1], any H and W from 8.

    Pictures go through one by one: libraries choose their algorithms by the batch's size, so that a picture's bytes
    would depend on its company.

    Args:
        name: As the command line takes it.
        network: With its weights, in fp32; it is changed in place.
        device: `auto`, `cpu` or `cuda`.
        precision: Number format of the weights; by default the fastest one of the device with which this network
            still paints the same picture.
        reach_px: See `LargeStylizer`.
        step_px: See `LargeStylizer`.
        whole_px: See `LargeStylizer`.

    Raises:
        DeviceError: The device is not there.
        MemoryError: The network does not fit.
        WeightsError: It paints no picture at all.
    """

    _machine: "_TorchMachine"

    def __init__(
        self,
        name: str,
        network: nn.Module,
        *,
        device: str = "auto",
        precision: torch.dtype | None = None,
        reach_px: int | None = 64,
        step_px: int = 16,
        whole_px: int = WHOLE_PX,
    ) -> None:
        with memory_guarded():
            machine = _TorchMachine(name, network, choose_device(device), precision)
        super().__init__(name, machine, reach_px=reach_px, step_px=step_px, whole_px=whole_px)

    @property
    def device(self) -> torch.device:
        """Where it paints."""
        return self._machine.device

    @property
    def precision(self) -> torch.dtype:
        """The number format of its weights."""
        return self._machine.precision


class _TorchMachine(Machine):
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

    def hear(self, references: Batch) -> Palette:
        """Take the statistics of the norms, if there are any; see `Machine`."""
        with memory_guarded(), self._lock, torch.inference_mode():
            if not norms(self._network):
                return ()
            together = self._enter(references)
            palette = hear(self._network, together)
            if self._overflowed(*(moment for moments in palette for moment in moments)):
                palette = hear(self._in_fp32(), together.float())
            return palette

    def paint(self, picture: Picture, palette: Palette) -> Picture:
        """Paint one picture with this palette or its own; see `Machine`."""
        with memory_guarded(), self._lock, torch.inference_mode():
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
