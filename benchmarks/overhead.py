"""What Prefect costs a film: the same work as a flow, and as plain functions on the same store; processor seconds.

    python -m benchmarks.overhead [FILM] [--seconds 180] [--style NAME]

    flow    make-comic on a server of its own; its process with all that it starts, and the server until it has written
            everything down
    plain   the same functions where nothing of Prefect is imported: tasks are called as they are, two at a time

At most a tenth of what the film costs may be Prefect's. Both comics have the same bytes. A server that is on uses
something without anything to do as well, by the clock: on a busy machine, where a film takes long, that is much of what
it used meanwhile. It is told apart, and is no film's.
"""

import argparse
import importlib.abc
import importlib.machinery
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from types import ModuleType
from typing import Any

from benchmarks.whole_film import ffmpeg
from tests.material import SHARED

_FILM = SHARED / "films" / "sintel_775s.mp4"
_FROM_S = 100
_AT_MOST = 0.10
_IDLE_S = 30.0


def main(given: Sequence[str] = ()) -> None:
    """Measure, and tell."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.overhead", description=__doc__)
    parser.add_argument("film", type=Path, nargs="?", default=_FILM)
    parser.add_argument("--seconds", type=int, default=180)
    parser.add_argument("--style", default="atelier-colour")
    parser.add_argument("--child", choices=["flow", "plain"], help=argparse.SUPPRESS)
    parser.add_argument("--place", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args(given or None)
    if asked.child:
        _make(asked.child, asked.film, asked.place, asked.style)
        return
    with tempfile.TemporaryDirectory(prefix="overhead_") as name:
        place = Path(name)
        film = place / "film.mp4"
        cut = ["-ss", str(_FROM_S), "-t", str(asked.seconds), "-i", str(asked.film), "-c", "copy", str(film)]
        subprocess.run([ffmpeg(), "-v", "error", *cut], check=True)
        plain_s = _child("plain", film, place, asked.style, {})
        flow_s, server_s, idle_s = _on_server(film, place, asked.style)
        same = (place / "plain.pdf").read_bytes() == (place / "flow.pdf").read_bytes()
    cost_s = flow_s + server_s - plain_s
    own_s = cost_s - idle_s
    print(
        f"  plain: {plain_s:.1f} processor s; flow: {flow_s:.1f} s and its server {server_s:.1f} s; same bytes: {same}"
    )
    print(f"  of the server's, {idle_s:.1f} s are what it uses in that time without anything to do")
    print(f"  Prefect: {cost_s:.1f} s, {cost_s / plain_s:.1%} of a film of {asked.seconds} s; without the idle server "
          f"{own_s:.1f} s, {own_s / plain_s:.1%}; at most {_AT_MOST:.0%}")  # fmt: skip


def _on_server(film: Path, place: Path, style: str) -> tuple[float, float, float]:
    """Make the film on a server that does nothing else.

    Returns:
        What the run used, what the server did meanwhile, and what that would have been with nothing to do.
    """
    from prefect.client.orchestration import get_client

    from benchmarks.fleet import cpu_s, free_port, machine, rows, until_up
    from tasks.serving.server import leading_to

    port = free_port()
    api = f"http://127.0.0.1:{port}/api"
    with machine(place / "server", ["dashboard", "--port", str(port)], api) as server:
        until_up(api)
        time.sleep(_IDLE_S)  # what a start leaves to be done
        before, began = cpu_s(server), time.monotonic()
        time.sleep(_IDLE_S)
        idle = (cpu_s(server) - before) / (time.monotonic() - began)
        before, began = cpu_s(server), time.monotonic()
        secret = "filmcomic:benchmark"
        flow_s = _child("flow", film, place, style, {"PREFECT_API_URL": api, "PREFECT_API_AUTH_STRING": secret})
        with leading_to(api, secret), get_client(sync_client=True) as client:
            rows(client, 1)
        return flow_s, cpu_s(server) - before, idle * (time.monotonic() - began)


def _child(kind: str, film: Path, place: Path, style: str, environment: dict[str, str]) -> float:
    """Make the film in a process of its own, with nothing known; return its processor seconds and its children's."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-m", "benchmarks.overhead", str(film), "--child", kind, "--place", str(place)]
    own = {"XDG_STATE_HOME": str(place / "state"), "PREFECT_HOME": str(place / f"prefect-{kind}")}
    own["PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL"] = "CRITICAL"  # as the command line has it
    subprocess.run([*command, "--style", style], check=True, env=os.environ | own | environment)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _make(kind: str, film: Path, place: Path, style: str) -> None:
    if kind == "plain":
        sys.meta_path.insert(0, _NoPrefect())
    from configs.recipes.recipe import Recipe
    from flows.comic import make_comic

    given: dict[str, Any] = {"film": film, "out": place / f"{kind}.pdf", "work": place / f"work-{kind}"}
    given["recipe"] = Recipe(style=style, device="cpu")
    if kind == "plain":
        make_comic(**given)
        assert not [name for name, module in sys.modules.items() if name == "prefect" and hasattr(module, "__file__")]
        return
    from tasks.serving.running import run_flow

    run_flow(make_comic, **given)


class _NoPrefect(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Stands for every module of Prefect: what is taken from it does nothing, but tasks and flows, which are called."""

    def find_spec(self, name: str, path: object, target: object = None) -> importlib.machinery.ModuleSpec | None:
        """Take charge of Prefect's modules alone."""
        ours = name.partition(".")[0] == "prefect"
        return importlib.machinery.ModuleSpec(name, self, is_package=True) if ours else None

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        """Make one that has whatever is asked of it."""
        return _Empty(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """There is nothing to be run."""


class _Empty(ModuleType):
    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return {"task": _task, "flow": _flow, "TaskRunContext": _NoContext}.get(name, _Idle)


class _Idle:
    """Anything, which does nothing."""

    flow_run = None

    def __init__(self, *given: Any, **named: Any) -> None: ...

    def __class_getitem__(cls, of: Any) -> type:
        return cls

    def __getattr__(self, name: str) -> Any:
        return lambda *given, **named: None

    @classmethod
    def get(cls) -> Any:
        """Return something: a run is going on."""
        return cls()


class _NoContext(_Idle):
    @classmethod
    def get(cls) -> Any:
        """Return nothing: no task run is going on."""
        return None


_POOL = ThreadPoolExecutor(2)


class _PlainTask:
    """A function that is called in place of a task run."""

    def __init__(self, made: Callable[..., Any], name: str) -> None:
        self.fn, self.name = made, name

    def __call__(self, *given: Any, return_state: bool = False, **named: Any) -> Any:
        done = self.fn(*given, **named)
        if not return_state:
            return done
        ended: Future[Any] = Future()
        ended.set_result(done)
        return ended

    def submit(self, *given: Any) -> Future[Any]:
        """Call it beside one other."""
        return _POOL.submit(self.fn, *given)


def _task(*, name: str, **ways: Any) -> Callable[[Callable[..., Any]], _PlainTask]:
    return lambda made: _PlainTask(made, name)


def _flow(**ways: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    return lambda made: made


if __name__ == "__main__":
    main()
