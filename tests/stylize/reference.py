"""AnimeGANv2's generator once more, in plain numpy and float64 after the layer table: an independent judge."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
State = Mapping[str, Array]


def convolve(x: Array, weight: Array, bias: Array | None = None, stride: int = 1, depthwise: bool = False) -> Array:
    """Convolve (C, H, W) with (O, I, K, K), no border: one tap of the kernel at a time."""
    size = weight.shape[-1]
    height, width = ((side - size) // stride + 1 for side in x.shape[1:])
    y = np.zeros((weight.shape[0], height, width))
    for row in range(size):
        for column in range(size):
            seen = x[:, row : row + stride * height : stride, column : column + stride * width : stride]
            tap = weight[:, :, row, column]
            y += tap[:, 0, None, None] * seen if depthwise else np.tensordot(tap, seen, axes=1)
    return y if bias is None else y + bias[:, None, None]


def layer_norm(x: Array, gamma: Array, beta: Array, eps: float = 1e-12) -> Array:
    """One mean and one variance over all of (C, H, W)."""
    return (x - x.mean()) / np.sqrt(x.var() + eps) * gamma[:, None, None] + beta[:, None, None]


def leaky(x: Array) -> Array:
    return np.where(x > 0, x, 0.2 * x)


def doubled(x: Array) -> Array:
    """Source of output i is i / 2, the last row and column repeat."""
    _, height, width = x.shape
    y = np.empty((x.shape[0], 2 * height, 2 * width))
    for row in range(2 * height):
        for column in range(2 * width):
            top, left = row // 2, column // 2
            below, right = min((row + 1) // 2, height - 1), min((column + 1) // 2, width - 1)
            y[:, row, column] = (x[:, top, left] + x[:, top, right] + x[:, below, left] + x[:, below, right]) / 4
    return y


class Reference:
    """The generator's forward pass over one picture (3, H, W) in [-1, 1]; both sides multiples of 4."""

    def __init__(self, state: State) -> None:
        self.state = state

    def block(self, x: Array, name: str, stride: int = 1, depthwise: bool = False) -> Array:
        weight = self.state[f"{name}.1.weight"]
        side = weight.shape[-1] // 2
        before = 0 if stride == 2 else side
        x = np.pad(x, ((0, 0), (before, side), (before, side)), mode="reflect")
        bias = self.state[f"{name}.1.bias"] if depthwise else None
        return leaky(self.norm(convolve(x, weight, bias, stride, depthwise), f"{name}.2"))

    def norm(self, x: Array, name: str) -> Array:
        return layer_norm(x, self.state[f"{name}.weight"], self.state[f"{name}.bias"])

    def residual(self, x: Array, name: str) -> Array:
        y = self.block(self.block(x, f"{name}.layers.0"), f"{name}.layers.1", depthwise=True)
        y = self.norm(convolve(y, self.state[f"{name}.layers.2.weight"]), f"{name}.layers.3")
        return x + y if x.shape == y.shape else y

    def __call__(self, x: Array) -> Array:
        x = self.block(self.block(self.block(x, "block_a.0"), "block_a.1", 2), "block_a.2")
        x = self.block(self.block(x, "block_b.0", 2), "block_b.1")
        x = self.block(x, "block_c.0")
        for index in range(1, 5):
            x = self.residual(x, f"block_c.{index}")
        x = self.block(x, "block_c.5")
        x = self.block(self.block(doubled(x), "block_d.0"), "block_d.1")
        x = self.block(self.block(self.block(doubled(x), "block_e.0"), "block_e.1"), "block_e.2")
        return np.tanh(convolve(x, self.state["out_layer.0.weight"]))
