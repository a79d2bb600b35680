"""AnimeGANv2's published Hayao: our generator against the file's own graph, and against the runtime that it is for.

The chain: our picture is that of the graph in full precision, to a hundred thousandth; the graph with what it computes
put into 8 bits is the runtime's; so between ours and the runtime's lies that rounding and nothing else. It tells most
in pictures with little in them: of twelve frames of four films ours and the runtime's correlate by 0.98 or more in
six, and by 0.92 in the darkest.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

torch = pytest.importorskip("torch", reason="torch is not installed: pip install -e '.[torch]'")

import av  # noqa: E402
from PIL import Image  # noqa: E402

from configs import settings  # noqa: E402
from stylize.animegan.generator import Arithmetic, FrameNorm, Generator  # noqa: E402
from stylize.animegan.loading import load_generator  # noqa: E402
from stylize.animegan.swift import SwiftGenerator  # noqa: E402
from stylize.checkpoints.tflite import read_graph  # noqa: E402
from stylize.styles.registry import check_style, describe_styles, make_stylizer, style_digest  # noqa: E402
from tests.material import shared  # noqa: E402
from tests.stylize.litegraph import evaluate  # noqa: E402

Array = npt.NDArray[np.float32]

FILE = "animeganv2_hayao_256x256_integer_quant.tflite"
SIDE_PX = 256
"""The graph takes no other size."""
FRAMES = (("tears_of_steel_battle.webm", 5), ("tears_of_steel_battle.webm", 15), ("sintel_trailer.mp4", 25))
FRAMES += (("bbb_480p_30s.mp4", 22),)
FAINT = ("bbb_480p_30s.mp4", 15)
CLOSE = 1e-3
ALIKE = 0.97


def published() -> Path:
    return shared(f"weights/published/{FILE}")


def frame(film: str, at_s: int) -> Array:
    """Return the last whole picture of the film before this second, (1, 256, 256, 3) in [-1, 1]."""
    with av.open(str(shared(f"films/{film}"))) as opened:
        stream = opened.streams.video[0]
        assert stream.time_base is not None
        opened.seek(int(at_s / stream.time_base), stream=stream)
        image = next(opened.decode(stream)).to_image()
    pixels = np.asarray(image.resize((SIDE_PX, SIDE_PX), Image.Resampling.LANCZOS), np.float32)
    return pixels[None] / 127.5 - 1


def painted(network: Any, picture: Array) -> Array:
    with torch.inference_mode():
        planes = torch.from_numpy(picture).permute(0, 3, 1, 2).contiguous()
        return np.asarray(network(planes).permute(0, 2, 3, 1).numpy())


def correlation(one: Array, other: Array) -> float:
    return float(np.corrcoef(one.ravel(), other.ravel())[0, 1])


@pytest.fixture(scope="module")
def generator() -> Generator:
    return load_generator(published(), Arithmetic.PORT).eval().requires_grad_(False)


@pytest.fixture(scope="module")
def runtime() -> Callable[[Array], Array]:
    litert = pytest.importorskip("ai_edge_litert.interpreter", reason="ai-edge-litert is not installed (extra dev)")
    interpreter = litert.Interpreter(str(published()))
    interpreter.allocate_tensors()

    def run(picture: Array) -> Array:
        interpreter.set_tensor(interpreter.get_input_details()[0]["index"], picture)
        interpreter.invoke()
        return np.asarray(interpreter.get_tensor(interpreter.get_output_details()[0]["index"]))

    return run


@pytest.fixture(scope="module")
def wanted() -> tuple[Array, Array]:
    """A frame, and what the graph makes of it in full precision."""
    picture = frame(*FRAMES[0])
    return picture, evaluate(read_graph(published()), picture)


def test_ours_is_the_graph_in_full_precision(generator: Generator, wanted: tuple[Array, Array]) -> None:
    picture, expected = wanted
    assert generator.arithmetic is Arithmetic.ORIGINAL, "the graph's resize tells whose arithmetic it is"
    for network in (generator, SwiftGenerator(generator)):
        assert np.abs(painted(network, picture) - expected).max() < CLOSE / 10


@pytest.mark.parametrize(("film", "at_s"), FRAMES)
def test_ours_is_like_the_runtimes(film: str, at_s: int, generator: Generator, runtime: Any) -> None:
    picture = frame(film, at_s)
    assert correlation(painted(generator, picture), runtime(picture)) > ALIKE


def test_what_lies_between_is_the_runtimes_rounding(generator: Generator, runtime: Any) -> None:
    picture = frame(*FAINT)
    theirs = runtime(picture)
    assert correlation(evaluate(read_graph(published()), picture, rounded=True), theirs) > 0.99
    assert correlation(painted(generator, picture), theirs) > 0.95


def transposed(name: str, axes: tuple[int, int]) -> Callable[[Generator], None]:
    def spoil(network: Generator) -> None:
        kernel = network.get_submodule(name).weight
        kernel.copy_(kernel.transpose(*axes).clone())

    return spoil


def swapped(name: str) -> Callable[[Generator], None]:
    def spoil(network: Generator) -> None:
        norm = network.get_submodule(name)
        assert isinstance(norm, FrameNorm)
        scale = norm.weight.clone()
        norm.weight.copy_(norm.bias)
        norm.bias.copy_(scale)

    return spoil


def ports_resize(network: Generator) -> None:
    network.arithmetic = Arithmetic.PORT


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(transposed("block_a.0.1", (2, 3)), id="first-kernel-turned"),
        pytest.param(transposed("block_b.1.1", (0, 1)), id="in-for-out"),
        pytest.param(transposed("block_c.2.layers.1.1", (2, 3)), id="depthwise-turned"),
        pytest.param(transposed("block_e.2.1", (2, 3)), id="last-kernel-turned"),
        pytest.param(swapped("block_a.0.2"), id="first-norm"),
        pytest.param(swapped("block_c.3.layers.3"), id="inner-norm"),
        pytest.param(swapped("block_e.2.2"), id="last-norm"),
        pytest.param(ports_resize, id="ports-resize"),
    ],
)
def test_one_fault_breaks_the_comparisons(
    spoil: Callable[[Generator], None], wanted: tuple[Array, Array], runtime: Any
) -> None:
    picture, expected = wanted
    network = load_generator(published(), Arithmetic.ORIGINAL).eval().requires_grad_(False)
    spoil(network)
    spoilt = painted(network, picture)
    assert np.abs(spoilt - expected).max() > 10 * CLOSE
    assert correlation(spoilt, runtime(picture)) < ALIKE


class TestStyle:
    """By its name, from the folder of weights or one above it."""

    @pytest.fixture(params=["weights/published", "weights"])
    def given(self, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        published()
        monkeypatch.setenv("FILMCOMIC_WEIGHTS", str(shared(request.param)))
        monkeypatch.setattr(settings, "weights_cache", lambda: tmp_path / "cache")

    def test_it_is_ready_and_paints_any_size(self, given: None, generator: Generator) -> None:
        told = next(style for style in describe_styles() if style.name == "animegan:hayao")
        assert told.ready and "not for commercial use" in told.licence
        check_style("animegan:hayao", "cpu")
        assert style_digest("animegan:hayao")
        picture = frame(*FRAMES[0])[:, :52, :90]
        found = make_stylizer("animegan:hayao", device="cpu").paint(picture / 2 + 0.5)
        # the style may compute in bf16, where the processor has it
        assert np.abs(found - np.clip(painted(generator, picture) / 2 + 0.5, 0, 1)).mean() < 0.01
