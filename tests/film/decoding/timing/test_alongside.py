"""Words and sound of a film with a broken clock stand where its pictures do."""

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from film.decoding.ffmpeg import film_input
from film.decoding.probe import probe
from film.model import Movie
from film.voices.loudness import measure
from film.words.dialogue import listen
from tests.film.drawn import draw, numbered
from tests.film.programs import drawn_input, run

WORDS = "1\n00:00:01,000 --> 00:00:01,500\nOne.\n\n2\n00:00:03,000 --> 00:00:03,800\nTwo.\n"


def _sounding(path: Path, loud_s: float, *, words: str = "") -> Path:
    """Four seconds of pictures, of which half a second is loud."""
    drawn = draw(path.with_suffix(".drawn.mkv"), numbered, count=100)
    sound = drawn_input(f"sine=d=4,volume='between(t,{loud_s},{loud_s + 0.5})':eval=frame")
    inputs = [film_input(drawn).video, sound.audio]
    kinds: dict[str, str] = {"vcodec": "libx264", "acodec": "mp2" if path.suffix == ".ts" else "aac"}
    if words:
        path.with_suffix(".srt").write_text(words)
        inputs.append(film_input(path.with_suffix(".srt"))["s"])
        kinds["scodec"] = "srt"
    run(inputs[0].output(*inputs[1:], str(path), g=24, bf=0, **kinds))
    return path


def _loud_s(movie: Movie) -> list[float]:
    """Return where it begins to be loud."""
    loud = np.asarray(measure(movie).levels_db) > -50
    return [float(step) / 10 for step in np.flatnonzero(loud[1:] & ~loud[:-1]) + 1]


def test_sound_of_recordings_joined_byte_by_byte(tmp_path: Path) -> None:
    path = tmp_path / "joined.ts"
    parts = [_sounding(tmp_path / "one.ts", 1), _sounding(tmp_path / "two.ts", 2)]
    path.write_bytes(b"".join(part.read_bytes() for part in parts))
    assert _loud_s(probe(path)) == pytest.approx([1, 6], abs=0.21)


def test_words_and_sound_after_a_hole(tmp_path: Path) -> None:
    whole, path = _sounding(tmp_path / "whole.mkv", 3, words=WORDS), tmp_path / "hole.mkv"
    late = "if(gte(PTS*TB,2),3600/TB,0)"
    bends = {f"bsf:{kind}": f"setts=pts='PTS+{late}':dts='DTS+{late}'" for kind in "vas"}
    run(film_input(whole).output(str(path), c="copy", map=0, **bends))
    movie = probe(path)
    assert movie.duration_s == pytest.approx(4, abs=0.1)
    assert movie.rate == 25
    assert [line.start_s for line in listen(movie).lines] == pytest.approx([1, 3], abs=0.05)
    assert _loud_s(movie) == pytest.approx([3], abs=0.21)


def test_words_beside_a_joined_film_are_on_its_running_time(tmp_path: Path) -> None:
    part = _sounding(tmp_path / "part.ts", 1)
    path = tmp_path / "joined.ts"
    path.write_bytes(part.read_bytes() * 2)
    path.with_suffix(".srt").write_text(WORDS.replace("00:00:03", "00:00:07"))
    found = listen(probe(path))
    assert [line.start_s for line in found.lines] == [Fraction(1), Fraction(7)]
    assert found.warnings == ()
