"""Pages that are scrolled are told from new ones; films in which they are have one shot."""

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from film.shots.evidence.scrolling import is_scrolled
from tests.film.shots.drawn import SIZE, surveyed

HEIGHT, WIDTH = SIZE


def _text(seed: int, height: int = 900) -> NDArray[np.uint8]:
    random = np.random.default_rng(seed)
    page = np.full((height, WIDTH, 3), 245, np.uint8)
    for y in range(12, height, 13):
        words = "".join(chr(int(letter)) for letter in random.integers(97, 123, random.integers(8, 30)))
        cv2.putText(page, words, (8, y), 0, 0.32, (30, 30, 30), 1, cv2.LINE_AA)
    return page


def _grey(page: NDArray[np.uint8], top: int) -> NDArray[np.uint8]:
    half = cv2.resize(page[top : top + HEIGHT], (WIDTH // 2, HEIGHT // 2), interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.cvtColor(half, cv2.COLOR_BGR2GRAY), np.uint8)


@pytest.mark.parametrize("by", [5, 13, 26, 39, -26])
def test_a_page_that_is_scrolled_is_the_same(by: int) -> None:
    page = _text(1)
    old, new = _grey(page, 200), _grey(page, 200 + by)
    assert is_scrolled(old, new)
    assert is_scrolled(old.T, new.T)


def test_another_page_is_not() -> None:
    assert not is_scrolled(_grey(_text(1), 0), _grey(_text(2), 0))


def test_only_the_part_that_lives_is_asked() -> None:
    page, beside = _text(1), _grey(_text(3), 0)
    old, new = _grey(page, 200), _grey(page, 226)
    live = np.zeros(old.shape, np.bool_)
    live[:, 60:] = True
    for picture in (old, new):
        picture[:, :60] = beside[:, :60]
    assert is_scrolled(old, new, live)


@pytest.mark.parametrize("by", [13, 26, 39])
def test_text_that_a_wheel_scrolls_is_one_shot(by: int) -> None:
    page = _text(4, 2000)
    film = np.stack([page[frame // 12 * by :][:HEIGHT] for frame in range(160)])
    assert len(surveyed(film).shots()) == 1


def test_pages_that_are_turned_are_shots() -> None:
    film = np.concatenate([np.repeat(_text(seed)[None, :HEIGHT], 48, axis=0) for seed in (5, 6, 7)])
    assert [shot.first_frame for shot in surveyed(film).shots()] == [0, 48, 96]
