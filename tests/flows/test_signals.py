"""Ctrl-C, SIGTERM and SIGHUP end a command alike at any moment: one line, 130, 143 or 129, and no child left."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.film.drawn import draw
from tests.flows.test_killed import scene
from tests.material import ROOT

SIGNALS = [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)]
LINE = "filmcomic: interrupted; what is finished is kept, and the same command goes on from there\n"

WHILE_IMPORTING = """
import os, sys

module, number, *sys.argv[1:] = sys.argv[1:]
sys.argv[0] = "filmcomic"  # as the installed command has it


class Moment:
    def find_spec(self, name, path=None, target=None):
        if name == module:
            sys.meta_path.remove(self)
            os.kill(os.getpid(), int(number))


sys.meta_path.insert(0, Moment())
from flows.cli import main

main()
"""

WHILE_A_SERVER_COMES_UP = """
import os, sys
from flows.cli import main
from tasks.serving import own_server, server

server.LOCAL_API = "http://127.0.0.1:9/api"  # whatever this machine runs there
_, number, *sys.argv[1:] = sys.argv[1:]


def waiting(record, wait_s):
    print(record.pid, flush=True)
    os.kill(os.getpid(), int(number))


own_server._answers_within = waiting
main()
"""

WHILE_DECODING = """
import os, sys
from flows.cli import main
from tasks.console import progress

stage, number, *sys.argv[1:] = sys.argv[1:]
tell = progress.tell


def telling(event):
    global stage
    tell(event)
    if getattr(event, "stage", "") == stage and event.done > 0:
        stage = None
        os.kill(os.getpid(), int(number))


progress.tell = telling
main()
"""


def heeding_interrupts() -> None:
    """Undo what a shell does to what it starts in the background, tests among it: interrupts are ignored there."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def run(script: str, moment: str, number: int, *arguments: str, **more: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", script, moment, str(int(number)), *arguments],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)} | dict(more.pop("env", {})),  # type: ignore[call-overload]
        capture_output=True,
        text=True,
        timeout=200,
        preexec_fn=more.get("before", heeding_interrupts),
    )


def children_at(path: Path) -> list[str]:
    """Return the command lines of ffmpeg that name this file."""
    listed = subprocess.run(["ps", "-e", "-ww", "-o", "args"], capture_output=True, text=True, check=True).stdout
    return [line for line in listed.splitlines() if "ffmpeg" in line and str(path) in line]


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return draw(tmp_path_factory.mktemp("film") / "film.mp4", scene, count=900)


@pytest.mark.parametrize(("number", "code"), SIGNALS)
@pytest.mark.parametrize("module", ["json", "click", "prefect.flows"])
def test_while_modules_are_imported(module: str, number: int, code: int, film: Path, tmp_path: Path) -> None:
    ended = run(WHILE_IMPORTING, module, number, "make", str(film), "-o", str(tmp_path / "a.pdf"))
    assert (ended.returncode, ended.stderr, ended.stdout) == (code, LINE, "")
    assert not list(tmp_path.iterdir())


def test_while_our_server_comes_up(film: Path, tmp_path: Path) -> None:
    home = {"PREFECT_HOME": str(tmp_path / "home")}
    arguments = ("make", str(film), "-o", str(tmp_path / "a.pdf"))
    ended = run(WHILE_A_SERVER_COMES_UP, "", signal.SIGTERM, *arguments, env=home)
    assert ended.returncode == 143 and ended.stderr.endswith(LINE), ended.stderr
    assert ended.stderr.count("\n") == 2 and "bringing up our own" in ended.stderr
    assert not Path(f"/proc/{int(ended.stdout)}").exists(), "the server that was coming up is ended"


@pytest.mark.parametrize(("number", "code"), SIGNALS[1:])
def test_while_a_flow_decodes(number: int, code: int, film: Path, tmp_path: Path, prefect_server: str) -> None:
    """Ctrl-C then: test_killed.py."""
    work = str(tmp_path / "work")
    arguments = ("make", str(film), "-o", str(tmp_path / "a.pdf"), "--work", work)
    ended = run(WHILE_DECODING, "shots", number, *arguments, env={"PREFECT_API_URL": prefect_server})
    assert ended.returncode == code and ended.stderr.endswith(LINE), ended.stderr
    assert "Traceback" not in ended.stderr and not (tmp_path / "a.pdf").exists()
    assert not children_at(film)


def test_a_second_signal_leaves_at_once(tmp_path: Path) -> None:
    """Whatever holds up the first: here something that takes Ctrl-C for an error of its own."""
    script = """
import os, signal, time
from tasks.console.interrupts import interruptible

with interruptible():
    try:
        os.kill(os.getpid(), signal.SIGHUP)
        time.sleep(60)
    except KeyboardInterrupt:
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(60)
"""
    ended = run(script, "", 0)
    assert (ended.returncode, ended.stderr, ended.stdout) == (129, LINE, "")


def test_a_command_without_a_flow(film: Path, tmp_path: Path) -> None:
    ended = run(WHILE_DECODING, "shots", signal.SIGHUP, "shots", str(film), "--work", str(tmp_path))
    assert (ended.returncode, ended.stderr, ended.stdout) == (129, LINE, "")
    assert not children_at(film)


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGINT])
def test_what_the_caller_ignores_stays_ignored(number: int) -> None:
    """As nohup does with SIGHUP, and a script's shell with the Ctrl-C of a job in the background."""
    ended = run(
        WHILE_IMPORTING,
        "stylize.styles.registry",
        number,
        "styles",
        before=lambda: signal.signal(number, signal.SIG_IGN),
    )
    assert ended.returncode == 0 and "ink-noir" in ended.stdout and ended.stderr == ""
