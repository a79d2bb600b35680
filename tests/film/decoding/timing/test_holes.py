"""A broadcast that has lost a part: it is told, and what comes after it stays where it was."""

from fractions import Fraction
from pathlib import Path

import ffmpeg
import pytest

from film.decoding.probe import probe
from film.decoding.seek import FrameReader
from film.decoding.timing.clock import Clock
from film.model import Movie
from tests.film.drawn import draw, number_of, numbered, passed
from tests.film.programs import drawn_input, run

COUNT, BLOCK = 250, 188


def broadcast(path: Path, *, sound: bool = True) -> bytes:
    """Return ten seconds of numbered pictures, with sound, as they are sent."""
    drawn = draw(path.with_name("drawn.mkv"), numbered, count=COUNT, options={"g": "50", "sc_threshold": "0"})
    streams = [ffmpeg.input(str(drawn)).video]
    streams += [drawn_input("sine=440:d=10").audio] if sound else []
    run(ffmpeg.output(*streams, str(path), vcodec="copy", acodec="aac"))
    return path.read_bytes()


def torn(path: Path, whole: bytes, first: float, last: float) -> Movie:
    """Probe it without what lies between two places, in shares of its length."""
    blocks = len(whole) // BLOCK
    path.write_bytes(whole[: int(blocks * first) * BLOCK] + whole[int(blocks * last) * BLOCK :])
    return probe(path)


@pytest.mark.parametrize(("first", "last"), [(0.4, 0.7), (0.2, 0.65), (0.33, 0.61)])
def test_what_comes_after_a_hole_stays_where_it_was(first: float, last: float, tmp_path: Path) -> None:
    movie = torn(tmp_path / "torn.ts", broadcast(tmp_path / "whole.ts"), first, last)
    times_s, numbers, warnings = passed(movie)
    late = [(number, float(at_s)) for number, at_s in zip(numbers, times_s, strict=True) if number > COUNT * last + 20]
    assert len(late) > 20 and all(at_s == pytest.approx(number / 25, abs=0.05) for number, at_s in late)
    (told,) = [line for line in warnings if "is missing" in line]
    assert not [line for line in warnings if "jump" in line]
    seconds = float(told.split(" s of it is missing")[0].rpartition(" ")[2])
    assert seconds == pytest.approx((last - first) * COUNT / 25, abs=0.8)
    with FrameReader(movie) as reader:
        at_s, picture = reader.read(Fraction(9))
    assert number_of(picture) == pytest.approx(float(at_s) * 25, abs=1) and 223 < number_of(picture) < 227


def test_a_film_of_slides_and_a_whole_one_miss_nothing(tmp_path: Path) -> None:
    whole = broadcast(tmp_path / "whole.ts")
    assert not probe(tmp_path / "whole.ts").notes
    assert not torn(tmp_path / "torn.ts", whole, 0.5, 0.53).notes, "so little may be a slow picture"
    times_ms = [number * 40 for number in range(100)] + [8000 + number * 40 for number in range(100)]
    held = draw(tmp_path / "held.ts", numbered, count=200, times_ms=times_ms)
    spoken = tmp_path / "spoken.ts"
    run(ffmpeg.output(ffmpeg.input(str(held)).video, drawn_input("sine=440:d=12").audio, str(spoken), vcodec="copy"))
    assert not probe(spoken).notes, "sound goes on while a picture stands"


def test_a_straggler_is_left_out_and_a_clock_that_starts_anew_goes_on() -> None:
    movie = Movie(path=Path("/a.ts"), sha256="", duration_s=20, rate=25, size_px=(96, 64))

    def read(*stamps_s: str) -> list[float | None]:
        clock = Clock(movie)
        times_s = [clock.read(Fraction(stamp_s)) for stamp_s in stamps_s]
        return [None if time_s is None else float(time_s) for time_s in times_s]

    assert read("0", "0.04", "3", "3.04", "0.08", "3.08") == [0, 0.04, 3, 3.04, None, 3.08]
    assert read("0", "0.04", "3", "3.04", "0", "0.04") == [0, 0.04, 3, 3.04, pytest.approx(3.08), pytest.approx(3.12)]
