"""What was made of a film and lies elsewhere: a comic, a storyboard. As long as it lies there, its store is wanted.

A note for each place, in `<work>/upkeep/<store>/<digest of the path>.json` (`uses.py`).
"""

import os
from collections.abc import Iterable
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from pydantic import ValidationError

from configs.disk.files import write_text
from configs.errors import OutputError
from configs.units import Frozen, file_sha256
from tasks.store.film_run import FilmRun
from tasks.store.uses import upkeep_folder


class FinishedPiece(Frozen):
    """Something that was made of a film and put in its place."""

    place: str
    """Where it lies."""
    film: str
    """Where the film lay."""
    sha256: str
    """Of what was put there."""
    drawn_from: tuple[Path, ...] | None = None
    """What it was drawn from, of which another try has its own: files of the store, relative to it; None: not known."""


def note_finished(run: FilmRun, place: Path, drawn_from: Iterable[Path] = ()) -> None:
    """Note what was put in its place: as long as it lies there, the store is not cleaned away.

    Args:
        run: The film.
        place: The finished file.
        drawn_from: The files in the store that belong to this comic and perhaps to no other; relative to the store.
    """
    with suppress(OSError, OutputError, ValueError):  # a note that is missing is no reason to stop; a cleaning says so
        _write(run.root, run.movie.path, place, tuple(sorted(set(drawn_from))))


def note_found(root: Path, film: Path, place: Path) -> None:
    """Note a comic that lies in its place as an older release made it, unless it is noted already."""
    with suppress(OSError, OutputError, ValueError):
        if not note_of(root, place).exists():
            _write(root, film, place, None)


def _write(root: Path, film: Path, place: Path, drawn_from: tuple[Path, ...] | None) -> None:
    piece = FinishedPiece(
        place=str(place.absolute()), film=str(film.absolute()), sha256=file_sha256(place), drawn_from=drawn_from
    )
    note, text = note_of(root, place), piece.model_dump_json()
    if not note.is_file() or note.read_text(encoding="utf-8") != text:
        write_text(note, text)


def pieces_of(root: Path) -> tuple[list[FinishedPiece], int]:
    """Return what was made of a store's film, and how many notes of it cannot be read."""
    found, unread = [], 0
    for note in sorted(upkeep_folder(root).glob("*.json")):
        try:
            found.append(FinishedPiece.model_validate_json(note.read_bytes()))
        except (OSError, ValidationError):
            unread += 1
    return found, unread


def note_of(root: Path, place: Path) -> Path:
    """Return where it is noted that something made of a store's film lies at this place."""
    return upkeep_folder(root) / f"{sha256(os.fsencode(place.absolute())).hexdigest()[:32]}.json"
