"""Rarer formats: those that count frames or tenths of seconds, and those that are named because they are not read."""

from fractions import Fraction
from pathlib import Path

import pytest

from configs.errors import SubtitleError
from film.words.cleaning import clean
from film.words.sources.subtitle_files import read_subtitles
from film.words.subtitles.formats import Reading
from tests.material import shared


def words(reading: Reading) -> list[tuple[float, str]]:
    return [(float(line.start_s), line.text) for line in clean(reading.cues, duration_s=Fraction(60))[0]]


@pytest.mark.parametrize(("name", "unit"), [("25fps", 1), ("23976", 1.001)])
def test_the_rate_that_a_file_tells_is_its_own(name: str, unit: float) -> None:
    found = words(read_subtitles(shared(f"field/film/08_microdvd_{name}.sub"), rate=Fraction(24)))
    assert [start for start, _ in found[:2]] == pytest.approx([3 * unit, 10 * unit], abs=0.002)
    assert found[1][1] == "At ten seconds." and not any("{" in text or "2" in text for _, text in found)


def test_without_one_the_rate_is_the_films(tmp_path: Path) -> None:
    (tmp_path / "film.sub").write_text("{1}{1}Now\n{48}{96}{c:$0000ff}{s:20}Later\n")
    assert words(read_subtitles(tmp_path / "film.sub", rate=Fraction(24))) == [(0.042, "Now"), (2.0, "Later")]


def test_mpl2_counts_tenths_of_seconds(tmp_path: Path) -> None:
    (tmp_path / "film.txt").write_text("[30][50]/One|two\n[100][125]Ten\n")
    reading = read_subtitles(tmp_path / "film.txt", rate=Fraction(24))
    assert [(cue.start_s, cue.end_s) for cue in reading.cues] == [(3, 5), (10, Fraction(25, 2))]
    assert [text for _, text in words(reading)] == ["One two", "Ten"]


UNREAD = {
    "YouTube": '<?xml version="1.0" ?><transcript><text start="3">Hello</text></transcript>',
}


@pytest.mark.parametrize("called", UNREAD)
@pytest.mark.parametrize("suffix", [".sub", ".txt"])
def test_a_format_that_is_not_read_is_named(tmp_path: Path, called: str, suffix: str) -> None:
    (tmp_path / f"film{suffix}").write_text(UNREAD[called])
    with pytest.raises(SubtitleError, match=called) as caught:
        read_subtitles(tmp_path / f"film{suffix}")
    assert "convert it to .srt" in str(caught.value) and "\n" not in str(caught.value)


def _segment(ticks: int, local: str, start: str, words: str) -> str:
    return f"WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:{ticks},LOCAL:{local}\n\n00:00:{start}.000 --> 00:00:{start}.900\n{words}\n"


@pytest.mark.parametrize("between", ["", "\n"])
@pytest.mark.parametrize(
    ("first", "ticks", "local", "start_s"),
    [
        (900_000, 1_800_000, "00:00:00.000", 14),
        (900_000, 900_000, "00:00:00.000", 4),
        (900_000, 1_800_000, "00:00:01.000", 13),
        ((1 << 33) - 450_000, 450_000, "00:00:00.000", 14),
    ],
)
def test_joined_segments_are_moved_by_their_maps(
    tmp_path: Path, between: str, first: int, ticks: int, local: str, start_s: int
) -> None:
    path = tmp_path / "film.vtt"
    zero = "00:00:00.000"
    path.write_text(
        _segment(first, zero, "02", "First words.") + between + _segment(ticks, local, "04", "Later words.")
    )
    cues = read_subtitles(path).cues
    assert [(one.text, one.start_s) for one in cues] == [("First words.", 2), ("Later words.", start_s)]
