"""A bucket on this machine for the tests: moto's server in a process, and a line to it that can be cut."""

import os
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path

import httpx
import pytest

NAME = "comics"
SECRET = "this-must-never-be-told"
needs_moto = pytest.mark.skipif(
    find_spec("moto") is None or find_spec("obstore") is None, reason="moto or obstore is not installed"
)


class Line:
    """A port that leads to a server, and can be cut and mended."""

    def __init__(self, port: int) -> None:
        self.delay_s = 0.0
        """So much later an answer comes, as from far away."""
        self._to = port
        self._open: set[socket.socket] = set()
        self._listener: socket.socket | None = None
        self.port = free_port()
        self.mend()

    def mend(self) -> None:
        """Lead to the server."""
        listener = socket.create_server(("127.0.0.1", self.port))
        self._listener = listener
        threading.Thread(target=self._serve, args=(listener,), daemon=True).start()

    def cut(self) -> None:
        """Refuse whoever comes, and drop those who are there."""
        if self._listener is not None:
            with suppress(OSError):
                self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()
            self._listener = None
        for one in list(self._open):
            _close(one)

    def _serve(self, listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                here, _ = listener.accept()
                there = socket.create_connection(("127.0.0.1", self._to))
                self._open |= {here, there}
                for source, sink in ((here, there), (there, here)):
                    threading.Thread(target=self._pour, args=(source, sink), daemon=True).start()

    def _pour(self, source: socket.socket, sink: socket.socket) -> None:
        last_s = 0.0
        with suppress(OSError):
            while data := source.recv(1 << 16):
                if (
                    self.delay_s
                    and source.getpeername()[1] == self._to
                    and time.monotonic() - last_s > self.delay_s / 2
                ):
                    time.sleep(self.delay_s)
                sink.sendall(data)
                last_s = time.monotonic()
        for one in (source, sink):
            _close(one)
            self._open.discard(one)


def _close(one: socket.socket) -> None:
    with suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
    one.close()


class Bucket:
    """A bucket that a process serves."""

    def __init__(self, port: int, log: Path) -> None:
        self.line = Line(port)
        self._api = f"http://127.0.0.1:{port}/{NAME}"
        self._log = log
        self.url = f"s3://{NAME}/kept"

    @property
    def environment(self) -> dict[str, str]:
        """What a process takes to find it."""
        return {
            "AWS_ACCESS_KEY_ID": "tests",
            "AWS_SECRET_ACCESS_KEY": SECRET,
            "AWS_REGION": "us-east-1",
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{self.line.port}",
        }

    def put_since(self, mark: int = 0) -> list[str]:
        """Return the keys that were put, each as often as it was; `mark` lines of the server's log are left out."""
        lines = self._log.read_text().splitlines()[mark:]
        return [found[1] for line in lines if (found := re.search(rf'"PUT /{NAME}/kept/(\S+) ', line))]

    def mark(self) -> int:
        """Return where the server's log is now."""
        return len(self._log.read_text().splitlines())


@contextmanager
def serving_bucket() -> Iterator[Bucket]:
    """Serve an empty bucket from a process of its own."""
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder, "log")
        with log.open("w") as told:
            server = subprocess.Popen(
                [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
                stdout=told,
                stderr=told,
                env={**os.environ, "AWS_ACCESS_KEY_ID": "tests", "AWS_SECRET_ACCESS_KEY": SECRET},
            )
        try:
            for _ in range(240):
                with suppress(httpx.HTTPError):
                    httpx.put(f"http://127.0.0.1:{port}/{NAME}").raise_for_status()
                    break
                time.sleep(0.25)
            bucket = Bucket(port, log)
            yield bucket
            bucket.line.cut()
        finally:
            server.kill()
            server.wait()


def free_port() -> int:
    """Return a port that nobody uses just now."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])
