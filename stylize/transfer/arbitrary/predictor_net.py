"""The style predictor of arbitrary stylisation: a picture to its style vector, distilled into a MobileNetV2.

The network of Sandler et al. (2018, arXiv 1801.04381) without its classifier; then the mean over the picture, and one
affine map to 100 numbers. Everything here was read in the graph that is published for TensorFlow.js: the names and
shapes of its 263 tensors, TensorFlow's "same" borders, strides, ReLU6, epsilon 1e-3, and that the picture goes in as it
is, in [0, 1], without ImageNet's normalisation. The numbers themselves (9.6 MB) could not be had when this was
written: the arithmetic is tested against the graph with random numbers, how well the published ones predict is not.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional as F

from stylize.checkpoints.tfjs import Tensors
from stylize.transfer.arbitrary.arbitrary_net import VECTOR, Taker

_EPSILON = 1e-3

_STAGES = ((1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1))
"""Widening, channels, blocks and stride of the first block: table 2 of the paper."""

_FIRST, _LAST = 32, 1280


@dataclass(frozen=True)
class ResidualRow:
    """One inverted residual of the table, with its scope in the graph."""

    scope: str
    c_in: int
    c_out: int
    widening: int
    stride: int


def blocks() -> Iterator[ResidualRow]:
    """Yield the 17 blocks; the first is `expanded_conv`, the others have a number behind it."""
    c_in, number = _FIRST, 0
    for widening, c_out, count, first_stride in _STAGES:
        for index in range(count):
            scope = f"MobilenetV2/expanded_conv_{number}" if number else "MobilenetV2/expanded_conv"
            yield ResidualRow(scope, c_in, c_out, widening, first_stride if index == 0 else 1)
            c_in, number = c_out, number + 1


class _Unit(nn.Module):
    """TensorFlow's "same" border, convolution without bias, stored batch norm; ReLU6 unless linear."""

    def __init__(self, c_in: int, c_out: int, size: int, stride: int = 1, *, groups: int = 1, linear: bool) -> None:
        super().__init__()
        self.convolution = nn.Conv2d(c_in, c_out, size, stride, groups=groups, bias=False)
        self.norm = nn.BatchNorm2d(c_out, eps=_EPSILON)
        self.linear = linear

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        size, stride = self.convolution.kernel_size[0], self.convolution.stride[0]
        (top, bottom), (left, right) = (_same(side, size, stride) for side in x.shape[-2:])
        y: torch.Tensor = self.norm(self.convolution(F.pad(x, (left, right, top, bottom))))
        return y if self.linear else F.relu6(y)


def _same(side: int, size: int, stride: int) -> tuple[int, int]:
    """Return the zeros before and behind: so many that ceil(side / stride) results come, the odd one behind."""
    total = max((-(-side // stride) - 1) * stride + size - side, 0)
    return total // 2, total - total // 2


class _InvertedResidual(nn.Module):
    def __init__(self, block: ResidualRow) -> None:
        super().__init__()
        wide = block.c_in * block.widening
        self.skips = block.stride == 1 and block.c_in == block.c_out
        self.expand = _Unit(block.c_in, wide, 1, linear=False) if block.widening > 1 else nn.Identity()
        self.depthwise = _Unit(wide, wide, 3, block.stride, groups=wide, linear=False)
        self.project = _Unit(wide, block.c_out, 1, linear=True)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y: torch.Tensor = self.project(self.depthwise(self.expand(x)))
        return x + y if self.skips else y


class StylePredictor(nn.Module):
    """Picture to style vector."""

    def __init__(self) -> None:
        super().__init__()
        self.first = _Unit(3, _FIRST, 3, 2, linear=False)
        self.blocks = nn.Sequential(*(_InvertedResidual(block) for block in blocks()))
        self.last = _Unit(_STAGES[-1][1], _LAST, 1, linear=False)
        self.head = nn.Linear(_LAST, VECTOR)
        self.eval()

    def forward(self, picture: torch.Tensor) -> torch.Tensor:
        """Return the style vectors (B, 100) of pictures (B, 3, H, W), RGB in [0, 1], of any size."""
        vector: torch.Tensor = self.head(self.last(self.blocks(self.first(picture))).mean((2, 3)))
        return vector


def load_predictor(tensors: Tensors, path: Path) -> StylePredictor:
    """Build the predictor and fill it with the tensors of `saved_model_style_js`.

    Args:
        tensors: As `stylize.checkpoints.tfjs.read_tensors` gives them.
        path: The manifest they came from, for messages.

    Raises:
        WeightsError: A tensor is missing or has another shape.
    """
    network = StylePredictor()
    taker = Taker(tensors, path)
    with torch.no_grad():
        _fill(taker, "MobilenetV2/Conv", network.first)
        for block, module in zip(blocks(), network.blocks, strict=True):
            for name, unit in module.named_children():
                if isinstance(unit, _Unit):
                    _fill(taker, f"{block.scope}/{name}", unit)
        _fill(taker, "MobilenetV2/Conv_1", network.last)
        taker.kernel("mobilenet_conv/Conv/weights", network.head.weight[:, :, None, None])
        taker.vector("mobilenet_conv/Conv/biases", network.head.bias)
    return network


def _fill(taker: Taker, scope: str, unit: _Unit) -> None:
    depthwise = unit.convolution.groups > 1
    kernel = "depthwise_weights" if depthwise else "weights"
    taker.kernel(f"{scope}/{kernel}", unit.convolution.weight, depthwise=depthwise)
    taker.batch_norm(f"{scope}/BatchNorm", unit.norm, gamma="gamma")
