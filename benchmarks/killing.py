"""What trials of a fleet kill and start again: workers with their children, and a Prefect server."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx

from tests.tasks.store.shared.bucket import free_port


def wait_for(what: Any, most_s: float) -> Any:
    """Return what a call gives once it gives something; a server that does not answer is asked again."""
    end = time.monotonic() + most_s
    while time.monotonic() < end:
        with suppress(httpx.HTTPError):
            if found := what():
                return found
        time.sleep(0.5)
    raise TimeoutError("it took too long")


def kill_all(worker: "subprocess.Popen[str]") -> None:
    """Kill a worker and all that it has started, as a power cut does."""
    for line in subprocess.run(["ps", "-eo", "pid,ppid"], capture_output=True, text=True).stdout.splitlines()[1:]:
        pid, parent = map(int, line.split())
        if parent == worker.pid:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
    with suppress(ProcessLookupError):
        os.killpg(worker.pid, signal.SIGKILL)
    worker.wait()


class Server:
    """A Prefect server in a process of its own, which can be killed and started again on the same database."""

    def __init__(self, folder: Path) -> None:
        port = free_port()
        self.api = f"http://127.0.0.1:{port}/api"
        self._log = folder / "server.log"
        self._own = {
            "PREFECT_HOME": str(folder / "server"),
            "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
            "DO_NOT_TRACK": "1",
        }
        self._command = [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)]
        self.start()

    def start(self) -> None:
        """Start it, and wait until it answers."""
        with self._log.open("a") as log:
            self._process = subprocess.Popen(
                self._command,
                env={**os.environ, **self._own},
                stdout=log,
                stderr=log,
                start_new_session=True,
                text=True,
            )
        wait_for(lambda: httpx.get(f"{self.api}/health").status_code == 200, 180)

    def kill(self) -> None:
        """Kill it as a power cut does."""
        kill_all(self._process)


@contextmanager
def closing_server(folder: Path) -> Iterator[Server]:
    """Yield a server that is gone afterwards."""
    serving = Server(folder)
    try:
        yield serving
    finally:
        serving.kill()
