"""Who uses a film's store now and when it was used last, so that nothing is cleaned away from under a run.

    <work>/upkeep/layout             the number of the work folder's layout; without it, it is older than the numbers
    <work>/upkeep/<store>/           its time of change: when a run opened the store last
    <work>/upkeep/<store>/<process>  a process that has opened the store; it goes when the process ends
    <work>/upkeep/<store>/*.json     what was made of it and lies elsewhere (`whereabouts.py`)

It lies beside the stores, not in them: a store can be renamed aside in one step, and whoever opens it meanwhile is
still seen.
"""

import atexit
import math
import os
import time
from contextlib import suppress
from pathlib import Path

from configs.disk.files import write_text
from configs.disk.processes import MARK, is_dead, mark
from configs.errors import OutputError
from configs.units import Frozen

UPKEEP = "upkeep"
LAYOUT = 1
"""Of the folders and names in a work folder, as `store.py` tells them; goes up when an older release would misread it.

Folders without a number, of releases before it, are laid out the same.
"""
_TRIES = 3
_FAR_S = 86_400.0
"""A process of another machine that has written nothing for so long is taken for gone: it cannot be asked."""


class StoreUser(Frozen):
    """A process that has opened a store and not ended."""

    pid: int
    here: bool
    """Whether it is on this machine; else it may be gone."""
    since_s: float
    """Seconds since the epoch."""


def upkeep_folder(root: Path) -> Path:
    """Return where it is noted what becomes of a store; it may not exist."""
    return root.parent / UPKEEP / root.name


def note_use(root: Path) -> None:
    """Note that this process uses a store until it ends; a work folder that cannot be written to stops no run here."""
    folder, own = upkeep_folder(root), mark()
    for _ in range(_TRIES):  # `forget` may take the folder away meanwhile
        with suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True)
            if not (folder / own).exists():
                (folder / own).touch()
                atexit.register(_end_use, folder / own, os.getpid())
            os.utime(folder)
            _sweep_marks(folder)
            return


def _end_use(note: Path, pid: int) -> None:
    if pid == os.getpid():  # and not a child that was forked from it
        with suppress(OSError):
            last = note.parent.stat()
            note.unlink()
            os.utime(note.parent, ns=(last.st_atime_ns, last.st_mtime_ns))


def _sweep_marks(folder: Path) -> None:
    """Remove the notes of processes that were killed; the time of last use stays."""
    last = folder.stat()
    for note in folder.iterdir():
        if is_dead(note.name):
            note.unlink(missing_ok=True)
    os.utime(folder, ns=(last.st_atime_ns, last.st_mtime_ns))


def users_of(root: Path, changed_s: float = 0.0) -> list[StoreUser]:
    """Return the processes that use a store now.

    Args:
        root: The store; it may be gone.
        changed_s: When anything in it was changed last, seconds since the epoch: processes of other machines that
            have been silent for a day since are taken for gone.
    """
    found = []
    with suppress(OSError):
        for note in upkeep_folder(root).iterdir():
            named = MARK.fullmatch(note.name)
            if named is None or is_dead(note.name):
                continue
            since_s = note.stat().st_mtime
            here = named["host"] == _own_host()
            if here or time.time() - max(since_s, changed_s) < _FAR_S:
                found.append(StoreUser(pid=int(named["pid"]), here=here, since_s=since_s))
    return found


def _own_host() -> str:
    return mark().partition("-")[0]


def last_use_s(root: Path) -> float | None:
    """Return when a run opened a store last, in seconds since the epoch; None where no release that notes it has."""
    try:
        return upkeep_folder(root).stat().st_mtime
    except OSError:
        return None


def forget(root: Path) -> None:
    """Forget all that was noted of a store that is gone, but for processes that use a new one of its name."""
    folder = upkeep_folder(root)
    with suppress(OSError):
        for note in folder.iterdir():
            if note.suffix == ".json" or is_dead(note.name):
                note.unlink(missing_ok=True)
        folder.rmdir()  # not where a process is noted


def forget_gone(work: Path) -> None:
    """Forget what was noted of stores that somebody has taken away."""
    with suppress(OSError):
        for folder in (work / UPKEEP).iterdir():
            if folder.is_dir() and not (work / folder.name).exists():
                forget(work / folder.name)


def check_layout(work: Path) -> int:
    """Return the number of a work folder's layout; 0: it has none yet.

    Raises:
        OutputError: It is of a newer release, or unreadable.
    """
    note = work / UPKEEP / "layout"
    try:
        told = note.read_text(encoding="ascii").strip()
        number = int(told)
    except (FileNotFoundError, NotADirectoryError):
        return 0
    except (OSError, ValueError):
        cure = "remove this file if only this release has used the folder, or name another with --work"
        raise OutputError("it does not tell the layout of its work folder", cure=cure, path=note) from None
    if number > LAYOUT:
        raise OutputError(
            f"this work folder is of a newer release (layout {number}; this one knows up to {LAYOUT})",
            cure="update filmcomic, or name another folder with --work",
            path=work,
        )
    return number


def numbered_since_s(work: Path) -> float:
    """Return when a work folder got its number, seconds since the epoch: what is older, older releases made."""
    try:
        return (work / UPKEEP / "layout").stat().st_mtime
    except OSError:
        return math.inf


def note_layout(work: Path) -> None:
    """Check the layout of a work folder, and note it where it has no number yet; raises OutputError."""
    if check_layout(work) == 0:
        with suppress(OSError, OutputError):
            write_text(work / UPKEEP / "layout", f"{LAYOUT}\n")
