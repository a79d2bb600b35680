"""Which faces are one person's."""

import numpy as np
import pytest

from configs.units import Box, Face
from film.pictures.faces import make_finder
from film.voices.people import apart, portrait, same_people
from tests.film.pictures.test_faces import BATTLE, frames
from tests.material import shared


def test_a_man_is_like_himself_a_moment_later(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FILMCOMIC_WEIGHTS", str(shared("weights")))
    pictures = frames(BATTLE, 400, 450, 1232)
    finder = make_finder()
    faces: list[Face] = [finder.find(picture)[0] for picture in pictures]
    one, later, other = (portrait(picture, face.box) for picture, face in zip(pictures, faces, strict=True))
    assert apart(one, one) == pytest.approx(0, abs=1e-5)
    assert apart(one, later) < apart(one, other)
    first, none, second, third = same_people([one, None, one * 1.0, other])
    assert first == second != third and none is None


def test_odd_faces_have_portraits() -> None:
    black = np.zeros((9, 9, 3), np.uint8)
    thin = portrait(black, Box(x0=0, y0=0, x1=0.001, y1=1))
    assert np.isfinite(thin).all() and same_people([thin, thin]) == [0, 1], "black is like nobody"
