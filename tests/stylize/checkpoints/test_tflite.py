"""TensorFlow Lite files read to values: against a file built by hand and the runtime's own reading; bad ones told."""

import struct
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tflite

from configs.errors import WeightsError
from stylize.checkpoints.tflite import is_tflite, read_graph
from tests.material import ROOT, shared
from tests.stylize.tflites import Built, Constant, build

PUBLISHED = ("animeganv2_hayao_256x256_integer_quant", "style_predict_quantized_256", "style_transfer_f16_384")
KERNEL = np.arange(-6, 6, dtype=np.int8).reshape(2, 1, 2, 3)
HALF = np.array([1.5, -2.25], np.float16)


def small(**changes: Any) -> bytes:
    """Return a file of one convolution, quantised by channels, with a half-precision bias that is spread out first."""
    built = Built(
        tensors=[
            Constant("picture", (1, 4, 4, 3), tflite.TensorType.FLOAT32, opened=(1, -1, -1, 3)),
            Constant("kernel", (2, 1, 2, 3), tflite.TensorType.INT8, KERNEL.tobytes(), (0.5, 0.25), (0, 2), 0),
            Constant("half", (2,), tflite.TensorType.FLOAT16, HALF.tobytes()),
            Constant("bias", (2,), tflite.TensorType.FLOAT32),
            Constant("painted", (1, 2, 2, 2), tflite.TensorType.FLOAT32),
        ],
        operators=[("DEQUANTIZE", (2,), (3,), None), ("CONV_2D", (0, 1, 3), (4,), {"StrideW": 2, "StrideH": 1})],
        inputs=(0,),
        outputs=(4,),
    )
    for name, value in changes.items():
        setattr(built, name, value)
    return build(built)


def written(folder: Path, content: bytes) -> Path:
    path = folder / "it.tflite"
    path.write_bytes(content)
    return path


def test_a_graph_built_by_hand_comes_back(tmp_path: Path) -> None:
    path = written(tmp_path, small())
    graph = read_graph(path)
    assert is_tflite(path) and graph.inputs == (0,) and graph.outputs == (4,)
    assert [tensor.name for tensor in graph.tensors] == ["picture", "kernel", "half", "bias", "painted"]
    assert graph.tensors[0].shape == (1, -1, -1, 3) and not graph.tensors[0].is_constant
    first, second = graph.operators
    assert first.kind == "DEQUANTIZE" and second.kind == "CONV_2D" and second.inputs == (0, 1, 3)
    expected = {"stride_w": 2, "stride_h": 1, "padding": "VALID", "fused_activation_function": "RELU"}
    assert expected.items() <= second.options.items() and second.options["dilation_w_factor"] == 1


def test_numbers_mean_scale_times_what_is_above_the_zero_point(tmp_path: Path) -> None:
    graph = read_graph(written(tmp_path, small()))
    kernel = graph.tensors[1]
    assert kernel.dtype == "int8" and np.array_equal(kernel.stored(), KERNEL)
    by_hand = np.stack([KERNEL[0] * 0.5, (KERNEL[1].astype(float) - 2) * 0.25])
    assert kernel.values().dtype == np.float32 and np.array_equal(kernel.values(), by_hand)
    spread = graph.constant(3)
    assert spread is not None and spread.dtype == np.float32 and spread.tolist() == [1.5, -2.25]
    assert graph.constant(4) is None and graph.constant(0) is None


@pytest.mark.parametrize("name", PUBLISHED)
def test_the_runtime_reads_the_same_numbers(name: str) -> None:
    litert = pytest.importorskip("ai_edge_litert.interpreter", reason="ai-edge-litert is not installed (extra dev)")
    path = shared(f"weights/published/{name}.tflite")
    graph = read_graph(path)
    runtime = litert.Interpreter(str(path), experimental_preserve_all_tensors=True)
    runtime.allocate_tensors()
    details = {detail["index"]: detail for detail in runtime.get_tensor_details()}
    for place, tensor in enumerate(graph.tensors):
        told = details[place]
        assert (tensor.name, tensor.dtype) == (told["name"], np.dtype(told["dtype"]).name)
        if tensor.is_constant:
            assert np.array_equal(tensor.stored(), runtime.get_tensor(place))
            quantised = told["quantization_parameters"]
            assert np.array_equal(np.array(tensor.scales, np.float32), quantised["scales"])
            assert len(tensor.scales) < 2 or tensor.axis == quantised["quantized_dimension"]
    assert [one.kind for one in graph.operators] == [one["op_name"] for one in runtime._get_ops_details()][
        : len(graph.operators)
    ]


def test_reading_needs_no_torch() -> None:
    path = shared(f"weights/published/{PUBLISHED[0]}.tflite")
    code = (
        "import sys, pathlib; from stylize.checkpoints.tflite import read_graph;"
        f"read_graph(pathlib.Path({str(path)!r})); assert 'torch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)


def constants(**changes: Any) -> list[Constant]:
    """Return the tensors of one that computes nothing, with this one wrong."""
    told: dict[str, Any] = {"name": "w", "shape": (2,), "kind": tflite.TensorType.FLOAT32, "raw": bytes(8)}
    return [Constant(**(told | changes))]


def alone(**changes: Any) -> bytes:
    return small(tensors=constants(**changes), operators=[], inputs=(), outputs=(0,))


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "is no file of TensorFlow Lite"),
        (b"<html>not found</html>", "is no file of TensorFlow Lite"),
        (b"\0\0\0\0TFL3", "version 0 of the format"),
        (b"\xff\xff\xff\xffTFL3" + bytes(100), "truncated, or damaged"),
        (small(version=2), "version 2 of the format"),
        (small(graphs=2), "holds 2 graphs, not one"),
        (alone(shape=(3,)), "truncated, or damaged"),
        (alone(shape=(-2,)), "truncated, or damaged"),
        (alone(shape=(2**30, 2**30, 2**30)), "truncated, or damaged"),
        (alone(scales=(1.0, 2.0), zeros=(0, 0), axis=1), "truncated, or damaged"),
        (alone(scales=(float("inf"),), zeros=(0,)), "truncated, or damaged"),
        (alone(kind=tflite.TensorType.INT4, raw=bytes(1)), r"w has numbers of a kind that is not read here \(int4\)"),
        (alone(kind=tflite.TensorType.STRING), "not read here"),
        (alone(kind=99), "truncated, or damaged"),
        (small(outputs=(9,)), "truncated, or damaged"),
        (small(outputs=(-2,)), "truncated, or damaged"),
        (small(inputs=()), "truncated, or damaged"),
        (small(operators=[(200_000, (0,), (4,), None)]), r"an operator that is not known here \(200000\)"),
        (None, "cannot be read"),
    ],
)
def test_bad_files_in_one_line(tmp_path: Path, content: bytes | None, expected: str) -> None:
    path = tmp_path / "it.tflite"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(WeightsError, match=expected) as told:
        read_graph(path)
    assert str(path) in str(told.value) and "\n" not in str(told.value) and ";" in str(told.value)


def test_numbers_that_are_not_finite(tmp_path: Path) -> None:
    graph = read_graph(written(tmp_path, alone(raw=struct.pack("<2f", 1, float("nan")))))
    with pytest.raises(WeightsError, match="w holds values that are no finite numbers"):
        graph.tensors[0].values()


def test_a_graph_may_not_use_what_is_computed_later(tmp_path: Path) -> None:
    turned = [("CONV_2D", (0, 1, 3), (4,), {"StrideW": 2, "StrideH": 1}), ("DEQUANTIZE", (2,), (3,), None)]
    with pytest.raises(WeightsError, match="damaged"):
        read_graph(written(tmp_path, small(operators=turned)))


def read_or_told(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    try:
        for tensor in read_graph(path).tensors:
            if tensor.is_constant:
                tensor.values()
    except WeightsError as error:
        assert "\n" not in str(error)


def test_cut_anywhere_it_is_told(tmp_path: Path) -> None:
    content = small()
    for length in range(len(content) - 16):
        read_or_told(tmp_path / "it.tflite", content[:length])


def test_any_byte_may_be_wrong(tmp_path: Path) -> None:
    content, random = small(), np.random.default_rng(0)
    for _ in range(1500):
        spoilt = bytearray(content)
        for place in random.integers(8, len(content), 2):
            spoilt[place] = int(random.choice([0, 1, 127, 128, 255, int(random.integers(256))]))
        read_or_told(tmp_path / "it.tflite", bytes(spoilt))


def test_the_published_file_cut_short_is_told(tmp_path: Path) -> None:
    content = shared(f"weights/published/{PUBLISHED[0]}.tflite").read_bytes()
    for length in (9, 1000, len(content) // 2, len(content) - 5000):
        with pytest.raises(WeightsError, match="truncated"):
            read_graph(written(tmp_path, content[:length]))
