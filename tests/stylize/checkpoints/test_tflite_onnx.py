"""Graphs of TensorFlow Lite as ONNX: the published networks paint as the interpreter does, and nothing near does."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
import onnx
import pytest

from configs.errors import WeightsError
from stylize.checkpoints.tflite import TfliteGraph, read_graph
from stylize.checkpoints.tflite_onnx import translate
from stylize.neural.session import Session
from tests.material import shared
from tests.stylize.drawings import scene

PREDICTOR, HALF, INT8 = (
    f"weights/published/{name}.tflite"
    for name in ("style_predict_quantized_256", "style_transfer_f16_384", "style_transfer_quantized_dynamic")
)
PICTURE, STYLE = "content_image", "mobilenet_conv/Conv/BiasAdd"
NORM = "transformer/residual/residual3/conv1/StyleNorm"

Numbers = npt.NDArray[Any]


def interpreted(path: Path, *inputs: Numbers, resize: bool = False) -> Numbers:
    """Return what TensorFlow Lite's own interpreter gives for inputs with the channels last."""
    interpreter = pytest.importorskip("ai_edge_litert.interpreter", reason="the interpreter is not installed")
    inner = interpreter.Interpreter(str(path), num_threads=1)
    places = [each["index"] for each in inner.get_input_details()]
    if resize:
        inner.resize_tensor_input(places[0], inputs[0].shape)
    inner.allocate_tensors()
    for place, value in zip(places, inputs, strict=True):
        inner.set_tensor(place, value)
    inner.invoke()
    return np.asarray(inner.get_tensor(inner.get_output_details()[0]["index"]))


def planes(pictures: Numbers) -> Numbers:
    return np.ascontiguousarray(pictures.transpose(0, 3, 1, 2))


def psnr(one: Numbers, other: Numbers) -> float:
    return float(-10 * np.log10(np.square(one - other).mean()))


@cache
def style(seed: int = 0) -> Numbers:
    """A style as the predictor gives them: (1, 1, 1, 100), of a drawing with coarse and fine colours."""
    (vector,) = Session(translate(read_graph(shared(PREDICTOR)))).run({"style_image": planes(painting(seed)[None])})
    return vector.transpose(0, 2, 3, 1)


def painting(seed: int) -> Numbers:
    numbers = np.random.default_rng(seed)
    coarse = cv2.resize(numbers.random((9, 9, 3), np.float32), (256, 256), interpolation=cv2.INTER_NEAREST)
    fine = cv2.resize(numbers.random((64, 64, 3), np.float32), (256, 256), interpolation=cv2.INTER_LINEAR)
    return np.asarray(0.7 * coarse + 0.3 * fine, np.float32)


def painted(graph: TfliteGraph, picture: Numbers, vector: Numbers) -> Numbers:
    """Return our painting (1, H, W, 3)."""
    (found,) = Session(translate(graph)).run({PICTURE: planes(picture), STYLE: planes(vector)})
    return found.transpose(0, 2, 3, 1)


def test_the_predictor_sees_what_the_interpreter_sees() -> None:
    """In float against 8 bits: what differs is their rounding."""
    path = shared(PREDICTOR)
    session = Session(translate(read_graph(path)))
    for picture in (painting(0), painting(1), scene(256, 256)):
        (found,) = session.run({"style_image": planes(picture[None])})
        wanted = interpreted(path, picture[None]).ravel()
        assert found.shape == (1, 100, 1, 1)
        assert np.corrcoef(found.ravel(), wanted)[0, 1] > 0.998
        assert np.abs(found.ravel() - wanted).max() < 0.25 * wanted.std()


def test_the_transformer_paints_what_the_interpreter_paints() -> None:
    path, picture = shared(HALF), scene(384, 384)[None]
    assert psnr(painted(read_graph(path), picture, style()), interpreted(path, picture, style())) > 80


@pytest.mark.parametrize("size", [(384, 384), (200, 264)])
def test_the_8_bit_transformer_at_any_size(size: tuple[int, int]) -> None:
    """The interpreter rounds what goes into each convolution to 8 bits. When we do so too, it is the same painting."""
    path, picture = shared(INT8), scene(*size)[None]
    model = translate(read_graph(path))
    wanted = interpreted(path, picture, style(), resize=True)
    exact, rounded = (
        Session(each).run({PICTURE: planes(picture), STYLE: planes(style())})[0].transpose(0, 2, 3, 1)
        for each in (model, rounded_to_8_bits(model))
    )
    assert psnr(rounded, wanted) > 35
    assert psnr(exact, wanted) > 20, "flat colours, as a drawing has them, show the rounding most"


def rounded_to_8_bits(model: bytes) -> bytes:
    """Round what goes into each convolution, between its least and its largest value."""
    whole = onnx.load_from_string(model)
    nodes = []
    for place, node in enumerate(whole.graph.node):
        if node.op_type == "Conv":
            steps = [f"{name}{place}" for name in ("stored", "scale", "zero")]
            nodes.append(onnx.helper.make_node("DynamicQuantizeLinear", [node.input[0]], steps))
            nodes.append(onnx.helper.make_node("DequantizeLinear", steps, [f"rounded{place}"]))
            node.input[0] = f"rounded{place}"
        nodes.append(node)
    del whole.graph.node[:]
    whole.graph.node.extend(nodes)
    return bytes(whole.SerializeToString())


def kernel_turned(graph: TfliteGraph) -> TfliteGraph:
    """Take rows for columns in one kernel."""
    return changed(graph, "transformer/residual/residual3/conv1/weights", lambda value: value.transpose(0, 2, 1, 3))


def channels_swapped(graph: TfliteGraph) -> TfliteGraph:
    """Take inputs for outputs in one kernel."""
    return changed(graph, "transformer/residual/residual3/conv1/weights", lambda value: value.transpose(3, 1, 2, 0))


def norm_swapped(graph: TfliteGraph) -> TfliteGraph:
    """Take one norm's shift for its scale."""
    places = {graph.tensors[each.outputs[0]].name: k for k, each in enumerate(graph.operators)}
    one, other = (
        places[f"{NORM}/{name}".replace(NORM, f"style_params/{NORM}") + "/BiasAdd"] for name in ("Conv", "Conv_1")
    )
    operators = list(graph.operators)
    swapped = operators[one].outputs, operators[other].outputs
    operators[one], operators[other] = (
        replace(operators[one], outputs=swapped[1]),
        replace(operators[other], outputs=swapped[0]),
    )
    return replace(graph, operators=tuple(operators))


def changed(graph: TfliteGraph, name: str, how: Callable[[Numbers], Numbers]) -> TfliteGraph:
    """Return the graph with other numbers in one tensor."""
    tensors = list(graph.tensors)
    place = next(k for k, tensor in enumerate(tensors) if tensor.name == name)
    stored = np.ascontiguousarray(how(tensors[place].stored()), tensors[place].dtype)
    tensors[place] = replace(tensors[place], raw=memoryview(stored.tobytes()))
    return replace(graph, tensors=tuple(tensors))


@pytest.mark.parametrize("wrong", [kernel_turned, channels_swapped, norm_swapped])
def test_any_other_network_paints_otherwise(wrong: Callable[[TfliteGraph], TfliteGraph]) -> None:
    """What the other tests ask is not met by one kernel turned, one norm swapped."""
    graph, picture = read_graph(shared(HALF)), scene(96, 96)[None]
    assert psnr(painted(wrong(graph), picture, style()), painted(graph, picture, style())) < 45


def test_what_is_known_becomes_part_of_the_model() -> None:
    """With the means of one picture as constants the same picture comes out, and the style is no input any more."""
    graph, picture = read_graph(shared(HALF)), planes(scene(64, 48)[None])
    means = [graph.tensors[each.outputs[0]].name for each in graph.operators if each.kind == "MEAN"]
    known = Session(translate(graph, outputs=means)).run({PICTURE: picture, STYLE: planes(style())})
    given = {name: value.transpose(0, 2, 3, 1) for name, value in zip(means, known, strict=True)}
    (found,) = Session(translate(graph, given=given | {STYLE: style()})).run({PICTURE: picture})
    assert psnr(found.transpose(0, 2, 3, 1), painted(graph, picture.transpose(0, 2, 3, 1), style())) > 80


def test_pictures_that_are_one_frame_have_one_mean() -> None:
    graph = read_graph(shared(HALF))
    means = [graph.tensors[each.outputs[0]].name for each in graph.operators if each.kind == "MEAN"][:2]
    two = np.stack([scene(64, 48), scene(64, 48)[:, ::-1] * np.float32(0.5)])
    apart, together = (
        Session(translate(graph, outputs=means, together=way)).run({PICTURE: planes(two)}) for way in (False, True)
    )
    assert apart[0].shape == (2, 32, 1, 1) and together[0].shape == (1, 32, 1, 1)
    assert np.allclose(together[0], apart[0].mean(0, keepdims=True), atol=1e-5)
    spread = apart[1].mean(0) + apart[0].var(0)  # the variance of both is more than the mean of their variances
    assert np.allclose(together[1][0], spread, rtol=1e-4, atol=1e-5)


def test_an_unknown_operator_in_one_line() -> None:
    path = shared(HALF)
    graph = read_graph(path)
    operators = tuple(replace(each, kind="SOFTMAX") if each.kind == "LOGISTIC" else each for each in graph.operators)
    with pytest.raises(WeightsError, match="holds the operator SOFTMAX") as told:
        translate(replace(graph, operators=operators))
    assert str(path) in str(told.value) and "\n" not in str(told.value)
