"""Recordings behind a film's end that nobody reads are told."""

from pathlib import Path

import numpy as np
import pytest

from film.decoding.ffmpeg import film_input
from film.decoding.frames import SmallFrames
from film.decoding.probe import probe
from film.model import Movie
from tests.film.drawn import draw, numbered
from tests.film.programs import run


def _warnings(movie: Movie) -> list[str]:
    frames = SmallFrames(movie)
    for _ in frames:
        pass
    return frames.warnings


@pytest.mark.parametrize("suffix", [".flv", ".mp4", ".wmv"])
def test_what_is_joined_where_the_format_does_not_allow_it(tmp_path: Path, suffix: str) -> None:
    one, two = tmp_path / f"one{suffix}", tmp_path / f"two{suffix}"
    for path, count in ((one, 60), (two, 75)):
        drawn = draw(tmp_path / "drawn.mkv", numbered, count=count)
        run(film_input(drawn).output(str(path), vcodec="wmv2" if suffix == ".wmv" else "copy"))
    assert probe(one).unread_share == 0
    path = tmp_path / f"joined{suffix}"
    path.write_bytes(one.read_bytes() + two.read_bytes())
    movie = probe(path)
    assert movie.duration_s < 2.5
    assert movie.unread_share == pytest.approx(two.stat().st_size / path.stat().st_size, abs=0.2)
    assert any("is another recording behind its end, which is not read" in line for line in _warnings(movie))


def test_a_broadcast_that_goes_on_with_other_streams(tmp_path: Path) -> None:
    noise = np.random.default_rng(1)
    pictures = [noise.integers(0, 256, (128, 192, 3), np.uint8) for _ in range(25)]
    one, two = draw(tmp_path / "one.ts", pictures), tmp_path / "two.ts"
    run(film_input(one).output(str(two), c="copy", mpegts_start_pid=0x300, mpegts_pmt_start_pid=0x1100))
    path = tmp_path / "joined.ts"
    path.write_bytes(one.read_bytes() + two.read_bytes())
    movie = probe(path)
    assert movie.duration_s == pytest.approx(1, abs=0.1)
    assert any("% of the file is another recording" in line for line in _warnings(movie))


@pytest.mark.parametrize("suffix", [".mkv", ".avi", ".ts", ".mov", ".flv", ".vob", ".wmv"])
def test_ordinary_films_have_nothing_behind_them(tmp_path: Path, suffix: str) -> None:
    codec = {".vob": "mpeg2video", ".wmv": "wmv2"}.get(suffix, "libx264")
    path = tmp_path / f"film{suffix}"
    run(film_input(draw(tmp_path / "drawn.mkv", numbered)).output(str(path), vcodec=codec, g=12))
    assert probe(path).unread_share == 0
