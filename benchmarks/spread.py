"""One film made by one worker, then spread over several that share a folder alone: who did what, and the same bytes?

    python -m benchmarks.spread FILM [--style atelier-line] [--workers 2] [--end 4:00] [--kill] [--alone COMIC]

Each worker has a home, a staging folder and a cache of its own. With --kill the first worker that does a part is killed
in the middle of it; with --alone the film is not made by one worker first, but compared with this comic.
"""

import argparse
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

import psutil

from benchmarks.fleet import SECRET, cpu_s, free_port, machine, until_up
from configs.units import file_sha256

_POLL_S = 1.0
_KILL_AFTER_S = 20.0
"""A part has been going on for so long when its worker is killed."""
_FINAL = {"COMPLETED", "FAILED", "CRASHED", "CANCELLED"}


def main(given: Sequence[str] = ()) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.spread", description=__doc__)
    parser.add_argument("film", type=Path)
    parser.add_argument("--style", default="")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--end", default="")
    parser.add_argument("--kill", action="store_true")
    parser.add_argument("--alone", type=Path)
    asked = parser.parse_args(given or None)
    recipe = {key: value for key in ("style", "end") if (value := getattr(asked, key))}
    with tempfile.TemporaryDirectory(prefix="spread_", ignore_cleanup_errors=True) as name:
        place = Path(name)
        api = f"http://127.0.0.1:{free_port()}/api"
        port = api.rpartition(":")[2].removesuffix("/api")
        with machine(place / "server", ["dashboard", "--port", port], api):
            until_up(api)
            alone = asked.alone
            if alone is None:
                alone = _made(asked.film, recipe, place / "alone", api, asked.workers, spread=False)
            spread = _made(asked.film, recipe, place / "spread", api, asked.workers, spread=True, kill=asked.kill)
            told = [file_sha256(alone)[:16], file_sha256(spread)[:16]]
            print(f"  {told[0]} alone, {told[1]} spread; the same bytes: {told[0] == told[1]}", flush=True)
            if told[0] != told[1]:
                sys.exit(1)


def _made(
    film: Path, recipe: dict[str, str], place: Path, api: str, workers: int, *, spread: bool, kill: bool = False
) -> Path:
    """Make a comic on workers that have nothing yet, and tell who did what."""
    from prefect.client.orchestration import get_client
    from prefect.deployments import run_deployment

    from tasks.serving.pools import workers_online
    from tasks.serving.server import leading_to

    comic = place / "comic.pdf"
    with leading_to(api, SECRET), _workers(workers, place, api) as crew, get_client(sync_client=True) as client:
        while workers_online("cpu") < workers:
            time.sleep(_POLL_S)
        before, used = [cpu_s(one) for one in crew], [0.0] * len(crew)
        began = time.monotonic()
        asked = {"film": str(film), "out": str(comic), "recipe": recipe, "spread": spread}
        run: Any = run_deployment("make-comic/make-comic", parameters=asked, timeout=0, as_subflow=False)
        while run.state.type.value not in _FINAL:
            time.sleep(_POLL_S)
            run = client.read_flow_run(run.id)
            for at, one in enumerate(crew):
                with suppress(psutil.NoSuchProcess):
                    used[at] = max(used[at], cpu_s(one) - before[at])
            if kill:
                kill = not _killed(client, crew)
        wall_s = time.monotonic() - began
        runs = client.read_flow_runs(limit=200)
        parts = sorted((one for one in runs if ": " in one.name), key=lambda one: str(one.created))
        shares = ", ".join(f"{one:.0f}" for one in used)
        how = "spread" if spread else "alone"
        print(f"  {how}: {run.state.name}, {wall_s:.0f} s, processor seconds of the workers {shares}", flush=True)
        for part in parts:
            print(f"    {part.name}: {part.state_name}, {part.total_run_time.total_seconds():.0f} s", flush=True)
        for log in client.read_logs(limit=200):
            if log.flow_run_id == run.id and log.level >= 30:
                print(f"    | {log.message}", flush=True)
    if not comic.is_file():
        shutil.copytree(place, Path(tempfile.gettempdir(), "spread-failed"), dirs_exist_ok=True)
        sys.exit(f"the run ended {run.state.name}: {json.dumps(run.state.message)}")
    return comic


def _killed(client: Any, crew: Sequence[psutil.Process]) -> bool:
    """Kill the worker that does a part, with the part, when it is in the middle of it."""
    for run in client.read_flow_runs(limit=200):
        going = ": " in run.name and run.state_name == "Running" and run.start_time is not None
        if not going or time.time() - run.start_time.timestamp() < _KILL_AFTER_S:
            continue
        for worker in crew:
            family = worker.children(recursive=True)
            with suppress(psutil.NoSuchProcess):
                if any(one.environ().get("PREFECT__FLOW_RUN_ID") == str(run.id) for one in family):
                    for one in (worker, *family):
                        one.kill()
                    print(f"  killed the worker of {run.name!r}", flush=True)
                    return True
    return False


@contextmanager
def _workers(count: int, place: Path, api: str) -> Iterator[list[psutil.Process]]:
    """Start workers whose machines have nothing in common but a folder of the store."""
    with ExitStack() as stack:
        crew = []
        for number in range(count):
            home = place / f"home{number}"
            os.environ.update(
                FILMCOMIC_WORK=f"file://{place}/store",
                FILMCOMIC_STAGING=str(home / "staging"),
                XDG_CACHE_HOME=str(home / "cache"),
            )
            (place / "store").mkdir(parents=True, exist_ok=True)
            crew.append(stack.enter_context(machine(home, ["worker", "--pool", "cpu", "--limit", "1"], api)))
        yield crew


if __name__ == "__main__":
    main()
