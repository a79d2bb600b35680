"""The content-addressed store of one film, and the jobs that fill it.

    <work>/<film digest, 16 digits>/<stage>/<key, 2 digits>/<key>.json     what a stage found
    <work>/<film digest, 16 digits>/frames/<picture digest>.jpg            frames of the film
    <work>/<film digest, 16 digits>/paintings/<2 digits>/<key>.png         painted frames

A key is the digest of everything that decides a result: the stage's name and version, the digests of what goes in,
and the parameters; never a path, never a time stamp. So a result is found again after a crash, a move of the film or
a change elsewhere, and nothing stale is ever taken for it.
"""

import json
from abc import ABC, abstractmethod
from pathlib import Path
from typing import Any, ClassVar, TypeVar

from pydantic import BaseModel

from configs.files import write_text
from configs.units import Frozen, text_sha256

Model = TypeVar("Model", bound=BaseModel)


class Artefact(Frozen):
    """A file in the store: where it lies, and the digest of what is in it."""

    path: Path
    """Relative to the film's store."""
    sha256: str


class Job(Frozen, ABC):
    """One unit of work of a stage; subclasses add the inputs and say which of them decide the result."""

    stage: ClassVar[str]
    version: ClassVar[int]
    """Bump it when the stage's code would give another result for the same inputs."""
    suffix: ClassVar[str] = ".json"

    root: Path
    """The film's store."""

    @abstractmethod
    def identity(self) -> dict[str, Any]:
        """Return the digests and parameters that decide the result, JSON-able."""

    @property
    def key(self) -> str:
        """The digest of the stage, its version and the identity."""
        decides = {"stage": self.stage, "version": self.version, **self.identity()}
        return text_sha256(json.dumps(decides, sort_keys=True, ensure_ascii=False, default=str))

    @property
    def target(self) -> Path:
        """Where the result lies; relative to the store."""
        return Path(self.stage, self.key[:2], self.key + self.suffix)

    def done(self) -> bool:
        """Tell whether the result is there, whole."""
        return (self.root / self.target).is_file()


def film_root(work: Path, sha256: str) -> Path:
    """Return the store of the film with this digest."""
    return work / sha256[:16]


def save(job: Job, value: BaseModel) -> Artefact:
    """Write a stage's result as JSON, all or nothing; raises OutputError."""
    text = value.model_dump_json(indent=None)
    write_text(job.root / job.target, text)
    return Artefact(path=job.target, sha256=text_sha256(text))


def load(root: Path, artefact: Artefact, model: type[Model]) -> Model:
    """Read a stage's result back.

    Raises:
        OSError: The file is gone.
        ValueError: It is not what the model says.
    """
    return model.model_validate_json((root / artefact.path).read_bytes())
