"""The finished comics of a folder: found at every look, read once, never written.

What is asked for from outside is a digest of a path, so no request names a file. Links are followed to files inside
the folder alone. A comic that comes, changes or goes is seen at the next look.
"""

import os
import threading
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path

from configs.disk.untrusted import one_line
from configs.errors import InputError
from layouts.contacts.finished.cbz_reading import natural
from layouts.contacts.finished.comic_kinds import COMIC_KINDS, draw_page, read_comic
from layouts.contacts.shelf_page import ShelfEntry
from tasks.batch.folder.extras import is_hidden
from tasks.batch.folder.names import path_key, show_name

_MOST_DRAWN = 128

Stamp = tuple[int, int, int, int]
"""Device, inode, bytes and time of change (nanoseconds): another one is another file."""


@dataclass(frozen=True)
class Shelved:
    """One comic and the file that it is."""

    entry: ShelfEntry
    path: Path
    stamp: Stamp

    @property
    def tag(self) -> str:
        """What stands for this file as it is: for ETag."""
        return "-".join(f"{number:x}" for number in self.stamp)


@dataclass
class ComicShelf:
    """The finished comics of a folder and those below it."""

    folder: Path
    outside: list[str] = field(default_factory=list)
    """Links that lead out of the folder, as they were at the last look."""
    _known: dict[str, Shelved] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        """Take the folder's real place.

        Raises:
            InputError: It is not there, is no folder, or cannot be read.
        """
        try:
            self.folder = self.folder.resolve(strict=True)
            if not self.folder.is_dir():
                raise InputError("it is not a folder", cure="give the folder that the comics lie in", path=self.folder)
            os.scandir(self.folder).close()
        except FileNotFoundError:
            raise InputError("there is no such folder", cure="name one that is there", path=self.folder) from None
        except OSError as error:
            raise InputError(
                f"the folder cannot be read ({error.strerror})",
                cure="mend its rights, or name another",
                path=self.folder,
            ) from None

    @property
    def title(self) -> str:
        """What the shelf is called: the folder's name."""
        return one_line(self.folder.name) or "Comics"

    def look(self) -> list[Shelved]:
        """Return what lies there now, by series and title; comics that cannot be read come last.

        Files of one name in one folder (`film.pdf`, `film.epub`) are one comic.
        """
        with self._lock:
            self._look()
            found = list(self._known.values())
        return sorted(_joined(found), key=lambda one: (one.entry.facts is None, _order(one.entry), str(one.path)))

    def find(self, key: str) -> Shelved | None:
        """Return the comic of this key as it is now; None where there is none any more."""
        one = self._known.get(key)
        if one is None or self._stamp(one.path) != one.stamp:
            with self._lock:
                self._look()
                one = self._known.get(key)
        return one

    def _look(self) -> None:
        known, outside = {}, []
        for path in _files(self.folder):
            stamp = self._stamp(path)
            if stamp is None:
                if path.is_symlink():
                    outside.append(show_name(path.relative_to(self.folder)))
                continue
            key = path_key(path.relative_to(self.folder))
            before = self._known.get(key)
            known[key] = before if before and before.stamp == stamp else _shelved(key, path, stamp, self.folder)
        self._known, self.outside = known, outside

    def _stamp(self, path: Path) -> Stamp | None:
        """Return what a file is now; None where it is none, has gone, or lies outside the folder."""
        try:
            real = path.resolve(strict=True)
            if not real.is_relative_to(self.folder) or not real.is_file():
                return None
            status = real.stat()
        except (OSError, RuntimeError):  # links in a circle
            return None
        return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns


def _joined(found: Iterable[Shelved]) -> list[Shelved]:
    """Put files that are the same comic together, under the one that comes first among the kinds."""
    kinds = list(COMIC_KINDS)
    comics: dict[Path, list[Shelved]] = {}
    for one in sorted(found, key=lambda one: kinds.index(one.path.suffix.lower())):
        name = one.path if one.entry.facts is None else one.path.with_suffix("")
        comics.setdefault(name, []).append(one)
    return [
        replace(first, entry=first.entry.model_copy(update={"others": tuple(one.entry for one in others)}))
        for first, *others in comics.values()
    ]


def matching(found: list[Shelved], query: str) -> list[Shelved]:
    """Return those in whose title, series, authors or file's name all words of a search stand, as parts of words."""
    words = _searched(query).split()
    return [one for one in found if all(word in _searched(_text(one.entry)) for word in words)]


@lru_cache(maxsize=_MOST_DRAWN)
def drawn_page(one: Shelved, number: int | None, most_px: tuple[int, int]) -> bytes:
    """Return a page as a JPEG file; see `draw_page`. The last ones are kept."""
    return draw_page(one.path, number, most_px)


def _files(folder: Path) -> Iterator[Path]:
    """Yield what bears a comic's ending, in no order; hidden files are left out, and with them our drafts."""
    for where, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not is_hidden(name)]
        for name in names:
            if not is_hidden(name) and Path(name).suffix.lower() in COMIC_KINDS:
                yield Path(where, name)


def _shelved(key: str, path: Path, stamp: Stamp, folder: Path) -> Shelved:
    below = path.relative_to(folder)
    facts, fault = None, ""
    try:
        facts = read_comic(path)
    except InputError as error:
        fault = error.problem
    entry = ShelfEntry(
        key=key,
        name=path.name,
        folder="" if below.parent == Path() else below.parent.as_posix(),
        media_type=COMIC_KINDS[path.suffix.lower()].media_type,
        size_bytes=stamp[2],
        changed_s=stamp[3] / 1e9,
        facts=facts,
        fault=fault,
    )
    return Shelved(entry=entry, path=path, stamp=stamp)


def _order(entry: ShelfEntry) -> tuple[object, ...]:
    """Return a key for a shelf's order: by series or title, then by season and number."""
    facts = entry.facts
    if facts is None or not facts.series:
        return natural(_searched(entry.title)), -1, []
    return natural(_searched(facts.series)), -1 if facts.volume is None else facts.volume, natural(facts.number)


def _text(entry: ShelfEntry) -> str:
    facts = entry.facts
    told = (facts.title, facts.series, *facts.authors) if facts else ()
    return " ".join((*told, *(one.name for one in entry.files)))


@lru_cache(maxsize=4096)
def _searched(text: str) -> str:
    """Return a text for comparison: neither capitals nor accents count."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))
