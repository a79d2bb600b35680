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
    title: str
    sha256: str
    """Of what was put there."""
    drawn_from: tuple[Path, ...] = ()
    """What it was drawn from, as far as another try has its own: files of the store, relative to it."""


def note_finished(run: FilmRun, place: Path, drawn_from: Iterable[Path] = ()) -> None:
    """Note what was put in its place; without the note the next cleaning asks less of what is there.

    Args:
        run: The film.
        place: The finished file.
        drawn_from: The files in the store that belong to this comic and perhaps to no other; relative to the store.
    """
    with suppress(OSError, OutputError):
        piece = FinishedPiece(
            place=str(place),
            film=str(run.movie.path),
            title=run.title,
            sha256=file_sha256(place),
            drawn_from=tuple(sorted(set(drawn_from))),
        )
        note, text = _note_of(run.root, place), piece.model_dump_json()
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


def _note_of(root: Path, place: Path) -> Path:
    return upkeep_folder(root) / f"{sha256(os.fsencode(place)).hexdigest()[:32]}.json"
