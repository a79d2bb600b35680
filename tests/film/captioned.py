"""Films with closed captions in the picture, written byte by byte: no encoder here takes captions."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.packet import Packet

POP, PAINT, TEXT = (0x14, 0x20), (0x14, 0x29), (0x14, 0x2B)
ERASE, CARRIAGE, SHOW = (0x14, 0x2C), (0x14, 0x2D), (0x14, 0x2F)
CLEAR = (0x14, 0x2E)
Pairs = list[tuple[int, int]]


def roll(rows: int) -> tuple[int, int]:
    """Return the code that begins captions of 2 to 4 rows that roll up."""
    return 0x14, 0x23 + rows


def at_row(row: int, indent: int = 0, *, slanted: bool = False) -> tuple[int, int]:
    """Return the code that goes to a row, 1 to 15, and a multiple of 4 columns."""
    firsts = (0x11, 0x11, 0x12, 0x12, 0x15, 0x15, 0x16, 0x16, 0x17, 0x17, 0x10, 0x13, 0x13, 0x14, 0x14)
    second = row in {2, 4, 6, 8, 10, 13, 15}
    return firsts[row - 1], 0x40 + 0x20 * second + (0x0E if slanted else 0x10 + indent // 2)


def words(text: str) -> Pairs:
    """Return the pairs of a text of ASCII."""
    codes = [ord(letter) for letter in text] + [0] * (len(text) % 2)
    return list(zip(codes[::2], codes[1::2], strict=True))


def twice(*codes: tuple[int, int]) -> Pairs:
    """Return control codes as they are sent: each two times."""
    return [code for code in codes for _ in range(2)]


def pop(*rows: str, indent: int = 0, slanted: bool = False) -> Pairs:
    """Return the pairs that load a caption, the last of which shows it."""
    pairs = twice(POP, CLEAR)
    for number, row in enumerate(rows, start=16 - len(rows)):
        pairs += twice(at_row(number, indent, slanted=slanted)) + words(row)
    return pairs + twice(SHOW)


def in_channel(pairs: Pairs, channel: int) -> Pairs:
    """Return pairs of channel 1 as those of channel 2."""
    return [(first | 8 if channel == 2 and 0x10 <= first < 0x20 else first, second) for first, second in pairs]


def schedule(count: int, *parts: tuple[int, Pairs]) -> Pairs:
    """Lay pairs into frames, one a frame from a frame's number on; the rest are fillers."""
    frames = [(0, 0)] * count
    for start, pairs in parts:
        frames[start : start + len(pairs)] = pairs
    return frames


def packets(*blocks: bytes, service: int = 1) -> bytes:
    """Return the triplets of EIA-708 that carry these blocks of a service, one packet each."""
    triplets = b""
    for number, block in enumerate(blocks):
        assert len(block) < 32
        data = bytes([service << 5 | len(block)]) + block
        data += bytes((len(data) + 1) % 2)
        pairs = bytes([(number & 3) << 6 | (len(data) + 1) // 2]) + data
        for at in range(0, len(pairs), 2):
            triplets += bytes([0xFF if at == 0 else 0xFE]) + pairs[at : at + 2]
    return triplets


def _parity(code: int) -> int:
    return code if bin(code).count("1") % 2 else code | 0x80


def _user_data(first: tuple[int, int], second: tuple[int, int], digital: bytes) -> bytes:
    triplets = b"".join(
        bytes([0xFC + number, _parity(pair[0]), _parity(pair[1])]) for number, pair in enumerate((first, second))
    )
    return b"GA94\x03" + bytes([0xC0 + 2 + len(digital) // 3, 0xFF]) + triplets + digital + b"\xff"


def _with_captions(picture: bytes, codec: str, payload: bytes) -> bytes:
    if codec == "mpeg2video":
        slices = picture.index(b"\0\0\1\1")
        return picture[:slices] + b"\0\0\1\xb2" + payload + picture[slices:]
    supplement = b"\xb5\x00\x31" + payload
    if codec == "libsvtav1":  # metadata (5) of the kind ITU-T T.35 (4), after the temporal delimiter
        unit = b"\x04" + supplement + b"\x80"
        delimiter = 2 if picture.startswith(b"\x12\0") else 0
        return picture[:delimiter] + b"\x2a" + bytes([len(unit)]) + unit + picture[delimiter:]
    unit = bytes([4, len(supplement)]) + supplement + b"\x80"
    unit = (b"\x06" if codec == "libx264" else b"\x4e\x01") + unit.replace(b"\0\0\1", b"\0\0\3\1")
    return b"\0\0\0\1" + unit + picture


def _on_a_dvd(picture: bytes, pairs: Sequence[tuple[int, int]]) -> bytes:
    """Put the pairs of a group of pictures behind its header; other pictures carry none."""
    group = picture.find(b"\0\0\1\xb8")
    if group < 0:
        return picture
    entries = b"".join(bytes([0xFF, _parity(one), _parity(two), 0xFE, 0x80, 0x80]) for one, two in pairs)
    data = b"\0\0\1\xb2CC\x01\xf8" + bytes([0x80 | len(pairs) << 1]) + entries
    return picture[: group + 8] + data + picture[group + 8 :]


def write_dvd(path: Path, first: Sequence[tuple[int, int]], group: int = 12) -> Path:
    """Write MPEG-2 of 24 frames a second, the captions of each group of pictures at its front, as DVDs have them."""
    with av.open(str(path), "w") as film:
        options = {"g": str(group), "bf": "0", "sc_threshold": "1000000000"}
        stream: Any = film.add_stream("mpeg2video", rate=24, options=options)
        stream.width, stream.height, stream.pix_fmt = 64, 64, "yuv420p"
        for packet in _encoded(stream, len(first)):
            at = round(packet.pts * packet.time_base * 24)
            mended: Any = Packet(_on_a_dvd(bytes(packet), first[at : at + group]))
            mended.stream, mended.time_base = stream, packet.time_base
            mended.pts, mended.dts, mended.is_keyframe = packet.pts, packet.dts, packet.is_keyframe
            film.mux(mended)
    return path


def write_captioned(
    path: Path,
    first: Sequence[tuple[int, int]],
    second: Sequence[tuple[int, int]] = (),
    *,
    codec: str = "libx264",
    digital: bytes = b"",
    start_s: float = 0.0,
) -> Path:
    """Write a film of 24 frames a second whose frames carry a pair of field 1 each, and one of field 2 where given.

    Frames are reordered (B-frames), as films are. `digital` are triplets of EIA-708 that every frame carries besides.
    """
    other = [*second, *[(0, 0)] * (len(first) - len(second))]
    with av.open(str(path), "w") as film:
        add: Any = film.add_stream  # its types know codecs that are written out alone
        options = {"bf": "2", "preset": "ultrafast", "x265-params": "log-level=0"}
        stream = add(codec, rate=24, options={"preset": "12"} if codec == "libsvtav1" else options)
        stream.width, stream.height, stream.pix_fmt = 64, 64, "yuv420p"
        for packet in _encoded(stream, len(first)):
            at = round(packet.pts * packet.time_base * 24)
            mended: Any = Packet(_with_captions(bytes(packet), codec, _user_data(first[at], other[at], digital)))
            mended.stream, mended.time_base = stream, packet.time_base
            shift = round(start_s / packet.time_base)
            mended.pts, mended.dts = packet.pts + shift, packet.dts + shift
            mended.is_keyframe = packet.is_keyframe
            film.mux(mended)
    return path


def _encoded(stream: Any, count: int) -> Iterator[Any]:
    for number in range(count):
        frame = av.VideoFrame.from_ndarray(np.full((64, 64, 3), 5 * number % 256, np.uint8), format="rgb24")
        frame.pts, frame.time_base = number, Fraction(1, 24)
        yield from stream.encode(frame)
    yield from stream.encode(None)
