"""Numbers and timings as programs, people and scripts write them: each cue at its time, none lost in silence."""

from fractions import Fraction
from pathlib import Path

import pytest

from configs.errors import SubtitleError
from film.words.cleaning import clean
from film.words.sources.subtitle_files import read_subtitles
from film.words.subtitles.formats import parse

TWO = [(1.0, 2.0, "A one"), (3.0, 4.5, "B two")]
USUAL = "1\n00:00:01,000 --> 00:00:02,000\nA one\n\n2\n00:00:03,000 --> 00:00:04,500\nB two\n"


def told(text: str, rate: int = 0) -> list[tuple[float, float, str]]:
    """Return the times and words of a file."""
    cues, dropped = parse(text, rate=Fraction(rate))
    assert cues is not None and not dropped
    lines, _ = clean(cues)
    return [(float(line.start_s), float(line.end_s), line.text) for line in lines]


@pytest.mark.parametrize(
    "text",
    [
        USUAL.replace("\n", "\n\n"),
        USUAL.replace("\n", "\r\r\n"),
        USUAL.replace("1\n00", "#1\n00").replace("\n2\n", "\n#2\n"),
        USUAL.replace("1\n00", "1.\n00").replace("\n2\n", "\n2.\n"),
        USUAL.replace("00:00:01", "\u200e00:00:01")
        .replace("1\n", "\ufeff1\n", 1)
        .replace("\n2\n", "\n\u200e2\u200f\n"),
        USUAL.replace("00:00:01,000", "OO:OO:0l,OOO"),
        USUAL.replace(" --> ", " - "),
        USUAL.replace(" --> ", " ==> "),
        USUAL.replace("-->", "--&gt;"),
        USUAL.replace("-->", "--＞").translate({ord(at): ord(at) + 0xFEE0 for at in "0:,"}),
        "[00:00:01.000 --> 00:00:02.000]   A one\n[00:00:03.000 --> 00:00:04.500]   B two\n",
        "@ Avid\n\n<begin subtitles>\n0:00:01:00 0:00:02:00\nA one\n\n0:00:03:00 0:00:04:50\nB two\n\n<end subtitles>",
    ],
)
def test_numbers_and_timings_may_look_otherwise(text: str) -> None:
    assert told(text, 100) == TWO


def test_arabic_digits_and_times_before_zero_are_read() -> None:
    arabic = USUAL.translate({ord(at): 0x660 + int(at) for at in "0123456789"}).replace(",", "\u066b")
    assert told(arabic) == TWO
    assert [cue[:2] for cue in told("1\n00:00:-1,-500 --> 00:00:02,000\nA one\n")] == [(0.0, 2.0)]


@pytest.mark.parametrize(("rate", "at"), [(25, 3.48), (24, 3.5), (0, 3.48)])
def test_frames_are_counted_by_the_rate(rate: int, at: float) -> None:
    text = "1\n00:00:01:00 --> 00:00:02:00\nA one\n\n2\n00:00:03:12 --> 00:00:04:00\nB two\n"
    assert [start for start, _, _ in told(text, rate)] == [1.0, at]


def test_a_row_of_blanks_does_not_end_a_cue_of_webvtt() -> None:
    text = "WEBVTT\n\n00:01.000 --> 00:02.000\n \nA <00:01.500><c>one</c>\n \n\n00:03.000 --> 00:04.500\nB two\n"
    assert told(text) == TWO


def test_microdvd_keeps_what_has_no_end_and_its_italics() -> None:
    text = "{DEFAULT}{}{C:$0000ff}\n{25}{}A one\n{75}{112}/B |two\n"
    cues, _ = parse(text, rate=Fraction(25))
    assert [(cue.start_s, cue.end_s, cue.text) for cue in cues or []] == [
        (1, 3, "A one"),
        (3, Fraction(112, 25), "<i>B</i>\ntwo"),
    ]


def test_remarks_before_an_override_are_not_lettered() -> None:
    assert told("[Events]\nDialogue: 0,0:00:01.00,0:00:02.00,Default,,0,0,0,,A {*\\i1}one{x\\r}")[0][2] == "A one"


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("WEBVTT\nKind: chapters\n\n00:00.000 --> 00:30.000\nThe Beginning\n", "names of chapters"),
        ("WEBVTT\nKind: metadata\n\n00:00.000 --> 00:30.000\nx\n", "data for programs"),
        ('WEBVTT\n\n00:00.000 --> 00:05.000\n{"x": 1}\n\n00:05.000 --> 00:06.000\n{"x": 2}\n', "data for programs"),
        ("WEBVTT\n\n00:00.000 --> 00:05.000\nt/1.jpg#xywh=0,0,160,90\n", "pictures to scroll by"),
    ],
)
def test_what_holds_no_words_is_not_lettered(text: str, what: str, tmp_path: Path) -> None:
    (tmp_path / "film.vtt").write_text(text)
    with pytest.raises(SubtitleError, match=f"holds no words but {what}; give"):
        read_subtitles(tmp_path / "film.vtt")


def test_padding_is_no_content(tmp_path: Path) -> None:
    (tmp_path / "film.srt").write_bytes(USUAL.encode() + bytes(4096))
    assert len(read_subtitles(tmp_path / "film.srt").cues) == 2
    (tmp_path / "film.srt").write_bytes(bytes(4096))
    with pytest.raises(SubtitleError, match="an empty subtitle file"):
        read_subtitles(tmp_path / "film.srt")
