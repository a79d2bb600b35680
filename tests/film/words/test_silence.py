"""A comic without words says why."""

from pathlib import Path

from film.model import Dialogue, Line, Movie, Stream, StreamKind
from film.words.dialogue import listen
from film.words.silence import explain_silence
from tests.film.reels import silent_movie


def why(movie: Movie, language: str = "") -> str:
    return explain_silence(movie, listen(movie, language=language), language=language)


def test_it_says_what_was_looked_for_and_what_to_do(tmp_path: Path) -> None:
    line = why(silent_movie(tmp_path / "film.mkv"))
    for words in ("film.srt", "film.en.srt", ".vtt", "Subs", "there are none", "--subtitles none"):
        assert words in line
    assert "\n" not in line
    assert "Vietnamese (vi)" in why(silent_movie(tmp_path / "film.mkv"), "vi")


def test_it_says_what_lay_there_and_was_not_taken(tmp_path: Path) -> None:
    streams = (
        Stream(index=2, kind=StreamKind.PICTURE, codec="dvd_subtitle", language="eng"),
        Stream(index=3, kind=StreamKind.TEXT, codec="xyz", language=""),
    )
    movie = silent_movie(tmp_path / "film.mkv", streams=streams)
    for name in ("film.stl", "other.srt", "film.2019.srt", "film2.mkv", "film2.srt"):
        (tmp_path / name).write_text("x")
    line = why(movie)
    for words in (
        "track 2 (eng): VobSub, which is pictures of words",
        "track 3: xyz, a format that is not read",
        "film.stl (a format that is not read)",
        "other.srt (not named after the film)",
        "film.2019.srt (",
    ):
        assert words in line
    assert "film2" not in line, "that is another film's"


def test_a_shelf_of_files_makes_no_long_line(tmp_path: Path) -> None:
    for number in range(200):
        (tmp_path / f"other {number}.srt").write_text("x")
    assert "and 195 more" in why(silent_movie(tmp_path / "film.mkv"))


def test_words_that_were_given_and_hold_none(tmp_path: Path) -> None:
    movie = silent_movie(tmp_path / "film.mkv")
    empty = tmp_path / "empty.ass"
    empty.write_text("[Script Info]\n\n[Events]\nFormat: Start, End, Text\n")
    line = explain_silence(movie, listen(movie, subtitles=empty), subtitles=empty)
    assert "empty.ass holds none" in line and "looked for" not in line


def test_nothing_is_said_where_nothing_is_missing(tmp_path: Path) -> None:
    movie = silent_movie(tmp_path / "film.mkv")
    assert explain_silence(movie, Dialogue(lines=()), subtitles="none") == ""
    spoken = Dialogue(lines=(Line(index=0, start_s=0, end_s=1, text="hello"),))
    assert explain_silence(movie, spoken) == ""
