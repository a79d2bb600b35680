"""The lite generator of AnimeGANv2: a small network with additive skips, for training where time is short.

Its layers are those of the full one (`stylize.animegan.generator`): reflected border, convolution, norm over the whole
frame, leaky ReLU; strided convolutions reflect at the right and the bottom only; pictures are doubled as TensorFlow 1
does.
"""

import torch
from torch import nn
from torch.nn import functional as F

from stylize.animegan.generator import SMALLEST_PX, ConvBlock, double

_STEP_PX = 8
"""Three halvings must come out even, so that each skip meets its own size again."""

_LEAST_PX = 16
"""An eighth of it must hold the reflection of one pixel."""

_EPSILON = 1e-12
"""TensorFlow's."""


class Bottleneck(nn.Module):
    """Narrow by 1x1, 3x3, widen by 1x1, added to the input; the last convolution has no norm."""

    def __init__(self, channels: int, hidden: int) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            ConvBlock(channels, hidden, kernel=1, eps=_EPSILON),
            ConvBlock(hidden, hidden, eps=_EPSILON),
            nn.Conv2d(hidden, channels, 1, bias=False),
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return the input with what the block adds to it."""
        added: torch.Tensor = self.layers(x)
        return x + added


class LiteGenerator(nn.Module):
    """Photo to anime; 698,240 parameters.

    Block A works at the picture's size, B to D at a half, a quarter and an eighth of it, E to G on the way back.
    """

    def __init__(self) -> None:
        super().__init__()
        self.block_a = ConvBlock(3, 32, kernel=7, eps=_EPSILON)
        self.block_b = _down(32, 32, 64)
        self.block_c = _down(64, 64, 128)
        self.block_d = nn.Sequential(_down(128, 64, 128), *(Bottleneck(128, 32) for _ in range(4)))
        self.block_e = _up(128, 64)
        self.block_f = _up(64, 32)
        self.block_g = _up(32, 32, kernel=7)
        self.out_layer = nn.Sequential(nn.Conv2d(32, 3, 1, bias=False), nn.Tanh())

    def forward(self, picture: torch.Tensor) -> torch.Tensor:
        """Paint pictures.

        Args:
            picture: (B, 3, H, W), RGB in [-1, 1], H and W at least 8.

        Returns:
            The same shape, in [-1, 1].

        Raises:
            ValueError: The picture is too small.
        """
        full = self.block_a(_fit(picture))
        half = self.block_b(full)
        quarter = self.block_c(half)
        x = _joined(self.block_e, self.block_d(quarter), quarter)
        x = _joined(self.block_f, x, half)
        x = _joined(self.block_g, x, full)
        painted: torch.Tensor = self.out_layer(x)
        return painted[..., : picture.shape[-2], : picture.shape[-1]]


def _down(c_in: int, middle: int, c_out: int) -> nn.Sequential:
    return nn.Sequential(ConvBlock(c_in, middle, stride=2, eps=_EPSILON), ConvBlock(middle, c_out, eps=_EPSILON))


def _up(c_in: int, c_out: int, kernel: int = 3) -> nn.Sequential:
    return nn.Sequential(ConvBlock(c_in, c_in, eps=_EPSILON), ConvBlock(c_in, c_out, kernel=kernel, eps=_EPSILON))


def _joined(block: nn.Sequential, low: torch.Tensor, skip: torch.Tensor) -> torch.Tensor:
    """Double, first convolution, add the encoder's picture of the same size, second convolution."""
    first, second = block
    joined: torch.Tensor = second(first(double(low)) + skip)
    return joined


def _fit(picture: torch.Tensor) -> torch.Tensor:
    """Reflect at the right and the bottom up to a multiple of 8 that is at least 16.

    A side of 8 cannot be doubled by one reflection, which leaves out the last pixel: it takes two.
    """
    height, width = picture.shape[-2:]
    if min(height, width) < SMALLEST_PX:
        raise ValueError(f"a picture of at least {SMALLEST_PX}x{SMALLEST_PX} is needed, not {width}x{height}")
    goal_height, goal_width = (max(side + -side % _STEP_PX, _LEAST_PX) for side in (height, width))
    while (height, width) != (goal_height, goal_width):
        right, bottom = min(goal_width - width, width - 1), min(goal_height - height, height - 1)
        picture = F.pad(picture, (0, right, 0, bottom), mode="reflect")
        height, width = picture.shape[-2:]
    return picture
