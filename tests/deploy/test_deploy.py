"""What the files of deployments say must fit the program and one another; no engine is needed to tell."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tasks.serving import fleet
from tests.material import ROOT

DEPLOY = ROOT / "deploy"
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
KUBERNETES = DEPLOY / "kubernetes"
KUSTOMIZATION: dict[str, Any] = yaml.safe_load((KUBERNETES / "kustomization.yaml").read_text())
PLANS = sorted(DEPLOY.glob("prefect.*.yaml"))


def _objects() -> Iterator[dict[str, Any]]:
    for name in KUSTOMIZATION["resources"]:
        yield from yaml.safe_load_all((KUBERNETES / name).read_text())


def _pods() -> Iterator[dict[str, Any]]:
    for each in _objects():
        if each["kind"] in ("Deployment", "StatefulSet"):
            assert each["spec"]["selector"]["matchLabels"] == each["spec"]["template"]["metadata"]["labels"]
            yield each["spec"]["template"]["spec"]


def _commands() -> list[list[str]]:
    told = [one.get("command", []) for one in COMPOSE["services"].values()]
    told += [one.get("command", []) for pod in _pods() for one in pod["containers"]]
    return [command for command in told if fleet.__name__ in command]


def test_every_machine_is_started_as_the_program_can_be() -> None:
    commands = _commands()
    assert len(commands) == 6, "a server, a worker and a worker of GPUs, in each of the two"
    for command in commands:
        asked = fleet.command_parser().parse_args(command[command.index(fleet.__name__) + 1 :])
        assert getattr(asked, "pool", "cpu") in fleet.POOLS
        assert asked.kind == "worker" or asked.host == "0.0.0.0"


def test_what_a_container_names_is_there() -> None:
    volumes = set(COMPOSE["volumes"])
    for name, service in COMPOSE["services"].items():
        assert set(service.get("depends_on", ())) <= set(COMPOSE["services"]), name
        named = {one.partition(":")[0] for one in service.get("volumes", ())}
        assert {one for one in named if re.fullmatch(r"\w+", one)} <= volumes, name
    for pod in _pods():
        claims = {one["metadata"]["name"] for one in _objects() if one["kind"] == "PersistentVolumeClaim"}
        there = {one["name"]: one for one in pod.get("volumes", ())}
        for one in there.values():
            assert one.get("persistentVolumeClaim", {"claimName": "films"})["claimName"] in claims
        mounted = {mount["name"] for container in pod["containers"] for mount in container.get("volumeMounts", ())}
        assert mounted - {"data"} <= set(there)


def test_every_secret_has_its_place_and_none_stands_in_a_file() -> None:
    asked = set(re.findall(r"\$\{(\w+)", (DEPLOY / "compose.yaml").read_text()))
    example = dict(re.findall(r"^(\w+)=(.*)$", (DEPLOY / "example.env").read_text(), re.M))
    assert asked == set(example)
    assert [name for name, value in example.items() if not value] == ["FILMCOMIC_SECRET", "STORE_SECRET"]
    told = KUBERNETES.joinpath("kustomization.yaml").read_text().partition("apiVersion")[0]
    made = {one["name"] for one in KUSTOMIZATION["secretGenerator"]}
    for pod in _pods():
        for container in pod["containers"]:
            for one in container.get("env", ()):
                if "valueFrom" in one:
                    reference = one["valueFrom"]["secretKeyRef"]
                    assert reference["name"] in made and reference["key"] in told
            for one in container.get("envFrom", ()):
                assert one.get("secretRef", {"name": "filmcomic"})["name"] in made


def test_workers_get_the_same_settings_everywhere() -> None:
    composed = COMPOSE["services"]["worker"]["environment"]
    pods = dict(line.split("=", 1) for line in KUSTOMIZATION["configMapGenerator"][0]["literals"])
    assert {name: composed[name] for name in pods} == pods
    image = (DEPLOY / "Dockerfile").read_text()
    folders = [place for place in re.split(r":(?!//)", pods["FILMCOMIC_ROOTS"]) if place.startswith("/")]
    assert f"FILMCOMIC_ROOTS={':'.join(folders)}" in image
    assert all(folder in image for folder in (*folders, pods["FILMCOMIC_FILMS"], pods["FILMCOMIC_STAGING"]))


@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: plan.name)
def test_a_pool_of_containers_runs_flows_that_exist_where_the_image_has_them(plan: Path) -> None:
    told = yaml.safe_load(plan.read_text())
    (place,) = (one["prefect.deployments.steps.set_working_directory"]["directory"] for one in told["pull"])
    assert f"WORKDIR {place}\n" in (DEPLOY / "Dockerfile").read_text()
    names = {one["name"] for one in told["deployments"]}
    assert not names & {one["name"] for one in yaml.safe_load((ROOT / "prefect.yaml").read_text())["deployments"]}
    for one in told["deployments"]:
        file, _, flow = one["entrypoint"].partition(":")
        assert f"def {flow}(" in (ROOT / file).read_text()
        assert not any("KEY" in name for name in one["work_pool"]["job_variables"]["env"]), "keys belong to the pool"


def test_the_image_holds_all_that_the_program_imports() -> None:
    taken = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    assert taken >= {"configs", "film", "flows", "layouts", "stylize", "tasks", "pyproject.toml", "requirements.lock"}
    assert all((ROOT / name).exists() for name in taken)
