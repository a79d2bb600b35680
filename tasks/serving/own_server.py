"""A Prefect server of our own: brought up for a run, shared by runs that overlap, taken down by the last one out.

Locks beside a record keep runs apart, and the system drops them when a process dies, however it dies:

    server-<database>.json    process id, port, birth and secret of the server
    server-<database>.gate    held while a run joins or leaves, so that nobody starts or ends a server meanwhile
    server-<database>.user-*  one held by each run that uses the server; whoever finds no other held is the last one out
    server-<database>.log     what the server says

So a server left by a killed run has a record and no users: the next run adopts it when it answers and ends it when it
hangs. Server and `make dashboard` use the same database (`PREFECT_HOME`), so that the history is there later. It
answers only to the secret in its record (`access`), a new one at each start.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import IO
from uuid import uuid4

from filelock import FileLock, Timeout
from pydantic import BaseModel, ConfigDict, ValidationError

from configs.disk.files import write_private
from configs.disk.processes import birth, lives
from configs.errors import ServerError
from configs.settings import private_folder, state_root
from configs.units import text_sha256
from tasks.serving.access import ask_local, close_home, closed_environment, fresh_secret

_START_WAIT_S = 180.0
"""A first start on a busy machine also creates the database."""
_ANSWER_WAIT_S = 5.0
_STOP_WAIT_S = 20.0
_LOG_LIMIT = 1_000_000


class Record(BaseModel):
    """What the next run needs to know of a server of ours."""

    model_config = ConfigDict(frozen=True)

    pid: int
    port: int
    born: str
    """When the process was created, as the system tells it: process ids are used again."""
    started_s: float
    """Seconds since the epoch."""
    auth: str
    """The secret that it asks for."""

    @property
    def api(self) -> str:
        """Address of the server's API."""
        return f"http://127.0.0.1:{self.port}/api"


@contextmanager
def own_server(tell: Callable[[str], None]) -> Iterator[Record]:
    """Have a server of our own while the block runs.

    Yields:
        Its record: the address of its API, and the secret that it asks for.

    Raises:
        ServerError: It does not come up.
    """
    stem = _stem()
    use = FileLock(stem.with_name(f"{stem.name}.user-{uuid4().hex}"))
    with ExitStack() as held:
        with _gate(stem):
            held.enter_context(use)
            record = _adopted(stem) or _brought_up(stem, tell)
        try:
            yield record
        finally:
            with _gate(stem):
                use.release()
                if _unused(stem):
                    _end(record)
                    _record_path(stem).unlink(missing_ok=True)


def _stem() -> Path:
    """Return the stem of the files that belong to the database in use."""
    from prefect.settings import get_current_settings

    settings = get_current_settings()
    url = settings.server.database.connection_url
    database = text_sha256(url.get_secret_value() if url is not None else str(settings.home))
    return private_folder(state_root()) / f"server-{database[:12]}"


def _record_path(stem: Path) -> Path:
    return stem.with_name(stem.name + ".json")


def _gate(stem: Path) -> FileLock:
    return FileLock(stem.with_name(stem.name + ".gate"))


def _unused(stem: Path) -> bool:
    """Tell whether no run uses the server, and sweep what ended and killed runs left; to be called inside the gate."""
    for path in stem.parent.glob(f"{stem.name}.user-*"):
        try:
            with FileLock(path, blocking=False):
                pass
        except Timeout:
            return False
        path.unlink(missing_ok=True)
    return True


def _adopted(stem: Path) -> Record | None:
    """Return the running server of an earlier run, or None after ending one that hangs."""
    try:
        record = Record.model_validate_json(_record_path(stem).read_bytes())
    except (FileNotFoundError, ValidationError):
        return None
    if not _lives(record):
        return None
    still_starting_s = record.started_s + _START_WAIT_S / 3 - time.time()
    if _answers_within(record, max(_ANSWER_WAIT_S, still_starting_s)):
        return record
    _end(record)
    return None


def _brought_up(stem: Path, tell: Callable[[str], None]) -> Record:
    """Start a server and wait until it answers; a port that was taken meanwhile is given up for another."""
    tell("no Prefect server is running: bringing up our own (5 to 30 s; longer the very first time)")
    for _ in range(3):
        record, process = _started(stem)
        try:
            if _answers_within(record, _START_WAIT_S):
                return record
        except BaseException:  # Ctrl-C while it starts
            _end(record)
            raise
        if process.poll() is None:
            _end(record)
            break
    log = stem.with_name(stem.name + ".log")
    raise ServerError("our own Prefect server does not come up", cure="read why in this file", path=log)


def _started(stem: Path) -> tuple[Record, "subprocess.Popen[bytes]"]:
    """Start a server in a session of its own, where Ctrl-C in the terminal does not reach it."""
    port, auth = _free_port(), fresh_secret()
    close_home()
    command = [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)]
    with _log_file(stem) as log:
        process = subprocess.Popen(
            command,
            env=_server_environment(port, auth),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            cwd=stem.parent,  # a prefect.toml or .env of the folder we were called in is not the server's
        )
    record = Record(pid=process.pid, port=port, born=birth(process.pid), started_s=time.time(), auth=auth)
    write_private(_record_path(stem), record.model_dump_json())
    return record, process


def _server_environment(port: int, auth: str) -> dict[str, str]:
    """Return the environment of a server that serves one run: no reports to anybody, no schedules, no workers."""
    environment = {name: value for name, value in os.environ.items() if name != "PREFECT_API_URL"}
    return (
        environment
        | closed_environment(port, auth)
        | {
            "DO_NOT_TRACK": "1",
            "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
            "PREFECT_SERVER_SERVICES_SCHEDULER_ENABLED": "false",
            "PREFECT_SERVER_SERVICES_LATE_RUNS_ENABLED": "false",
            # rows are written in batches, not one by one, and at once: the end of the run waits for the last one
            "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_BATCH_SIZE": "64",
            "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_FLUSH_INTERVAL": "1",
            "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_FLUSH_INTERVAL": "1",
            "PREFECT_SERVER_LOGGING_LEVEL": "WARNING",
        }
    )


@contextmanager
def _log_file(stem: Path) -> Iterator[IO[bytes]]:
    path = stem.with_name(stem.name + ".log")
    fresh = not path.exists() or path.stat().st_size > _LOG_LIMIT
    with path.open("wb" if fresh else "ab") as log:
        yield log


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers_within(record: Record, wait_s: float) -> bool:
    """Wait until the server answers; give up early when its process is gone."""
    deadline = time.monotonic() + wait_s
    while time.monotonic() < deadline and _lives(record):
        if _answers(record):
            return True
        time.sleep(0.1)
    return False


def _answers(record: Record) -> bool:
    return ask_local(f"{record.api}/health") == (200, True)


def _lives(record: Record) -> bool:
    return lives(record.pid, record.born)


def _end(record: Record) -> None:
    """End the server: asked first, which lets it write what it holds, then by force."""
    for how, wait_s in ((signal.SIGTERM, _STOP_WAIT_S), (signal.SIGKILL, _ANSWER_WAIT_S)):
        if not _lives(record):
            return
        with suppress(ProcessLookupError):
            os.killpg(record.pid, how)
        deadline = time.monotonic() + wait_s
        while _lives(record) and time.monotonic() < deadline:
            time.sleep(0.05)
