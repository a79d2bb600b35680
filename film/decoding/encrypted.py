"""Whether a film's picture is encrypted: looked up in the file itself, without a decoder.

A decoder shown encrypted pictures finds only damage, or gives noise. Each container says of it in its own place, in
the clear: MP4 by the kind of its sample entries, Matroska by the encodings of its tracks, ASF by an object of its
header, MPEG streams by two bits of each packet. All sizes are the file's own word and are held to what is there.
"""

import itertools
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

_LOOK_BYTES = 4 << 20
_MOST_PARTS = 2000
"""No real film has so many boxes beside each other before its tracks; one that has is not looked through."""

_PROTECTED_ENTRIES = frozenset([b"encv", b"enca", b"enct", b"encs", b"drmi", b"drms", b"drmt"])
_ASF_HEADER = bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c")
_ASF_ENCRYPTION = (
    bytes.fromhex("fbb3112223bdd211b4b700a0c955fc6e"),  # Content Encryption
    bytes.fromhex("14e68a292226174cb935dae07ee9289c"),  # Extended Content Encryption
)
_EBML = b"\x1a\x45\xdf\xa3"
_SEGMENT, _TRACKS, _ENTRY, _TYPE = 0x18538067, 0x1654AE6B, 0xAE, 0x83
_ENCODINGS, _ENCODING, _ENCRYPTION = 0x6D80, 0x6240, 0x5035
_PACK = b"\0\0\x01\xba"
_SECTOR_BYTES = 2048
_TS_SIZES = ((188, 0), (192, 4), (204, 0))
_TS_SYNC = 0x47
_PES_VIDEO = re.compile(rb"\x00\x00\x01[\xe0-\xef]..[\x80-\xbf]", re.DOTALL)


class _Part(NamedTuple):
    kind: bytes
    start: int
    end: int


def is_encrypted(path: Path) -> bool:
    """Tell whether a film's picture is encrypted, or its sound where it has no picture; False where nobody can tell."""
    try:
        with path.open("rb") as stream:
            head = stream.read(16)
            size = os.fstat(stream.fileno()).st_size
            if head.startswith(_EBML):
                return _in_matroska(stream, size)
            if head == _ASF_HEADER:
                return _in_asf(stream, size)
            if head.startswith(_PACK):
                return _in_program_stream(stream)
            return _in_mp4(stream, size) or _in_transport_stream(stream)
    except OSError:
        return False


def _by_tracks(tracks: list[tuple[bool, bool]]) -> bool:
    """Judge by pairs of whether a track is a picture and whether it is encrypted."""
    pictures = [encrypted for is_picture, encrypted in tracks if is_picture]
    return any(pictures) or (not pictures and any(encrypted for _, encrypted in tracks))


def _in_mp4(stream: BinaryIO, size: int) -> bool:
    tracks = []
    for movie in itertools.islice(_inside(stream, [_Part(b"", 0, size)], b"moov"), 1):
        for track in _inside(stream, [movie], b"trak"):
            media = list(_inside(stream, [track], b"mdia"))
            is_picture = any(_read(stream, each.start + 8, 4) == b"vide" for each in _inside(stream, media, b"hdlr"))
            tables = _inside(stream, _inside(stream, _inside(stream, media, b"minf"), b"stbl"), b"stsd")
            entries = [entry.kind for table in tables for entry in _boxes(stream, table.start + 8, table.end)]
            tracks.append((is_picture, not _PROTECTED_ENTRIES.isdisjoint(entries)))
    return _by_tracks(tracks)


def _inside(stream: BinaryIO, parents: Iterable[_Part], kind: bytes) -> Iterator[_Part]:
    for parent in parents:
        for box in _boxes(stream, parent.start, parent.end):
            if box.kind == kind:
                yield box


def _boxes(stream: BinaryIO, at: int, end: int) -> Iterator[_Part]:
    for _ in range(_MOST_PARTS):
        if at + 8 > end or len(head := _read(stream, at, 16)) < 8:
            return
        length, own = int.from_bytes(head[:4], "big"), 8
        if length == 1:
            length, own = int.from_bytes(head[8:16], "big"), 16
        elif length == 0:
            length = end - at
        if length < own:
            return
        yield _Part(head[4:8], at + own, min(at + length, end))
        at += length


def _in_matroska(stream: BinaryIO, size: int) -> bool:
    tracks = []
    # Only the first of each: looking for a second would lead through the whole film.
    segments = itertools.islice(_elements(stream, [(0, size)], _SEGMENT), 1)
    for tracks_span in itertools.islice(_elements(stream, segments, _TRACKS), 1):
        for entry in _elements(stream, [tracks_span], _ENTRY):
            is_picture = any(
                _read(stream, start, min(end - start, 8))[-1:] == b"\x01"
                for start, end in _elements(stream, [entry], _TYPE)
            )
            encodings = _elements(stream, _elements(stream, [entry], _ENCODINGS), _ENCODING)
            tracks.append((is_picture, any(True for _ in _elements(stream, encodings, _ENCRYPTION))))
    return _by_tracks(tracks)


def _elements(stream: BinaryIO, parents: Iterable[tuple[int, int]], wanted: int) -> Iterator[tuple[int, int]]:
    for at, end in parents:
        for _ in range(_MOST_PARTS):
            if at >= end:
                break
            head = _read(stream, at, 12)
            width = _width(head[:1])
            own = width + _width(head[width : width + 1])
            if width == own or width == 0 or len(head) < own:
                break
            length = int.from_bytes(head[width:own], "big") & ((1 << 7 * (own - width)) - 1)
            unknown = length == (1 << 7 * (own - width)) - 1
            start, stop = at + own, end if unknown else min(at + own + length, end)
            if int.from_bytes(head[:width], "big") == wanted:
                yield start, stop
            if unknown:  # a live stream's cluster: tracks come before it
                break
            at = stop


def _width(first: bytes) -> int:
    """Return how many bytes a number of EBML takes by its first one; 0 where it is none."""
    return 9 - first[0].bit_length() if first and first[0] else 0


def _in_asf(stream: BinaryIO, size: int) -> bool:
    end = min(int.from_bytes(_read(stream, 16, 8), "little"), size)
    at = 30
    for _ in range(_MOST_PARTS):
        if at + 24 > end or len(head := _read(stream, at, 24)) < 24:
            return False
        if head.startswith(_ASF_ENCRYPTION):
            return True
        at += max(int.from_bytes(head[16:], "little"), 24)
    return False


def _in_program_stream(stream: BinaryIO) -> bool:
    """Look at the sectors of a DVD, of which only some are scrambled."""
    data = _read(stream, 0, _LOOK_BYTES)
    scrambled = pictures = 0
    for at in range(0, len(data) - _SECTOR_BYTES + 1, _SECTOR_BYTES):
        if data.startswith(_PACK, at):
            found = _PES_VIDEO.match(data, at + 14 + (data[at + 13] & 7))
            pictures += found is not None
            scrambled += found is not None and bool(found.group()[6] & 0x30)
    return scrambled > 2 and scrambled * 20 > pictures


def _in_transport_stream(stream: BinaryIO) -> bool:
    """Tell whether most packets are scrambled: tables, and what of pay television is clear, always stay so."""
    data = _read(stream, 0, _LOOK_BYTES)
    for length, skip in _TS_SIZES:
        heads = [data[at : at + 4] for at in range(skip, len(data) - length + 1, length)]
        if len(heads) < 5 or any(head[0] != _TS_SYNC for head in heads[:5]):
            continue
        loaded = [head[3] >> 6 for head in heads if head[0] == _TS_SYNC and head[3] & 0x10]
        return sum(bits > 1 for bits in loaded) * 2 > len(loaded)
    return False


def _read(stream: BinaryIO, at: int, count: int) -> bytes:
    stream.seek(at)
    return stream.read(count)
