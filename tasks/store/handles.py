"""A handle of what lies in a film's store: where it is, the digest of what is in it, and what it is."""

import hashlib
import threading
from collections import OrderedDict
from pathlib import Path
from typing import Annotated, Any, Generic, Self, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ModelWrapValidatorHandler,
    PlainSerializer,
    SerializerFunctionWrapHandler,
    WrapSerializer,
    model_validator,
)

from configs.disk.sealed import content, digest
from configs.errors import FilmcomicError
from configs.settings import as_url, far_url, film_everywhere, film_here, staging_root
from configs.units import Frozen
from film.model import Movie
from tasks.console.progress import notice

Made = TypeVar("Made")
Model = TypeVar("Model", bound=BaseModel)


def _here(told: Any) -> Any:
    """Return where a store lies on this machine, given how another process names it."""
    url = as_url(told) if isinstance(told, str | Path) else None
    if url is None:
        return told
    above, _, name = url.rpartition("/")
    return staging_root(above) / name


def _everywhere(root: Path) -> str:
    """Name a store so that every machine finds it: by its URL where many share it, else by its path."""
    url = far_url(root.parent)
    return str(root) if url is None else f"{url}/{root.name}"


StoreRoot = Annotated[Path, BeforeValidator(_here), PlainSerializer(_everywhere, return_type=str, when_used="json")]
"""The store of one film: a folder of this machine. In JSON, as jobs go to other machines, a shared one is a URL."""


def _found(told: Any) -> Any:
    """Return a film with its path as it is on this machine, given as another process tells of it."""
    path = told.get("path") if isinstance(told, dict) else None
    if not isinstance(path, str) or (here := film_here(Path(path))) == Path(path):
        return told
    return {**told, "path": here, "state": (0, 0)}  # its times are other ones here; `find_films` compares digests


def _told_of(movie: Movie, write: SerializerFunctionWrapHandler) -> Any:
    return {**write(movie), "path": film_everywhere(movie.path)}


FoundMovie = Annotated[Movie, BeforeValidator(_found), WrapSerializer(_told_of, when_used="json")]
"""A film whose path other machines find: in JSON it is told by its URL, or by where it lies below the root of films."""

_read_back: OrderedDict[tuple[Path, str, type[Any]], Any] = OrderedDict()
"""What this process has read back lately: the list of a feature film's shots is long, and every batch asks for it."""
_READ_BACK_MOST = 12
_reading = threading.Lock()
"""What several threads ask for at once is read once."""


class Kept(Frozen, Generic[Made]):
    """A file in the store of one film: `Kept[ShotList]` is a list of shots, and no dialogue can be given for it.

    What a file is stands in the handle's type alone. Files that are no JSON (pictures, PDFs) have a class of their own
    that only names them, and are never loaded.
    """

    root: StoreRoot
    """The film's store."""
    path: Path
    """Relative to it."""
    sha256: str

    @property
    def file(self) -> Path:
        """Where it lies."""
        return self.root / self.path

    def load(self) -> Made:
        """Read it back, where it is JSON; what this process has read lately is not parsed again while it is untouched.

        Raises:
            OSError: The file is gone.
            FilmcomicError: It is not what was written.
        """
        (model,) = type(self).__pydantic_generic_metadata__["args"]
        if not self.file.exists():
            digest(self.file, notice)  # where many machines share it, another one may have made it
        named = (self.file, self.sha256, model)
        with _reading:
            if named not in _read_back or content(self.file) != self.sha256:
                written = self.file.read_bytes()
                if hashlib.sha256(written).hexdigest() != self.sha256:
                    raise FilmcomicError("it was changed while the run was on", cure="run again", path=self.file)
                _read_back[named] = model.model_validate_json(written)
            _read_back.move_to_end(named)
            while len(_read_back) > _READ_BACK_MOST:
                _read_back.popitem(last=False)
            found: Made = _read_back[named]
        return found

    @model_validator(mode="wrap")
    @classmethod
    def _of_this_kind(cls, value: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        """Refuse a handle of something else, which pydantic would take for its likeness."""
        if isinstance(value, Kept) and not isinstance(value, cls):
            raise ValueError(f"a {type(value).__name__} is no {cls.__name__}")
        return handler(value)

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle it by what it is of: a class with a parameter has no name that it can be found by."""
        return _handle, (type(self).__pydantic_generic_metadata__["args"], self.root, self.path, self.sha256)


def _handle(of: tuple[Any, ...], root: Path, path: Path, sha256: str) -> Kept[Any]:
    kind: type[Kept[Any]] = Kept[of] if of else Kept  # type: ignore[valid-type]
    return kind(root=root, path=path, sha256=sha256)
