"""Composing: what a recipe says of pages and balloons reaches them, and is in the key of the book."""

from pathlib import Path

from configs.disk.sealed import digest, sealed
from configs.recipes.recipe import Recipe
from configs.units import text_sha256
from layouts.book.storyboard import Storyboard
from tasks.making.composing import ComposeJob, lay_out
from tasks.store.handles import Kept
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
