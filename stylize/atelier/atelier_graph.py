"""The own styles' network as an ONNX graph, built from its folded weights, so that painting on a CPU needs no torch."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
from onnx import ModelProto, NodeProto, TensorProto, helper, numpy_helper

Weights = Mapping[str, npt.NDArray[np.float32]]
"""`<unit>.weight` (out, in, 3, 3) and `<unit>.bias` (out,) of every unit, fp32."""

_OPSET = 13
_IR_VERSION = 8
_SLOPE = 0.1
_EPSILON = 1e-5
"""Of torch's batch norm."""
_BLOCKS = 3
_TWICE = "twice"

UNITS = (
    *("stem", "down1", "down2", "down3"),
    *(f"body.{block}.{unit}" for block in range(_BLOCKS) for unit in ("first", "second")),
    *("up3", "fuse3", "up2", "fuse2", "up1", "fuse1", "out"),
)
"""Every convolution, in the order of use."""


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


def build_graph(weights: Weights) -> bytes:
    """Return the network as a serialised ONNX model.

    Args:
        weights: As `fold` gives them.

    Returns:
        A model from `picture` to `painting`, both (1, 3, H, W) in [-1, 1], H and W multiples of 8.
    """
    graph = _Graph()
    full = graph.unit("stem", "picture")
    half = graph.unit("down1", full, stride=2)
    quarter = graph.unit("down2", half, stride=2)
    deep = graph.unit("down3", quarter, stride=2)
    for block in range(_BLOCKS):
        inner = graph.unit(f"body.{block}.first", deep)
        deep = graph.sum(deep, graph.unit(f"body.{block}.second", inner, active=False))
    quarter = graph.unit("fuse3", graph.sum(graph.doubled(graph.unit("up3", deep)), quarter))
    half = graph.unit("fuse2", graph.sum(graph.doubled(graph.unit("up2", quarter)), half))
    full = graph.unit("fuse1", graph.sum(graph.doubled(graph.unit("up1", half)), full))
    graph.sum("picture", graph.unit("out", full, active=False), into="painting")
    return bytes(graph.model(weights).SerializeToString())


class _Graph:
    """Gathers nodes; every method returns the name of its output."""

    def __init__(self) -> None:
        self.nodes: list[NodeProto] = []

    def unit(self, name: str, x: str, *, stride: int = 1, active: bool = True) -> str:
        convolved = self._node(
            "Conv",
            [x, f"{name}.weight", f"{name}.bias"],
            kernel_shape=[3, 3],
            pads=[1, 1, 1, 1],
            strides=[stride, stride],
        )
        return self._node("LeakyRelu", [convolved], alpha=_SLOPE) if active else convolved

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
