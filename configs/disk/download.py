"""A downloader for pooch that survives broken connections: resumed by HTTP Range, verified before it counts."""

import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import requests
from tqdm import tqdm

_ATTEMPTS = 4
_PAUSE_S = 0.5
_TIMEOUT_S = 20.0
_CHUNK_BYTES = 1 << 16
_MOST_TIMES_THE_SIZE = 4
"""A server that sends more than this many times the expected size is cut off."""


class Broken(Exception):
    """The download failed; the text is the reason, a few words."""


class Downloader:
    """Called by pooch with an address and a file to fill.

    What arrives is kept in `<name>.part` beside the file pooch will make, so that a later attempt, also of another
    process, goes on where this one ended.

    Args:
        size_bytes: About how large the file is.
        is_right: Tells whether the file at a path is the one wanted.
        progress: Whether to draw a bar on stderr.
    """

    def __init__(self, size_bytes: int, is_right: Callable[[Path], bool], *, progress: bool) -> None:
        self._limit_bytes = size_bytes * _MOST_TIMES_THE_SIZE
        self._is_right = is_right
        self._progress = progress

    def __call__(self, url: str, output_file: str, pooch: object, check_only: bool = False) -> None:
        """Fill `output_file`; raises Broken."""
        target = Path(output_file)
        part = target.parent / f"{url.rpartition('/')[2]}.part"
        resumed = part.exists() and part.stat().st_size > 0
        self._fill(url, part)
        if resumed and not self._is_right(part):  # what lay there belonged to another file: once more, from nothing
            part.unlink()
            self._fill(url, part)
        if not self._is_right(part):
            part.unlink()
            raise Broken("what the server sent has another digest")
        part.replace(target)

    def _fill(self, url: str, part: Path) -> None:
        """Try a few times, each going on where the last one broke."""
        for attempt in range(_ATTEMPTS):
            try:
                return self._go_on(url, part)
            except requests.RequestException as error:
                answer = error.response
                if attempt + 1 == _ATTEMPTS or (answer is not None and answer.status_code < 500):
                    raise Broken(_reason(error)) from error
                time.sleep(_PAUSE_S * 2**attempt)
        return None

    def _go_on(self, url: str, part: Path) -> None:
        have = part.stat().st_size if part.exists() else 0
        headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={have}-"} if have else {})
        with requests.get(url, headers=headers, stream=True, timeout=_TIMEOUT_S) as answer:
            if have and answer.status_code == requests.codes.requested_range_not_satisfiable:
                return  # nothing is missing, or it is another file: the digest tells
            answer.raise_for_status()
            if not _continues(answer, have):
                have = 0
            self._pour(answer, part, have)

    def _pour(self, answer: requests.Response, part: Path, have: int) -> None:
        missing = int(answer.headers.get("Content-Length", 0))
        total = have + missing if missing else None
        bar: Any = tqdm(
            total=total, initial=have, unit="B", unit_scale=True, desc=part.stem, disable=not self._progress
        )
        with bar, part.open("ab" if have else "wb") as stream:
            for chunk in answer.iter_content(_CHUNK_BYTES):
                stream.write(chunk)
                bar.update(len(chunk))
                if stream.tell() > self._limit_bytes:
                    raise Broken("the server sends far more than the file holds")
            if total is not None and stream.tell() < total:  # requests does not say so by itself
                raise requests.ConnectionError("the connection broke")


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
