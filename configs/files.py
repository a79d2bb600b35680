"""Writing without half-written files: beside the target first, then renamed over it in one step."""

import errno
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from configs.errors import OutputError

_ELSEWHERE = "choose another place with -o or --work"
_CURES = {
    errno.ENOSPC: ("the disk is full", "free some space or choose another place with -o or --work"),
    errno.EDQUOT: ("the disk quota is used up", "free some space or choose another place with -o or --work"),
    errno.EACCES: ("no permission to write here", _ELSEWHERE),
    errno.EPERM: ("no permission to write here", _ELSEWHERE),
    errno.EROFS: ("the file system is read-only", _ELSEWHERE),
    errno.EISDIR: ("it is a folder", "give the name of a file"),
    errno.ENOTDIR: ("a part of this path is a file, not a folder", _ELSEWHERE),
    errno.ENAMETOOLONG: ("the name is too long", "choose a shorter one with -o"),
}


def output_error(error: OSError, path: Path) -> OutputError:
    """Say in one line why a file could not be written, and the cure."""
    problem, cure = _CURES.get(error.errno or 0, (f"cannot be written ({error.strerror or error})", _ELSEWHERE))
    return OutputError(problem, cure=cure, path=path)


@contextmanager
def beside(target: Path) -> Iterator[Path]:
    """Yield a path beside the target to write to; rename it over the target when the block ends well.

    The parent folders are made. When the block fails nothing is left and an old target stays as it was. The
    temporary name keeps the target's suffix, since some writers choose their format by it.

    Raises:
        OutputError: The place cannot be written to, or the disk is full.
    """
    draft = target.with_name(f".{target.stem[:80]}.{secrets.token_hex(4)}.part{target.suffix}")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        yield draft
        draft.replace(target)
    except OSError as error:
        if _is_of(error, draft, target):
            raise output_error(error, target) from error
        raise  # something that was being read, not what is being written
    finally:
        with suppress(OSError):
            draft.unlink()


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
