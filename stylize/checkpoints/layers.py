"""Convolutional networks read as their layers in order, whatever file they lie in: told by tensors, not by names.

A layer is a convolution with what follows it up to the next one: a bias, and scale and shift of a norm. Files of
TensorFlow Lite and ONNX hold graphs; there the operators say which constant is what, since scale is multiplied by and
shift is added, in whatever way the norm itself is spelled. A state dict tells it by the order of its shapes.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from configs.errors import WeightsError
from stylize.checkpoints.header import OTHER
from stylize.checkpoints.tflite import TfliteGraph, read_graph

Numbers = npt.NDArray[Any]
_Event = tuple[str, list[Numbers]]
"""What an operator does (`kernel`, `scale`, `shift`), and its constants."""

_LARGEST_BYTES = 1 << 30
_PLAIN = ("Identity", "Cast", "Squeeze", "Unsqueeze", "Reshape", "Flatten")
"""ONNX operators that leave a vector's numbers as they are."""
_TELLS = {"Mul": "scale", "Add": "shift", "Sub": "shift", "MUL": "scale", "ADD": "shift", "SUB": "shift"}


@dataclass
class ConvLayer:
    """A convolution and its norm; float32."""

    kernel: Numbers
    """(out, in / groups, rows, columns)."""
    bias: Numbers | None = None
    scale: Numbers | None = None
    shift: Numbers | None = None
    surplus: list[Numbers] = field(default_factory=list)
    """Vectors that have no place in such a layer."""


@dataclass(frozen=True)
class Layers:
    """A network as its layers, and how it resizes pictures, as far as the file tells."""

    found: list[ConvLayer]
    corners: tuple[str, ...] = ()
    """`asymmetric`, `align_corners`, `half_pixel`: of its resizes, each kind once."""

    @property
    def shapes(self) -> list[tuple[int, ...]]:
        """The shapes of the kernels, in order."""
        return [layer.kernel.shape for layer in self.found]


def tflite_layers(path: Path) -> Layers:
    """Read a file of TensorFlow Lite, quantised or not.

    Raises:
        WeightsError: It cannot be read, or a number in it is not finite.
    """
    graph = read_graph(path)
    return Layers(_gathered(_tflite_events(graph)), tuple(dict.fromkeys(_tflite_corners(graph))))


def onnx_layers(path: Path) -> Layers:
    """Read a file of ONNX, whichever exporter wrote it.

    Raises:
        WeightsError: It cannot be read, is none or damaged, keeps its numbers in other files, or one is not finite.
    """
    graph = _onnx_graph(path)
    constants = dict(_onnx_constants(graph, path))
    return Layers(_gathered(_onnx_events(graph, constants)), tuple(dict.fromkeys(_onnx_corners(graph))))


def state_layers(state: Mapping[str, Numbers]) -> Layers:
    """Read a state dict by its shapes alone: kernels have four axes, what belongs to them follows."""
    layers: list[ConvLayer] = []
    for value in state.values():
        if value.ndim == 4:
            layers.append(ConvLayer(value))
        elif layers:
            layers[-1].surplus.append(value)
    for layer in layers:
        vectors, layer.surplus = layer.surplus, []
        if len(vectors) in (1, 3):
            layer.bias = vectors.pop(0)
        if len(vectors) == 2:
            layer.scale, layer.shift = vectors
        else:
            layer.surplus = vectors
    return Layers(layers)


def is_onnx(path: Path) -> bool:
    """Tell by a file's first bytes whether it may be ONNX, whatever its name: it has no mark, but begins alike."""
    try:
        with path.open("rb") as stream:
            start = stream.read(3)
    except OSError:
        return False
    # field 1, the format's small version, and then a field that has a length
    return len(start) == 3 and start[0] == 0x08 and 0 < start[1] < 0x40 and start[2] & 7 == 2


def _gathered(events: Iterable[_Event]) -> list[ConvLayer]:
    """Put constants to the convolutions that they follow; scalars, as of a leaky ReLU, belong to none."""
    layers: list[ConvLayer] = []
    for kind, constants in events:
        if kind == "kernel":
            kernel, *bias = constants
            layers.append(ConvLayer(kernel, bias[0].reshape(-1) if bias else None))
            continue
        for number, constant in enumerate(constants):
            if layers and constant.size == len(layers[-1].kernel) and constant.size > 1:
                _put(layers[-1], "shift" if number else kind, constant.reshape(-1))
    return layers


def _put(layer: ConvLayer, kind: str, vector: Numbers) -> None:
    if kind == "scale" and layer.scale is None:
        layer.scale = vector
    elif kind == "shift" and layer.scale is not None and layer.shift is None:
        layer.shift = vector
    elif kind == "shift" and layer.scale is None and layer.bias is None:
        layer.bias = vector  # added before any norm: the convolution's own, as an operator of its own
    else:
        layer.surplus.append(vector)


def _tflite_events(graph: TfliteGraph) -> Iterator[_Event]:
    for operator in graph.operators:
        constants = [value for place in operator.inputs if place >= 0 if (value := graph.constant(place)) is not None]
        if operator.kind in ("CONV_2D", "DEPTHWISE_CONV_2D") and constants and constants[0].ndim == 4:
            # (out, rows, columns, in), and of depthwise ones (1, rows, columns, out)
            order = (0, 3, 1, 2) if operator.kind == "CONV_2D" else (3, 0, 1, 2)
            yield "kernel", [np.ascontiguousarray(constants[0].transpose(order)), *constants[1:]]
        elif operator.kind in _TELLS:
            yield _TELLS[operator.kind], constants


def _tflite_corners(graph: TfliteGraph) -> Iterator[str]:
    for operator in graph.operators:
        if operator.kind == "RESIZE_BILINEAR":
            told = ("align_corners", "half_pixel") if operator.options else ()
            given = (operator.options.get("align_corners"), operator.options.get("half_pixel_centers"))
            yield next((name for name, is_so in zip(told, given, strict=False) if is_so), "asymmetric")


def _onnx_graph(path: Path) -> Any:
    import onnx  # slow to import

    try:
        if path.stat().st_size > _LARGEST_BYTES:
            raise WeightsError("is too large for a network of a style", cure=OTHER, path=path)
        model = onnx.load(str(path), load_external_data=False)
    except OSError as error:
        cure = "give a file of weights that can be read"
        raise WeightsError(f"cannot be read ({error.strerror or error})", cure=cure, path=path) from error
    except WeightsError:
        raise
    except Exception as error:  # protobuf's own kinds differ from release to release
        raise WeightsError("is no ONNX file, or is damaged inside", cure=OTHER, path=path) from error
    if not model.graph.node:
        raise WeightsError("is no ONNX file, or holds no graph", cure=OTHER, path=path)
    return model.graph


def _onnx_constants(graph: Any, path: Path) -> Iterator[tuple[str, Numbers]]:
    """Yield the numbers that a graph holds by their names, those too that it passes through an idle operator."""
    for tensor in graph.initializer:
        yield tensor.name, _onnx_numbers(tensor, path)
    for node in graph.node:
        if node.op_type == "Constant":
            for attribute in node.attribute:
                if attribute.name == "value":
                    yield node.output[0], _onnx_numbers(attribute.t, path)


def _onnx_numbers(tensor: Any, path: Path) -> Numbers:
    import onnx
    from onnx import numpy_helper

    if tensor.data_location == onnx.TensorProto.EXTERNAL:
        cure = "give one that holds its numbers itself"
        raise WeightsError(f"keeps the numbers of {tensor.name} in another file", cure=cure, path=path)
    try:
        values: Numbers = numpy_helper.to_array(tensor)
    except Exception as error:  # whatever a damaged tensor ends in
        raise WeightsError("is no ONNX file, or is damaged inside", cure=OTHER, path=path) from error
    if values.dtype.kind != "f":
        return values
    with np.errstate(over="ignore"):
        values = values.astype(np.float32)
    if not np.isfinite(values).all():
        raise WeightsError(f"{tensor.name} holds values that are no finite numbers", cure=OTHER, path=path)
    return values


def _onnx_events(graph: Any, constants: dict[str, Numbers]) -> Iterator[_Event]:
    for node in graph.node:
        found = [constants[name] for name in node.input if name in constants]
        if node.op_type in _PLAIN and node.input and node.input[0] in constants:
            constants[node.output[0]] = constants[node.input[0]]
        elif node.op_type == "Conv" and found and found[0].ndim == 4:
            yield "kernel", found
        elif node.op_type == "GroupNormalization":
            yield "scale", found
        elif node.op_type in _TELLS:
            yield _TELLS[node.op_type], found


def _onnx_corners(graph: Any) -> Iterator[str]:
    """Yield how pictures are resized.

    Our own generator, exported, doubles by aligned corners a picture whose last row and column it has repeated, which
    is the same as TensorFlow's way.
    """
    modes = {each.s for node in graph.node if node.op_type == "Pad" for each in node.attribute if each.name == "mode"}
    for node in graph.node:
        if node.op_type == "Upsample":
            yield "asymmetric"
        if node.op_type == "Resize":
            told = {each.name: each.s.decode(errors="replace") for each in node.attribute if each.s}
            kind = told.get("coordinate_transformation_mode", "half_pixel")
            repeated = kind == "align_corners" and b"edge" in modes
            yield "asymmetric" if repeated else kind.removeprefix("pytorch_")


def fits(layers: Sequence[ConvLayer], wanted: Sequence[ConvLayer]) -> bool:
    """Tell whether a network has the layers of another: the same kernels, norms where there are norms, nothing more.

    A bias that is nought everywhere may be there or not.
    """
    return len(layers) == len(wanted) and all(map(_alike, layers, wanted))


def _alike(layer: ConvLayer, wanted: ConvLayer) -> bool:
    if layer.surplus or layer.kernel.shape != wanted.kernel.shape:
        return False
    if layer.bias is not None and (
        layer.bias.shape != layer.kernel.shape[:1] or (wanted.bias is None and layer.bias.any())
    ):
        return False
    vectors = [
        [None if vector is None else vector.shape for vector in (one.scale, one.shift)] for one in (layer, wanted)
    ]
    return vectors[0] == vectors[1]
