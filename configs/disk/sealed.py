"""Files that are believed only while they are what was written: beside each lies a seal, the digest of its content.

    abc.png          the file
    abc.png.seal     SHA-256 of its content, written just before the file comes to its place
    abc.png.damaged  what was found instead and set aside

So a file that is there and agrees with its seal is whole, whatever power cuts, failing disks and other programs have
done; one that does not agree is not there.

A folder of such files may have a twin elsewhere, which many machines share (`tasks/store/shared`): what is missing here
is looked for there, and what is written here goes there too.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from configs.disk.files import beside, output_error
from configs.units import file_sha256

SEAL = ".seal"
DAMAGED = ".damaged"

Tell = Callable[[str], None]


class Twin(Protocol):
    """The same files elsewhere. It knows by itself which paths it is the twin of."""

    def fetch(self, path: Path, named: str | None) -> bool:
        """Bring a file that is not here, with its seal; return whether it was there, whole.

        Args:
            path: Where it belongs here.
            named: The digest that it must have, for files that are named by it and have no seal.
        """

    def fetch_all(self, paths: Iterable[Path]) -> None:
        """Bring several sealed files that are not here, side by side; those that are not there either stay away."""

    def fetch_folder(self, folder: Path) -> None:
        """Bring the sealed files of a folder that are not here."""

    def send(self, path: Path, sha256: str) -> None:
        """Begin to send a file of this digest that has come to its place here."""

    def remove(self, path: Path) -> None:
        """Take away what was sent."""


_twin: Twin | None = None

_checked: dict[Path, tuple[tuple[int, ...], str]] = {}
"""What this process has read already: a file that the system calls untouched is not read twice."""


def set_twin(twin: Twin | None) -> None:
    """Say who is asked for what is not here; None: nobody."""
    global _twin
    _twin = twin


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
        written = file_sha256(draft)
        write_seal(target, written)
    if _twin is not None:
        _twin.send(target, written)


def write_seal(target: Path, sha256: str) -> None:
    """Write the seal of a file that is about to come to its place; raises OutputError."""
    with beside(seal_of(target), lasting=False) as seal:  # one that is lost costs work, nothing else
        seal.write_text(sha256, encoding="ascii")


def send_named(path: Path, sha256: str) -> None:
    """Let the twin have a file that is named by its digest and has no seal."""
    if _twin is not None:
        _twin.send(path, sha256)


def remove_sealed(path: Path) -> None:
    """Remove a sealed file that nobody needs any more, here and at the twin; raises OSError."""
    for one in (path, seal_of(path)):
        one.unlink(missing_ok=True)
    if _twin is not None:
        _twin.remove(path)


def fetch_all(paths: Iterable[Path]) -> None:
    """Bring sealed files that are not here from the twin, several at a time: a call for many is quicker than many."""
    if _twin is not None:
        _twin.fetch_all(paths)


def fetch_folder(folder: Path) -> None:
    """Bring the sealed files of a folder that are not here from the twin, for whoever looks what there is."""
    if _twin is not None:
        _twin.fetch_folder(folder)


def digest(path: Path, tell: Tell, *, named: str | None = None) -> str | None:
    """Return the digest of a sealed file, None where it is not there; what is damaged is set aside and told.

    What is not here is brought from the twin, where it has it.

    Args:
        path: The file.
        tell: Called with one line for a person when the file is damaged.
        named: The digest that it must have, for files that are named by it and have no seal.
    """
    held = _held(path, tell, named)
    if held is None and _twin is not None and _twin.fetch(path, named):
        held = _held(path, tell, named)
    return held


def _held(path: Path, tell: Tell, named: str | None) -> str | None:
    """Return the digest of a file that is here, whole."""
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
