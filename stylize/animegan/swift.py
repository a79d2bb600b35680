"""The generator for painting on a CPU: the same picture but for rounding, sooner and in less memory.

What it does otherwise than the plain layers, and why it pays:

- Convolutions run over bands of rows. Sums for the norm are taken while a band is still in the processor's cache, and
  blocks of this size stay with the process, where those of whole layers go back to the system and come anew, page by
  page, at every layer.
- Norm, leaky ReLU and the border of the next convolution are one pass that writes into one room, used again and again.
- In the original's arithmetic a resize and the convolution after it are one linear map. It falls into four convolutions
  of the small picture, one for each parity of row and column, with kernels of 3 or 2 taps each way: 25 products in
  place of 36, and the widest layer of all, the enlarged picture, never comes to be.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import torch
from torch import nn
from torch.nn import functional as F

from stylize.animegan.generator import Arithmetic, ConvBlock, FrameNorm, Generator, InvertedResidual, fit
from stylize.neural.palette import kept_by

_BAND_VALUES = 1 << 20
"""Values of a band's output: 4 MiB in fp32, small against what glibc maps apart, large against a call's own cost."""

_CHUNK_VALUES = 1 << 19
"""Values of the pieces that elementwise passes work on: they stay in the cache. Smaller ones are not faster, and every
piece makes the threads wait for one another, which is dear where other programs hold the cores."""


_Figures = float | torch.Tensor
"""One figure for all channels, or (C,)."""


@dataclass(frozen=True)
class _Border:
    """Rows and columns around a picture, made from its own."""

    before: int = 0
    after: int = 0
    repeats: bool = False
    """Whether what comes after repeats the last one; otherwise it is reflected."""

    def shape(self, height: int, width: int, channels: int) -> tuple[int, int, int]:
        grown = self.before + self.after
        return height + grown, width + grown, channels

    def inside(self, x: torch.Tensor) -> torch.Tensor:
        """Return the picture within (H, W, C), a view."""
        height, width = x.shape[0] - self.before - self.after, x.shape[1] - self.before - self.after
        return x[self.before : self.before + height, self.before : self.before + width]

    def fill(self, x: torch.Tensor) -> None:
        """Write the border of (H, W, C) around what lies within."""
        for axis in (1, 0):
            last = x.shape[axis] - self.after - 1
            for k in range(self.before):
                x.select(axis, k).copy_(x.select(axis, 2 * self.before - k))
            for k in range(1, self.after + 1):
                x.select(axis, last + k).copy_(x.select(axis, last if self.repeats else last - k))


_NONE = _Border()
_AROUND = _Border(1, 1)
_RISE = _Border(1, 1, repeats=True)
"""Around a picture that is to be doubled: the doubled one's reflected row above is made of rows 1 and 0, its last row
repeats, and the reflected one below equals that."""


@dataclass
class _Room:
    """Memory for one layer's output at a time; grows to the largest."""

    flat: torch.Tensor | None = None

    def take(self, shape: tuple[int, int, int], like: torch.Tensor) -> torch.Tensor:
        """Return (H, W, C) in the room; what was there is lost."""
        wanted = shape[0] * shape[1] * shape[2]
        if self.flat is None or self.flat.numel() < wanted:
            self.flat = like.new_empty(wanted)
        return self.flat[:wanted].view(shape)


@dataclass
class _Moments:
    """Mean and variance of all values seen, gathered in double precision from sums over small pieces."""

    counts: list[int] = field(default_factory=list)
    sums: list[torch.Tensor] = field(default_factory=list)
    squares: list[torch.Tensor] = field(default_factory=list)

    def add(self, values: torch.Tensor) -> None:
        for piece in torch.split(values.reshape(-1), _CHUNK_VALUES):
            exact = piece.float()
            self.counts.append(exact.numel())
            self.sums.append(exact.sum())
            self.squares.append(torch.dot(exact, exact))

    def mean_and_variance(self) -> tuple[float, float]:
        total = sum(self.counts)
        mean = float(torch.stack(self.sums).double().sum()) / total
        square = float(torch.stack(self.squares).double().sum()) / total
        return mean, max(0.0, square - mean * mean)


class _Step(nn.Module):
    """A convolution with its norm and, but for the last of a residual block, its leaky ReLU.

    Takes (H, W, C) with the border that its convolution needs, gives (H, W, C) with the border asked for.
    """

    def __init__(self, conv: nn.Conv2d, norm: FrameNorm, slope: float | None, *, rises: bool = False) -> None:
        super().__init__()
        self.norm = norm
        self.slope = slope
        self.stride = conv.stride[0]
        self.groups = conv.groups
        self.bias = conv.bias
        kernels = _four_kernels(conv.weight) if rises else [conv.weight]
        self.kernels = nn.ParameterList(nn.Parameter(kernel.detach(), requires_grad=False) for kernel in kernels)

    def forward(self, x: torch.Tensor, border: _Border, room: _Room | None) -> torch.Tensor:
        """Run the step; without a room the output gets memory of its own."""
        kept, moments = kept_by(self.norm), _Moments()
        pieces: list[list[torch.Tensor]] = []
        for kernel in self.kernels:
            pieces.append([])
            for band in self._bands(x, kernel):
                pieces[-1].append(band)
                if kept is None:
                    moments.add(band)  # now, while the band is still in the cache
        factor = 2 if len(pieces) > 1 else 1
        height = factor * sum(band.shape[0] for band in pieces[0])
        shape = border.shape(height, factor * pieces[0][0].shape[1], pieces[0][0].shape[2])
        # from here on x may be overwritten: the room is its memory too
        out = (room or _Room()).take(shape, pieces[0][0])
        inside = border.inside(out)
        scale, shift = self._scale_and_shift(*(kept or moments.mean_and_variance()))
        for parity, bands in enumerate(pieces):
            target = inside[parity // 2 :: factor, parity % 2 :: factor]
            for band, rows in zip(bands, torch.split(target, [band.shape[0] for band in bands]), strict=True):
                self._settle(band, rows, scale, shift)
        border.fill(out)
        return out

    def _bands(self, x: torch.Tensor, kernel: torch.Tensor) -> Iterator[torch.Tensor]:
        """Convolve band by band; of a rise's four kernels, the side of two taps starts one pixel later."""
        short = [3 - side if len(self.kernels) > 1 else 0 for side in kernel.shape[2:]]
        x = x[short[0] :, short[1] :]
        planes = x.permute(2, 0, 1).unsqueeze(0)
        size = kernel.shape[2]
        height, width = (
            (side - taps) // self.stride + 1 for side, taps in zip(x.shape[:2], kernel.shape[2:], strict=True)
        )
        rows = max(1, _BAND_VALUES // (width * kernel.shape[0]))
        for top in range(0, height, rows):
            bottom = min(height, top + rows)
            seen = planes[:, :, top * self.stride : (bottom - 1) * self.stride + size]
            band = F.conv2d(seen, kernel, self.bias, self.stride, groups=self.groups)
            yield band[0].permute(1, 2, 0).contiguous()

    def _scale_and_shift(self, mean: _Figures, variance: _Figures) -> tuple[torch.Tensor, torch.Tensor]:
        scale = self.norm.weight.float() * (variance + self.norm.eps) ** -0.5
        return scale, self.norm.bias.float() - scale * mean

    def _settle(self, band: torch.Tensor, target: torch.Tensor, scale: torch.Tensor, shift: torch.Tensor) -> None:
        """Write the normed and activated band to its place."""
        rows = max(1, _CHUNK_VALUES // (band.shape[1] * band.shape[2]))
        for source, place in zip(torch.split(band, rows), torch.split(target, rows), strict=True):
            if source.dtype is torch.float32:
                torch.addcmul(shift, source, scale, out=place)
                if self.slope is not None:
                    F.leaky_relu_(place, self.slope)
            else:
                # scale and shift keep full precision: rounded, they would tint whole channels
                exact = torch.addcmul(shift, source.float(), scale)
                place.copy_(exact if self.slope is None else F.leaky_relu_(exact, self.slope))


def _four_kernels(kernel: torch.Tensor) -> list[torch.Tensor]:
    """Return the kernels over the small picture that equal doubling and then this 3x3 one, by parity of row and column.

    Along one axis, with y[2i] = x[i] and y[2i + 1] = (x[i] + x[i + 1]) / 2, the taps (a, b, c) around y[2i] weigh
    x[i - 1], x[i], x[i + 1] by (a/2, a/2 + b + c/2, c/2), those around y[2i + 1] weigh x[i], x[i + 1] by
    (a + b/2, b/2 + c).
    """
    even = kernel.new_tensor([[0.5, 0, 0], [0.5, 1, 0.5], [0, 0, 0.5]])
    odd = kernel.new_tensor([[1, 0.5, 0], [0, 0.5, 1]])
    return [
        torch.einsum("oikl,pk,ql->oipq", kernel.detach(), down, across).contiguous()
        for down in (even, odd)
        for across in (even, odd)
    ]


def _block_step(block: nn.Module, *, rises: bool = False) -> _Step:
    assert isinstance(block, ConvBlock)
    _, conv, norm, activation = block
    assert isinstance(conv, nn.Conv2d) and isinstance(norm, FrameNorm) and isinstance(activation, nn.LeakyReLU)
    return _Step(conv, norm, activation.negative_slope, rises=rises)


class _Residual(nn.Module):
    """An inverted residual block of steps."""

    def __init__(self, block: nn.Module) -> None:
        super().__init__()
        assert isinstance(block, InvertedResidual)
        self.skips = block.skips
        widen, depthwise, conv, norm = block.layers
        assert isinstance(conv, nn.Conv2d) and isinstance(norm, FrameNorm)
        self.widen, self.depthwise = _block_step(widen), _block_step(depthwise)
        self.narrow = _Step(conv, norm, None)

    def forward(self, x: torch.Tensor, border: _Border, room: _Room) -> torch.Tensor:
        """Run the block; its output has memory of its own, since the next block adds it."""
        wide = self.depthwise(self.widen(x, _AROUND, room), _NONE, room)
        y: torch.Tensor = self.narrow(wide, border, None)
        if self.skips:
            border.inside(y).add_(x)
            border.fill(y)
        return y


class SwiftGenerator(nn.Module):
    """A generator's equal for painting; shares its weights, which must not change any more.

    Args:
        generator: With its weights, in fp32.
    """

    def __init__(self, generator: Generator) -> None:
        super().__init__()
        self.plain = generator
        self.arithmetic = generator.arithmetic
        rises = self.arithmetic is Arithmetic.ORIGINAL
        self.encoder = nn.ModuleList(_block_step(block) for block in (*generator.block_a, *generator.block_b))
        first, *residuals, last = generator.block_c
        inner = [_Residual(block) for block in residuals]
        self.middle = nn.ModuleList([_block_step(first), *inner, _block_step(last)])
        to_half, half = generator.block_d
        to_full, full, wide = generator.block_e
        self.to_half, self.at_half = _block_step(to_half, rises=rises), _block_step(half)
        self.to_full, self.at_full, self.last = _block_step(to_full, rises=rises), _block_step(full), _block_step(wide)
        self.out = generator.out_layer[0]

    def forward(self, picture: torch.Tensor) -> torch.Tensor:
        """Paint pictures: (B, 3, H, W) in [-1, 1], as `Generator.forward` does."""
        return torch.cat([self._paint(single) for single in torch.split(picture, 1)])

    def _paint(self, picture: torch.Tensor) -> torch.Tensor:
        room = _Room()
        padded = fit(picture, self.arithmetic)
        x = F.pad(padded, (3, 3, 3, 3), mode="reflect")[0].permute(1, 2, 0).contiguous()
        sizes = [padded.shape[-2:]]
        for step, border in zip(self.encoder, (_Border(0, 1), _AROUND, _Border(0, 1), _AROUND, _AROUND), strict=True):
            x = step(x, border, room)
            sizes.append(border.inside(x).shape[:2])
        for step, border in zip(self.middle, (_NONE, _NONE, _NONE, _NONE, _AROUND, self._low), strict=True):
            x = step(x, border, room)
        x = self.at_half(self.to_half(self._risen(x, sizes[3]), _AROUND, room), self._low, room)
        x = self.at_full(self.to_full(self._risen(x, sizes[0]), _AROUND, room), _Border(3, 3), room)
        x = self.last(x, _NONE, room)
        painted = torch.tanh_(self.out(x.permute(2, 0, 1).unsqueeze(0)))
        return painted[..., : picture.shape[-2], : picture.shape[-1]]

    @property
    def _low(self) -> _Border:
        """Border of a picture that is about to be enlarged."""
        return _RISE if self.arithmetic is Arithmetic.ORIGINAL else _NONE

    def _risen(self, x: torch.Tensor, size: tuple[int, ...]) -> torch.Tensor:
        """Enlarge as the port does; in the original's arithmetic the next step does it by itself."""
        if self.arithmetic is Arithmetic.ORIGINAL:
            return x
        large = F.interpolate(x.permute(2, 0, 1).unsqueeze(0), size, mode="bilinear", align_corners=True)
        return F.pad(large, (1, 1, 1, 1), mode="reflect")[0].permute(1, 2, 0).contiguous()
