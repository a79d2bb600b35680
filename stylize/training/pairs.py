"""Pairs for the warm start: squares of photos, and the same squares of their self-made targets.

A target is made of the whole photo at the size that it is cut from, since the widths of its lines are in pixels; it
is kept in a folder under the digest of all that decides it, and made the first time that it is wanted.
"""

import hashlib
import inspect
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import cv2
import numpy as np

from configs.files import beside
from stylize.training import targets
from stylize.training.dataset import LONGEST_PX, Batch, Draw, Shelf, mirrored, read_bounded, scaled, window
from stylize.training.pictures import Picture, read_picture

_SHELF_BYTES = 800_000_000
_SIZES = (1.0, 0.7, 0.5)
"""The photo's own size and smaller ones: faces and far things at several distances."""


class Pairs:
    """Random squares of photos and of their targets.

    Args:
        photos: Path and SHA-256 of each.
        draw: Chooses among them.
        look: The look of the targets.
        crop_px: Side of the squares.
        cache: The folder where targets are kept.
        read: Reads a picture; perhaps a shelf.
    """

    def __init__(
        self,
        photos: tuple[tuple[Path, str], ...],
        draw: Draw,
        *,
        look: str,
        crop_px: int,
        cache: Path,
        read: Callable[[Path], Picture] = read_bounded,
    ) -> None:
        self._photos = photos
        self._look = look
        self._draw = draw
        self._crop_px = crop_px
        self._cache = cache
        self._read = read
        self._read_kept = Shelf(read_picture, _SHELF_BYTES)
        self._code = _code_digest()

    def at(self, step: int) -> tuple[Batch, Batch]:
        """Return the squares of photos and of targets of a step, each (B, crop, crop, 3)."""
        both = [self._cut(at, rng) for at, rng in self._draw.at(step)]
        return np.stack([photo for photo, _ in both]), np.stack([target for _, target in both])

    def _cut(self, at: int, rng: np.random.Generator) -> tuple[Picture, Picture]:
        path, digest = self._photos[at]
        photo = self._read(path)
        factor = max(float(rng.choice(_SIZES)), self._crop_px / min(photo.shape[:2]))
        photo = scaled(photo, factor)
        target = self._target(photo, digest, max(1.0, factor))
        square = mirrored(window(np.concatenate((photo, target), axis=2), self._crop_px, rng), rng)
        return square[..., :3], square[..., 3:]

    def _target(self, photo: Picture, digest: str, enlarged: float) -> Picture:
        decides = f"{digest} {photo.shape} {self._look} {LONGEST_PX} {self._code}"
        kept = self._cache / f"{hashlib.sha256(decides.encode()).hexdigest()[:32]}.png"
        if not kept.is_file():
            made = targets.make_target(photo, self._look, enlarged=enlarged)
            with beside(kept) as draft:
                draft.write_bytes(cv2.imencode(".png", made[..., ::-1])[1].tobytes())
        return self._read_kept(kept)


def _code_digest() -> str:
    """Return a digest of the code that makes targets, so that no target of older code is taken."""
    named = {getattr(value, "__module__", "") for value in vars(targets).values()} | {targets.__name__}
    modules = [sys.modules[name] for name in sorted(named) if isinstance(name, str) and name.startswith("stylize.")]
    return hashlib.sha256("".join(map(_source, modules)).encode()).hexdigest()


def _source(module: ModuleType) -> str:
    return inspect.getsource(module)
