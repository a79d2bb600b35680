"""The fleet's machines: the dashboard's server and the workers, as `make dashboard`, `make worker`, `make gpu-worker`.

    python -m tasks.serving.fleet dashboard [--host 0.0.0.0 --address http://films.example:4200]
    python -m tasks.serving.fleet worker --pool cpu [--limit N] [--films FOLDER] [--watch FOLDER]

A worker creates the pools, tells the server about the deployments of prefect.yaml, and then becomes Prefect's own
worker process. Both stop on Ctrl-C and on SIGTERM, also when they were started in the background by a script. The
dashboard asks for a secret (`access`); runs on a worker use certain folders only (`configs/disk/roots.py`).
"""

import argparse
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import urlsplit

from configs.disk.roots import VARIABLE
from configs.errors import FilmcomicError, FilmError, ServerError
from configs.settings import films_root, work_root
from tasks.console.interrupts import leave_on_signals
from tasks.serving.access import (
    close_home,
    closed_environment,
    dashboard_auth,
    dashboards,
    kept_secret,
    note_dashboard,
    secret_path,
)
from tasks.serving.rules.dead_runs import EVERY_S, crash_dead_runs, watch_heartbeats
from tasks.serving.rules.notices import ADDRESS, tell_ends
from tasks.serving.server import LOCAL_API, found_server, leading_to

POOLS = ("cpu", "gpu")
NIGHTLY = "make-comics/make-comics"
WATCHING = "watch-folder/watch-folder"
_SLUGS = {NIGHTLY: "nightly", WATCHING: "often"}
"""Schedules that sleep until somebody names a folder, by their deployments."""
_ASLEEP: tuple[bool, dict[str, Any]] = (False, {})
CLONE = "FILMCOMIC_CLONE"
"""Names the clone whose code a worker runs: it may lie elsewhere on each machine (the pull steps of prefect.yaml)."""
_ROOT = Path(__file__).resolve().parents[2]

_QUIET = {"DO_NOT_TRACK": "1", "PREFECT_SERVER_ANALYTICS_ENABLED": "false"}
_PROMPT = {
    "PREFECT_WORKER_QUERY_SECONDS": "3",
    "PREFECT_WORKER_HEARTBEAT_SECONDS": "10",  # a worker that died counts as offline after three of them
    "PREFECT_FLOWS_HEARTBEAT_FREQUENCY": str(EVERY_S),
}
_SERVER = {
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_BATCH_SIZE": "64",  # rows in batches, not one by one
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_FLUSH_INTERVAL": "1",
    # who holds the one place of the nightly batch is known after a restart too, and given up when its holder is gone
    "PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE": "prefect.server.concurrency.lease_storage.filesystem",
}
_KEPT = {  # old runs with their logs and artifacts, and events, go; a user's own settings go before
    "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "true",
    "PREFECT_SERVER_SERVICES_DB_VACUUM_RETENTION_PERIOD": str(60 * 86400),
    "PREFECT_SERVER_EVENTS_RETENTION_PERIOD": "P14D",
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Start what was asked for; it takes the place of this process."""
    asked = command_parser().parse_args(arguments)
    try:
        if asked.kind == "dashboard":
            _start_server(asked.port, asked.host, asked.address)
        else:
            _start_worker(asked.pool, asked.limit, {NIGHTLY: asked.films, WATCHING: asked.watch})
    except FilmcomicError as error:
        _say(str(error))
        sys.exit(error.exit_code)


def command_parser() -> argparse.ArgumentParser:
    """Return what reads the command line of a machine."""
    parser = argparse.ArgumentParser(prog="python -m tasks.serving.fleet", description="Start a machine of the fleet.")
    kinds = parser.add_subparsers(dest="kind", required=True)
    dashboard = kinds.add_parser("dashboard", help="The server with the dashboard.")
    dashboard.add_argument("--port", type=int, default=4200)
    dashboard.add_argument("--host", default="127.0.0.1", help="Where it listens: 0.0.0.0 for other machines too.")
    dashboard.add_argument("--address", help="How browsers reach it, as in http://films.example:4200.")
    worker = kinds.add_parser("worker", help="A worker of a pool.")
    worker.add_argument("--pool", choices=POOLS, default="cpu")
    worker.add_argument("--limit", type=int, help="How many runs at a time.")
    worker.add_argument("--films", help="Folder whose films become comics every night.")
    worker.add_argument("--watch", help="Folder whose films become comics as they come.")
    return parser


def _start_server(port: int, host: str, address: str | None) -> NoReturn:
    """Become a server that asks for a secret and whose pages know where their data are; on this machine alone, unless
    another host is asked for.
    """
    if address is not None and not _is_address(address):
        raise ServerError(
            "this is no address of a web page", cure="give one as in http://films.example:4200", path=address
        )
    if port in [one.port for one in dashboards()]:
        raise ServerError(
            "a dashboard runs here already", cure="use it, or choose another PORT", path=f"http://127.0.0.1:{port}"
        )
    auth = dashboard_auth()
    if secret_path().is_file() and auth == kept_secret():
        _say(f"the dashboard asks for a password: it is the line in {secret_path()}")
    close_home()
    note_dashboard(port, auth)
    kept = {name: os.environ.get(name, value) for name, value in _KEPT.items()}
    _become(
        ["server", "start", "--host", host, "--port", str(port)],
        _QUIET | _SERVER | kept | closed_environment(port, auth, address),
    )


def _is_address(address: str) -> bool:
    try:
        parts = urlsplit(address)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _start_worker(pool: str, limit: int | None, folders: Mapping[str, str | None]) -> NoReturn:
    """Tell the server about the fleet, then become a worker; `folders` are those named for schedules."""
    for folder in folders.values():
        if folder and not Path(folder).is_dir():
            raise FilmError("this folder of films does not exist", cure="name one that does", path=folder)
    api, auth = _server()
    with leading_to(api, auth):
        schedules = {
            name: (True, {"folder": str(Path(folder).resolve())}) if folder else _schedule(name)
            for name, folder in folders.items()
        }
        _make_pools()
        _deploy()
        for name, schedule in schedules.items():
            if schedule != _ASLEEP:
                _set_schedule(name, *schedule)
        watch_heartbeats()
        if told := os.environ.get(ADDRESS):
            tell_ends(told)
        crash_dead_runs()
    limited = ["--limit", str(limit)] if limit is not None else []
    command = ["worker", "start", "--pool", pool, "--type", "process", *limited]
    named = [str(told["folder"]) for _, told in schedules.values() if "folder" in told]
    there = {"PREFECT_API_URL": api} | ({} if auth is None else {"PREFECT_API_AUTH_STRING": auth})
    _become(command, _QUIET | _PROMPT | there | {VARIABLE: _roots(*named), CLONE: str(_ROOT)})


def _server() -> tuple[str, str | None]:
    """Return the server that the worker is to serve, and its secret: the one that is named, else the dashboard here."""
    found = found_server(_say)
    if found is None:
        raise ServerError("no Prefect server answers here", cure="run make dashboard first", path=LOCAL_API)
    return found


def _roots(*films: str) -> str:
    """Return the folders that the worker's runs may use, as FILMCOMIC_ROOTS has them.

    They are those that are named there; else the folders of films and the work folder; else, where nobody named any
    films, the user's own folder and the work folder.
    """
    named = os.environ.get(VARIABLE)
    if named:
        return named
    shared = [str(root)] if (root := films_root()) else []
    folders = [*(films or [str(Path.home())]), str(work_root()), *shared]
    if not films:
        _say(f"runs may use {' and '.join(folders)}; name other folders in {VARIABLE}")
    return os.pathsep.join(dict.fromkeys(folders))


def _say(line: str) -> None:
    sys.stderr.write(f"filmcomic: {line}\n")


def _deploy() -> None:
    """Tell the server about the deployments of prefect.yaml; its workers run this clone."""
    command = [sys.executable, "-m", "prefect", "--no-prompt", "deploy", "--all"]
    done = subprocess.run(command, cwd=_ROOT, env=os.environ | _QUIET, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.stderr.write(done.stdout + done.stderr)
        raise FilmcomicError("the deployments were not accepted", cure="see above", path=_ROOT / "prefect.yaml")


def _make_pools() -> None:
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.actions import WorkPoolCreate
    from prefect.exceptions import ObjectAlreadyExists

    with get_client(sync_client=True) as client:
        for pool in POOLS:
            try:
                client.create_work_pool(WorkPoolCreate(name=pool, type="process"))
            except ObjectAlreadyExists:
                continue


def _schedule(deployment: str) -> tuple[bool, dict[str, Any]]:
    """Return whether a schedule is awake and for which folder, so that deploying again leaves it so."""
    from prefect.client.orchestration import get_client
    from prefect.exceptions import ObjectNotFound

    with get_client(sync_client=True) as client:
        try:
            schedules = client.read_deployment_by_name(deployment).schedules
        except ObjectNotFound:
            return _ASLEEP
    for schedule in schedules:
        if schedule.slug == _SLUGS[deployment]:
            return schedule.active, schedule.parameters
    return _ASLEEP


def _set_schedule(name: str, active: bool, parameters: dict[str, Any]) -> None:
    from prefect.client.orchestration import get_client

    with get_client(sync_client=True) as client:
        deployment = client.read_deployment_by_name(name)
        for schedule in deployment.schedules:
            if schedule.slug == _SLUGS[name]:
                client.update_deployment_schedule(deployment.id, schedule.id, active=active, parameters=parameters)


def _become(command: list[str], environment: dict[str, str]) -> NoReturn:
    """Let Prefect's command take the place of this process, with Ctrl-C as it was before any script ignored it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    os.execve(sys.executable, [sys.executable, "-m", "prefect", *command], os.environ | environment)


if __name__ == "__main__":
    leave_on_signals()
    main()
