"""Names of trailers, samples and other extras, and names of films that only look like them."""

from pathlib import Path, PurePath

import pytest

from tasks.batch.folder.extras import extras_of, is_hidden, matches

FOLDER = Path("films")


def left_out(*names: str) -> set[str]:
    return {str(path.relative_to(FOLDER)) for path in extras_of([FOLDER / name for name in names], FOLDER)}


@pytest.mark.parametrize(
    "name",
    [
        *("film-trailer.mp4", "film.sample.mkv", "FILM-TRAILER.MP4", "film-trailer2.mp4", "trailer.mkv", "sample.avi"),
        *("film-featurette.mp4", "film-behindthescenes.mp4", "film-deleted.mkv", "film-deletedscene.mkv"),
        *("sample/film.mkv", "Trailers/x.mp4", "Extras/a.mkv", "Behind The Scenes/a.mkv", "deleted_scenes/deep/a.mkv"),
    ],
)
def test_a_name_that_media_servers_know_is_an_extra(name: str) -> None:
    assert left_out(name, "film.mkv", "else/film.mkv") == {name}


@pytest.mark.parametrize(
    "name",
    [
        *("The Trailer Park Boys.mkv", "Sample This.mkv", "sintel_trailer.mp4", "sintel_trailer_480p.mp4"),
        *("The-Interview.mkv", "the-big-short.mkv", "Trailers.mkv", "example.mkv", "Deleted.mkv", "Love and Other.mkv"),
        *("samples of life/a.mkv", "Shorts/a.mkv", "trailer-park.mkv"),
    ],
)
def test_a_title_is_no_extra(name: str) -> None:
    assert left_out(name, "Up.mkv" if "/" not in name else "lib/Up.mkv") == set()


def test_a_word_of_titles_counts_beside_the_film_it_belongs_to() -> None:
    beside = ("sintel.mp4", "sintel_trailer.mp4", "Sintel-Interview.mp4", "sintel making of - short 2.mkv")
    assert left_out(*beside) == set(beside[1:])
    assert left_out("film/film.mkv", "film/Shorts/a.mkv", "lib/Shorts/b.mkv") == {"film/Shorts/a.mkv"}
    assert left_out("a.mkv", "b.mkv", "Other/c.mkv") == set(), "a folder of many films has folders of more"


@pytest.mark.parametrize(
    "name",
    [
        ".x.mkv",
        "._film.mkv",
        "@eaDir",
        ".Trash-1000",
        "#recycle",
        "lost+found",
        "$Recycle.Bin",
        "system volume information",
    ],
)
def test_hidden_and_system_names_are_known(name: str) -> None:
    assert is_hidden(name) and not is_hidden(name.strip(".@#$_") + "s of mine")


@pytest.mark.parametrize("glob", ["*.MKV", "season 1", "Season?1/*", "*trailer*", "season 1/", "e[0-9]*"])
def test_a_pattern_names_a_film_its_path_or_a_folder(glob: str) -> None:
    assert matches(glob, PurePath("Season 1/E1 Trailer.mkv"))
    assert not matches(glob, PurePath("Series/Film.mp4"))
