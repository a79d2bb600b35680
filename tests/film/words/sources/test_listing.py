"""The list of a film's words."""

from pathlib import Path

import pytest

from film.decoding.probe import peek
from film.words.dialogue import listen
from film.words.sources.listing import list_sources
from tests.film.captioned import ERASE, pop, schedule, twice, write_captioned
from tests.film.words.sources.test_taking import SIGNS, TALK, film_with
from tests.material import shared


def test_it_says_of_each_what_it_is_and_of_one_that_it_is_taken(tmp_path: Path) -> None:
    movie = film_with(tmp_path, (SIGNS, "eng", "Signs & Songs"), (TALK, "eng", "Full"), (TALK, "ger", "Kommentar"))
    (tmp_path / "film.fr.forced.srt").write_text(SIGNS)
    (tmp_path / "film.sup").write_bytes(b"PG")
    rows = list_sources(movie)
    assert [(row.track, row.language, row.format, row.title, row.taken) for row in rows] == [
        ("1", "eng", "SubRip", "Signs & Songs", False),
        ("2", "eng", "SubRip", "Full", True),
        ("3", "ger", "SubRip", "Kommentar", False),
        ("", "fr", "srt", "film.fr.forced.srt", False),
        ("", "", "", "film.sup", False),
    ]
    assert rows[0].holds == rows[3].holds == "signs, songs or foreign words alone"
    assert rows[1].why == "the others have a part of the words alone"
    assert rows[2].why == "a commentary, not the film's words" and rows[4].why == "pictures of words"
    assert rows[3].flags == ("forced",) and {rows[0].why, rows[3].why} == {"choice 2", "choice 3"}


@pytest.mark.parametrize("language", ["", "vi", "ara", "fr"])
def test_what_it_says_is_taken_is_taken(language: str) -> None:
    movie = peek(shared("films/sintel_trailer.subs_srt_eng_vie_ara.mkv"))
    taken = [row for row in list_sources(movie, language) if row.taken]
    if language == "fr":
        assert taken == []
    else:
        source = listen(movie, language=language).source
        assert len(taken) == 1 and (taken[0].title == source or source.startswith(f"track {taken[0].track} "))


def test_captions_in_the_picture_are_listed(tmp_path: Path) -> None:
    film = write_captioned(tmp_path / "film.ts", schedule(100, (0, pop("HELLO")), (80, twice(ERASE))))
    (row,) = list_sources(peek(film))
    assert (row.track, row.format, row.taken) == ("cc1", "EIA-608", True)


def test_a_shelf_of_files_makes_no_long_list(tmp_path: Path) -> None:
    film = write_captioned(tmp_path / "film.ts", schedule(60))
    for number in range(30):
        (tmp_path / f"other {number}.srt").write_text("x")
    rows = list_sources(peek(film))
    assert len(rows) == 6 and rows[-1].title == "and 25 more"
