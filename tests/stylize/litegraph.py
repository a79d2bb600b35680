"""Graphs of TensorFlow Lite evaluated operator by operator in numpy: a judge that knows no network.

Constants count as what they mean. It reads no layers, so that it shares no reading of the network with the code it
judges.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from stylize.checkpoints.tflite import TfliteGraph, TfliteOperator, TfliteTensor

Array = npt.NDArray[Any]
Options = Any


def evaluate(graph: TfliteGraph, *inputs: Array, rounded: bool = False) -> Array:
    """Return the first output of a graph.

    Args:
        graph: As it was read.
        inputs: float32, in the order of the graph's own.
        rounded: Whether all that is computed is put into 8 bits where the graph says so, as a phone does; left out,
            it is the network as it was before, but for its weights.
    """
    known: dict[int, Array] = dict(zip(graph.inputs, inputs, strict=True))
    for operator in graph.operators:
        (place,) = operator.outputs
        value = _applied(operator, [_value(graph, each, known) for each in operator.inputs])
        known[place] = _in_8_bits(value, graph.tensors[place]) if rounded else value
    return known[graph.outputs[0]]


def _in_8_bits(value: Array, tensor: TfliteTensor) -> Array:
    if tensor.dtype != "int8":
        return value
    (scale,), (zero,) = tensor.scales, tensor.zero_points
    steps = np.clip(np.round(value / np.float32(scale)) + zero, -128, 127)
    return ((steps - zero) * np.float32(scale)).astype(np.float32)


def _value(graph: TfliteGraph, place: int, known: dict[int, Array]) -> Array:
    return known[place] if place in known else graph.tensors[place].values()


def _applied(operator: TfliteOperator, inputs: list[Array]) -> Array:
    activation = _ACTIVATIONS[operator.options.get("fused_activation_function", "NONE")]
    return activation(_OPERATORS[operator.kind](inputs, operator.options))


def _convolve(inputs: list[Array], options: Options, depthwise: bool) -> Array:
    import torch  # numpy takes forty times as long

    x, kernel, bias = inputs
    (rows, columns), (down, right) = kernel.shape[1:3], (options["stride_h"], options["stride_w"])
    assert options["dilation_h_factor"] == options["dilation_w_factor"] == 1
    if options["padding"] == "SAME":
        lacking = [
            max((-(-side // step) - 1) * step + size - side, 0)
            for side, size, step in zip(x.shape[1:3], (rows, columns), (down, right), strict=True)
        ]
        x = np.pad(x, [(0, 0), *((lack // 2, lack - lack // 2) for lack in lacking), (0, 0)])
    planes, taps, shift = (torch.from_numpy(np.ascontiguousarray(each)) for each in (x, kernel, bias))
    taps = taps.permute((3, 0, 1, 2) if depthwise else (0, 3, 1, 2))
    groups = kernel.shape[3] if depthwise else 1
    y = torch.nn.functional.conv2d(planes.permute(0, 3, 1, 2), taps, shift, (down, right), groups=groups)
    return np.asarray(y.permute(0, 2, 3, 1).numpy())


def _resized(inputs: list[Array], options: Options, smooth: bool) -> Array:
    """The source of output i is i * old / new: neither corners aligned nor half pixels, as the options must say."""
    x, size = inputs
    assert not options["align_corners"] and not options["half_pixel_centers"]
    for axis, new in zip((1, 2), size, strict=True):
        old = x.shape[axis]
        source = np.arange(new) * old / new
        before = np.floor(source).astype(int)
        share = (source - before).astype(np.float32).reshape((-1, 1, 1) if axis == 1 else (-1, 1))
        after = np.minimum(before + 1, old - 1)
        near = np.take(x, before, axis)
        x = near + (np.take(x, after, axis) - near) * share if smooth else near
    return x


def _mean(inputs: list[Array], options: Options) -> Array:
    x, axes = inputs
    mean = x.mean(axis=tuple(np.atleast_1d(axes)), keepdims=options["keep_dims"], dtype=np.float64)
    return np.asarray(mean, np.float32)


def _mirrored(inputs: list[Array], options: Options) -> Array:
    return np.pad(inputs[0], inputs[1], mode={"REFLECT": "reflect", "SYMMETRIC": "symmetric"}[options["mode"]])


_ACTIVATIONS: dict[str, Callable[[Array], Array]] = {
    "NONE": lambda x: x,
    "RELU": lambda x: np.maximum(x, 0),
    "RELU6": lambda x: np.clip(x, 0, 6),
}
_OPERATORS: dict[str, Callable[[list[Array], Options], Array]] = {
    "ADD": lambda i, o: i[0] + i[1],
    "CONV_2D": lambda i, o: _convolve(i, o, depthwise=False),
    "DEPTHWISE_CONV_2D": lambda i, o: _convolve(i, o, depthwise=True),
    "DEQUANTIZE": lambda i, o: i[0],
    "LEAKY_RELU": lambda i, o: np.where(i[0] > 0, i[0], np.float32(o["alpha"]) * i[0]),
    "LOGISTIC": lambda i, o: 1 / (1 + np.exp(-i[0])),
    "MEAN": _mean,
    "MIRROR_PAD": _mirrored,
    "MUL": lambda i, o: i[0] * i[1],
    "QUANTIZE": lambda i, o: i[0],
    "RESIZE_BILINEAR": lambda i, o: _resized(i, o, smooth=True),
    "RESIZE_NEAREST_NEIGHBOR": lambda i, o: _resized(i, o, smooth=False),
    "RSQRT": lambda i, o: 1 / np.sqrt(i[0]),
    "SQUARED_DIFFERENCE": lambda i, o: (i[0] - i[1]) ** 2,
    "SUB": lambda i, o: i[0] - i[1],
    "TANH": lambda i, o: np.tanh(i[0]),
}
