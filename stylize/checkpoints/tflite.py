"""Reading TensorFlow Lite files: tensors and operators as values, quantised numbers spread out; without TensorFlow.

The format is a flatbuffer; its schema (`tensorflow/lite/schema/schema.fbs`) comes with the package `tflite`. That
package follows whatever offsets a file has, so all that it gives is bounded and checked here. Quantised numbers mean
`scale * (stored - zero point)`, with one scale for the tensor or one for each slice along an axis (the specification
of 8-bit quantisation, tensorflow.org/lite/performance/quantization_spec).
"""

import math
import re
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from configs.errors import WeightsError
from stylize.checkpoints.header import OTHER

Numbers = npt.NDArray[Any]

_MARK = b"TFL3"
"""Stands behind the first four bytes of every such file."""
_VERSION = 3
_LARGEST_BYTES = 1 << 30
"""No style's network comes near; offsets of the format end at twice that."""
_MOST_ENTRIES = 1 << 14
"""Tensors or operators of a graph; the largest of those that are published for phones have a few thousand."""
_MOST_ITEMS = 1 << 10
"""Inputs of an operator, numbers of a list among its options."""
_MOST_AXES = 8
_LIVES_OUTSIDE = 1
"""Offsets of buffers above this one are places in the file behind the flatbuffer."""

_SPREAD = "DEQUANTIZE"
_LEFT_OUT = -1
"""In the place of an input that an operator can do without."""
_NAMED = {"padding": "Padding", "fused_activation_function": "ActivationFunctionType", "mode": "MirrorPadMode"}
"""Options that hold a member of an enumeration, and which."""

_MALFORMED = (struct.error, ArithmeticError, AssertionError, LookupError, TypeError, ValueError)
"""What following a wrong offset ends in."""


@dataclass(frozen=True)
class TfliteTensor:
    """One tensor: a constant, or what an operator computes."""

    name: str
    shape: tuple[int, ...]
    """-1 where the file leaves a side open."""
    dtype: str
    """How it is stored, as numpy calls it: `int8`, `float16`, ..."""
    scales: tuple[float, ...] = ()
    """What a step of the stored numbers means; none where it is not quantised, one, or one for each slice."""
    zero_points: tuple[int, ...] = ()
    axis: int = 0
    """Along which the slices lie."""
    raw: memoryview | None = None
    """A constant's numbers, little-endian, row-major."""
    path: Path = Path()
    """The file, for messages."""

    @property
    def is_constant(self) -> bool:
        """Whether the file holds its numbers."""
        return self.raw is not None

    def stored(self) -> Numbers:
        """Return a constant's numbers as they are stored."""
        if self.raw is None:
            raise ValueError(f"{self.name} is computed, not stored")
        kind = np.dtype(self.dtype)
        return np.frombuffer(self.raw, kind.newbyteorder("<")).astype(kind).reshape(self.shape)

    def values(self) -> Numbers:
        """Return what a constant's numbers mean: float32 where they are quantised or real, else as they are stored.

        Raises:
            WeightsError: A number is not finite.
        """
        values = self.stored()
        if self.scales:
            along = [1] * values.ndim
            if len(self.scales) > 1:
                along[self.axis] = len(self.scales)
            zeros, scales = (np.array(told, np.float64).reshape(along) for told in (self.zero_points, self.scales))
            values = (values - zeros) * scales
        if values.dtype.kind != "f":
            return values
        with np.errstate(over="ignore"):  # what does not fit is told with what never was a number
            values = values.astype(np.float32)
        if not np.isfinite(values).all():
            raise WeightsError(f"{self.name} holds values that are no finite numbers", cure=OTHER, path=self.path)
        return values


@dataclass(frozen=True)
class TfliteOperator:
    """One operator of a graph."""

    kind: str
    """Its name in the schema: `CONV_2D`, `MIRROR_PAD`, ...; of one that is not in it, what the file calls it."""
    inputs: tuple[int, ...]
    """Places among the graph's tensors; -1 where an input that may be left out is."""
    outputs: tuple[int, ...]
    options: Mapping[str, Any]
    """By the schema's names: `stride_w`, `padding` ("SAME"), `fused_activation_function` ("RELU6"), ..."""


@dataclass(frozen=True)
class TfliteGraph:
    """What a file holds; operators in the order in which they are computed."""

    tensors: tuple[TfliteTensor, ...]
    operators: tuple[TfliteOperator, ...]
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]

    def constant(self, index: int) -> Numbers | None:
        """Return the values of a tensor that is stored, or a stored one spread out first; None where it is computed.

        Raises:
            WeightsError: A number is not finite.
        """
        tensor, maker = self.tensors[index], self._makers.get(index)
        if maker is not None and maker.kind == _SPREAD:
            tensor = self.tensors[maker.inputs[0]]
        return tensor.values() if tensor.is_constant else None

    @cached_property
    def _makers(self) -> dict[int, TfliteOperator]:
        return {output: operator for operator in self.operators for output in operator.outputs}


def is_tflite(path: Path) -> bool:
    """Tell by a file's first bytes whether it is one of TensorFlow Lite, whatever its name; false where none is."""
    try:
        with path.open("rb") as stream:
            return stream.read(8)[4:] == _MARK
    except OSError:
        return False


def read_graph(path: Path) -> TfliteGraph:
    """Read the graph of a file.

    Raises:
        WeightsError: The file cannot be read, is no such file, truncated or damaged, or holds what is not read here
            (several graphs, sparse tensors, numbers of 4 bits); in one line.
    """
    try:
        if path.stat().st_size > _LARGEST_BYTES:
            raise WeightsError("is too large for a network of a style", cure=OTHER, path=path)
        content = path.read_bytes()
    except OSError as error:
        cure = "give a file of weights that can be read"
        raise WeightsError(f"cannot be read ({error.strerror or error})", cure=cure, path=path) from error
    if content[4:8] != _MARK:
        raise WeightsError("is no file of TensorFlow Lite", cure=OTHER, path=path)
    try:
        return _Reader(content, path).graph()
    except _MALFORMED as error:
        raise WeightsError("is truncated, or damaged inside", cure=OTHER, path=path) from error


class _Reader:
    """A file's flatbuffer; what is wrong with it ends in one of `_MALFORMED`."""

    def __init__(self, content: bytes, path: Path) -> None:
        import tflite  # many small modules: slow to import

        self._schema: Any = tflite
        self._content, self._path = content, path
        self._model = tflite.Model.GetRootAsModel(content, 0)

    def graph(self) -> TfliteGraph:
        model = self._model
        if model.Version() != _VERSION:
            raise self._unread(f"is of version {model.Version()} of the format, not {_VERSION}")
        if model.SubgraphsLength() != 1:
            raise self._unread(f"holds {model.SubgraphsLength()} graphs, not one")
        graph = model.Subgraphs(0)
        tensors = tuple(self._tensor(graph.Tensors(k)) for k in self._places(graph.TensorsLength()))
        operators = tuple(self._operator(graph.Operators(k)) for k in self._places(graph.OperatorsLength()))
        read = TfliteGraph(tensors, operators, self._list(graph, "Inputs"), self._list(graph, "Outputs"))
        self._check_wired(read)
        return read

    def _places(self, count: int) -> range:
        """Return the places of a list's entries, each of which takes four bytes at least."""
        if count > min(_MOST_ENTRIES, len(self._content) // 4):
            raise ValueError(f"a list of {count}")
        return range(count)

    def _list(self, table: Any, name: str, most: int = _MOST_ITEMS) -> tuple[Any, ...]:
        """Return a table's list of numbers; empty where there is none."""
        if not (count := getattr(table, f"{name}Length")()):
            return ()
        if count > most:
            raise ValueError(f"a list of {count}")
        return tuple(getattr(table, f"{name}AsNumpy")().tolist())

    def _tensor(self, table: Any) -> TfliteTensor:
        name = _text(table.Name())
        dtype = _name_of(self._schema.TensorType, table.Type()).lower()
        shape = self._list(table, "Shape", _MOST_AXES)
        opened = self._list(table, "ShapeSignature", _MOST_AXES)
        raw = self._raw(table.Buffer())
        if raw is None:
            return TfliteTensor(name, opened or shape, dtype, *self._quantisation(table, shape), path=self._path)
        if table.Sparsity() is not None:
            raise self._unread(f"holds {name} as a sparse tensor, which is not read here")
        if dtype not in np.sctypeDict or np.dtype(dtype).kind not in "iufb":
            raise self._unread(f"{name} has numbers of a kind that is not read here ({dtype})")
        if min(shape, default=0) < 0 or math.prod(shape) * np.dtype(dtype).itemsize != len(raw):
            raise ValueError(f"{name} of {shape} in {len(raw)} bytes")
        return TfliteTensor(name, shape, dtype, *self._quantisation(table, shape), raw, self._path)

    def _raw(self, index: int) -> memoryview | None:
        """Return a buffer's bytes, uncopied; None where it has none, as buffer 0 and those of computed tensors."""
        if index >= self._model.BuffersLength():
            raise IndexError(index)
        buffer = self._model.Buffers(index)
        if buffer.Offset() > _LIVES_OUTSIDE:
            start, size = buffer.Offset(), buffer.Size()
            if start + size > len(self._content):
                raise ValueError(f"a buffer up to byte {start + size}")
            return memoryview(self._content)[start : start + size]
        return memoryview(buffer.DataAsNumpy()) if buffer.DataLength() else None

    def _quantisation(self, table: Any, shape: tuple[int, ...]) -> tuple[tuple[float, ...], tuple[int, ...], int]:
        """Return scales, zero points and axis, checked."""
        told = table.Quantization()
        most = max(shape, default=1)
        scales = self._list(told, "Scale", max(most, 1)) if told is not None else ()
        if not scales:
            return (), (), 0
        zeros = self._list(told, "ZeroPoint", len(scales)) or (0,) * len(scales)
        axis = told.QuantizedDimension()
        if len(scales) > 1 and (axis not in range(len(shape)) or shape[axis] != len(scales)):
            raise ValueError(f"{len(scales)} scales along axis {axis} of {shape}")
        if len(zeros) not in (1, len(scales)) or not all(map(math.isfinite, scales)):
            raise ValueError(f"{len(zeros)} zero points for {len(scales)} scales")
        return scales, zeros * (len(scales) // len(zeros)), axis

    def _operator(self, table: Any) -> TfliteOperator:
        return TfliteOperator(
            self._kind(table.OpcodeIndex()),
            self._list(table, "Inputs"),
            self._list(table, "Outputs"),
            dict(self._options(table)),
        )

    def _kind(self, index: int) -> str:
        if index >= self._model.OperatorCodesLength():
            raise IndexError(index)
        code = self._model.OperatorCodes(index)
        # the older field had one byte; where a code needs more, it says so by the largest it can
        number = max(code.BuiltinCode(), code.DeprecatedBuiltinCode())
        if number == self._schema.BuiltinOperator.CUSTOM:
            return _text(code.CustomCode())
        try:
            return _name_of(self._schema.BuiltinOperator, number)
        except KeyError as error:
            raise self._unread(f"has an operator that is not known here ({number})") from error

    def _options(self, table: Any) -> Iterator[tuple[str, Any]]:
        """Yield an operator's options, whatever they are: each field of the table that the schema has for them."""
        given = table.BuiltinOptions()
        if given is None:
            return
        kind = getattr(self._schema, _name_of(self._schema.BuiltinOptions, table.BuiltinOptionsType()))
        options = kind()
        options.Init(given.Bytes, given.Pos)
        fields = [name for name in vars(kind) if name[0].isupper() and not name.startswith(("GetRoot", kind.__name__))]
        lists = {name.removesuffix("IsNone") for name in fields if name.endswith("IsNone")}
        for name in fields:
            plain = re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
            if name in lists:
                yield plain, self._list(options, name)
            elif name != "Init" and not name.startswith(tuple(lists)):
                value = getattr(options, name)()
                yield plain, _name_of(getattr(self._schema, _NAMED[plain]), value) if plain in _NAMED else value

    def _check_wired(self, graph: TfliteGraph) -> None:
        """Refuse operators whose inputs are not there when their turn comes."""
        known = {k for k, tensor in enumerate(graph.tensors) if tensor.is_constant} | {*graph.inputs, _LEFT_OUT}
        for operator in graph.operators:
            spreads_none = operator.kind == _SPREAD and operator.inputs[0] == _LEFT_OUT
            if spreads_none or not known.issuperset(operator.inputs):
                raise IndexError(operator.inputs)
            known.update(operator.outputs)
        if not known.issuperset(graph.outputs) or min(known) < _LEFT_OUT or max(known) >= len(graph.tensors):
            raise IndexError(graph.outputs)

    def _unread(self, problem: str) -> WeightsError:
        return WeightsError(problem, cure=OTHER, path=self._path)


def _name_of(enumeration: Any, number: int) -> str:
    """Return a member's name."""
    return str({value: name for name, value in vars(enumeration).items() if name[0].isupper()}[number])


def _text(told: bytes | None) -> str:
    """Return a name as it can be shown in a line."""
    return "".join(letter if letter.isprintable() else "?" for letter in (told or b"").decode(errors="replace"))
