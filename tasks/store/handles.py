"""A handle of what lies in a film's store: where it is, the digest of what is in it, and what it is."""

import hashlib
from pathlib import Path
from typing import Any, Generic, Self, TypeVar

from pydantic import BaseModel, ModelWrapValidatorHandler, model_validator

from configs.errors import FilmcomicError
from configs.units import Frozen

Made = TypeVar("Made")
Model = TypeVar("Model", bound=BaseModel)


class Kept(Frozen, Generic[Made]):
    """A file in the store of one film: `Kept[ShotList]` is a list of shots, and no dialogue can be given for it.

    What a file is stands in the handle's type alone. Files that are no JSON (pictures, PDFs) have a class of their own
    that only names them, and are never loaded.
    """

    root: Path
    """The film's store."""
    path: Path
    """Relative to it."""
    sha256: str

    @property
    def file(self) -> Path:
        """Where it lies."""
        return self.root / self.path

    def load(self) -> Made:
        """Read it back, where it is JSON.

        Raises:
            OSError: The file is gone.
            FilmcomicError: It is not what was written.
        """
        (model,) = type(self).__pydantic_generic_metadata__["args"]
        content = self.file.read_bytes()
        if hashlib.sha256(content).hexdigest() != self.sha256:
            raise FilmcomicError("it was changed while the run was on", cure="run again", path=self.file)
        found: Made = model.model_validate_json(content)
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
