"""The content-addressed store of one film, and the jobs that fill it.

    <work>/<film digest, 16 digits>/<stage>/<key, 2 digits>/<key>.json     what a stage found
    <work>/<film digest, 16 digits>/frames/<picture digest>.jpg            frames of the film
    <work>/<film digest, 16 digits>/paintings/<2 digits>/<key>.png         painted frames
    <work>/upkeep/<film digest, 16 digits>/                                who uses it, what was made of it (`uses.py`)

A key is the digest of everything that decides a result: the stage's name and version, the digests of what goes in,
and the parameters; never a path, never a time stamp. So a result is found again after a crash, a move of the film or
a change elsewhere, and nothing stale is ever taken for it. Beside each file lies the digest of its content
(`configs/disk/sealed.py`): what does not agree with it is set aside and made again.

Where the work folder is named by a URL, all this lies in a staging folder of this machine, which is the twin of a far
store that many machines share (`shared/`).
"""

import hashlib
import json
import os
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Iterable
from pathlib import Path
from typing import IO, Any, ClassVar, Generic

from configs.disk.files import beside, is_same, output_error, sweep
from configs.disk.sealed import content, digest, sealed
from configs.errors import FilmError, InputError, OutputError
from configs.settings import far_url, place_url, private_folder, staging_limit_bytes
from configs.units import Frozen, file_sha256, text_sha256
from configs.versions import version_of
from film.decoding.probe import file_state
from tasks.console.progress import notice
from tasks.store.handles import FoundMovie, Kept, Made, Model, StoreRoot
from tasks.store.shared.parcels import bring_film
from tasks.store.shared.room import make_room
from tasks.store.shared.twin import TWIN
from tasks.store.uses import LAYOUT, forget, last_use_s, note_layout, note_use, users_of

_CHUNK_BYTES = 1 << 20


class Job(Frozen, ABC, Generic[Made]):
    """One unit of work of a stage: a `Job[ShotList]` makes a list of shots.

    Subclasses add the inputs and say which of them decide the result.
    """

    stage: ClassVar[str]
    """Its version stands in `configs/versions.toml`, and goes up when its code gives another result."""
    suffix: ClassVar[str] = ".json"
    outside: ClassVar[bool] = False
    """Whether it reads files that are not in the store and may change meanwhile."""

    root: StoreRoot
    """The film's store."""
    key: str = ""
    """The digest of the stage, its version and the identity, frozen when the job is made."""

    def model_post_init(self, context: Any, /) -> None:
        """Freeze the key; a job that comes from another process brings its own."""
        if not self.key:
            object.__setattr__(self, "key", self._reckoned())

    @abstractmethod
    def identity(self) -> dict[str, Any]:
        """Return the digests and parameters that decide the result, JSON-able."""

    @property
    def current(self) -> bool:
        """Whether this release, on this machine, would file the result under the same key."""
        return self._reckoned() == self.key

    def _reckoned(self) -> str:
        decides = {"stage": self.stage, "version": version_of(self.stage), **self.identity()}
        return text_sha256(json.dumps(decides, sort_keys=True, ensure_ascii=False, default=str))

    @property
    def target(self) -> Path:
        """Where the result lies; relative to the store."""
        return Path(self.stage, self.key[:2], self.key + self.suffix)

    def handle(self, sha256: str) -> Kept[Made]:
        """Return the handle of the result, given the digest of its content."""
        (made,) = next(args for kind in type(self).__mro__ if issubclass(kind, Job) and (args := _parameters(kind)))
        return Kept[made](root=self.root, path=self.target, sha256=sha256)  # type: ignore[valid-type]

    def found(self) -> Kept[Made] | None:
        """Return the result if it is there, whole, with all that it names; what is damaged is set aside."""
        held = digest(self.root / self.target, notice)
        if held is None:
            return None
        result = self.handle(held)
        return result if self.complete(result) else None

    def complete(self, result: Kept[Made]) -> bool:
        """Tell whether the other files that a result names are there, whole."""
        return True

    def recheck(self) -> None:
        """Refuse to keep a result under a key that it does not belong to any more.

        Raises:
            InputError: A file from outside was changed while it was read.
        """
        if self.outside and self._reckoned() != self.key:
            raise InputError("a file was changed while it was read", cure="run again", path=self.changeable)

    @property
    def changeable(self) -> Path | None:
        """The file from outside that the job reads, to be named when it has changed."""
        return None


def _parameters(kind: type[Job[Any]]) -> tuple[Any, ...]:
    return kind.__pydantic_generic_metadata__["args"]


class FilmJob(Job[Made], Generic[Made]):
    """A job that reads the film itself."""

    outside: ClassVar[bool] = False
    movie: FoundMovie

    def recheck(self) -> None:
        """Refuse what was read of a film that is not the one whose digest was taken."""
        super().recheck()
        if self.movie.state != (0, 0) and file_state(self.movie.path) != self.movie.state:
            raise FilmError("it was changed while it was read", cure="run again", path=self.movie.path)


def find_films(jobs: Iterable[FilmJob[Any]]) -> None:
    """Bring the films that jobs of another machine name by URLs; refuse those that are not here.

    Raises:
        FilmError: A film is not here, or is another one.
        StoreError: It lies in a bucket that does not answer.
    """
    for movie in {job.movie.path: job.movie for job in jobs}.values():
        if url := place_url(movie.path):
            note_use(movie.path.parent)
            bring_film(url)
        if not movie.path.exists() or (movie.state == (0, 0) and content(movie.path) != movie.sha256):
            cure = "give its URL, or mount it here too and name the folder of films in FILMCOMIC_FILMS"
            raise FilmError("it does not lie here as it does where it was ordered", cure=cure, path=movie.path)


def film_root(work: Path, sha256: str) -> Path:
    """Return the store of the film with this digest."""
    return work / sha256[:16]


def open_store(root: Path) -> None:
    """Make a film's store for its owner alone, note that it is used, and remove what killed runs have left in it.

    Raises:
        OutputError: It cannot be made, it is of a newer release, or a part of it is a link: the store's files would
            lie, and be looked for, where somebody else says.
        StoreError: It is the twin of one that many machines share, which cannot be reached.
    """
    _refuse_link(root)
    try:
        private_folder(root.parent)
        note_layout(root.parent)
        note_use(root)  # before the store is there: whoever cleans it away looks at the notes last
        private_folder(root)
    except OSError as error:
        raise output_error(error, root) from None
    for stage in os.scandir(root):
        _refuse_link(Path(stage.path))
        if stage.is_dir(follow_symlinks=False):
            for inside in os.scandir(stage.path):
                if inside.is_symlink() and Path(inside.path).is_dir():
                    _refuse_link(Path(inside.path))
    sweep(root, below=True)
    sweep(Path(tempfile.gettempdir()))
    if far_url(root.parent) is not None:
        _open_shared(root)


def _open_shared(root: Path) -> None:
    """Bring a store and the far one together, and keep the staging folder as small as it is to be."""
    TWIN.join(root, LAYOUT)
    gone = make_room(
        root.parent,
        staging_limit_bytes(),
        used_s=lambda store: last_use_s(store) or 0.0,
        in_use=lambda store: bool(users_of(store)),
        is_safe=TWIN.is_safe,
    )
    for store in gone:
        forget(store)


def open_stores(roots: Iterable[Path]) -> None:
    """Open the stores that jobs of another process name, where they are twins of shared ones.

    Raises:
        OutputError, StoreError: As `open_store` does.
    """
    for root in dict.fromkeys(roots):
        if far_url(root.parent) is not None:
            open_store(root)


def _refuse_link(folder: Path) -> None:
    if folder.is_symlink():
        raise OutputError("it is a link, and the store follows none", cure="remove it, or move --work", path=folder)


def save(job: Job[Model], value: Model) -> Kept[Model]:
    """Write a stage's result as JSON, all or nothing.

    Raises:
        OutputError: It cannot be written; as StoreError, it did not come to the store that many machines share.
        InputError: It does not belong to the job's key any more.
    """
    job.recheck()
    text = value.model_dump_json(indent=None)
    with sealed(job.root / job.target) as draft:
        draft.write_text(text, encoding="utf-8")
    TWIN.settle()
    return job.handle(text_sha256(text))


def kept(job: Job[Made]) -> Kept[Made]:
    """Return a result that was written with `sealed` by the job itself.

    Raises:
        OSError: It is not there.
        StoreError: It, or what belongs to it, did not come to the store that many machines share.
    """
    TWIN.settle()
    return job.handle(file_sha256(job.root / job.target))


def deliver(made: Kept[Any], target: Path) -> bool:
    """Copy a file out of the store to its place in one step; one that is the same already is not touched.

    Returns:
        Whether it lies there; False when what is in the store is damaged: the target is as it was.

    Raises:
        OutputError: The place cannot be written to.
        OSError: The file in the store cannot be read.
    """
    if is_same(target, made.sha256):
        return True
    try:
        with made.file.open("rb") as source, beside(target) as draft:
            if _copied(source, draft) != made.sha256:
                raise _DamagedError
    except _DamagedError:
        return False
    return True


class _DamagedError(Exception):
    """What was copied is not what was written."""


def _copied(source: IO[bytes], draft: Path) -> str:
    """Copy, and return the digest of what was copied."""
    copied = hashlib.sha256()
    with draft.open("wb") as place:
        while chunk := _read(source):
            copied.update(chunk)
            place.write(chunk)
    return copied.hexdigest()


def _read(source: IO[bytes]) -> bytes:
    try:
        return source.read(_CHUNK_BYTES)
    except OSError as error:  # not the target's fault
        raise _DamagedError from error
