"""Stopped at any stage and started again: what was finished is not done again, and the comic is whole."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterId

from configs.recipes.recipe import Recipe
from flows.comic import make_comic
from tasks.serving.rules.dead_runs import crash_dead_runs
from tasks.serving.server import leading_to
from tasks.store.uses import UPKEEP
from tests.film.drawn import Picture, draw
from tests.material import ROOT, shared

pytestmark = pytest.mark.usefixtures("prefect_server")

SHOTS, FRAMES_A_SHOT = 34, 15
"""More shots than one batch holds, each long enough for a picture."""

STOPS = [("shots", 1, signal.SIGKILL), ("keyframes", 2, signal.SIGKILL), ("paintings", 5, signal.SIGINT)]
STOPS += [("paintings", 5, signal.SIGKILL), ("editions", 1, signal.SIGKILL)]
"""The store's folder, which file of it, and the signal that comes just before that file is in its place, when its seal
is in its own already."""

STOPPED = """
import itertools, os, pathlib, sys
import stylize.classical.scale
import tasks.making.planning
from flows.cli import main

stylize.classical.scale._MOST_ENLARGED = tasks.making.planning.MOST_ENLARGED = 1.0  # as in conftest.py
part, number, signal, *sys.argv[1:] = sys.argv[1:]
seen, replace = itertools.count(1), pathlib.Path.replace


def stopped_at(draft, target):
    if part in target.parts and target.suffix != ".seal" and next(seen) == int(number):
        os.kill(os.getpid(), int(signal))
    return replace(draft, target)


pathlib.Path.replace = stopped_at  # every file comes to its place by a rename: configs/disk/files.py
main()
"""


def scene(number: int) -> Picture:
    """Draw a picture of its own for every shot: coloured blocks, dark and pale in turn."""
    shot = number // FRAMES_A_SHOT
    low = 110 * (shot % 2)
    blocks = np.random.default_rng(shot).integers(low + 10, low + 130, (6, 10, 3), np.uint8)
    return np.ascontiguousarray(np.repeat(np.repeat(blocks, 16, axis=0), 16, axis=1))


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return draw(tmp_path_factory.mktemp("film") / "film.mp4", scene, count=SHOTS * FRAMES_A_SHOT)


@pytest.fixture(scope="module")
def whole(film: Path, tmp_path_factory: pytest.TempPathFactory, prefect_server: str) -> Path:
    """The comic of a run that nobody stopped, and its work folder beside it."""
    folder = tmp_path_factory.mktemp("whole")
    with pytest.MonkeyPatch.context() as patch:  # the fixtures that do this for tests come too late here
        patch.setenv("FILMCOMIC_WEIGHTS", str(shared("weights")))
        patch.setattr("stylize.classical.scale._MOST_ENLARGED", 1.0)
        patch.setattr("tasks.making.planning.MOST_ENLARGED", 1.0)
        return make_comic(film, folder / "a.pdf", Recipe(), folder / "work")


def run(stop: tuple[str, int, int], film: Path, out: Path, server: str) -> subprocess.CompletedProcess[str]:
    """Run the command on the tests' server, since one of its own would outlive the kill; it stops itself."""
    command = [sys.executable, "-c", STOPPED, *map(str, (stop[0], stop[1], int(stop[2])))]
    command += ["make", str(film), "-o", str(out), "--work", str(out.parent / "work")]
    here = {**os.environ, "PREFECT_API_URL": server}
    return subprocess.run(command, cwd=ROOT, env=here, capture_output=True, text=True, timeout=300)


def finished(work: Path) -> dict[Path, int]:
    """Return the files of the work folder that are whole, and when they were written.

    The notes of which frame is shown when are left out: an unfinished batch of shots writes its own again; so are those
    of who uses the store.
    """
    files = [path for path in work.rglob("*") if path.is_file() and not path.name.endswith(".seal")]
    files = [path for path in files if UPKEEP not in path.parts]
    files = [path for path in files if ".part" not in path.name]
    files = [path for path in files if "at" not in path.parts]
    return {path: path.stat().st_mtime_ns for path in files}


def states(server: str, film: Path) -> list[str | None]:
    """Return how the stopped runs of this film stand on the dashboard, and any state in which a task seems to run."""
    with leading_to(server), get_client(sync_client=True) as client:
        runs = [
            run
            for run in client.read_flow_runs()
            if run.parameters.get("film") == str(film) and "filmcomic" in run.tags
        ]
        within = FlowRunFilter(id=FlowRunFilterId(any_=[run.id for run in runs]))
        tasks = client.read_task_runs(flow_run_filter=within)
    seeming = {task.state_name for task in tasks} & {"Running", "Pending"}
    return [*seeming, *(run.state_name for run in runs)]


@pytest.mark.timeout(900)  # seven runs, most with a start of their own
def test_a_run_stopped_at_every_stage_goes_on_where_it_was(
    film: Path, whole: Path, tmp_path: Path, prefect_server: str
) -> None:
    work, out = tmp_path / "work", tmp_path / "a.pdf"
    before: dict[Path, int] = {}
    for stop in STOPS:
        ended = run(stop, film, out, prefect_server)
        assert not out.exists(), f"{stop}: {ended.returncode} {ended.stderr}"
        after = finished(work)
        assert len(after) > len(before), f"{stop}: it came no further"
        assert {path: after[path] for path in before} == before, f"{stop}: done again"
        if stop[2] == signal.SIGKILL:
            assert ended.returncode == -signal.SIGKILL, ended.stderr
        else:
            told = ended.stderr.strip().splitlines()
            assert ended.returncode == 130 and "Traceback" not in ended.stderr
            assert told[-1].startswith("filmcomic: interrupted")
            assert len([path for path in after if path.suffix == ".png"]) < 10, "it stops soon"
        before = after
    assert crash_dead_runs() == 1, "the last one; each of the others was seen by the run after it"
    deadline = time.monotonic() + 30  # a busy server writes task runs down late, and the next run sees to those
    while (found := states(prefect_server, film)) != ["Crashed"] * len(STOPS) and time.monotonic() < deadline:
        time.sleep(1)
        crash_dead_runs()
    assert found == ["Crashed"] * len(STOPS)
    assert make_comic(film, out, Recipe(), work).read_bytes() == whole.read_bytes()
    assert {path: finished(work)[path] for path in before} == before
    assert [path for path in tmp_path.rglob("*") if path.name.startswith(".")] == [], (
        "what the killed runs left is gone"
    )
    painted = [{path.name for path in finished(each) if path.suffix == ".png"} for each in (work, whole.parent)]
    assert painted[0] == painted[1] and len(painted[0]) > 12


def test_a_draft_that_a_killed_run_left_is_not_taken_for_the_comic(film: Path, whole: Path, tmp_path: Path) -> None:
    """The last step is a rename (`test_files.py`): the old comic stands until a whole one replaces it."""
    out = tmp_path / "a.pdf"
    out.write_bytes(b"old")
    (tmp_path / ".a.12345678.part.pdf").write_bytes(whole.read_bytes()[:1000])
    made = make_comic(film, out, Recipe(), whole.parent / "work")
    assert made.read_bytes() == whole.read_bytes()
