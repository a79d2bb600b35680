"""The rules of the house, held by walking the imports: which room may know which, and which library lives where."""

import ast
import importlib
import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from tests.material import ROOT

ROOMS = ("flows", "tasks", "film", "stylize", "layouts", "configs")
MAY_KNOW = {
    "flows": {"tasks", "film", "stylize", "layouts", "configs"},
    "tasks": {"film", "stylize", "layouts", "configs"},
    "film": {"configs"},
    "stylize": {"configs"},
    "layouts": {"configs"},
    "configs": set(),
}
LIVES_IN = {
    "prefect": {"flows", "tasks"},
    "torch": {"stylize"},
    "torchvision": {"stylize"},
    "reportlab": {"layouts"},
    "pikepdf": {"layouts"},
    "cv2": {"film", "stylize", "layouts"},
    "av": {"film"},
    "ffmpeg": {"film"},
    "imageio_ffmpeg": {"film"},
    "scenedetect": {"film"},
}
MODULES = [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))]


def _imports(path: Path) -> set[str]:
    """Return the top-level names that a module imports, anywhere in it."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            names.add((node.module or "").partition(".")[0])
    return names


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_imports_go_one_way(path: Path) -> None:
    room = path.relative_to(ROOT).parts[0]
    known = _imports(path)
    assert known & set(ROOMS) - {room} <= MAY_KNOW[room]
    for library, rooms in LIVES_IN.items():
        assert library not in known or room in rooms, f"{library} does not live in {room}/"


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_modules_are_small_and_say_their_job(path: Path) -> None:
    text = path.read_text()
    assert len(text.splitlines()) <= 400
    assert ast.get_docstring(ast.parse(text)), "a module says its one job"


def test_flow_files_hide_nothing() -> None:
    """Prefect puts flows/ first on the path: a file there must not bear the name of anything else that is imported."""
    taken = set(ROOMS) | set(sys.stdlib_module_names) | set(packages_distributions())
    stems = {path.stem for path in (ROOT / "flows").glob("*.py")} - {"__init__"}
    assert not stems & taken


def test_flows_hold_no_state() -> None:
    """The same file loads under two names, so a class or a registry in it would exist twice."""
    for path in (ROOT / "flows").glob("*.py"):
        body = ast.parse(path.read_text()).body
        assert not [node for node in ast.walk(ast.Module(body, [])) if isinstance(node, ast.ClassDef)], path


def test_rooms_are_ours() -> None:
    """A foreign package with a room's name in site-packages would shadow or be shadowed."""
    for room in ROOMS:
        found = Path(importlib.import_module(room).__file__ or "")
        assert found.is_relative_to(ROOT), f"{room} comes from {found}"
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert set(declared["packages"]) == set(ROOMS)


@pytest.mark.parametrize(
    ("module", "unwanted"),
    [
        ("flows.cli", {"prefect", "torch", "cv2", "reportlab", "scenedetect"}),
        ("stylize.registry", {"torch", "prefect"}),
        ("stylize.ink", {"torch", "prefect"}),
        ("film.shots", {"torch", "prefect"}),
        ("layouts.compose", {"torch", "prefect", "cv2"}),
    ],
)
def test_light_modules_stay_light(module: str, unwanted: set[str]) -> None:
    code = f"import sys, {module}; print(*sorted({unwanted!r} & set(sys.modules)))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert found.stdout.split() == []


def test_the_project_speaks_of_itself_alone() -> None:
    """No machine paths and no index addresses in what is committed."""
    tracked = subprocess.run(["git", "ls-files"], capture_output=True, text=True, check=True, cwd=ROOT).stdout.split()
    foreign = re.compile(r"/wor[k]/|/hom[e]/\w|/roo[t]/|pypi\.[o]rg|pythonhoste[d]")
    for name in tracked:
        if Path(name).suffix in {".py", ".md", ".toml", ".yaml", ".yml", ""}:
            text = (ROOT / name).read_text(errors="ignore")
            assert not foreign.search(text), f"{name}: {foreign.search(text)}"
