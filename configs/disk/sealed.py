"""Files that are believed only while they are what was written: beside each lies a seal, the digest of its content.

    abc.png          the file
    abc.png.seal     SHA-256 of its content, written just before the file comes to its place
    abc.png.damaged  what was found instead and set aside

So a file that is there and agrees with its seal is whole, whatever power cuts, failing disks and other programs have
done; one that does not agree is not there.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from configs.disk.files import beside, output_error
from configs.units import file_sha256

SEAL = ".seal"
DAMAGED = ".damaged"

Tell = Callable[[str], None]

_checked: dict[Path, tuple[tuple[int, ...], str]] = {}
"""What this process has read already: a file that the system calls untouched is not read twice."""


def seal_of(path: Path) -> Path:
    """Return where the seal of a file lies."""
    return path.with_name(path.name + SEAL)


@contextmanager
def sealed(target: Path) -> Iterator[Path]:
    """Yield a path beside the target to write to, as `configs.disk.files.beside` does, and seal what was written.

    Raises:
        OutputError: The place cannot be written to, or the disk is full.
    """
    with beside(target) as draft:
        yield draft
        digest = file_sha256(draft)
        with beside(seal_of(target), lasting=False) as seal:  # one that is lost costs work, nothing else
            seal.write_text(digest, encoding="ascii")


def digest(path: Path, tell: Tell, *, named: str | None = None) -> str | None:
    """Return the digest of a sealed file, None where it is not there; what is damaged is set aside and told.

    Args:
        path: The file.
        tell: Called with one line for a person when the file is damaged.
        named: The digest that it must have, for files that are named by it and have no seal.
    """
    wanted = _wanted(path) if named is None else named
    if wanted is None:  # never sealed: of an older release, or begun by a run that was killed
        return None
    try:
        found = "a link" if path.is_symlink() else content(path)  # the store holds none
    except OSError:
        return None
    if found == wanted:
        return found
    set_aside(path, tell)
    return None


def _wanted(path: Path) -> str | None:
    try:
        return seal_of(path).read_text(encoding="ascii", errors="replace")
    except OSError:
        return None


def content(path: Path) -> str:
    """Return the digest of what a file holds, as it was when this process read it; raises OSError."""
    told = path.stat()
    state = (told.st_ino, told.st_size, told.st_mtime_ns, told.st_ctime_ns)
    before = _checked.get(path)
    if before is not None and before[0] == state:
        return before[1]
    found = file_sha256(path)
    _checked[path] = (state, found)
    return found


def set_aside(path: Path, tell: Tell) -> None:
    """Keep a damaged file out of the way, for whoever wants to know what happened; raises OutputError."""
    _checked.pop(path, None)
    try:
        path.replace(path.with_name(path.name + DAMAGED))
    except OSError as error:
        raise output_error(error, path) from error
    tell(f"{path}: it is damaged and was set aside; it is made again")
