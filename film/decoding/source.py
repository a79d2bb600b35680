"""The one door through which film files are opened.

A film may come from anywhere, so a file is read only as what it is: one container on the local disk. Playlists,
manifests and concat scripts make a decoder open other files and addresses; they are refused by naming the
demuxers that may be used (`DEMUXERS`) and the one protocol (`PROTOCOLS`). Both lists also bind the ffmpeg command
line, see `film.decoding.ffmpeg`. Absolute paths keep names such as `http:x.mp4` or `-x.mp4` from being read as anything
else.
"""

import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import RawIOBase
from pathlib import Path

import av
import av.error
from av.container import InputContainer

from configs.disk.untrusted import is_text
from configs.errors import FilmError
from configs.settings import at_home

DEMUXERS = (
    # containers
    *("mov", "matroska", "webm", "avi", "mpegts", "mpeg", "flv", "ogg", "asf", "mxf", "nut", "ivf", "gif", "apng"),
    # bare video streams
    *("mpegvideo", "m4v", "h264", "hevc", "obu", "dv", "yuv4mpegpipe"),
    # sound alone, only to be able to say that there is no picture
    *("mp3", "wav", "aac", "flac"),
    # subtitles that an AVI carries as a file within the file
    *("srt", "ass"),
)
"""ffmpeg's names of the demuxers that may read a film. None of them opens a second file."""

PROTOCOLS = ("file",)
"""ffmpeg's names of the protocols that may be used."""

WHITELISTS = {"format_whitelist": ",".join(DEMUXERS), "protocol_whitelist": ",".join(PROTOCOLS)}
"""The same as options, for PyAV (`options=`) and for the command line (before `-i`)."""

_PART = "subfile"
"""ffmpeg's protocol for a part of a file: used for addresses that are made here, never for one that is given."""

UNEDITED = {"advanced_editlist": "0"}
"""ffmpeg's option for reading an MP4 without cutting it as its edit list says."""

_OPEN_LIMIT_S = 60.0
_READ_LIMIT_S = 60.0
_HEAD_BYTES = 1024
_SCRIPTS = (b"#extm3u", b"ffconcat", b"file ", b"file '", b"v=0", b"[playlist]", b"[reference]", b"<asx", b"<smil")
_MANIFESTS = (b"<mpd", b"<smoothstreamingmedia", b"<compositionplaylist", b"<playlist", b"<asx", b"<smil")
_CURE = "give a film file, such as .mp4, .mkv, .webm, .mov or .avi"
_CONVERT = "convert it with ffmpeg to .mkv or .mp4 first"
_FOREIGN = (
    (0, b".RMF", "RealMedia"),
    (0, b".REC", "a RealMedia recording"),
    (0, bytes.fromhex("b7d800203749da11a64e0007e95ead8d"), "WTV (Windows Media Center)"),
    (0, b"NSVf", "NSV (Nullsoft Video)"),
    (0, b"NSVs", "NSV (Nullsoft Video)"),
    (0, b"NuppelVideo", "NuppelVideo"),
    (0, b"MythTVVideo", "NuppelVideo (MythTV)"),
    (0, b"\0\0\0\0\x01\xbc", "GXF"),
    (0, b"\0\0\x01\x0f", "bare VC-1 video"),
    (0, b"BBCD", "bare Dirac video"),
    (0, b"MLVI", "Magic Lantern raw video"),
    (0, b"DHAV", "DAV, a security camera's recording"),
    (0, b"AV\0U", "PVA"),
    (0, b"BIK", "Bink video"),
    (0, b"KB2", "Bink video"),
    (0, b"SMK2", "Smacker video"),
    (0, b"SMK4", "Smacker video"),
    (4, b"RED1", "REDCODE raw video"),
    (4, b"RED2", "REDCODE raw video"),
    (4, b"\x11\xaf", "an Autodesk FLIC animation"),
    (4, b"\x12\xaf", "an Autodesk FLIC animation"),
)
"""Where in the file, which bytes, and what they tell: containers of films that no demuxer here may read."""

_JPEG_START, _JPEG_NEXT = b"\xff\xd8\xff", b"\xff\xd9\xff\xd8\xff"
_WITHIN = {
    # a sync byte at every 188th or 192nd place, before which an M2TS has four bytes of time
    re.compile(rb"G(?=(?:.{187}G){24})", re.DOTALL): "an MPEG transport stream",
    re.compile(rb".{4}G(?=(?:.{191}G){24})", re.DOTALL): "an MPEG transport stream",
    re.compile(rb"\x1aE\xdf\xa3.{1,60}(?:matroska|webm)", re.DOTALL): "Matroska",
    re.compile(rb"\0\0[\0-\x03].ftyp[ -~]{4}", re.DOTALL): "MP4",
    re.compile(rb"RIFF.{4}AVI LIST", re.DOTALL): "AVI",
    re.compile(rb"FLV\x01[\x01\x04\x05]\0{3}\x09"): "FLV",
}
"""How containers begin, wherever that is."""
_UNPACK = "unpack it and give the film"
_NO_FILMS = (
    (re.compile(rb"\x1f\x8b\x08"), "is a packed file (gzip)", _UNPACK),
    (re.compile(rb"PK\x03\x04"), "is an archive (ZIP)", _UNPACK),
    (re.compile(rb"Rar!\x1a\x07"), "is an archive (RAR)", _UNPACK),
    (re.compile(rb"7z\xbc\xaf\x27\x1c"), "is an archive (7z)", _UNPACK),
    (re.compile(rb".{257}ustar", re.DOTALL), "is an archive (tar)", _UNPACK),
    (re.compile(rb"\s*<(?:!doctype html|html)\b", re.IGNORECASE), "is a page of the web", "download the film itself"),
    (
        re.compile(rb"d\d{1,3}:(?:announce|created by|comment|info)"),
        "is a torrent",
        "download what it names and give that",
    ),
    (re.compile(rb"version https://git-lfs"), "stands for a film that Git LFS keeps", "git lfs pull brings it"),
)
"""How files begin that nothing can be made of, what they are, and the cure."""
_BOXES_MOST = 100_000
_WITHIN_BYTES = 16 << 20
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]{1,9}:/", re.IGNORECASE)
_JPEG_LOOK_BYTES = 8 << 20


def checked_path(path: Path | str) -> Path:
    """Return the absolute path of a film that exists and can be read.

    Symbolic links are left as they are: subtitles lie beside the name that was given.

    Raises:
        FilmError: It is missing, a folder, a device, empty, unreadable, or a playlist or concat script; or its name
            is not UTF-8.
    """
    absolute = at_home(path).absolute()
    check_name(path)
    try:
        status = absolute.stat()
        if stat.S_ISDIR(status.st_mode):
            raise FilmError("is a folder, not a film", cure=_CURE, path=path)
        if not stat.S_ISREG(status.st_mode):
            raise FilmError("is not a regular file", cure=_CURE, path=path)
        if status.st_size == 0:
            raise FilmError("is empty (0 bytes)", cure="copy or download it again", path=path)
        with absolute.open("rb") as stream:
            head = stream.read(_HEAD_BYTES)
    except FileNotFoundError:
        if _ADDRESS.match(str(path)):
            raise FilmError("is an address, and films are files on the disk", cure="download it", path=path) from None
        raise FilmError("there is no such file", cure="check the name", path=path) from None
    except PermissionError:
        raise FilmError("may not be read", cure="give yourself the right to read it", path=path) from None
    except (OSError, ValueError) as error:  # a name that is too long, a null character, a broken disk
        raise FilmError(f"cannot be read ({_reason(error)})", cure="check the name and the disk", path=path) from None
    if names_other_files(head):
        raise FilmError("is a playlist or script that names other files", cure="give the film itself", path=path)
    return absolute


def check_name(path: Path | str) -> None:
    """Raise FilmError where a film's name or a folder's on the way is not UTF-8: records of a run are, all of them."""
    if not is_text(str(at_home(path).absolute())):
        raise FilmError("its name, or that of a folder on the way to it, is not UTF-8", cure="rename it", path=path)


def names_other_files(head: bytes) -> bool:
    """Tell whether a file's first bytes are those of a playlist, a manifest or a concat script.

    Only to say it in clear words: the whitelists refuse them in any case.
    """
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    return text.startswith(_SCRIPTS) or (text.startswith(b"<") and any(mark in text for mark in _MANIFESTS))


def foreign_container(path: Path) -> str:
    """Return what a film is by its first bytes where it is of a kind that is not read; empty where it is none.

    Only to say it in clear words, as `names_other_files` does: no demuxer is tried.
    """
    try:
        with path.open("rb") as stream:
            head = stream.read(_HEAD_BYTES)
            if head.startswith(_JPEG_START):  # a photograph too begins so, but it ends with its one picture
                return "a Motion JPEG stream" if _JPEG_NEXT in head + stream.read(_JPEG_LOOK_BYTES) else ""
    except OSError:
        return ""
    if head.startswith(b"--") and b"image/jpeg" in head.lower():
        return "a camera's Motion JPEG stream"
    return next((name for at, mark, name in _FOREIGN if head.startswith(mark, at)), "")


def fault_of(path: Path) -> FilmError | None:
    """Return what is said of a file that nothing can be made of where its bytes tell why, else None.

    It is known and no film, an MP4 without its index, or something else lies before the film.
    """
    try:
        with path.open("rb") as stream:
            head = stream.read(_WITHIN_BYTES)
    except OSError:
        return None
    for sign, problem, cure in _NO_FILMS:
        if sign.match(head):
            return FilmError(problem, cure=cure, path=path)
    if head[4:8] == b"ftyp" and _lacks_index(path):
        problem = "its index (moov) is missing, as where a download or a recording broke off"
        return FilmError(problem, cure="download it again, or have it mended with the help of another one", path=path)
    found = [(match.start(), kind) for sign, kind in _WITHIN.items() if (match := sign.search(head))]
    at, kind = min(found, default=(0, ""))
    if not at:
        return None
    problem = f"begins with {at} bytes that are no film, and {kind} comes after them"
    return FilmError(problem, cure=f"keep the rest alone, which tail -c +{at + 1} gives", path=path)


def _lacks_index(path: Path) -> bool:
    """Tell whether an MP4 ends before the box that says where its pictures lie, whole or in fragments."""
    with suppress(OSError), path.open("rb") as stream:
        size, at = path.stat().st_size, 0
        for _ in range(_BOXES_MOST):
            stream.seek(at)
            head = stream.read(16)
            if head[4:8] in (b"moov", b"moof", b"meta"):  # the last of a picture
                return False
            length = int.from_bytes(head[:4], "big")
            length = int.from_bytes(head[8:], "big") if length == 1 else length
            at += length
            if length < 8 or at >= size:
                return True
    return False


@contextmanager
def open_part(part: RawIOBase, form: str) -> Iterator[InputContainer]:
    """Open a part of a film of a known format as if it were a whole one, whitelisted, and close it again.

    Raises:
        av.error.FFmpegError: Nothing can be made of it.
    """
    with av.open(part, "r", format=form, options=dict(WHITELISTS), metadata_errors="replace") as container:
        yield container


def address(path: Path, until_byte: int = 0) -> tuple[str, dict[str, str]]:
    """Return how a decoder is told of a film that may be read up to a byte, 0 for all of it, and with which options."""
    if not until_byte:
        return str(path.absolute()), dict(WHITELISTS)
    part = f"{_PART},,start,0,end,{until_byte},,:{path.absolute()}"
    return part, WHITELISTS | {"protocol_whitelist": ",".join((*PROTOCOLS, _PART))}


@contextmanager
def open_film(path: Path | str, *, unedited: bool = False, until_byte: int = 0) -> Iterator[InputContainer]:
    """Open a film with PyAV, whitelisted, and close it again.

    An error of the decoder that leaves the block becomes a `FilmError` too.

    Args:
        path: The film.
        unedited: Whether an MP4's edit list may shift its times but cut no picture (`Movie.unedited`).
        until_byte: Where it ends (`Movie.until_byte`).

    Raises:
        FilmError: It cannot be opened or read, in one line.
    """
    absolute = checked_path(path)
    opened = False
    name, options = address(absolute, until_byte)
    try:
        with av.open(
            name,
            options=options | (UNEDITED if unedited else {}),
            timeout=(_OPEN_LIMIT_S, _READ_LIMIT_S),
            metadata_errors="replace",
        ) as container:
            opened = True
            yield container
    except av.error.FFmpegError as error:
        if not opened and (name := foreign_container(absolute)):
            raise FilmError(f"is {name}, which is not read", cure=_CONVERT, path=path) from error
        if not opened and isinstance(error, av.error.ArgumentError):  # the whitelist's own refusal
            raise FilmError("is of a format that is not read", cure=f"{_CURE}, or {_CONVERT}", path=path) from error
        if not opened and (fault := fault_of(absolute)):
            raise fault from error
        raise FilmError(f"cannot be read as a film ({_reason(error)})", cure=_CURE, path=path) from error


def _reason(error: Exception) -> str:
    words = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return " ".join(words.split())[:120]
