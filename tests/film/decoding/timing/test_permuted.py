"""Pictures that bear the time of their decoding, or repeated times, or none: no reader takes one for another."""

import random
from fractions import Fraction
from pathlib import Path

import pytest

from film.decoding.ffmpeg import film_input
from film.decoding.frames import SmallFrames
from film.decoding.probe import probe
from film.decoding.seek import FrameReader
from film.model import Movie
from tests.film.drawn import draw, number_of, numbered
from tests.film.programs import run

COUNT = 60
REPEATED = "floor((N-eq(mod(N,6),5))*40/1000/TB)"


def _check(movie: Movie) -> list[Fraction]:
    """Have every picture read at its time: by one reader in any order, and by fresh ones."""
    times_s: list[Fraction] = []
    for batch in SmallFrames(movie):
        assert [number_of(picture) for picture in batch.pictures] == [
            len(times_s) + number for number in range(len(batch.times_s))
        ]
        times_s += batch.times_s
    assert len(times_s) == COUNT
    asked = [Fraction(str(round(float(at_s), 6))) for at_s in times_s]
    order = list(range(COUNT))
    random.Random(3).shuffle(order)
    with FrameReader(movie) as reader:
        for number in order:
            at_s, picture = reader.read(asked[number])
            assert (number_of(picture), at_s) == (number, times_s[number])
    for number in order[:12]:
        with FrameReader(movie) as reader:
            assert number_of(reader.read(asked[number])[1]) == number
    return times_s


@pytest.mark.parametrize("stamps", ["pts=DTS", f"ts='{REPEATED}'"])
@pytest.mark.parametrize("suffix", [".mkv", ".mp4", ".mov", ".ts", ".flv"])
def test_stamps_of_decoding_and_repeated_ones(tmp_path: Path, suffix: str, stamps: str) -> None:
    reordered = "0" if stamps.startswith("ts") else "2"
    good = draw(tmp_path / f"good{suffix}", numbered, options={"bf": reordered})
    path = tmp_path / f"bad{suffix}"
    run(film_input(good).output(str(path), c="copy", **{"bsf:v": f"setts={stamps}"}))
    movie = probe(path)
    times_s = _check(movie)
    assert times_s[-1] == pytest.approx(59 * 0.04, abs=0.1)
    assert times_s[-1] < movie.duration_s <= times_s[-1] + Fraction(1, 5)


@pytest.mark.parametrize("suffix", [".ts", ".mp4", ".mkv"])
def test_stamps_of_decoding_where_groups_of_pictures_are_open(tmp_path: Path, suffix: str) -> None:
    good, path = tmp_path / f"good{suffix}", tmp_path / f"bad{suffix}"
    drawn = draw(tmp_path / "drawn.mkv", numbered)
    run(film_input(drawn).output(str(good), vcodec="mpeg4", bf=2, g=12, **{"q:v": 2}))
    run(film_input(good).output(str(path), c="copy", **{"bsf:v": "setts=pts=DTS"}))
    _check(probe(path))


@pytest.mark.parametrize(("suffix", "codec"), [(".m2v", "mpeg2video"), (".m1v", "mpeg1video"), (".h264", "libx264")])
def test_bare_streams_count_from_their_first_picture(tmp_path: Path, suffix: str, codec: str) -> None:
    drawn, path = draw(tmp_path / "drawn.mkv", numbered), tmp_path / f"bare{suffix}"
    run(film_input(drawn).output(str(path), vcodec=codec, bf=2, g=12, **({} if codec == "libx264" else {"q:v": 2})))
    assert _check(probe(path)) == [Fraction(number, 25) for number in range(COUNT)]
