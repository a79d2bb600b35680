"""Work folders as runs leave them, made by hand: small stores, comics that lie elsewhere."""

import os
import time
from collections.abc import Sequence
from pathlib import Path

from configs.disk.sealed import sealed
from configs.units import file_sha256
from tasks.store.whereabouts import FinishedPiece, note_of

DAY_S = 86_400.0
LONG_AGO_S = 40 * DAY_S


def key(letter: str) -> str:
    return letter * 64


def put(root: Path, name: str, content: bytes = b"result") -> Path:
    """Write a result with its seal."""
    with sealed(root / name) as draft:
        draft.write_bytes(content)
    return root / name


def make_store(work: Path, letter: str = "a") -> Path:
    """Make a store with a few results in it; nobody has noted anything."""
    root = work / (letter * 16)
    put(root, f"shots/aa/{key('a')}.json", b"{}")
    put(root, f"paintings/aa/{key('a')}.png", b"p" * 5000)
    put(root, f"paintings/bb/{key('b')}.png", b"q" * 5000)
    board = b'{"film": {"path": "%s.mkv", "title": "A Film"}}' % letter.encode()
    put(root, f"storyboards/aa/{key('c')}.json", board)
    (root / "frames").mkdir()
    (root / "frames" / f"{key('d')}.jpg").write_bytes(b"named by its digest")
    return root


def finish(root: Path, place: Path, drawn_from: Sequence[str] | None = (), content: bytes = b"a comic") -> None:
    """Put a comic somewhere and note it as a run does."""
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(content)
    piece = FinishedPiece(
        place=str(place),
        film="/films/film.mkv",
        sha256=file_sha256(place),
        drawn_from=None if drawn_from is None else tuple(map(Path, drawn_from)),
    )
    note = note_of(root, place)
    note.parent.mkdir(parents=True, exist_ok=True)
    note.write_text(piece.model_dump_json())


def age(path: Path, seconds: float = LONG_AGO_S) -> None:
    """Make a folder and all in it, its notes too, as old as this."""
    then_s = time.time() - seconds
    upkeep = path.parent / "upkeep" / path.name
    for each in (path, upkeep, *path.rglob("*"), *upkeep.rglob("*")):
        if each.exists():
            os.utime(each, (then_s, then_s))
