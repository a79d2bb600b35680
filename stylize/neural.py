"""Any network from picture to picture, as a stylizer: range, layout, precision and memory are dealt with here."""

import numpy as np
import torch
from torch import nn

from stylize.base import Batch, Stylizer
from stylize.device import choose_device, choose_precision, memory_guarded


class NetworkStylizer(Stylizer):
    """Paints with a network that takes and gives (1, 3, H, W) in [-1, 1], any H and W from 8.

    Pictures go through one by one: a single one fills the cores or the GPU, memory stays low, and libraries choose
    their algorithms by the batch's size, so that a picture's bytes would depend on its company.

    Args:
        name: As the command line takes it.
        network: With its weights, in fp32; it is changed in place.
        device: `auto`, `cpu` or `cuda`.
        precision: Number format of the weights; by default the fastest safe one of the device.

    Raises:
        DeviceError: The device is not there.
        MemoryError: The network does not fit.
    """

    batch_limit = 1

    def __init__(
        self, name: str, network: nn.Module, *, device: str = "auto", precision: torch.dtype | None = None
    ) -> None:
        self.name = name
        self.device = choose_device(device)
        self.precision = precision or choose_precision(self.device)
        with memory_guarded():
            moved = network.eval().requires_grad_(False).to(self.device, self.precision)
            self._network = moved.to(memory_format=torch.channels_last)

    def paint(self, batch: Batch) -> Batch:
        """Paint each picture by itself; see the contract in `stylize.base`."""
        painted = np.empty_like(batch)
        for index, picture in enumerate(batch):
            with memory_guarded(), torch.inference_mode():
                painted[index] = self._paint_one(picture)
        return painted

    def _paint_one(self, picture: Batch) -> Batch:
        """Paint one picture (H, W, 3) in [0, 1]."""
        # (H, W, 3) in memory is the layout that torch calls channels_last: no copy is needed to reach it
        source = torch.from_numpy(picture).to(self.device).permute(2, 0, 1).unsqueeze(0)
        result = self._network((source * 2 - 1).to(self.precision))
        if self.precision is torch.float16 and not bool(torch.isfinite(result).all()):
            # the largest sums of this network do not fit fp16: from here on in full precision
            self.precision = torch.float32
            self._network = self._network.float()
            return self._paint_one(picture)
        scaled = result.float().add_(1).mul_(0.5).clamp_(0, 1)
        shades: Batch = scaled[0].permute(1, 2, 0).cpu().numpy()
        return shades
