"""Processes that each make one comic at a time: what happens to one does not happen to the others."""

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest

import tasks.batch.crew
from configs.recipes.recipe import Recipe
from tasks.batch.crew import Crew, default_jobs
from tasks.batch.errands import Errand
from tasks.batch.outcomes import FilmOutcome
from tasks.console.progress import Notice, Step, listening
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
