"""Every frame of a range, one after another, as single frames are read."""

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from film.decoding.frames import small_between, small_size
from film.decoding.probe import probe
from film.decoding.seek import FrameReader
from film.shots.shots import find_shots, find_shots_between
from tests.film.drawn import draw, number_of, numbered

TIMES_MS = [*range(200, 1200, 40), *range(1300, 3800, 100)]
"""The first one comes late, and the rate changes."""


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("film")
    return draw(folder / "film.mkv", numbered, count=len(TIMES_MS), times_ms=TIMES_MS, options={"g": "10"})


@pytest.mark.parametrize(("start_ms", "end_ms"), [(0, 9000), (200, 240), (1150, 1500), (610, 611), (3600, 3900)])
def test_a_walk_meets_every_frame_once(film: Path, start_ms: int, end_ms: int) -> None:
    movie = probe(film)
    offset_ms = round(movie.start_offset_s * 1000)
    stamps = [stamp - offset_ms for stamp in TIMES_MS]
    shown = max([stamp for stamp in stamps if stamp <= start_ms], default=stamps[0])
    wanted = [at for at, stamp in enumerate(stamps) if shown <= stamp < end_ms]
    with FrameReader(movie) as reader:
        found = list(reader.walk(Fraction(start_ms, 1000), Fraction(end_ms, 1000)))
        assert [number_of(frame) for _, frame in found] == wanted
        assert [time_s for time_s, _ in found] == [Fraction(stamps[at], 1000) for at in wanted]
        assert np.array_equal(reader.read(found[-1][0])[1], found[-1][1])
    small = list(small_between(movie, Fraction(start_ms, 1000), Fraction(end_ms, 1000)))
    assert [number_of(picture) for batch in small for picture in batch.pictures] == wanted
    assert small[0].pictures.shape[2:0:-1] == small_size(movie)


def test_the_shots_of_a_range_are_those_of_the_film(tmp_path: Path) -> None:
    def picture(number: int) -> np.ndarray:  # type: ignore[type-arg]
        return np.random.default_rng(number // 40).integers(0, 255, (8, 12, 3), np.uint8).repeat(8, 0).repeat(8, 1)

    movie = probe(draw(tmp_path / "film.mp4", picture, count=160))
    whole = [shot.start_s for shot in find_shots(movie).shots]
    assert len(whole) == 4
    found = find_shots_between(movie, Fraction(1), Fraction(4))
    assert [shot.start_s for shot in found] == [Fraction(1), *whole[1:3]]
