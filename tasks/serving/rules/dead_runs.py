"""Runs whose process died without a word (killed, out of memory, a power cut) are told as crashed.

A process that is killed cannot say so, and the server would call its run running for ever. Every run is noted with its
process in the state folder (`runs/<flow run>.json`); the next run on this machine, and a worker that starts, look for
notes whose process is gone. What died on a machine that does not come back is found by its missing heartbeats: only
a rule on the server (an automation) acts on those. It looks at our runs alone, by their tag; others may beat more
slowly.
"""

import logging
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

import httpx
from pydantic import BaseModel, ConfigDict, ValidationError

from configs.disk.files import write_private
from configs.disk.processes import birth, lives, machine
from configs.settings import private_folder, state_root

if TYPE_CHECKING:
    from prefect.client.orchestration import SyncPrefectClient

TAG = "filmcomic"
"""Borne by every run of ours."""
EVERY_S = 30
RULE = "filmcomic: runs without heartbeat have crashed"
_SILENCE_S = 4 * EVERY_S
_ENDS = ("Completed", "Failed", "Crashed", "Cancelled", "TimedOut", "Paused", "Suspended", "AwaitingRetry")
"""After these no heartbeat is due."""
_TOLD = "its process ended without a word: it was killed, or the machine went down"
_KEPT_S = 60 * 86400.0
"""A note of a run that no server knew for so long is forgotten."""
_PASSES = 50
"""So many times 200 task runs of one dead run, at most."""


class Note(BaseModel):
    """Which process a run is in."""

    model_config = ConfigDict(frozen=True)

    run: UUID
    host: str
    pid: int
    born: str


def note_run(run: UUID) -> None:
    """Note that a flow run is in this process; a state folder that cannot be written to is no reason to stop it."""
    with suppress(OSError):
        note = Note(run=run, host=machine(), pid=os.getpid(), born=birth(os.getpid()))
        write_private(private_folder(_folder()) / f"{run}.json", note.model_dump_json())


@contextmanager
def runs_noted() -> Iterator[None]:
    """Forget the notes of this process when the block ends well; else the next run looks how its runs ended."""
    yield
    own = birth(os.getpid())
    for path, note in _notes():
        if (note.pid, note.born) == (os.getpid(), own):
            path.unlink(missing_ok=True)


def crash_dead_runs() -> int:
    """Set runs of dead processes of this machine to Crashed, on the server in use, with all that runs under them.

    Returns:
        How many there were. A server that does not answer is asked again by the next run.
    """
    dead = [(path, note) for path, note in _notes() if not lives(note.pid, note.born)]
    if not dead:
        return 0
    from prefect.client.orchestration import get_client
    from prefect.exceptions import ObjectNotFound, PrefectHTTPStatusError

    crashed = 0
    with get_client(sync_client=True) as client:
        for path, note in dead:
            try:
                ended, tasks = _crash(client, note.run)
                crashed += ended
                if not ended and not tasks:  # else once more by the next run: servers write task runs down late
                    path.unlink(missing_ok=True)
            except ObjectNotFound:  # it is another server's
                if time.time() - path.stat().st_mtime > _KEPT_S:
                    path.unlink(missing_ok=True)
            except (httpx.HTTPError, PrefectHTTPStatusError, OSError) as error:
                logging.getLogger(__name__).warning("a dead run stays as it is (%s)", error)
    return crashed


def _crash(client: "SyncPrefectClient", run: UUID) -> tuple[int, int]:
    """Crash a run that has not ended, what runs under it in the same process first.

    A sub-run that was sent to a pool goes on: its worker lives, and what it makes is found by the next run.

    Returns:
        Whether the run had not ended, and how many task runs had not.
    """
    from prefect.client.schemas.filters import (
        FlowRunFilter,
        FlowRunFilterId,
        FlowRunFilterParentFlowRunId,
    )
    from prefect.states import Cancelled

    seen, tasks = client.read_flow_run(run), 0
    under = FlowRunFilter(parent_flow_run_id=FlowRunFilterParentFlowRunId(any_=[run]))
    for child in client.read_flow_runs(flow_run_filter=under):
        if child.deployment_id is None:
            tasks += sum(_crash(client, child.id))
        elif child.state is None or child.state.is_scheduled():
            client.set_flow_run_state(child.id, Cancelled(message="the run that asked for it is gone"), force=True)
    tasks += _crash_tasks(client, FlowRunFilter(id=FlowRunFilterId(any_=[run])))
    if seen.state is not None and seen.state.is_final():
        return 0, tasks
    client.set_flow_run_state(run, crashed_state(_TOLD), force=True)
    return 1, tasks


def _crash_tasks(client: "SyncPrefectClient", within: Any) -> int:
    from prefect.client.schemas.filters import TaskRunFilter, TaskRunFilterState, TaskRunFilterStateType
    from prefect.client.schemas.objects import StateType

    going = [StateType.RUNNING, StateType.PENDING, StateType.SCHEDULED, StateType.CANCELLING]
    state = TaskRunFilter(state=TaskRunFilterState(type=TaskRunFilterStateType(any_=going)))
    count = 0
    for _ in range(_PASSES):
        found = client.read_task_runs(flow_run_filter=within, task_run_filter=state)
        for task in found:
            client.set_task_run_state(task.id, crashed_state(_TOLD), force=True)
        count += len(found)
        if not found:
            break
    return count


def crashed_state(why: str) -> Any:
    """Return the state of a run that died."""
    from prefect.states import Crashed

    return Crashed(message=why)


def _folder() -> Path:
    return state_root() / "runs"


def _notes() -> list[tuple[Path, Note]]:
    """Return the notes of this machine; others that share the folder see to their own."""
    found = []
    for path in sorted(_folder().glob("*.json")):
        try:
            note = Note.model_validate_json(path.read_bytes())
            if note.host == machine():
                found.append((path, note))
        except ValidationError:
            path.unlink(missing_ok=True)
        except OSError:  # another run was quicker, or it is somebody else's
            continue
    return found


def watch_heartbeats() -> None:
    """Have the server in use crash our runs whose heartbeats stop; once, however often it is called."""
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.objects import StateType
    from prefect.events.actions import ChangeFlowRunState
    from prefect.events.schemas.automations import AutomationCore, EventTrigger, Posture

    beat = "prefect.flow-run.heartbeat"
    rule = AutomationCore(
        name=RULE,
        description="Made by make worker. A run that is silent for so long was killed, or its machine went down.",
        enabled=True,
        trigger=EventTrigger(
            match={"prefect.resource.id": "prefect.flow-run.*"},
            match_related={"prefect.resource.id": f"prefect.tag.{TAG}", "prefect.resource.role": "tag"},
            for_each={"prefect.resource.id"},
            after={beat},
            expect={beat, *(f"prefect.flow-run.{name}" for name in _ENDS)},
            posture=Posture.Proactive,
            threshold=1,
            within=timedelta(seconds=_SILENCE_S),
        ),
        actions=[ChangeFlowRunState(state=StateType.CRASHED, message=f"no heartbeat for {_SILENCE_S} s")],
    )
    with get_client(sync_client=True) as client:
        known = client.read_automations_by_name(RULE)
        if known:
            client.update_automation(known[0].id, rule)
        else:
            client.create_automation(rule)
        for double in known[1:]:
            client.delete_automation(double.id)
