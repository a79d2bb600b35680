"""A comic is left alone only while everything that decides it, and itself, is as it was."""

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

import tasks.batch.unchanged
from configs.recipes.recipe import Recipe
from tasks.batch.unchanged import film_key, is_unchanged, key_before, remember
from tasks.store.order import EpisodeBefore
from tasks.store.whereabouts import pieces_of

RECIPE = Recipe(style="ink-line")


@pytest.fixture
def made(tmp_path: Path) -> tuple[Path, Path, Path]:
    """A film, its comic and the work folder that remembers it; all written long ago."""
    film, comic, work = tmp_path / "film.mkv", tmp_path / "film.pdf", tmp_path / "work"
    film.write_bytes(b"film")
    os.utime(film, (time.time() - 1000,) * 2)
    comic.write_bytes(b"comic")
    (tmp_path / "film.en.srt").write_text("words")
    remember(film, comic, RECIPE, work, key_before(film, comic, RECIPE, work))
    return film, comic, work


def test_what_is_as_it_was_is_left_alone(made: tuple[Path, Path, Path]) -> None:
    film, comic, work = made
    assert is_unchanged(film, comic, RECIPE, work)
    moved = comic.rename(comic.with_name("moved.pdf"))
    assert is_unchanged(film, moved, RECIPE, work), "where it lies is not what is in it"


def test_where_a_comic_of_an_older_release_lies_is_noted_when_it_is_seen(made: tuple[Path, Path, Path]) -> None:
    film, comic, work = made
    root, _ = film_key(film, comic, "", work)
    assert pieces_of(root) == ([], 0)
    assert is_unchanged(film, comic, RECIPE, work)
    ((piece,), unread) = pieces_of(root)
    assert (piece.place, piece.film, piece.drawn_from, unread) == (str(comic), str(film), None, 0)


def test_what_is_written_out_and_usual_changes_nothing(made: tuple[Path, Path, Path]) -> None:
    film, comic, work = made
    assert is_unchanged(film, comic, Recipe(style="ink-line", balloons={"low": 8}), work)


def test_comics_made_around_it_change_nothing(made: tuple[Path, Path, Path]) -> None:
    """Folders named as those of subtitles may hold films, and names may begin alike."""
    film, comic, work = made
    (film.parent / "sub").mkdir()
    for name in ("sub/inner.mkv", "sub/inner.pdf", "film 2.mkv", "film 2.pdf", "film 2.storyboard.json"):
        (film.parent / name).write_bytes(b"made")
    assert is_unchanged(film, comic, RECIPE, work)
    strip = film.with_suffix(".zip")
    before = key_before(film, strip, RECIPE, work)
    strip.write_bytes(b"pictures")
    assert key_before(film, strip, RECIPE, work) == before, "its own comic is none of its words"


def test_a_second_film_may_take_away_the_words_of_the_first(made: tuple[Path, Path, Path]) -> None:
    film, comic, work = made
    (film.parent / "Subs").mkdir()
    (film.parent / "Subs" / "English.srt").write_text("words")
    before = key_before(film, comic, RECIPE, work)
    film.with_name("another.mkv").write_bytes(b"film")
    assert key_before(film, comic, RECIPE, work) != before, "nobody can tell any more whose Subs/English.srt is"


CHANGES: dict[str, Callable[[Path, Path, Path], object]] = {
    "the film": lambda film, comic, work: film.write_bytes(b"film, longer"),
    "the film, same size and time": lambda film, comic, work: (
        film.write_bytes(b"mlif"),
        os.utime(film, (time.time() - 1000,) * 2),
    ),
    "its words": lambda film, comic, work: film.with_name("film.en.srt").write_text("other words"),
    "more words": lambda film, comic, work: film.with_name("film.vi.srt").write_text("lời"),
    "words in a folder": lambda film, comic, work: (
        (film.parent / "Subs").mkdir(),
        (film.parent / "Subs" / "x.srt").write_text("words"),
    ),
    "the comic": lambda film, comic, work: comic.write_bytes(b"comiC"),
    "no comic": lambda film, comic, work: comic.unlink(),
    "a damaged note": lambda film, comic, work: [note.write_bytes(b"{") for note in work.rglob("made/*.json")],
    "an emptied note": lambda film, comic, work: [note.write_bytes(b"") for note in work.rglob("made/*.json")],
}


@pytest.mark.parametrize("what", CHANGES)
def test_what_has_changed_is_made_again(made: tuple[Path, Path, Path], what: str) -> None:
    CHANGES[what](*made)
    film, comic, work = made
    assert not is_unchanged(film, comic, RECIPE, work)


@pytest.mark.parametrize(
    "recipe",
    [
        Recipe(style="ink-noir"),
        Recipe(style="ink-line", strength=0.5),
        Recipe(style="ink-line", page={"ppi": 100}),
        Recipe(style="ink-line", balloons={"low": 4}),
        Recipe(style="ink-line", title="Another"),
        Recipe(style="no-such-style"),
    ],
)
def test_another_recipe_makes_another_comic(made: tuple[Path, Path, Path], recipe: Recipe) -> None:
    film, comic, work = made
    assert not is_unchanged(film, comic, recipe, work)


@pytest.mark.parametrize("what", ["versions_digest", "detector_name"])
def test_another_program_makes_another_comic(
    made: tuple[Path, Path, Path], monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    film, comic, work = made
    monkeypatch.setattr(tasks.batch.unchanged, what, lambda *asked: "another")
    assert not is_unchanged(film, comic, RECIPE, work)


def test_a_renamed_film_is_told_anew(made: tuple[Path, Path, Path]) -> None:
    film, comic, work = made
    assert not is_unchanged(film.rename(film.with_name("right title.mkv")), comic, RECIPE, work)


def test_a_file_named_by_the_recipe_counts(made: tuple[Path, Path, Path], tmp_path: Path) -> None:
    film, comic, work = made
    words = tmp_path / "mine.srt"
    words.write_text("a")
    recipe = Recipe(style="ink-line", subtitles=str(words))
    remember(film, comic, recipe, work, key_before(film, comic, recipe, work))
    assert is_unchanged(film, comic, recipe, work)
    words.write_text("b")
    assert not is_unchanged(film, comic, recipe, work)


def test_what_changed_while_the_comic_was_made_is_not_remembered(tmp_path: Path) -> None:
    film, comic = tmp_path / "film.mkv", tmp_path / "film.pdf"
    film.write_bytes(b"film")
    before = key_before(film, comic, RECIPE, tmp_path / "work")
    comic.write_bytes(b"comic of the first film")
    film.write_bytes(b"film, longer")
    remember(film, comic, RECIPE, tmp_path / "work", before)
    assert not is_unchanged(film, comic, RECIPE, tmp_path / "work")


def test_a_film_that_lies_still_is_read_once(made: tuple[Path, Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    film, comic, work = made
    os.utime(film, (time.time() - 1000,) * 2)  # its inode has changed this moment: not yet believed
    reads: list[Path] = []
    real = tasks.batch.unchanged.file_sha256
    monkeypatch.setattr(tasks.batch.unchanged, "file_sha256", lambda path: reads.append(path) or real(path))
    monkeypatch.setattr(tasks.batch.unchanged, "_FRESH_S", -60.0)  # as if that were long ago
    assert is_unchanged(film, comic, RECIPE, work) and film in reads
    reads.clear()
    assert is_unchanged(film, comic, RECIPE, work) and film not in reads
    film.write_bytes(b"mlif")
    os.utime(film, (time.time() - 1000,) * 2)
    assert not is_unchanged(film, comic, RECIPE, work), "the inode tells that it was written to"


def test_a_name_of_bytes_is_remembered_too(made: tuple[Path, Path, Path]) -> None:
    film, comic, work = made
    film = film.rename(film.with_name("f\udcff.mkv"))
    comic = comic.rename(comic.with_name("f\udcff.pdf"))
    remember(film, comic, RECIPE, work, key_before(film, comic, RECIPE, work))
    assert is_unchanged(film, comic, RECIPE, work)


def test_a_comic_with_a_recap_follows_the_episode_before(made: tuple[Path, Path, Path]) -> None:
    film, comic, work = made
    earlier = film.with_name("earlier.mkv")
    before = EpisodeBefore(film=earlier, recipe=Recipe(style="ink-noir"))
    assert key_before(film, comic, RECIPE, work, before) == "", "it is not there"
    earlier.write_bytes(b"another film")
    assert not is_unchanged(film, comic, RECIPE, work, before), "it was made without"
    remember(film, comic, RECIPE, work, key_before(film, comic, RECIPE, work, before), before)
    assert is_unchanged(film, comic, RECIPE, work, before) and is_unchanged(film, comic, RECIPE, work)
    otherwise = EpisodeBefore(film=earlier, recipe=Recipe(style="ink-noir", pages=3))
    assert not is_unchanged(film, comic, RECIPE, work, otherwise)
    earlier.write_bytes(b"a longer cut of it")
    assert not is_unchanged(film, comic, RECIPE, work, before)
