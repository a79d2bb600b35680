"""Writing without half-written files: beside the target first, onto the disk, then renamed over it in one step."""

import errno
import os
import re
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from configs.disk.processes import MARK, is_dead, mark
from configs.errors import OutputError
from configs.units import file_sha256

_ELSEWHERE = "choose another place with -o or --work"
_ROOM = "free some space (filmcomic clean shows what can go) or choose another place with -o or --work"
_CURES = {
    errno.ENOSPC: ("the disk is full", _ROOM),
    errno.EDQUOT: ("the disk quota is used up", _ROOM),
    errno.EACCES: ("no permission to write here", _ELSEWHERE),
    errno.EPERM: ("no permission to write here", _ELSEWHERE),
    errno.EROFS: ("the file system is read-only", _ELSEWHERE),
    errno.EISDIR: ("it is a folder", "give the name of a file"),
    errno.ENOTDIR: ("a part of this path is a file, not a folder", _ELSEWHERE),
    errno.ENAMETOOLONG: ("the name is too long", "choose a shorter one with -o"),
}

_CLIPPED = 40
"""Bytes of the target's stem that a draft's name keeps, for a person who finds one."""
_DRAFT = re.compile(rf"\..*\.(?P<mark>{MARK.pattern})\.[0-9a-f]{{8}}\.part(\.[^.]*)?", re.DOTALL)
_FOLDER = re.compile(rf"\.?filmcomic-(?P<mark>{MARK.pattern})-.+")


def output_error(error: OSError, path: Path) -> OutputError:
    """Say in one line why a file could not be written, and the cure."""
    problem, cure = _CURES.get(error.errno or 0, (f"cannot be written ({error.strerror or error})", _ELSEWHERE))
    return OutputError(problem, cure=cure, path=path)


@contextmanager
def beside(target: Path, *, lasting: bool = True) -> Iterator[Path]:
    """Yield a path beside the target to write to; rename it over the target when the block ends well.

    The parent folders are made. When the block fails nothing is left and an old target stays as it was. The
    temporary name keeps the target's suffix, since some writers choose their format by it, and names this process, so
    that `sweep` can tell what a killed one has left.

    Args:
        target: What is to be written.
        lasting: Have it on the disk before it takes the place of the old one, so that a power cut leaves one of both.

    Raises:
        OutputError: The place cannot be written to, or the disk is full.
    """
    stem = os.fsdecode(os.fsencode(target.stem)[:_CLIPPED])
    suffix = target.suffix if len(os.fsencode(target.suffix)) <= _CLIPPED else ""
    draft = target.with_name(f".{stem}.{mark()}.{secrets.token_hex(4)}.part{suffix}")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        yield draft
        if lasting:
            _flush(draft)
        draft.replace(target)
    except OSError as error:
        if _is_of(error, draft, target):
            raise output_error(error, target) from error
        raise  # something that was being read, not what is being written
    finally:
        with suppress(OSError):
            draft.unlink()


def _flush(path: Path) -> None:
    """Wait until a file is on the disk: a rename may reach it before what was written does."""
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):  # a file system that has no such thing
            raise
    finally:
        os.close(opened)


def _is_of(error: OSError, draft: Path, target: Path) -> bool:
    """Tell whether an error came from writing; a full disk is one whatever it names."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return True
    named = [name for name in (error.filename, error.filename2) if name is not None]
    own = {str(draft), str(target), *(str(folder) for folder in target.parents)}
    return not named or any(str(name) in own for name in named)


def write_text(target: Path, text: str) -> None:
    """Write a text file as UTF-8, all or nothing; raises OutputError."""
    with beside(target) as draft:
        draft.write_text(text, encoding="utf-8")


def check_writable(target: Path) -> None:
    """Write a few bytes beside the target and take them away again: better now than after an hour.

    Raises:
        OutputError: The place cannot be written to, or the target's name is too long for it.
    """
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.exists()  # a name that is too long shows here
        with tempfile.NamedTemporaryFile(prefix=f".filmcomic-{mark()}-", dir=target.parent) as probe:
            probe.write(b"filmcomic")
            probe.flush()
    except OSError as error:
        raise output_error(error, target) from None


def is_same(target: Path, sha256: str) -> bool:
    """Tell whether a file is there whose content has this digest: then it need not be written again."""
    try:
        return target.is_file() and file_sha256(target) == sha256
    except OSError:
        return False


@contextmanager
def temporary_folder(parent: Path | None = None) -> Iterator[Path]:
    """Yield an empty folder that is gone afterwards; its name tells `sweep` whose it was.

    Args:
        parent: Where it lies, hidden; left out, in the system's place for temporary files.

    Raises:
        OSError: It cannot be made.
    """
    prefix = f"{'.' if parent else ''}filmcomic-{mark()}-"
    with tempfile.TemporaryDirectory(prefix=prefix, dir=parent, ignore_cleanup_errors=True) as name:
        yield Path(name)


def owner_of(name: str) -> str | None:
    """Return the mark of the process that made a draft or a temporary folder of this name; None for other names."""
    found = _DRAFT.fullmatch(name) or _FOLDER.fullmatch(name)
    return found["mark"] if found else None


def sweep(folder: Path, *, below: bool = False) -> None:
    """Remove the drafts and temporary folders that processes of this machine left in a folder when they were killed.

    What belongs to a living process, to another machine or to nobody known stays.

    Args:
        folder: Where to look.
        below: Look in all folders below it too.
    """
    for where, folders, files in os.walk(folder):
        for name in files:
            if _is_left(_DRAFT, name):
                with suppress(OSError):
                    Path(where, name).unlink()
        for name in list(folders):
            if _is_left(_FOLDER, name):
                folders.remove(name)
                shutil.rmtree(Path(where, name), ignore_errors=True)
        if not below:
            return


def _is_left(pattern: re.Pattern[str], name: str) -> bool:
    found = pattern.fullmatch(name)
    return found is not None and is_dead(found["mark"])


def write_private(path: Path, text: str) -> None:
    """Write a file that its owner alone can read, in one step."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    draft.replace(path)
