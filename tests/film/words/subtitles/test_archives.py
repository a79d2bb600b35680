"""Archives beside a film: what of them is taken, by name and by language, and what a hostile one comes to."""

import gzip
import io
import time
import zipfile
from fractions import Fraction
from pathlib import Path

import pytest

from configs.errors import SubtitleError
from film.words.dialogue import listen
from film.words.silence import explain_silence
from film.words.sources.subtitle_files import read_subtitles
from film.words.subtitles.archives import base_name, closed_archive
from film.words.subtitles.beside import find_beside, not_taken
from tests.film.reels import silent_movie
from tests.material import shared


def srt(words: str) -> str:
    return f"1\n00:00:03,000 --> 00:00:05,000\n{words}\n"


def packed(path: Path, *names: str) -> Path:
    """Pack files that say their own names."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, srt(name) if name.endswith("srt") else "x")
    return path


def said(path: Path, language: str = "", film: Path | None = None) -> str:
    return read_subtitles(path, language=language, film=film).cues[0].text


def test_a_downloaded_archive_is_read(tmp_path: Path) -> None:
    archive = shared("field/film/09h_downloaded.zip")
    assert [float(cue.start_s) for cue in read_subtitles(archive).cues] == [2.5, 7.0, 14.0]
    (tmp_path / "Movie.mkv").write_bytes(b"x")
    (tmp_path / "downloaded.zip").write_bytes(archive.read_bytes())
    (found,) = find_beside(tmp_path / "Movie.mkv")
    assert (found.path.name, found.member, found.called) == (
        "downloaded.zip",
        "Movie.srt",
        "downloaded.zip (Movie.srt)",
    )
    movie = silent_movie(tmp_path / "Movie.mkv")
    assert listen(movie).lines[0].text == "Are you in position up there?"


def test_a_seasons_archive_serves_each_of_its_episodes(tmp_path: Path) -> None:
    packed(tmp_path / "Show.zip", *(f"Show.S01E0{at}.en.srt" for at in (1, 2, 3)))
    for at in (1, 2):
        (tmp_path / f"Show.S01E0{at}.1080p.mkv").write_bytes(b"x")
        assert listen(silent_movie(tmp_path / f"Show.S01E0{at}.1080p.mkv")).lines[0].text == f"Show.S01E0{at}.en.srt"


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("film.en.srt.bz2", b"BZh9", "a bzip2 archive, which is not opened: unpack it"),
        ("film.tar.gz", b"\x1f\x8b\x08", "a TAR archive, which is not opened: unpack it"),
        ("film.zip", b"Rar!\x1a\x07\x01\0", "a RAR archive, which is not opened: unpack it"),
        ("film.zip", b"PK\x03\x04 broken off", "a damaged archive"),
        ("film.zip", None, "an archive inside an archive, which is not opened: unpack it"),
    ],
)
def test_an_archive_that_gives_nothing_says_why(name: str, content: bytes | None, why: str, tmp_path: Path) -> None:
    if content is None:
        packed(tmp_path / name, "in.zip")
    else:
        (tmp_path / name).write_bytes(content)
    (tmp_path / "film.mkv").write_bytes(b"x")
    assert [(one.path.name, one.why) for one in not_taken(tmp_path / "film.mkv")] == [(name, why)]


def test_of_several_the_name_and_the_language_decide(tmp_path: Path) -> None:
    names = [
        "Film/Film.fr.srt",
        "Film/Film.en.sdh.srt",
        "Film/Film.en.srt",
        "Film/Film.en.forced.srt",
        "readme.txt",
        "a.nfo",
    ]
    path = packed(tmp_path / "Film.zip", *names, "__MACOSX/Film/._Film.en.srt")
    film = tmp_path / "Film.mkv"
    film.write_bytes(b"x")
    assert [(one.language, one.forced, one.hearing_impaired) for one in find_beside(film)] == [
        ("en", False, False), ("fr", False, False), ("en", False, True), ("en", True, False),
    ]  # fmt: skip
    assert said(path, "fra", film) == "Film/Film.fr.srt" and said(path, "en", film) == "Film/Film.en.srt"
    assert "Film.en.srt is read, of 4 subtitle files" in read_subtitles(path, language="en").warnings[0]
    movie = silent_movie(film)
    assert listen(movie, language="fr").lines[0].text == "Film/Film.fr.srt"
    assert listen(movie, subtitles=path, language="fr").lines[0].text == "Film/Film.fr.srt"
    assert listen(movie).lines[0].text == "Film/Film.en.srt"


def test_pictures_in_an_archive_are_no_words(tmp_path: Path) -> None:
    film = tmp_path / "film.mkv"
    film.write_bytes(b"x")
    path = packed(tmp_path / "film.zip", "film.idx", "film.sub")
    assert find_beside(film) == () and [one.why for one in not_taken(film)] == ["an archive without subtitles"]
    with pytest.raises(SubtitleError, match="without subtitle files"):
        read_subtitles(path)


def test_a_season_in_one_archive(tmp_path: Path) -> None:
    path = packed(tmp_path / "Show.S01.zip", "Show.S01E01.en.srt", "Show.S01E02.en.srt", "Show.S01E02.fr.srt")
    films = [tmp_path / f"Show.S01E0{number}.mkv" for number in (1, 2)]
    for film in films:
        film.write_bytes(b"x")
    assert [one.member for one in find_beside(films[1])] == ["Show.S01E02.en.srt", "Show.S01E02.fr.srt"]
    assert said(path, "en", films[1]) == "Show.S01E02.en.srt"


def test_a_packed_file_is_as_it_was_called_before(tmp_path: Path) -> None:
    film = tmp_path / "film.mkv"
    film.write_bytes(b"x")
    (tmp_path / "film.vi.srt.gz").write_bytes(gzip.compress(srt("Xin chào").encode()))
    (found,) = find_beside(film)
    assert (found.language, found.format, found.path.name) == ("vi", "srt", "film.vi.srt.gz")
    dialogue = listen(silent_movie(film))
    assert (dialogue.lines[0].text, dialogue.language) == ("Xin chào", "vi")


def test_what_is_not_opened_says_so(tmp_path: Path) -> None:
    film = tmp_path / "film.mkv"
    film.write_bytes(b"x")
    signs = {
        "film.7z": b"7z\xbc\xaf\x27\x1c\0\4",
        "film.rar": b"Rar!\x1a\x07\x01\x00",
        "film.zip": b"PK\x03\x04" + bytes(99),
    }
    for name, sign in signs.items():
        (tmp_path / name).write_bytes(sign)
        with pytest.raises(SubtitleError, match="unpack it"):
            read_subtitles(tmp_path / name)
    assert {one.path.name: one.why for one in not_taken(film)} == {
        "film.7z": "a 7z archive, which is not opened: unpack it",
        "film.rar": "a RAR archive, which is not opened: unpack it",
        "film.zip": "a damaged archive",
    }
    movie = silent_movie(film)
    assert "film.rar (a RAR archive" in explain_silence(movie, listen(movie))
    assert closed_archive(b"BZh9") == "bzip2"


def test_nothing_is_written_and_no_path_is_followed(tmp_path: Path) -> None:
    inside = tmp_path / "folder"
    inside.mkdir()
    path = packed(inside / "film.zip", "../../evil.srt", "/etc/evil.srt", "C:\\evil\\film.en.srt")
    before = sorted(tmp_path.rglob("*"))
    assert said(path, "en") == "C:\\evil\\film.en.srt" or said(path, "en").endswith("film.en.srt")
    assert sorted(tmp_path.rglob("*")) == before
    assert base_name("..\\..\\a\x1b[31m.srt") == "a.srt" and base_name("../..") == ".."


@pytest.mark.timeout(20)
def test_bombs_do_not_go_off(tmp_path: Path) -> None:
    begun = time.perf_counter()
    path = tmp_path / "film.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("film.srt", b"0" * (80 << 20))
    with pytest.raises(SubtitleError, match="unpacks to more"):
        read_subtitles(path)
    (tmp_path / "film.srt.gz").write_bytes(gzip.compress(b"0" * (80 << 20)))
    with pytest.raises(SubtitleError, match="unpacks to more"):
        read_subtitles(tmp_path / "film.srt.gz")
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("film.srt", srt("x"))
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("film.srt", inner.getvalue())
    with pytest.raises(SubtitleError, match="archive"):
        read_subtitles(path)
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(20_000):
            archive.writestr(f"film.{number}.srt", "")
    (tmp_path / "film.mkv").write_bytes(b"x")
    assert len(find_beside(tmp_path / "film.mkv")) <= 10_001
    assert time.perf_counter() - begun < 15


def test_a_lock_is_told(tmp_path: Path) -> None:
    path = packed(tmp_path / "film.zip", "film.srt")
    data = bytearray(path.read_bytes())
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(data)
    with pytest.raises(SubtitleError, match="password"):
        read_subtitles(path)


def test_the_film_tells_which_of_a_damaged_and_a_whole_one(tmp_path: Path) -> None:
    film = tmp_path / "film.mkv"
    film.write_bytes(b"x")
    packed(tmp_path / "film.zip", "film.srt")
    (tmp_path / "film.srt").write_text("rubbish")
    dialogue = listen(silent_movie(film))
    assert dialogue.lines[0].start_s == Fraction(3) and any("passed over" in one for one in dialogue.warnings)
