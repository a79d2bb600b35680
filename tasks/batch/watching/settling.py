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
from tasks.batch.folder.words_beside import words_by_name
from tasks.batch.watching.examining import Examined

PATIENCE = 6
"""A film that is not readable to its end gets so many pauses before it is believed to be all that comes."""
_FRESH_NS = 3_000_000_000
"""A folder that changed so shortly before may change again without another time stamp."""
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
        self._words: dict[Path, tuple[object, dict[Path, tuple[FileAsSeen, ...]]]] = {}

    def see(self, films: Iterable[Path]) -> dict[Path, Arrival]:
        """Look at films again; those that cannot be looked at are left out."""
        folders: dict[Path, list[Path]] = {}
        for film in films:
            folders.setdefault(film.parent, []).append(film)
        words = [self._words_in(folder, company) for folder, company in folders.items()]
        now: dict[Path, Arrival] = {}
        for film, pieces in (pair for found in words for pair in found.items()):
            with suppress(OSError):
                whole = (_as_seen(film), *pieces)
                before = self._seen.get(film)
                now[film] = before if before and before.pieces == whole else Arrival(whole, time.monotonic())
        self._seen = now
        self._words = {folder: known for folder, known in self._words.items() if folder in folders}
        return now

    def _words_in(self, folder: Path, films: list[Path]) -> dict[Path, tuple[FileAsSeen, ...]]:
        """Return the words of each film of a folder; it is listed only when something in it has come or gone."""
        try:
            folder_ns = folder.stat().st_mtime_ns
            state, known = self._words.get(folder, (None, {}))
            if state != (folder_ns, films):
                known = {film: tuple(map(_as_seen, paths)) for film, paths in words_by_name(films).items()}
                if abs(time.time_ns() - folder_ns) > _FRESH_NS:
                    self._words[folder] = (folder_ns, films), known
        except OSError:  # something goes at this moment
            return {}
        return known


def is_as_seen(film: Path, seen: Arrival) -> bool:
    """Tell whether a film is still the file that was seen."""
    with suppress(OSError):
        return _as_seen(film) == seen.pieces[0]
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


def _as_seen(path: Path) -> FileAsSeen:
    status = path.stat()
    return FileAsSeen(path.name, status.st_size, status.st_mtime_ns)
