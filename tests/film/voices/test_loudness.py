"""How loud a film is, and what of its words is cried."""

import wave
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from film.decoding.probe import probe
from film.model import Line, LineKind, Movie, Stream, StreamKind
from film.voices.loudness import Loudness, cries, measure, noise
from tests.material import shared


def recording(path: Path, *levels: float) -> Movie:
    """A sound file with a second of a tone at each amplitude, and what a probe would say of a film with it."""
    rate = 22_050
    tone = np.sin(2 * np.pi * 440 * np.arange(rate) / rate)
    samples = np.concatenate([level * tone for level in levels])
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes((samples * 32767).astype("<i2").tobytes())
    sound = Stream(index=0, kind=StreamKind.AUDIO, codec="pcm")
    return Movie(
        path=path, sha256="0" * 64, duration_s=len(levels), rate=Fraction(25), size_px=(4, 4), streams=(sound,)
    )


def test_levels_are_decibels_of_the_root_mean_square(tmp_path: Path) -> None:
    found = measure(recording(tmp_path / "a.wav", 1.0, 0.1, 0.0))
    assert 29 <= len(found.levels_db) <= 31
    assert [found.levels_db[at] for at in (5, 15, 25)] == pytest.approx([-3, -23, -80], abs=1)


def test_a_film_without_sound_has_no_levels() -> None:
    assert measure(probe(shared("nasty/video_only_no_audio.mp4"))).levels_db == ()


def test_damaged_sound_is_silence_not_an_end() -> None:
    movie = probe(shared("nasty/found/video_with_failing_audio.mp4"))
    assert isinstance(measure(movie), Loudness)


def test_a_trailer_is_as_long_in_sound_as_in_pictures() -> None:
    movie = probe(shared("films/sintel_trailer.mp4"))
    shares: list[float] = []
    found = measure(movie, progress=shares.append)
    assert len(found.levels_db) == pytest.approx(float(movie.duration_s) * 10, abs=5)
    assert shares == sorted(shares) and 0.9 < shares[-1] <= 1


def line(index: int, text: str, kind: LineKind = LineKind.SPEECH) -> Line:
    return Line(index=index, start_s=index, end_s=index + 1, text=text, kind=kind)


def steps(*levels: int) -> Loudness:
    return Loudness(levels_db=tuple(level for level in levels for _ in range(10)))


def test_a_cry_is_loud_and_exclaimed() -> None:
    lines = [line(0, "Well."), line(1, "Run!"), line(2, "Good!"), line(3, "Listen."), line(4, "So it is.")]
    assert cries(lines, steps(-20, -10, -20, -9, -21)) == {1}


def test_only_speech_is_cried() -> None:
    lines = [line(0, "Well."), line(1, "La!", LineKind.SONG), line(2, "So.")]
    assert cries(lines, steps(-20, -5, -20)) == frozenset()
    assert cries(lines, Loudness()) == frozenset()


def test_the_battle_has_two_cries() -> None:
    from film.words.dialogue import listen

    movie = probe(shared("films/tears_of_steel_battle.webm"))
    lines = listen(movie).lines
    found = cries(lines, measure(movie))
    assert [one.text for one in lines if one.index in found] == ["Get down!", "Go, go, go!"]


def test_noise_is_relative_to_the_film() -> None:
    film = steps(-40, -30, -20, -10)
    assert noise(film, Fraction(0), Fraction(1)) == 0
    assert noise(film, Fraction(3), Fraction(4)) == 1
    assert 0.3 < noise(film, Fraction(2), Fraction(3)) < 0.9
    assert noise(steps(-20, -20, -21), Fraction(0), Fraction(1)) == 0, "even sound tells nothing"
    assert noise(Loudness(), Fraction(0), Fraction(1)) == 0
    assert noise(film, Fraction(50), Fraction(51)) == 0
