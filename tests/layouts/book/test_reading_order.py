import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layouts.book.page import Rect
from layouts.book.reading_order import SLANT_MOST, cut_normal, parting, reading_order, tilt_of


def box(x: float, y: float, width: float, height: float) -> tuple[tuple[float, float], ...]:
    return Rect(x=x, y=y, width=width, height=height).corners


GRID = [box(110 * column, 110 * row, 100, 100) for row in range(3) for column in range(3)]
BESIDE = [box(0, 0, 100, 210), box(110, 0, 100, 100), box(110, 110, 100, 100)]
SLANTED = [
    ((0, 0), (300, 0), (300, 120), (0, 80)),
    ((0, 90), (130, 107), (110, 300), (0, 300)),
    ((140, 109), (300, 130), (300, 300), (120, 300)),
]


@given(st.permutations(range(9)))
def test_a_grid_is_read_by_rows_however_it_is_given(order: list[int]) -> None:
    assert [order[at] for at in reading_order([GRID[at] for at in order])] == list(range(9))


@pytest.mark.parametrize("panels", [BESIDE, SLANTED, GRID])
def test_the_order_does_not_depend_on_how_panels_are_given(panels) -> None:
    for order in itertools.islice(itertools.permutations(range(len(panels))), 40):
        assert [order[at] for at in reading_order([panels[at] for at in order])] == list(range(len(panels)))


def test_columns_are_read_one_after_the_other_where_no_level_gutter_goes_through() -> None:
    shifted = [box(0, 0, 100, 90), box(0, 100, 100, 110), box(110, 0, 100, 120), box(110, 130, 100, 80)]
    assert reading_order(shifted) == [0, 1, 2, 3]
    level = [box(0, 0, 100, 90), box(0, 100, 100, 110), box(110, 0, 100, 90), box(110, 100, 100, 110)]
    assert reading_order(level) == [0, 2, 1, 3]


def test_an_inset_comes_after_what_holds_it_and_before_the_rest() -> None:
    assert reading_order([box(0, 0, 300, 200), box(0, 210, 300, 100), box(200, 100, 90, 90)]) == [0, 2, 1]


def test_a_pinwheel_is_read_from_its_top_left() -> None:
    wheel = [box(0, 0, 190, 90), box(200, 0, 90, 190), box(0, 100, 90, 190), box(100, 200, 190, 90)]
    assert reading_order(wheel)[0] == 0
    assert sorted(reading_order(wheel)) == [0, 1, 2, 3]


def test_too_slanted_a_gutter_is_none() -> None:
    steep = [((0, 0), (100, 0), (100, 100), (0, 60)), ((0, 70), (100, 110), (100, 200), (0, 200))]
    assert abs(tilt_of((0, 60), (100, 100), level=True)) > SLANT_MOST
    assert parting(steep, 0, 1) is None


def test_the_cut_between_two_panels_is_found() -> None:
    cut = parting(BESIDE, 0, 2)
    assert cut is not None and not cut.level and cut.around == [0, 1, 2] and cut.beyond == [1, 2]
    cut = parting(BESIDE, 1, 2)
    assert cut is not None and cut.level and cut.around == [1, 2] and cut.beyond == [2]
    cut = parting(SLANTED, 0, 2)
    assert cut is not None and cut.level and sorted(cut.beyond) == [1, 2]
    assert parting([box(0, 0, 300, 200), box(200, 100, 90, 90)], 0, 1) is None


@given(st.floats(-15, 15), st.booleans())
def test_directions_and_tilts_agree(tilt: float, level: bool) -> None:
    across = cut_normal(tilt, level=level)
    along = (across[1], -across[0]) if level else (-across[1], across[0])
    assert tilt_of((0, 0), along, level=level) == pytest.approx(tilt, abs=1e-9)
    assert tilt_of(along, (0, 0), level=level) == pytest.approx(tilt, abs=1e-9)
