"""Lessons of a distillation: the teacher's painting of just the square that is given, made once."""

from pathlib import Path

import numpy as np
import pytest

from configs.units import file_sha256
from stylize.styles.opening import Picture
from stylize.training.data import lessons as module
from stylize.training.data.lessons import Lessons
from stylize.training.data.training_pictures import SUFFIXES


@pytest.fixture
def photos(pictures: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[tuple[Path, str], ...]:
    monkeypatch.setattr(module, "_SIZES_PX", (120.0, 90.0, 90.0))
    monkeypatch.setattr(module, "_FLAT", 0.0)
    found = sorted(path for path in (pictures / "photo").iterdir() if path.suffix in SUFFIXES)
    return tuple((path, file_sha256(path)) for path in found[:2])


def inverted(calls: list[Picture]) -> "module.Callable[[Picture], Picture]":
    def paint(picture: Picture) -> Picture:
        calls.append(picture)
        return 255 - picture

    return paint


def test_squares_and_their_paintings(photos: tuple[tuple[Path, str], ...], tmp_path: Path) -> None:
    calls: list[Picture] = []

    def made(digest: str = "a") -> Lessons:
        return Lessons(photos, inverted(calls), digest=digest, cache=tmp_path, crop_px=64, batch=3, seed=1)

    lessons = made()
    for step in range(6):
        given, painted = lessons.at(step)
        assert given.shape == painted.shape == (3, 64, 64, 3) and given.std() > 1
        assert np.array_equal(painted, 255 - given)
    assert 1 < len(calls) <= 6, "each photo is painted once in each of its variants"
    before = len(calls)
    again = made()
    assert all(np.array_equal(again.at(step)[1], lessons.at(step)[1]) for step in range(6))
    assert len(calls) == before, "kept from the first time"
    made("b").at(0)
    assert len(calls) > before, "another teacher paints anew"


def test_a_damaged_painting_is_made_anew(photos: tuple[tuple[Path, str], ...], tmp_path: Path) -> None:
    calls: list[Picture] = []

    def squares() -> np.ndarray:
        made = Lessons(photos, inverted(calls), digest="a", cache=tmp_path, crop_px=64, batch=3, seed=1)
        return made.at(0)[1]

    before = squares()
    for kept in tmp_path.glob("*.png"):
        kept.write_bytes(kept.read_bytes()[:100])
    assert np.array_equal(squares(), before)


def test_some_squares_are_of_one_shade_and_often_black(
    photos: tuple[tuple[Path, str], ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_FLAT", 0.5)
    lessons = Lessons(photos, inverted([]), digest="a", cache=tmp_path, crop_px=64, batch=40, seed=1)
    given, painted = lessons.at(0)
    flat = [square for square in given if np.ptp(square, axis=(0, 1)).max() == 0]
    assert 10 < len(flat) < 30 and np.array_equal(painted, 255 - given)
    assert 0 < sum(not square.any() for square in flat) < len(flat)
