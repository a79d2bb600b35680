"""Where things lie: the folders that the environment names, and whether the work folder bears what a run does to it."""

import os
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from shutil import disk_usage

from configs.disk.files import owner_of, temporary_folder
from configs.disk.processes import is_dead, mark
from configs.disk.roots import VARIABLE, roots
from configs.disk.sealed import DAMAGED
from configs.errors import OutputError, StoreError
from configs.settings import (
    as_url,
    at_home,
    far_url,
    staging_limit_bytes,
    state_root,
    weights_cache,
    weights_folder,
    work_root,
)
from tasks.store.shared.far import FarStore, PassingError, far_store
from tasks.store.uses import LAYOUT, check_layout
from tasks.upkeep.findings import CheckResult, fail, fine, warn

KNOWN = (
    "FILMCOMIC_WORK",
    "FILMCOMIC_WEIGHTS",
    VARIABLE,
    "FILMCOMIC_STAGING",
    "FILMCOMIC_STAGING_GB",
    "FILMCOMIC_FILMS",
    "FILMCOMIC_NOTIFY",
    "FILMCOMIC_CLONE",
)
"""The variables of ours; a word that only looks like one of them does nothing."""
_SCARCE_BYTES = 1 << 30
_LITTLE_BYTES = 8 << 30
_LOOKED_AT = 200_000
"""So many files are looked through for leftovers, at most."""
_SKEW_S = 2.0


def check_roots(work: Path | None) -> CheckResult:
    """Look at the folders that are named by variables, and by `--work`."""
    strange = sorted(name for name in os.environ if name.startswith("FILMCOMIC_") and name not in KNOWN)
    if strange:
        return warn("roots", f"{', '.join(strange)}: no variable of ours", f"the known ones are {', '.join(KNOWN)}")
    folder, allowed, weights = work_root(work), roots(), weights_folder()
    if weights is not None and not weights.is_dir():
        return fail(
            "roots", f"FILMCOMIC_WEIGHTS names {weights}, which is no folder", "correct the variable or unset it"
        )
    if folder.exists() and not folder.is_dir():
        return fail("roots", f"{folder} is to be the work folder, but it is a file", "name another with FILMCOMIC_WORK")
    named = {name: os.environ.get(name) or "/" for name in KNOWN if name not in (VARIABLE, "FILMCOMIC_STAGING_GB")}
    relative = [name for name, path in named.items() if not as_url(path) and not at_home(path).is_absolute()]
    if relative:
        found = f"{', '.join(relative)}: a relative path, which means another folder wherever a run is started"
        return warn("roots", found, "write it from / on")
    if allowed is None:
        return fine("roots", f"work in {folder}; any folder may be used ({VARIABLE} is not set)")
    gone = [str(root) for root in allowed if not root.is_dir()]
    if not allowed or len(gone) == len(allowed):
        return fail("roots", f"{VARIABLE} names no folder that is there", "name the folders of films, comics and work")
    if gone:
        return warn("roots", f"{VARIABLE} names {', '.join(gone)}, which is not there", "mount it, or take it out")
    if not any(Path(os.path.realpath(folder)).is_relative_to(root) for root in allowed):
        cure = f"add {folder} to {VARIABLE}, or name a work folder inside it"
        return fail("roots", f"the work folder {folder} lies outside {VARIABLE}: every run is refused", cure)
    return fine("roots", f"work in {folder}; runs may use {', '.join(map(str, allowed))}")


def check_storage(work: Path | None) -> CheckResult:
    """Try in the work folder what a run does there: write, flush, rename over; see what room and what leftovers it has.

    Where the folder does not exist yet, the one that it would be made in is tried.
    """
    folder = work_root(work)
    layout = check_layout(folder) if folder.is_dir() else 0
    place = _existing(folder)
    elsewhere = "name another folder with --work or FILMCOMIC_WORK"
    try:
        _try_rename(place)
    except OSError as error:
        return fail(
            "storage",
            f"{place}: cannot be written to ({error.strerror or error})",
            f"mend its rights; else {elsewhere}",
        )
    if not os.access(tempfile.gettempdir(), os.W_OK):
        return fail(
            "storage", f"{tempfile.gettempdir()}: temporary files cannot be written", "set TMPDIR to a folder of yours"
        )
    free = {path: disk_usage(path).free for path in (place, Path(tempfile.gettempdir()), _existing(state_root()))}
    scarcest, bytes_free = min(free.items(), key=lambda pair: pair[1])
    room = "filmcomic clean shows what can go; else free some space, or " + elsewhere
    if bytes_free < _SCARCE_BYTES:
        return fail("storage", f"{scarcest}: only {told_bytes(bytes_free)} are free, too little for a film", room)
    if _inodes_left(place) == 0:
        return fail("storage", f"{place}: the file system can hold no more files", room)
    numbered = f"layout {layout or LAYOUT}" if folder.is_dir() else "not made yet"
    found = f"{folder}: {told_bytes(free[place])} free, renames are whole, {numbered}"
    if bytes_free < _LITTLE_BYTES:
        return warn("storage", f"{found}; {scarcest} has {told_bytes(bytes_free)} left: a few films' worth", room)
    left = count_leftovers(folder)
    if left:
        return warn("storage", f"{found}; {left} damaged or half-written files lie in it", "run filmcomic clean --yes")
    return fine("storage", found)


def _try_rename(folder: Path) -> None:
    """Write beside and rename over, as every result comes to its place; raises OSError where that is not whole."""
    with temporary_folder(folder) as inside:
        draft, target = inside / "draft", inside / "target"
        target.write_bytes(b"old")
        with draft.open("wb") as file:
            file.write(b"new")
            file.flush()
            os.fsync(file.fileno())
        draft.replace(target)
        if target.read_bytes() != b"new" or draft.exists():
            raise OSError("a rename over a file does not take its place")


def _inodes_left(folder: Path) -> int | None:
    """Return how many files the file system can still hold; None where it knows no limit."""
    told = os.statvfs(folder)
    return told.f_favail if told.f_files else None


def count_leftovers(folder: Path) -> int:
    """Count damaged files and what dead processes have left; a very large folder is not looked through to its end."""
    count = seen = 0
    for _, folders, names in os.walk(folder):
        for name in (*names, *folders):
            owner = owner_of(name)
            count += name.endswith(DAMAGED) or (owner is not None and is_dead(owner))
        seen += len(names)
        if seen > _LOOKED_AT:
            break
    return count


def file_clock_skew_s(folder: Path) -> float:
    """Return by how many seconds the clock of a folder's file system is ahead of this machine's; 0 where it agrees.

    On a share it is the other machine's clock that dates the files.
    """
    with suppress(OSError, OutputError), temporary_folder(_existing(folder)) as inside:
        before = time.time()
        (inside / "clock").write_bytes(b"")
        dated, after = (inside / "clock").stat().st_mtime, time.time()
        return 0.0 if before - _SKEW_S <= dated <= after + _SKEW_S else dated - after
    return 0.0


def told_bytes(count: int) -> str:
    """Write a number of bytes for a person: `812 MB`, `1.4 GB`."""
    if count >= 1_000_000_000:
        return f"{count / 1e9:.1f} GB"
    return f"{count / 1e6:.0f} MB" if count >= 10_000_000 else f"{count / 1e6:.1f} MB"


def _existing(path: Path) -> Path:
    while not path.is_dir():
        path = path.parent
    return path


def check_shared(work: Path | None) -> CheckResult:
    """Where the work folder is a store that many machines share, put a few bytes there, get them and take them away."""
    folder = work_root(work)
    url = far_url(folder)
    if url is None:
        return fine("shared", "the work folder is this machine's own (FILMCOMIC_WORK names no URL)")
    limit = told_bytes(round(staging_limit_bytes()))
    try:
        _try_far(far_store(url))
    except PassingError:
        cure = "see to the network and the endpoint; a run would wait some minutes for it"
        return fail("shared", f"{url} does not answer", cure)
    return fine("shared", f"{url} is reached and can be written; its twin here is {folder}, {limit} at most")


def _try_far(far: FarStore) -> None:
    """Do what a run does there; raises PassingError, StoreError."""
    with temporary_folder() as inside:
        (inside / "probe").write_bytes(b"filmcomic")
        name = f"upkeep/doctor-{mark()}"
        far.put(name, inside / "probe", "")
        found = far.get(name)
        whole = found is not None and b"".join(found.chunks) == b"filmcomic"
        far.sizes("upkeep/")
        far.remove([name])
    if not whole:
        raise StoreError("what is put there is not what is got", cure="name another store", path=far.url)


def check_cache() -> CheckResult:
    """See whether downloads and the records of servers can be written."""
    for place in (weights_cache(), state_root()):
        there = _existing(place)
        if not os.access(there, os.W_OK):
            cure = "mend its rights, or set XDG_CACHE_HOME and XDG_STATE_HOME to folders of yours"
            return fail("caches", f"{there}: cannot be written to", cure)
    return fine("caches", f"weights in {weights_cache()}, servers in {state_root()}")
