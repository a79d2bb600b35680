"""The network that our own styles are painted with: taught to paint as the large one does, in two fifths of its time.

`stylize.atelier.atelier_net` spends two thirds of a processor's time at full and half size, on few channels and much
memory. Here nothing is computed at full size: the first convolution steps over two pixels (a convolution of the
picture with its pixels unshuffled, Shi et al. 2016, is just that), the last one gives each of the four pixels its own
three channels, and they are shuffled into place. All widths are multiples of 16, the lanes of a vector unit. There
are no norms: a regression to pictures that are at hand needs none (Lim et al. 2017), and a pixel still depends on its
surroundings alone, less than 72 pixels far.

Like its teacher it gives a difference to its input, and starts from the picture itself.
"""

from collections.abc import Mapping

import torch
from torch import nn
from torch.nn import functional as F

from stylize.atelier.atelier_net import load_folded

_STEP_PX = 8
_WIDTHS = (32, 80, 128)
"""Channels at a half, a quarter and an eighth of the size."""
_BLOCKS = 2
_SLOPE = 0.1
_SHUFFLE = 2
_STEM_PX = 6
_TAMED = 0.1
"""Gain of the last convolution of a residual block at the start: deep sums neither vanish nor grow."""


class SlimNet(nn.Module):
    """Photo to drawing; 0.9 million parameters, some 23,000 multiplications a pixel."""

    def __init__(self) -> None:
        super().__init__()
        half, quarter, eighth = _WIDTHS
        self.stem = nn.Conv2d(3, half, _STEM_PX, stride=_SHUFFLE, padding=(_STEM_PX - _SHUFFLE) // 2)
        self.down2, self.down3 = _conv(half, quarter, stride=2), _conv(quarter, eighth, stride=2)
        blocks = ({"first": _conv(eighth, eighth), "second": _conv(eighth, eighth)} for _ in range(_BLOCKS))
        self.body = nn.ModuleList(nn.ModuleDict(block) for block in blocks)
        self.up3, self.fuse3 = _conv(eighth, quarter), _conv(quarter, quarter)
        self.up2, self.fuse2 = _conv(quarter, half), _conv(half, half)
        self.out = _conv(half, 3 * _SHUFFLE**2)
        self._start()

    def _start(self) -> None:
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                assert module.bias is not None
                nn.init.kaiming_normal_(module.weight, _SLOPE)
                nn.init.zeros_(module.bias)
        with torch.no_grad():
            for name, weight in self.named_parameters():
                if name.endswith("second.weight"):
                    weight.mul_(_TAMED)
        nn.init.zeros_(self.out.weight)

    def forward(self, picture: torch.Tensor) -> torch.Tensor:
        """Paint pictures.

        Args:
            picture: (B, 3, H, W), RGB in [-1, 1], H and W multiples of 8.

        Returns:
            The same shape, about [-1, 1] and not clamped.

        Raises:
            ValueError: The size is no multiple of 8.
        """
        if picture.shape[-1] % _STEP_PX or picture.shape[-2] % _STEP_PX:
            raise ValueError(f"height and width must be multiples of {_STEP_PX}, not {tuple(picture.shape[-2:])}")
        half = _active(self.stem(picture))
        quarter = _active(self.down2(half))
        deep = _active(self.down3(quarter))
        for block in self.body:
            assert isinstance(block, nn.ModuleDict)
            deep = deep + block["second"](_active(block["first"](deep)))
        quarter = _active(self.fuse3(_doubled(_active(self.up3(deep))) + quarter))
        half = _active(self.fuse2(_doubled(_active(self.up2(quarter))) + half))
        return picture + F.pixel_shuffle(self.out(half), _SHUFFLE)


def _conv(c_in: int, c_out: int, *, stride: int = 1) -> nn.Conv2d:
    return nn.Conv2d(c_in, c_out, 3, stride, padding=1)


def _active(x: torch.Tensor) -> torch.Tensor:
    return F.leaky_relu(x, _SLOPE)


def _doubled(x: torch.Tensor) -> torch.Tensor:
    return F.interpolate(x, scale_factor=2, mode="nearest")


def load_painter(state: Mapping[str, torch.Tensor]) -> nn.Module:
    """Return the network of these weights, slim or large, for painting.

    Args:
        state: As `stylize.atelier.atelier_graph.plain_weights` gives it, as tensors.

    Raises:
        KeyError: One is missing.
    """
    if "fuse1.weight" in state:
        return load_folded(state)
    network = SlimNet()
    with torch.no_grad():
        for name, value in network.state_dict().items():
            value.copy_(state[name])
    return network
