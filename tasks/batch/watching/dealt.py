"""What has become of the films of a folder that is watched, so that a service that starts anew tells nothing twice.

    <work>/watched/<digest of folder, place and recipe>.json   a line for each film that is done with
    <work>/watched/<...>.lock                                  held by whoever watches

What a film's comic is made of is the batch's to know (`tasks/batch/unchanged.py`). This is only which films need not be
looked at again: those that were made, those that cannot be read, those that failed and when they are tried again.
"""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout
from pydantic import Field, ValidationError

from configs.disk.files import check_writable, output_error
from configs.disk.sealed import Tell, digest, sealed
from configs.errors import InputError
from configs.settings import private_folder, work_root
from configs.units import Frozen, text_sha256
from configs.versions import versions_digest

_WATCHED = "watched"
_TRIES = 3
_AGAIN_S = 3600.0
"""A film that failed for another reason than its own (a full disk, a crash) is tried again after one hour, then two."""
_MOST = 5000
"""So many films are kept in mind when some are not there any more."""


class Dealt(Frozen):
    """A film that is done with, for now."""

    mark: str
    """Its size and time and those of its words: with other ones it is another film."""
    made: bool = False
    refused: bool = False
    """It cannot be read: no use in trying again."""
    tries: int = 0
    at_s: float = 0.0
    """When it was tried last, seconds since the epoch."""
    release: str = ""
    """What tried it: another release may do better."""

    def holds(self, mark: str) -> bool:
        """Tell whether a film with this mark is to be left alone now."""
        if self.mark != mark:
            return False
        if self.made:
            return True
        waits = self.refused or self.tries >= _TRIES or time.time() - self.at_s < _AGAIN_S * self.tries
        return waits and self.release == versions_digest()


class DealtFilms(Frozen):
    """All films that are done with, by their names below the folder."""

    films: dict[str, Dealt] = Field(default_factory=dict)


class DealtMemory:
    """The films that are done with, kept on the disk.

    Args:
        key: Names what is watched and what for.
        work: The work folder.
        tell: Called with one line when the memory is damaged.
    """

    def __init__(self, key: str, work: Path | None, tell: Tell) -> None:
        self.path = work_root(work) / _WATCHED / f"{text_sha256(key)[:32]}.json"
        self._tell = tell
        self._films: dict[str, Dealt] = {}
        self.known = False
        """Whether this was watched before."""
        self._read()

    def _read(self) -> None:
        self._films, self.known = {}, digest(self.path, self._tell) is not None
        if self.known:
            try:
                self._films = dict(DealtFilms.model_validate_json(self.path.read_bytes()).films)
            except (OSError, ValidationError):  # of another release: the batch knows what it has made
                self.known = False

    @contextmanager
    def held(self, folder: Path) -> Iterator[None]:
        """Be the only one that watches while the block runs.

        Raises:
            InputError: Another process watches this folder for the same.
            OutputError: The work folder cannot be written.
        """
        try:
            private_folder(work_root(self.path.parent.parent))
        except OSError as error:
            raise output_error(error, self.path.parent.parent) from None
        check_writable(self.path)
        lock = FileLock(self.path.with_suffix(".lock"), blocking=False)
        try:
            lock.acquire()
        except Timeout:
            raise InputError(
                "another process watches it already, for the same comics", cure="let it, or end it first", path=folder
            ) from None
        try:
            self._read()  # somebody else may have held it until now
            yield
        finally:
            lock.release()

    def holds(self, name: str, mark: str) -> bool:
        """Tell whether a film is to be left alone now."""
        dealt = self._films.get(name)
        return dealt is not None and dealt.holds(mark)

    def made(self, marks: Mapping[str, str]) -> None:
        """Note films whose comics are made, by name."""
        self._note({name: Dealt(mark=mark, made=True) for name, mark in marks.items()})

    def refused(self, name: str, mark: str) -> None:
        """Note a film that cannot be read."""
        self._note({name: Dealt(mark=mark, refused=True, release=versions_digest())})

    def failed(self, name: str, mark: str) -> None:
        """Note a film whose comic could not be made, though it can be read."""
        before = self._films.get(name)
        tries = before.tries if before is not None and before.mark == mark else 0
        self._note({name: Dealt(mark=mark, tries=tries + 1, at_s=time.time(), release=versions_digest())})

    def forget_gone(self, there: set[str]) -> None:
        """Forget films that are not there any more, when they are many."""
        if len(self._films) > max(_MOST, 2 * len(there)):
            self._films = {name: dealt for name, dealt in self._films.items() if name in there}

    def _note(self, news: Mapping[str, Dealt]) -> None:
        if not news:
            return
        self._films |= news
        with sealed(self.path) as draft:
            draft.write_text(DealtFilms(films=self._films).model_dump_json(indent=0), encoding="utf-8")
