"""Style transfer by optimisation: the published losses by hand, the descent, whole paintings, their bytes."""

from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from configs.recipes.nst_settings import load_nst  # noqa: E402
from stylize.transfer.gatys.gatys import (  # noqa: E402
    Goal,
    Last,
    Transfer,
    content_loss,
    steps_of,
    style_loss,
    temporal_loss,
    total_variation,
)
from stylize.transfer.gatys.recolouring import luma  # noqa: E402
from stylize.transfer.perceptual import Features, SqueezeNetFeatures, gram  # noqa: E402
from tests.arithmetic import near, rounding, terms_of  # noqa: E402

MEAN = (0.485, 0.456, 0.406)
"""Of ImageNet: where a network without biases answers nothing."""

QUICK = {"finest_px": 64, "coarsest_px": 32, "steps": 8, "least_steps": 8}


@pytest.fixture(scope="module")
def network() -> Features:
    return drawn_network()


def drawn_network() -> Features:
    """A SqueezeNet of random weights without biases: a step costs milliseconds."""
    source = torch.Generator().manual_seed(5)
    made = SqueezeNetFeatures()
    for name, value in made.named_parameters():
        fan_in = value[0].numel()
        drawn = torch.randn(value.shape, generator=source) * (2 / fan_in) ** 0.5
        value.data = torch.zeros_like(value) if name.endswith("bias") else drawn
    return made.eval().requires_grad_(False)


def picture(height: int = 48, width: int = 64) -> Any:
    """Draw a bright disc before a dark slope, its colours away from black and white."""
    rows, columns = np.mgrid[0:height, 0:width] / height
    disc = ((rows - 0.5) ** 2 + (columns - 0.6) ** 2 < 0.08).astype(np.float32)
    made = np.stack([0.35 + 0.2 * disc, 0.4 + 0.1 * columns, 0.45 - 0.1 * disc + 0.05 * rows], axis=-1)
    return made.astype(np.float32)


def painting(seed: int = 0) -> Any:
    """Draw slanted strokes in two colours."""
    rows, columns = np.mgrid[0:64, 0:64]
    strokes = (np.sin((rows + 2 * columns) / 3 + seed) > 0).astype(np.float32)[..., None]
    colours = np.random.default_rng(seed).random((2, 3)).astype(np.float32)
    return strokes * colours[0] + (1 - strokes) * colours[1]


def test_content_loss_by_hand() -> None:
    given, wanted = torch.tensor([[[[1.0, 2.0]], [[0.0, 4.0]]]]), torch.tensor([[[[0.0, 2.0]], [[3.0, 4.0]]]])
    assert float(content_loss(given, wanted)) == 0.5 * (1 + 9)


def test_style_loss_is_the_published_one() -> None:
    """1 / (4 N^2 M^2) sum (G - A)^2, with N = 2 channels at M = 3 positions."""
    given = torch.tensor([[[[1.0, 2.0, 0.0]], [[3.0, 0.0, 1.0]]]])
    wanted = torch.tensor([[[[0.0, 1.0, 1.0]], [[1.0, 1.0, 2.0]]]])
    # G = [[5, 3], [3, 10]], A = [[2, 3], [3, 6]]
    published = ((5 - 2) ** 2 + (10 - 6) ** 2) / (4 * 2**2 * 3**2)
    assert float(style_loss(gram(given), gram(wanted))) == near(published, terms=4)


def test_total_variation_by_hand() -> None:
    def half_of(height: float) -> float:
        """Of four places that have both neighbours two see an edge of this height, bent within 0.02."""
        return ((height**2 + 4e-4) ** 0.5 + 0.02) / 2 - 0.02

    step = torch.zeros(1, 1, 3, 3)
    step[..., 2] = 0.5
    assert float(total_variation(step)) == near(half_of(0.5), terms=8)
    grey = step.expand(1, 3, 3, 3)  # its differences of colour are none
    assert float(total_variation(grey)) == near(half_of(0.5) / 2, terms=24)
    red = torch.cat([step, 0 * step, 0 * step], dim=1)
    colour = half_of(2 * 0.5 * 2 / 3) + 2 * half_of(2 * 0.5 / 3)
    assert float(total_variation(red)) == near((half_of(0.5) + colour) / 6, terms=24)


def test_vanished_features_cost_alpha_and_beta(network: Features) -> None:
    """The unit of each term is what it is for no features at all."""
    with torch.no_grad():
        wanted = network(torch.from_numpy(picture()).permute(2, 0, 1)[None], ["conv1", "fire3"])
    goal = Goal(
        network=network,
        contents={"fire3": wanted["fire3"]},
        grams={tap: gram(value) for tap, value in wanted.items()},
        content_weights={"fire3": 3.0},
        style_weights={"conv1": 5.0, "fire3": 7.0},
    )
    empty = torch.tensor(MEAN).view(1, 3, 1, 1).expand(1, 3, 48, 64)
    assert float(goal.loss(empty)) == near(3 + 5 + 7, terms=wanted["conv1"].numel())
    # squares of differences that are rounding alone
    assert float(goal.loss(torch.from_numpy(picture()).permute(2, 0, 1)[None])) < 15 * rounding(terms_of(network)) ** 2


def test_sizes_double_and_steps_fall() -> None:
    settings = load_nst({"coarsest_px": 200, "finest_px": 800, "steps": 64, "least_steps": 16})
    assert steps_of(settings, 1600, 900) == [(200, 112, 64), (400, 225, 32), (800, 450, 16)]
    assert steps_of(settings, 300, 500) == [(120, 200, 64), (300, 500, 16)]
    assert steps_of(settings, 150, 100) == [(150, 100, 64)]
    assert steps_of(settings, 8, 120) == [(32, 120, 64)]


@pytest.mark.parametrize("colours", ["style", "match", "keep"])
def test_loss_falls_and_bytes_repeat(network: Features, colours: str) -> None:
    settings = load_nst({**QUICK, "colours": colours})
    first = Transfer(network, [painting()], settings).paint(picture())
    again = Transfer(network, [painting()], settings).paint(picture())
    assert first.picture.tobytes() == again.picture.tobytes()
    assert first.picture.shape == (48, 64, 3) and first.picture.dtype == np.float32
    assert first.picture.min() >= 0 and first.picture.max() <= 1
    assert [len(curve) for curve in first.curves] == [9, 9]
    assert all(min(curve) < 0.97 * curve[0] for curve in first.curves)
    assert first.curves[0][-1] < 0.9 * first.curves[0][0]
    assert np.abs(first.picture - picture()).mean() > 0.003


def test_kept_colours_are_kept(network: Features) -> None:
    made = Transfer(network, [painting()], load_nst({**QUICK, "colours": "keep"})).paint(picture()).picture
    inside = (made > 0).all(axis=2) & (made < 1).all(axis=2)
    assert inside.mean() > 0.9
    differences = (made - luma(made)) - (picture() - luma(picture()))
    assert np.abs(differences[inside]).max() < rounding(4 * 3)  # four lumas of shades up to 1
    assert np.abs(luma(made) - luma(picture())).mean() > 0.002


def test_no_style_weight_leaves_the_picture(network: Features) -> None:
    settings = load_nst({**QUICK, "colours": "keep", "beta": 0, "tv": 0, "coarsest_px": 64})
    made = Transfer(network, [painting()], settings).paint(picture()).picture
    assert np.abs(made - picture()).max() < 1e-3


def test_large_pictures_are_painted_small_and_brought_back(network: Features) -> None:
    made = Transfer(network, [painting()], load_nst(QUICK)).paint(np.repeat(np.repeat(picture(), 2, 0), 2, 1))
    assert made.picture.shape == (96, 128, 3)
    assert steps_of(load_nst(QUICK), 128, 96)[-1][:2] == (64, 48)


def test_smallest_pictures(network: Features) -> None:
    made = Transfer(network, [painting()], load_nst(QUICK)).paint(picture()[:8, :8].copy())
    assert made.picture.shape == (8, 8, 3)


def test_several_paintings(network: Features) -> None:
    """All weight on one of two is that one alone; equal shares are something else."""
    one = Transfer(network, [painting(0)], load_nst(QUICK)).paint(picture()).picture
    chosen = (
        Transfer(network, [painting(0), painting(3)], load_nst({**QUICK, "blend": "1, 0"})).paint(picture()).picture
    )
    both = Transfer(network, [painting(0), painting(3)], load_nst(QUICK)).paint(picture()).picture
    assert np.array_equal(one, chosen)  # a share of nought adds nothing, not even rounding
    assert np.abs(one - both).mean() > 0.01


def test_grams_of_the_paintings_are_computed_once(network: Features, monkeypatch: pytest.MonkeyPatch) -> None:
    transfer = Transfer(network, [painting()], load_nst(QUICK))
    transfer.paint(picture())
    asked: list[Any] = []
    real = type(network).forward

    def counted(self: Features, x: Any, taps: Any = None) -> Any:
        asked.append(tuple(taps))
        return real(self, x, taps)

    monkeypatch.setattr(type(network), "forward", counted)
    transfer.paint(picture())
    assert ("conv1", "fire3", "fire5", "fire7") not in asked
    assert ("fire3", "fire5") in asked


def test_noise_is_the_same_for_the_same_seed(network: Features) -> None:
    def paint(seed: int) -> Any:
        settings = load_nst({**QUICK, "start": "noise", "seed": seed})
        return Transfer(network, [painting()], settings).paint(picture()).picture

    assert paint(1).tobytes() == paint(1).tobytes() != paint(2).tobytes()


def test_rounded_features_reach_the_same_loss() -> None:
    """Bf16 is allowed where the final loss, computed in fp32, is no more than 2 % above fp32's."""
    exact, rounded = drawn_network(), drawn_network().to(torch.bfloat16)
    settings = load_nst({"finest_px": 48, "coarsest_px": 48, "steps": 25})
    finals = []
    for used in (exact, rounded):
        transfer = Transfer(used, [painting()], settings)
        made = transfer.paint(picture(36, 48)).picture
        judge = Transfer(exact, [painting()], settings)
        finals.append(judge.loss_of(made, picture(36, 48)))
    assert finals[1] <= 1.02 * finals[0]


def test_the_temporal_loss_by_hand() -> None:
    x, wanted = torch.zeros(1, 2, 1, 2), torch.tensor([[[[1.0, 2.0]], [[3.0, 4.0]]]])
    trust = torch.tensor([[[[1.0, 0.5]]]])
    assert float(temporal_loss(x, wanted, trust)) == (1 + 0.5 * 4 + 9 + 0.5 * 16) / 4


@pytest.mark.parametrize("colours", ["style", "keep"])
def test_a_frame_stays_near_the_last_painting_where_that_is_trusted(network: Features, colours: str) -> None:
    settings = load_nst({**QUICK, "start": "noise", "colours": colours})
    transfer = Transfer(network, [painting()], settings)
    last = Transfer(network, [painting()], settings.model_copy(update={"seed": 1})).paint(picture()).picture
    trust = np.zeros((48, 64), np.float32)
    trust[:, :32] = 1
    alone = transfer.paint(picture())
    after = transfer.paint(picture(), Last(last, trust))
    off, was = (np.abs(made.picture - last) for made in (after, alone))
    assert off[:, :32].mean() < 0.4 * was[:, :32].mean()
    assert off[:, 34:].mean() > 2 * off[:, :30].mean(), "what is not trusted is painted anew"
    assert len(after.curves) == 1 < len(alone.curves), "nothing is begun from the start"
