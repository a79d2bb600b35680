"""The far store: files by their names in a bucket or in a mounted folder, each with the digest of its content.

In a bucket the digest is the object's metadata, so that both come there in one step. In a folder it is a seal beside
the file, as in every work folder. obstore is known here alone; it finds credentials by itself, in the environment.
"""

import errno
import mimetypes
import re
import shutil
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from configs.disk.files import beside, sweep
from configs.disk.sealed import SEAL, seal_of, write_seal
from configs.errors import OutputError, StoreError

if TYPE_CHECKING:
    from obstore.store import ObjectStore

_SHA256 = "sha256"
"""Name of the metadata."""
_CHUNK_BYTES = 1 << 20
_REFUSAL = re.compile(r"status(?: code)?:? *(4(?!08|29)\d\d)")
"""What a server says that will not change its mind; 408 and 429 ask for patience."""
_OWN_MACHINE = "169.254.169.254"
"""Where the library asks for credentials when the environment has none: a service of rented machines."""
_CREDENTIALS = {
    "s3": "AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION and, where it is not Amazon's, AWS_ENDPOINT_URL",
    "gs": "GOOGLE_APPLICATION_CREDENTIALS",
}


class PassingError(Exception):
    """The far store does not answer just now: trying again may help."""


class FarFile(NamedTuple):
    """A file of the far store that is about to be read; reading raises PassingError."""

    sha256: str
    """What its content should have; empty where nobody has said it."""
    chunks: Iterable[bytes]


class FarState(NamedTuple):
    """What tells one version of a file from another."""

    size_bytes: int
    version: str


class FarStore(ABC):
    """Files by name, as `<store>/<stage>/<2 digits>/<key>.json`. What is put under a name is there whole or not at all.

    Every method raises PassingError, or StoreError where the store will not do it however often it is asked.
    """

    def __init__(self, url: str) -> None:
        self.url = url

    @abstractmethod
    def get(self, name: str) -> FarFile | None:
        """Return a file; None where there is none."""

    @abstractmethod
    def put(self, name: str, path: Path, sha256: str) -> None:
        """Put a file of this digest under a name, in place of what may lie there."""

    @abstractmethod
    def sizes(self, below: str) -> dict[str, int]:
        """Return the bytes of every file below a folder, by its whole name."""

    @abstractmethod
    def remove(self, names: Iterable[str]) -> None:
        """Remove files; those that are not there too."""


def far_store(url: str) -> FarStore:
    """Return the far store at a URL; nothing is asked of it yet.

    Raises:
        StoreError: What it takes is not installed, or its address is none.
    """
    return FolderStore(url) if url.startswith("file:") else BucketStore(url)


class BucketStore(FarStore):
    """A bucket of S3, or of what speaks like it, or of Google's Cloud Storage."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        try:
            from obstore.exceptions import BaseError
            from obstore.store import from_url
        except ImportError:
            cure = ".venv/bin/python -m pip install -e '.[shared]'"
            raise StoreError("obstore is not installed, which buckets take", cure=cure, path=url) from None
        try:
            self._store: ObjectStore = from_url(
                url,
                # a body may take its time, as long as something comes; plain HTTP only where the endpoint says so
                client_options={
                    "allow_http": True,
                    "connect_timeout": timedelta(seconds=5),
                    "read_timeout": timedelta(seconds=30),
                    "timeout": timedelta(minutes=5),
                },
                # what is over in a moment; longer waits are told to a person (`twin.py`)
                retry_config={"max_retries": 3, "retry_timeout": timedelta(seconds=5)},
            )
        except (BaseError, ValueError, TypeError) as error:
            raise self._refused(_first_line(error)) from None

    def get(self, name: str) -> FarFile | None:
        """Return a file; None where there is none."""
        import obstore

        try:
            found = obstore.get(self._store, name)
        except FileNotFoundError:
            return None
        except Exception as error:
            raise self._told(error) from None
        told = {str(key).lower(): str(value) for key, value in found.attributes.items()}
        return FarFile(told.get(_SHA256, ""), self._chunks(found))

    def _chunks(self, found: Any) -> Iterator[bytes]:
        try:
            for chunk in found.stream(min_chunk_size=_CHUNK_BYTES):
                yield bytes(chunk)
        except Exception as error:
            raise self._told(error) from None

    def put(self, name: str, path: Path, sha256: str) -> None:
        """Put a file of this digest under a name; a large one goes in parts, and is there when the last one is."""
        import obstore

        try:
            kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
            obstore.put(self._store, name, path, attributes={_SHA256: sha256, "Content-Type": kind})
        except Exception as error:
            raise self._told(error) from None

    def sizes(self, below: str) -> dict[str, int]:
        """Return the bytes of every file below a folder, by its whole name."""
        import obstore

        try:
            return {
                str(one["path"]): int(one["size"])
                for some in obstore.list(self._store, prefix=below or None)
                for one in some
            }
        except Exception as error:
            raise self._told(error) from None

    def remove(self, names: Iterable[str]) -> None:
        """Remove files; those that are not there too."""
        import obstore

        try:
            for name in names:
                obstore.delete(self._store, name)
        except FileNotFoundError:
            return
        except Exception as error:
            raise self._told(error) from None

    def state(self, name: str) -> FarState | None:
        """Return what tells one version of a file from another; None where there is none."""
        import obstore

        try:
            told = obstore.head(self._store, name)
        except FileNotFoundError:
            return None
        except Exception as error:
            raise self._told(error) from None
        return _state(told)

    def beside(self) -> dict[str, FarState]:
        """Return what lies in the folder itself, not in those below, by name."""
        import obstore

        try:
            found = obstore.list_with_delimiter(self._store)["objects"]
        except Exception as error:
            raise self._told(error) from None
        return {str(one["path"]): _state(one) for one in found}

    def part(self, name: str, start: int, end: int) -> bytes:
        """Return the bytes `[start, end)` of a file."""
        import obstore

        try:
            return bytes(obstore.get_range(self._store, name, start=start, end=end))
        except Exception as error:
            raise self._told(error) from None

    def _told(self, error: Exception) -> Exception:
        """Turn an error of the library into one of ours. Its own text may be pages long, so it is never passed on."""
        from obstore.exceptions import (
            InvalidPathError,
            NotFoundError,
            NotSupportedError,
            PermissionDeniedError,
            UnauthenticatedError,
            UnknownConfigurationKeyError,
        )

        if isinstance(error, PermissionDeniedError | UnauthenticatedError):
            return self._refused("it does not let this machine in")
        if isinstance(error, NotFoundError):
            return self._refused("there is no such bucket")
        if isinstance(error, InvalidPathError | NotSupportedError | UnknownConfigurationKeyError):
            return self._refused(_first_line(error))
        if _OWN_MACHINE in str(error):
            return self._refused("no credentials are set")
        if "redirect" in str(error).lower():
            return self._refused("it lies in another region")
        status = _REFUSAL.search(str(error))
        if status is not None:
            none = status[1] == "404"
            return self._refused("there is no such bucket" if none else f"it answers with status {status[1]}")
        return PassingError()

    def _refused(self, why: str) -> StoreError:
        named = _CREDENTIALS.get(self.url.partition(":")[0], "its credentials")
        return StoreError(f"the shared store refuses: {why}", cure=f"see to its name and to {named}", path=self.url)


class FolderStore(FarStore):
    """A folder that is mounted on every machine, not necessarily at the same place."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self._folder = Path(url.removeprefix("file://"))

    def _there(self) -> None:
        """Refuse a folder that is not there: a share that is not mounted would be written to this machine's disk."""
        if not self._folder.is_dir():
            raise StoreError("the shared folder is not there", cure="mount it, or make it", path=self._folder)

    def get(self, name: str) -> FarFile | None:
        """Return a file; None where there is none."""
        self._there()
        path = self._folder / name
        try:
            opened = path.open("rb")
        except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
            return None
        except OSError as error:
            raise self._told(error) from None
        try:
            told = seal_of(path).read_text(encoding="ascii", errors="replace")
        except OSError:
            told = ""

        def chunks() -> Iterator[bytes]:
            try:
                with opened:
                    while chunk := opened.read(_CHUNK_BYTES):
                        yield chunk
            except OSError as error:
                raise self._told(error) from None

        return FarFile(told, chunks())

    def put(self, name: str, path: Path, sha256: str) -> None:
        """Put a file of this digest under a name, beside it first and then renamed."""
        self._there()
        target = self._folder / name
        try:
            with beside(target) as draft:
                shutil.copyfile(path, draft)
                write_seal(target, sha256)
        except OutputError as error:
            if isinstance(error.__cause__, OSError) and error.__cause__.errno in (errno.EIO, errno.ESTALE):
                raise PassingError from None
            raise StoreError(error.problem, cure="mend it, or name another shared folder", path=target) from None

    def sizes(self, below: str) -> dict[str, int]:
        """Return the bytes of every file below a folder, by its whole name."""
        self._there()
        sweep(self._folder / below, below=True)  # what killed runs of this machine have half put there
        found = {}
        for path in (self._folder / below).rglob("*"):
            try:
                if path.is_file() and not path.name.startswith(".") and not path.name.endswith(SEAL):
                    found[path.relative_to(self._folder).as_posix()] = path.stat().st_size
            except OSError:  # another machine has taken it away
                continue
        return found

    def remove(self, names: Iterable[str]) -> None:
        """Remove files; those that are not there too."""
        try:
            for name in names:
                for path in (self._folder / name, seal_of(self._folder / name)):
                    path.unlink(missing_ok=True)
        except OSError as error:
            raise self._told(error) from None

    def _told(self, error: OSError) -> Exception:
        if isinstance(error, PermissionError):
            return StoreError("the shared folder does not let this user write", cure="mend its rights", path=self.url)
        return PassingError()


def _state(told: Mapping[str, Any]) -> FarState:
    return FarState(int(told["size"]), str(told["e_tag"] or told["last_modified"]))


def _first_line(told: object) -> str:
    return next(iter(str(told).splitlines()), "")[:200]
