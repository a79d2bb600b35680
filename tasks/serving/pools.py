"""Work sent to a pool of workers: only where one is online, and taken back when its workers are gone.

A deployment runs as a sub-flow run of the current flow, so that the dashboard shows it under its parent. Its work must
be safe to do twice (files written beside and renamed): when the pool falls silent we stop waiting and the caller does
the work here, though a worker that was only cut off may still be finishing it.
"""

import os
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, cast

import httpx
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.objects import FlowRun, State, WorkerStatus
from prefect.deployments import run_deployment
from prefect.exceptions import Abort, ObjectNotFound, PrefectHTTPStatusError
from prefect.states import Cancelled, Cancelling, Completed

from configs.errors import FilmcomicError, PlaceError
from tasks.serving.rules.dead_runs import crashed_state

CPU_POOL = "cpu"
"""Makes comics, and parts of them."""
TAKEN_WITHIN_S = 60.0
"""What no worker has begun by then is called off and done here: they have other work."""
_POLL_S = 2.0
_SILENCE_S = 60.0
"""A pool without an online worker for so long is gone, though work was begun; a worker restarted is back before."""


_GIVEN_BACK = "GivenBack"
"""Name of the state in which a flow ends that could not do its work where it ran; its message says why.

The state and its message always reach the server; a result or an error stays where the worker keeps its results.
"""


@dataclass(frozen=True)
class PoolOutcome:
    """How work that was sent to a pool ended."""

    done: bool
    """False: the pool is gone or could not take the work, and it is still to be done."""
    result: Any = None
    """What the flow returned, when it was done and its result is within reach."""
    why: str = ""
    """One line for a person when it was not done."""


def worker_online(pool: str) -> bool:
    """Tell whether a worker of the pool is there to take work now.

    False, too, when there is no such pool or the server does not answer.
    """
    try:
        with get_client(sync_client=True) as client:
            return bool(_online(client, pool))
    except (httpx.HTTPError, ValueError, RuntimeError):  # ValueError, RuntimeError: no server is set, or too old a one
        return False


def given_back_state(why: str) -> State[Any]:
    """Return the state for a flow to end in where its worker cannot do the work: whoever sent it does it itself.

    Args:
        why: One line for a person.
    """
    return Completed(name=_GIVEN_BACK, message=why)


def workers_online(pool: str) -> int:
    """Return how many workers of the pool are there; 0 where there is no such pool or the server does not answer."""
    try:
        with get_client(sync_client=True) as client:
            return len(_online(client, pool))
    except (httpx.HTTPError, ValueError, RuntimeError):
        return 0


def others_online(pool: str) -> int:
    """Return how many workers of the pool are online, beside the one in which this run is."""
    inside = bool(os.environ.get("PREFECT__FLOW_RUN_ID"))
    return max(0, workers_online(pool) - inside)


def run_on_pool(
    deployment: str,
    parameters: dict[str, Any],
    *,
    begin_within_s: float | None = None,
    name: str | None = None,
    alive: Callable[[], None] | None = None,
) -> PoolOutcome:
    """Run a deployment as a sub-flow run of the current flow and wait for it.

    Args:
        deployment: `flow-name/deployment-name`.
        parameters: Its parameters, as JSON holds them.
        begin_within_s: A run that no worker has taken up by then is called off; None to wait as long as there is one.
        name: Of the run; left out, the server makes one up.
        alive: Called now and then; when it raises, the run is called off.

    Raises:
        FilmcomicError: The flow failed; the flow's own error where it can be read. Trying here would fail as well.
    """
    with get_client(sync_client=True) as client:
        try:
            pool = client.read_deployment_by_name(deployment).work_pool_name
            run = cast(FlowRun, run_deployment(deployment, parameters=parameters, timeout=0, flow_run_name=name))
        except ObjectNotFound:
            return PoolOutcome(done=False, why=f"there is no deployment {deployment}")
        except PrefectHTTPStatusError as error:
            return PoolOutcome(done=False, why=f"{deployment} was not accepted: {_first_line(error)}")
        if pool is None:
            return PoolOutcome(done=False, why=f"{deployment} belongs to no pool")
        try:
            ended = _awaited(client, run, pool, begin_within_s, alive or _go_on)
        except BaseException:
            _call_off(client, run, pool)
            raise
    why = f"the workers of {pool} are gone, or have other work"
    return _outcome(ended) if ended is not None else PoolOutcome(done=False, why=why)


def _go_on() -> None:
    """Nobody asks for an end."""


def _awaited(
    client: SyncPrefectClient, run: FlowRun, pool: str, begin_within_s: float | None, alive: Callable[[], None]
) -> FlowRun | None:
    """Wait until the run has ended; call it off and return None when its pool stays silent, or before it has begun."""
    sent = heard = time.monotonic()
    while True:
        alive()
        seen = client.read_flow_run(run.id)
        if seen.state is not None and seen.state.is_final():
            return seen
        late = begin_within_s is not None and _not_begun(seen) and time.monotonic() - sent > begin_within_s
        if not late and _online(client, pool):
            heard = time.monotonic()
        elif late or _not_begun(seen) or time.monotonic() - heard > _SILENCE_S:
            _call_off(client, run, pool)
            return None
        time.sleep(_POLL_S)


def _not_begun(run: FlowRun) -> bool:
    return run.state is None or run.state.is_scheduled()


def _outcome(run: FlowRun) -> PoolOutcome:
    """Turn the state that a run ended in into an outcome, or raise what it failed with."""
    state = run.state
    assert state is not None
    if state.is_completed() and state.name == _GIVEN_BACK:
        return PoolOutcome(done=False, why=state.message or "no reason given")
    if state.is_completed():
        return PoolOutcome(done=True, result=_result(run))
    if state.is_failed():
        failure = _failure(run)
        if isinstance(failure, PlaceError) or f"{PlaceError.__name__}:" in failure.problem:
            return PoolOutcome(done=False, why=f"its worker may not: {failure}")  # here we may
        raise failure
    word = "was cancelled" if state.is_cancelled() else "crashed"
    if state.is_cancelled():
        raise FilmcomicError(f"the run {run.name} on a worker {word}", cure="start again when it may run")
    return PoolOutcome(done=False, why=f"the run {run.name} {word} on its worker: {state.message or 'no reason given'}")


def _result(run: FlowRun) -> Any:
    """Return the stored result; None where it was not kept or lies out of reach."""
    assert run.state is not None
    with suppress(Exception):  # its storage may be another machine's, in any of many ways
        return run.state.result(raise_on_failure=False)
    return None


def _failure(run: FlowRun) -> FilmcomicError:
    """Return the error of the flow; the one it raised when it is one of ours and can be read."""
    found = _result(run)
    if isinstance(found, FilmcomicError):
        return found
    assert run.state is not None
    message = (run.state.message or "no reason given").removeprefix("Flow run encountered an exception: ")
    return FilmcomicError(f"the run {run.name} failed on its worker ({_first_line(message)})")


def _call_off(client: SyncPrefectClient, run: FlowRun, pool: str) -> None:
    """End a run: by its worker when one is there to hear of it, else here, so that it does not seem to run for ever."""
    with suppress(httpx.HTTPError, ObjectNotFound, Abort):
        seen = client.read_flow_run(run.id)
        if seen.state is not None and seen.state.is_final():
            return
        if _not_begun(seen):
            client.set_flow_run_state(run.id, Cancelled(), force=True)
        elif _online(client, pool):
            client.set_flow_run_state(run.id, Cancelling())
        else:
            client.set_flow_run_state(run.id, crashed_state(f"the workers of {pool} are gone"), force=True)


def _online(client: SyncPrefectClient, pool: str) -> list[Any]:
    """Return the workers of a pool that are online, unless it is paused.

    The server calls a worker online as long as fewer than three of its heartbeats are missing.
    """
    try:
        if client.read_work_pool(pool).is_paused:
            return []
        workers = client.read_workers_for_work_pool(pool)
    except ObjectNotFound:
        return []
    except PrefectHTTPStatusError as error:
        if error.response.status_code == httpx.codes.NOT_FOUND:
            return []
        raise
    return [worker for worker in workers if worker.status == WorkerStatus.ONLINE]


def _first_line(told: object) -> str:
    return next(iter(str(told).splitlines()), "")
