"""The versions of the stages, and the source that each of them stands for.

    python -m configs.versions                    tell which stages' source has changed since their version was set
    python -m configs.versions renew              give them their next version: what is in stores is made again
    python -m configs.versions renew --same       keep their versions: the change gives the same results

A result is found again by its stage's version, so a change of a stage's code that changes what it makes must change
that. `versions.toml` names the modules of each stage; the digest there is of their source and of all that they import
from the rooms between tasks and configs, and a test compares it with the source as it lies.
"""

import argparse
import ast
import hashlib
import re
import sys
import tomllib
from collections.abc import Sequence
from functools import cache, lru_cache
from importlib.metadata import version
from pathlib import Path

from configs.units import Frozen, text_sha256

_ROOT = Path(__file__).resolve().parents[1]
_TABLE = Path(__file__).with_suffix(".toml")
_FOLLOWED = ("film", "stylize", "layouts")
"""Rooms whose imports are followed; what decides elsewhere is named in the table."""
_TEMPLATES = (".css", ".html", ".json", ".opf", ".toml", ".xhtml", ".xml")
"""Files beside modules that are source as they are: templates, lexicons, and what was learned."""


class Stage(Frozen):
    """A stage's version and what it stands for."""

    version: int
    modules: tuple[str, ...]
    """Where its code begins, as `film.shots.shots`."""
    source: str
    """Digest of these modules and of what they import, as it was when the version was set."""


@lru_cache(maxsize=1)
def stages() -> dict[str, Stage]:
    """Return the table."""
    return {name: Stage(**row) for name, row in tomllib.loads(_TABLE.read_text(encoding="utf-8")).items()}


def version_of(stage: str) -> int:
    """Return the version of a stage; one that is not in the table, as a test's own, has version 0."""
    found = stages().get(stage)
    return found.version if found else 0


def versions_digest() -> str:
    """Return one digest of all that a new release may change: the stages' versions and the program's."""
    told = sorted((name, stage.version) for name, stage in stages().items())
    return text_sha256(f"{version('filmcomic')} {told}")


def source_digest(stage: Stage) -> str:
    """Return the digest of a stage's source, templates beside it included, as it lies, whatever the line ends."""
    digest = hashlib.sha256()
    modules = _closure(stage.modules)
    folders = {path.parent for path in modules}
    beside = {path for folder in folders for path in folder.iterdir() if path.suffix in _TEMPLATES} - {_TABLE}
    for path in sorted(modules | beside, key=lambda path: path.relative_to(_ROOT).as_posix()):
        digest.update(f"{path.relative_to(_ROOT).as_posix()}\n".encode())
        digest.update("\n".join(path.read_text(encoding="utf-8").splitlines()).encode())
    return digest.hexdigest()


def changed_stages() -> list[str]:
    """Return the stages whose source is not what their version stands for."""
    return [name for name, stage in stages().items() if source_digest(stage) != stage.source]


def _closure(modules: Sequence[str]) -> set[Path]:
    """Return the files of some modules and of all that they import, as far as imports are followed."""
    found: set[Path] = set()
    waiting = [_file(module) for module in modules]
    while waiting:
        path = waiting.pop()
        if path is not None and path not in found:
            found.add(path)
            waiting += [_file(name) for name in _imports(path)]
    return found


@cache
def _imports(path: Path) -> tuple[str, ...]:
    """Return the modules of the followed rooms that a file imports, anywhere in it."""
    names = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    return tuple(name for name in names if name.partition(".")[0] in _FOLLOWED)


def _file(module: str) -> Path | None:
    """Return the file of a module; None for a name in a module."""
    path = _ROOT.joinpath(*module.split("."))
    package = path / "__init__.py"
    return package if package.is_file() else path.with_suffix(".py") if path.with_suffix(".py").is_file() else None


def renew(same: bool) -> list[str]:
    """Write the digests of the source as it lies into the table; return the stages that had changed.

    Args:
        same: Whether the changes give the same results; else the stages get their next version.
    """
    names, text = changed_stages(), _TABLE.read_text(encoding="utf-8")
    for name in names:
        stage = stages()[name]
        number = stage.version + (not same)
        row = re.compile(rf"(\[{name}\]\n)version = \d+\n(.*?\nsource = )\"[0-9a-f]*\"", re.DOTALL)
        digest = source_digest(stage)
        text = row.sub(lambda found: f'{found[1]}version = {number}\n{found[2]}"{digest}"', text, count=1)  # noqa: B023
    _TABLE.write_text(text, encoding="utf-8")
    stages.cache_clear()
    return names


def main(arguments: Sequence[str] | None = None) -> None:
    """Tell what has changed, or renew the table."""
    parser = argparse.ArgumentParser(prog="python -m configs.versions", description="The versions of the stages.")
    parser.add_argument("what", nargs="?", choices=["show", "renew"], default="show")
    parser.add_argument("--same", action="store_true", help="The changes give the same results.")
    asked = parser.parse_args(arguments)
    names = renew(asked.same) if asked.what == "renew" else changed_stages()
    sys.stdout.write("".join(f"{name}\n" for name in names))


if __name__ == "__main__":
    main()
