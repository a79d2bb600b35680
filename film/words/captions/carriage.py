"""How captions travel: inside the coded picture, on a DVD, in tracks of their own; down to three bytes at a time.

Three bytes (a "triplet", `cc_data` of CTA-708) are a mark and a pair. The mark's two lowest bits tell what the pair is:
field 1 or 2 of EIA-608, or a piece of EIA-708, which carries the same words for other receivers.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

_A53 = re.compile(rb"GA94\x03")
"""ATSC A/53: in MPEG-2 user data, in the supplements (SEI) of H.264 and HEVC, in AV1's metadata."""
_DVD = re.compile(rb"\x00\x00\x01\xb2CC\x01\xf8(.)", re.DOTALL)
_SCTE20 = re.compile(rb"\x00\x00\x01\xb2\x03[\x01\x81]")
_ESCAPE = re.compile(rb"\x00\x00\x03(?=[\x00-\x03])")
_MOST_TRIPLETS = 31
_PROCESS, _VALID, _KINDS = 0x40, 0x04, 0x03
_CDP = b"\x96\x69"
_CDP_DATA = 0x72


class Triplet(NamedTuple):
    """One pair of bytes and what it is."""

    kind: int
    """0 and 1: fields 1 and 2 of EIA-608; 2 and 3: EIA-708."""
    first: int
    second: int


def triplets_in_picture(data: bytes, *, escaped: bool) -> list[Triplet]:
    """Return what a coded picture carries, in the order in which it is sent.

    Args:
        data: The packet.
        escaped: It is H.264 or HEVC, which put a 3 wherever zeros would look like a start.
    """
    found: list[Triplet] = []
    for mark in _A53.finditer(data):
        piece = data[mark.end() : mark.end() + 2 * (2 + 3 * _MOST_TRIPLETS)]
        piece = _ESCAPE.sub(b"\x00\x00", piece) if escaped else piece
        if len(piece) > 2 and piece[0] & _PROCESS:
            found += triplets(piece[2 : 2 + 3 * (piece[0] & 0x1F)])
    if not escaped and not found:
        found += [triplet for mark in _DVD.finditer(data) for triplet in _of_dvd(data[mark.end() :], mark[1][0])]
    return found


def is_scte20(data: bytes) -> bool:
    """Tell whether a picture of MPEG-2 carries captions as SCTE 20 writes them, which only a decoder reads."""
    return _SCTE20.search(data) is not None


def triplets(data: bytes) -> list[Triplet]:
    """Return the valid ones of bare triplets, as decoders and tracks of EIA-608 give them."""
    rows = (data[at : at + 3] for at in range(0, len(data) - 2, 3))
    return [Triplet(row[0] & _KINDS, row[1], row[2]) for row in rows if row[0] & _VALID]


def triplets_in_track(data: bytes) -> list[Triplet]:
    """Return what a sample of a caption track carries: bare triplets, or caption distribution packets (SMPTE 334-2).

    The boxes of QuickTime (`cdat`, `cdt2`, `ccdp`) may still be around them.
    """
    found: list[Triplet] = []
    for kind, inside in _boxes(data):
        if kind in {b"cdat", b"cdt2"}:
            number = int(kind == b"cdt2")
            found += [Triplet(number, *inside[at : at + 2]) for at in range(0, len(inside) - 1, 2)]
        elif kind == b"ccdp":
            found += _of_packet(inside)
    return found or (_of_packet(data) if data.startswith(_CDP) else triplets(data))


def _boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 0
    while 8 <= (length := int.from_bytes(data[at : at + 4], "big")) <= len(data) - at:
        yield data[at + 4 : at + 8], data[at + 8 : at + length]
        at += length


def _of_packet(data: bytes) -> list[Triplet]:
    at = 7
    if data[4:5] and data[4] & 0x80:  # a time code comes first
        at += 5
    if data[at : at + 1] != bytes([_CDP_DATA]):
        return []
    return triplets(data[at + 2 : at + 2 + 3 * (data[at + 1] & 0x1F)]) if len(data) > at + 1 else []


def _of_dvd(data: bytes, flags: int) -> Iterator[Triplet]:
    """Yield what a group of pictures carries; the number that it tells is often wrong, so what is there is counted."""
    first_is_odd = bool(flags & 0x80)
    for at in range(0, len(data) - 5, 6):
        if data[at] & 0xFE != 0xFE:
            return
        yield Triplet(int(not (data[at] == 0xFF and first_is_odd)), data[at + 1], data[at + 2])
        yield Triplet(int(not (data[at + 3] == 0xFF and not first_is_odd)), data[at + 4], data[at + 5])
