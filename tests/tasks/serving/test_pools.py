import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from prefect import flow
from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.client.schemas.objects import FlowRun
from prefect.settings import PREFECT_API_URL, temporary_settings
from prefect.states import Failed, Pending, Running

from configs.errors import FilmcomicError, FilmError, PlaceError
from flows.painting import paint_film, paint_pictures
from tasks.serving import pools
from tasks.serving.pools import run_on_pool, worker_online

ROOT = Path(__file__).parents[3]

TOY = """
import os, signal
from prefect import flow
from configs.errors import FilmError
from tasks.serving.pools import given_back_state


@flow(name="toy", persist_result=True, result_serializer="json")
def toy(what: str):
    if what == "bad film":
        raise FilmError("no video stream", cure="name another file", path="a.mkv")
    if what == "not here":
        return given_back_state("the file is another one here")
    if what == "crash":
        os.kill(os.getpid(), signal.SIGKILL)
    return what
"""


@flow(name="parent")
def send(deployment: str, parameters: dict[str, Any], begin_within_s: float | None = None) -> tuple[bool, Any, str]:
    outcome = run_on_pool(deployment, parameters, begin_within_s=begin_within_s)
    return outcome.done, outcome.result, outcome.why


@pytest.fixture(autouse=True)
def _short_polls(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pools, "_POLL_S", 0.2)


@pytest.fixture(scope="module")
def toy(prefect_server: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A deployment on a pool of its own that has no worker."""
    folder = tmp_path_factory.mktemp("toy")
    (folder / "toy.py").write_text(TOY)
    with get_client(sync_client=True) as client:
        client.create_work_pool(WorkPoolCreate(name="toys", type="process"))
    loaded = flow.from_source(source=str(folder), entrypoint="toy.py:toy")  # type: ignore[arg-type]
    loaded.deploy("toy", work_pool_name="toys", print_next_steps=False, ignore_warnings=True)
    return "toy/toy"


@pytest.fixture
def worker(toy: str, prefect_server: str, tmp_path: Path) -> Iterator[None]:
    """A worker of that pool, started as a script's background job is, Ctrl-C ignored; it stops all the same."""
    quick = {"PREFECT_WORKER_QUERY_SECONDS": "1"}  # heartbeats stay rare: three that come late are a worker lost
    start = ["worker", "start", "--pool", "toys", "--type", "process"]
    process = subprocess.Popen(
        [sys.executable, "-c", f"from tasks.serving import fleet; fleet._become({start}, {quick})"],
        env=os.environ | {"PREFECT_API_URL": prefect_server, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN),
    )
    try:
        deadline = time.monotonic() + 200
        while not worker_online("toys"):
            assert time.monotonic() < deadline and process.poll() is None
            time.sleep(0.2)
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=120)


def test_no_server_means_no_worker() -> None:
    with temporary_settings({PREFECT_API_URL: "http://127.0.0.1:9/api"}):
        assert not worker_online("gpu")


def test_no_pool_and_an_idle_pool_have_no_worker(toy: str) -> None:
    assert not worker_online("no-such-pool")
    assert not worker_online("toys")


def test_a_missing_deployment_is_an_outcome(prefect_server: str) -> None:
    assert send("toy/none", {}) == (False, None, "there is no deployment toy/none")


def test_a_pool_without_workers_is_left_at_once_and_the_run_called_off(toy: str) -> None:
    done, _, why = send(toy, {"what": "anything"})
    assert (done, why) == (False, "the workers of toys are gone, or have other work")
    assert last_run(toy).state_name == "Cancelled"


def test_a_run_that_busy_workers_do_not_take_up_is_called_off(toy: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pools, "_online", lambda client, pool: ["one that is busy"])
    done, _, why = send(toy, {"what": "anything"}, begin_within_s=0.5)
    assert not done and "other work" in why
    assert last_run(toy).state_type is not None and last_run(toy).state_type.value in ("CANCELLED", "CANCELLING")


def test_a_run_whose_worker_is_gone_does_not_stay_in_cancelling(toy: str) -> None:
    with get_client(sync_client=True) as client:
        known = client.read_deployment_by_name(toy)
        run = client.create_flow_run_from_deployment(known.id, parameters={"what": "paint"})
        for state in (Pending(), Running()):
            client.set_flow_run_state(run.id, state)
        pools._call_off(client, run, "toys")
        assert client.read_flow_run(run.id).state_name == "Crashed"


@pytest.mark.parametrize("how", ["as it was", "as told"])
def test_a_worker_that_may_not_go_there_leaves_the_work_to_us(how: str, monkeypatch: pytest.MonkeyPatch) -> None:
    error = PlaceError("lies outside the folders of this worker (a)", path="b")
    state = Failed(message=f"Flow run encountered an exception: PlaceError: {error}")
    monkeypatch.setattr(pools, "_result", lambda run: error if how == "as it was" else None)
    outcome = pools._outcome(FlowRun(flow_id=uuid4(), name="red-fox", state=state))
    assert not outcome.done and "outside the folders" in outcome.why


@pytest.mark.timeout(900)  # four starts of Prefect
def test_a_worker_does_the_work_and_its_failures_come_back(toy: str, worker: None) -> None:
    assert send(toy, {"what": "paint"}) == (True, "paint", "")
    assert last_run(toy).parent_task_run_id is not None, "shown under its parent"
    with pytest.raises(FilmError, match=r"a\.mkv: no video stream; name another file"):
        send(toy, {"what": "bad film"})
    done, _, why = send(toy, {"what": "crash"})
    assert not done and "crashed on its worker" in why
    assert send(toy, {"what": "not here"}) == (False, None, "the file is another one here")
    done, _, why = send(toy, {"what": []})
    assert not done and "was not accepted" in why


def test_a_failure_out_of_reach_is_told_in_one_line() -> None:
    state = Failed(message="Flow run encountered an exception: RuntimeError: it broke\nfar down")
    failure = pools._failure(FlowRun(flow_id=uuid4(), name="red-fox", state=state))
    assert type(failure) is FilmcomicError
    assert str(failure) == "the run red-fox failed on its worker (RuntimeError: it broke)"


def last_run(deployment: str) -> FlowRun:
    with get_client(sync_client=True) as client:
        known = client.read_deployment_by_name(deployment)
        runs = client.read_flow_runs()
    return max((run for run in runs if run.deployment_id == known.id), key=lambda run: str(run.created))


def test_what_prefect_keeps_is_never_unpickled() -> None:
    """Whoever could write where a pickle lies could have anything done."""
    kept = [each for each in (paint_pictures, paint_film) if each.persist_result]
    assert kept and all(each.result_serializer == "json" for each in kept)
