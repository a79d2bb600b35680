"""The discriminator of AnimeGANv2: tells drawings from paintings, patch by patch, with spectral norm.

Its gradient is bounded by spectral normalisation (Miyato and others, 2018): each weight is divided by its largest
singular value, which one step of power iteration follows at every use in training. The vectors of the iteration are
buffers: they are part of the state dict, so a resumed training goes on with the very same ones.
"""

import torch
from torch import nn
from torch.nn.utils.parametrizations import spectral_norm

from stylize.animegan.generator import FrameNorm

_SLOPE = 0.2
_EPSILON = 1e-12
"""TensorFlow's, of the norms."""
_SPREAD = 0.02
"""Of the weights at the start."""


class PatchBlock(nn.Sequential):
    """Zero border, convolution with spectral norm, norm or none, leaky ReLU or none.

    Stride 2 borders the top and the left only, as the original pads by hand; TensorFlow's own "same" would border
    the bottom and the right.
    """

    def __init__(self, c_in: int, c_out: int, *, stride: int = 1, norm: bool = False, active: bool = True) -> None:
        convolution = nn.Conv2d(c_in, c_out, 3, stride, bias=False)
        nn.init.normal_(convolution.weight, 0, _SPREAD)
        super().__init__(
            nn.ZeroPad2d((1, 0, 1, 0) if stride == 2 else 1),
            spectral_norm(convolution, n_power_iterations=1, eps=1e-12),
            FrameNorm(c_out, _EPSILON) if norm else nn.Identity(),
            nn.LeakyReLU(_SLOPE, inplace=True) if active else nn.Identity(),
        )


class Discriminator(nn.Sequential):
    """Picture to a map of scores, 1 for a drawing; 1,128,800 parameters.

    Takes (B, 3, H, W), RGB in [-1, 1]; gives (B, 1, H/4, W/4), rounded down and not bounded. Weights start from
    N(0, 0.02), from torch's global random numbers.
    """

    def __init__(self) -> None:
        super().__init__(
            PatchBlock(3, 32),
            PatchBlock(32, 64, stride=2),
            PatchBlock(64, 128, norm=True),
            PatchBlock(128, 128, stride=2),
            PatchBlock(128, 256, norm=True),
            PatchBlock(256, 256, norm=True),
            PatchBlock(256, 1, active=False),
        )

    def forward(self, picture: torch.Tensor) -> torch.Tensor:
        """Return the scores; in training mode every call also follows the singular values by one step."""
        for block in self:
            picture = block(picture)
        return picture
