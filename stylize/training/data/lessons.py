"""Lessons of a distillation: photos as a style prepares them, and what its teacher paints of them.

A painting is made of the whole photo the first time that it is wanted, and kept in a folder under the digest of all
that decides it. Squares are cut at multiples of the networks' step and never mirrored: halving and doubling make a
teacher paint a little otherwise at other offsets, and a pupil can learn that too.
"""

import hashlib
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import cv2
import numpy as np

from configs.disk.files import beside
from configs.errors import InputError
from stylize.styles.opening import Picture
from stylize.training.data.dataset import Batch, Shelf, read_bounded, scale_picture
from stylize.training.data.recolours import recolour
from stylize.training.data.training_pictures import read_picture

_STEP_PX = 8
_SHELF_BYTES = 3_000_000_000
_SIZES_PX = (800.0, 560.0, 560.0)
"""Root of the area of each variant: nearly as pictures are painted, and smaller, sharper ones, which cost less."""
_FIRST, _NEW = 48, 0.15
"""Lessons that the first steps draw from, and how many more each step: the pupil need not wait until all are made."""
_FLAT, _BLACK = 0.06, 0.5
"""Share of squares that are one shade all over, and of those that are black: bars and skies that photos have few of."""
_LIFT = 0.6
"""As the style lifts darkness when it paints."""


class Lessons:
    """Random squares of prepared photos and of the teacher's paintings.

    Args:
        photos: Path and SHA-256 of each.
        teacher: Paints (H, W, 3), 0 to 255, to the same.
        digest: Of the teacher.
        cache: The folder where prepared photos and paintings are kept.
        crop_px: Side of the squares, a multiple of 8.
        batch: Squares in a step.
        seed: Of all choices.
    """

    def __init__(
        self,
        photos: tuple[tuple[Path, str], ...],
        teacher: Callable[[Picture], Picture],
        *,
        digest: str,
        cache: Path,
        crop_px: int,
        batch: int,
        seed: int,
    ) -> None:
        self._photos = [(*photo, variant) for photo in photos for variant in range(len(_SIZES_PX))]
        np.random.default_rng(seed).shuffle(self._photos)
        self._teacher = teacher
        self._digest = digest
        self._cache = cache
        self._crop_px = crop_px
        self._batch = batch
        self._seed = seed
        self._read_kept = Shelf(read_picture, _SHELF_BYTES)

    def at(self, step: int) -> tuple[Batch, Batch]:
        """Return the squares of photos and of paintings of a step, each (B, crop, crop, 3)."""
        rng = np.random.default_rng((self._seed, step))
        known = min(len(self._photos), _FIRST + int(_NEW * step))
        both = [self._cut(int(rng.integers(known)), rng) for _ in range(self._batch)]
        return np.stack([photo for photo, _ in both]), np.stack([painting for _, painting in both])

    def _cut(self, at: int, rng: np.random.Generator) -> tuple[Picture, Picture]:
        side = self._crop_px
        if rng.random() < _FLAT:
            shade = np.zeros(3) if rng.random() < _BLACK else rng.integers(0, 256, 3)
            flat = np.broadcast_to(shade.astype(np.uint8), (side, side, 3))
            return flat, self._teacher(flat)
        path, digest, variant = self._photos[at]
        name = f"{digest} {variant} {_SIZES_PX[variant]} {_LIFT} {side}"
        photo = self._kept(name, lambda: _prepared(read_bounded(path), digest, variant, side))
        painting = self._kept(f"{name} {self._digest}", lambda: self._teacher(photo))
        top, left = (_STEP_PX * int(rng.integers(0, (length - side) // _STEP_PX + 1)) for length in photo.shape[:2])
        cut = slice(top, top + side), slice(left, left + side)
        return photo[cut], painting[cut]

    def _kept(self, decides: str, make: Callable[[], Picture]) -> Picture:
        kept = self._cache / f"{hashlib.sha256(decides.encode()).hexdigest()[:32]}.png"
        if kept.is_file():
            with suppress(InputError):  # what a crash of the machine left, say: it is made anew
                return self._read_kept(kept)
        made = make()
        with beside(kept) as draft:
            draft.write_bytes(cv2.imencode(".png", made[..., ::-1], [cv2.IMWRITE_PNG_COMPRESSION, 1])[1].tobytes())
        return made


def _prepared(photo: Picture, digest: str, variant: int, least_px: int) -> Picture:
    """Scale a photo to a size that is painted at, and recolour it unless it is the first variant."""
    height, width = photo.shape[:2]
    factor = max(_SIZES_PX[variant] / float(np.sqrt(height * width)), least_px / min(height, width))
    return recolour(scale_picture(photo, factor), digest, variant, lift=_LIFT)
