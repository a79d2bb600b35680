"""Any size for a network that takes multiples of a step only."""

import torch
from torch import nn
from torch.nn import functional as F


class Evened(nn.Module):
    """Reflects a picture at the right and the bottom up to the network's step, and cuts the painting back.

    Args:
        network: Takes and gives (B, 3, H, W), H and W multiples of the step.
        step_px: At most 8: a side of 8 can be reflected by no more than 7.
    """

    def __init__(self, network: nn.Module, step_px: int) -> None:
        super().__init__()
        self.network = network
        self._step_px = step_px

    def forward(self, picture: torch.Tensor) -> torch.Tensor:
        """Paint (B, 3, H, W) of any size from 8; the same shape comes back."""
        height, width = picture.shape[-2:]
        right, bottom = -width % self._step_px, -height % self._step_px
        painted: torch.Tensor = self.network(F.pad(picture, (0, right, 0, bottom), mode="reflect"))
        return painted[..., :height, :width]
