"""Every loss against numbers worked out by hand, and its gradient's way."""

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="torch is not installed: pip install -e '.[torch]'")

from stylize.training.steps import losses  # noqa: E402
from stylize.training.steps.losses import Scores, ScoreWeights  # noqa: E402
from stylize.training.steps.regions import find_regions  # noqa: E402
from tests.arithmetic import apart, near, rounding  # noqa: E402

WHITE, BLACK, RED, BLUE = (1.0, 1.0, 1.0), (-1.0, -1.0, -1.0), (1.0, -1.0, -1.0), (-1.0, -1.0, 1.0)


def sheet(colour: tuple[float, float, float], size: int = 2) -> torch.Tensor:
    """One colour in [-1, 1], (1, 3, size, size)."""
    return torch.tensor(colour).reshape(1, 3, 1, 1).expand(1, 3, size, size).clone()


def noise(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.rand(*shape, generator=torch.Generator().manual_seed(seed)) * 2 - 1


def test_painter() -> None:
    scores = torch.tensor([[[[1.0, 0.0], [3.0, -1.0]]]])
    assert losses.painter_loss(scores).item() == (0 + 1 + 4 + 4) / 4


SCORES = Scores(
    real=torch.tensor([1.0, 0.0]),  # 1/2
    fake=torch.tensor([2.0, 0.0]),  # 2
    gray=torch.tensor([1.0, 1.0, 1.0, 3.0]),  # 3
    smooth=torch.tensor([-4.0, 2.0]),  # 10
)


def test_judge_by_the_report() -> None:
    assert losses.judge_loss(SCORES, ScoreWeights()).item() == near(0.5 + 2 + 3 + 0.1 * 10, terms=4)


def test_judge_weighs_each_part() -> None:
    found = losses.judge_loss(SCORES, ScoreWeights(real=2, fake=3, gray=5, smooth=7)).item()
    assert found == near(2 * 0.5 + 3 * 2 + 5 * 3 + 7 * 10, terms=4)


def test_a_perfect_judge_loses_nothing() -> None:
    ones, noughts = torch.ones(1, 1, 4, 4), torch.zeros(1, 1, 4, 4)
    assert losses.judge_loss(Scores(ones, noughts, noughts, noughts), ScoreWeights()).item() == 0


def test_painter_and_judge_pull_the_scores_apart() -> None:
    fake = torch.full((1, 1, 2, 2), 0.5, requires_grad=True)
    losses.painter_loss(fake).backward()
    assert fake.grad is not None and (fake.grad < 0).all()  # down the gradient, the score rises
    fake.grad = None
    nought = torch.zeros(1)
    losses.judge_loss(Scores(nought, fake, nought, nought), ScoreWeights()).backward()
    assert fake.grad is not None and (fake.grad > 0).all()


def test_content() -> None:
    photo = torch.tensor([[[[1.0, 2.0]], [[-3.0, 0.0]]]])
    painting = torch.tensor([[[[1.0, 0.0]], [[1.0, 2.0]]]])
    assert losses.content_loss(photo, painting).item() == (0 + 2 + 4 + 2) / 4


def test_style_by_hand() -> None:
    drawing = torch.tensor([[[[1.0, 2.0]], [[0.0, 1.0]]]])  # F F^T = [[5, 2], [2, 1]], by 2 * 1 * 2
    painting = torch.tensor([[[[1.0]], [[3.0]]]])  # F F^T = [[1, 3], [3, 9]], by 2 * 1 * 1
    by_hand = (abs(5 / 4 - 1 / 2) + 2 * abs(2 / 4 - 3 / 2) + abs(1 / 4 - 9 / 2)) / 4
    assert losses.style_loss(drawing, painting).item() == near(by_hand, terms=4)


def test_style_does_not_ask_where() -> None:
    drawing = noise(2, 5, 6, 6)
    largest = float(drawing.square().mean((2, 3)).max())  # in the Gram matrix, but for its divisor
    assert losses.style_loss(drawing, drawing.flip(2)).item() == near(0, terms=36, size=largest)
    assert losses.style_loss(drawing, drawing.flip(1)).item() > 0.01  # channels do matter


def test_yuv_by_hand() -> None:
    assert losses.to_yuv(sheet(WHITE))[0, :, 0, 0].tolist() == near([1, 0, 0], terms=3)
    assert losses.to_yuv(sheet(BLACK))[0, :, 0, 0].tolist() == near([0, 0, 0], terms=3, size=1)
    assert losses.to_yuv(sheet(RED))[0, :, 0, 0].tolist() == near([0.299, -0.14714119, 0.61497538], terms=3)
    assert losses.to_yuv(sheet(BLUE))[0, :, 0, 0].tolist() == near([0.114, 0.43601035, -0.10001026], terms=3)


def test_colour_by_hand() -> None:
    u, v = -0.14714119, 0.61497538
    assert losses.colour_loss(sheet(BLACK), sheet(RED)).item() == near(0.299 + u * u / 2 + v * v / 2, terms=9)


def test_colour_beyond_the_delta_is_no_square() -> None:
    cyan = (-1.0, 1.0, 1.0)  # red and cyan lie twice red's V apart, 1.23
    light, u, v = abs(2 * 0.299 - 1), 2 * 0.14714119, 2 * 0.61497538
    assert losses.colour_loss(sheet(RED), sheet(cyan)).item() == near(light + u * u / 2 + (v - 0.5), terms=9)


def test_colour_weighs_light_more_than_hue() -> None:
    """A quarter of the way to white is worse than as far in hue: the square forgives small steps of U and V."""
    step = noise(1, 3, 4, 4) * 0.02
    red, green, blue = 0.299, 0.587, 0.114
    alike = step - (red * step[:, :1] + green * step[:, 1:2] + blue * step[:, 2:])
    assert losses.colour_loss(sheet(RED, 4), sheet(RED, 4) + 0.02).item() == near(0.01, terms=3, size=1)
    assert losses.colour_loss(sheet(RED, 4) * 0.5, sheet(RED, 4) * 0.5 + alike).item() < 1e-3


def test_total_variation_by_hand() -> None:
    picture = torch.tensor([[[[0.0, 1.0, 1.0], [2.0, 2.0, 5.0]]]])
    down, right = (4 + 1 + 16) / 3 / 2, (1 + 0 + 0 + 9) / 4 / 2
    assert losses.total_variation(picture).item() == near(down + right, terms=7)


def test_filled_by_hand() -> None:
    picture = torch.tensor([[[[1.0, 3.0], [5.0, 7.0]]], [[[0.0, 0.0], [4.0, 8.0]]]])
    regions = torch.tensor([[[0, 0], [1, 0]], [[2, 2], [2, 1]]])
    third = 4 / 3
    expected = [[[[11 / 3, 11 / 3], [5.0, 11 / 3]]], [[[third, third], [third, 8.0]]]]
    assert apart(losses.fill_regions(picture, regions), torch.tensor(expected)) < rounding(3)


def test_region_by_hand() -> None:
    picture = torch.tensor([[[[1.0, 3.0], [5.0, 5.0]]]])
    assert losses.region_loss(picture, torch.tensor([[[0, 0], [1, 1]]])).item() == (1 + 1 + 0 + 0) / 4


def test_region_draws_pixels_to_their_mean() -> None:
    picture = torch.tensor([[[[0.0, 0.0, 3.0]]]], requires_grad=True)
    losses.region_loss(picture, torch.zeros(1, 1, 3)).backward()
    assert picture.grad is not None
    assert picture.grad[0, 0, 0].tolist() == near([-1 / 3, -1 / 3, 1 / 3], terms=3)


def test_guided_filter_by_hand() -> None:
    """In windows that cover all of a picture it is one line of regression."""
    picture = torch.tensor([[[[0.0, 2.0], [4.0, 2.0]]]])  # mean 2, variance 2
    found = losses.guided_filter(picture, 1, 2.0)  # slope 1/2, offset 1
    assert apart(found, picture / 2 + 1) < rounding(4 * 4)  # sums of sums of four


def test_guided_filter_keeps_edges_and_melts_grain() -> None:
    edge = torch.cat([sheet(BLACK, 16), sheet(WHITE, 16)], dim=3)
    grain = noise(1, 3, 16, 32) * 0.05
    smooth = losses.guided_filter(edge + grain, 3, 0.05)
    assert smooth[..., :12].std() < 0.3 * grain.std()
    assert (smooth[..., 16:] - smooth[..., :16]).mean() > 1.9


def test_surface_is_blind_to_fine_lines_but_not_to_light() -> None:
    photo = noise(1, 3, 32, 32) * 0.02
    lined = photo.clone()
    lined[..., ::8] -= 0.2
    darker = photo - 0.025  # as much darker on the whole
    assert losses.surface_loss(photo, lined) < (photo - lined).abs().mean()
    assert losses.surface_loss(photo, darker).item() == near(0.025, terms=32 * 32)


PAIRS = {
    "content": losses.content_loss,
    "style": losses.style_loss,
    "colour": losses.colour_loss,
    "surface": losses.surface_loss,
}


@pytest.mark.parametrize("name", PAIRS)
def test_the_gradient_leads_to_the_photo(name: str) -> None:
    loss = PAIRS[name]
    photo, painting = noise(2, 3, 12, 12), noise(2, 3, 12, 12, seed=1).requires_grad_()
    assert loss(photo, photo).item() == 0
    start = loss(photo, painting)
    (slope,) = torch.autograd.grad(start, painting)
    assert slope.isfinite().all() and slope.abs().max() > 0
    assert loss(photo, painting - 0.01 * slope / slope.abs().max()) < start


@pytest.mark.parametrize("name", PAIRS)
def test_half_numbers_are_reckoned_whole(name: str) -> None:
    photo, painting = noise(2, 3, 12, 12).bfloat16(), noise(2, 3, 12, 12, seed=1).bfloat16()
    found = PAIRS[name](photo, painting)
    assert found.dtype == torch.float32
    assert found.item() == near(PAIRS[name](photo.float(), painting.float()).item(), terms=photo.numel())


class TestRegions:
    def test_flat_areas_are_one_region_each(self) -> None:
        picture = np.full((40, 60, 3), 200, np.uint8)
        picture[:, 30:] = (40, 60, 90)
        picture[10:30, 10:20] = (200, 30, 30)
        regions = find_regions(picture)
        assert regions.shape == (40, 60) and regions.dtype == np.int64
        assert sorted(np.unique(regions)) == [0, 1, 2]
        assert len({regions[2, 2], regions[20, 15], regions[20, 50]}) == 3
        sizes = np.bincount(regions.ravel())
        assert abs(sizes[regions[20, 50]] - 1200) <= 80 and abs(sizes[regions[20, 15]] - 200) <= 80

    def test_one_colour_is_one_region(self) -> None:
        assert find_regions(np.zeros((16, 16, 3), np.uint8)).max() == 0

    def test_nothing_calm_is_one_region(self) -> None:
        board = (np.indices((16, 16)).sum(axis=0) // 2 % 2 * 255).astype(np.uint8)
        assert find_regions(np.dstack([board] * 3)).max() == 0

    def test_a_gentle_slope_is_no_edge(self) -> None:
        slope = np.tile(np.linspace(0, 250, 125).astype(np.uint8), (40, 1))
        assert find_regions(np.dstack([slope] * 3)).max() == 0

    def test_numbers_have_no_gaps(self) -> None:
        picture = np.random.default_rng(0).integers(0, 256, (12, 16, 3), np.uint8)
        import cv2

        regions = find_regions(cv2.resize(picture, (128, 96), interpolation=cv2.INTER_NEAREST))
        assert regions.max() > 20
        assert np.array_equal(np.unique(regions), np.arange(regions.max() + 1))
