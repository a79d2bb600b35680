"""A film whose every word is hostile: title, chapter, track's language and name, cues, its own file name."""

import re
import subprocess
from fractions import Fraction
from pathlib import Path

import pytest

from configs.errors import FilmError
from film.decoding.ffmpeg import executable
from film.decoding.probe import probe
from film.decoding.source import checked_path
from film.model import Movie
from film.words.dialogue import listen
from film.words.sources import tracks
from tests.film.reels import draw_film
from tests.hostile import HOSTILE, WORDS, is_harmless
from tests.material import shared

WRITABLE = re.sub("[\x00\ud800-\udfff]", "", HOSTILE)
"""What ffmpeg can be made to write."""
TONGUE = 'en-"><script>alert(9)</script>'


@pytest.fixture(scope="module")
def movie(tmp_path_factory: pytest.TempPathFactory) -> Movie:
    folder = tmp_path_factory.mktemp("hostile")
    film = draw_film(folder / "bare.mkv", list(range(0, 4000, 40)))
    said = re.sub("<[^>]*>", "", WRITABLE).replace("\x0b", "").replace("\u2028", " ")
    (folder / "words.srt").write_text(f"1\n00:00:00,500 --> 00:00:02,000\n{said}\n", encoding="utf-8")
    title = re.sub(r"([=;#\\\n])", r"\\\1", WRITABLE)
    facts = f";FFMETADATA1\ntitle={title}\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=1000\ntitle={title}\n"
    (folder / "facts.txt").write_text(facts, encoding="utf-8")
    made = [executable(), "-v", "error", "-i", film, "-i", folder / "words.srt", "-i", folder / "facts.txt"]
    made += ["-map", "0:v", "-map", "1:s", "-map_metadata", "2", "-map_chapters", "2", "-c:v", "copy", "-c:s", "copy"]
    made += ["-metadata:s:s:0", f"language={TONGUE}", "-metadata:s:s:0", f"title={WRITABLE}", folder / "film.mkv"]
    subprocess.run(made, check=True, timeout=60)
    return probe(folder / "film.mkv")


def test_what_a_film_says_of_itself_is_cleaned(movie: Movie) -> None:
    track = movie.streams[-1]
    assert track.language == ""
    for text in (movie.title, movie.chapters[0].title, track.title):
        assert is_harmless(text) and all(word in text for word in WORDS), text
        assert "\n" not in text and "<script>alert(1)</script>" in text, "mark-up is a word like others"


def test_what_is_said_in_it_is_cleaned(movie: Movie) -> None:
    dialogue = listen(movie)
    assert dialogue.language == "" and len(dialogue.lines) == 1
    assert is_harmless(dialogue.lines[0].text) and all(word in dialogue.lines[0].text for word in WORDS)


def test_a_language_that_is_none_is_absent() -> None:
    movie = probe(shared("field/security/hostlang.mkv"))
    assert [stream.language for stream in movie.streams] == ["", ""] and listen(movie).language == ""


@pytest.mark.parametrize("limit", ["MOST_CUES", "_MOST_BYTES"])
def test_a_track_of_too_many_cues_is_passed_over(movie: Movie, limit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tracks, limit, 0)
    dialogue = listen(movie)
    assert dialogue.lines == () and "more than 259,200 subtitles" in dialogue.warnings[0]
    assert "--subtitles" in dialogue.warnings[0] and Fraction(0) < movie.duration_s


def test_a_name_that_is_not_utf_8_is_told_in_one_line(tmp_path: Path) -> None:
    film = tmp_path / "Caf\udce9.mkv"
    try:
        film.write_bytes(b"x")
    except OSError:
        pytest.skip("the file system takes no such name")
    with pytest.raises(FilmError, match="is not UTF-8; rename it"):
        checked_path(film)
