"""Cleaning a work folder: which stores and files go, and how they go without harm to a run that begins meanwhile.

A store that goes is renamed aside in one step; only if nobody has opened it until then it is deleted, else it is put
back. So a run finds all of a store or nothing of it, and what it does not find it makes again.
"""

import os
import re
import shutil
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from configs.errors import InputError
from configs.settings import at_home
from configs.units import Frozen
from tasks.store.shared.room import take_away
from tasks.store.uses import forget, forget_gone, users_of
from tasks.upkeep.holdings import StoreHolding, leftovers

_AGE = re.compile(r"(\d{1,5})\s*([hdwy])")
"""No `m`: whoever means months must not get minutes."""
_UNITS_S = {"h": 3600.0, "d": 86_400.0, "w": 7 * 86_400.0, "y": 365 * 86_400.0}
_RECENT_S = 900.0
"""A store that was opened by a release that notes no users, and has changed so lately, may be in use."""
_SHORTEST = 4
"""Digits by which a store may be named."""


class CleaningWish(Frozen):
    """What a person wants to go."""

    older_s: float = 0.0
    """Only stores that have not been used for so long."""
    films: tuple[str, ...] = ()
    """Only those of these films: names, paths, or the first digits of their stores."""
    everything: bool = False
    """Also what a finished comic needs."""


class CleaningPlan(Frozen):
    """What becomes of a store."""

    store: StoreHolding
    whole: bool
    """Whether all of it goes; else its waste alone."""
    why: str
    """Why all of it goes or stays, for a person."""
    chosen: bool = True
    """Whether anything of it may go; else not even its waste."""
    asked: bool = True
    """Whether it is one of the films that were named, if any were."""

    @property
    def size_bytes(self) -> int:
        """What would be freed."""
        if not self.chosen:
            return 0
        return self.store.size_bytes if self.whole else sum(file.size_bytes for file in self.store.waste)


def read_age(told: str) -> float:
    """Return the seconds of an age such as `30d`: hours, days, weeks, years.

    Raises:
        InputError: It is none.
    """
    found = _AGE.fullmatch(told.strip().lower())
    if found is None:
        raise InputError(f"--older takes no {told!r}", cure="write it as 30d, 12h or 2w")
    return int(found[1]) * _UNITS_S[found[2]]


def plan_cleaning(holdings: Sequence[StoreHolding], wish: CleaningWish) -> list[CleaningPlan]:
    """Say what becomes of every store.

    Raises:
        InputError: A film is named of which there is no store.
    """
    for film in wish.films:
        if not any(_is_called(store, film) for store in holdings):
            known = ", ".join(sorted(store.name for store in holdings)) or "none"
            raise InputError(f"there is no store of this film; there are those of {known}", path=film)
    now_s = time.time()
    return [_plan(store, wish, now_s) for store in holdings]


def _plan(store: StoreHolding, wish: CleaningWish, now_s: float) -> CleaningPlan:
    if wish.films and not any(_is_called(store, film) for film in wish.films):
        return CleaningPlan(store=store, whole=False, chosen=False, asked=False, why="stays: not asked for")
    if store.users:
        return CleaningPlan(store=store, whole=False, chosen=False, why=f"stays: {_told_users(store)}")
    if not store.noted and now_s - store.used_s < _RECENT_S:
        why = "stays: it changed a moment ago, perhaps by a run of an older release"
        return CleaningPlan(store=store, whole=False, chosen=False, why=why)
    if now_s - store.used_s < wish.older_s:
        return CleaningPlan(store=store, whole=False, chosen=False, why="stays: used since")
    if store.needed_by and not wish.everything:
        return CleaningPlan(store=store, whole=False, why="stays: a finished comic needs it; --all takes it too")
    why = "all is to go" if store.needed_by else "no finished or running comic needs it"
    return CleaningPlan(store=store, whole=True, why=f"goes: {why}")


def _told_users(store: StoreHolding) -> str:
    here = [str(user.pid) for user in store.users if user.here]
    if here:
        return f"in use by process {', '.join(here)}"
    return "in use by a process of another machine, or it was within a day"


def _is_called(store: StoreHolding, film: str) -> bool:
    """Tell whether a person may mean this store."""
    if len(film) >= _SHORTEST and store.root.name.startswith(film.lower()):
        return True
    if os.sep in film:
        return str(at_home(film).absolute()) in store.films
    names = {Path(path).name for path in store.films} | {Path(path).stem for path in store.films}
    return film in names or str(Path(film).absolute()) in store.films


def remove(work: Path, plans: Sequence[CleaningPlan]) -> tuple[int, list[str]]:
    """Remove what the plans say.

    Returns:
        The bytes that were freed, and a line for each thing that was not removed though it should have been.

    Raises:
        OutputError: The work folder cannot be written to.
    """
    freed, failed = 0, []
    for plan in plans:
        if not plan.chosen:
            continue
        if not plan.whole:
            freed += _remove_waste(plan.store)
        elif _remove_store(plan.store.root):
            freed += plan.size_bytes
        else:
            failed.append(f"{plan.store.root}: it stays, since a run has begun to use it, or its rights forbid it")
    for path in leftovers(work):
        freed += sum(_taken(Path(where, name)) for where, _, names in os.walk(path) for name in names)
        _delete(path)
    forget_gone(work)
    return freed, failed


def _remove_waste(store: StoreHolding) -> int:
    freed = 0
    for file in store.waste:
        if users_of(store.root):  # a run that has begun may want what was given up before
            break
        with suppress(OSError):
            (store.root / file.path).unlink()
            freed += file.size_bytes
    return freed


def _remove_store(root: Path) -> bool:
    """Remove a store unless somebody uses it, or has begun to before it was out of the way; raises OutputError."""
    if users_of(root) or not take_away(root, lambda store: bool(users_of(store))):
        return False
    forget(root)
    return True


def _delete(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        with suppress(OSError):
            path.unlink()


def _taken(path: Path) -> int:
    try:
        return path.lstat().st_blocks * 512
    except OSError:
        return 0
