"""Closed captions in the picture."""

from pathlib import Path

import av
import pytest

from configs.errors import SubtitleError
from film.decoding.probe import probe
from film.model import LineKind, Movie, Stream, StreamKind
from film.words.dialogue import listen
from film.words.silence import explain_silence
from film.words.sources import in_picture
from film.words.sources.in_picture import find_captions
from tests.film import captioned
from tests.film.captioned import (
    CARRIAGE,
    ERASE,
    at_row,
    in_channel,
    packets,
    pop,
    roll,
    schedule,
    twice,
    words,
    write_captioned,
    write_dvd,
)
from tests.material import shared

LOADED = pop(">> WHO IS", "UP THERE? >> ME.")
SHOWN = 10 + len(LOADED) - 2
ENGLISH = schedule(200, (10, LOADED), (100, twice(ERASE)), (110, pop("NEARLY.")), (180, twice(ERASE)))
SPANISH = schedule(200, (10, pop("QUIEN?")), (100, twice(ERASE)))


def speaking(movie: Movie, language: str) -> Movie:
    sound = Stream(index=1, kind=StreamKind.AUDIO, codec="aac", language=language)
    return movie.model_copy(update={"streams": (*movie.streams, sound)})


@pytest.mark.parametrize(
    ("codec", "suffix"),
    [
        *(("mpeg2video", suffix) for suffix in ("ts", "mpg", "mkv", "mxf")),
        *(("libx264", suffix) for suffix in ("ts", "mp4", "mkv", "flv")),
        *(("libx265", suffix) for suffix in ("mp4", "hevc")),
        ("libsvtav1", "mkv"),
    ],
)
def test_captions_are_read_in_the_order_of_display(tmp_path: Path, codec: str, suffix: str) -> None:
    if codec not in av.codecs_available:
        pytest.skip(f"{codec} is not among the encoders of this PyAV")
    movie = probe(write_captioned(tmp_path / f"film.{suffix}", ENGLISH, codec=codec))
    dialogue = listen(movie)
    assert [(line.text, line.kind) for line in dialogue.lines] == [
        ("WHO IS UP THERE?", LineKind.SPEECH), ("ME.", LineKind.SPEECH), ("NEARLY.", LineKind.SPEECH),
    ]  # fmt: skip
    shown = [(float(line.start_s), float(line.end_s)) for line in dialogue.lines]
    close_s = 0.1 if suffix == "mpg" else 0.002  # pictures that share a packet of a program stream have guessed times
    assert shown[0] == shown[1] == pytest.approx((SHOWN / 24, 100 / 24), abs=close_s)
    assert dialogue.source == "cc1 (closed captions in the picture)" and dialogue.warnings == ()


def test_a_dvd_has_those_of_a_group_of_pictures_at_its_front(tmp_path: Path) -> None:
    lines = listen(probe(write_dvd(tmp_path / "film.vob", ENGLISH))).lines
    assert [line.text for line in lines] == ["WHO IS UP THERE?", "ME.", "NEARLY."]
    assert float(lines[0].start_s) == pytest.approx(SHOWN / 24, abs=0.2)


@pytest.mark.parametrize(("codec", "suffix"), [("libx264", "avi"), ("libx264", "h264"), ("mpeg2video", "m2v")])
def test_where_packets_have_no_times_of_display_frames_are_decoded(tmp_path: Path, codec: str, suffix: str) -> None:
    movie = probe(write_captioned(tmp_path / f"film.{suffix}", ENGLISH, codec=codec))
    assert [line.text for line in listen(movie).lines] == ["WHO IS UP THERE?", "ME.", "NEARLY."]
    assert abs(float(listen(movie).lines[0].start_s) - SHOWN / 24) < 0.1


def _scte_20(first: tuple[int, int], second: tuple[int, int], digital: bytes) -> bytes:
    """Write a pair of field 1 as SCTE 20 has it: bits, those of a byte from the lowest on."""
    letters = "".join(f"{code | (0 if bin(code).count('1') % 2 else 0x80):08b}"[::-1] for code in first)
    bits = f"{1:05b}00{1:02b}00000{letters}1"
    bits += "0" * (-len(bits) % 8)
    return b"\x03\x81" + bytes(int(bits[at : at + 8], 2) for at in range(0, len(bits), 8)) + b"\xff"


def test_captions_that_only_a_decoder_reads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(captioned, "_user_data", _scte_20)
    movie = probe(write_captioned(tmp_path / "film.ts", ENGLISH, codec="mpeg2video"))
    assert [line.text for line in listen(movie).lines] == ["WHO IS UP THERE?", "ME.", "NEARLY."]


def test_a_film_that_starts_late_is_timed_from_its_start(tmp_path: Path) -> None:
    movie = probe(write_captioned(tmp_path / "film.ts", ENGLISH, codec="mpeg2video", start_s=3.5))
    assert movie.start_offset_s > 3
    assert float(listen(movie).lines[0].start_s) == pytest.approx(SHOWN / 24, abs=0.001)


def test_channels_and_languages(tmp_path: Path) -> None:
    path = write_captioned(tmp_path / "film.ts", ENGLISH, in_channel(SPANISH, 2), codec="mpeg2video")
    movie = speaking(probe(path), "eng")
    found = find_captions(movie)
    assert [(one.name, one.language) for one in found] == [("cc1", "eng"), ("cc4", "")]
    for language, told in (("", "WHO IS UP THERE?"), ("en", "WHO IS UP THERE?"), ("es", "QUIEN?")):
        assert listen(movie, language=language).lines[0].text == told
    assert listen(movie, language="en").language == "en"
    assert listen(movie, track="cc4").lines[0].text == "QUIEN?"
    with pytest.raises(SubtitleError, match=r"has no track of words cc2; there are: cc1 \(closed captions .*cc4"):
        listen(movie, track="cc2")


def test_captions_in_another_language_are_named(tmp_path: Path) -> None:
    movie = speaking(probe(write_captioned(tmp_path / "film.ts", ENGLISH)), "eng")
    with pytest.raises(SubtitleError, match=r"no subtitles in Vietnamese \(vi\); there are: English \(eng\) in cc1"):
        listen(movie, language="vi")


def test_rows_that_roll_up_are_told_once(tmp_path: Path) -> None:
    def row(text: str) -> list[tuple[int, int]]:
        return twice(roll(2), CARRIAGE, at_row(15)) + words(text)

    said = row(">> GOOD EVENING. THE") + row("LAMP IS OUT AND THE") + row("SHIP IS LOST.")
    live = schedule(300, (5, said), (200, row("END.")))
    lines = listen(probe(write_captioned(tmp_path / "film.ts", live, codec="mpeg2video"))).lines
    assert [line.text for line in lines] == ["GOOD EVENING. THE LAMP IS OUT AND THE SHIP IS LOST.", "END."]
    assert not [line for line in lines if line.kind is LineKind.SIGN]


def test_only_where_nothing_else_has_the_words_is_the_film_gone_through(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    movie = probe(write_captioned(tmp_path / "film.ts", ENGLISH))
    forced = tmp_path / "film.en.forced.srt"
    forced.write_text("1\n00:00:01,000 --> 00:00:02,000\nOLD CHURCH\n")
    assert listen(movie).lines[0].text == "WHO IS UP THERE?", "captions have more than what is forced"
    (tmp_path / "film.srt").write_text("1\n00:00:01,000 --> 00:00:02,000\nbeside\n")
    monkeypatch.setattr(in_picture, "_read", lambda *_: pytest.fail("nobody needs it"))
    assert listen(movie).lines[0].text == "beside"


def test_captions_for_digital_receivers(tmp_path: Path) -> None:
    window = bytes([0x98, 0x20, 60, 10, 1, 31, 0x11])
    film = write_captioned(tmp_path / "film.ts", schedule(60), digital=packets(window, b"Hello. "))
    movie = speaking(probe(film), "eng")
    dialogue = listen(movie)
    assert dialogue.source == "dtv1 (closed captions in the picture)" and dialogue.language == "en"
    assert dialogue.lines[0].text.startswith("Hello. Hello.") and listen(movie, track="dtv1").lines == dialogue.lines
    fillers = probe(write_captioned(tmp_path / "none.ts", schedule(60), digital=b"\xf8\0\0\xfa\0\0"))
    assert "there are none" in explain_silence(fillers, listen(fillers))


def test_a_film_cut_short_gives_the_captions_up_to_there(tmp_path: Path) -> None:
    path = write_captioned(tmp_path / "film.ts", ENGLISH, codec="mpeg2video")
    whole = probe(path)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    assert [line.text for line in listen(whole).lines][:1] == ["WHO IS UP THERE?"]


def test_a_recording_from_the_field() -> None:
    lines = listen(probe(shared("field/film/12_us_tv_closed_captions.ts"))).lines
    assert [(line.text, round(float(line.start_s), 1)) for line in lines] == [
        ("ARE YOU IN POSITION UP THERE?", 2.0), ("NEARLY. GIVE ME A MINUTE.", 7.3), ("I WAS YOUNG.", 13.7),
    ]  # fmt: skip
    assert [float(line.end_s - line.start_s) for line in lines] == pytest.approx([2.64, 2.04, 1.8], abs=0.01)
