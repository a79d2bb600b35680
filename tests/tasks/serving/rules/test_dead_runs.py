import contextlib
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
import yaml
from prefect import flow, task
from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterId
from prefect.client.schemas.objects import ConcurrencyLimitConfig
from prefect.exceptions import ObjectAlreadyExists

from configs.settings import state_root
from tasks.serving.entering import enter
from tasks.serving.rules import dead_runs
from tasks.serving.rules.dead_runs import Note, crash_dead_runs, note_run, runs_noted
from tests.material import ROOT

KILLED = """
import os, signal, time
from prefect import flow, task
from prefect.task_runners import ThreadPoolTaskRunner
from tasks.serving.entering import enter


@task
def piece():
    time.sleep(2)  # so that the server hears of the task
    os.kill(os.getpid(), signal.SIGKILL)


@flow(name="one-film")
def one_film():
    enter()
    piece.submit().result()


@flow(name="many-films", task_runner=ThreadPoolTaskRunner(max_workers=2))
def many_films():
    enter()
    one_film()


many_films()
"""


@flow(name="lives")
def living() -> int:
    enter()
    return len(dead_runs._notes())


def test_a_killed_run_its_sub_run_and_their_tasks_are_crashed_by_the_next(prefect_server: str) -> None:
    environment = os.environ | {"PREFECT_API_URL": prefect_server, "PYTHONPATH": str(ROOT)}
    ended = subprocess.run([sys.executable, "-c", KILLED], env=environment, capture_output=True, text=True, check=False)
    assert ended.returncode == -9, ended.stderr
    notes = [note for _, note in dead_runs._notes()]
    assert len(notes) == 2
    with get_client(sync_client=True) as client:
        before = [client.read_flow_run(note.run) for note in notes]
        assert {run.state_name for run in before} == {"Running"}
        within = FlowRunFilter(id=FlowRunFilterId(any_=[note.run for note in notes]))
        deadline = time.monotonic() + 60
        while {run.name[:5] for run in client.read_task_runs(flow_run_filter=within)} < {"piece"}:
            assert time.monotonic() < deadline
            time.sleep(0.2)
        assert crash_dead_runs() >= 1
        after = [client.read_flow_run(note.run) for note in notes]
        assert {run.state_name for run in after} == {"Crashed"}
        assert all(run.state is not None and "killed" in str(run.state.message) for run in after)
        tasks = client.read_task_runs(flow_run_filter=within)
        assert {run.state_name for run in tasks} == {"Crashed"}
    assert crash_dead_runs() == 0 and dead_runs._notes() == [], "looked at once more, then forgotten"


def test_a_run_that_lives_is_left_alone_and_its_note_goes_with_it(prefect_server: str) -> None:
    with runs_noted():
        assert living() == 1
        assert crash_dead_runs() == 0 and len(dead_runs._notes()) == 1
    assert dead_runs._notes() == []
    with pytest.raises(KeyboardInterrupt), runs_noted():
        living()
        raise KeyboardInterrupt
    assert len(dead_runs._notes()) == 1, "the next run looks how it ended"


def test_a_run_that_another_server_knows_is_kept_for_it(prefect_server: str) -> None:
    leave(uuid4())
    assert crash_dead_runs() == 0 and len(dead_runs._notes()) == 1


def test_a_run_of_another_machine_that_shares_the_folder_is_left_to_it(prefect_server: str) -> None:
    with get_client(sync_client=True) as client:
        run = client.create_flow_run(living).id
        moved(client, run, "PENDING", "RUNNING")
        leave(run, host="elsewhere")
        assert crash_dead_runs() == 0
        assert client.read_flow_run(run).state_name == "Running"


def test_a_server_that_is_gone_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    leave(uuid4())
    monkeypatch.setenv("PREFECT_CLIENT_MAX_RETRIES", "0")
    from prefect.settings import PREFECT_API_URL, PREFECT_CLIENT_MAX_RETRIES, temporary_settings

    with temporary_settings({PREFECT_API_URL: "http://127.0.0.1:9/api", PREFECT_CLIENT_MAX_RETRIES: 0}):
        assert crash_dead_runs() == 0
    assert len(dead_runs._notes()) == 1


@pytest.mark.parametrize("text", ["", "{", '{"run": 1}'])
def test_a_broken_note_is_forgotten(text: str) -> None:
    (state_root() / "runs").mkdir(parents=True)
    (state_root() / "runs" / "x.json").write_text(text)
    assert dead_runs._notes() == [] and not list((state_root() / "runs").iterdir())


def test_a_state_folder_that_cannot_be_written_stops_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    note_run(uuid4())
    assert crash_dead_runs() == 0


def test_a_dead_nightly_batch_does_not_cancel_the_next(prefect_server: str) -> None:
    deployments = yaml.safe_load((ROOT / "prefect.yaml").read_text())["deployments"]
    (plan,) = [one for one in deployments if one["name"] == "make-comics"]
    night = deployed(plan["concurrency_limit"])
    with get_client(sync_client=True) as client:
        dead, busy = (client.create_flow_run_from_deployment(night).id for _ in range(2))
        assert moved(client, dead, "PENDING", "RUNNING") == "RUNNING"
        assert moved(client, busy, "PENDING") == "CANCELLED", "one at a time"
        leave(dead)
        assert crash_dead_runs() == 1
        tomorrow = client.create_flow_run_from_deployment(night).id
        assert moved(client, tomorrow, "PENDING", "RUNNING") == "RUNNING"


def test_a_sub_run_that_waits_for_a_worker_goes_with_the_run_that_asked_for_it(prefect_server: str) -> None:
    pooled = deployed(None)
    with get_client(sync_client=True) as client:
        parent = client.create_flow_run(living)
        asking = client.create_task_run(asks, parent.id, dynamic_key="0")
        sent = [client.create_flow_run_from_deployment(pooled, parent_task_run_id=asking.id).id for _ in range(2)]
        moved(client, parent.id, "PENDING", "RUNNING")
        moved(client, sent[1], "PENDING", "RUNNING")
        leave(parent.id)
        crash_dead_runs()
        states = [client.read_flow_run(run).state_type for run in (parent.id, *sent)]
    assert states == ["CRASHED", "CANCELLED", "RUNNING"], "what a worker has begun, it ends"


@task
def asks() -> None: ...


def leave(run: UUID, **other: str) -> None:
    """Leave the note of a process that is gone."""
    note_run(run)
    path = state_root() / "runs" / f"{run}.json"
    path.write_text(
        Note.model_validate_json(path.read_bytes()).model_copy(update={"born": "1", **other}).model_dump_json()
    )


def moved(client: Any, run: UUID, *states: str) -> str:
    """Move a run through states as a worker does, and return where it got to."""
    for state in states:
        client.request("POST", "/flow_runs/{id}/set_state", path_params={"id": run}, json={"state": {"type": state}})
    return str(client.read_flow_run(run).state_type.value)


def deployed(limit: dict[str, Any] | None) -> UUID:
    with get_client(sync_client=True) as client:
        with contextlib.suppress(ObjectAlreadyExists):
            client.create_work_pool(WorkPoolCreate(name="nights", type="process"))
        flow_id = client.create_flow(living)
        options = None if limit is None else ConcurrencyLimitConfig.model_validate(limit)
        body = {"flow_id": str(flow_id), "name": f"night-{uuid4()}", "work_pool_name": "nights"}
        if options is not None:
            strategy = {"collision_strategy": options.collision_strategy.value}
            body |= {"concurrency_limit": options.limit, "concurrency_options": strategy}  # type: ignore[dict-item]
        return UUID(client.request("POST", "/deployments/", content=json.dumps(body)).json()["id"])
