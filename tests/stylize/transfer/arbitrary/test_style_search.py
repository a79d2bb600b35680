"""Styles fitted to paintings: the drawn scenes, the losses, and that a fit goes down, stays the same and is kept."""

import numpy as np
import pytest

from stylize.checkpoints.tfjs import read_tensors
from stylize.transfer.arbitrary.stand_ins import draw_scenes
from tests.arithmetic import near
from tests.material import shared

torch = pytest.importorskip("torch", reason="torch is not installed: pip install -e '.[torch]'")

from stylize.transfer.arbitrary import style_search  # noqa: E402 - after the check for torch
from stylize.transfer.arbitrary.arbitrary_net import STEERING, VECTOR, Transformer, load_transformer  # noqa: E402
from stylize.transfer.perceptual import Features, load_features  # noqa: E402

MANIFEST = "weights/arbitrary_stylization_transformer/saved_model_transformer_separable_js/model.json"


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(style_search, "SCENES", 4)
    monkeypatch.setattr(style_search, "SIDE_PX", 48)


@pytest.fixture
def network() -> Transformer:
    manifest = shared(MANIFEST)
    return load_transformer(read_tensors(manifest), manifest).requires_grad_(False)


@pytest.fixture
def features(monkeypatch: pytest.MonkeyPatch) -> Features:
    monkeypatch.setenv("FILMCOMIC_WEIGHTS", str(shared("weights")))
    return load_features("squeezenet1_1")


@pytest.fixture
def painting() -> torch.Tensor:
    """Orange strokes on blue."""
    rows, columns = np.mgrid[0:64, 0:64]
    strokes = np.sin((rows + 2 * columns) / 3) > 0.3
    picture = np.where(strokes[..., None], [0.95, 0.6, 0.2], [0.1, 0.2, 0.6]).astype(np.float32)
    return torch.from_numpy(picture).permute(2, 0, 1).unsqueeze(0)


def test_scenes_are_the_same_ones_each_time() -> None:
    scenes = draw_scenes(3, 40)
    assert scenes.shape == (3, 40, 40, 3) and scenes.dtype == np.float32
    assert scenes.min() >= 0 and scenes.max() <= 1 and scenes.std(axis=(1, 2, 3)).min() > 0.05
    assert np.array_equal(scenes[:2], draw_scenes(2, 40))
    assert np.abs(scenes[0] - scenes[1]).mean() > 0.05


def test_light_that_is_kept_turned_and_mixed() -> None:
    ramp = torch.linspace(0, 1, 16).expand(1, 3, 16, 16)
    for painted, lost in ((ramp, 0), (0.3 * ramp + 0.5, 0), (1 - ramp, 2), (ramp.transpose(2, 3), 1)):
        # 1 less a correlation
        assert float(style_search._light_lost(painted, ramp)) == near(lost, terms=ramp.numel(), size=1)


def test_relative_difference_and_colours_by_hand() -> None:
    wanted = torch.tensor([[3.0, 4.0], [1.0, 0.0]])
    found = torch.tensor([[3.0, 9.0], [1.0, 0.0]])  # 25 of 25, and nothing
    assert float(style_search._relative(found, wanted)) == near(0.5, terms=4)
    two = torch.tensor([[0.0, 1.0], [0.5, 0.5], [1.0, 0.0]]).view(1, 3, 1, 2)
    mean, covariance = style_search._colours(two)
    assert mean.flatten().tolist() == [0.5, 0.5, 0.5]
    assert covariance[0].tolist() == [[0.25, 0, -0.25], [0, 0, 0], [-0.25, 0, 0.25]]


def test_a_few_steps_lower_the_loss(network: Transformer, features: Features, painting: torch.Tensor) -> None:
    scenes = style_search._scenes(network)
    begun, neutral = (style_search.fit_neutral(network, features, steps=steps) for steps in (0, 25))
    with torch.no_grad():
        apart = [float((network(scenes, network.steer(each)) - scenes).abs().mean()) for each in (begun, neutral)]
    assert apart[1] < 0.8 * apart[0]

    judge = style_search._StyleJudge(features, painting)
    fit = style_search.fit_style(network, features, painting, neutral, steps=10, starts=1)
    before, after = (judge.total(network, scenes, each) for each in (neutral, fit.numbers))
    assert after < 0.8 * before
    assert fit.style_loss == judge.style(network, scenes, fit.numbers)
    one, again = (style_search.fit_style(network, features, painting, neutral, steps=2, starts=2) for _ in range(2))
    assert torch.equal(one.numbers, again.numbers)


def test_all_numbers_are_freed_where_the_vector_is_not_enough(
    network: Transformer, features: Features, painting: torch.Tensor, monkeypatch: pytest.MonkeyPatch
) -> None:
    neutral = style_search.fit_neutral(network, features, steps=5)
    found = {}
    for reached in (float("inf"), 0.0):
        monkeypatch.setattr(style_search, "_REACHED", reached)
        found[reached] = style_search.fit_style(network, features, painting, neutral, steps=8, starts=1)
    vector, freed = found[float("inf")], found[0.0]
    assert vector.numbers.shape == (1, VECTOR) and freed.numbers.shape == (1, STEERING)
    scenes, judge = style_search._scenes(network), style_search._StyleJudge(features, painting)
    assert judge.total(network, scenes, freed.numbers) < judge.total(network, scenes, vector.numbers)
