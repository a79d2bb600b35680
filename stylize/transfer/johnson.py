"""The feed-forward network of one painting: Johnson, Alahi and Fei-Fei (2016), with what was learnt since.

Widths and kernels are the paper's. Its transposed convolutions weave a checkerboard into the picture; nearest-neighbour
enlargement and a convolution do not (Odena and others 2016). Its batch norm leaves the photo's contrast in the style;
instance norm takes it out (Ulyanov and others 2016). Borders are reflected everywhere.
"""

import torch
from torch import nn

from stylize.animegan.generator import Arithmetic, fit
from stylize.neural.instance_norm import InstanceNorm

_BLOCKS = 5


class Layer(nn.Sequential):
    """Reflected border, convolution, instance norm or none, ReLU or none; perhaps doubled before, or halved."""

    def __init__(
        self,
        c_in: int,
        c_out: int,
        kernel: int = 3,
        *,
        stride: int = 1,
        enlarge: bool = False,
        norm: bool = True,
        active: bool = True,
    ) -> None:
        super().__init__(
            nn.Upsample(scale_factor=2, mode="nearest") if enlarge else nn.Identity(),
            nn.ReflectionPad2d(kernel // 2),
            nn.Conv2d(c_in, c_out, kernel, stride),
            InstanceNorm(c_out, affine=True) if norm else nn.Identity(),
            nn.ReLU(inplace=True) if active else nn.Identity(),
        )


class JohnsonResidual(nn.Module):
    """Two layers, the second without ReLU, added to their input."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.layers = nn.Sequential(Layer(channels, channels), Layer(channels, channels, active=False))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return the block's output."""
        added: torch.Tensor = self.layers(x)
        return x + added


class JohnsonNet(nn.Module):
    """Photo to one painting's style; 1,679,235 parameters.

    The statistics of its norms are those of the whole frame.
    """

    def __init__(self) -> None:
        super().__init__()
        self.down = nn.Sequential(Layer(3, 32, 9), Layer(32, 64, stride=2), Layer(64, 128, stride=2))
        self.body = nn.Sequential(*(JohnsonResidual(128) for _ in range(_BLOCKS)))
        self.up = nn.Sequential(Layer(128, 64, enlarge=True), Layer(64, 32, enlarge=True))
        self.out = Layer(32, 3, 9, norm=False, active=False)

    def forward(self, picture: torch.Tensor) -> torch.Tensor:
        """Paint pictures.

        Args:
            picture: (B, 3, H, W), RGB in [-1, 1], H and W at least 8.

        Returns:
            The same shape, about [-1, 1] and not bounded. A tanh, as in lengstrom's network, is saturated from the
            start unless a norm stands before it, and what is black then stays black.

        Raises:
            ValueError: The picture is too small.
        """
        padded = fit(picture, Arithmetic.ORIGINAL)
        painted: torch.Tensor = self.out(self.up(self.body(self.down(padded))))
        return painted[..., : picture.shape[-2], : picture.shape[-1]]
