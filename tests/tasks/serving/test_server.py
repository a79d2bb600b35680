import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from configs.disk.processes import birth
from configs.errors import ServerError
from configs.settings import state_root
from tasks.serving import access, own_server, server

ROOT = Path(__file__).parents[3]


@contextmanager
def listener() -> Iterator[str]:
    """Something that takes connections and never says a word."""
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen()
        yield f"http://127.0.0.1:{deaf.getsockname()[1]}/api"


@contextmanager
def web_server(pages: dict[str, tuple[int, str]]) -> Iterator[str]:
    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, body = pages.get(self.path, (404, "{}"))
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as web:
        threading.Thread(target=web.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{web.server_address[1]}/api"
        web.shutdown()


@contextmanager
def named(url: str) -> Iterator[None]:
    from prefect.settings import PREFECT_API_URL, temporary_settings

    with temporary_settings({PREFECT_API_URL: url}):
        yield


def closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def assert_refused(url: str, word: str = "") -> None:
    with named(url), pytest.raises(ServerError) as raised, server.server_for_run():
        pytest.fail("a run went elsewhere")
    line = str(raised.value)
    assert url in line and "PREFECT_API_URL" in line and "\n" not in line and word in line


def test_a_named_server_that_is_not_there_stops_the_run() -> None:
    assert_refused(f"http://127.0.0.1:{closed_port()}/api")


def test_a_named_server_that_hangs_stops_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "_NAMED_WAIT_S", 0.5)
    began = time.monotonic()
    with listener() as url:
        assert_refused(url)
    assert time.monotonic() - began < 60, "a bound against waiting for ever, which a busy machine keeps too"


def test_a_named_address_that_is_no_server_stops_the_run() -> None:
    with web_server({}) as url:
        assert_refused(url, "404")
    assert_refused("no-address")


def test_a_named_server_that_wants_a_password_stops_the_run() -> None:
    with web_server({"/api/health": (200, "true"), "/api/admin/version": (401, "{}")}) as url:
        assert_refused(url, "401")


@pytest.mark.parametrize(
    "pages",
    [
        {},
        {"/api/health": (200, "true")},
        {"/api/health": (200, "<html>welcome</html>"), "/api/admin/version": (200, '"3.8.8"')},
        {"/api/health": (200, "true"), "/api/admin/version": (401, '{"detail": "Unauthorized"}')},
        {"/api/health": (200, "true"), "/api/admin/version": (200, '"2.20.0"')},
    ],
)
def test_other_things_on_the_port_are_no_server(pages: dict[str, tuple[int, str]]) -> None:
    with web_server(pages) as url:
        assert not server.is_usable_prefect(url)


def test_a_prefect_on_the_port_is_used_and_not_taken_down(monkeypatch: pytest.MonkeyPatch) -> None:
    pages = {"/api/health": (200, "true"), "/api/admin/version": (200, '"3.8.8"')}
    with web_server(pages) as url:
        monkeypatch.setattr(server, "LOCAL_API", url)
        with named(""), server.server_for_run() as used:
            assert used == url == os.environ["PREFECT_API_URL"]
        assert "PREFECT_API_URL" not in os.environ
        assert server.is_usable_prefect(url)


def test_a_listener_that_hangs_is_no_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access, "_WAIT_S", 0.5)
    with listener() as url:
        assert not server.is_usable_prefect(url)


def test_a_server_of_ours_that_hangs_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own_server, "_ANSWER_WAIT_S", 0.5)
    monkeypatch.setattr(access, "_WAIT_S", 0.5)
    hanging = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True)
    stem = own_server._stem()
    _leave_record(stem, hanging.pid, birth(hanging.pid))
    assert own_server._adopted(stem) is None
    assert hanging.wait(timeout=60) == -signal.SIGTERM


def test_a_process_that_only_has_the_same_number_is_left_alone() -> None:
    other = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True)
    stem = own_server._stem()
    _leave_record(stem, other.pid, "another birth")
    try:
        assert own_server._adopted(stem) is None
        assert other.poll() is None
    finally:
        other.kill()
        other.wait()


@pytest.mark.parametrize("text", ["", "{", '{"pid": "?"}'])
def test_a_broken_record_is_no_server(text: str) -> None:
    stem = own_server._stem()
    own_server._record_path(stem).write_text(text)
    assert own_server._adopted(stem) is None


def test_a_server_that_cannot_start_is_told_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    told: list[str] = []
    with pytest.raises(ServerError) as raised, own_server.own_server(told.append):
        pytest.fail("there is no server")
    assert "\n" not in str(raised.value) and raised.value.path is not None and Path(raised.value.path).is_file()
    assert len(told) == 1


def _leave_record(stem: Path, pid: int, born: str) -> None:
    record = own_server.Record(pid=pid, port=closed_port(), born=born, started_s=0.0, auth="a:b")
    own_server._record_path(stem).write_text(record.model_dump_json())


RUN = """
import json, os, signal, subprocess, sys, time
from prefect import flow, task
from prefect.client.orchestration import get_client
from prefect.task_runners import ThreadPoolTaskRunner
from tasks.serving import own_server, server

server.LOCAL_API = "http://127.0.0.1:9/api"  # whatever this machine runs there
SELF = [sys.executable, __file__]


@task
def piece(number):
    return number


@flow(task_runner=ThreadPoolTaskRunner(max_workers=4))
def many(count):
    return len([future.result() for future in [piece.submit(number) for number in range(count)]])


def ended_rows():
    with get_client(sync_client=True) as client:
        states = {"type": {"any_": ["COMPLETED", "FAILED", "CRASHED", "CANCELLED"]}}
        return client.request("POST", "/task_runs/count", json={"task_runs": {"state": states}}).json()


what = sys.argv[1]
with server.server_for_run() as url:
    record = own_server.Record.model_validate_json(own_server._record_path(own_server._stem()).read_bytes())
    seen = {"url": url, "pid": record.pid}
    if what == "work":
        seen["before"] = ended_rows()
        seen["count"] = many(60)
    if what == "killed":
        print(json.dumps(seen), flush=True)
        os.kill(os.getpid(), signal.SIGKILL)
    if what == "look":
        seen["ended"] = ended_rows()
        other = subprocess.run([*SELF, "share"], check=True, capture_output=True, text=True)
        seen["other"] = json.loads(other.stdout.splitlines()[-1])
        seen["ended_after_other"] = ended_rows()
print(json.dumps(seen), flush=True)
"""


@pytest.mark.timeout(900)  # two starts of a server
def test_our_own_server_comes_and_goes_and_loses_nothing(tmp_path: Path) -> None:
    """A whole run, a killed one that leaves its server, and two that share what was left: two starts in all."""
    script = tmp_path / "run.py"
    script.write_text(RUN)

    def run(what: str, code: int = 0) -> dict[str, Any]:
        environment = os.environ | {"PYTHONPATH": str(ROOT)}
        done = subprocess.run([sys.executable, script, what], env=environment, capture_output=True, text=True)
        assert done.returncode == code, done.stderr
        return dict(json.loads(done.stdout.splitlines()[-1]))

    whole = run("work")
    assert whole["count"] == 60
    assert not _exists(whole["pid"]) and not list(state_root().glob("*.json"))

    assert not list(state_root().glob("*.user-*"))

    left = run("killed", -signal.SIGKILL)
    assert _exists(left["pid"]) and left["pid"] != whole["pid"]

    looking = run("look")
    all_of_them = whole["before"] + 60  # other tests' servers kept theirs in the same folder
    assert looking["ended"] == all_of_them
    assert (looking["url"], looking["pid"]) == (left["url"], left["pid"])
    assert looking["other"]["pid"] == left["pid"], "runs at the same time share one server"
    assert looking["ended_after_other"] == all_of_them, "the first one out leaves it to the other"
    assert not _exists(left["pid"]) and not list(state_root().glob("*.json"))
    assert not list(state_root().glob("*.user-*")), "what the killed one left is swept"


def _exists(pid: int) -> bool:
    return birth(pid) != ""
