"""Recordings that lie in a file behind the one that is read: joined byte by byte where the format does not allow it."""

from pathlib import Path

from film.decoding.timing.packets import BROADCAST

_BEGINNINGS = {
    "flv": b"FLV\x01",
    "matroska": b"\x1a\x45\xdf\xa3",
    "mov": b"ftyp",
    "ogg": b"OggS\x00\x02",
    "asf": bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c"),
}
"""How a file of a format begins, within its first bytes."""
_LOOK_BYTES = 8 << 20
_TELLING_SHARE, _TELLING_BYTES = 0.05, 1 << 16
"""Of a broadcast, whose last blocks may be padding; both."""


def unread_share(path: Path, formats: frozenset[str], last_byte: int) -> float:
    """Return what share of a file, 0 to 1, lies behind all that can be read of it and is a recording of its own.

    Args:
        path: The film.
        formats: What the container is, as ffmpeg names it.
        last_byte: Where its last packet begins.
    """
    try:
        size = path.stat().st_size
        behind = max(size - last_byte, 0)
        share = behind / size
        if not BROADCAST.isdisjoint(formats):
            return share if share > _TELLING_SHARE and behind > _TELLING_BYTES else 0.0
        beginnings = [mark for name, mark in _BEGINNINGS.items() if name in formats]
        with path.open("rb") as stream:
            stream.seek(last_byte)
            tail = stream.read(_LOOK_BYTES)
    except (OSError, ZeroDivisionError):
        return 0.0
    return share if any(mark in tail for mark in beginnings) else 0.0
