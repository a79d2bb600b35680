"""The arbitrary networks against TensorFlow's graphs, evaluated operation by operation in numpy."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from configs.errors import WeightsError
from stylize.checkpoints.tfjs import Tensors, read_tensors
from tests.arithmetic import apart, rounding, terms_of
from tests.material import shared
from tests.stylize.tfgraph import evaluate

torch = pytest.importorskip("torch", reason="torch is not installed: pip install -e '.[torch]'")

from stylize.transfer.arbitrary.arbitrary_net import (  # noqa: E402 - after the check for torch
    DEPTHS,
    STEERING,
    Transformer,
    load_transformer,
)
from stylize.transfer.arbitrary.predictor_net import StylePredictor, load_predictor  # noqa: E402

MANIFEST = "weights/arbitrary_stylization_transformer/saved_model_transformer_separable_js/model.json"

Doubles = dict[str, npt.NDArray[Any]]


@pytest.fixture(scope="module")
def manifest() -> Path:
    return shared(MANIFEST)


@pytest.fixture(scope="module")
def tensors(manifest: Path) -> Tensors:
    return read_tensors(manifest)


def doubles(tensors: Tensors) -> Doubles:
    return {name: value.astype(float) if value.dtype.kind == "f" else value for name, value in tensors.items()}


def picture_and_style(height: int = 20, width: int = 28) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    rng = np.random.default_rng(7)
    return rng.random((1, height, width, 3)), rng.normal(0, 0.5, (1, 1, 1, 100))


def painted(network: Transformer, picture: npt.NDArray[Any], style: npt.NDArray[Any]) -> npt.NDArray[Any]:
    with torch.no_grad():
        vector = torch.from_numpy(style.reshape(-1, 100)).float()
        result = network(torch.from_numpy(picture).float().permute(0, 3, 1, 2), network.steer(vector))
    return np.asarray(result.permute(0, 2, 3, 1).numpy())


def test_sizes_match_the_table() -> None:
    assert DEPTHS == (128,) * 10 + (64, 32, 3) and STEERING == 2758
    counts = {}
    for separable in (True, False):
        network = Transformer(separable=separable)
        counts[separable] = sum(weight.numel() for weight in network.parameters())
    steer = 100 * 2758 + 2758
    contract = 81 * 3 * 32 + 9 * 32 * 64 + 9 * 64 * 128 + 2 * (32 + 64 + 128)
    plain = 10 * 9 * 128 * 128 + 9 * 128 * 64 + 9 * 64 * 32 + 81 * 32 * 3
    separable = 10 * (9 * 128 + 128 * 128) + (9 * 128 + 128 * 64) + (9 * 64 + 64 * 32) + (81 * 32 + 32 * 3)
    assert counts == {True: steer + contract + separable, False: steer + contract + plain}


def test_transformer_is_the_published_graph(manifest: Path, tensors: Tensors) -> None:
    """But with the reflected border that it was trained with, and had before it came to the browser."""
    nodes = json.loads(manifest.read_text())["modelTopology"]["node"]
    picture, style = picture_and_style()
    inputs = {"Placeholder": picture, "Placeholder_1": style}
    expected = evaluate(nodes, doubles(tensors) | inputs, pad_mode="reflect")
    network = load_transformer(tensors, manifest)
    found = painted(network, picture, style)
    assert found.shape == expected.shape == picture.shape
    assert expected.std() > 0.05, "a flat picture would prove nothing"
    assert apart(found, expected) < rounding(terms_of(network))


def test_shift_and_scale_are_not_mistaken_for_each_other(manifest: Path, tensors: Tensors) -> None:
    """The trap of the names: taken the other way round, the painting is another one."""
    swapped = {
        name.replace("StyleNorm/Conv_1/", "StyleNorm/@/").replace("StyleNorm/Conv/", "StyleNorm/Conv_1/"): value
        for name, value in tensors.items()
    }
    swapped = {name.replace("@", "Conv"): value for name, value in swapped.items()}
    picture, style = picture_and_style()
    right, wrong = (painted(load_transformer(each, manifest), picture, style) for each in (tensors, swapped))
    assert np.abs(right - wrong).max() > 0.1


def plain_of(tensors: Tensors) -> Tensors:
    """Write the separable variant as the plain one: a depthwise and a pointwise kernel multiply to a whole one."""
    plain = {name: value for name, value in tensors.items() if "dilate_conv" not in name}
    for name in [name for name in tensors if name.endswith("depthwise_weights")]:
        scope = name.removesuffix("/depthwise_weights")
        whole = tensors[name] * tensors[f"{scope}/pointwise_weights"][0, 0]
        plain[f"{scope.replace('dilate_', '')}/weights"] = whole
    return plain


def test_plain_variant(manifest: Path, tensors: Tensors) -> None:
    picture, style = picture_and_style()
    plain = load_transformer(plain_of(tensors), manifest)
    assert not plain.separable
    expected = painted(load_transformer(tensors, manifest), picture, style)
    assert apart(painted(plain, picture, style), expected) < rounding(terms_of(plain))


def test_pictures_of_a_batch_keep_their_styles(manifest: Path, tensors: Tensors) -> None:
    network = load_transformer(tensors, manifest)
    rng = np.random.default_rng(1)
    pictures, styles = rng.random((2, 16, 16, 3)), rng.normal(0, 0.5, (2, 100))
    both = painted(network, pictures, styles)
    for index in (0, 1):
        alone = painted(network, pictures[index : index + 1], styles[index : index + 1])
        assert apart(alone[0], both[index]) < rounding(terms_of(network))


def test_wrong_tensors_in_one_line(manifest: Path, tensors: Tensors) -> None:
    kernel = "transformer/contract/conv2/weights"
    missing = {name: value for name, value in tensors.items() if name != kernel}
    misshapen = tensors | {kernel: tensors[kernel][:, :, :31]}
    for load, wrong, expected in (
        (load_transformer, missing, f"{kernel} is missing"),
        (load_transformer, misshapen, r"has the shape \(3, 3, 31, 64\), not \(3, 3, 32, 64\)"),
        (load_transformer, {}, "is missing"),
        (load_predictor, tensors, "MobilenetV2/Conv/weights is missing"),
    ):
        with pytest.raises(WeightsError, match=expected) as told:
            load(wrong, manifest)
        assert str(manifest) in str(told.value) and "\n" not in str(told.value)


# The published predictor's graph, written down again from its nodes: its numbers are not at hand, so it gets random
# ones, and what is judged is the arithmetic.
TABLE = (  # scope, channels in, widened, out, stride, whether the input is added
    ("expanded_conv", 32, 32, 16, 1, False),
    ("expanded_conv_1", 16, 96, 24, 2, False),
    ("expanded_conv_2", 24, 144, 24, 1, True),
    ("expanded_conv_3", 24, 144, 32, 2, False),
    ("expanded_conv_4", 32, 192, 32, 1, True),
    ("expanded_conv_5", 32, 192, 32, 1, True),
    ("expanded_conv_6", 32, 192, 64, 2, False),
    ("expanded_conv_7", 64, 384, 64, 1, True),
    ("expanded_conv_8", 64, 384, 64, 1, True),
    ("expanded_conv_9", 64, 384, 64, 1, True),
    ("expanded_conv_10", 64, 384, 96, 1, False),
    ("expanded_conv_11", 96, 576, 96, 1, True),
    ("expanded_conv_12", 96, 576, 96, 1, True),
    ("expanded_conv_13", 96, 576, 160, 2, False),
    ("expanded_conv_14", 160, 960, 160, 1, True),
    ("expanded_conv_15", 160, 960, 160, 1, True),
    ("expanded_conv_16", 160, 960, 320, 1, False),
)


class Draft:
    """A graph of TensorFlow under way, with random constants."""

    def __init__(self) -> None:
        self.nodes: list[dict[str, Any]] = []
        self.values: Tensors = {}
        self._rng = np.random.default_rng(3)

    def constant(self, name: str, shape: tuple[int, ...], low: float, high: float) -> str:
        self.values[name] = self._rng.uniform(low, high, shape).astype(np.float32)
        return name

    def node(self, operation: str, name: str, *inputs: str, **attributes: Any) -> str:
        self.nodes.append({"op": operation, "name": name, "input": list(inputs), "attr": attributes})
        return name

    def unit(self, source: str, scope: str, shape: tuple[int, ...], stride: int = 1, *, linear: bool = False) -> str:
        """Convolution, norm and ReLU6 under the published names."""
        depthwise = scope.endswith("depthwise")
        reach = (3 / (shape[0] * shape[1] * (1 if depthwise else shape[2]))) ** 0.5
        kernel = self.constant(f"{scope}/{'depthwise_' if depthwise else ''}weights", shape, -reach, reach)
        operation, tail = ("DepthwiseConv2dNative", "depthwise") if depthwise else ("Conv2D", "Conv2D")
        strides = {"list": {"i": ["1", str(stride), str(stride), "1"]}}
        y = self.node(operation, f"{scope}/{tail}", source, kernel, strides=strides, padding={"s": list(b"SAME")})
        depth = (shape[2] if depthwise else shape[3],)
        norm = f"{scope}/BatchNorm"
        parts = [self.constant(f"{norm}/gamma", depth, 0.5, 1.5), self.constant(f"{norm}/beta", depth, 0, 1)]
        parts += [self.constant(f"{norm}/moving_mean", depth, -0.2, 0.2)]
        parts += [self.constant(f"{norm}/moving_variance", depth, 0.5, 1.5)]
        still = {"epsilon": {"f": 0.001}, "is_training": {"b": False}}
        y = self.node("FusedBatchNorm", f"{norm}/FusedBatchNorm", y, *parts, **still)
        return y if linear else self.node("Relu6", f"{scope}/Relu6", y)


def predictor_graph() -> Draft:
    draft = Draft()
    x = draft.unit("Placeholder", "MobilenetV2/Conv", (3, 3, 3, 32), 2)
    for name, c_in, wide, c_out, stride, adds in TABLE:
        scope = f"MobilenetV2/{name}"
        y = draft.unit(x, f"{scope}/expand", (1, 1, c_in, wide)) if wide > c_in else x
        y = draft.unit(y, f"{scope}/depthwise", (3, 3, wide, 1), stride)
        y = draft.unit(y, f"{scope}/project", (1, 1, wide, c_out), linear=True)
        x = draft.node("Add", f"{scope}/add", y, x) if adds else y
    x = draft.unit(x, "MobilenetV2/Conv_1", (1, 1, 320, 1280))
    draft.values["axes"] = np.array([1, 2], np.int32)
    x = draft.node("Mean", "bottleneck/Mean", x, "axes", keep_dims={"b": True})
    weights = draft.constant("mobilenet_conv/Conv/weights", (1, 1, 1280, 100), -0.1, 0.1)
    one = {"list": {"i": ["1", "1", "1", "1"]}}
    x = draft.node("Conv2D", "mobilenet_conv/Conv/Conv2D", x, weights, strides=one, padding={"s": list(b"SAME")})
    biases = draft.constant("mobilenet_conv/Conv/biases", (100,), -1, 1)
    draft.node("BiasAdd", "mobilenet_conv/Conv/BiasAdd", x, biases)
    return draft


@pytest.fixture(scope="module")
def drafted() -> Iterator[Draft]:
    yield predictor_graph()


def test_predictor_has_the_published_tensors(drafted: Draft) -> None:
    numbers = sum(value.size for name, value in drafted.values.items() if name != "axes")
    assert len(drafted.values) == 263
    # with the two int32 of the mean this is the 9.6 MB that three shards hold
    assert numbers == sum(value.numel() for value in StylePredictor().state_dict().values() if value.ndim)
    assert numbers * 4 + 8 == pytest.approx(9.6e6, rel=0.02)


@pytest.mark.parametrize(("height", "width"), [(40, 56), (33, 21), (7, 64)])
def test_predictor_is_the_published_graph(drafted: Draft, height: int, width: int) -> None:
    picture = np.random.default_rng(height).random((1, height, width, 3))
    expected = evaluate(drafted.nodes, doubles(drafted.values) | {"Placeholder": picture})
    with torch.no_grad():
        network = load_predictor(drafted.values, Path("model.json"))
        found = network(torch.from_numpy(picture).float().permute(0, 3, 1, 2)).numpy()
    assert found.shape == (1, 100) and expected.std() > 0.1
    assert apart(found, expected.reshape(1, 100)) < rounding(terms_of(network))
