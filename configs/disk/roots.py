"""The folders that a worker may read and write: what a run names must lie in them.

A run that somebody starts from the dashboard's form is carried out with the rights of the worker's user. `make worker`
sets `FILMCOMIC_ROOTS`, folders separated as in PATH; where it is not set, as on the command line, there is no limit.
URLs may stand among them; that of the own work folder may be used without being named.
"""

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from configs.errors import PlaceError
from configs.settings import as_url, at_home, film_here, place_url, work_url
from configs.typefaces import FONTS

VARIABLE = "FILMCOMIC_ROOTS"

_STYLES = ("style", "styles")


def roots() -> tuple[Path, ...] | None:
    """Return the folders that may be used, links resolved; None where there is no limit."""
    named = os.environ.get(VARIABLE)
    if named is None:
        return None
    return tuple(_real(Path(part)) for part in _parts(named) if as_url(part) is None)


def _parts(named: str) -> list[str]:
    return [part for part in re.split(rf"{os.pathsep}(?!//)", named) if part]


def _may_use(url: str) -> bool:
    """Tell whether a URL is that of the own work folder, or lies below one that is named."""
    named = [*map(as_url, _parts(os.environ.get(VARIABLE, ""))), work_url()]
    return any(url == one or url.startswith(f"{one}/") for one in named if one is not None)


def check_places(given: Mapping[str, Any]) -> None:
    """Refuse what lies outside the folders that may be used.

    Args:
        given: Parameters of a run by name: paths, also inside models, lists and tables, and the texts that may name a
            file (`subtitles`, `style`). A relative path counts from the current folder; in a model that has a `root`,
            from there.

    Raises:
        PlaceError: A path lies outside once links are followed; it is named.
    """
    allowed = roots()
    if allowed is None:
        return
    for path in _named(given, Path()):
        url = as_url(path) or place_url(path)
        if url is not None and _may_use(url):
            continue
        real = _real(path)
        if url is not None or not any(real.is_relative_to(root) for root in allowed):
            raise PlaceError(
                f"lies outside the folders of this worker ({', '.join(map(str, allowed))})",
                cure=f"move it there, or start the worker with its folder in {VARIABLE}",
                path=path,
            )


def _named(value: Any, base: Path, name: str = "") -> Iterator[Path]:
    """Yield every path that a value names; the name is the parameter's or the field's."""
    if isinstance(value, Path):
        if not (name == "font" and str(value) in FONTS):
            yield base / at_home(film_here(value) if name == "film" else value)
    elif isinstance(value, str):
        if named := _file_in(name, value):
            yield base / at_home(named)
    elif isinstance(value, BaseModel):
        root = getattr(value, "root", None)
        inside = base / root if isinstance(root, Path) else base
        for field in type(value).model_fields:
            yield from _named(getattr(value, field), base if field == "root" else inside, field)
    elif isinstance(value, Mapping):
        for key, one in value.items():
            yield from _named(one, base, str(key))
    elif isinstance(value, list | tuple | set | frozenset):
        for one in value:
            yield from _named(one, base, name)


def _file_in(name: str, text: str) -> str:
    """Return the file that a text of this name may mean; "" for none."""
    if name == "subtitles":
        return "" if text == "none" else text
    look = text.partition(":")[2] if name in _STYLES else ""
    return look if look and (os.sep in look or look.startswith("~") or Path(look).exists()) else ""


def _real(path: Path) -> Path:
    return Path(os.path.realpath(at_home(path)))
