"""The pass by PyAV gives the frames and times that the ffmpeg program gives."""

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from film.decoding.frames import SmallFrames
from film.decoding.probe import probe
from film.model import Movie
from tests.film.drawn import draw, number_of, numbered
from tests.material import shared


def gone_through(movie: Movie) -> tuple[list[Fraction], list[NDArray[np.uint8]], list[str]]:
    frames = SmallFrames(movie)
    times_s: list[Fraction] = []
    pictures: list[NDArray[np.uint8]] = []
    for batch in frames:
        times_s += batch.times_s
        pictures += list(batch.pictures.copy())
    return times_s, pictures, frames.warnings


@pytest.mark.parametrize("codec", ["libx264", "mpeg4"])
@pytest.mark.parametrize("suffix", [".mp4", ".mkv", ".ts", ".avi", ".h264"])
def test_frames_and_times_are_the_programs(tmp_path: Path, suffix: str, codec: str) -> None:
    if (suffix, codec) == (".h264", "mpeg4"):
        pytest.skip("no such combination")
    movie = probe(draw(tmp_path / f"drawn{suffix}", numbered, codec=codec))
    times_s, pictures, warnings = gone_through(movie)
    again_s, developed, told = gone_through(movie.model_copy(update={"varied": True}))
    assert again_s == (times_s if suffix != ".h264" else [Fraction(number, 25) for number in range(60)])
    assert [number_of(picture) for picture in developed] == list(range(60))
    assert told == warnings == []
    for one, other in zip(pictures, developed, strict=True):
        assert np.abs(one.astype(int) - other).mean() < 6


@pytest.mark.parametrize("name", ["vfr.mp4", "start_offset_3.5s.mkv", "rotated_meta_90.mp4", "hevc_10bit.mp4"])
def test_odd_films_too(name: str) -> None:
    movie = probe(shared(f"nasty/{name}"))
    times_s, pictures, _ = gone_through(movie)
    again_s, developed, _ = gone_through(movie.model_copy(update={"varied": True}))
    assert again_s == times_s
    # swscale rounds chroma before it scales down: blue and red come out 1.3 to 1.4 of 255 off, green 0.3
    assert np.abs(np.mean(pictures, axis=(0, 1, 2)) - np.mean(developed, axis=(0, 1, 2))).max() < 2


def test_damage_is_told() -> None:
    movie = probe(shared("nasty/truncated_faststart_half.mp4")).model_copy(update={"varied": True})
    times_s, _, warnings = gone_through(movie)
    assert 79 <= len(times_s) <= 81
    assert len(warnings) == 1
    assert "is damaged" in warnings[0]


def test_pictures_that_are_broken_are_told(tmp_path: Path) -> None:
    path = draw(tmp_path / "drawn.mp4", numbered, codec="libx265", options={"x265-params": "log-level=none:keyint=12"})
    data = bytearray(path.read_bytes())
    start, end = data.index(b"mdat"), data.index(b"moov")
    for at in range((start + end) // 2, end - 100, 60):
        data[at : at + 8] = bytes(8)
    path.write_bytes(data)
    movie = probe(path)
    for varied in (False, True):
        times_s, _, warnings = gone_through(movie.model_copy(update={"varied": varied}))
        assert 0 < len(times_s) < 60
        assert any("is damaged" in line for line in warnings)


def test_pictures_that_the_program_refuses() -> None:
    """Its filters do not take a frame that is told twice where its two views lie."""
    times_s, _, warnings = gone_through(probe(shared("field/film/21_3d_half_side_by_side.mkv")))
    assert times_s[:3] == [Fraction(0), Fraction(42, 1000), Fraction(83, 1000)]
    assert len(times_s) == 216
    assert len(warnings) == 1
    assert "21_3d_half_side_by_side.mkv: ffmpeg cannot make small pictures of it" in warnings[0]
    assert "PyAV does" in warnings[0]
