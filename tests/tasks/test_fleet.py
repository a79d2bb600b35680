import os
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from prefect.client.orchestration import get_client

from tasks import fleet

ROOT = Path(__file__).parents[2]
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


@pytest.mark.parametrize("arguments", [[], ["--films", "/no/such/folder"]])
def test_a_worker_without_server_or_films_is_told_in_one_line(
    arguments: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(fleet, "LOCAL_API", "http://127.0.0.1:9/api")
    monkeypatch.setattr(fleet, "named_server", lambda: None)
    with pytest.raises(SystemExit) as left:
        fleet.main(["worker", *arguments])
    told = capsys.readouterr().err
    assert left.value.code == 2 and told.count("\n") == 1 and told.startswith("filmcomic: ")


def test_a_worker_deploys_the_fleet_and_a_nightly_folder_outlives_the_next_start(
    prefect_server: str, became: list[Any], tmp_path: Path
) -> None:
    with pytest.raises(Became):
        fleet.main(["worker", "--pool", "gpu", "--limit", "1"])
    command, environment = became
    assert command == ["worker", "start", "--pool", "gpu", "--type", "process", "--limit", "1"]
    assert environment["PREFECT_API_URL"] == prefect_server

    with get_client(sync_client=True) as client:
        names = ("make-comic/make-comic", fleet.NIGHTLY, "paint-pictures/paint-pictures")
        deployed = [client.read_deployment_by_name(name) for name in names]
    assert [deployment.work_pool_name for deployment in deployed] == ["cpu", "cpu", "gpu"]
    for deployment in deployed:
        assert deployment.pull_steps == [{"prefect.deployments.steps.set_working_directory": {"directory": str(ROOT)}}]
        assert deployment.description
    assert fleet._nightly() == (False, {}), "without a folder it would fail every night"

    fleet._set_nightly(True, {"folder": str(tmp_path)})
    with pytest.raises(Became):
        fleet.main(["worker"])
    assert fleet._nightly() == (True, {"folder": str(tmp_path)})


def test_a_machine_takes_the_place_of_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Any] = []
    monkeypatch.setattr(os, "execve", lambda *arguments: seen.extend(arguments))
    fleet._become(["worker", "start"], {"A": "b"})
    assert seen[1] == [sys.executable, "-m", "prefect", "worker", "start"]
    assert seen[2]["A"] == "b"
