"""Plain formats with a clock in each row: SBV, SubViewer, Spruce STL, LRC, and those of old players."""

from fractions import Fraction
from pathlib import Path

import pytest

from film.model import LineKind
from film.words.cleaning import clean
from film.words.foreign import clocked_rows
from film.words.sources.subtitle_files import read_subtitles
from film.words.subtitles.cues import TooManyCuesError
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
    "mpsub": "TITLE=x\nFORMAT=TIME\n\n3 2\nHello\nthere\n\n5 2\nTwo\n\n",
    "mpsub, frames": "FORMAT=25\n\n75 50\nHello\nthere\n\n125 50\nTwo\n\n",
    "aqtitle": "-->> 72\nHello\nthere\n\n-->> 120\n\n\n-->> 240\nTwo\n\n-->> 288\n\n\n",
    "usf": '<?xml version="1.0"?>\n<USFSubtitles version="1.0"><metadata><language code="eng">x</language></metadata>'
    '<styles><style name="Default"/></styles>\n<subtitles><subtitle start="00:00:03.000" stop="00:00:05.000">\n'
    '<text style="Default" alignment="BottomCenter">Hello<br/><font size="20">there</font></text></subtitle>'
    '<subtitle start="10" duration="00:02.000"><text>Two</text></subtitle></subtitles></USFSubtitles>',
    "cinema, ticks": '<?xml version="1.0"?><DCSubtitle Version="1.1"><Language>English</Language><Font Size="42">'
    '<Subtitle SpotNumber="1" TimeIn="00:00:03:000" TimeOut="00:00:05:000" FadeUpTime="0"><Text VPosition="14">Hello'
    '</Text>\n<Text VPosition="8"><Font Color="FFFFFFFF">there</Font></Text></Subtitle>\n'
    '<Subtitle TimeIn="00:00:09:250" TimeOut="00:00:11:250"><Text>Two</Text></Subtitle></Font></DCSubtitle>',
    "cinema, frames": '<dcst:SubtitleReel xmlns:dcst="x"><dcst:Language>en</dcst:Language><dcst:TimeCodeRate>25'
    '</dcst:TimeCodeRate><dcst:SubtitleList><dcst:Subtitle TimeIn="00:00:02:25" TimeOut="00:00:05:00"><dcst:Text>Hello'
    '</dcst:Text><dcst:Text>there</dcst:Text></dcst:Subtitle><dcst:Subtitle TimeIn="00:00:10:00" TimeOut="00:00:12:00">'
    "<dcst:Text>Two</dcst:Text></dcst:Subtitle></dcst:SubtitleList></dcst:SubtitleReel>",
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


def test_elements_keep_slants_and_leave_out_what_has_no_time(tmp_path: Path) -> None:
    (tmp_path / "film.usf").write_text(
        '<USFSubtitles><metadata><language code="deu"/></metadata><subtitles>'
        '<subtitle start="1:00:03,5"><text>Tom &amp; <font italic="yes"><i>Jerry</i></font></text>'
        '<subtitle stop="0:05"><text>Lost</text></subtitle><subtitle start="7"><image>x.png</image></subtitle>'
        '<subtitle start="8" stop="9"><text><font italic="yes">Slanted</font></text>'
    )
    reading = read_subtitles(tmp_path / "film.usf")
    assert reading.language == "de" and any("1 subtitle without a readable start" in one for one in reading.warnings)
    assert words(reading) == [(8.0, 9.0, "Slanted"), (3603.5, 3604.5, "Tom & Jerry")]
    assert clean(reading.cues)[0][0].kind is LineKind.NARRATION


def test_too_many_elements_are_refused_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clocked_rows, "MOST_CUES", 1000)
    with pytest.raises(TooManyCuesError):
        clocked_rows.read_elements('<subtitle start="1"><text>a' * 2000)
    monkeypatch.setattr(clocked_rows, "MOST_CUES", 10**6)
    for piece in ("<subtitle ", "<subtitle start='", "<text <", "<subtitle><text><font "):
        clocked_rows.read_elements(f"<USFSubtitles>{piece * (200_000 // len(piece))}")
