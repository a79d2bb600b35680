"""Reading TensorFlow.js weights: a manifest (`model.json` or `weights_manifest.json`) and its shards, with numpy alone.

The format, from the documentation of the TensorFlow.js converter: the manifest lists groups; a group names its
shards, one after the other one long run of bytes, and the tensors that lie in it without gaps, row-major and
little-endian. A quantised tensor is stored in 8 or 16 bits and means `stored * scale + min`, or is a half float.
"""

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
import numpy.typing as npt

from configs.errors import WeightsError

Tensors = dict[str, npt.NDArray[Any]]
"""Arrays by the names they had in TensorFlow's graph; kernels are (rows, columns, in, out)."""

_STORED = {"float32": "<f4", "int32": "<i4", "uint8": "|u1", "uint16": "<u2", "bool": "|b1", "float16": "<f2"}
_PLAIN = ("float32", "int32", "uint8", "uint16", "bool")
_QUANTISED = ("uint8", "uint16", "float16")

_LARGEST_MANIFEST_BYTES = 64 << 20
"""No manifest comes near; a wrong file might well be larger than memory."""

_CURE = "give the manifest and its shards as they were published, or download them again"


@dataclass(frozen=True)
class _Entry:
    """One tensor of a manifest, checked."""

    name: str
    shape: tuple[int, ...]
    dtype: str
    stored: str
    scale: float = 1.0
    minimum: float = 0.0

    @property
    def size_bytes(self) -> int:
        return math.prod(self.shape) * np.dtype(_STORED[self.stored]).itemsize

    def decoded(self, content: bytes, start: int) -> npt.NDArray[Any]:
        """Return the tensor that begins at this byte."""
        flat = np.frombuffer(content, _STORED[self.stored], math.prod(self.shape), start)
        if self.stored == self.dtype:
            return flat.astype(flat.dtype.newbyteorder("=")).reshape(self.shape)
        whole = flat.astype(np.float64) * self.scale + self.minimum
        return (np.rint(whole) if self.dtype == "int32" else whole).astype(self.dtype).reshape(self.shape)


def read_tensors(manifest: Path, folder: Path | None = None) -> Tensors:
    """Read every tensor that a manifest lists.

    Args:
        manifest: A `model.json` (the groups under `weightsManifest`), or a `weights_manifest.json` (the groups).
        folder: Where the shards lie; by default beside the manifest.

    Returns:
        Arrays in this machine's byte order: float32 (quantised ones spread out), int32, uint8, uint16 or bool.

    Raises:
        WeightsError: The manifest or a shard is missing, broken or truncated, a shard lies outside the folder, or a
            tensor holds values that are no finite numbers; in one line.
    """
    tensors: Tensors = {}
    for group in _groups(_read_json(manifest), manifest):
        entries = [_entry(item, manifest) for item in _list_of(group, "weights", manifest)]
        content = _read_shards(group, entries, manifest, folder or manifest.parent)
        start = 0
        for entry in entries:
            if entry.name in tensors:
                raise WeightsError(f"{entry.name} is listed twice", cure=_CURE, path=manifest)
            tensors[entry.name] = _finite(entry.decoded(content, start), entry, manifest)
            start += entry.size_bytes
    return tensors


def shard_names(manifest: Path) -> list[str]:
    """Return the names of a manifest's shards, in order; relative to the folder they lie in.

    Raises:
        WeightsError: The manifest cannot be read, or names a shard outside its folder.
    """
    return [name for group in _groups(_read_json(manifest), manifest) for name in _shards(group, manifest)]


def _read_json(manifest: Path) -> Any:
    try:
        if manifest.stat().st_size > _LARGEST_MANIFEST_BYTES:
            raise WeightsError("is too large for a manifest of TensorFlow.js", cure=_CURE, path=manifest)
        return json.loads(manifest.read_text(encoding="utf-8"))
    except OSError as error:
        raise WeightsError(f"cannot be read ({error.strerror or error})", cure=_CURE, path=manifest) from error
    except (ValueError, RecursionError) as error:
        raise WeightsError("is no JSON, or is truncated", cure=_CURE, path=manifest) from error


def _groups(document: Any, manifest: Path) -> Iterator[dict[str, Any]]:
    groups = document.get("weightsManifest") if isinstance(document, dict) else document
    if not isinstance(groups, list) or not groups or not all(isinstance(group, dict) for group in groups):
        raise WeightsError("is no manifest of TensorFlow.js: it lists no groups of weights", cure=_CURE, path=manifest)
    yield from groups


def _list_of(group: dict[str, Any], key: str, manifest: Path) -> list[Any]:
    items = group.get(key)
    if not isinstance(items, list) or not items:
        raise WeightsError(f"is no manifest of TensorFlow.js: a group has no {key}", cure=_CURE, path=manifest)
    return items


def _entry(item: Any, manifest: Path) -> _Entry:
    """Read one tensor's line; whatever is wrong with it is told with its name."""
    name = item.get("name") if isinstance(item, dict) else None
    if not isinstance(name, str):
        raise WeightsError("lists a tensor without a name", cure=_CURE, path=manifest)
    shape, dtype, packed = item.get("shape"), item.get("dtype"), item.get("quantization")
    if not isinstance(shape, list) or not all(type(side) is int and side >= 0 for side in shape):
        raise WeightsError(f"{name} has no proper shape", cure=_CURE, path=manifest)
    if dtype not in _PLAIN:
        raise WeightsError(f"{name} has numbers of an unknown kind ({dtype})", cure=_CURE, path=manifest)
    if packed is None:
        return _Entry(name, tuple(shape), dtype, dtype)
    stored = packed.get("dtype") if isinstance(packed, dict) else None
    if dtype not in ("float32", "int32") or stored not in _QUANTISED:
        raise WeightsError(f"{name} is quantised in an unknown way", cure=_CURE, path=manifest)
    scale, minimum = packed.get("scale", 1), packed.get("min", 0)
    if not all(isinstance(value, int | float) and math.isfinite(value) for value in (scale, minimum)):
        raise WeightsError(f"{name} is quantised in an unknown way", cure=_CURE, path=manifest)
    return _Entry(name, tuple(shape), dtype, stored, float(scale), float(minimum))


def _shards(group: dict[str, Any], manifest: Path) -> list[str]:
    """Return the names of a group's shards; a name that leads out of the folder, or to another host, is refused."""
    names = _list_of(group, "paths", manifest)
    for name in names:
        path = PurePosixPath(name) if isinstance(name, str) else PurePosixPath("..")
        if path.is_absolute() or not path.parts or ".." in path.parts or set(str(path)) & set("\\:\0"):
            raise WeightsError(f"names a shard outside its folder ({name!r})", cure=_CURE, path=manifest)
    return names


def _read_shards(group: dict[str, Any], entries: list[_Entry], manifest: Path, folder: Path) -> bytes:
    """Return the bytes of a group; their number must be exactly what its tensors need."""
    paths = [folder / name for name in _shards(group, manifest)]
    try:
        there = sum(path.stat().st_size for path in paths)
        needed = sum(entry.size_bytes for entry in entries)
        if there != needed:
            what = "truncated" if there < needed else "longer than it should be"
            problem = f"is {what}: {there} bytes where {manifest.name} lists {needed}"
            raise WeightsError(problem, cure=_CURE, path=paths[-1])
        return b"".join(path.read_bytes() for path in paths)
    except OSError as error:
        problem = f"a shard that {manifest.name} names cannot be read ({error.strerror or error})"
        raise WeightsError(problem, cure=_CURE, path=error.filename or folder) from error


def _finite(tensor: npt.NDArray[Any], entry: _Entry, manifest: Path) -> npt.NDArray[Any]:
    if not np.isfinite(tensor).all():
        raise WeightsError(f"{entry.name} holds values that are no finite numbers", cure=_CURE, path=manifest)
    return tensor
