"""The files that a person names in a style: `nst:PATH,PATH`, `fast:PATH`. Their names are made whole in one place."""

import os
from pathlib import Path


def whole_path(text: str) -> Path:
    """Return the path that a person wrote, from the root; a link stays a link, and nothing is looked up."""
    return Path(os.path.abspath(os.path.expanduser(text.strip())))  # noqa: PTH100, PTH111 - never raise for a wrong name


def is_file(path: Path) -> bool:
    """Tell whether there is such a file; false, too, where nothing can be told of it."""
    try:
        return path.is_file()
    except (OSError, ValueError):  # a folder above it may not be looked into, or the name cannot be one
        return False


def files_named(look: str) -> list[Path]:
    """Return the files that a look names, with commas between them; one comma may also be part of a single name.

    An empty part stands for a file that was not named, and is left out.
    """
    if is_file(whole := whole_path(look)):
        return [whole]
    return [whole_path(part) for part in look.split(",") if part.strip()]


def place_look(look: str) -> str:
    """Return the look with its files named from the root: it means the same on another machine or in another folder."""
    if is_file(whole := whole_path(look)):
        return str(whole)
    return ",".join(str(whole_path(part)) if part.strip() else "" for part in look.split(","))
