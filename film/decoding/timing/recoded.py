"""Where the picture of a broadcast goes on in another codec, as in recordings joined byte by byte.

A decoder is chosen when a film is opened and kept: it makes nothing of another codec, or pictures that never were. The
tables that a transport stream repeats several times a second (ISO/IEC 13818-1, 2.4.4.8) tell of the change.
"""

import mmap
import re
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

_TABLE = re.compile(rb"\x47[\x40-\x7f].[\x10-\x1f]\x00\x02[\xb0-\xbf].", re.DOTALL)
"""A packet that begins with a map of a program: what streams it has."""
_PACKET_BYTES, _SPACINGS = 188, (188, 192, 204)
_HEAD_BYTES, _CRC_BYTES = 12, 4
_CODECS = {
    0x01: ("mpeg2video", "MPEG-2"),  # MPEG-1: one decoder reads both
    0x02: ("mpeg2video", "MPEG-2"),
    0x10: ("mpeg4", "MPEG-4"),
    0x1B: ("h264", "H.264"),
    0x20: ("h264", "H.264"),
    0x24: ("hevc", "HEVC"),
    0x33: ("vvc", "VVC"),
    0x42: ("cavs", "AVS"),
    0xD1: ("dirac", "Dirac"),
    0xD2: ("avs2", "AVS2"),
    0xEA: ("vc1", "VC-1"),
}
"""Of a stream's type: ffmpeg's name and people's."""


class Recoding(NamedTuple):
    """A change of codec."""

    byte: int
    """Where in the file it is told."""
    before: str
    after: str

    def told(self, at_s: Fraction) -> str:
        """Say that a film is read until then."""
        what = f"has its picture in {self.before} until {float(at_s):.2f} s and in {self.after} from there"
        return f"{what}, where reading it ends; give its parts one by one"


def recoding(path: Path, ident: int, codec: str) -> Recoding | None:
    """Return where a stream first changes its codec; None where it never does, or the file cannot be read.

    Args:
        path: A transport stream.
        ident: The stream's PID.
        codec: What it was opened as; a map from before that, as recordings may begin with, says nothing.
    """
    before = ""
    try:
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            for byte, kind in _kinds(data, ident):
                name, told = _CODECS.get(kind, ("", ""))
                if name == codec:
                    before = told
                elif name and before:
                    return Recoding(byte, before, told)
    except (OSError, ValueError):  # an empty file cannot be mapped
        return None
    return None


def _kinds(data: mmap.mmap, ident: int) -> Iterator[tuple[int, int]]:
    """Yield what each map says of a stream, with the map's place; the same map is read once."""
    known: dict[bytes, int | None] = {}
    for match in _TABLE.finditer(data):
        at = match.start()
        if not any(data[at + spacing : at + spacing + 1] in (b"\x47", b"") for spacing in _SPACINGS):
            continue
        table = data[at + 5 : at + _PACKET_BYTES]
        if table not in known:
            known[table] = _kind_in(table, ident)
        kind = known[table]
        if kind is not None:
            yield at, kind


def _kind_in(table: bytes, ident: int) -> int | None:
    """Return a stream's type in a map that is in force; what of a long one lies in further packets is not looked at."""
    if len(table) < _HEAD_BYTES or not table[5] & 1:
        return None
    end = min(3 + (int.from_bytes(table[1:3], "big") & 0xFFF) - _CRC_BYTES, len(table) - 4)
    at = _HEAD_BYTES + (int.from_bytes(table[10:12], "big") & 0xFFF)
    while at < end:
        if int.from_bytes(table[at + 1 : at + 3], "big") & 0x1FFF == ident:
            return table[at]
        at += 5 + (int.from_bytes(table[at + 3 : at + 5], "big") & 0xFFF)
    return None
