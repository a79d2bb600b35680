"""Subtitle files of every format, both ways: found beside the film by themselves, and given."""

import io
import shutil
import zipfile
from fractions import Fraction
from pathlib import Path

import pytest

from configs.errors import SubtitleError
from film.words.dialogue import listen
from film.words.silence import explain_silence
from film.words.sources.listing import list_sources
from film.words.sources.subtitle_files import read_subtitles
from tests.film.reels import silent_movie
from tests.film.words.foreign.test_sami import KOREAN
from tests.material import shared

FIRST = {
    "09a_korean.smi": (3.0, "안녕하세요"), "09b_broadcast.ttml": (3.0, "At three seconds."),
    "09c_youtube.sbv": (3.0, "At three seconds."), "09e_mpl2.txt": (3.0, "At three seconds. Second row."),
    "09f_song.lrc": (3.0, "At three seconds."), "09g_caps.scc": (3.3033, "Hello"),
    "09h_downloaded.zip": (2.5, "Are you in position up there?"),
}  # fmt: skip


@pytest.mark.parametrize("name", FIRST)
@pytest.mark.parametrize("given", [True, False])
def test_each_is_found_beside_the_film_and_taken_where_it_is_given(tmp_path: Path, name: str, given: bool) -> None:
    source = shared(f"field/film/{name}")
    movie = silent_movie(tmp_path / "film.mkv")
    if not given:
        shutil.copyfile(source, tmp_path / f"film{source.suffix}")
    dialogue = listen(movie, subtitles=source if given else None)
    start_s, text = FIRST[name]
    assert dialogue.lines[0].text == text and float(dialogue.lines[0].start_s) == pytest.approx(start_s, abs=0.001)
    assert dialogue.source.startswith(source.name if given else f"film{source.suffix}")
    assert explain_silence(movie, dialogue) == ""


def test_a_file_that_is_in_another_language_than_asked_for_says_so(tmp_path: Path) -> None:
    movie = silent_movie(tmp_path / "film.mkv")
    shutil.copyfile(shared("field/film/09a_korean.smi"), tmp_path / "film.smi")
    dialogue = listen(movie, language="en")
    assert dialogue.lines and dialogue.language == "ko-kr"
    assert any("says that it is in Korean" in one and "not in English" in one for one in dialogue.warnings)
    assert not listen(movie, language="ko").warnings


def test_a_films_own_name_is_no_language(tmp_path: Path) -> None:
    movie = silent_movie(tmp_path / "This.Or.mkv")
    (tmp_path / "This.Or.srt").write_text("1\n00:00:01,000 --> 00:00:02,000\nHello\n")
    assert listen(movie).language == ""
    assert listen(movie, subtitles=tmp_path / "This.Or.srt").language == ""


@pytest.mark.parametrize(("words", "language"), [("Hello there", ""), ("ନମସ୍କାର", "or")])
def test_a_word_of_a_longer_name_is_a_language_where_the_letters_are_its(
    tmp_path: Path, words: str, language: str
) -> None:
    movie = silent_movie(tmp_path / "This.mkv")
    (tmp_path / "This.Or.srt").write_text(f"1\n00:00:01,000 --> 00:00:02,000\n{words}\n")
    dialogue = listen(movie)
    assert dialogue.lines[0].text == words and dialogue.language == language


def test_a_bomb_of_xml_is_one_line(tmp_path: Path) -> None:
    bomb = (
        '<?xml version="1.0"?>\n<!DOCTYPE tt [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]>\n<tt><body><p>&b;</p></body></tt>'
    )
    path = tmp_path / "film.ttml"
    path.write_text(bomb)
    with pytest.raises(SubtitleError, match="declares entities") as caught:
        read_subtitles(path)
    assert "\n" not in str(caught.value) and "film.ttml" in str(caught.value)
    movie = silent_movie(tmp_path / "film.mkv")
    dialogue = listen(movie)
    assert not dialogue.lines and "passed over" in dialogue.warnings[0]
    assert "the comic has no words" in explain_silence(movie, dialogue)


def test_a_file_of_blanks_leaves_the_comic_without_words_and_says_so(tmp_path: Path) -> None:
    movie = silent_movie(tmp_path / "film.mkv")
    (tmp_path / "film.smi").write_text("<SAMI><BODY><SYNC Start=1000><P Class=ENCC>&nbsp;</BODY></SAMI>")
    dialogue = listen(movie)
    assert dialogue.warnings == ("film.smi: holds no subtitles (passed over)",)
    assert "the comic has no words" in explain_silence(movie, dialogue)


def test_words_before_the_clocks_hour_are_left_where_the_film_reaches_them(tmp_path: Path) -> None:
    path = tmp_path / "film.sbv"
    path.write_text("1:00:03.000,1:00:05.000\nHello\n")
    assert read_subtitles(path, duration_s=Fraction(5400)).cues[0].start_s == 3603
    assert read_subtitles(path, duration_s=Fraction(600)).cues[0].start_s == 3


@pytest.mark.parametrize("name", ["film.ko.smi", "film.smi", "film.SAMI"])
@pytest.mark.parametrize("encoding", ["cp949", "utf-8"])
def test_each_language_of_a_file_is_offered(tmp_path: Path, name: str, encoding: str) -> None:
    movie = silent_movie(tmp_path / "film.mkv")
    (tmp_path / name).write_bytes(KOREAN.encode(encoding))
    asked = {"": "어디 계세요?", "ko": "어디 계세요?", "en": "Where are you?", "eng": "Where are you?"}
    for language, text in asked.items():
        for dialogue in (listen(movie, language=language), listen(movie, subtitles=tmp_path / name, language=language)):
            assert dialogue.lines[0].text.startswith(text) and not dialogue.warnings
            assert dialogue.language.startswith("en" if language.startswith("en") else "ko")
        rows = list_sources(movie, language)
        assert [row.title for row in rows] == [name, name]
        assert [row.language.partition("-")[0] for row in rows] == ["ko", "en"]
        assert [row.taken for row in rows] == [not language.startswith("en"), language.startswith("en")]
    (tmp_path / "film.ko.srt").write_text("1\n00:00:01,000 --> 00:00:02,000\n안녕하세요\n")
    assert listen(movie, language="en").lines[0].text.startswith("Where are you?")
    with pytest.raises(SubtitleError, match="has no subtitles in French") as caught:
        (tmp_path / name).rename(tmp_path / "film.ko.smi")
        listen(movie, language="fr")
    assert "Korean (ko) in film.ko.smi, " in str(caught.value) and "English (en-us) in film.ko.smi" in str(caught.value)


def test_notes_of_a_translator_are_no_language_of_a_file(tmp_path: Path) -> None:
    movie = silent_movie(tmp_path / "film.mkv")
    talk = "".join(f"<SYNC Start={at}000><P Class=KRCC>그런데 말입니다" for at in range(9))
    head = KOREAN.partition("<BODY>")[0]
    (tmp_path / "film.ko.smi").write_text(f"{head}<BODY>{talk}<SYNC Start=9000><P Class=ENCC>By Kim</BODY></SAMI>")
    assert [row.language for row in list_sources(movie)] == ["ko"]


def packed(*names: str) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name in names:
            archive.writestr(name, "<x/>")
    return data.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        (
            "a.srt",
            b"{\\rtf1\\ansi 1\\par 00:00:01,000 --> 00:00:02,000\\par Hi\\par}",
            "rich text (RTF), is not read; con",
        ),
        ("a.json", b'{"text": " Hi", "segments": [{"start": 1.0, "end": 2.0, "text": " Hi"}]}', "JSON"),
        ("a.json3", b'{"wireMagic": "pb3", "events": []}', "YouTube's timed text"),
        ("a.tsv", b"start\tend\ttext\n1000\t2000\tHello\n", "a table (CSV or TSV), is not read; convert it to .srt"),
        ("a.txt", b"{QTtext}{font:Tahoma}\n[00:00:01.00]\nHello\n", "QuickTime text"),
        ("a.xml", b'<?xml version="1.0"?><!DOCTYPE xmeml><xmeml version="5"></xmeml>', "Final Cut's XML"),
        ("a.edl", b"TITLE: X\nFCM: NON-DROP FRAME\n001  AX V C 01:00:00:00", "an edit decision list (EDL)"),
        ("a.srt", b"<!DOCTYPE html><html><body>Sign in</body></html>", "is a page of the web; download the subtitle"),
        ("a.srt", b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj<<>>endobj", "is a PDF document; open it"),
        ("a.doc", bytes.fromhex("d0cf11e0a1b11ae1") + bytes(4000), "is a document of Word"),
        ("a.docx", packed("[Content_Types].xml", "word/document.xml"), "is a document of a word processor; save its"),
        ("a.odt", packed("mimetype", "content.xml"), "is a document of a word processor; save its words"),
        ("a.pac", bytes([1, 0, 0, 0, 0, 0, 0, 255]) * 60, "its format, PAC, is not read; convert it to .srt"),
        ("a.890", b"\0\0PAL" + bytes(range(256)), "its format, Cavena 890, is not read"),
        ("a.srt", b"\x1aE\xdf\xa3" + bytes(200), "is a film; give the subtitle file"),
    ],
)
def test_what_is_known_and_not_read_is_named_with_its_cure(name: str, data: bytes, said: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(SubtitleError) as refused:
        read_subtitles(tmp_path / name)
    assert said in str(refused.value) and "\n" not in str(refused.value)
