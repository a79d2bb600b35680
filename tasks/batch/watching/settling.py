"""Whether a film has come wholly: its size, its time and its words stand still, and no copier says that it is at work.

Nothing is believed of time stamps: copiers set them to what they were elsewhere. Only that they stay as they are, seen
again and again over a pause, counts.
"""

import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from configs.units import text_sha256
from tasks.batch.folder.names import show_name
from tasks.batch.folder.words_beside import words_beside
from tasks.batch.watching.examining import Examined

PATIENCE = 6
"""A film that is not readable to its end gets so many pauses before it is believed to be all that comes."""
_UNFINISHED = (
    "part",
    "partial",
    "crdownload",
    "download",
    "opdownload",
    "filepart",
    "tmp",
    "temp",
    "aria2",
    "!qb",
    "!ut",
)
"""Endings of copiers and browsers: of a file that is being written, or of one beside it."""
_INSIDE = tuple(f".{ending}" for ending in _UNFINISHED)


class FileAsSeen(NamedTuple):
    """A file as it is now."""

    name: str
    size: int
    changed_ns: int


@dataclass
class Arrival:
    """A film that has come."""

    pieces: tuple[FileAsSeen, ...]
    """Itself, then its words."""
    since_s: float
    """When it was first seen as it is, on a clock that only goes on."""
    examined: Examined | None = None

    @property
    def mark(self) -> str:
        """What stands for it as it is."""
        return text_sha256(repr([tuple(piece) for piece in self.pieces]))

    def steady_s(self) -> float:
        """Return for how long it has stood still."""
        return time.monotonic() - self.since_s


class Sightings:
    """The films of a folder as they were seen, look by look."""

    def __init__(self) -> None:
        self._seen: dict[Path, Arrival] = {}
        self._words: dict[Path, tuple[int, tuple[FileAsSeen, ...]]] = {}

    def see(self, films: Iterable[Path]) -> dict[Path, Arrival]:
        """Look at films again; those that cannot be looked at are left out."""
        films = list(films)
        folders: dict[Path, int] = {}
        now: dict[Path, Arrival] = {}
        for film in films:
            with suppress(OSError):
                if film.parent not in folders:
                    folders[film.parent] = film.parent.stat().st_mtime_ns
                pieces = (_piece(film), *self._words_of(film, folders[film.parent]))
                before = self._seen.get(film)
                now[film] = before if before and before.pieces == pieces else Arrival(pieces, time.monotonic())
        self._seen = now
        self._words = {film: words for film, words in self._words.items() if film in now}
        return now

    def _words_of(self, film: Path, folder_ns: int) -> tuple[FileAsSeen, ...]:
        """Return the words beside a film; they are looked for only when something in its folder has come or gone."""
        known = self._words.get(film)
        if known is None or known[0] != folder_ns:
            known = folder_ns, tuple(map(_piece, words_beside(film)))
            self._words[film] = known
        return known[1]


def is_as_seen(film: Path, seen: Arrival) -> bool:
    """Tell whether a film is still the file that was seen."""
    with suppress(OSError):
        return _piece(film) == seen.pieces[0]
    return False


def is_temporary(film: Path) -> bool:
    """Tell whether a copier names so what it has not finished: `film.part.mp4`, `film.temp.mkv`."""
    return film.stem.lower().endswith(_INSIDE)


def unfinished_by(film: Path) -> str:
    """Return the name of a file beside a film by which a downloader says that it is at work; "" where there is none.

    The film is often there already, empty or in full length but of zeros (`film.mkv` with `film.mkv.aria2`).
    """
    with suppress(OSError):
        for ending in _UNFINISHED:
            beside = film.with_name(f"{film.name}.{ending}")
            if beside.exists():
                return show_name(beside.name)
    return ""


def _piece(path: Path) -> FileAsSeen:
    status = path.stat()
    return FileAsSeen(path.name, status.st_size, status.st_mtime_ns)
