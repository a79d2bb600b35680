"""The rules of the house, held by walking the imports: which room may know which, and which library lives where."""

import ast
import importlib
import re
import subprocess
import sys
import tomllib
from collections import Counter
from graphlib import TopologicalSorter
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
}
TESTS = sorted((ROOT / "tests").rglob("*.py"))
LINES_MOST = 400
MODULES = [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))]
FOLDERS = sorted({path.parent for path in MODULES})
INNER = [folder for folder in FOLDERS if folder.parent != ROOT]
ENTRIES_MOST = 9
"""So many names a folder holds at most: what can be learnt at a look."""
MAY_IMPORT = re.compile(r"May import: ([\w., ]+)\.\s*$")


def _named(path: Path) -> set[str]:
    """Return all dotted names that a module imports, anywhere in it."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            names |= {node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names


def _imports(path: Path) -> set[str]:
    """Return the top-level names that a module imports."""
    return {name.partition(".")[0] for name in _named(path)}


def _inner(folder: Path) -> set[str]:
    """Return which folders (or modules beside folders) of its own room the modules of a folder import."""
    room = folder.relative_to(ROOT).parts[0]
    found = set()
    for path in folder.glob("*.py"):
        for name in _named(path):
            module = ROOT.joinpath(*name.split(".")).with_suffix(".py")
            if name.startswith(f"{room}.") and module.is_file() and module.parent != folder:
                home = module.with_suffix("") if module.parent == ROOT / room else module.parent
                found.add(".".join(home.relative_to(ROOT / room).parts))
    return found


def _allowed(folder: Path) -> set[str]:
    """Return what a folder says that it may import."""
    said = MAY_IMPORT.search(ast.get_docstring(ast.parse((folder / "__init__.py").read_text())) or "")
    assert said, f"{folder / '__init__.py'} says what it may import, as its last words"
    return set() if said[1] == "nothing of the room" else set(said[1].split(", "))


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
    assert len(text.splitlines()) <= LINES_MOST
    assert ast.get_docstring(ast.parse(text)), "a module says its one job"


@pytest.mark.parametrize("path", TESTS, ids=_name)
def test_tests_are_small_too(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= LINES_MOST, "part it by subject"


@pytest.mark.parametrize("folder", INNER, ids=_name)
def test_inner_imports_go_one_way(folder: Path) -> None:
    """Each folder of a room says in its `__init__` what of the room it may import, and imports just that."""
    room, allowed = folder.relative_to(ROOT).parts[0], _allowed(folder)
    assert all((ROOT / room).joinpath(*name.split(".")).with_suffix(".py").is_file() for name in allowed - _dirs(room))
    assert _inner(folder) <= allowed


@pytest.mark.parametrize("room", sorted({folder.relative_to(ROOT).parts[0] for folder in INNER}))
def test_no_folders_of_a_room_lean_on_each_other(room: str) -> None:
    arrows = {name: _allowed(ROOT.joinpath(room, *name.split("."))) & _dirs(room) for name in _dirs(room)}
    assert list(TopologicalSorter(arrows).static_order())


@pytest.mark.parametrize("folder", FOLDERS, ids=_name)
def test_folders_are_learnt_at_a_look(folder: Path) -> None:
    entries = [path for path in folder.iterdir() if path in MODULES or path in FOLDERS]
    assert len([path for path in entries if path.name != "__init__.py"]) <= ENTRIES_MOST
    assert len(folder.relative_to(ROOT).parts) <= 3, "a room has two floors"
    assert (folder / "__init__.py").is_file()


def _dirs(room: str) -> set[str]:
    """Return the folders of a room, dotted."""
    return {
        ".".join(folder.relative_to(ROOT / room).parts) for folder in INNER if folder.relative_to(ROOT).parts[0] == room
    }


def test_a_name_means_one_thing() -> None:
    """No two modules bear one name. A flow's file is named as the tasks it calls: `flows/` does not count."""
    stems = Counter(path.stem for path in MODULES if not path.stem.startswith("__") and path.parent != ROOT / "flows")
    assert [stem for stem, count in stems.items() if count > 1] == []


def test_a_class_name_means_one_thing() -> None:
    """Whoever searches for a class finds one; what is private to a module counts in its room."""
    public: Counter[str] = Counter()
    private: Counter[tuple[str, str]] = Counter()
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ClassDef) and node.name.startswith("_"):
                private[path.relative_to(ROOT).parts[0], node.name] += 1
            elif isinstance(node, ast.ClassDef):
                public[node.name] += 1
    assert [name for name, count in (public | private).items() if count > 1] == []


def test_the_tests_lie_as_the_rooms_do() -> None:
    for path in (ROOT / "tests").rglob("test_*.py"):
        folder = path.parent.relative_to(ROOT / "tests")
        assert (ROOT / folder).is_dir(), f"{path} tests no folder"


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
        ("flows.cli", {"prefect", "torch", "cv2", "reportlab"}),
        ("stylize.styles.registry", {"torch", "prefect"}),
        ("stylize.classical.ink", {"torch", "prefect"}),
        ("film.shots.shots", {"torch", "prefect"}),
        ("layouts.pages.compose", {"torch", "prefect", "cv2"}),
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
