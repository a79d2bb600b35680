"""The network of our own styles: a small U-Net from picture to picture without statistics of the whole frame.

AnimeGANv2's layer norm takes its mean and variance from the frame, so that a bar, a tile or a dark scene changes every
colour: blacks turn grey, tiles show seams, the panels of a scene drift apart. Here every norm is a batch norm whose
statistics are fixed when the warm start ends; painting, it is a plain affine map, folded into the convolution before
it. A pixel then depends on its surroundings alone, less than 128 pixels far, and the network is a chain of
convolutions, leaky ReLUs, sums and nearest-neighbour enlargements (Odena et al. 2016: no checkerboard) that any
runtime knows.

The network gives a difference to its input: it starts from the picture, and need not learn to copy it.
"""

from collections.abc import Mapping

import torch
from torch import nn
from torch.nn import functional as F

_STEP_PX = 8
"""Height and width are multiples of this."""

_WIDTHS = (24, 48, 80, 128)
_BLOCKS = 3
_SLOPE = 0.1


class Unit(nn.Module):
    """Convolution 3x3, batch norm, leaky ReLU; (B, C, H, W) in and out, zero border."""

    def __init__(self, c_in: int, c_out: int, *, stride: int = 1, active: bool = True) -> None:
        super().__init__()
        self.conv = nn.Conv2d(c_in, c_out, 3, stride, padding=1, bias=False)
        self.norm = nn.BatchNorm2d(c_out, momentum=0.02)
        self.active = active

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return the unit's output."""
        y: torch.Tensor = self.norm(self.conv(x))
        return F.leaky_relu(y, _SLOPE) if self.active else y


class AtelierResidual(nn.Module):
    """Two units, added to their input (He et al. 2016)."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.first = Unit(channels, channels)
        self.second = Unit(channels, channels, active=False)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return the block's output."""
        y: torch.Tensor = self.second(self.first(x))
        return x + y


class AtelierNet(nn.Module):
    """Photo to drawing; 1.2 million parameters, some 42,000 multiplications a pixel."""

    def __init__(self) -> None:
        super().__init__()
        full, half, quarter, eighth = _WIDTHS
        self.stem = Unit(3, full)
        self.down1, self.down2, self.down3 = (
            Unit(full, half, stride=2),
            Unit(half, quarter, stride=2),
            Unit(quarter, eighth, stride=2),
        )
        self.body = nn.Sequential(*(AtelierResidual(eighth) for _ in range(_BLOCKS)))
        self.up3, self.fuse3 = Unit(eighth, quarter), Unit(quarter, quarter)
        self.up2, self.fuse2 = Unit(quarter, half), Unit(half, half)
        self.up1, self.fuse1 = Unit(half, full), Unit(full, full)
        self.out = nn.Conv2d(full, 3, 3, padding=1)
        self._frozen = False
        nn.init.zeros_(self.out.weight)  # the picture itself, to begin with
        assert self.out.bias is not None
        nn.init.zeros_(self.out.bias)

    def forward(self, picture: torch.Tensor) -> torch.Tensor:
        """Paint pictures.

        Args:
            picture: (B, 3, H, W), RGB in [-1, 1], H and W multiples of 8.

        Returns:
            The same shape, about [-1, 1] and not clamped, so that gradients reach what is out of range.

        Raises:
            ValueError: The size is no multiple of 8.
        """
        if picture.shape[-1] % _STEP_PX or picture.shape[-2] % _STEP_PX:
            raise ValueError(f"height and width must be multiples of {_STEP_PX}, not {tuple(picture.shape[-2:])}")
        full = self.stem(picture)
        half = self.down1(full)
        quarter = self.down2(half)
        deep = self.body(self.down3(quarter))
        # narrowed before it is doubled: a quarter of the work
        quarter = self.fuse3(_doubled(self.up3(deep)) + quarter)
        half = self.fuse2(_doubled(self.up2(quarter)) + half)
        full = self.fuse1(_doubled(self.up1(half)) + full)
        painted: torch.Tensor = picture + self.out(full)
        return painted

    def freeze_norms(self) -> None:
        """Fix the norms' statistics for all that follows, training included; the adversarial phase wants them still."""
        self._frozen = True
        self.train(self.training)

    def train(self, mode: bool = True) -> "AtelierNet":
        """Switch to training; norms that were frozen stay as they are."""
        super().train(mode)
        if self._frozen:
            for module in self.modules():
                if isinstance(module, nn.BatchNorm2d):
                    module.eval()
        return self


def _doubled(x: torch.Tensor) -> torch.Tensor:
    return F.interpolate(x, scale_factor=2, mode="nearest")


def load_folded(state: Mapping[str, torch.Tensor]) -> AtelierNet:
    """Return a network with folded weights in place of its norms, for painting.

    Args:
        state: As `stylize.atelier.atelier_graph.fold` gives it, as tensors.

    Raises:
        KeyError: A unit is missing.
    """
    network = AtelierNet()
    for name, module in network.named_modules():
        if isinstance(module, Unit):
            weight, bias = state[f"{name}.weight"], state[f"{name}.bias"]
            stride = module.conv.stride[0]
            module.conv = nn.Conv2d(weight.shape[1], weight.shape[0], 3, stride, padding=1)
            module.norm = nn.Identity()  # type: ignore[assignment]
            _fill(module.conv, weight, bias)
    _fill(network.out, state["out.weight"], state["out.bias"])
    return network


def _fill(conv: nn.Conv2d, weight: torch.Tensor, bias: torch.Tensor) -> None:
    assert conv.bias is not None
    with torch.no_grad():
        conv.weight.copy_(weight)
        conv.bias.copy_(bias)
