"""Recaps of a season: which film each tells of, and what becomes of one whose episode before cannot be made."""

from collections.abc import Callable
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import pytest

from configs.errors import InputError
from configs.recipes.recipe import Recipe
from tasks.batch import batching
from tasks.batch.crew import FarMaker, Maker
from tasks.batch.errands import Errand
from tasks.batch.outcomes import FilmOutcome
from tasks.console.progress import Notice, Step, listening
from tasks.serving.pools import PoolOutcome
from tasks.showing.film_table import FilmTable
from tasks.store.order import EpisodeBefore
from tests.tasks.batch.test_crew import errand


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(batching, "with_shared_casts", lambda recipes, placed, work: {})
    for number in (1, 2, 3):
        (tmp_path / f"Show.S01E0{number}.mkv").write_bytes(b"film")
    return tmp_path


def test_a_recap_tells_of_the_episode_before_as_that_is_told(folder: Path) -> None:
    (folder / "Show.S01E01.toml").write_text("language = 'fr'")
    plan = batching.plan_batch(folder, None, Recipe(), None, season=True, recap=True)
    told = {film.stem[-1]: (one.film.stem[-1], one.recipe.language) for film, one in plan.before.items()}
    assert told == {"2": ("1", "fr"), "3": ("2", "")} and plan.notes == ()
    assert batching.plan_batch(folder, None, Recipe(), None, season=True).before == {}


def test_one_that_is_not_wanted_is_told_of_all_the_same(folder: Path) -> None:
    plan = batching.plan_batch(folder, None, Recipe(), None, season=True, recap=True, only=("Show.S01E02.mkv",))
    assert {film.stem[-1]: one.film.stem[-1] for film, one in plan.before.items()} == {"2": "1"}


def test_an_episode_that_is_refused_is_not_told_again(folder: Path) -> None:
    (folder / "Show.S01E02.toml").write_text("stlye = 'x'")
    plan = batching.plan_batch(folder, None, Recipe(), None, season=True, recap=True)
    assert plan.before == {}
    (note,) = plan.notes
    assert note.startswith("Show.S01E03.mkv: it has no recap page") and "Show.S01E02.mkv" in note


def test_a_recap_without_a_season_is_refused(folder: Path) -> None:
    with pytest.raises(InputError, match="add --season"):
        batching.plan_batch(folder, None, Recipe(), None, recap=True)


class Hand:
    """Makes comics in a moment, and fails at what it is told to fail at."""

    def __init__(self, fails: Callable[[Errand], bool]) -> None:
        self.asked: list[Errand] = []
        self._fails = fails

    def make(self, errand: Errand) -> FilmOutcome:
        self.asked.append(errand)
        if self._fails(errand):
            return FilmOutcome(film=errand.film, problem="its process was killed")
        errand.comic.write_bytes(b"comic")
        return FilmOutcome(film=errand.film, comic=errand.comic)


def made(hand: Hand, folder: Path, failed: set[Path]) -> tuple[FilmOutcome, list[str]]:
    makers: SimpleQueue[Maker] = SimpleQueue()
    makers.put(hand)
    one, two = folder / "Show.S01E01.mkv", folder / "Show.S01E02.mkv"
    wish = batching._Wish(two, folder / "2.pdf", Recipe(), folder / "work", EpisodeBefore(film=one))
    heard: list[Step | Notice] = []
    with listening(heard.append):
        outcome = batching._make(makers, wish, FilmTable(shown=False), failed)
    return outcome, [event.text for event in heard if isinstance(event, Notice)]


def test_an_episode_after_one_that_failed_has_none_and_it_is_said_once(folder: Path) -> None:
    hand = Hand(lambda errand: False)
    outcome, told = made(hand, folder, {folder / "Show.S01E01.mkv"})
    assert outcome.comic and [one.before for one in hand.asked] == [None]
    assert told == ["Show.S01E02.mkv: it has no recap page, since Show.S01E01.mkv could not be made"]


def test_one_that_falls_with_the_episode_before_is_made_without(folder: Path) -> None:
    """It reads that film too: what kills one run of it kills another."""
    failed: set[Path] = set()

    def fails(errand: Errand) -> bool:
        failed.add(folder / "Show.S01E01.mkv")  # it ends while this one is made
        return errand.before is not None

    outcome, told = made(hand := Hand(fails), folder, failed)
    assert outcome.comic and [one.before is None for one in hand.asked] == [False, True] and len(told) == 1
    outcome, told = made(hand := Hand(lambda errand: True), folder, failed := set())
    assert outcome.problem and len(hand.asked) == 1 and failed == {folder / "Show.S01E02.mkv"} and told == []


def test_another_worker_is_told_of_the_episode_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[dict[str, Any]] = []

    def run(deployment: str, asked: dict[str, Any], **ways: Any) -> PoolOutcome:
        sent.append(asked)
        return PoolOutcome(done=False, why="nobody took it")

    monkeypatch.setattr("tasks.batch.crew.run_on_pool", run)
    before = EpisodeBefore(film=tmp_path / "1.mkv", recipe=Recipe(pages=3))
    wish = errand(tmp_path, "2").model_copy(update={"before": before, "name": "2.mkv"})
    FarMaker(Hand(lambda errand: False), batching.threading.Semaphore(1)).make(wish)
    assert sent[0]["before"] == {"film": str(tmp_path / "1.mkv"), "recipe": {"pages": 3}}
