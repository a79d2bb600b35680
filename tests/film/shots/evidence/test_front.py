"""Fronts: found where cells change in order, told from cuts and from what changes in none."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from film.shots.evidence.front import Front, find_front

WIDTH, HEIGHT = 32, 18
COUNT = 40
LIVE = np.ones(WIDTH * HEIGHT, np.bool_)


def _front(when: NDArray[np.float64], seed: int = 1, noise: float = 0.0) -> Front | None:
    """Find the front in frames of which each cell, shape (height, width), shows something else from a time on."""
    random = np.random.default_rng(seed)
    old, new = random.uniform(0, 100, (HEIGHT, WIDTH, 3)), random.uniform(155, 255, (HEIGHT, WIDTH, 3))
    passed = (when <= np.arange(COUNT)[:, None, None])[..., None]
    frames = (
        np.where(passed, new, old) + random.normal(0, noise, (COUNT, HEIGHT, WIDTH, 3))
        if noise
        else np.where(passed, new, old)
    )
    return find_front(frames.reshape(COUNT, -1).astype(np.float32), LIVE, (WIDTH, HEIGHT))


def _places() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    return x / (WIDTH - 1), y / (HEIGHT - 1)


@given(st.floats(0, 2 * math.pi), st.integers(8, 20), st.integers(4, 30), st.floats(0, 6))
def test_a_border_that_moves_along_a_line_is_found(angle: float, start: int, length: int, noise: float) -> None:
    x, y = _places()
    way = x * math.cos(angle) + y * math.sin(angle)
    length = min(length, COUNT - start - 4)
    found = _front(start + (way - way.min()) / np.ptp(way) * length, noise=noise)
    assert found is not None
    assert found.near > 0.95 and found.off < 0.1 and found.covered > 0.95
    assert start - 3 <= found.start <= start and start + length <= found.end <= start + length + 3
    assert found.length == pytest.approx(length, abs=2.5)


@pytest.mark.parametrize("inwards", [False, True])
def test_circles_and_doors_are_found(inwards: bool) -> None:
    x, y = _places()
    for way in (np.hypot((x - 0.5) * WIDTH / HEIGHT, y - 0.5), abs(x - 0.5), abs(y - 0.5)):
        share = way / way.max()
        found = _front(10 + (1 - share if inwards else share) * 16)
        assert found is not None and found.near > 0.95 and found.explained > 0.9 and found.off < 0.1


def test_a_cut_changes_all_at_once() -> None:
    found = _front(np.full((HEIGHT, WIDTH), 17.0))
    assert found is not None and found.at_once == pytest.approx(1) and found.length < 1


def test_what_changes_in_no_order_has_no_front() -> None:
    found = _front(np.random.default_rng(3).uniform(5, 35, (HEIGHT, WIDTH)))
    assert found is not None and found.near < 0.4 and found.explained < 0.2


def test_where_nothing_changes_there_is_none() -> None:
    assert _front(np.full((HEIGHT, WIDTH), 1000.0)) is None
