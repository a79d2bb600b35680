"""How long a film is: by what is there, whether its container promises nothing, too little or too much."""

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from film.decoding import probe as probing
from film.decoding.ffmpeg import film_input
from film.decoding.probe import probe
from film.decoding.seek import FrameReader
from film.words.dialogue import listen
from tests.film.drawn import draw, number_of, numbered, passed
from tests.film.programs import drawn_input, run
from tests.material import shared

TEN_S = 250


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ten seconds, 25 numbered pictures in each, a key frame about every second."""
    return draw(tmp_path_factory.mktemp("film") / "film.mkv", numbered, count=TEN_S)


def _copied(film: Path, target: Path, **options: Any) -> Path:
    run(film_input(film).output(str(target), c="copy", **options))
    return target


def _cut(film: Path, target: Path, share: float = 0.6) -> Path:
    whole = film.read_bytes()
    target.write_bytes(whole[: int(len(whole) * share)])
    return target


def _words(path: Path, *starts_s: int) -> None:
    cues = [f"{at}\n00:00:{at:02},000 --> 00:00:{at + 1:02},000\nAt {at}.\n" for at in starts_s]
    path.with_suffix(".srt").write_text("\n".join(cues))


def test_a_recording_without_a_length_is_gone_through_to_its_end(
    tmp_path: Path, film: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(probing, "_TAIL_PACKETS", 50, raising=False)  # what was once taken for the end
    path = _copied(film, tmp_path / "live.mkv", live=1, f="matroska")
    _words(path, 1, 9)
    movie = probe(path)
    assert abs(movie.duration_s - 10) < Fraction(1, 10)
    times_s, numbers, warnings = passed(movie)
    assert abs(movie.duration_s - times_s[-1]) < Fraction(1, 10)
    assert (numbers, warnings) == (list(range(TEN_S)), [])
    told = listen(movie)
    assert [line.text for line in told.lines] == ["At 1.", "At 9."]
    assert told.warnings == ()


def test_seventeen_minutes_of_a_recording_that_broke_off() -> None:
    movie = probe(shared("field/film/04_obs_crash_no_duration_17min.mkv"))
    assert abs(movie.duration_s - Fraction(25365, 24)) < Fraction(1, 10)
    told = listen(movie)
    assert [int(line.start_s) // 60 for line in told.lines] == [5, 13, 15, 17]
    assert told.warnings == ()


@pytest.mark.parametrize("rate", [24, 30])
@pytest.mark.parametrize(("suffix", "codec"), [("h264", "libx264"), ("hevc", "libx265")])
def test_a_bare_stream_lasts_as_long_as_its_pictures(tmp_path: Path, suffix: str, codec: str, rate: int) -> None:
    count = 90
    pictures = draw(tmp_path / "pictures.mkv", numbered, count=count)
    path = tmp_path / f"bare.{suffix}"
    quiet = {"x265-params": "log-level=none"} if suffix == "hevc" else {}
    run(film_input(pictures, r=rate).output(str(path), vcodec=codec, r=rate, bf=2, g=24, **quiet))
    movie = probe(path)
    assert (movie.rate, movie.duration_s) == (Fraction(rate), Fraction(count, rate))
    times_s, numbers, warnings = passed(movie)
    assert times_s == [Fraction(number, rate) for number in range(count)]
    assert (numbers, warnings) == (list(range(count)), [])
    with FrameReader(movie) as reader:
        for number in (0, 7, 44, 88):
            at_s, picture = reader.read(times_s[number])
            assert (at_s, number_of(picture)) == (times_s[number], number)


def test_an_export_of_a_camera() -> None:
    movie = probe(shared("field/film/33_cctv_export.h264"))
    assert (movie.rate, movie.duration_s) == (Fraction(24), Fraction(20))


@pytest.mark.parametrize("suffix", ["mkv", "flv", "mp4"])
def test_a_film_cut_short_ends_with_what_is_there_and_says_so_once(tmp_path: Path, film: Path, suffix: str) -> None:
    options = {"movflags": "+faststart"} if suffix == "mp4" else {}
    path = _cut(_copied(film, tmp_path / f"whole.{suffix}", **options), tmp_path / f"cut.{suffix}")
    _words(path, 1, 9)
    movie = probe(path)
    times_s, numbers, warnings = passed(movie)
    assert 3 < movie.duration_s < 8
    assert abs(movie.promised_s - 10) < Fraction(1, 5)
    assert abs(movie.duration_s - times_s[-1]) < Fraction(1, 5)
    assert numbers == [round(at_s * 25) for at_s in times_s]
    assert len(warnings) == 1
    ends_s = times_s[-1] + 1 / movie.rate
    assert f"cut.{suffix} is damaged: it ends at {float(ends_s):.2f} s of the " in warnings[0]
    assert f" {float(movie.promised_s):.2f} s promised" in warnings[0]
    told = listen(movie)
    assert [line.text for line in told.lines] == ["At 1."]


def test_what_promises_nothing_is_not_called_short(tmp_path: Path, film: Path) -> None:
    stream = _cut(_copied(film, tmp_path / "whole.ts"), tmp_path / "cut.ts")
    live = _cut(_copied(film, tmp_path / "live.mkv", live=1, f="matroska"), tmp_path / "cut.mkv")
    for path in (stream, live):
        movie = probe(path)
        assert movie.promised_s == 0
        assert 4 < movie.duration_s < 8
        times_s, _, _ = passed(movie)
        assert abs(movie.duration_s - times_s[-1]) < Fraction(1, 5)


def test_fragments_tell_their_length_or_are_counted(tmp_path: Path, film: Path) -> None:
    flags = "+frag_keyframe+empty_moov+default_base_moof"
    path = _copied(film, tmp_path / "whole.mp4", movflags=flags)
    movie = probe(path)
    assert movie.promised_s == 0
    assert abs(movie.duration_s - 10) < Fraction(1, 5)
    short = probe(_cut(path, tmp_path / "cut.mp4"))
    times_s, numbers, warnings = passed(short)
    assert numbers == [round(at_s * 25) for at_s in times_s]
    assert abs(short.duration_s - times_s[-1]) < Fraction(5, 4)
    assert len(warnings) <= 1


def test_sound_that_goes_on_longer_is_no_broken_promise(tmp_path: Path) -> None:
    path = tmp_path / "sound.mkv"
    picture, sound = drawn_input("testsrc2=s=160x90:r=25:d=3"), drawn_input("sine=d=8")
    import ffmpeg

    run(ffmpeg.output(picture, sound, str(path), vcodec="libx264", acodec="aac"))
    movie = probe(path)
    assert abs(movie.duration_s - 3) < Fraction(1, 10)
    assert movie.promised_s == 0


@pytest.mark.parametrize("suffix", ["mkv", "flv"])  # one tells how long each picture stands, the other does not
def test_a_last_slide_may_stand_as_long_as_the_others(tmp_path: Path, suffix: str) -> None:
    drawn = draw(tmp_path / "drawn.mkv", numbered, times_ms=[0, 5000, 10000], count=3, options={"bf": "0"})
    path = _copied(drawn, tmp_path / f"slides.{suffix}", **{"bsf:v": "setts=duration=5000"})
    movie = probe(path)
    assert movie.promised_s == 0
    assert passed(movie)[2] == []


@pytest.mark.parametrize("name", ["start_offset_3.5s.mkv", "vfr.mp4", "one_fps.mp4", "still_image_8s.mp4"])
def test_promises_that_are_only_inexact_are_let_pass(name: str) -> None:
    assert probe(shared(f"nasty/{name}")).promised_s == 0


@pytest.mark.parametrize(("suffix", "codec"), [("m2v", "mpeg2video"), ("h264", "libx264")])
def test_made_up_times_of_a_bare_stream_add_nothing(tmp_path: Path, suffix: str, codec: str) -> None:
    path = tmp_path / f"bare.{suffix}"
    run(drawn_input("testsrc2=s=96x64:r=24:d=2").output(str(path), vcodec=codec, bf=2))
    assert probe(path).duration_s == 2


def test_a_single_picture_lasts_too(tmp_path: Path) -> None:
    path = tmp_path / "one.h264"
    run(drawn_input("testsrc2=s=96x64:r=25:d=1").output(str(path), vcodec="libx264", vframes=1))
    assert probe(path).duration_s == Fraction(1, 25)


def test_a_fragmented_film_without_its_last_fraction_of_a_second_ends_with_what_is_there(
    tmp_path: Path, film: Path
) -> None:
    whole = _copied(film, tmp_path / "whole.mp4", movflags="frag_keyframe+empty_moov")
    movie = probe(_cut(whole, tmp_path / "cut.mp4", 0.93))
    times_s, numbers, _ = passed(movie)
    assert numbers == list(range(len(numbers)))
    assert 10 - 1.5 < movie.duration_s < 10
    assert times_s[-1] < movie.duration_s <= times_s[-1] + Fraction(3, 25)  # the last may be cut itself
