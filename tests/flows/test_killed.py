"""Killed with -9 at any stage and started again: what was finished is not done again, and the comic is whole."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from configs.recipe import Recipe
from flows.comic import make_comic
from tests.material import ROOT, shared

pytestmark = pytest.mark.usefixtures("prefect_server")

FILM = "films/anthology_175s_204p.mp4"
RECIPE = Recipe(end=110)  # more shots than one batch holds
ASKED = ["--end", "110"]

STAGES: dict[str, Callable[[Path], bool]] = {
    "shots": lambda work: any(work.rglob("dialogue/*/*.json")),
    "keyframes": lambda work: any(work.rglob("keyframes/*/*.json")),
    "pictures": lambda work: len(list(work.rglob("paintings/*/*.png"))) >= 5,
    "pages": lambda work: any(work.rglob("painted/*/*.json")) and any(work.rglob("editions/*/*")),
}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The comic of a run that nobody killed."""
    folder = tmp_path_factory.mktemp("whole")
    with pytest.MonkeyPatch.context() as patch:  # the fixtures that do this for tests come too late here
        patch.setenv("FILMCOMIC_WEIGHTS", str(shared("weights")))
        return make_comic(shared(FILM), folder / "a.pdf", RECIPE, folder / "work").read_bytes()


def start(film: Path, out: Path, work: Path, server: str) -> subprocess.Popen[str]:
    """Start the command on the tests' server: one of its own would outlive the kill."""
    command = [sys.executable, "-m", "flows.cli", "make", str(film), "-o", str(out), "--work", str(work), *ASKED]
    here = {**os.environ, "PREFECT_API_URL": server}
    return subprocess.Popen(command, cwd=ROOT, env=here, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def wait_for(reached: Callable[[Path], bool], work: Path, process: subprocess.Popen[str]) -> None:
    """Wait until the run has come so far."""
    deadline = time.monotonic() + 150
    while not reached(work) and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.02)
    assert process.poll() is None, "it ended before it could be stopped"


@pytest.mark.parametrize("stage", STAGES)
def test_a_killed_run_goes_on_where_it_was(stage: str, whole: bytes, tmp_path: Path, prefect_server: str) -> None:
    film, work, out = shared(FILM), tmp_path / "work", tmp_path / "a.pdf"
    process = start(film, out, work, prefect_server)
    wait_for(STAGES[stage], work, process)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    assert not out.exists()
    finished = {
        path: path.stat().st_mtime_ns for path in work.rglob("*") if path.is_file() and ".part" not in path.name
    }
    assert make_comic(film, out, RECIPE, work).read_bytes() == whole
    again = [path for path, written in finished.items() if path.stat().st_mtime_ns != written]
    assert not again, f"done again: {again[:5]}"


def test_a_draft_that_a_killed_run_left_is_not_taken_for_the_comic(whole: bytes, tmp_path: Path) -> None:
    """The last step is a rename (tests/configs/test_files.py): the old comic stands until a whole one replaces it."""
    out = tmp_path / "a.pdf"
    out.write_bytes(b"old")
    (tmp_path / ".a.12345678.part.pdf").write_bytes(whole[:1000])
    made = make_comic(shared(FILM), out, RECIPE, tmp_path / "work")
    assert made.read_bytes() == whole


def test_an_interrupted_run_stops_soon_with_one_line(tmp_path: Path, prefect_server: str) -> None:
    out = tmp_path / "a.pdf"
    process = start(shared(FILM), out, tmp_path / "work", prefect_server)
    wait_for(STAGES["shots"], tmp_path / "work", process)
    process.send_signal(signal.SIGINT)
    told = process.communicate(timeout=60)[1].strip().splitlines()
    assert process.returncode == 130 and not out.exists()
    assert told[-1].startswith("filmcomic: interrupted") and "Traceback" not in "".join(told)
