"""Composing: what a recipe says of pages and balloons reaches them, and is in the key of the book."""

from pathlib import Path

import pytest

from configs.disk.sealed import digest, sealed
from configs.recipes.recipe import Recipe
from configs.units import text_sha256
from film.model import Movie
from layouts.book.storyboard import Storyboard
from tasks.making import composing
from tasks.making.composing import ComposeJob, lay_out, lay_out_as_told
from tasks.store.film_run import FilmRun
from tasks.store.handles import Kept
from tasks.store.order import Order
from tests.layouts.boards import board, face, panel, words

BOARD = board([panel(1, words("Over here."), faces=[face(0.4, 0.5, 0.6, 0.9)]), panel(2)])
LOW = Recipe(balloons={"low": 0, "tail_long": 200})


def compose_job(root: Path, recipe: Recipe, storyboard: Storyboard = BOARD) -> ComposeJob:
    text = storyboard.model_dump_json()
    target = Path("storyboards", f"{text_sha256(text)}.json")
    with sealed(root / target) as draft:
        draft.write_text(text)
    held = digest(root / target, lambda _: None)
    assert held is not None
    return ComposeJob(root=root, storyboard=Kept[Storyboard](root=root, path=target, sha256=held), recipe=recipe)


def test_a_recipe_moves_a_balloon() -> None:
    usual, low = (lay_out(BOARD, recipe).pages[0].panels[0].balloons[0].body.y for recipe in (Recipe(), LOW))
    assert low > usual + 20


def test_tuned_balloons_reach_a_strip_too() -> None:
    told = BOARD.model_copy(update={"format": "webtoon"})
    assert lay_out(told, Recipe()).pages != lay_out(told, LOW).pages


def test_the_key_of_a_book_tells_of_balloons_that_are_tuned(tmp_path: Path) -> None:
    """What costs as usual, however it is written, keeps the key it had."""
    usual = compose_job(tmp_path, Recipe())
    assert "balloons" not in usual.identity()
    assert compose_job(tmp_path, Recipe(balloons={"low": 8})).key == usual.key
    assert compose_job(tmp_path, LOW).identity()["balloons"] == {"low": 0.0, "tail_long": 200.0}
    assert compose_job(tmp_path, LOW).key != usual.key
    assert compose_job(tmp_path, Recipe(page={"ppi": 100})).key != usual.key


PARTY = board([panel(1, words("Party \U0001f389\U0001f3fd tonight!")), panel(2, words("\U0001f389\ufe0f"))])


def test_signs_without_a_font_are_left_out_of_the_pages_alone(no_system_fonts: None) -> None:
    """The storyboard keeps them: there may be a font for them tomorrow."""
    book, told = lay_out_as_told(PARTY, Recipe())
    balloons = [balloon for placed in book.pages[0].panels for balloon in placed.balloons]
    assert [" ".join(line.text for line in balloon.lines) for balloon in balloons] == ["Party tonight!", "…"]
    assert [one.text for each in told.pages[0].panels for one in each.words] == ["Party tonight!", "…"]


def test_signs_that_are_left_out_are_told(
    tmp_path: Path, no_system_fonts: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[str] = []
    monkeypatch.setattr(composing, "notice", heard.append)
    monkeypatch.setattr(composing, "run_one", lambda stage, job: job)
    movie = Movie(path=tmp_path / "film.mkv", sha256="0" * 64, duration_s=9, rate=24, size_px=(64, 36))
    order = Order(film=movie.path, out=tmp_path / "a.pdf", recipe=Recipe(), work=tmp_path)
    run = FilmRun(order=order, movie=movie)
    for told, count in ((PARTY, 1), (BOARD, 1)):
        composing.make_book(run, compose_job(run.root, Recipe(), told).storyboard)
        assert len(heard) == count
    assert heard[0].startswith("film.mkv: no font at hand has U+1F389 (party popper), U+1F3FD") and "\n" not in heard[0]
