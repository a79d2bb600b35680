"""One server and workers: films made, time, memory, rows; one worker against two; beside it what `queueing` foretells.

    python -m benchmarks.fleet [--films 100] [--seconds 60] [--workers 1 2]

    all films done by one worker and by two (two are at least 1.7 times as quick on two cores), memory of server and
    workers at the start and at the end (it must not grow with the films), rows and bytes of the database a film,
    and how far the simulated time is from the measured one (at most 20 %)

The films are made up, each another one, small and of one shot every five seconds; the style is `ink-line`. Every worker
has a home of its own; server, films and store are shared.
"""

import argparse
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import psutil

from benchmarks.queueing import Film, Fleet, simulate
from benchmarks.whole_film import ffmpeg

_DEPLOYMENT = "make-comic/make-comic"
SECRET = "filmcomic:benchmark"
_SIZE = "320x180"
_SHOT_S = 5
_POLL_S = 2.0


@dataclass
class Measured:
    """What one fleet did."""

    whole_s: float = 0.0
    work_s: list[float] = field(default_factory=list)
    """Wall seconds of each film's run, from its first moment to its last."""
    waits_s: list[float] = field(default_factory=list)
    """From the end of a worker's run to the beginning of its next one."""
    cpu_s: float = 0.0
    """Of the workers with all that they started."""
    memory_mb: list[tuple[float, float]] = field(default_factory=list)
    """Server and workers, every two seconds."""
    rows: int = 0
    database_mb: float = 0.0


def main(given: Sequence[str] = ()) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fleet", description=__doc__)
    parser.add_argument("--films", type=int, default=100)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    asked = parser.parse_args(given or None)
    with tempfile.TemporaryDirectory(prefix="fleet_") as place:
        films = [_film(Path(place), number, asked.seconds) for number in range(asked.films)]
        found = {}
        for workers in asked.workers:
            found[workers] = _measure(films, workers, Path(place) / f"with{workers}")
            _print(found[workers], workers, len(films))
    first = found[asked.workers[0]]
    usual = Film(first.cpu_s / len(films), statistics.mean(first.work_s), first.rows // len(films))
    take_up_s = statistics.mean(first.waits_s) if first.waits_s else 0.0
    for workers, measured in found.items():
        foretold = simulate([usual] * len(films), Fleet(1, workers, os.cpu_count() or 1, take_up_s)).all_done_s
        print(
            f"  {workers} worker(s): {first.whole_s / measured.whole_s:.2f} times as quick as {asked.workers[0]}; "
            f"foretold {foretold:.0f} s, measured {measured.whole_s:.0f} s ({foretold / measured.whole_s - 1:+.0%})"
        )


def _print(measured: Measured, workers: int, films: int) -> None:
    early, late = measured.memory_mb[len(measured.memory_mb) // 5], measured.memory_mb[-1]
    print(
        f"  {films} films, {workers} worker(s): {measured.whole_s:.0f} s, "
        f"{measured.cpu_s / films:.1f} processor s a film; "
        f"server {early[0]:.0f} then {late[0]:.0f} MB, workers {early[1]:.0f} then {late[1]:.0f} MB; "
        f"{measured.rows / films:.0f} runs of tasks, {measured.database_mb * 1000 / films:.0f} kB of database a film",
        flush=True,
    )


def _film(place: Path, number: int, seconds: int) -> Path:
    """Make a film of scenes that differ in what is shown and in colour."""
    target = place / "films" / f"film {number:03}.mp4"
    target.parent.mkdir(exist_ok=True)
    count = max(1, seconds // _SHOT_S)
    sources, chain = [], ""
    for at in range(count):
        seed = number * count + at
        kind = ("mandelbrot=start_scale={:.2f}", "cellauto=rule={}", "life=mold=10:seed={}")[seed % 3]
        value = (0.3 + seed % 17 / 10, 18 + seed % 90, seed)[seed % 3]
        sources += ["-f", "lavfi", "-t", str(_SHOT_S), "-i", f"{kind.format(value)}:size={_SIZE}:rate=12"]
        chain += f"[{at}]format=yuv420p,setsar=1,hue=h={seed * 47 % 360}:s=2,eq=brightness={seed % 5 / 20}[v{at}];"
    chain += "".join(f"[v{at}]" for at in range(count)) + f"concat=n={count}:v=1[v]"
    command = [ffmpeg(), "-v", "error", "-y", *sources, "-filter_complex", chain, "-map", "[v]"]
    subprocess.run([*command, "-c:v", "libx264", "-preset", "ultrafast", str(target)], check=True)
    return target


def _measure(films: list[Path], workers: int, place: Path) -> Measured:
    from prefect.client.orchestration import get_client
    from prefect.deployments import run_deployment

    from tasks.serving.pools import workers_online
    from tasks.serving.server import leading_to

    place.mkdir()
    measured = Measured()
    port = free_port()
    api = f"http://127.0.0.1:{port}/api"
    with machine(place / "server", ["dashboard", "--port", str(port)], api) as server:
        until_up(api)
        crew: list[psutil.Process] = []
        with leading_to(api, SECRET), _crew(workers, place, api, crew), get_client(sync_client=True) as client:
            while workers_online("cpu") < workers:
                time.sleep(_POLL_S)
            before = sum(map(cpu_s, crew))
            began = time.monotonic()
            runs = [
                run_deployment(
                    _DEPLOYMENT,
                    parameters={
                        "film": str(film),
                        "out": str(place / f"{film.stem}.pdf"),
                        "recipe": {"style": "ink-line", "subtitles": "none"},
                        "work": str(place / "work"),
                    },
                    timeout=0,
                    as_subflow=False,
                )
                for film in films
            ]
            seen: dict[Any, Any] = {}
            used = {}
            while len(seen) < len(runs):
                time.sleep(_POLL_S)
                used |= {process.pid: cpu_s(process) for process in crew}
                measured.memory_mb.append((_memory_mb([server]), _memory_mb(crew)))
                for run in runs:
                    if run.id not in seen:
                        state = client.read_flow_run(run.id)
                        if state.state is not None and state.state.is_final():
                            seen[run.id] = state
            measured.whole_s = time.monotonic() - began
            measured.cpu_s = sum(used.values()) - before
            failed = [one.name for one in seen.values() if not one.state.is_completed()]
            if failed or len(list(place.glob("*.pdf"))) != len(films):
                sys.exit(f"{len(failed)} runs failed: {failed[:5]}")
            measured.rows = rows(client, len(films))
        ended = sorted(seen.values(), key=lambda one: one.start_time)
        measured.work_s = [(one.end_time - one.start_time).total_seconds() for one in ended]
        if workers == 1:
            measured.waits_s = [(after.start_time - one.end_time).total_seconds() for one, after in pairwise(ended)]
        measured.database_mb = sum(path.stat().st_size for path in (place / "server").rglob("prefect.db*")) / 1e6
    return measured


@contextmanager
def _crew(workers: int, place: Path, api: str, crew: list[psutil.Process]) -> Iterator[None]:
    if not workers:
        yield
        return
    arguments = ["worker", "--pool", "cpu", "--limit", "1"]
    with machine(place / f"home{workers}", arguments, api) as one:
        crew.append(one)
        with _crew(workers - 1, place, api, crew):
            yield


@contextmanager
def machine(home: Path, arguments: list[str], api: str) -> Iterator[psutil.Process]:
    """Start a machine of the fleet with a home of its own; end it and all that it started."""
    home.mkdir(parents=True)
    own = {"HOME": str(home), "PREFECT_HOME": str(home / "prefect"), "XDG_STATE_HOME": str(home / "state")}
    secret = {"PREFECT_API_URL": api, "PREFECT_API_AUTH_STRING": SECRET, "PREFECT_SERVER_API_AUTH_STRING": SECRET}
    environment = os.environ | own | secret | {"FILMCOMIC_ROOTS": "/"}
    with (home / "log").open("w") as log:
        command = [sys.executable, "-m", "tasks.serving.fleet", *arguments]
        process = psutil.Popen(command, env=environment, stdout=log, stderr=log, start_new_session=True)
    try:
        yield process
    finally:
        family = [process, *process.children(recursive=True)] if process.is_running() else []
        for each in family:
            each.terminate()
        _, left = psutil.wait_procs(family, timeout=15)
        for each in left:
            each.kill()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until_up(api: str) -> None:
    from tasks.serving.access import ask_local

    for _ in range(120):
        if ask_local(f"{api}/health") == (200, True):
            return
        time.sleep(1)
    sys.exit("the server did not come up")


def rows(client: Any, films: int) -> int:
    """Return how many runs of tasks the server knows, once it has written them all."""
    count = -1
    while True:
        found = client.request("POST", "/task_runs/count", json={}).json()
        if found == count:
            return int(found)
        count = found
        time.sleep(_POLL_S)


def cpu_s(process: psutil.Process) -> float:
    """Return what a process has used, with the children that have ended and those that have not."""
    used = 0.0
    for each in (process, *process.children(recursive=True)):
        try:
            times = each.cpu_times()
        except psutil.NoSuchProcess:
            continue
        used += times.user + times.system + times.children_user + times.children_system
    return used


def _memory_mb(processes: list[psutil.Process]) -> float:
    held = 0
    for process in processes:
        for each in (process, *process.children(recursive=True)):
            try:
                held += each.memory_info().rss
            except psutil.NoSuchProcess:
                continue
    return held / 1e6


if __name__ == "__main__":
    main()
