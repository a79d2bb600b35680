"""The own styles' networks as ONNX graphs, built from their weights, so that painting on a CPU needs no torch.

The slim one (`stylize.atelier.slim_net`) paints the shipped styles, the large one (`stylize.atelier.atelier_net`) is
its teacher; their weights tell which is which.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
from onnx import ModelProto, NodeProto, TensorProto, helper, numpy_helper

Weights = Mapping[str, npt.NDArray[np.float32]]
"""`<unit>.weight` (out, in, k, k) and `<unit>.bias` (out,) of every unit, fp32."""

_OPSET = 13
_IR_VERSION = 8
_SLOPE = 0.1
_EPSILON = 1e-5
"""Of torch's batch norm."""
_BLOCKS = 3
_SLIM_BLOCKS = 2
_TWICE = "twice"


def _units(blocks: int, down: tuple[str, ...], up: tuple[str, ...]) -> tuple[str, ...]:
    body = (f"body.{block}.{unit}" for block in range(blocks) for unit in ("first", "second"))
    return ("stem", *down, *body, *up, "out")


UNITS = _units(_BLOCKS, ("down1", "down2", "down3"), ("up3", "fuse3", "up2", "fuse2", "up1", "fuse1"))
"""Every convolution of the large network, in the order of use."""

SLIM_UNITS = _units(_SLIM_BLOCKS, ("down2", "down3"), ("up3", "fuse3", "up2", "fuse2"))
"""Every convolution of the slim one."""


def fold(state: Mapping[str, npt.NDArray[Any]]) -> dict[str, npt.NDArray[np.float32]]:
    """Fold every batch norm into the convolution before it.

    Args:
        state: The state dict of `stylize.atelier.atelier_net.AtelierNet`, in any precision.

    Returns:
        Weights and biases of every unit.

    Raises:
        KeyError: Something is missing.
    """
    exact = {name: value.astype(np.float64) for name, value in state.items()}
    folded = {"out.weight": exact["out.weight"], "out.bias": exact["out.bias"]}
    for unit in UNITS[:-1]:
        scale = exact[f"{unit}.norm.weight"] / np.sqrt(exact[f"{unit}.norm.running_var"] + _EPSILON)
        folded[f"{unit}.weight"] = exact[f"{unit}.conv.weight"] * scale[:, None, None, None]
        folded[f"{unit}.bias"] = exact[f"{unit}.norm.bias"] - exact[f"{unit}.norm.running_mean"] * scale
    return {name: value.astype(np.float32) for name, value in folded.items()}


def plain_weights(state: Mapping[str, npt.NDArray[Any]]) -> dict[str, npt.NDArray[np.float32]]:
    """Return the weights of either network without norms, in fp32; raises KeyError where one is missing."""
    return fold(state) if "stem.conv.weight" in state else _slim_weights(state)


def _slim_weights(state: Mapping[str, npt.NDArray[Any]]) -> dict[str, npt.NDArray[np.float32]]:
    names = [f"{unit}.{part}" for unit in SLIM_UNITS for part in ("weight", "bias")]
    return {name: state[name].astype(np.float32) for name in names}


def build_graph(weights: Weights) -> bytes:
    """Return a network as a serialised ONNX model.

    Args:
        weights: As `plain_weights` gives them.

    Returns:
        A model from `picture` to `painting`, both (1, 3, H, W) in [-1, 1], H and W multiples of 8.
    """
    graph = _Graph()
    if "fuse1.weight" in weights:
        _draw_large(graph)
    else:
        _draw_slim(graph)
    return bytes(graph.model(weights).SerializeToString())


def _draw_slim(graph: "_Graph") -> None:
    half = graph.unit("stem", "picture", stride=2, kernel=6)
    quarter = graph.unit("down2", half, stride=2)
    deep = graph.body(graph.unit("down3", quarter, stride=2), _SLIM_BLOCKS)
    quarter = graph.unit("fuse3", graph.sum(graph.doubled(graph.unit("up3", deep)), quarter))
    half = graph.unit("fuse2", graph.sum(graph.doubled(graph.unit("up2", quarter)), half))
    graph.sum("picture", graph.shuffled(graph.unit("out", half, active=False)), into="painting")


def _draw_large(graph: "_Graph") -> None:
    full = graph.unit("stem", "picture")
    half = graph.unit("down1", full, stride=2)
    quarter = graph.unit("down2", half, stride=2)
    deep = graph.body(graph.unit("down3", quarter, stride=2), _BLOCKS)
    quarter = graph.unit("fuse3", graph.sum(graph.doubled(graph.unit("up3", deep)), quarter))
    half = graph.unit("fuse2", graph.sum(graph.doubled(graph.unit("up2", quarter)), half))
    full = graph.unit("fuse1", graph.sum(graph.doubled(graph.unit("up1", half)), full))
    graph.sum("picture", graph.unit("out", full, active=False), into="painting")


class _Graph:
    """Gathers nodes; every method returns the name of its output."""

    def __init__(self) -> None:
        self.nodes: list[NodeProto] = []

    def unit(self, name: str, x: str, *, stride: int = 1, kernel: int = 3, active: bool = True) -> str:
        convolved = self._node(
            "Conv",
            [x, f"{name}.weight", f"{name}.bias"],
            kernel_shape=[kernel, kernel],
            pads=[(kernel - 1) // 2] * 4,
            strides=[stride, stride],
        )
        return self._node("LeakyRelu", [convolved], alpha=_SLOPE) if active else convolved

    def body(self, deep: str, blocks: int) -> str:
        for block in range(blocks):
            inner = self.unit(f"body.{block}.first", deep)
            deep = self.sum(deep, self.unit(f"body.{block}.second", inner, active=False))
        return deep

    def shuffled(self, x: str) -> str:
        return self._node("DepthToSpace", [x], blocksize=2, mode="CRD")

    def sum(self, a: str, b: str, *, into: str = "") -> str:
        return self._node("Add", [a, b], into=into)

    def doubled(self, x: str) -> str:
        how: dict[str, Any] = {
            "mode": "nearest",
            "coordinate_transformation_mode": "asymmetric",
            "nearest_mode": "floor",
        }
        return self._node("Resize", [x, "", _TWICE], **how)

    def _node(self, kind: str, inputs: list[str], *, into: str = "", **attributes: Any) -> str:
        output = into or f"{kind.lower()}{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, inputs, [output], **attributes))
        return output

    def model(self, weights: Weights) -> ModelProto:
        shape: list[str | int | None] = [1, 3, "height", "width"]
        ends = [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name in ("picture", "painting")]
        held = [numpy_helper.from_array(value, name) for name, value in weights.items()]
        held.append(numpy_helper.from_array(np.array([1, 1, 2, 2], np.float32), _TWICE))
        graph = helper.make_graph(self.nodes, "atelier", ends[:1], ends[1:], held)
        return helper.make_model(graph, opset_imports=[helper.make_opsetid("", _OPSET)], ir_version=_IR_VERSION)
