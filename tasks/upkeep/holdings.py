"""What a work folder holds: for each store its film, its size by stage, when it was used last, and who needs it.

Nothing is changed here. Stores are the folders that `tasks/store` fills: one a film, named by 16 digits of its digest,
one of all photos, one of all galleries. What else lies in a work folder is left alone.
"""

import json
import os
import re
import stat
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from configs.disk.files import owner_of
from configs.disk.processes import is_dead
from configs.disk.sealed import DAMAGED, SEAL, seal_of
from configs.disk.untrusted import one_line
from configs.errors import OutputError
from configs.units import Frozen, file_sha256
from tasks.store.uses import UPKEEP, StoreUser, check_layout, last_use_s, numbered_since_s, users_of
from tasks.store.whereabouts import FinishedPiece, pieces_of

_STORE = re.compile(r"[0-9a-f]{16}|photos|gallery")
_SHARED = {"photos": "photos painted", "gallery": "galleries"}
_RESULT = re.compile(r"[0-9a-f]{64}\.\w+")
_REMADE = ("paintings", "editions", "packed", "books", "parts")
"""Stages of which every try at a comic has its own, and which a finished comic's note names."""
_SETTLED_S = 3600.0
"""A file younger than this may belong to a run."""
_BLOCK_BYTES = 512


class HeldFile(NamedTuple):
    """A file of a store."""

    path: Path
    """Relative to the store."""
    size_bytes: int
    """What it takes of the disk."""
    changed_s: float


class StoreHolding(Frozen):
    """A store, and what is known of it."""

    root: Path
    name: str
    """What its film is called, or its own name."""
    films: tuple[str, ...]
    """Where its film lay."""
    files: tuple[HeldFile, ...]
    used_s: float
    """When it was used last, seconds since the epoch."""
    noted: bool
    """Whether a release opened it that notes who uses it."""
    users: tuple[StoreUser, ...]
    needed_by: tuple[str, ...]
    """Finished comics and storyboards that were made of it, each with what makes it so."""
    waste: tuple[HeldFile, ...]
    """What no run will ever use: damaged, left by killed runs, never sealed, of tries that were given up."""

    @property
    def size_bytes(self) -> int:
        """What it takes of the disk."""
        return sum(file.size_bytes for file in self.files)

    def by_stage(self) -> dict[str, int]:
        """Return the bytes of each stage, the largest first."""
        sizes: dict[str, int] = {}
        for file in self.files:
            stage = file.path.parts[0] if len(file.path.parts) > 1 else "(beside)"
            sizes[stage] = sizes.get(stage, 0) + file.size_bytes
        return dict(sorted(sizes.items(), key=lambda pair: -pair[1]))


def hold(work: Path) -> list[StoreHolding]:
    """Look at every store of a work folder, the one that was used last first.

    Raises:
        OutputError: It is no folder, cannot be read, or is of a newer release.
    """
    if not work.exists():
        return []
    check_layout(work)
    try:
        roots = [path for path in work.iterdir() if _is_store(path)]
    except OSError as error:
        raise OutputError(
            f"the work folder cannot be read ({error.strerror})", cure="name another with --work", path=work
        ) from None
    notes = {root: pieces_of(root) for root in roots}
    finished = _lying([piece for pieces, _ in notes.values() for piece in pieces])
    found = [_holding(root, *notes[root], finished) for root in roots]
    return sorted(found, key=lambda holding: -holding.used_s)


def leftovers(work: Path) -> list[Path]:
    """Return what killed cleanings and runs have left in the work folder itself."""
    with suppress(OSError):
        return [path for path in work.iterdir() if (owner := owner_of(path.name)) and is_dead(owner)]
    return []


def others_in(work: Path) -> list[str]:
    """Return the names of what lies in a work folder and is no store: notes of films seen, a demo, strangers."""
    with suppress(OSError):
        return sorted(one_line(path.name) for path in work.iterdir() if not _is_store(path) and path.name != UPKEEP)
    return []


def _is_store(path: Path) -> bool:
    return _STORE.fullmatch(path.name) is not None and path.is_dir() and not path.is_symlink()


def _holding(root: Path, pieces: list[FinishedPiece], unread: int, finished: dict[str, str]) -> StoreHolding:
    files = tuple(walk(root))
    newest_s = max((file.changed_s for file in files), default=root.stat().st_mtime)
    noted_s = last_use_s(root)
    needing = [piece for piece in pieces if _needs(piece, finished)]
    untold = _untold(root, pieces, unread)
    films = tuple(dict.fromkeys([piece.film for piece in pieces] or _films(root)))
    return StoreHolding(
        root=root,
        name=_SHARED.get(root.name) or (one_line(Path(films[0]).name) if films else "a film of unknown name"),
        films=films,
        files=files,
        used_s=max(newest_s, noted_s or 0.0),
        noted=noted_s is not None,
        users=tuple(users_of(root, newest_s)),
        needed_by=(*(piece.place for piece in needing), *untold),
        waste=tuple(_waste(files, None if untold else _drawn_from(needing))),
    )


def _lying(pieces: list[FinishedPiece]) -> dict[str, str]:
    """Return the digest of what lies at each place that is noted; no digest where it cannot be told."""
    found = {}
    for place in {piece.place for piece in pieces}:
        try:  # a note may name anything; what is no plain file is not read
            found[place] = file_sha256(Path(place)) if stat.S_ISREG(Path(place).stat().st_mode) else ""
        except FileNotFoundError:
            if not Path(place).parent.is_dir():
                found[place] = ""  # a disk or a share that is not there just now
        except OSError:
            found[place] = ""
    # what a person has changed since is still theirs; what another film's comic was written over is not
    own = {(piece.place, piece.sha256) for piece in pieces}
    return {place: digest if (place, digest) in own else "" for place, digest in found.items()}


def _needs(piece: FinishedPiece, finished: dict[str, str]) -> bool:
    return finished.get(piece.place) in ("", piece.sha256)


def _untold(root: Path, pieces: list[FinishedPiece], unread: int) -> list[str]:
    """Tell of comics whose places are not known: a release before the notes made them, or the notes are damaged."""
    if unread:
        return [f"{unread} whose notes cannot be read"]
    known, since_s, made = {piece.sha256 for piece in pieces}, numbered_since_s(root.parent), 0
    for note in root.glob("made/*.json"):
        with suppress(OSError, ValueError):
            told = json.loads(note.read_bytes())
            made += note.stat().st_mtime < since_s and not (isinstance(told, dict) and told.get("sha256") in known)
    return [f"{made} made by an older release, which did not note where"] if made else []


def _films(root: Path) -> list[str]:
    """Return what the storyboards in a store say of where its film lay."""
    found = []
    for path in sorted(root.glob("storyboards/*/*.json")):
        with suppress(OSError, ValueError, KeyError, TypeError):
            found.append(str(json.loads(path.read_bytes())["film"]["path"]))
    return found


def _drawn_from(needing: list[FinishedPiece]) -> set[Path] | None:
    """Return the files that the finished pieces were drawn from; None where that is not known of all of them."""
    if any(piece.drawn_from is None for piece in needing):
        return None
    return {path for piece in needing for path in piece.drawn_from or ()}


def _waste(files: tuple[HeldFile, ...], drawn: set[Path] | None) -> Iterator[HeldFile]:
    """Yield the files that no run will use.

    Args:
        files: All of the store.
        drawn: What finished comics were drawn from; None or nothing: no try at a comic is taken for given up.
    """
    old_s, there = time.time() - _SETTLED_S, {file.path for file in files}
    for file in files:
        owner = owner_of(file.path.name)
        if is_dead(owner) if owner is not None else file.changed_s < old_s and _is_useless(file.path, there, drawn):
            yield file


def _is_useless(path: Path, there: set[Path], drawn: set[Path] | None) -> bool:
    if path.name.endswith(DAMAGED):
        return True
    sealed = path.with_name(path.name.removesuffix(SEAL))
    if sealed == path and not (_RESULT.fullmatch(path.name) and len(path.parts) > 2):
        return False  # a note, or a frame that is named by its own digest
    given_up = bool(drawn) and sealed.parts[0] in _REMADE and drawn is not None and sealed not in drawn
    return given_up or not {sealed, seal_of(sealed)} <= there


def walk(root: Path) -> Iterator[HeldFile]:
    """Yield every file of a store; links are told as what they are and not followed."""
    for where, _, names in os.walk(root):
        for name in names:
            path = Path(where, name)
            with suppress(OSError):  # a run has taken it away meanwhile
                told = path.lstat()
                size = getattr(told, "st_blocks", -(-told.st_size // _BLOCK_BYTES)) * _BLOCK_BYTES
                yield HeldFile(path=path.relative_to(root), size_bytes=size, changed_s=told.st_mtime)
