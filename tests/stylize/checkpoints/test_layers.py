"""Networks read as their layers: which constant is what, in every spelling of a norm."""

from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from configs.errors import WeightsError
from stylize.checkpoints.layers import ConvLayer, fits, is_onnx, onnx_layers, state_layers, tflite_layers
from tests.material import shared

RANDOM = np.random.default_rng(0)
KERNEL, BIAS, GAMMA, BETA = (RANDOM.random(shape, np.float32) for shape in ((4, 3, 3, 3), 4, 4, 4))

Node = tuple[str, list[str], str, dict[str, Any]]
TORCH: list[Node] = [
    ("Conv", ["x", "kernel", "bias"], "c", {}),
    ("InstanceNormalization", ["c", "one", "nought"], "i", {}),
    ("Unsqueeze", ["gamma", "axes"], "g", {}),
    ("Mul", ["i", "g"], "m", {}),
    ("Add", ["m", "beta"], "y", {}),
]
TENSORFLOW: list[Node] = [
    ("Conv", ["x", "kernel"], "c", {}),
    ("Add", ["c", "bias"], "b", {}),
    ("ReduceMean", ["b"], "mean", {}),
    ("Mul", ["mean", "gamma"], "scale", {}),
    ("Mul", ["b", "scale"], "scaled", {}),
    ("Mul", ["mean", "scale"], "moved", {}),
    ("Sub", ["beta", "moved"], "shift", {}),
    ("Add", ["scaled", "shift"], "z", {}),
    ("Mul", ["z", "slope"], "y", {}),
]
NORM: list[Node] = [("Conv", ["x", "kernel", "bias"], "c", {}), ("GroupNormalization", ["c", "gamma", "beta"], "y", {})]


def graph(nodes: list[Node], path: Path, **changes: Any) -> Path:
    """Write a file of these nodes; not one that would run, but one that an exporter writes."""
    values: dict[str, Any] = {"kernel": KERNEL, "bias": BIAS, "gamma": GAMMA, "beta": BETA.reshape(1, 4, 1, 1)}
    values |= {"one": np.ones(1, np.float32), "nought": np.zeros(1, np.float32), "slope": np.float32(0.2)}
    values |= {"axes": np.array([1, 2]), **changes}
    made = [helper.make_node(kind, inputs, [output], **told) for kind, inputs, output, told in nodes]
    sides = [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in ("x", "y")]
    constants = [numpy_helper.from_array(np.asarray(value), name) for name, value in values.items()]
    onnx.save(helper.make_model(helper.make_graph(made, "it", sides[:1], sides[1:], constants)), str(path))
    return path


@pytest.mark.parametrize("nodes", [TORCH, TENSORFLOW, NORM])
def test_every_spelling_of_a_norm(nodes: list[Node], tmp_path: Path) -> None:
    path = graph(nodes, tmp_path / "it.bin")
    (layer,) = onnx_layers(path).found
    assert is_onnx(path) and not layer.surplus
    for found, wanted in ((layer.bias, BIAS), (layer.scale, GAMMA), (layer.shift, BETA), (layer.kernel, KERNEL)):
        assert found is not None and np.array_equal(found, wanted)


def test_numbers_in_a_constant_node_and_in_halves(tmp_path: Path) -> None:
    told = numpy_helper.from_array(KERNEL.astype(np.float16), "k")
    nodes: list[Node] = [("Constant", [], "half", {"value": told}), ("Conv", ["x", "half"], "y", {})]
    (layer,) = onnx_layers(graph(nodes, tmp_path / "it.onnx")).found
    assert layer.kernel.dtype == np.float32 and np.array_equal(layer.kernel, KERNEL.astype(np.float16))


def test_resizes_are_told(tmp_path: Path) -> None:
    for mode in ("asymmetric", "align_corners", "half_pixel"):
        nodes = [*NORM[:1], ("Resize", ["c"], "y", {"coordinate_transformation_mode": mode})]
        assert onnx_layers(graph(nodes, tmp_path / "it.onnx")).corners == (mode,)


@pytest.mark.parametrize(
    ("content", "expected"),
    [(b"", "no ONNX file"), (b"\x08\x07\x12\xff\xff", "no ONNX file"), (b"\x08\x07\x12\x00", "holds no graph")],
)
def test_bad_files_in_one_line(content: bytes, expected: str, tmp_path: Path) -> None:
    path = tmp_path / "it.onnx"
    path.write_bytes(content)
    with pytest.raises(WeightsError, match=expected) as told:
        onnx_layers(path)
    assert str(path) in str(told.value) and "\n" not in str(told.value) and ";" in str(told.value)


def test_numbers_elsewhere_are_not_fetched(tmp_path: Path) -> None:
    path = graph(NORM, tmp_path / "it.onnx")
    model = onnx.load(str(path))
    onnx.save_model(model, str(path), save_as_external_data=True, location="numbers", size_threshold=0)
    with pytest.raises(WeightsError, match="keeps the numbers of kernel in another file"):
        onnx_layers(path)


def test_numbers_that_are_not_finite(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match="gamma holds values that are no finite numbers"):
        onnx_layers(graph(NORM, tmp_path / "it.onnx", gamma=GAMMA * np.nan))


def test_a_file_cut_anywhere_is_told(tmp_path: Path) -> None:
    whole = graph(TORCH, tmp_path / "whole").read_bytes()
    path = tmp_path / "it.onnx"
    for length in range(0, len(whole) - 1, 7):
        path.write_bytes(whole[:length])
        try:
            onnx_layers(path)
        except WeightsError as error:
            assert "\n" not in str(error)


def test_a_state_dict_is_told_by_its_shapes() -> None:
    state = {"a": KERNEL, "b": GAMMA, "c": BETA, "d": KERNEL, "e": BIAS, "f": KERNEL, "g": BIAS, "h": GAMMA, "i": BETA}
    first, second, third = state_layers(state).found
    assert first.bias is None and first.scale is GAMMA and first.shift is BETA
    assert second.bias is BIAS and second.scale is None
    assert third.bias is BIAS and third.scale is GAMMA and third.shift is BETA


def test_what_fits() -> None:
    wanted = [ConvLayer(KERNEL, None, GAMMA, BETA)]
    assert fits([ConvLayer(KERNEL + 1, None, BETA, GAMMA)], wanted) and fits(
        [ConvLayer(KERNEL, BIAS * 0, GAMMA, BETA)], wanted
    )
    for other in (
        ConvLayer(KERNEL, BIAS, GAMMA, BETA),
        ConvLayer(KERNEL),
        ConvLayer(KERNEL, None, GAMMA[:3], BETA),
        ConvLayer(KERNEL[:, :2], None, GAMMA, BETA),
        ConvLayer(KERNEL, None, GAMMA, BETA, [BIAS]),
    ):
        assert not fits([other], wanted)
    assert not fits([], wanted) and not fits(wanted * 2, wanted)


def test_kernels_of_the_published_file_have_their_axes_in_place() -> None:
    layers = tflite_layers(shared("weights/published/animeganv2_hayao_256x256_integer_quant.tflite"))
    assert layers.corners == ("asymmetric",) and len(layers.found) == 25
    assert (
        layers.shapes[0] == (32, 3, 7, 7) and layers.shapes[7] == (256, 1, 3, 3) and layers.shapes[-1] == (3, 32, 1, 1)
    )
    assert [layer.scale is None for layer in layers.found] == [False] * 24 + [True]
    # a trained norm's scale lies about one, its shift about nought: taken for one another they would not
    assert all(abs(layer.scale.mean() - 1) < 0.5 > abs(layer.shift.mean()) for layer in layers.found[:-1])  # type: ignore[union-attr]
