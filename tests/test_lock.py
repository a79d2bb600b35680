"""The locks: which releases `make` installs. If a test fails: `make lock`."""

import re
import tomllib

import pytest
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.material import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
PINNED = re.compile(r"^([\w.-]+)==(\S+?)(?: ; (.+?))?( \\)?$", re.MULTILINE)
LOCKS = {
    "requirements.lock": PROJECT["dependencies"],
    "requirements-dev.lock": PROJECT["dependencies"] + PROJECT["optional-dependencies"]["dev"],
}
TRIED = ("3.11", "3.12", "3.13")


def pins(name: str, python: str) -> dict[str, str]:
    """Return the releases that a lock names for a Python, by the names of their projects."""
    here = {"python_version": python, "python_full_version": f"{python}.9"}
    found = PINNED.findall((ROOT / name).read_text())
    return {
        canonicalize_name(project): release
        for project, release, marker, _ in found
        if not marker or Marker(marker).evaluate(here)
    }


@pytest.mark.parametrize("python", TRIED)
@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_holds_what_the_project_asks_for(name: str, python: str) -> None:
    held = pins(name, python)
    for asked in map(Requirement, LOCKS[name]):
        release = held.get(canonicalize_name(asked.name))
        assert release is not None, f"{asked.name} is not in {name}: make lock"
        assert asked.specifier.contains(release), f"{name} has {asked.name} {release}: make lock"


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_names_each_file_by_its_digest_and_leaves_torch_to_pip(name: str) -> None:
    text = (ROOT / name).read_text()
    assert all(continued for *_, continued in PINNED.findall(text)), "each release is followed by digests"
    assert set(pins(name, "3.11")) & {"torch", "torchvision", "triton"} == set()
    assert not re.search(r"nvidia|https?:", text)


def test_both_locks_agree() -> None:
    for python in TRIED:
        program, everything = (pins(name, python) for name in LOCKS)
        assert program.items() <= everything.items()
