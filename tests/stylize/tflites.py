"""Small files of TensorFlow Lite, built by the schema's own writer; wrong ones too."""

from dataclasses import dataclass
from typing import Any

import flatbuffers
import tflite

_PREFIXES = {"CONV_2D": "Conv2DOptions"}


@dataclass
class Constant:
    """A tensor; without bytes one that is computed."""

    name: str
    shape: tuple[int, ...]
    kind: int
    raw: bytes = b""
    scales: tuple[float, ...] = ()
    zeros: tuple[int, ...] = ()
    axis: int = 0
    opened: tuple[int, ...] = ()


@dataclass
class Built:
    """A file: operators are (name or number, inputs, outputs, options by the schema's names)."""

    tensors: list[Constant]
    operators: list[tuple[Any, tuple[int, ...], tuple[int, ...], dict[str, int] | None]]
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    version: int = 3
    graphs: int = 1


def build(it: Built) -> bytes:
    """Return the bytes of the file."""
    writer: Any = flatbuffers.Builder(1024)
    buffers = [_table(writer, "Buffer")]
    buffers += [_table(writer, "Buffer", Data=writer.CreateByteVector(one.raw)) for one in it.tensors if one.raw]
    codes = [_code(writer, kind) for kind, *_ in it.operators]
    place = iter(range(1, len(buffers)))
    tensors = [_tensor(writer, one, next(place) if one.raw else 0) for one in it.tensors]
    operators = [_operator(writer, k, *told) for k, told in enumerate(it.operators)]
    graphs = [
        _table(
            writer,
            "SubGraph",
            Tensors=_tables(writer, tensors),
            Operators=_tables(writer, operators),
            Inputs=_numbers(writer, it.inputs),
            Outputs=_numbers(writer, it.outputs),
        )
        for _ in range(it.graphs)
    ]
    parts = {"Subgraphs": graphs, "Buffers": buffers, "OperatorCodes": codes}
    lists = {name: _tables(writer, tables) for name, tables in parts.items()}
    writer.Finish(_table(writer, "Model", Version=it.version, **lists), b"TFL3")
    return bytes(writer.Output())


def _table(writer: Any, kind: str, **fields: Any) -> int:
    module = getattr(tflite, kind)
    start, end = getattr(tflite, f"{kind}Start", None), getattr(tflite, f"{kind}End", None)
    assert start is not None and end is not None, module
    start(writer)
    for name, value in fields.items():
        getattr(tflite, f"{kind}Add{name}")(writer, value)
    return int(end(writer))


def _tables(writer: Any, tables: list[int]) -> int:
    writer.StartVector(4, len(tables), 4)
    for table in reversed(tables):
        writer.PrependUOffsetTRelative(table)
    return int(writer.EndVector())


def _numbers(writer: Any, numbers: tuple[Any, ...], put: str = "PrependInt32", size: int = 4) -> int:
    writer.StartVector(size, len(numbers), size)
    for number in reversed(numbers):
        getattr(writer, put)(number)
    return int(writer.EndVector())


def _code(writer: Any, kind: Any) -> int:
    number = kind if isinstance(kind, int) else getattr(tflite.BuiltinOperator, kind)
    return _table(writer, "OperatorCode", BuiltinCode=number, DeprecatedBuiltinCode=min(number, 127))


def _tensor(writer: Any, one: Constant, buffer: int) -> int:
    name, shape = writer.CreateString(one.name), _numbers(writer, one.shape)
    fields = {"Name": name, "Shape": shape, "Type": one.kind, "Buffer": buffer}
    if one.opened:
        fields["ShapeSignature"] = _numbers(writer, one.opened)
    if one.scales:
        scales = _numbers(writer, one.scales, "PrependFloat32")
        zeros = _numbers(writer, one.zeros, "PrependInt64", 8)
        told = {"Scale": scales, "ZeroPoint": zeros, "QuantizedDimension": one.axis}
        fields["Quantization"] = _table(writer, "QuantizationParameters", **told)
    return _table(writer, "Tensor", **fields)


def _operator(writer: Any, code: int, kind: Any, inputs: Any, outputs: Any, options: dict[str, int] | None) -> int:
    fields = {"OpcodeIndex": code, "Inputs": _numbers(writer, inputs), "Outputs": _numbers(writer, outputs)}
    if options is not None:
        told = {"Padding": tflite.Padding.VALID, "FusedActivationFunction": tflite.ActivationFunctionType.RELU}
        fields["BuiltinOptions"] = _table(writer, _PREFIXES[kind], **told, **options)
        fields["BuiltinOptionsType"] = getattr(tflite.BuiltinOptions, _PREFIXES[kind])
    return _table(writer, "Operator", **fields)
