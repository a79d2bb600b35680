"""Kept statistics: tiles without seams, one palette for a scene, precision measured before it is trusted."""

import copy

import numpy as np
import numpy.typing as npt
import pytest

torch = pytest.importorskip("torch", reason="torch is not installed: pip install -e '.[torch]'")

from torch import nn  # noqa: E402

from stylize.animegan.generator import Arithmetic, FrameNorm  # noqa: E402
from stylize.animegan.swift import SwiftGenerator  # noqa: E402
from stylize.neural import neural, precision  # noqa: E402
from stylize.neural.neural import NetworkStylizer  # noqa: E402
from stylize.neural.palette import hear, keep, kept_by, norms  # noqa: E402
from stylize.neural.tiles import cut  # noqa: E402
from tests.arithmetic import apart, near, rounding, terms_of  # noqa: E402
from tests.stylize.animegan.test_generator import picture, random_generator  # noqa: E402
from tests.stylize.drawings import grainy, scene  # noqa: E402

GREY = 1 / 255
Shades = npt.NDArray[np.float32]


class Instance(nn.Sequential):
    """A small network with the other kind of norm."""

    def __init__(self) -> None:
        torch.manual_seed(4)
        super().__init__(
            nn.Conv2d(3, 8, 3, padding=1),
            nn.InstanceNorm2d(8, affine=True),
            nn.ReLU(),
            nn.Conv2d(8, 3, 3, padding=1),
            nn.InstanceNorm2d(3),
            nn.Tanh(),
        )


def swift(seed: int = 0) -> nn.Module:
    return SwiftGenerator(random_generator(seed=seed))


def stylizer(network: nn.Module, **kwargs: object) -> NetworkStylizer:
    kwargs.setdefault("precision", torch.float32)
    return NetworkStylizer("it", network, device="cpu", **kwargs)


def views() -> list[Shades]:
    """A bright view and a dark one of one place."""
    bright = grainy(scene(96, 64), 0.02)
    return [bright, bright[:, ::-1] * np.float32(0.2)]


@pytest.mark.parametrize("norm", [FrameNorm(5, 1e-5), nn.InstanceNorm2d(5, affine=True), nn.InstanceNorm2d(5)])
def test_what_is_heard_is_numpys_mean_and_variance_over_all_references(norm: nn.Module) -> None:
    x = torch.randn(3, 5, 7, 9, generator=torch.Generator().manual_seed(0)) * 2 + 1
    ((mean, variance),) = hear(norm, x)
    values, axes = x.double().numpy(), (0, 1, 2, 3) if isinstance(norm, FrameNorm) else (0, 2, 3)
    expected = [np.broadcast_to(figures, mean.shape) for figures in (values.mean(axis=axes), values.var(axis=axes))]
    assert apart(mean, expected[0]) < rounding(x.numel())
    assert apart(variance, expected[1]) < rounding(x.numel())
    with keep(norm, hear(norm, x[:1])):
        assert torch.equal(norm(x[:1]), copy.deepcopy(norm)(x[:1])), "a copy keeps them too"
        kept = norm(x[1:2])
    assert torch.equal(norm(x[:1]), copy.deepcopy(norm)(x[:1])) and apart(norm(x[1:2]), kept) > 0.01


@pytest.mark.parametrize("network", [random_generator(), swift(), Instance()], ids=["plain", "swift", "instance"])
def test_a_picture_by_its_own_statistics_is_the_picture_as_it_was(network: nn.Module) -> None:
    x = picture(40, 56)
    with torch.inference_mode():
        own = network(x)
        with keep(network, hear(network, x)):
            assert apart(network(x), own) < rounding(terms_of(network))
        assert torch.equal(network(x), own), "nothing is left behind"
    assert all(kept_by(norm) is None for norm in norms(network))


def test_references_are_heard_as_one_large_frame() -> None:
    """Two flat halves: the first norm's figures are those of both together, and so are all that follow."""
    network = Instance()
    x = torch.cat([picture(16, 16, seed=1), picture(16, 16, seed=2) * 0.3])
    with torch.inference_mode():
        first, second = hear(network, x)
        joined = network[0](x)
        assert first[0].numpy() == near(joined.mean((0, 2, 3)).numpy(), terms=2 * 16 * 16, size=1)
        normal = torch.relu(
            (joined - first[0][:, None, None]) / (first[1][:, None, None] + network[1].eps).sqrt()
        )  # the affine part is one and nought here
        again = network[3](normal).mean((0, 2, 3))
        assert second[0].numpy() == near(again.numpy(), terms=terms_of(network) + 2 * 16 * 16, size=1)


@pytest.mark.parametrize("kind", ["plain", "swift"])
@pytest.mark.parametrize("digits", [torch.float32, torch.bfloat16])
def test_tiled_equals_whole_within_one_grey_level(kind: str, digits: torch.dtype) -> None:
    if kind == "plain" and digits is torch.bfloat16:
        pytest.skip("slow where bf16 is emulated; the swift one stands for it")
    network = random_generator() if kind == "plain" else swift()
    large = grainy(scene(389, 64), 0.03)
    whole = stylizer(network, precision=digits).settle([large])
    tiled = copy.copy(whole)
    tiled._whole_px = 17_000
    assert len(cut(64, 389, limit_px=17_000, reach_px=64, step_px=16)) == 2
    difference = np.abs(whole.paint(large[None]) - tiled.paint(large[None]))
    assert difference.max() <= GREY
    tiled._reach_px = 16
    assert np.abs(whole.paint(large[None]) - tiled.paint(large[None])).max() > GREY, "the margin is needed"


def test_large_pictures_are_tiled_by_statistics_of_the_whole() -> None:
    large = grainy(scene(389, 64), 0.03)
    whole = stylizer(swift()).paint(large[None])
    tiled = stylizer(swift(), whole_px=17_000).paint(large[None])
    naive = np.concatenate([stylizer(swift()).paint(np.ascontiguousarray(large[None, :, at])) for at in halves(389)], 2)
    assert np.abs(tiled - whole).mean() < GREY < np.abs(naive - whole).mean()


def halves(width: int) -> list[slice]:
    return [slice(0, width // 2), slice(width // 2, width)]


def test_a_network_that_cannot_be_cut_is_painted_smaller() -> None:
    network = SwiftGenerator(random_generator(Arithmetic.PORT))
    seen: list[tuple[int, ...]] = []
    network.register_forward_pre_hook(lambda _, given: seen.append(tuple(given[0].shape)))
    made = stylizer(network, reach_px=None, whole_px=80 * 60)
    seen.clear()  # of making it
    painted = made.paint(scene(160, 120)[None])
    assert painted.shape == (1, 120, 160, 3) and painted.min() >= 0 and painted.max() <= 1
    assert seen == [(1, 3, 60, 80)]


def test_memory_that_runs_out_leads_to_smaller_tiles(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("stylize.neural.large._LEAST_TILE_PX", 1000)
    network = Instance()
    large = scene(120, 80)
    expected = stylizer(copy.deepcopy(network)).settle([large]).paint(large[None])

    def small_only(_: nn.Module, given: tuple[torch.Tensor, ...]) -> None:
        if given[0].shape[2] * given[0].shape[3] > 4000:
            raise RuntimeError("CUDA out of memory")

    poor = stylizer(network, reach_px=8, step_px=1)
    network.register_forward_pre_hook(small_only)
    poor._palette = stylizer(copy.deepcopy(Instance())).settle([large])._palette
    assert apart(poor.paint(large[None]), expected) < rounding(terms_of(network))


@pytest.mark.parametrize("network", [swift(), Instance()], ids=["swift", "instance"])
def test_a_scene_holds_one_palette(network: nn.Module) -> None:
    """The camera moves: what both views show, away from their edges, is painted alike but for rounding; else not."""
    place = grainy(scene(389, 64), 0.03)
    place[:, 260:] *= np.float32(0.2)
    views = [np.ascontiguousarray(view[None]) for view in (place[:, :260], place[:, 128:])]

    def shared(by: NetworkStylizer) -> tuple[Shades, Shades]:
        first, second = (by.paint(view)[0] for view in views)
        return first[:, 192:208], second[:, 64:80]

    alone = stylizer(network)
    settled = alone.settle([view[0] for view in views])
    first, second = shared(settled)
    assert apart(first, second) < rounding(terms_of(network))
    first, second = shared(alone)
    assert np.abs(first - second).mean() > GREY


def test_company_and_order_change_nothing() -> None:
    settled = stylizer(swift()).settle(views())
    batch = np.stack(views())
    painted = settled.paint(batch)
    other = stylizer(swift()).settle(views())
    assert np.array_equal(painted[1:], other.paint(np.ascontiguousarray(batch[1:])))
    assert np.array_equal(painted[:1], other.paint(np.ascontiguousarray(batch[:1])))


def test_references_of_any_size_are_taken() -> None:
    tall = np.ascontiguousarray(scene(900, 9))
    settled = stylizer(Instance()).settle([tall, scene(64, 48)])
    assert len(settled._palette) == 2
    assert settled.settle([])._palette == ()


def test_networks_without_such_norms_need_no_references() -> None:
    network = nn.Sequential(nn.Conv2d(3, 3, 1), nn.BatchNorm2d(3))
    assert stylizer(network).settle([scene(16, 16)])._palette == ()


@pytest.mark.parametrize("seed", [0, 1])
def test_bf16_keeps_the_generators_picture(seed: int) -> None:
    """Within 1/255 in the mean and 4/255 but for one in a thousand, with statistics of its own and with kept ones."""
    photo = grainy(scene(160, 96), 0.02)
    exact, cheap = (stylizer(swift(seed), precision=digits) for digits in (torch.float32, torch.bfloat16))
    for full, half in ((exact, cheap), (exact.settle(views()), cheap.settle(views()))):
        pair = [torch.from_numpy(each.paint(photo[None])) for each in (half, full)]
        mean, large = precision.error_of(*pair)
        assert mean <= precision.MEAN_ERROR and large <= precision.LARGE_ERROR


def test_precision_is_measured_on_the_network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(neural, "choose_precision", lambda device: torch.bfloat16)
    assert NetworkStylizer("it", Instance(), device="cpu").precision is torch.bfloat16

    class Steep(nn.Module):
        """The last of bf16's eight bits is a whole grey level here, and fifty after it."""

        def __init__(self) -> None:
            super().__init__()
            self.gain = nn.Parameter(torch.tensor(50.0))

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return torch.tanh(self.gain * (x - 0.3))

    wary = NetworkStylizer("it", Steep(), device="cpu")
    assert wary.precision is torch.float32
    shades = scene(16, 16)
    expected = np.tanh(50 * (shades.astype(np.float64) * 2 - 1.3)) / 2 + 0.5
    assert np.abs(wary.paint(shades[None])[0] - expected).max() < 25 * rounding(4)  # 25 is the steepest slope


def test_errors_are_measured_as_they_are_told() -> None:
    exact = torch.zeros(1000)
    worse = exact.clone()
    worse[0], worse[1:101] = 1.0, 0.01
    mean, large = precision.error_of(worse, exact)
    assert mean == near(0.002, terms=1000) and 0.01 <= large < 0.02
