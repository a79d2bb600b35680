"""The AnimeGANv2 generator: Chen, Liu and Chen, "AnimeGAN" (2020), second version of its code.

Plain layers, fit for training as for painting; `stylize.animegan.swift` turns them into faster equal ones for painting.
Module names follow the published PyTorch files, so that their state dicts load under their own keys:
`block_a.0.1.weight` is the convolution, `block_a.0.2.weight` the norm of the first layer of block A.

What the original's TensorFlow does and a plain port would not:

- strided convolutions reflect one pixel at the right and at the bottom only, nothing at the left and the top;
- its layer norm takes one mean and one variance over rows, columns and channels of a picture, epsilon 1e-12;
- its resize is TensorFlow 1's: the source of output pixel i is i / 2, without half-pixel centres and without aligned
  corners, which is none of torch's modes.

The community's port differs in the last two; weights that were trained with it want its arithmetic.
"""

from enum import StrEnum

import torch
from torch import nn
from torch.nn import functional as F

SMALLEST_PX = 8
"""The least side: a quarter of it must hold the reflection of one pixel, the whole the reflection of three."""

_STEP_PX = 4
"""Two halvings must come out even for the decoder to meet the picture's own size again."""

_SLOPE = 0.2


class Arithmetic(StrEnum):
    """Whose norm and resize the generator computes with."""

    ORIGINAL = "original"
    """TensorFlow 1: resize by i / 2, epsilon 1e-12."""
    PORT = "port"
    """The community's PyTorch port: corners aligned, back to the encoder's own sizes; epsilon 1e-5."""


_EPSILON = {Arithmetic.ORIGINAL: 1e-12, Arithmetic.PORT: 1e-5}


class FrameNorm(nn.GroupNorm):
    """Layer norm over the rows, columns and channels of a picture; scale and shift per channel.

    The statistics are those of the whole frame: a black bar, or a cut into tiles, changes every pixel's colour.
    """

    def __init__(self, channels: int, eps: float) -> None:
        super().__init__(1, channels, eps=eps)


class ConvBlock(nn.Sequential):
    """Reflected border, convolution, norm, leaky ReLU: items 0 to 3, (B, C, H, W) in and out."""

    def __init__(
        self, c_in: int, c_out: int, *, eps: float, kernel: int = 3, stride: int = 1, depthwise: bool = False
    ) -> None:
        side = kernel // 2
        # left, right, top, bottom: what TensorFlow's own "same" padding would add for an even size
        border = (0, 1, 0, 1) if stride == 2 else (side, side, side, side)
        super().__init__(
            nn.ReflectionPad2d(border) if side else nn.Identity(),
            # only the depthwise ones have a bias in the original; the norm makes it idle elsewhere
            nn.Conv2d(c_in, c_out, kernel, stride, groups=c_in if depthwise else 1, bias=depthwise),
            FrameNorm(c_out, eps),
            nn.LeakyReLU(_SLOPE, inplace=True),
        )


class InvertedResidual(nn.Module):
    """MobileNetV2's block, expansion 2: widen by 1x1, depthwise 3x3, narrow by 1x1, linear at the end."""

    def __init__(self, c_in: int, c_out: int, eps: float) -> None:
        super().__init__()
        hidden = 2 * c_in
        self.skips = c_in == c_out
        self.layers = nn.Sequential(
            ConvBlock(c_in, hidden, kernel=1, eps=eps),
            ConvBlock(hidden, hidden, depthwise=True, eps=eps),
            nn.Conv2d(hidden, c_out, 1, bias=False),
            FrameNorm(c_out, eps),
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return the block's output, added to its input where the channels allow it."""
        y: torch.Tensor = self.layers(x)
        return x + y if self.skips else y


class Generator(nn.Module):
    """Photo to anime; 2,143,552 parameters.

    Args:
        arithmetic: The original's, or the community port's.
    """

    def __init__(self, arithmetic: Arithmetic = Arithmetic.ORIGINAL) -> None:
        super().__init__()
        self.arithmetic = Arithmetic(arithmetic)
        eps = _EPSILON[self.arithmetic]
        self.block_a = nn.Sequential(
            ConvBlock(3, 32, kernel=7, eps=eps), ConvBlock(32, 64, stride=2, eps=eps), ConvBlock(64, 64, eps=eps)
        )
        self.block_b = nn.Sequential(ConvBlock(64, 128, stride=2, eps=eps), ConvBlock(128, 128, eps=eps))
        self.block_c = nn.Sequential(
            ConvBlock(128, 128, eps=eps),
            InvertedResidual(128, 256, eps),
            *(InvertedResidual(256, 256, eps) for _ in range(3)),
            ConvBlock(256, 128, eps=eps),
        )
        self.block_d = nn.Sequential(ConvBlock(128, 128, eps=eps), ConvBlock(128, 128, eps=eps))
        self.block_e = nn.Sequential(
            ConvBlock(128, 64, eps=eps), ConvBlock(64, 64, eps=eps), ConvBlock(64, 32, kernel=7, eps=eps)
        )
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
        padded = fit(picture, self.arithmetic)
        half = self.block_a(padded)
        low = self.block_c(self.block_b(half))
        middle = self.block_d(self.enlarge(low, half.shape[-2:]))
        painted: torch.Tensor = self.out_layer(self.block_e(self.enlarge(middle, padded.shape[-2:])))
        return painted[..., : picture.shape[-2], : picture.shape[-1]]

    def enlarge(self, x: torch.Tensor, size: tuple[int, ...]) -> torch.Tensor:
        """Double the height and the width, or reach the encoder's `size` in the port's arithmetic."""
        if self.arithmetic is Arithmetic.PORT:
            return F.interpolate(x, size, mode="bilinear", align_corners=True)
        return double(x)


def fit(picture: torch.Tensor, arithmetic: Arithmetic) -> torch.Tensor:
    """Reflect at the right and the bottom up to a multiple of 4; the port's arithmetic takes any size as it is.

    The original scales the picture to multiples of 32, which bends its proportions and blurs it. Nothing in the
    network asks for more than 4, and the fewer invented pixels, the less they weigh in the norms' statistics;
    32 could not even be reached by reflection from the smallest pictures.
    """
    height, width = picture.shape[-2:]
    if min(height, width) < SMALLEST_PX:
        raise ValueError(f"a picture of at least {SMALLEST_PX}x{SMALLEST_PX} is needed, not {width}x{height}")
    right, bottom = -width % _STEP_PX, -height % _STEP_PX
    if arithmetic is Arithmetic.PORT or not (right or bottom):
        return picture
    return F.pad(picture, (0, right, 0, bottom), mode="reflect")


def double(x: torch.Tensor) -> torch.Tensor:
    """Double rows and columns as TensorFlow 1 does: out[2i] = x[i], out[2i + 1] = (x[i] + x[i + 1]) / 2.

    The last row and column repeat. With one more of them, n + 1 become 2n + 1 pixels whose corners are aligned: the
    step is then exactly one half, and the surplus is cut off.
    """
    height, width = x.shape[-2:]
    longer = F.pad(x, (0, 1, 0, 1), mode="replicate")
    doubled = F.interpolate(longer, (2 * height + 1, 2 * width + 1), mode="bilinear", align_corners=True)
    return doubled[..., :-1, :-1]
