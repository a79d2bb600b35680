"""Nothing of a run's history is lost: what this process reports is sent, and our own server has written it down.

Prefect reports task runs as a stream of events. A server stores the events and, apart from that and more slowly, makes
rows of task runs of them; one that is stopped when the flow ends has made only the first few. So we send a last event
of our own, and when that one is stored, every task run that the stored events speak of must have its row.
"""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

_ENDED = ("COMPLETED", "FAILED", "CRASHED", "CANCELLED")
_STALLED_S = 20.0
"""A server that has written nothing new for so long will not any more."""
_SEND_WAIT_S = 30.0
_TELL_AFTER_S = 3.0
_CHUNK = 200


@contextmanager
def everything_sent() -> Iterator[None]:
    """Send what Prefect still holds in memory (events, logs) when the block ends."""
    try:
        yield
    finally:
        _flush()


@contextmanager
def everything_recorded(tell: Callable[[str], None]) -> Iterator[None]:
    """Wait, when the block ends, until the server has recorded every task run that was reported meanwhile.

    Args:
        tell: Called with one line when that takes more than a few seconds.
    """
    began = datetime.now(UTC) - timedelta(seconds=1)
    try:
        yield
    finally:
        marker = _send_marker()
        _flush()
        _wait_until_written(began, marker, tell)


def _send_marker() -> str:
    """Send an event that comes after all others and return the resource it is about."""
    from prefect.events import emit_event

    marker = f"filmcomic.run.{uuid4()}"
    emit_event("filmcomic.run-ended", resource={"prefect.resource.id": marker})
    return marker


def _flush() -> None:
    """Send events and logs that are still in memory."""
    from prefect.events.worker import EventsWorker
    from prefect.logging.handlers import APILogWorker

    EventsWorker.drain_all(timeout=_SEND_WAIT_S, at_exit=False)
    APILogWorker.drain_all(timeout=_SEND_WAIT_S, at_exit=False)


def _wait_until_written(began: datetime, marker: str, tell: Callable[[str], None]) -> None:
    """Poll the server until nothing is missing, or until it has written nothing new for long."""
    start = moved = time.monotonic()
    before: tuple[int, int] | None = None
    told = False
    while (found := _missing_and_seen(began, marker))[0] != 0:
        now = time.monotonic()
        if found != before:
            before, moved = found, now
        if now - moved > _STALLED_S:
            logging.getLogger(__name__).warning("%d task runs are missing on the dashboard", found[0])
            return
        if not told and now - start > _TELL_AFTER_S:
            tell("the server is still writing down the history of the run")
            told = True
        time.sleep(0.2)


def _missing_and_seen(began: datetime, marker: str) -> tuple[int, int]:
    """Return how many task runs lack their row or its end (-1: not known yet), and how many the server knows of."""
    import httpx
    from prefect.client.orchestration import get_client

    def ask(path: Any, **body: Any) -> Any:
        return client.request("POST", path, json=body).json()

    def resources(**about: Any) -> list[str]:
        when = {"since": began.isoformat(), "until": datetime.now(UTC).isoformat()}
        found = ask("/events/count-by/resource", filter={"occurred": when, "resource": about})
        return [row["value"].rpartition(".")[2] for row in found]

    def rows(runs: list[str], state: dict[str, Any] | None) -> int:
        chunks = [runs[at : at + _CHUNK] for at in range(0, len(runs), _CHUNK)]
        return sum(ask("/task_runs/count", task_runs={"id": {"any_": chunk}, "state": state}) for chunk in chunks)

    try:
        with get_client(sync_client=True) as client:
            known = resources(id_prefix=["prefect.task-run."])
            if not resources(id=[marker]):
                return -1, len(known)
            ended = resources(id_prefix=["prefect.task-run."], labels={"prefect.state-type": list(_ENDED)})
            lacking = len(known) - rows(known, None) + len(ended) - rows(ended, {"type": {"any_": list(_ENDED)}})
            return lacking, len(known)
    except httpx.HTTPError:
        return -1, 0
