import asyncio
import json
import os
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from jinja2 import Environment
from prefect.blocks.webhook import Webhook
from prefect.client.orchestration import get_client
from prefect.deployments.steps.core import run_steps
from prefect.settings.models.server import ServerSettings as get_server_settings
from prefect.utilities.templating import apply_values

from configs.errors import InputError
from configs.settings import work_root
from tasks.making.painting import GPU_DEPLOYMENT
from tasks.making.spread.sharing import PART_DEPLOYMENT
from tasks.media.clips import FILM_DEPLOYMENT
from tasks.serving import access, fleet, server
from tasks.serving.rules import dead_runs, notices

ROOT = Path(__file__).parents[3]
PLAN: dict[str, Any] = yaml.safe_load((ROOT / "prefect.yaml").read_text())


class Became(Exception):
    """Stands for the moment at which the process would turn into Prefect's command."""


@pytest.fixture
def became(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Collect what the process would have become."""
    seen: list[Any] = []

    def become(command: list[str], environment: dict[str, str]) -> None:
        seen.extend((command, environment))
        raise Became

    monkeypatch.setattr(fleet, "_become", become)
    return seen


def test_every_deployment_names_a_flow_and_a_pool_that_exist() -> None:
    for deployment in PLAN["deployments"]:
        file, _, flow = deployment["entrypoint"].partition(":")
        assert f"def {flow}(" in (ROOT / file).read_text()
        assert deployment["work_pool"]["name"] in fleet.POOLS


def test_the_dashboard_is_on_this_machine_alone_and_reports_to_nobody(became: list[Any]) -> None:
    with pytest.raises(Became):
        fleet.main(["dashboard", "--port", "4300"])
    command, environment = became
    assert command == ["server", "start", "--host", "127.0.0.1", "--port", "4300"]
    assert environment["PREFECT_SERVER_UI_API_URL"] == "http://127.0.0.1:4300/api"
    assert environment["PREFECT_SERVER_ANALYTICS_ENABLED"] == "false"
    assert environment["PREFECT_SERVER_API_AUTH_STRING"] == access.kept_secret() not in " ".join(command)
    assert "*" not in environment["PREFECT_SERVER_API_CORS_ALLOWED_ORIGINS"]


@pytest.mark.parametrize("name", ["PREFECT_API_AUTH_STRING", "PREFECT_SERVER_API_AUTH_STRING"])
def test_a_dashboard_takes_the_users_own_secret(
    name: str, became: list[Any], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(name, "me:mine")
    with pytest.raises(Became):
        fleet.main(["dashboard", "--port", "4300"])
    assert became[1]["PREFECT_SERVER_API_AUTH_STRING"] == "me:mine"
    assert not access.secret_path().exists() and capsys.readouterr().err == ""


def test_a_dashboard_for_other_machines_still_asks_for_its_secret(became: list[Any]) -> None:
    with pytest.raises(Became):
        fleet.main(["dashboard", "--host", "0.0.0.0", "--address", "https://films.example/"])
    command, environment = became
    assert command == ["server", "start", "--host", "0.0.0.0", "--port", "4200"]
    assert environment["PREFECT_SERVER_API_AUTH_STRING"] == access.kept_secret()
    assert environment["PREFECT_SERVER_UI_API_URL"] == "https://films.example/api"
    assert environment["PREFECT_SERVER_API_CORS_ALLOWED_ORIGINS"].split(",") == [
        "http://127.0.0.1:4200", "http://localhost:4200", "https://films.example"
    ]  # fmt: skip


@pytest.mark.parametrize("address", ["films.example:4200", "ftp://films.example", "http://[films", "http://:80"])
def test_an_address_that_no_browser_takes_is_told(address: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        fleet.main(["dashboard", "--address", address])
    assert capsys.readouterr().err.startswith(f"filmcomic: {address}: ")


@pytest.mark.parametrize("arguments", [[], ["--films", "/no/such/folder"], ["--watch", "/no/such/folder"]])
def test_a_worker_without_server_or_films_is_told_in_one_line(
    arguments: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(server, "LOCAL_API", "http://127.0.0.1:9/api")
    monkeypatch.setattr(server, "named_server", lambda: None)
    with pytest.raises(SystemExit) as left:
        fleet.main(["worker", *arguments])
    told = capsys.readouterr().err
    assert left.value.code == 2 and told.count("\n") == 1 and told.startswith("filmcomic: ")


def test_a_worker_deploys_the_fleet_and_folders_outlive_the_next_start(
    prefect_server: str, became: list[Any], tmp_path: Path
) -> None:
    with pytest.raises(Became):
        fleet.main(["worker", "--pool", "gpu", "--limit", "1"])
    command, environment = became
    assert command == ["worker", "start", "--pool", "gpu", "--type", "process", "--limit", "1"]
    assert environment["PREFECT_API_URL"] == prefect_server
    assert environment["FILMCOMIC_ROOTS"].split(os.pathsep) == [str(Path.home()), str(work_root())]
    assert environment[fleet.CLONE] == str(ROOT)

    with get_client(sync_client=True) as client:
        names = ("make-comic/make-comic", PART_DEPLOYMENT, fleet.NIGHTLY, fleet.WATCHING, "stylize-media/stylize-media")
        deployed = [client.read_deployment_by_name(name) for name in (*names, GPU_DEPLOYMENT, FILM_DEPLOYMENT)]
    assert [deployment.work_pool_name for deployment in deployed] == [*["cpu"] * 5, "gpu", "gpu"]
    for deployment in deployed:
        clone, place = deployment.pull_steps or ()
        assert str(ROOT) in clone["prefect.deployments.steps.run_shell_script"]["script"]
        assert place == {"prefect.deployments.steps.set_working_directory": {"directory": "{{ here.stdout }}"}}
        assert deployment.description
    for name in (fleet.NIGHTLY, fleet.WATCHING):
        assert fleet._schedule(name) == (False, {}), "without a folder it would fail every time"

    films, inbox = tmp_path / "films", tmp_path / "inbox"
    films.mkdir()
    inbox.mkdir()
    fleet._set_schedule(fleet.NIGHTLY, True, {"folder": str(films)})
    with pytest.raises(Became):
        fleet.main(["worker", "--watch", str(inbox)])
    assert fleet._schedule(fleet.NIGHTLY) == (True, {"folder": str(films)})
    assert fleet._schedule(fleet.WATCHING) == (True, {"folder": str(inbox)})
    assert became[-1]["FILMCOMIC_ROOTS"].split(os.pathsep) == [str(films), str(inbox), str(work_root())]
    with get_client(sync_client=True) as client:
        (rule,) = client.read_automations_by_name(dead_runs.RULE)
    assert rule.enabled and rule.trigger.within == timedelta(
        seconds=4 * int(environment["PREFECT_FLOWS_HEARTBEAT_FREQUENCY"])
    )


@pytest.mark.parametrize("clone", [True, False], ids=["of-the-worker", "as-deployed"])
def test_a_worker_runs_its_own_clone_wherever_it_lies(
    clone: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two machines may have theirs at different places; what is deployed names none of them."""
    mine, theirs = tmp_path / "my clone", tmp_path / "where it was deployed from"
    mine.mkdir(), theirs.mkdir()
    monkeypatch.setenv(fleet.CLONE, str(mine)) if clone else monkeypatch.delenv(fleet.CLONE, raising=False)
    monkeypatch.chdir(tmp_path)
    steps = [apply_values(step, {"clone": {"stdout": str(theirs)}}, remove_notset=False) for step in PLAN["pull"]]
    asyncio.run(run_steps(steps))
    assert Path.cwd() == (mine if clone else theirs)


def test_old_runs_go_unless_the_user_says_how_long(became: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PREFECT_SERVER_EVENTS_RETENTION_PERIOD", "P3D")
    with pytest.raises(Became):
        fleet.main(["dashboard"])
    monkeypatch.setattr(os, "environ", os.environ | became[1])
    services = get_server_settings()
    assert "flow_runs" in services.services.db_vacuum.enabled_vacuum_types
    assert services.services.db_vacuum.retention_period == timedelta(days=60)
    assert services.events.retention_period == timedelta(days=3)


def test_a_notice_is_one_rule_however_many_workers_ask_for_it(prefect_server: str) -> None:
    for address in ("https://films.example/done", "https://films.example/other"):
        notices.tell_ends(address)
    with get_client(sync_client=True) as client:
        (rule,) = client.read_automations_by_name(notices.NOTICE)
    assert Webhook.load("filmcomic-notify").url.get_secret_value().endswith("/other")
    (action,) = rule.actions
    run = {
        "name": "amber-cat",
        "parameters": {"film": '/films/a "b".mkv'},
        "state": {"name": "Failed", "message": "no\nfilm"},
    }
    template = Environment().from_string(action.payload.replace("| ui_url", "| string"))  # type: ignore[union-attr]
    told = json.loads(template.render(flow_run=run, flow={"name": "make-comic"}))
    assert told["film"] == '/films/a "b".mkv' and told["message"] == "no\nfilm" and told["state"] == "Failed"
    with pytest.raises(InputError):
        notices.tell_ends("films.example/done")


def test_roots_that_are_named_stand(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("FILMCOMIC_ROOTS", "/srv/a:/srv/b")
    assert fleet._roots("/srv/films") == "/srv/a:/srv/b"
    monkeypatch.delenv("FILMCOMIC_ROOTS")
    assert fleet._roots("/srv/films") == f"/srv/films:{work_root()}" and capsys.readouterr().err == ""
    fleet._roots()
    assert capsys.readouterr().err.count("\n") == 1, "what nobody asked for is told"


def test_a_machine_takes_the_place_of_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Any] = []
    monkeypatch.setattr(os, "execve", lambda *arguments: seen.extend(arguments))
    fleet._become(["worker", "start"], {"A": "b"})
    assert seen[1] == [sys.executable, "-m", "prefect", "worker", "start"]
    assert seen[2]["A"] == "b"
