"""A graph of TensorFlow Lite as an ONNX model in float: any size of picture, and onnxruntime's speed.

What the file holds in 8 or 16 bits is spread out, and the steps between are computed in float: the picture is the one
that the interpreter gives, without the rounding. TensorFlow puts a picture's channels last, ONNX puts them first.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import numpy as np
from onnx import NodeProto, TensorProto, helper, numpy_helper

from configs.errors import WeightsError
from stylize.checkpoints.header import OTHER
from stylize.checkpoints.tflite import Numbers, TfliteGraph, TfliteOperator

_OPSET = 13
_IR_VERSION = 8
_FIRST = (0, 3, 1, 2)
"""(batch, rows, columns, channels) with the channels in front of the rows."""
_KERNEL, _KERNEL_EACH = (0, 3, 1, 2), (3, 0, 1, 2)
"""(out, rows, columns, in), and (1, rows, columns, channels) of a depthwise layer, as ONNX has them."""
_SIDES = (1, 2)
"""A picture's rows and columns among TensorFlow's axes."""
_NEAREST = {"mode": "nearest", "coordinate_transformation_mode": "asymmetric", "nearest_mode": "floor"}


def translate(
    graph: TfliteGraph,
    *,
    given: Mapping[str, Numbers] | None = None,
    outputs: Sequence[str] = (),
    together: bool = False,
) -> bytes:
    """Return a graph, or a part of it, as a serialised ONNX model.

    Args:
        graph: As `stylize.checkpoints.tflite.read_graph` gives it.
        given: Tensors by name that are known: they become constants, and what only leads to them is left out.
        outputs: Names of the tensors that the model is to give; none: the graph's own.
        together: Whether the pictures of a batch are one picture where a mean is taken.

    Returns:
        A model whose inputs and outputs have the names of the graph's and the shape (B, C, H, W).

    Raises:
        WeightsError: The graph holds an operator that is not translated.
        KeyError: The graph has no tensor of such a name.
    """
    return _Translation(graph, given or {}, together).model(outputs)


class _Translation:
    """One model in the making: nodes and constants, gathered operator by operator."""

    def __init__(self, graph: TfliteGraph, given: Mapping[str, Numbers], together: bool) -> None:
        self._graph = graph
        self._together = together
        self._makers = {output: operator for operator in graph.operators for output in operator.outputs}
        self._places = {tensor.name: place for place, tensor in enumerate(graph.tensors)}
        self._known = {self._places[name]: value for name, value in given.items()}
        self._nodes: list[NodeProto] = []
        self._constants: dict[str, Numbers] = {}
        self._names: dict[int, str] = {}

    def model(self, outputs: Sequence[str]) -> bytes:
        graph = self._graph
        ends = [self._places[name] for name in outputs] or list(graph.outputs)
        needed = self._needed(ends)
        for operator in graph.operators:
            if operator.outputs[0] in needed:
                self._names[operator.outputs[0]] = self._translated(operator)
        for end in ends:
            self._node("Identity", [self._name(end)], into=graph.tensors[end].name)
        begun = [place for place in graph.inputs if place in needed and place not in self._known]
        model = helper.make_graph(
            self._nodes,
            "tflite",
            [self._described(place) for place in begun],
            [self._described(place) for place in ends],
            [numpy_helper.from_array(value, name) for name, value in self._constants.items()],
        )
        opsets = [helper.make_opsetid("", _OPSET)]
        return bytes(helper.make_model(model, opset_imports=opsets, ir_version=_IR_VERSION).SerializeToString())

    def _needed(self, ends: Sequence[int]) -> set[int]:
        """Return the places of what leads to these ends."""
        needed = set(ends)
        for operator in reversed(self._graph.operators):
            if operator.outputs[0] in needed and operator.outputs[0] not in self._known:
                # the size of an enlarged picture is not computed: `_enlargement` tells it
                needed.update(operator.inputs[:1] if operator.kind.startswith("RESIZE") else operator.inputs)
        return needed

    def _translated(self, operator: TfliteOperator) -> str:
        """Translate an operator; return the name of its result."""
        place = operator.outputs[0]
        if place in self._known or self._graph.constant(place) is not None:
            return self._name(place)
        if operator.kind not in _KINDS:
            problem = f"holds the operator {operator.kind}, which is not computed here"
            raise WeightsError(problem, cure=OTHER, path=self._graph.tensors[place].path)
        result = _KINDS[operator.kind](self, operator)
        match operator.options.get("fused_activation_function", "NONE"):
            case "RELU":
                return self._node("Relu", [result])
            case "RELU6":
                return self._node("Clip", [result, self._held(0, np.float32), self._held(6, np.float32)])
        return result

    def convolution(self, operator: TfliteOperator) -> str:
        """Translate a convolution, of all channels or each for itself."""
        each = operator.kind.startswith("DEPTHWISE")
        kernel = self._constant(operator, 1).transpose(_KERNEL_EACH if each else _KERNEL)
        inputs = [self._name(operator.inputs[0]), self._held(kernel)]
        if len(operator.inputs) > 2 and operator.inputs[2] >= 0:
            inputs.append(self._held(self._constant(operator, 2)))
        options = operator.options
        how: dict[str, Any] = {
            "strides": [options["stride_h"], options["stride_w"]],
            "dilations": [options["dilation_h_factor"], options["dilation_w_factor"]],
            "group": len(kernel) // options["depth_multiplier"] if each else 1,
            "auto_pad": "SAME_UPPER" if options["padding"] == "SAME" else "VALID",
        }
        return self._node("Conv", inputs, kernel_shape=kernel.shape[2:], **how)

    def arithmetic(self, operator: TfliteOperator) -> str:
        """Translate what is computed of two tensors."""
        return self._node(operator.kind.capitalize(), [self._name(place) for place in operator.inputs])

    def squared_difference(self, operator: TfliteOperator) -> str:
        """Translate the square of a difference."""
        apart = self._node("Sub", [self._name(place) for place in operator.inputs])
        return self._node("Mul", [apart, apart])

    def inverse_root(self, operator: TfliteOperator) -> str:
        """Translate one over the square root."""
        return self._node("Reciprocal", [self._node("Sqrt", [self._name(operator.inputs[0])])])

    def mean(self, operator: TfliteOperator) -> str:
        """Translate the mean over a picture; a batch that is one picture has one mean."""
        axes = sorted(_FIRST.index(axis) for axis in self._constant(operator, 1).ravel().tolist())
        if self._together:
            axes.insert(0, 0)
        return self._node("ReduceMean", [self._name(operator.inputs[0])], axes=axes, keepdims=1)

    def border(self, operator: TfliteOperator) -> str:
        """Translate a reflected border."""
        before, behind = (self._constant(operator, 1)[list(_FIRST)].astype(np.int64)).T
        widths = self._held(np.concatenate([before, behind]))
        return self._node("Pad", [self._name(operator.inputs[0]), widths], mode="reflect")

    def enlarged(self, operator: TfliteOperator) -> str:
        """Translate an enlargement by whole numbers."""
        factors = self._enlargement(operator)
        picture = self._name(operator.inputs[0])
        if factors == (1, 1):
            return picture
        return self._node("Resize", [picture, "", self._held(np.array([1, 1, *factors], np.float32))], **_NEAREST)

    def sigmoid(self, operator: TfliteOperator) -> str:
        """Translate the logistic function."""
        return self._node("Sigmoid", [self._name(operator.inputs[0])])

    def as_it_is(self, operator: TfliteOperator) -> str:
        """Translate a change of the number format: in float it is none."""
        return self._name(operator.inputs[0])

    def _enlargement(self, operator: TfliteOperator) -> tuple[int, ...]:
        """Tell how many times a picture is enlarged, either way: by a stored size, or by one computed of its own."""
        picture, size = operator.inputs
        wanted = self._graph.constant(size)
        if wanted is not None:
            sides = [self._graph.tensors[picture].shape[axis] for axis in _SIDES]
            return tuple(int(after) // before for after, before in zip(wanted, sides, strict=True))
        return tuple(self._factor(side) for side in self._makers[size].inputs)

    def _factor(self, side: int) -> int:
        """Return what a side of a picture is multiplied with."""
        maker = self._makers[side]
        if maker.kind != "MUL":
            return 1
        return next(int(value) for place in maker.inputs if (value := self._graph.constant(place)) is not None)

    def _constant(self, operator: TfliteOperator, index: int) -> Numbers:
        value = self._graph.constant(operator.inputs[index])
        if value is None:
            tensor = self._graph.tensors[operator.inputs[index]]
            raise WeightsError(f"{tensor.name} is computed where numbers are expected", cure=OTHER, path=tensor.path)
        return value

    def _name(self, place: int) -> str:
        """Return the name of a tensor in the model; what is known or stored is put into it."""
        if place not in self._names:
            value = self._known.get(place)
            if value is None:
                value = self._graph.constant(place)
            if value is None:
                return self._graph.tensors[place].name
            self._names[place] = self._held(value.transpose(_FIRST) if value.ndim == len(_FIRST) else value)
        return self._names[place]

    def _held(self, value: Numbers | float, dtype: Any = None) -> str:
        """Put a constant into the model; return its name."""
        name = f"constant{len(self._constants)}"
        self._constants[name] = np.ascontiguousarray(value, dtype).reshape(np.shape(value))
        return name

    def _node(self, kind: str, inputs: list[str], *, into: str = "", **attributes: Any) -> str:
        output = into or f"step{len(self._nodes)}"
        self._nodes.append(helper.make_node(kind, inputs, [output], **attributes))
        return output

    def _described(self, place: int) -> Any:
        tensor = self._graph.tensors[place]
        sides: list[str | int] = ["batch", "channels", "rows", "columns"]
        if tensor.shape and tensor.shape[-1] > 0:
            sides[1] = tensor.shape[-1]
        return helper.make_tensor_value_info(tensor.name, TensorProto.FLOAT, sides)


_KINDS: Final[dict[str, Callable[[_Translation, TfliteOperator], str]]] = {
    "CONV_2D": _Translation.convolution,
    "DEPTHWISE_CONV_2D": _Translation.convolution,
    "ADD": _Translation.arithmetic,
    "SUB": _Translation.arithmetic,
    "MUL": _Translation.arithmetic,
    "SQUARED_DIFFERENCE": _Translation.squared_difference,
    "RSQRT": _Translation.inverse_root,
    "MEAN": _Translation.mean,
    "MIRROR_PAD": _Translation.border,
    "RESIZE_NEAREST_NEIGHBOR": _Translation.enlarged,
    "LOGISTIC": _Translation.sigmoid,
    "QUANTIZE": _Translation.as_it_is,
    "DEQUANTIZE": _Translation.as_it_is,
}
"""By the schema's names: what translates each operator."""
