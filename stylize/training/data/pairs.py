"""Pairs for the warm start: squares of photos, and the same squares of their self-made targets.

A target is made of the whole photo at the size that it is cut from, since the widths of its lines are in pixels; it
is kept in a folder under the digest of all that decides it, and made the first time that it is wanted.
"""

import hashlib
import inspect
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import ModuleType

import cv2
import numpy as np

from configs.disk.files import beside
from configs.errors import InputError
from configs.recipes.train_settings import TrainSettings
from stylize.styles.opening import Picture
from stylize.training.data import targets
from stylize.training.data.dataset import Batch, Draw, Shelf, mirror_at_random, read_bounded, scale_picture, window
from stylize.training.data.recolours import recolour
from stylize.training.data.training_pictures import LONGEST_PX, read_picture

_SHELF_BYTES = 800_000_000


class Pairs:
    """Random squares of photos and of their targets.

    Args:
        photos: Path and SHA-256 of each.
        draw: Chooses among them.
        settings: The look, sizes and variants of the targets; the side of the squares.
        cache: The folder where targets are kept.
        read: Reads a picture; perhaps a shelf.
    """

    def __init__(
        self,
        photos: tuple[tuple[Path, str], ...],
        draw: Draw,
        *,
        settings: TrainSettings,
        cache: Path,
        read: Callable[[Path], Picture] = read_bounded,
    ) -> None:
        self._photos = photos
        self._settings = settings
        self._draw = draw
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
        wanted = self._settings
        photo = self._read(path)
        factor = max(float(rng.choice(wanted.warm_sizes)), wanted.crop_px / min(photo.shape[:2]))
        variant = int(rng.integers(wanted.warm_variants + 1))
        photo = scale_picture(photo, factor)
        name = f"{digest} {photo.shape} {variant} {wanted.warm_lift} {LONGEST_PX} {self._code}"
        if variant or wanted.warm_lift:
            before = photo
            photo = self._kept(name, lambda: recolour(before, digest, variant, lift=wanted.warm_lift))
        enlarged = max(1.0, factor)
        look = wanted.warm_look
        target = self._kept(f"{name} {look}", lambda: targets.make_target(photo, look, enlarged=enlarged))
        square = mirror_at_random(window(np.concatenate((photo, target), axis=2), wanted.crop_px, rng), rng)
        return square[..., :3], square[..., 3:]

    def _kept(self, decides: str, make: Callable[[], Picture]) -> Picture:
        """Return a picture from the folder; make it where it is not there yet."""
        kept = self._cache / f"{hashlib.sha256(decides.encode()).hexdigest()[:32]}.png"
        if kept.is_file():
            with suppress(InputError):  # what a crash of the machine left, say: it is made anew
                return self._read_kept(kept)
        with beside(kept) as draft:
            draft.write_bytes(cv2.imencode(".png", make()[..., ::-1])[1].tobytes())
        return self._read_kept(kept)


def _code_digest() -> str:
    """Return a digest of the code that makes targets, so that no target of older code is taken."""
    named = {getattr(value, "__module__", "") for value in vars(targets).values()} | {targets.__name__}
    modules = [sys.modules[name] for name in sorted(named) if isinstance(name, str) and name.startswith("stylize.")]
    return hashlib.sha256("".join(map(_source, modules)).encode()).hexdigest()


def _source(module: ModuleType) -> str:
    return inspect.getsource(module)
