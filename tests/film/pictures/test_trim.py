"""Bars of one picture: cut where they are certain, left where it may be the picture itself."""

from fractions import Fraction

import numpy as np
import pytest

from configs.units import WHOLE, Box
from film.decoding.developing.picture import Picture
from film.model import Shot, Transition
from film.pictures.trim import inner_window, window_of


def grain(width: int, height: int) -> Picture:
    return np.random.default_rng(5).integers(60, 220, (height, width, 3), np.uint8)


def framed(left: int, right: int, top: int, bottom: int) -> Picture:
    whole = np.full((204, 480, 3), 3, np.uint8)
    whole[top : 204 - bottom, left : 480 - right] = grain(480 - left - right, 204 - top - bottom)
    return whole


@pytest.mark.parametrize("bars", [(60, 60, 0, 0), (0, 0, 25, 26), (60, 59, 25, 25)])
def test_equal_bars_go(bars: tuple[int, int, int, int]) -> None:
    left, right, top, bottom = bars
    rows, columns = inner_window(framed(*bars))
    assert left <= columns.start <= left + 2
    assert 480 - right - 2 <= columns.stop <= 480 - right
    assert top <= rows.start <= top + 2
    assert 204 - bottom - 2 <= rows.stop <= 204 - bottom


@pytest.mark.parametrize("bars", [(0, 0, 0, 0), (60, 0, 0, 0), (60, 30, 0, 0), (4, 4, 0, 0), (220, 220, 0, 0)])
def test_other_darkness_stays(bars: tuple[int, int, int, int]) -> None:
    assert inner_window(framed(*bars)) == (slice(0, 204), slice(0, 480))


def test_titles_and_black_stay() -> None:
    title = np.zeros((204, 480, 3), np.uint8)
    assert inner_window(title) == (slice(0, 204), slice(0, 480))
    title[80:120:3, 140:340] = 230
    assert inner_window(title) == (slice(0, 204), slice(0, 480))


@pytest.mark.parametrize("shape", [(1, 1), (2, 9), (8, 8)])
def test_tiny(shape: tuple[int, int]) -> None:
    picture = np.full((*shape, 3), 90, np.uint8)
    assert inner_window(picture) == (slice(0, shape[0]), slice(0, shape[1]))


def of_shot(picture: Box | None) -> Shot:
    return Shot(
        index=0,
        start_s=Fraction(0),
        end_s=Fraction(1),
        first_frame=0,
        transition=Transition.HARD,
        clean_start_s=Fraction(0),
        clean_end_s=Fraction(1),
        picture=picture,
    )


def test_what_the_shot_has_for_bars_goes_to_the_very_edge() -> None:
    """Small frames tell it to a line; of a picture that is dark at its edges no more goes than they tell."""
    seen = of_shot(Box(x0=59 / 480, y0=0, x1=421 / 480, y1=1))
    rows, columns = window_of(framed(60, 60, 0, 0), seen, WHOLE)
    assert rows == slice(0, 204) and 60 <= columns.start <= 62 and 418 <= columns.stop <= 420
    dim = framed(60, 60, 0, 0)
    dim[:, :200] = 3
    _, columns = window_of(dim, seen, WHOLE)
    assert 59 <= columns.start <= 63 and 418 <= columns.stop <= 420


def test_where_the_vote_says_none_nothing_goes() -> None:
    assert window_of(framed(60, 60, 0, 0), of_shot(WHOLE), WHOLE) == (slice(0, 204), slice(0, 480))
    assert window_of(framed(60, 60, 0, 0), of_shot(None), WHOLE)[1].start >= 60


def test_bars_of_the_film_are_off_already() -> None:
    shown = Box(x0=0, y0=0.125, x1=1, y1=0.875)
    assert window_of(framed(0, 0, 0, 0), of_shot(shown), shown) == (slice(0, 204), slice(0, 480))


def test_a_black_sliver_along_one_side_goes_and_a_dark_edge_stays() -> None:
    lit = np.full((200, 320, 3), 120, np.uint8)
    lit[:, :5] = 4
    for voted in (None, WHOLE):
        rows, columns = window_of(lit, of_shot(voted), WHOLE)
        assert (rows, columns.start, columns.stop) == (slice(0, 200), 6, 320)
    dark = lit.copy()
    dark[:140, 5:60] = 10  # a night that begins at the edge
    assert window_of(dark, of_shot(None), WHOLE) == (slice(0, 200), slice(0, 320))
    wide = lit.copy()
    wide[:, :30] = 4  # too wide for a sliver, on one side alone: no bar
    assert window_of(wide, of_shot(None), WHOLE) == (slice(0, 200), slice(0, 320))


@pytest.mark.parametrize(("smear", "behind"), [((10, 24, 36), (60, 220)), ((4, 6, 12), (14, 62))])
def test_a_sliver_goes_though_it_is_smeared_or_the_picture_is_dark(
    smear: tuple[int, ...], behind: tuple[int, int]
) -> None:
    seen = np.random.default_rng(5).integers(*behind, (204, 480, 3), np.uint8)
    for row, tone in enumerate(smear):
        seen[-1 - row] = tone
    rows, columns = window_of(seen, of_shot(None), WHOLE)
    assert columns == slice(0, 480) and rows.start == 0
    assert rows.stop in (200, 201)


def test_a_picture_that_darkens_towards_its_edge_stays() -> None:
    light = np.concatenate([np.linspace(8, 150, 80), np.full(124, 150.0)])
    seen = np.broadcast_to(light[:, None, None], (204, 480, 3)).astype(np.uint8)
    assert window_of(np.ascontiguousarray(seen), of_shot(None), WHOLE) == (slice(0, 204), slice(0, 480))
