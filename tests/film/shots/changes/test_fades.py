"""Fades among cuts: each cut is held against the fades by where it lies, not against one after another."""

from array import array
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from film.model import Movie
from film.shots.changes.fades import frames_covered
from film.shots.shots import Survey
from tests.calls import calls

EVERY = 50
"""Frames from one fade to the next."""


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 9)), max_size=6), st.integers(0, 3))
def test_what_is_covered_lies_in_a_stretch(given: list[tuple[int, int]], slack: int) -> None:
    spans = [(first, first + length) for first, length in given]
    wanted = [any(first - slack <= at <= last + slack for first, last in spans) for at in range(45)]
    assert frames_covered(spans, 45, slack).tolist() == wanted


def test_twice_the_fades_and_cuts_take_twice_the_work() -> None:
    def work(count: int) -> int:
        movie = Movie(path=Path("f.mkv"), sha256="0", duration_s=count, rate=Fraction(24), size_px=(64, 36))
        survey: Any = Survey(movie)
        contrast = np.where(np.arange(count * EVERY) % EVERY < 5, 0.5, 50.0)
        survey._contrast = array("d", contrast.tolist())
        survey._cuts = SimpleNamespace(finish=lambda: [at * EVERY + EVERY // 2 for at in range(count)])
        survey._dissolves = SimpleNamespace(finish=lambda: [])
        survey._blinks = SimpleNamespace(returns=frozenset)
        assert len(survey._borders()) > count
        return calls(survey._borders)

    assert work(400) < 3 * work(200)
