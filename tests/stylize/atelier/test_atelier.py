"""The family of our own styles: network, graph and tiles agree; blacks stay black; no torch is needed."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from stylize.atelier.atelier import FAMILY, LARGE, Tiling, brighten_dark, in_tiles, working_size
from stylize.atelier.atelier_graph import UNITS, build_graph, fold
from stylize.styles.stylizer import Batch
from tests.arithmetic import apart, rounding, terms_of
from tests.material import ROOT
from tests.stylize.drawings import scene

torch = pytest.importorskip("torch", reason="torch is not installed: pip install -e '.[torch]'")

from torch import nn  # noqa: E402

from stylize.atelier.atelier_net import AtelierNet, load_folded  # noqa: E402

LOOKS = [style.name.removeprefix("atelier-") for style in FAMILY.styles()]

BLACKS = {"colour": (0.0, 0.0, 0.0), "line": (0.07, 0.06, 0.09)}
"""What each look draws black in: print black, and a warm ink that is lighter on its paper."""


@pytest.fixture(scope="module")
def network() -> AtelierNet:
    """A network whose weights and statistics are all in play."""
    torch.manual_seed(1)
    made = AtelierNet()
    nn.init.normal_(made.out.weight, 0, 0.1)
    made.train()
    with torch.no_grad():
        for _ in range(3):
            made(torch.rand(2, 3, 64, 64) * 2 - 1)
    return made.eval()


def state_of(network: AtelierNet) -> dict[str, np.ndarray]:
    return {name: value.numpy() for name, value in network.state_dict().items()}


def through(network: nn.Module, picture: Batch) -> Batch:
    with torch.no_grad():
        painted: Batch = network(torch.from_numpy(picture)).numpy()
    return painted


def test_shape_and_size(network: AtelierNet) -> None:
    assert sum(value.numel() for value in network.parameters()) == 1_246_435
    with pytest.raises(ValueError, match="multiples of 8"):
        network(torch.zeros(1, 3, 60, 64))


def test_starts_as_the_picture_itself() -> None:
    picture = torch.rand(1, 3, 32, 40) * 2 - 1
    assert torch.equal(AtelierNet().eval()(picture), picture)


def test_graph_equals_network(network: AtelierNet) -> None:
    import onnxruntime

    folded = fold(state_of(network))
    assert {name.rpartition(".")[0] for name in folded} == set(UNITS)
    session = onnxruntime.InferenceSession(build_graph(folded), providers=["CPUExecutionProvider"])
    plain = load_folded({name: torch.from_numpy(value) for name, value in folded.items()}).eval()
    for height, width in ((64, 40), (32, 72)):
        picture = np.random.default_rng(height).random((1, 3, height, width), np.float32) * 2 - 1
        wanted = through(network, picture)
        assert np.abs(wanted - picture).max() > 0.05
        assert apart(session.run(None, {"picture": picture})[0], wanted) < rounding(terms_of(network))
        assert apart(through(plain, picture), wanted) < rounding(terms_of(network))


def test_frozen_norms_stay(network: AtelierNet) -> None:
    copy = AtelierNet()
    copy.load_state_dict(network.state_dict())
    copy.freeze_norms()
    before = copy.body[0].first.norm.running_mean.clone()
    copy.train()(torch.rand(2, 3, 32, 32))
    assert torch.equal(copy.body[0].first.norm.running_mean, before)
    assert copy.training and not copy.stem.norm.training


def test_tiles_equal_the_whole(network: AtelierNet) -> None:
    picture = scene(331, 203)
    cuts = (Tiling(tile_px=96, margin_px=LARGE.margin_px), LARGE)
    small, whole = (in_tiles(picture, lambda x: through(network, x), cut) for cut in cuts)
    assert small.shape == picture.shape
    assert np.abs(small - whole).max() < 0.5 / 255


@pytest.mark.parametrize("size", [(8, 8), (9, 300), (270, 480), (804, 1920), (2160, 3840)])
def test_working_size(size: tuple[int, int]) -> None:
    height, width = working_size(*size)
    assert height / width == pytest.approx(size[0] / size[1], rel=0.05) or height == 8
    root = (height * width) ** 0.5
    own = (size[0] * size[1]) ** 0.5
    assert root <= 1210 and (root >= 955 or root == pytest.approx(min(2.5, (960 / own) ** 0.5) * own, rel=0.1))


def test_black_is_not_brought_up() -> None:
    dark = np.full((40, 60, 3), 0.004, np.float32)
    assert brighten_dark(dark).max() < 0.01


@pytest.mark.parametrize("look", LOOKS)
def test_shipped_style(look: str) -> None:
    weights = ROOT / "stylize" / "atelier" / "shipped" / f"atelier-{look}.safetensors"
    assert weights.stat().st_size < 5_000_000
    assert weights.with_suffix(".md").is_file(), "a model card lies beside the weights"
    FAMILY.check(look, {}, "cpu")
    stylizer = FAMILY.make(look, {}, "cpu")
    batch = np.stack([scene(200, 120), np.zeros((120, 200, 3), np.float32)])
    painted = stylizer.paint(batch)
    assert painted.shape == batch.shape and painted.dtype == np.float32
    assert painted.min() >= 0 and painted.max() <= 1
    assert np.array_equal(painted, stylizer.paint(batch))
    assert np.array_equal(painted[0], stylizer.paint(batch[:1])[0])
    assert np.abs(painted[0] - batch[0]).mean() > 0.02
    assert np.abs(painted[1] - BLACKS[look]).max() < 0.03, "black is the look's own black"


@pytest.mark.skipif("colour" not in LOOKS, reason="not shipped")
def test_needs_no_torch(tmp_path: Path) -> None:
    script = """
import sys
sys.modules["torch"] = None
import numpy as np
from stylize.styles.registry import make_stylizer, style_digest
style_digest("atelier-colour")
painted = make_stylizer("atelier-colour").paint(np.full((1, 16, 24, 3), 0.5, np.float32))
assert painted.shape == (1, 16, 24, 3)
"""
    subprocess.run([sys.executable, "-c", script], check=True, cwd=ROOT)
