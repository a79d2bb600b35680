"""Plain formats with a clock in each row: SBV, SubViewer, Spruce STL, LRC, and those of old players."""

from fractions import Fraction
from pathlib import Path

import pytest

from film.words.cleaning import clean
from film.words.sources.subtitle_files import read_subtitles
from film.words.subtitles.formats import Reading
from tests.material import shared


def words(reading: Reading) -> list[tuple[float, float, str]]:
    lines = clean(reading.cues)[0]
    return [(float(line.start_s), float(line.end_s), line.text) for line in lines]


TWO = [(3.0, 5.0, "Hello there"), (10.0, 12.0, "Two")]
INFORMATION = "[INFORMATION]\n[TITLE]x\n[DELAY]0\n[END INFORMATION]\n[SUBTITLE]\n[COLF]&HFFFFFF,[STYLE]no,[SIZE]18\n"
TEXTS = {
    "sbv": "0:00:03.000,0:00:05.000\nHello\nthere\n\n0:00:10.000,0:00:12.000\nTwo\n",
    "subviewer 2": f"{INFORMATION}00:00:03.00,00:00:05.00\nHello[br]there\n\n00:00:10.00,00:00:12.00\nTwo\n",
    "subviewer, bare": "00:00:03.00,00:00:05.00\nHello[br]there\n\n00:00:10:00,00:00:12:00\nTwo\n",
    "subviewer 1": "[TITLE]\nx\n[BEGIN]\n******** START SCRIPT ********\n[00:00:03]\nHello|there\n[00:00:05]\n\n"
    "[00:00:10]\nTwo\n[00:00:12]\n\n[END]\n",
    "lyrics": "[ti:Song]\n[00:03.00]Hello there\n[00:05.00]\n[00:10.00]Two\n[00:12.00]\n",
    "tmplayer": "00:00:03:Hello|there\n00:00:05:\n00:00:10=Two\n00:00:12=\n",
    "jacosub": "#TITLE x\n#TIMERES 100\n0:00:03.00 0:00:05.00 D Hello\\nthere\n0:00:10.00 0:00:12.00 D Two\n",
    "pjs": '  30,   50, "Hello|there"\n 100, 120, "Two"\n',
    "realtext": '<window duration="30"><time begin="3" end="5"/><clear/>Hello<br/>there'
    '<time begin="10" end="12"/><clear/>Two</window>',
    "spruce": "//Font\n$FontName = Arial\n\n00:00:03:00 , 00:00:05:00 , ^IHello^I|there\n"
    "00:00:10:00 , 00:00:12:00 , Two\n",
}


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("kind", TEXTS)
def test_every_kind_is_read(tmp_path: Path, kind: str, end: str) -> None:
    (tmp_path / "film.txt").write_bytes(TEXTS[kind].replace("\n", end).encode("utf-8-sig"))
    assert words(read_subtitles(tmp_path / "film.txt", rate=Fraction(24))) == TWO


@pytest.mark.parametrize("name", ["09c_youtube.sbv", "09f_song.lrc"])
def test_files_of_the_field(name: str) -> None:
    assert [(start, text) for start, _, text in words(read_subtitles(shared(f"field/film/{name}")))] == [
        (3.0, "At three seconds."), (10.0, "At ten seconds."),
    ]  # fmt: skip


def test_spruce_counts_frames(tmp_path: Path) -> None:
    (tmp_path / "film.stl").write_text("00:00:03:12 , 00:00:05:06 , Hello\n")
    (cue,) = read_subtitles(tmp_path / "film.stl", rate=Fraction(24)).cues
    assert (cue.start_s, cue.end_s) == (Fraction(7, 2), Fraction(21, 4))


def test_lyrics_with_offset_repetition_stamps_of_words_and_two_languages(tmp_path: Path) -> None:
    (tmp_path / "film.lrc").write_text(
        "[ar:Somebody]\n[offset:+500]\n"
        "[00:10.50][00:03.50]<00:03.50>La <00:04.00>la <00:04.20>la\n"
        "[00:05.5]F: She sings\n[00:20:50]Bonjour\n[00:20.50]Good day\n"
        "[00:22.50]now [00:23.10]I go\n[00:24.50]\n[01:00.50]End\n"
    )
    assert words(read_subtitles(tmp_path / "film.lrc")) == [
        (3.0, 5.0, "La la la"), (5.0, 10.0, "She sings"), (10.0, 20.0, "La la la"), (20.0, 22.0, "Bonjour Good day"),
        (22.0, 24.0, "now I go"), (60.0, 61.0, "End"),
    ]  # fmt: skip


def test_words_that_look_like_another_format_do_not_make_a_file_that(tmp_path: Path) -> None:
    (tmp_path / "film.srt").write_text("1\n00:00:03,000 --> 00:00:05,000\nHello\n0:00:01:now\n")
    assert words(read_subtitles(tmp_path / "film.srt")) == [(3.0, 5.0, "Hello 0:00:01:now")]
