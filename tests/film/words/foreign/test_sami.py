"""SAMI: its languages, its unclosed tags, its speakers, and the encodings that Korean files are in."""

from fractions import Fraction
from pathlib import Path

import pytest

from film.words.cleaning import clean
from film.words.foreign import sami
from film.words.foreign.sami import read_sami
from film.words.sources.subtitle_files import read_subtitles
from film.words.subtitles.cues import TooManyCuesError
from film.words.subtitles.formats import Reading
from tests.material import shared

KOREAN = """<SAMI>
<HEAD><TITLE>영화</TITLE>
<STYLE TYPE="text/css"><!--
P { margin-left:8pt; text-align:center; font-size:20pt; font-family:굴림; }
.KRCC { Name:한국어; lang:ko-KR; SAMIType:CC; }
.ENCC { Name:English; lang:en-US; SAMIType:CC; }
#Source { color: red }
--></STYLE>
<!-- made with
a tool --></HEAD>
<BODY>
<SYNC Start=3000><P Class=KRCC>어디 계세요?<br>여기 있습니다.
<SYNC Start=3000><P Class=ENCC>Where are you?<br>Here.
<SYNC Start=5000><P Class=KRCC>&nbsp;<P Class=ENCC>&nbsp;
<SYNC Start=10000><P Class=KRCC><i>그런데 말입니다</i></P><P Class=ENCC>Tom &amp; <b>Jerry
<SYNC Start=12000>
<P Class=KRCC>&nbsp</P>
<P Class=ENCC>&nbsp;
</BODY></SAMI>
"""


def words(reading: Reading) -> list[tuple[Fraction | int, Fraction | int, str]]:
    return [(line.start_s, line.end_s, line.text) for line in clean(reading.cues)[0]]


IN_KOREAN = [(3, 5, "어디 계세요? 여기 있습니다."), (10, 12, "그런데 말입니다")]
IN_ENGLISH = [(3, 5, "Where are you? Here."), (10, 12, "Tom & Jerry")]


def test_a_korean_file_is_read() -> None:
    reading = read_subtitles(shared("field/film/09a_korean.smi"))
    assert words(reading) == [(3, 5, "안녕하세요"), (10, 12, "두 번째 줄 세 번째 줄")]
    assert reading.language == "ko-kr"


@pytest.mark.parametrize(
    ("asked", "wanted"), [("", IN_KOREAN), ("ko", IN_KOREAN), ("eng", IN_ENGLISH), ("fr", IN_KOREAN)]
)
def test_the_language_is_asked_for_or_the_first(asked: str, wanted: object) -> None:
    assert words(read_sami(KOREAN, language=asked)) == wanted


@pytest.mark.parametrize("encoding", ["cp949", "utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("asked", ["", "en"])
def test_encodings(tmp_path: Path, encoding: str, asked: str) -> None:
    path = tmp_path / "film.smi"
    path.write_bytes(KOREAN.replace("\n", "\r\n").encode(encoding))
    reading = read_subtitles(path, language=asked)
    assert words(reading) == (IN_ENGLISH if asked else IN_KOREAN)


def test_a_file_that_was_cut_within_a_letter_keeps_its_encoding(tmp_path: Path) -> None:
    said = "".join(f"<SYNC Start={at}000><P Class=KRCC>그런데 말입니다 선생님\n" for at in range(1, 30))
    data = f"<SAMI><BODY>{said}".encode("cp949")
    (tmp_path / "film.smi").write_bytes(data[:-2])
    assert words(read_subtitles(tmp_path / "film.smi"))[0][2] == "그런데 말입니다 선생님"


def test_a_bare_file_tells_its_language_by_its_classes(tmp_path: Path) -> None:
    text = "<sami><body><sync start='3000'><p class='KRCC'>안녕하세요<sync start='5000'><p class='KRCC'>&nbsp;</body>"
    (tmp_path / "film.smi").write_bytes(text.encode("cp949"))
    reading = read_subtitles(tmp_path / "film.smi")
    assert words(reading) == [(3, 5, "안녕하세요")] and reading.language == "ko"


@pytest.mark.parametrize(
    "body",
    [
        "<SYNC Start=3000>Hello<SYNC Start=5000>&nbsp;",
        "<SYNC Start=3000 <P Class=ENCC>Hello<SYNC Start=5000><P Class=ENCC>&nbsp;",
        "<SYNC START='3000'><P CLASS='ENCC'>Hello</P></SYNC><SYNC START='5000'><P CLASS='ENCC'></P></SYNC>",
        '<SYNC End="5000" Start="3000"><P Class="ENCC" ID="x">Hel<!-- no -->lo\n<sync start="5000"><P>&nbsp;',
        "<SYNC Start=5000><P Class=ENCC>&nbsp;<SYNC Start=3000><P Class=ENCC>Hello",
    ],
)
def test_tags_in_any_condition(body: str) -> None:
    assert words(read_sami(f"<SAMI><BODY>{body}\n</BODY></SAMI>")) == [(3, 5, "Hello")]


def test_speakers_stray_classes_and_a_credit() -> None:
    text = (
        "<SAMI><HEAD><STYLE><!-- .CRED {Name:Credit; lang:en-GB;} .ENCC {Name:English; lang:en-US;} --></STYLE></HEAD>"
        "<BODY><SYNC Start=1000><P Class=CRED>Subtitles by somebody"
        "<SYNC Start=3000><P Class=ENCC ID=Source>Anna<P Class=ENCC>Who is it?"
        "<SYNC Start=5000><P Class=ENCC>It is me.<SYNC Start=7000><P Class=ENCC>Come in.<SYNC Start=9000><P Class=ENCC>"
        "<SYNC Start=x><P Class=ENCC>Lost</BODY></SAMI>"
    )
    reading = read_sami(text)
    assert [(cue.start_s, cue.speaker, cue.text) for cue in reading.cues] == [
        (3, "Anna", "Who is it?"), (5, "", "It is me."), (7, "", "Come in."),
    ]  # fmt: skip
    assert reading.warnings == ("1 subtitle without a readable start left out",)


@pytest.mark.timeout(20)
def test_hostile_files_cost_little(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sami, "MOST_CUES", 1000)
    with pytest.raises(TooManyCuesError):
        read_sami("<SAMI><BODY>" + "<SYNC Start=1><P>a" * 2001)
    monkeypatch.undo()
    for piece in ("<", "<!--", "<sync ", "<p ", "<sync start=1><p", ".a{", "&nbsp;", "<sync start=1>"):
        read_sami("<SAMI><STYLE><!-- .A {lang:en;} --></STYLE><BODY>" + piece * (200_000 // len(piece)))


def test_an_end_that_is_told_is_kept() -> None:
    """Some programs write when words go, in place of a blank: then nothing is shown until the next."""
    text = """<SAMI><BODY>
<SYNC Start=1000 End=3000><P Class=ENCC>First.
<SYNC Start="9000" END="20000"><P Class=ENCC>Second.
<SYNC Start=12000 End=11000><P Class=ENCC>Third.
<SYNC Start=15000><P Class=ENCC>&nbsp;
</BODY></SAMI>"""
    assert words(read_sami(text)) == [(1, 3, "First."), (9, 12, "Second."), (12, 15, "Third.")]
