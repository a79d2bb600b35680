"""A dashboard as `make dashboard` starts it: what a web page, a stranger and a run of ours can do there."""

import base64
import json
import os
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest
from prefect import flow
from prefect.client.orchestration import get_client
from prefect.events import emit_event
from prefect.events.related import tags_as_related_resources
from prefect.settings import PREFECT_API_URL, temporary_settings
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from configs.settings import state_root
from tasks.serving import access, fleet, server
from tasks.serving.rules import dead_runs
from tasks.serving.server import leading_to, server_for_run
from tests.material import ROOT
from tests.tasks.serving.rules.test_dead_runs import deployed, moved

JSON = {"Content-Type": "application/json"}
SHELL = {
    "name": "theirs",
    "entrypoint": "x.py:x",
    "pull_steps": [{"prefect.deployments.steps.run_shell_script": {"script": "touch /tmp/never"}}],
}


class Started:
    """A dashboard that runs, and the state folder that knows of it."""

    def __init__(self, home: Path, port: int) -> None:
        self.home, self.port, self.state = home, port, home / "state"

    @property
    def api(self) -> str:
        return f"http://127.0.0.1:{self.port}/api"

    def ask(self, method: str, path: str, body: str | None = None, **headers: str) -> tuple[int, dict[str, str], str]:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body, named)
        answer = connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read().decode()

    @cached_property
    def routes(self) -> dict[str, Any]:
        return dict(json.loads(self.ask("GET", "/openapi.json")[2])["paths"])


@pytest.fixture(scope="module")
def dashboard(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Started]:
    home = tmp_path_factory.mktemp("dashboard")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        started = Started(home, int(probe.getsockname()[1]))
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    environment |= {"PREFECT_HOME": str(home / "prefect"), "XDG_STATE_HOME": str(started.state)}
    with (home / "told").open("w") as told:
        process = subprocess.Popen(
            [sys.executable, "-m", "tasks.serving.fleet", "dashboard", "--port", str(started.port)],
            cwd=ROOT,
            env=environment,
            stdout=told,
            stderr=subprocess.STDOUT,
        )
        try:
            deadline = time.monotonic() + 240
            while access.ask_local(f"{started.api}/health") != (200, True):
                assert process.poll() is None and time.monotonic() < deadline, (home / "told").read_text()
                time.sleep(0.2)
            yield started
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=120)


@pytest.fixture
def known(dashboard: Started, monkeypatch: pytest.MonkeyPatch) -> Started:
    """The dashboard, to a run with its state folder; nothing else is on this machine."""
    monkeypatch.setenv("XDG_STATE_HOME", str(dashboard.state))
    monkeypatch.setattr(server, "LOCAL_API", "http://127.0.0.1:9/api")
    return dashboard


@contextmanager
def named(url: str) -> Iterator[None]:
    with temporary_settings({PREFECT_API_URL: url}):
        yield


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", None])
@pytest.mark.parametrize("path", ["flows", "deployments", "flow_runs", "work_pools", "events", "admin/database/clear"])
def test_a_web_page_cannot_post_without_a_preflight(dashboard: Started, path: str, kind: str | None) -> None:
    """A body without a type, as of a Blob, is taken for JSON by the server; no page needs leave to send that."""
    typed = {"Content_Type": kind} if kind else {}
    body = json.dumps(SHELL | {"confirm": True})
    status, _, _ = dashboard.ask("POST", f"/api/{path}/", body, Origin="https://evil.example", **typed)
    assert status == 401
    status, _, _ = dashboard.ask("POST", f"/api/{path}", body, Origin="https://evil.example", **typed)
    assert status == 401


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://127.0.0.1:1", "http://127.0.0.1.evil.example"]
)
def test_a_foreign_page_gets_no_leave_and_no_answer(dashboard: Started, origin: str) -> None:
    asks = {"Origin": origin, "Access_Control_Request_Method": "POST", "Access_Control_Request_Headers": "content-type"}
    status, headers, _ = dashboard.ask("OPTIONS", "/api/deployments/", **asks)
    assert status == 400 and "access-control-allow-origin" not in headers
    _, headers, _ = dashboard.ask("GET", "/api/health", Origin=origin)
    assert "access-control-allow-origin" not in headers


def test_the_dashboards_own_pages_get_leave_by_both_its_names(dashboard: Started) -> None:
    for origin in (f"http://127.0.0.1:{dashboard.port}", f"http://localhost:{dashboard.port}"):
        asks = {"Origin": origin, "Access_Control_Request_Method": "POST"}
        status, headers, _ = dashboard.ask("OPTIONS", "/api/flows/filter", **asks)
        assert status == 200 and headers["access-control-allow-origin"] == origin
    page = dashboard.ask("GET", "/dashboard", Accept="text/html")
    assert page[0] in (200, 307)
    settings = json.loads(dashboard.ask("GET", "/ui-settings")[2])
    assert settings["auth"] == "BASIC" and settings["api_url"] == dashboard.api
    assert settings.get("default_ui", "v1") == "v1", "pages that ask nobody else"


@pytest.mark.parametrize("host", ["127.0.0.1", "evil.example:4200"])
def test_no_route_answers_without_the_secret_whatever_the_host_is_called(dashboard: Started, host: str) -> None:
    """A name of the attacker's that leads to this machine (DNS rebinding) makes requests of one origin."""
    routes = dashboard.routes
    assert len(routes) > 100
    some = [(path, method) for path, methods in routes.items() for method in methods]
    open_to_all = set()
    for path, method in some if host != "127.0.0.1" else some[::20]:
        filled = path.replace("{", "").replace("}", "")
        status, _, _ = dashboard.ask(
            method.upper(), filled if filled.startswith("/api") else f"/api{filled}", Host=host
        )
        if status != 401:
            open_to_all.add(path.removeprefix("/api"))
    assert open_to_all <= {"/health", "/ready"}


def test_events_do_not_flow_without_the_secret(dashboard: Started) -> None:
    for path in ("events/in", "events/out", "logs/out"):
        url = f"ws://127.0.0.1:{dashboard.port}/api/{path}"
        with connect(url, subprotocols=["prefect"], proxy=None) as socket_:  # type: ignore[list-item]
            socket_.send(json.dumps({"type": "auth", "token": "filmcomic:guess"}))
            with pytest.raises(ConnectionClosed):
                socket_.recv(timeout=30)


def test_a_deployment_with_a_shell_step_is_refused_without_the_secret_and_taken_with_it(dashboard: Started) -> None:
    wrong = base64.b64encode(b"filmcomic:guess").decode()
    for header in ({}, {"Authorization": f"Basic {wrong}"}, {"Authorization": "Bearer x"}):
        assert dashboard.ask("POST", "/api/flows/", '{"name": "theirs"}', **JSON, **header)[0] == 401
        assert dashboard.ask("POST", "/api/deployments/", json.dumps(SHELL), **JSON, **header)[0] == 401
    secret = (dashboard.state / "filmcomic" / "server-auth").read_text().strip()
    right = {"Authorization": "Basic " + base64.b64encode(secret.encode()).decode()}
    assert dashboard.ask("POST", "/api/flows/", '{"name": "ours"}', **JSON, **right)[0] in (200, 201)


def test_the_secret_is_for_the_owner_alone_and_on_no_command_line(dashboard: Started) -> None:
    state = dashboard.state / "filmcomic"
    secret = (state / "server-auth").read_text().strip()
    user, _, password = secret.partition(":")
    assert user == "filmcomic" and len(password) >= 32
    assert stat.S_IMODE(state.stat().st_mode) == 0o700
    for path in (state / "server-auth", *state.glob(f"dashboard-{dashboard.port}-*.json")):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    home = dashboard.home / "prefect"
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in home.glob("prefect.db*")} == {0o600}
    commands = subprocess.run(["ps", "-e", "-ww", "-o", "args"], capture_output=True, text=True, check=True).stdout
    assert str(dashboard.port) in commands and password not in commands
    told = (dashboard.home / "told").read_text()
    assert str(state / "server-auth") in told and password not in told


def test_a_run_finds_the_dashboard_and_its_secret_by_itself(known: Started) -> None:
    with named(""), server_for_run() as used:
        assert used == known.api
        assert hello() == "hello"
    assert "PREFECT_API_AUTH_STRING" not in os.environ


def test_a_dashboard_that_is_named_gets_its_secret_and_nobody_else_does(
    known: Started, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in (known.api, known.api.replace("127.0.0.1", "localhost")):
        with named(name), server_for_run() as used:
            assert used == known.api and os.environ["PREFECT_API_AUTH_STRING"].startswith("filmcomic:")
    monkeypatch.setattr(server, "_check_named", lambda api: None)
    for name in ("http://example.com:4200/api", f"http://example.com:{known.port}/api", "http://127.0.0.1:1/api"):
        with named(name):
            assert server.found_server() == (name, None)


def test_the_users_own_secret_wins(known: Started, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PREFECT_API_AUTH_STRING", "me:mine")
    assert access.dashboard_auth() == "me:mine"
    monkeypatch.setattr(server, "_check_named", lambda api: None)
    with named(known.api):
        assert server.found_server() == (known.api, None), "it was named with a secret; that one is used"


def test_a_server_that_does_not_take_our_secret_is_not_ours(
    known: Started, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))  # of another user
    monkeypatch.setattr(server, "LOCAL_API", known.api)
    told: list[str] = []
    with named(""):
        assert server.found_server(told.append) is None
    assert len(told) == 1 and known.api in told[0] and "PREFECT_API_AUTH_STRING" in told[0]


def test_a_record_of_a_dashboard_that_is_gone_sends_the_secret_to_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Any] = []
    monkeypatch.setattr(access, "birth", lambda pid: "another")
    access.note_dashboard(4200, "a:b")
    monkeypatch.setattr(server, "ask_local", lambda url, auth=None: seen.append(auth) or (0, None))
    with named(""):
        assert server.found_server() is None
    assert seen and set(seen) == {None}
    assert access.dashboards() == []


def test_a_second_dashboard_on_the_port_leaves_the_first_to_be_found(known: Started) -> None:
    with pytest.raises(SystemExit) as left:
        fleet.main(["dashboard", "--port", str(known.port)])
    assert left.value.code == 2
    assert [one.api for one in access.dashboards()] == [known.api]


def test_a_dashboard_of_another_machine_that_shares_the_folder_is_left_to_it(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as there:
        there.setattr(access, "machine", lambda: "elsewhere")
        access.note_dashboard(4200, "a:b")
    assert access.dashboards() == [] and len(list(state_root().glob("dashboard-*"))) == 1


def test_a_secret_that_others_could_read_is_closed_again() -> None:
    secret = access.kept_secret()
    access.secret_path().chmod(0o644)
    assert access.kept_secret() == secret
    assert stat.S_IMODE(access.secret_path().stat().st_mode) == 0o600


def test_a_run_whose_heartbeats_stop_is_crashed_and_gives_up_its_place(
    known: Started, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A nightly batch that died with its worker does not cancel the next."""
    monkeypatch.setattr(dead_runs, "_SILENCE_S", 10)
    with leading_to(known.api, access.kept_secret()), get_client(sync_client=True) as client:
        dead_runs.watch_heartbeats()
        dead_runs.watch_heartbeats()
        assert len(client.read_automations_by_name(dead_runs.RULE)) == 1
        night = deployed({"limit": 1, "collision_strategy": "CANCEL_NEW"})
        dead = client.create_flow_run_from_deployment(night, tags=[dead_runs.TAG])
        theirs = client.create_flow_run(hello, tags=["theirs"])
        for run in (dead, theirs):
            assert moved(client, run.id, "PENDING", "RUNNING") == "RUNNING"
            beat = {"prefect.resource.id": f"prefect.flow-run.{run.id}"}
            emit_event("prefect.flow-run.heartbeat", resource=beat, related=tags_as_related_resources(set(run.tags)))
        deadline = time.monotonic() + 90
        while client.read_flow_run(dead.id).state_name != "Crashed":
            assert time.monotonic() < deadline
            time.sleep(0.5)
        assert client.read_flow_run(theirs.id).state_name == "Running", "others may beat more slowly"
        next_one = client.create_flow_run_from_deployment(night)
        assert moved(client, next_one.id, "PENDING", "RUNNING") == "RUNNING"
    assert list((known.home / "prefect").rglob("*lease*")), "who holds the place is known after a restart"


@flow
def hello() -> str:
    return "hello"
