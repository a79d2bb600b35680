"""TensorFlow graphs evaluated node by node in plain numpy and float64: a judge that knows no network, only operations.

It takes the nodes of a `model.json` as they were published and knows nothing of layers, so that it shares no reading
of the network with the code it judges.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
Node = Mapping[str, Any]


def evaluate(nodes: list[Node], values: Mapping[str, Array], *, pad_mode: str = "constant") -> Array:
    """Return the value of the last node.

    Args:
        nodes: Each after its inputs, or not: they are looked up by name.
        values: Constants and placeholders by name.
        pad_mode: What `Pad` means; the operation itself says zeros ("constant").
    """
    by_name = {node["name"]: node for node in nodes}
    known: dict[str, Array] = {name: np.asarray(value) for name, value in values.items()}

    def value_of(name: str) -> Array:
        if name not in known:
            node = by_name[name]
            inputs = [value_of(source) for source in node["input"]]
            known[name] = _OPERATIONS[node["op"]](inputs, node.get("attr", {}), pad_mode)
        return known[name]

    used = {source for node in nodes for source in node["input"]}
    (last,) = [node["name"] for node in nodes if node["name"] not in used]
    return value_of(last)


def _strides(attributes: Node) -> tuple[int, int]:
    _, rows, columns, _ = (int(step) for step in attributes["strides"]["list"]["i"])
    return rows, columns


def _bordered(x: Array, kernel: Array, attributes: Node) -> Array:
    """Pad (B, H, W, C) as `SAME` or `VALID` says; `SAME` puts the odd zero behind."""
    if bytes(attributes["padding"]["s"]) == b"VALID":
        return x
    assert bytes(attributes["padding"]["s"]) == b"SAME"
    borders = [(0, 0)]
    for side, size, step in zip(x.shape[1:3], kernel.shape[:2], _strides(attributes), strict=True):
        results = int(np.ceil(side / step))
        lacking = max((results - 1) * step + size - side, 0)
        borders.append((lacking // 2, lacking - lacking // 2))
    return np.pad(x, [*borders, (0, 0)])


def _convolve(inputs: list[Array], attributes: Node, depthwise: bool) -> Array:
    x, kernel = inputs
    x = _bordered(x, kernel, attributes)
    (down, right), (rows, columns) = _strides(attributes), kernel.shape[:2]
    height = (x.shape[1] - rows) // down + 1
    width = (x.shape[2] - columns) // right + 1
    y: Any = 0
    for row in range(rows):
        for column in range(columns):
            seen = x[:, row : row + down * height : down, column : column + right * width : right]
            tap = kernel[row, column]
            y = y + (seen * tap[:, 0] if depthwise else seen @ tap)
    return np.asarray(y)


def _fused_norm(inputs: list[Array], attributes: Node) -> Array:
    x, gamma, beta, mean, variance = inputs
    assert not attributes["is_training"]["b"]
    return (x - mean) / np.sqrt(variance + attributes["epsilon"]["f"]) * gamma + beta


def _nearest(inputs: list[Array], attributes: Node) -> Array:
    """TensorFlow 1's: the source of output i is floor(i * old / new)."""
    x, size = inputs
    assert not attributes["align_corners"]["b"]
    rows, columns = (np.arange(new) * old // new for new, old in zip(size, x.shape[1:3], strict=True))
    return x[:, rows][:, :, columns]


def _mean(inputs: list[Array], attributes: Node) -> Array:
    x, axes = inputs
    return np.asarray(x.mean(axis=tuple(axes), keepdims=attributes["keep_dims"]["b"]))


def _strided_slice(inputs: list[Array], attributes: Node) -> Array:
    """One element of a vector, as the published graphs use it."""
    x, begin, end, step = inputs
    assert int(attributes["shrink_axis_mask"]["i"]) == 1 and step.tolist() == [1] and (end == begin + 1).all()
    return np.asarray(x[begin[0]])


def _squeeze(inputs: list[Array], attributes: Node) -> Array:
    return np.squeeze(inputs[0], tuple(int(axis) for axis in attributes["squeeze_dims"]["list"]["i"]))


_OPERATIONS: dict[str, Any] = {
    "Add": lambda i, a, m: i[0] + i[1],
    "BiasAdd": lambda i, a, m: i[0] + i[1],
    "Conv2D": lambda i, a, m: _convolve(i, a, depthwise=False),
    "DepthwiseConv2dNative": lambda i, a, m: _convolve(i, a, depthwise=True),
    "ExpandDims": lambda i, a, m: np.expand_dims(i[0], int(i[1])),
    "FusedBatchNorm": lambda i, a, m: _fused_norm(i, a),
    "Mean": lambda i, a, m: _mean(i, a),
    "Mul": lambda i, a, m: i[0] * i[1],
    "Pack": lambda i, a, m: np.stack(i),
    "Pad": lambda i, a, m: np.pad(i[0], i[1], mode=m),
    "Relu": lambda i, a, m: np.maximum(i[0], 0),
    "Relu6": lambda i, a, m: np.clip(i[0], 0, 6),
    "ResizeNearestNeighbor": lambda i, a, m: _nearest(i, a),
    "Rsqrt": lambda i, a, m: 1 / np.sqrt(i[0]),
    "Shape": lambda i, a, m: np.array(i[0].shape),
    "Sigmoid": lambda i, a, m: 1 / (1 + np.exp(-i[0])),
    "SquaredDifference": lambda i, a, m: (i[0] - i[1]) ** 2,
    "Squeeze": lambda i, a, m: _squeeze(i, a),
    "StridedSlice": lambda i, a, m: _strided_slice(i, a),
    "Sub": lambda i, a, m: i[0] - i[1],
}
