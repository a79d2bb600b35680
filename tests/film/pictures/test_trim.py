"""Bars of one picture: cut where they are certain, left where it may be the picture itself."""

import numpy as np
import pytest

from film.decoding.developing.picture import Picture
from film.pictures.trim import inner_window


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
