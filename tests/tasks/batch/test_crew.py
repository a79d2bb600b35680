"""Processes that each make one comic at a time: what happens to one does not happen to the others."""

import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any, cast

import psutil
import pytest

import tasks.batch.crew
from configs.errors import FilmError
from configs.recipes.recipe import Recipe
from tasks.batch.crew import Crew, FarMaker, NearMaker, default_jobs
from tasks.batch.errands import Errand
from tasks.batch.outcomes import FilmOutcome
from tasks.console.progress import Notice, Step, listening
from tasks.serving.pools import PoolOutcome
from tests.material import ROOT

HANDS = "tests.tasks.hands"


def errand(tmp_path: Path, stem: str) -> Errand:
    return Errand(film=tmp_path / f"{stem}.mkv", comic=tmp_path / f"{stem}.pdf", name=stem, recipe=Recipe(), work=None)


def made(crew: Crew, tmp_path: Path, stem: str) -> FilmOutcome:
    return crew.make(errand(tmp_path, stem))


def alive(process: int) -> bool:
    try:
        return psutil.Process(process).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def wait_for(path: Path) -> int:
    """Return the process that wrote its number there."""
    for _ in range(200):
        if path.exists() and path.read_text():
            return int(path.read_text())
        time.sleep(0.1)
    raise AssertionError(path)


def test_one_process_makes_one_comic_after_another_and_tells_how_far_it_is(tmp_path: Path) -> None:
    heard: list[Step | Notice] = []
    with Crew(HANDS, {"word": "hello"}, alone=True) as crew, listening(heard.append):
        outcomes = [made(crew, tmp_path, stem) for stem in ("a", "b")]
    assert [each.comic for each in outcomes] == [tmp_path / "a.pdf", tmp_path / "b.pdf"]
    assert (tmp_path / "a.pdf").read_text() == (tmp_path / "b.pdf").read_text() != str(os.getpid())
    assert heard[:2] == [Notice("a.mkv hello"), Step("pages", 1, 1)]
    assert not alive(int((tmp_path / "a.pdf").read_text())), "it ends with the crew"


def test_a_process_is_replaced_after_many_films(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks.batch.crew, "_FILMS_A_PROCESS", 2)
    with Crew(HANDS, {"word": ""}, alone=False) as crew:
        assert all(made(crew, tmp_path, stem).comic for stem in "abc")
    first, second, third = ((tmp_path / f"{stem}.pdf").read_text() for stem in "abc")
    assert first == second != third


@pytest.mark.parametrize(
    ("stem", "why"), [("segfault", "SIGSEGV"), ("killed", "memory"), ("left", "exit code 7"), ("refused", "be read")]
)
def test_a_process_that_dies_is_one_films_trouble(tmp_path: Path, stem: str, why: str) -> None:
    with Crew(HANDS, {"word": ""}, alone=False) as crew:
        outcomes = [made(crew, tmp_path, each) for each in ("a", stem, "b")]
    assert [each.word for each in outcomes] == ["made", "failed", "made"]
    assert why in outcomes[1].problem and f"{stem}.mkv" in outcomes[1].problem and "\n" not in outcomes[1].problem


def test_a_crew_that_is_stopped_stops_what_is_going_on(tmp_path: Path) -> None:
    outcomes: list[FilmOutcome] = []
    with Crew(HANDS, {"word": ""}, alone=False) as crew:
        thread = threading.Thread(target=lambda: outcomes.append(made(crew, tmp_path, "slow")))
        thread.start()
        process = wait_for(tmp_path / "slow.begun")
        began = time.monotonic()
        crew.stop()
        thread.join(10)
    assert not alive(process) and time.monotonic() - began < 10
    assert outcomes[0].problem and not (tmp_path / "slow.pdf").exists()


BATCH = """
import sys
from pathlib import Path
from tasks.batch.crew import Crew
from tests.tasks.batch.test_crew import HANDS, made
made(Crew(HANDS, {"word": ""}, alone=False), Path(sys.argv[1]), "slow")
"""


def test_nothing_is_left_when_the_batch_is_killed(tmp_path: Path) -> None:
    batch = subprocess.Popen([sys.executable, "-c", BATCH, str(tmp_path)], cwd=ROOT)
    hand = wait_for(tmp_path / "slow.begun")
    batch.kill()
    batch.wait()
    for _ in range(100):
        if not alive(hand):
            return
        time.sleep(0.1)
    raise AssertionError("it goes on without the batch")


def test_a_folder_with_names_of_our_modules_is_no_part_of_the_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("av.py", "tasks.py", "json.py"):
        (tmp_path / name).write_text("raise SystemExit(9)")
    monkeypatch.chdir(tmp_path)
    with Crew(HANDS, {"word": ""}, alone=False) as crew:
        assert made(crew, tmp_path, "a").comic


@pytest.mark.parametrize(
    ("cores", "gigabytes", "style", "jobs"),
    [
        (2, 16, "ink-line", 1),
        (8, 16, "ink-line", 2),
        (64, 8, "ink-line", 4),
        (64, 1, "ink-line", 1),
        (64, 99, "animegan:hayao", 1),
    ],
)
def test_as_many_films_at_a_time_as_the_machine_can_bear(
    monkeypatch: pytest.MonkeyPatch, cores: int, gigabytes: int, style: str, jobs: int
) -> None:
    monkeypatch.setattr(tasks.batch.crew, "_cores", lambda: cores)
    monkeypatch.setattr(tasks.batch.crew, "_free_memory", lambda: gigabytes << 30)
    assert default_jobs((style,)) == jobs


class Here:
    """Makes every film at once."""

    def __init__(self) -> None:
        self.made: list[str] = []

    def make(self, errand: Errand) -> FilmOutcome:
        self.made.append(errand.name)
        return FilmOutcome(film=errand.film, comic=errand.comic, pages=1)


def _errand(folder: Path, name: str, comes: bool = True) -> Errand:
    comic = folder / f"{name}.pdf"
    if comes:
        comic.write_bytes(b"%PDF")
    return Errand(film=folder / name, comic=comic, name=name, recipe=Recipe(style="ink-line"), work=None)


def _far(near: Here, answer: Any, monkeypatch: pytest.MonkeyPatch) -> tuple[FarMaker, list[dict[str, Any]]]:
    sent: list[dict[str, Any]] = []

    def run(deployment: str, asked: dict[str, Any], begin_within_s: float, name: str) -> PoolOutcome:
        assert name == Path(asked["film"]).name, "the run bears the film's name"
        sent.append(asked)
        if isinstance(answer, Exception):
            raise answer
        return cast(PoolOutcome, answer)

    monkeypatch.setattr(tasks.batch.crew, "run_on_pool", run)
    return FarMaker(near, threading.Semaphore(1)), sent


def test_another_worker_makes_a_film(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FILMCOMIC_FILMS", str(tmp_path))
    far, sent = _far(near := Here(), PoolOutcome(done=True), monkeypatch)
    outcome = far.make(_errand(tmp_path, "a.mkv"))
    assert outcome.comic == tmp_path / "a.mkv.pdf" and not outcome.problem and near.made == []
    assert sent == [{"film": "a.mkv", "out": str(tmp_path / "a.mkv.pdf"), "recipe": {"style": "ink-line"}}]


@pytest.mark.parametrize(
    ("answer", "asked_again"),
    [
        (PoolOutcome(done=False, why="its workers are gone"), False),
        (FilmError("there is no such file", path="a.mkv"), True),
        (PoolOutcome(done=True), True),
    ],
    ids=["nobody-took-it", "it-failed-there", "its-comic-came-to-nowhere"],
)
def test_what_another_worker_does_not_make_is_made_here(
    answer: Any, asked_again: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    far, sent = _far(near := Here(), answer, monkeypatch)
    for name in ("a.mkv", "b.mkv"):
        assert far.make(_errand(tmp_path, name, comes=False)).pages == 1
    assert near.made == ["a.mkv", "b.mkv"] and len(sent) == (2 if asked_again else 1)


@pytest.mark.parametrize("spread", [False, True])
def test_a_film_that_is_made_here_may_be_helped_with(tmp_path: Path, spread: bool) -> None:
    asked: list[Errand] = []

    class Asked(Here):
        def make(self, errand: Errand) -> FilmOutcome:
            asked.append(errand)
            return super().make(errand)

    NearMaker(Asked(), threading.Semaphore(1), spread=spread).make(_errand(tmp_path, "a.mkv"))
    assert [errand.spread for errand in asked] == [spread]


def test_a_film_whose_name_is_a_stand_in_is_made_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    far, sent = _far(near := Here(), PoolOutcome(done=True), monkeypatch)
    far.make(_errand(tmp_path, "a.mkv").model_copy(update={"name": "a\\xff.mkv"}))
    assert len(near.made) == 1 and sent == []
