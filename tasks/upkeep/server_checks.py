"""The Prefect server that a run would go to, its pools and its clock. No server is started for it."""

import time
from collections.abc import Sequence
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, NamedTuple

from configs.errors import ServerError
from tasks.serving.access import dashboards
from tasks.serving.server import found_server, leading_to, named_server
from tasks.upkeep.findings import CheckResult, fail, fine, warn
from tasks.upkeep.place_checks import file_clock_skew_s

_SKEW_WARN_S = 5.0
_SKEW_FAIL_S = 60.0
"""Runs tell when things happened by their own clock; heartbeats that come from so far off are taken for missing."""
_POOLS = ("cpu", "gpu")
_NTP = "set the clock: timedatectl set-ntp true, or start chrony"


class PoolState(NamedTuple):
    """A pool as the server tells it."""

    name: str
    paused: bool
    online: tuple[str, ...]
    """Names of its workers that are there."""
    offline: int
    """How many are not."""


class ServerAnswer(NamedTuple):
    """What the server that a run would go to says."""

    api: str
    version: str
    """Empty where it does not tell one, as hosted ones do not."""
    ahead_s: float | None
    """By how much its clock is ahead of ours; None where it does not tell."""
    pools: tuple[PoolState, ...]
    deployments: int


def ask_server() -> ServerAnswer | ServerError | None:
    """Ask the server that is named, or one of ours that runs here.

    Returns:
        What it says; why the one that was named does not serve; None: there is none, and a run brings up its own.
    """
    try:
        found = found_server()
        if found is None:
            return None
        with leading_to(*found):
            return _asked(found[0])
    except ServerError as error:
        return error


def _asked(api: str) -> ServerAnswer:
    import httpx
    from prefect.client.orchestration import get_client
    from prefect.exceptions import PrefectHTTPStatusError

    try:
        with get_client(sync_client=True) as client:
            before = time.time()
            answer = client._client.get("/health")
            ahead_s = clock_ahead_s(answer.headers.get("date", ""), before, time.time())
            version = _version(client)
            pools = tuple(_pool(client, pool) for pool in client.read_work_pools() if pool.name in _POOLS)
            return ServerAnswer(api, version, ahead_s, pools, len(client.read_deployments()))
    except (httpx.HTTPError, PrefectHTTPStatusError) as error:
        why = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise ServerError(f"the Prefect server does not answer ({why})", cure="restart it", path=api) from None


def _version(client: Any) -> str:
    try:
        return str(client.api_version())
    except ValueError:  # not JSON: a hosted server has no such page
        return ""


def _pool(client: Any, pool: Any) -> PoolState:
    workers = client.read_workers_for_work_pool(pool.name)
    online = tuple(worker.name for worker in workers if str(getattr(worker.status, "value", worker.status)) == "ONLINE")
    return PoolState(pool.name, bool(pool.is_paused), online, len(workers) - len(online))


def clock_ahead_s(date: str, before_s: float, after_s: float) -> float | None:
    """Return by how many seconds a server's clock is ahead of ours, as far as its header tells; None where it does not.

    Args:
        date: The header `Date`, in whole seconds.
        before_s: When the question was sent, by our clock.
        after_s: When the answer was there.
    """
    try:
        told_s = parsedate_to_datetime(date).timestamp()
    except (TypeError, ValueError):
        return None
    if before_s - 1 <= told_s <= after_s:
        return 0.0
    return told_s - after_s if told_s > after_s else told_s + 1 - before_s


def check_server(answer: ServerAnswer | ServerError | None, own_version: str) -> CheckResult:
    """Judge the server by what it says.

    Args:
        answer: As `ask_server` gave it.
        own_version: Of Prefect here.
    """
    if isinstance(answer, ServerError):
        return fail("server", f"{answer.path}: {answer.problem}", answer.cure)
    if answer is None:
        told = "none is named and none runs here: each run brings up its own for as long as it lasts"
        return fine("server", told)
    if not answer.version:
        return fine("server", f"{answer.api} answers")
    ours, theirs = _parts(own_version), _parts(answer.version)
    if theirs[0] != ours[0]:
        cure = f"install prefect {answer.version} here, or {own_version} there"
        return fail("server", f"{answer.api}: Prefect {answer.version}, and {own_version} here: they do not fit", cure)
    if theirs < ours:
        found = f"{answer.api}: Prefect {answer.version}, older than {own_version} here"
        return warn(
            "server", found, "update the server first, then the workers: an older server may not know a request"
        )
    whose = "ours, " if answer.api in [one.api for one in dashboards()] else ""
    named = "named by PREFECT_API_URL" if named_server() else "on this machine"
    return fine("server", f"{answer.api} ({whose}{named}): Prefect {answer.version}, {own_version} here")


def _parts(version: str) -> tuple[int, int]:
    numbers = [int(part) if part.isdigit() else 0 for part in version.split(".")]
    return (*numbers, 0, 0)[0], (*numbers, 0, 0)[1]


def check_pools(answer: ServerAnswer | ServerError | None) -> CheckResult:
    """Judge the pools and their workers."""
    if not isinstance(answer, ServerAnswer):
        return fine(
            "pools", "not asked: no server answers" if answer else "none: films are made where the command is given"
        )
    if not answer.pools:
        return fine("pools", "none yet: films are made where the command is given; make worker makes them")
    told = "; ".join(map(_told_pool, answer.pools))
    paused = [pool.name for pool in answer.pools if pool.paused]
    if paused:
        names = " ".join(paused)
        return warn("pools", told, f"resume it on the dashboard, or with prefect work-pool resume {names}")
    if not answer.deployments:
        return warn(
            "pools", f"{told}; but no deployment", "start a worker with make worker: it tells the server of them"
        )
    idle = [pool.name for pool in answer.pools if not pool.online and (pool.offline or pool.name == "cpu")]
    if idle:
        starts = " and ".join("make worker" if name == "cpu" else "make gpu-worker" for name in idle)
        return warn("pools", f"{told}; runs from the dashboard wait", f"start {starts} on a machine of the fleet")
    return fine("pools", told)


def _told_pool(pool: PoolState) -> str:
    state = "paused, " if pool.paused else ""
    gone = f", {pool.offline} gone" if pool.offline else ""
    count = len(pool.online)
    return f"{pool.name}: {state}{count} worker{'s' * (count != 1)} online{gone}"


def check_clock(answer: ServerAnswer | ServerError | None, work: Path) -> CheckResult:
    """Compare this machine's clock with the server's and with that of the work folder's file system."""
    others: list[tuple[str, float]] = [("the file system of the work folder", file_clock_skew_s(work))]
    if isinstance(answer, ServerAnswer) and answer.ahead_s is not None:
        others.append((f"the server {answer.api}", answer.ahead_s))
    return clock_result(others)


def clock_result(others: Sequence[tuple[str, float]]) -> CheckResult:
    """Judge our clock by others.

    Args:
        others: Whose they are, and by how many seconds they are ahead of ours.
    """
    whose, ahead_s = max(others, key=lambda pair: abs(pair[1]))
    if abs(ahead_s) < _SKEW_WARN_S:
        return fine("clock", f"agrees with {' and '.join(name for name, _ in others)}")
    found = f"{whose} is {abs(ahead_s):.0f} s {'ahead of' if ahead_s > 0 else 'behind'} this machine"
    if abs(ahead_s) >= _SKEW_FAIL_S:
        return fail(
            "clock", f"{found}: living runs are taken for dead, and files for older or newer than they are", _NTP
        )
    return warn("clock", found, _NTP)
