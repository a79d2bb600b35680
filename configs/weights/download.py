"""A download that survives broken connections: resumed by HTTP Range, verified before it counts."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import requests
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

_ATTEMPTS = 4
_PAUSE_S = 0.5
_TIMEOUT_S = 20.0
_CHUNK_BYTES = 1 << 16
_MOST_TIMES_THE_SIZE = 4
"""A server that sends more than this many times the expected size is cut off."""


class Broken(Exception):
    """The download failed; the text is the reason, a few words."""


class Download:
    """One file to be had from an address.

    What arrives is kept in `<name>.part` beside the file to be, so that a later attempt, also of another process, goes
    on where this one ended.

    Args:
        url: The address.
        target: The file to be; its folder exists.
        size_bytes: About how large the file is.
        is_right: Tells whether the file at a path is the one wanted.
        progress: Whether to draw a bar on stderr, if that is a terminal.
    """

    def __init__(
        self, url: str, target: Path, size_bytes: int, is_right: Callable[[Path], bool], *, progress: bool
    ) -> None:
        self._url, self._target = url, target
        self._limit_bytes = size_bytes * _MOST_TIMES_THE_SIZE
        self._is_right = is_right
        self._progress = progress and sys.stderr.isatty()
        self._part = target.with_name(f"{target.name}.part")

    def run(self) -> None:
        """Fill the target, whole and verified; raises Broken."""
        resumed = self._part.exists() and self._part.stat().st_size > 0
        self._fill()
        if resumed and not self._is_right(self._part):  # what lay there was of another file: once more, from nothing
            self._part.unlink()
            self._fill()
        if not self._is_right(self._part):
            self._part.unlink()
            raise Broken("what the server sent has another digest")
        self._part.replace(self._target)

    def _fill(self) -> None:
        """Try a few times, each going on where the last one broke."""
        for attempt in range(_ATTEMPTS):
            try:
                return self._go_on()
            except requests.RequestException as error:
                answer = error.response
                if attempt + 1 == _ATTEMPTS or (answer is not None and answer.status_code < 500):
                    raise Broken(_reason(error)) from error
                time.sleep(_PAUSE_S * 2**attempt)
        return None

    def _go_on(self) -> None:
        have = self._part.stat().st_size if self._part.exists() else 0
        headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={have}-"} if have else {})
        with requests.get(self._url, headers=headers, stream=True, timeout=_TIMEOUT_S) as answer:
            if have and answer.status_code == requests.codes.requested_range_not_satisfiable:
                return  # nothing is missing, or it is another file: the digest tells
            answer.raise_for_status()
            if not _continues(answer, have):
                have = 0
            self._pour(answer, have)

    def _pour(self, answer: requests.Response, have: int) -> None:
        missing = int(answer.headers.get("Content-Length", 0))
        total = have + missing if missing else None
        with self._bar(total, have) as drawn, self._part.open("ab" if have else "wb") as stream:
            for chunk in answer.iter_content(_CHUNK_BYTES):
                stream.write(chunk)
                drawn(stream.tell())
                if stream.tell() > self._limit_bytes:
                    raise Broken("the server sends far more than the file holds")
            if total is not None and stream.tell() < total:  # requests does not say so by itself
                raise requests.ConnectionError("the connection broke")

    @contextmanager
    def _bar(self, total: int | None, have: int) -> Iterator[Callable[[int], None]]:
        """Draw a bar while the block runs; what is yielded is told how many bytes there are."""
        columns = (
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            TaskProgressColumn(),
            DownloadColumn(),
            TimeRemainingColumn(),
        )
        with Progress(*columns, console=Console(stderr=True), disable=not self._progress) as bars:
            bar = bars.add_task(self._target.name, total=total, completed=have)
            yield lambda there: bars.update(bar, completed=there)


def _continues(answer: requests.Response, have: int) -> bool:
    """Whether the answer starts where the part ends; a server without ranges sends everything again."""
    if answer.status_code != requests.codes.partial_content:
        return False
    with suppress(IndexError, ValueError):
        return int(answer.headers.get("Content-Range", "").split()[1].partition("-")[0]) == have
    return False


def _reason(error: requests.RequestException) -> str:
    if error.response is not None:
        return f"the server answers {error.response.status_code}"
    if isinstance(error, requests.Timeout):
        return "the server does not answer"
    return "no connection, or it broke"
