import pytest
from hypothesis import given
from hypothesis import strategies as st

from layouts.book.gutters import SLANT_MOST, cut_normal, parting, tilt_of
from layouts.book.page import Rect


def box(x: float, y: float, width: float, height: float) -> tuple[tuple[float, float], ...]:
    return Rect(x=x, y=y, width=width, height=height).corners


BESIDE = [box(0, 0, 100, 210), box(110, 0, 100, 100), box(110, 110, 100, 100)]
SLANTED = [
    ((0, 0), (300, 0), (300, 120), (0, 80)),
    ((0, 90), (130, 107), (110, 300), (0, 300)),
    ((140, 109), (300, 130), (300, 300), (120, 300)),
]


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
