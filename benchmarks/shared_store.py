"""One store for many machines, tried as a fleet would: two homes and two clones that share a server and a bucket alone.

    python -m benchmarks.shared_store FILM [again together gone killed lost server clip cost] [--delay-ms N]

    again     a film made in one home, then in the other: no stage is done again, the same bytes
    together  a worker of one home makes it, a worker of the other paints it: the bytes of an undisturbed run
    gone      the bucket does not answer for a whole minute in the middle: the same bytes
    killed    the painting worker is killed and started again: nothing that was finished is painted twice
    lost      the worker that makes the film is killed, started again, and the run retried: nothing is sent twice
    server    Prefect's server is killed in the middle and started again: the run goes on, nothing is sent twice
    clip      the film itself is painted on a worker that has it at another place: the same bytes
    cost      a run with the bucket against one with a folder of its own: at most 1.15 times the time

The bucket is moto's, in a process of this machine; the GPU's worker paints on the processor.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from benchmarks.killing import Server, closing_server, kill_all, wait_for
from configs.units import file_sha256
from tests.tasks.store.shared.bucket import Bucket, serving_bucket

_TRIALS = ("again", "together", "gone", "killed", "lost", "server", "clip", "cost")
_ROOT = Path(__file__).resolve().parents[1]
_CLASSIC, _NEURAL = "ink-line", "atelier-line"
_AT_MOST = 1.15
_GONE_S = 60.0
_DOWN_S = 10.0
"""So long the server is away, besides what its start takes."""
_BEGUN = 4
"""So many paintings lie in the bucket when something is killed."""


class Home:
    """A machine: a clone, a home for Prefect, a staging folder, the film."""

    def __init__(self, folder: Path, film: Path, api: str, bucket: Bucket) -> None:
        self.folder, self.clone = folder, folder / "clone"
        self._bucket, self._api = bucket, api
        subprocess.run(["git", "clone", "-q", str(_ROOT), str(self.clone)], check=True)
        self.film = folder / "films" / film.name
        self.film.parent.mkdir()
        for one in film.parent.glob(f"{film.stem}*.srt"):
            shutil.copy(one, self.film.parent)
        shutil.copy(film, self.film)

    def environment(self, work: str = "") -> dict[str, str]:
        """What its processes are given; `work` for another work folder than the bucket."""
        return {
            **os.environ,
            **self._bucket.environment,
            "PYTHONPATH": str(self.clone),
            "PREFECT_HOME": str(self.folder / "prefect"),
            "PREFECT_API_URL": self._api,
            "XDG_CACHE_HOME": str(self.folder / "cache"),
            "XDG_STATE_HOME": str(self.folder / "state"),
            "FILMCOMIC_WORK": work or self._bucket.url,
            "FILMCOMIC_ROOTS": str(self.folder.parent),
            "FILMCOMIC_FILMS": str(self.film.parent),
        }

    def make(self, out: str, style: str = _CLASSIC, work: str = "") -> tuple[Path, float, float]:
        """Make the film's comic; return it, the seconds it took, and those of the processor."""
        return self.run("make", out, style, work)

    def run(self, verb: str, name: str, style: str, work: str = "", *more: str) -> tuple[Path, float, float]:
        """Make something of the film; return it, the seconds it took, and those of the processor."""
        out = self.folder / name
        before, began = _children_s(), time.monotonic()
        command = [sys.executable, "-m", "flows.cli", verb, str(self.film), "-o", str(out), "--style", style, *more]
        done = subprocess.Popen(command, cwd=self.clone, env=self.environment(work), text=True, stderr=subprocess.PIPE)
        for line in done.stderr or ():
            if "shared store" in line or "filmcomic:" in line or "painting here" in line:
                print(f"    {line.strip()}", flush=True)
        assert done.wait() == 0, "the run failed"
        return out, time.monotonic() - began, _children_s() - before

    def worker(self, *arguments: str, work: str = "") -> "subprocess.Popen[str]":
        """Start one of its workers, in a group of its own; `work` for another work folder than the bucket."""
        log = (self.folder / f"worker-{arguments[1]}.log").open("a")
        command = [sys.executable, "-m", "tasks.serving.fleet", "worker", *arguments]
        return subprocess.Popen(
            command,
            cwd=self.clone,
            env=self.environment(work),
            stdout=log,
            stderr=log,
            text=True,
            start_new_session=True,
        )


def _children_s() -> float:
    used = os.times()
    return used.children_user + used.children_system


def _stages(api: str, since: str) -> Counter[str]:
    """Count the states of all task runs that began after a moment."""
    counted: Counter[str] = Counter()
    for offset in range(0, 10_000, 200):
        asked = {"offset": offset, "task_runs": {"start_time": {"after_": since}}}
        found = httpx.post(f"{api}/task_runs/filter", json=asked, timeout=60).json()
        counted.update(f"{one['name'].rpartition('-')[0]} {one['state_name']}" for one in found)
        if len(found) < 200:
            return counted
    return counted


def _now() -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())


def again(one: Home, other: Home, bucket: Bucket, api: str) -> None:
    """Make the same film in both homes."""
    for home in (one, other):
        mark, since = bucket.mark(), _now()
        comic, wall_s, cpu_s = home.make("again.pdf")
        time.sleep(8)  # until the server has written down what it was told
        states = _stages(api, since)
        print(f"  {home.folder.name}: {wall_s:.1f} s, processor {cpu_s:.1f} s, {file_sha256(comic)[:16]}")
        print(f"    {json.dumps(dict(sorted(states.items())))}; {len(bucket.put_since(mark))} files sent")
    done = [name for name in states if not name.endswith("Cached") and not name.startswith("probe")]
    same = (one.folder / "again.pdf").read_bytes() == (other.folder / "again.pdf").read_bytes()
    print(f"  stages done again: {done or 'none'}; the same bytes: {same}")


def together(one: Home, other: Home, bucket: Bucket, api: str, kill: bool = False) -> None:
    """Make a film on a worker of one home while one of the other paints; kill that one in the middle where asked."""
    title = "killed" if kill else "together"
    style = "atelier-colour" if kill else _NEURAL
    alone, wall_s, _ = one.make(f"{title}-alone.pdf", style, work=str(one.folder / "alone"))
    print(f"  undisturbed: {wall_s:.1f} s")
    comic, mark, since = one.folder / f"{title}.pdf", bucket.mark(), _now()
    workers = [one.worker("--pool", "cpu"), other.worker("--pool", "gpu", "--limit", "1")]
    try:
        wait_for(lambda: _online(api, "cpu") and _online(api, "gpu"), 120)
        began = time.monotonic()
        run = _start(api, {"film": str(one.film), "out": str(comic), "recipe": {"style": style}})
        if kill:
            wait_for(lambda: _paintings(bucket, mark) >= _BEGUN, 400)
            kill_all(workers[1])
            print(f"  killed after {_paintings(bucket, mark)} paintings")
            time.sleep(3)
            workers[1] = other.worker("--pool", "gpu", "--limit", "1")
        state = wait_for(lambda: _ended(api, run), 900)
        print(f"  {state}: {time.monotonic() - began:.1f} s from the order on")
    finally:
        for worker in workers:
            kill_all(worker)
    print(f"  of the painting flow: {_painting_runs(api, since)}")
    puts = Counter(key for key in bucket.put_since(mark) if "paintings/" in key)
    twice = [key for key, count in puts.items() if count > 1]
    states = {name: count for name, count in sorted(_stages(api, since).items()) if name.startswith("paint ")}
    print(f"  {len(puts)} paintings sent, {len(twice)} of them twice; {json.dumps(states)}")
    print(f"  the same bytes: {comic.is_file() and comic.read_bytes() == alone.read_bytes()}")


def lost(one: Home, bucket: Bucket, api: str) -> None:
    """Kill the worker and the run in it; start it again, and retry the run as the dashboard does."""
    with _midway(one, bucket, api, "lost") as (run, workers):
        kill_all(workers.pop())
        time.sleep(3)
        workers.append(one.worker("--pool", "cpu", work=_apart(bucket, "lost")))
        print(f"  the run after the worker's start: {wait_for(lambda: _ended(api, run), 300)}")
        retry = {"state": {"type": "SCHEDULED", "name": "AwaitingRetry"}, "force": True}
        httpx.post(f"{api}/flow_runs/{run}/set_state", json=retry, timeout=60).raise_for_status()
        print(f"  retried: {wait_for(lambda: _ended(api, run), 900)}")


def server(one: Home, bucket: Bucket, serving: Server) -> None:
    """Kill the server while a worker makes the film, and start it again."""
    with _midway(one, bucket, serving.api, "server") as (run, _):
        serving.kill()
        time.sleep(_DOWN_S)
        serving.start()
        print(f"  {wait_for(lambda: _ended(serving.api, run), 900)}")


def _apart(bucket: Bucket, title: str) -> str:
    """Return a store of the bucket in which nothing is known yet."""
    return f"{bucket.url}/{title}"


@contextmanager
def _midway(one: Home, bucket: Bucket, api: str, title: str) -> "Iterator[tuple[str, list[subprocess.Popen[str]]]]":
    """Have a worker make the film until a few pictures are painted, and tell how it ended after the block.

    Yields the run and the worker, which is the only one of its list.
    """
    alone, wall_s, _ = one.make(f"{title}-alone.pdf", "ink-noir", work=str(one.folder / f"alone-{title}"))
    print(f"  undisturbed: {wall_s:.1f} s")
    comic, mark = one.folder / f"{title}.pdf", bucket.mark()
    workers = [one.worker("--pool", "cpu", work=_apart(bucket, title))]
    try:
        wait_for(lambda: _online(api, "cpu"), 120)
        run = _start(api, {"film": str(one.film), "out": str(comic), "recipe": {"style": "ink-noir"}})
        wait_for(lambda: _paintings(bucket, mark) >= _BEGUN, 400)
        print(f"  broken off after {_paintings(bucket, mark)} paintings")
        yield run, workers
    finally:
        for worker in workers:
            kill_all(worker)
    puts = Counter(bucket.put_since(mark))
    twice = sorted(key for key, count in puts.items() if count > 1)
    print(f"  {len(puts)} files sent, {len(twice)} of them twice; {' '.join(twice[:5])}")
    print(f"  the same bytes: {comic.is_file() and comic.read_bytes() == alone.read_bytes()}")


def clip(one: Home, other: Home, bucket: Bucket, api: str) -> None:
    """Paint a part of the film itself on a worker of the other home, which has the film at another place."""
    part = ("--end", "3")
    alone, wall_s, _ = one.run("stylize", "clip-alone.mp4", _NEURAL, str(one.folder / "alone-clip"), *part)
    print(f"  undisturbed: {wall_s:.1f} s")
    since, worker = _now(), other.worker("--pool", "gpu", "--limit", "1")
    try:
        wait_for(lambda: _online(api, "gpu"), 120)
        painted, wall_s, _ = one.run("stylize", "clip.mp4", _NEURAL, "", *part)
    finally:
        kill_all(worker)
    print(f"  {wall_s:.1f} s; of the painting flow: {_painting_runs(api, since)}")
    print(f"  the same bytes: {painted.read_bytes() == alone.read_bytes()}")


def gone(one: Home, bucket: Bucket) -> None:
    """Cut the line to the bucket for a while in the middle of a run."""
    alone, wall_s, _ = one.make("gone-alone.pdf", "ink-noir", work=str(one.folder / "alone-gone"))
    print(f"  undisturbed: {wall_s:.1f} s")
    import threading

    mark = bucket.mark()

    def cut() -> None:
        wait_for(lambda: sum("paintings/" in key for key in bucket.put_since(mark)) >= 2, 400)
        bucket.line.cut()
        time.sleep(_GONE_S)
        bucket.line.mend()

    thread = threading.Thread(target=cut)
    thread.start()
    comic, wall_s, _ = one.make("gone.pdf", "ink-noir")
    thread.join()
    print(f"  with {_GONE_S:.0f} s without the bucket: {wall_s:.1f} s; "
          f"the same bytes: {comic.read_bytes() == alone.read_bytes()}")  # fmt: skip


def cost(one: Home, bucket: Bucket, rounds: int = 3) -> None:
    """Compare runs with the bucket and without it, one after the other, each with nothing known."""
    walls: dict[str, list[float]] = {"folder": [], "bucket": []}
    cpus: dict[str, list[float]] = {"folder": [], "bucket": []}
    for number in range(rounds):
        for kind in ("folder", "bucket") if number % 2 else ("bucket", "folder"):
            work = str(one.folder / f"cost-{number}") if kind == "folder" else f"{bucket.url}/cost-{number}"
            comic, wall_s, cpu_s = one.make(f"cost-{kind}-{number}.pdf", work=work)
            walls[kind].append(wall_s)
            cpus[kind].append(cpu_s)
            print(f"  {kind}: {wall_s:.1f} s, processor {cpu_s:.1f} s, {file_sha256(comic)[:16]}", flush=True)
    wall, cpu = (min(found["bucket"]) / min(found["folder"]) for found in (walls, cpus))
    print(f"  {wall:.2f} times the wall time, {cpu:.2f} times the processor's; {_AT_MOST} is the most")


def _painting_runs(api: str, since: str) -> list[str]:
    """Return how the runs of the painting flow ended, and on which pool."""
    asked = {
        "flows": {"name": {"any_": ["paint-pictures", "paint-film"]}},
        "flow_runs": {"start_time": {"after_": since}},
    }
    found = httpx.post(f"{api}/flow_runs/filter", json=asked, timeout=60).json()
    return [f"{one['state_name']} on {one['work_pool_name']}" for one in found]


def _paintings(bucket: Bucket, mark: int) -> int:
    return sum("paintings/" in key for key in bucket.put_since(mark))


def _online(api: str, pool: str) -> bool:
    found = httpx.post(f"{api}/work_pools/{pool}/workers/filter", json={}, timeout=60)
    return found.status_code == 200 and any(one["status"] == "ONLINE" for one in found.json())


def _start(api: str, parameters: dict[str, Any]) -> str:
    deployment = httpx.get(f"{api}/deployments/name/make-comic/make-comic", timeout=60).json()["id"]
    asked = {"parameters": parameters, "state": {"type": "SCHEDULED"}}

    def order() -> str:
        told = httpx.post(f"{api}/deployments/{deployment}/create_flow_run", json=asked, timeout=60)
        if told.status_code != httpx.codes.CREATED:
            print(f"    not taken: {told.status_code} {told.text[:300]}", flush=True)
        return str(told.raise_for_status().json()["id"])

    return str(wait_for(order, 60))  # workers that start write to the server's database too


def _ended(api: str, run: str) -> str:
    state = httpx.get(f"{api}/flow_runs/{run}", timeout=60).json()["state"]
    return f"{state['name']} {state.get('message') or ''}" if state["type"] in _FINAL else ""


_FINAL = ("COMPLETED", "FAILED", "CRASHED", "CANCELLED")


def main(arguments: Sequence[str] | None = None) -> None:
    """Try what was asked for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.shared_store")
    parser.add_argument("film", type=Path)
    parser.add_argument("trials", nargs="*", default=list(_TRIALS))
    parser.add_argument("--delay-ms", type=float, default=0.0, help="how far away the bucket seems to be")
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="shared-store-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        with serving_bucket() as bucket, closing_server(folder) as serving:
            api = serving.api
            bucket.line.delay_s = asked.delay_ms / 1000
            (folder / "one").mkdir()
            (folder / "other").mkdir()
            one, other = (Home(folder / each, asked.film, api, bucket) for each in ("one", "other"))
            for trial in asked.trials:
                print(f"{trial}:", flush=True)
                match trial:
                    case "again":
                        again(one, other, bucket, api)
                    case "together" | "killed":
                        together(one, other, bucket, api, kill=trial == "killed")
                    case "lost":
                        lost(one, bucket, api)
                    case "server":
                        server(one, bucket, serving)
                    case "clip":
                        clip(one, other, bucket, api)
                    case "gone":
                        gone(one, bucket)
                    case "cost":
                        cost(one, bucket)


if __name__ == "__main__":
    main()
