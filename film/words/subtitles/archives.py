"""Archives of subtitle files: what lies in a ZIP, and what a ZIP or gzip file unpacks to, in memory alone.

Names inside are names and never places; nothing is written; what an archive says of the size of its content is not
believed. An archive inside an archive is not opened.
"""

import gzip
import io
import zipfile
import zlib
from pathlib import Path, PurePosixPath

from configs.disk.untrusted import one_line

ARCHIVES = frozenset({".zip", ".gz"})
"""Suffixes of those that are opened."""
CLOSED = {
    ".7z": "7z", ".rar": "RAR", ".tar": "TAR", ".tgz": "TAR", ".bz2": "bzip2", ".xz": "xz", ".lzma": "LZMA",
    ".zst": "Zstandard", ".lzh": "LHA", ".ace": "ACE",
}  # fmt: skip
"""Those that are not, and what they are called."""
_CLOSED_SIGNS = {b"7z\xbc\xaf\x27\x1c": "7z", b"Rar!\x1a\x07": "RAR", b"\xfd7zXZ\x00": "xz", b"BZh": "bzip2"}
_LARGEST_ARCHIVE = 256 << 20
_MOST_NAMES = 10_000
_FAULTS = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError, RuntimeError)
"""What the library raises for damage, for ciphers and for ways of packing that it does not know."""


class ArchiveError(ValueError):
    """An archive that gives nothing; its text says why, without a name."""


def closed_archive(data: bytes) -> str:
    """Return what an archive is called that is not opened, empty for anything else."""
    return next((name for sign, name in _CLOSED_SIGNS.items() if data.startswith(sign)), "")


def why_nothing(path: Path) -> str:
    """Say why an archive gives no subtitle file: it is of another kind than its name says, damaged, or has none."""
    try:
        with path.open("rb") as file:
            head = file.read(8)
        if closed := closed_archive(head) or ("TAR" if path.stem.casefold().endswith(".tar") else ""):
            return not_opened(closed)
        with zipfile.ZipFile(path) as archive:
            inner = {Path(base_name(name)).suffix.casefold() for name in _names(archive)}
    except _FAULTS:
        return "a damaged archive"
    if inner & (ARCHIVES | set(CLOSED)):
        return "an archive inside an archive, which is not opened: unpack it"
    return "an archive without subtitles"


def not_opened(kind: str) -> str:
    """Say of an archive that it has to be unpacked."""
    return f"a {kind} archive, which is not opened: unpack it"


def is_archive(data: bytes) -> bool:
    """Tell whether bytes are a ZIP or gzip archive."""
    return data.startswith((b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b\x08"))


def names_inside(path: Path) -> tuple[str, ...]:
    """Return the names of the files in an archive, in its order; none of a file that cannot be read as one.

    A gzip file holds one, called as itself without `.gz`. Hidden files and macOS's shadows are left out.
    """
    if path.suffix.casefold() == ".gz":
        return (path.stem,)
    try:
        if path.stat().st_size > _LARGEST_ARCHIVE:
            return ()
        with zipfile.ZipFile(path) as archive:
            return _names(archive)
    except _FAULTS:
        return ()


def _names(archive: zipfile.ZipFile) -> tuple[str, ...]:
    names = [one.filename for one in archive.infolist()[:_MOST_NAMES] if not one.is_dir()]
    return tuple(name for name in names if not base_name(name).startswith(".") and "__MACOSX" not in name)


def base_name(member: str) -> str:
    """Return the last part of a name inside an archive, whichever way its parts are parted."""
    return one_line(PurePosixPath(member.replace("\\", "/")).name)


def contents(data: bytes) -> tuple[str, ...]:
    """Return the names of the files in an archive's bytes; one without a name in a gzip file.

    Raises:
        ArchiveError: It is damaged.
    """
    if data.startswith(b"\x1f\x8b"):
        return ("",)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _names(archive)
    except _FAULTS:
        raise ArchiveError("a damaged ZIP archive") from None


def unpack(data: bytes, member: str, *, most: int) -> bytes:
    """Return one file of an archive.

    Args:
        data: The archive.
        member: Its name as `contents` gives it.
        most: So many bytes are unpacked at most.

    Raises:
        ArchiveError: It is damaged, locked with a password, or holds more.
    """
    try:
        if data.startswith(b"\x1f\x8b"):
            with gzip.GzipFile(fileobj=io.BytesIO(data)) as packed:
                held = packed.read(most + 1)
        else:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                if archive.getinfo(member).flag_bits & 1:
                    raise ArchiveError("an archive locked with a password")
                with archive.open(member) as file:
                    held = file.read(most + 1)
    except ArchiveError:
        raise
    except (*_FAULTS, KeyError):
        raise ArchiveError("a damaged archive") from None
    if len(held) > most:
        raise ArchiveError("an archive that unpacks to more than a subtitle file has")
    return held
