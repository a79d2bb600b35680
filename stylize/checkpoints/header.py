"""The head of a safetensors file: what it says of itself, read and written without torch.

A safetensors file is the length of its head (8 bytes, little-endian), the head (JSON: each tensor's number format,
shape and place, and under `__metadata__` texts by name), and the tensors' bytes.
"""

import json
import struct
from pathlib import Path
from typing import Any

from configs.errors import WeightsError

SUFFIX = ".safetensors"

OTHER = "give another file, or download it again"
"""The cure for weights that are not what they should be."""

_METADATA = "__metadata__"
_LENGTH_BYTES = 8
_MOST_BYTES = 100_000_000
"""The format's own bound of a head's length."""


def is_safetensors(path: Path) -> bool:
    """Tell by a file's first bytes whether it is a safetensors file, whatever its name; false where it is not there."""
    try:
        with path.open("rb") as stream:
            size_bytes = path.stat().st_size
            start = stream.read(_LENGTH_BYTES + 1)
    except OSError:
        return False
    if len(start) <= _LENGTH_BYTES or start[_LENGTH_BYTES:] != b"{":
        return False
    (wanted,) = struct.unpack("<Q", start[:_LENGTH_BYTES])
    return bool(wanted <= min(size_bytes - _LENGTH_BYTES, _MOST_BYTES))


def read_metadata(path: Path) -> dict[str, str]:
    """Return the texts that were saved with the weights; reads the head only, and imports no torch.

    Raises:
        WeightsError: The file cannot be read, is truncated, or is no safetensors file.
    """
    try:
        with path.open("rb") as stream:
            size_bytes = path.stat().st_size
            length = stream.read(_LENGTH_BYTES)
            if len(length) < _LENGTH_BYTES:
                raise _not_one(path)
            (wanted,) = struct.unpack("<Q", length)
            if wanted > min(size_bytes - _LENGTH_BYTES, _MOST_BYTES):
                raise _not_one(path)
            head = _parse(stream.read(wanted), path)
    except OSError as error:
        cure = "give a file of weights that can be read"
        raise WeightsError(f"cannot be read ({error.strerror or error})", cure=cure, path=path) from error
    if size_bytes < _LENGTH_BYTES + wanted + _data_bytes(head, path):
        raise _not_one(path)
    texts = head.get(_METADATA, {})
    return {str(key): str(value) for key, value in texts.items()} if isinstance(texts, dict) else {}


def _parse(head: bytes, path: Path) -> dict[str, Any]:
    try:
        parsed = json.loads(head)
    except (ValueError, RecursionError) as error:
        raise _not_one(path) from error
    if not isinstance(parsed, dict):
        raise _not_one(path)
    return parsed


def _data_bytes(head: dict[str, Any], path: Path) -> int:
    """Return how many bytes of tensors the head promises."""
    try:
        return max((int(entry["data_offsets"][1]) for name, entry in head.items() if name != _METADATA), default=0)
    except (KeyError, IndexError, TypeError, ValueError) as error:
        raise _not_one(path) from error


def _not_one(path: Path) -> WeightsError:
    return WeightsError("is truncated, or no safetensors file", cure=OTHER, path=path)


def in_order(blob: bytes) -> bytes:
    """Return a safetensors file with its texts sorted by name: the library writes them in another order each time."""
    (length,) = struct.unpack("<Q", blob[:_LENGTH_BYTES])
    head = json.loads(blob[_LENGTH_BYTES : _LENGTH_BYTES + length])
    if _METADATA in head:
        head[_METADATA] = dict(sorted(head[_METADATA].items()))
    text = json.dumps(head, separators=(",", ":"), ensure_ascii=False).encode()
    text += b" " * (-len(text) % 8)  # the format wants the tensors to begin at a multiple of 8
    return struct.pack("<Q", len(text)) + text + blob[_LENGTH_BYTES + length :]
