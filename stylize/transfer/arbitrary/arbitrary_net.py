"""The transformer of arbitrary stylisation: Ghiasi et al., "Exploring the structure of a real-time, arbitrary neural
artistic stylization network" (2017, arXiv 1705.06830), and how TensorFlow.js weights come into it.

One network paints in any style: the style is 2,758 numbers, a shift (beta) and a scale (gamma) for each channel of
its 13 normalised layers, and these are an affine function of the style predictor's 100 numbers.

Published are a plain variant and a separable one. Both were trained with reflected borders; TensorFlow.js had no such
operation when they were published (tensorflow/tfjs, number 900), so the published graphs pad with zeros, which shows
as a frame around the picture. Here borders are reflected.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from configs.errors import WeightsError
from stylize.checkpoints.tfjs import Tensors
from stylize.neural.instance_norm import InstanceNorm

VECTOR = 100
"""Length of a style vector."""

_BATCH_EPSILON, _STYLE_EPSILON = 1e-3, 1e-5

_CURE = "give the published files of this network, all from one folder"


@dataclass(frozen=True)
class _Layer:
    """One layer that the style steers, with its names in the graph."""

    kernel: str
    """Scope of its kernels in the plain variant; the separable one says `dilate_conv` where this ends in `conv`."""
    norm: str
    c_in: int
    c_out: int
    size: int = 3


_CONTRACT = (("conv1", 3, 32, 9, 1), ("conv2", 32, 64, 3, 2), ("conv3", 64, 128, 3, 2))
"""Name, channels in and out, kernel and stride."""

_RESIDUAL = tuple(
    _Layer(f"residual/residual{block}/conv{half}", f"residual/residual{block}/conv{half}", 128, 128)
    for block in range(1, 6)
    for half in (1, 2)
)
_EXPAND = (
    _Layer("expand/conv1/conv", "expand/conv1/conv", 128, 64),
    _Layer("expand/conv2/conv", "expand/conv2/conv", 64, 32),
    _Layer("expand/conv3/conv", "expand/conv3/conv", 32, 3, 9),
)
_STYLED = _RESIDUAL + _EXPAND

DEPTHS = tuple(layer.c_out for layer in _STYLED)
"""Channels of the normalised layers, in order."""

STEERING = 2 * sum(DEPTHS)
"""Numbers that a style is made of at last: every beta, then every gamma; 2,758."""


class StyledConv(nn.Module):
    """Border, convolution without bias, instance norm, then the style's scale and shift per channel."""

    def __init__(self, c_in: int, c_out: int, size: int, *, separable: bool) -> None:
        super().__init__()
        self.pad = nn.ReflectionPad2d(size // 2)
        if separable:  # nothing stands between the two: no norm, no activation
            depthwise = nn.Conv2d(c_in, c_in, size, groups=c_in, bias=False)
            self.convolution: nn.Module = nn.Sequential(depthwise, nn.Conv2d(c_in, c_out, 1, bias=False))
        else:
            self.convolution = nn.Sequential(nn.Conv2d(c_in, c_out, size, bias=False))
        self.norm = InstanceNorm(c_out, eps=_STYLE_EPSILON)

    def forward(self, x: torch.Tensor, beta: torch.Tensor, gamma: torch.Tensor) -> torch.Tensor:
        """Compute the layer for (B, C, H, W); beta and gamma are (B or 1, C)."""
        normal = self.norm(self.convolution(self.pad(x)))
        return torch.addcmul(beta[:, :, None, None], normal, gamma[:, :, None, None])


class Transformer(nn.Module):
    """Picture and style to painting; 568,958 weights when separable, of which 278,558 turn a vector into a style.

    Args:
        separable: The separable variant, or the plain one.
    """

    def __init__(self, *, separable: bool = True) -> None:
        super().__init__()
        self.separable = separable
        self.contract = nn.Sequential(
            *(
                nn.Sequential(
                    nn.ReflectionPad2d(size // 2),
                    nn.Conv2d(c_in, c_out, size, stride, bias=False),
                    nn.BatchNorm2d(c_out, eps=_BATCH_EPSILON),
                    nn.ReLU(inplace=True),
                )
                for _, c_in, c_out, size, stride in _CONTRACT
            )
        )
        self.styled = nn.ModuleList(
            StyledConv(layer.c_in, layer.c_out, layer.size, separable=separable) for layer in _STYLED
        )
        self.steer = nn.Linear(VECTOR, STEERING)
        self.eval()  # the first three layers' norms are stored ones, in fitting as in painting

    def forward(self, picture: torch.Tensor, steering: torch.Tensor) -> torch.Tensor:
        """Paint pictures in a style.

        Args:
            picture: (B, 3, H, W), RGB in [0, 1]; H and W multiples of 4 from 8.
            steering: (B or 1, 2758): what `steer` makes of style vectors (B or 1, 100), or a blend or fit of such.

        Returns:
            (B, 3, H, W) in [0, 1].
        """
        betas, gammas = (torch.split_with_sizes(part, DEPTHS, dim=1) for part in steering.chunk(2, dim=1))
        x = self.contract(picture)
        for first in range(0, len(_RESIDUAL), 2):
            inner = F.relu(self.styled[first](x, betas[first], gammas[first]))
            x = x + self.styled[first + 1](inner, betas[first + 1], gammas[first + 1])
        for index in (-3, -2):
            doubled = F.interpolate(x, scale_factor=2.0, mode="nearest")
            x = F.relu(self.styled[index](doubled, betas[index], gammas[index]))
        return torch.sigmoid(self.styled[-1](x, betas[-1], gammas[-1]))


def load_transformer(tensors: Tensors, path: Path) -> Transformer:
    """Build the variant that these tensors are of, and fill it.

    Args:
        tensors: As `stylize.checkpoints.tfjs.read_tensors` gives them; constants of the graph among them are passed
        over.
        path: The manifest they came from, for messages.

    Raises:
        WeightsError: A tensor is missing or has another shape.
    """
    separable = any(name.endswith("depthwise_weights") for name in tensors)
    network = Transformer(separable=separable)
    taker = Taker(tensors, path)
    with torch.no_grad():
        for (name, *_), block in zip(_CONTRACT, network.contract, strict=True):
            _fill_contract(taker, f"transformer/contract/{name}", block)
        for layer, styled in zip(_STYLED, network.styled, strict=True):
            assert isinstance(styled, StyledConv)
            _fill_styled(taker, layer, styled.convolution, separable)
        _fill_steer(taker, network.steer)
    return network


class Taker:
    """Hands out tensors by name as torch wants them, and says in one line which is missing or of another shape."""

    def __init__(self, tensors: Tensors, path: Path) -> None:
        self._tensors = tensors
        self._path = path

    def kernel(self, name: str, into: torch.Tensor, *, depthwise: bool = False) -> None:
        """Copy a kernel (rows, columns, in, out), or (rows, columns, channels, 1) of a depthwise layer."""
        self._copy(name, into, (2, 3, 0, 1) if depthwise else (3, 2, 0, 1))

    def vector(self, name: str, into: torch.Tensor) -> None:
        """Copy a vector."""
        self._copy(name, into, (0,))

    def batch_norm(self, scope: str, norm: nn.BatchNorm2d, *, gamma: str) -> None:
        """Copy a stored batch norm whose scale has this name."""
        assert norm.running_mean is not None and norm.running_var is not None
        self.vector(f"{scope}/{gamma}", norm.weight)
        self.vector(f"{scope}/beta", norm.bias)
        self.vector(f"{scope}/moving_mean", norm.running_mean)
        self.vector(f"{scope}/moving_variance", norm.running_var)

    def _copy(self, name: str, into: torch.Tensor, order: tuple[int, ...]) -> None:
        tensor = self._tensors.get(name)
        if tensor is None:
            raise WeightsError(f"not the weights of this network: {name} is missing", cure=_CURE, path=self._path)
        wanted = tuple(into.shape[order.index(axis)] for axis in range(len(order)))
        if tensor.shape != wanted:
            problem = f"not the weights of this network: {name} has the shape {tensor.shape}, not {wanted}"
            raise WeightsError(problem, cure=_CURE, path=self._path)
        into.copy_(torch.from_numpy(np.ascontiguousarray(tensor.transpose(order))))


def _fill_contract(taker: Taker, scope: str, block: nn.Module) -> None:
    _, convolution, norm, _ = block.children()
    assert isinstance(convolution, nn.Conv2d) and isinstance(norm, nn.BatchNorm2d)
    taker.kernel(f"{scope}/weights", convolution.weight)
    # the network was trained with a norm without scale: the graph holds ones in its place
    taker.batch_norm(f"{scope}/BatchNorm", norm, gamma="Const")


def _fill_styled(taker: Taker, layer: _Layer, convolution: nn.Module, separable: bool) -> None:
    kernels = [child for child in convolution.children() if isinstance(child, nn.Conv2d)]
    if not separable:
        taker.kernel(f"transformer/{layer.kernel}/weights", kernels[0].weight)
        return
    head, _, tail = layer.kernel.rpartition("/")
    taker.kernel(f"transformer/{head}/dilate_{tail}/depthwise_weights", kernels[0].weight, depthwise=True)
    taker.kernel(f"transformer/{head}/dilate_{tail}/pointwise_weights", kernels[1].weight)


def _fill_steer(taker: Taker, steer: nn.Linear) -> None:
    """Join the 26 little layers into one. A trap of their names: `Conv` makes the beta and `Conv_1` the gamma."""
    starts = np.cumsum((0, *DEPTHS, *DEPTHS))
    scopes = [f"style_params/transformer/{layer.norm}/StyleNorm" for layer in _STYLED]
    names = [f"{scope}/Conv" for scope in scopes] + [f"{scope}/Conv_1" for scope in scopes]
    for name, start, stop in zip(names, starts[:-1], starts[1:], strict=True):
        taker.kernel(f"{name}/weights", steer.weight[start:stop, :, None, None])
        taker.vector(f"{name}/biases", steer.bias[start:stop])
