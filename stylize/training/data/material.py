"""The pictures of one training: checked, some photos held out, and squares of the others for every step."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from configs.errors import InputError
from configs.units import file_sha256
from stylize.styles.opening import Picture
from stylize.training.data.dataset import Batch, Crops, Draw, Shelf, bound_size, read_bounded
from stylize.training.data.edges import remove_colour, smooth_edges
from stylize.training.data.pairs import Pairs
from stylize.training.data.plan import TrainingPlan
from stylize.training.data.training_pictures import Collection, collect, read_picture

_PHOTOS, _DRAWINGS, _PAIRS, _HELD_OUT = range(4)
"""Streams of random numbers."""

_MOST_HELD_OUT = 8
_SHEET_PX, _SHEET_PHOTOS = 384, 6
_LEAST_PAINTING_PX = 32
"""The feature networks halve a picture four times."""
_STEP_PX = 8
"""Every generator takes multiples of this."""


@dataclass(frozen=True)
class Drawn:
    """Squares of drawings for the discriminator, each (B, crop, crop, 3)."""

    colour: Batch
    grey: Batch
    """Without colour: their texture is the style."""
    smooth: Batch
    """With blurred edges, and without colour, as the original feeds them."""


class Material:
    """What a training sees.

    Args:
        plan: Names the folders, the crops and the seed.
        progress: Called with the share of the check that is done, 0 to 1.

    Raises:
        InputError: A folder holds nothing that can be used, or the painting is broken.
    """

    def __init__(self, plan: TrainingPlan, progress: Callable[[float], None] | None = None) -> None:
        self.painting = None if plan.painting is None else _painting(plan.painting, plan.painting_px)
        self._painted = "" if plan.painting is None else f"{file_sha256(plan.painting)} at {plan.painting_px} px"
        side = plan.settings.crop_px
        least = max(64, side // 2)  # smaller ones would be more invented than seen
        self.photos = collect(plan.photos, least_px=least, what="photos", progress=progress)
        self.drawings: Collection | None = None
        if plan.settings.steps:
            self.drawings = collect(plan.drawings, least_px=least, what="drawings", progress=progress)
        kept, held = _split(self.photos)
        self._held_out = held
        shelf = Shelf(read_bounded)

        def crops(paths: tuple[Path, ...], stream: int) -> Crops:
            return Crops(paths, _draw(plan, paths, stream), crop_px=side, zoom=plan.zoom, read=shelf)

        def pairs(paths: tuple[Path, ...], stream: int) -> Pairs:
            digests = dict(zip(self.photos.paths, self.photos.digests, strict=True))
            photos = tuple((path, digests[path]) for path in paths)
            cache = plan.targets or plan.out / "targets"
            return Pairs(photos, _draw(plan, paths, stream), settings=plan.settings, cache=cache, read=shelf)

        self._photos, self._held_crops = crops(kept, _PHOTOS), crops(held, _HELD_OUT)
        self._pairs, self._held_pairs = pairs(kept, _PAIRS), pairs(held, _HELD_OUT)
        self._drawings = crops(self.drawings.paths, _DRAWINGS) if self.drawings else None

    @property
    def digests(self) -> dict[str, str]:
        """The digests of photos, of drawings, and of the painting where there is one."""
        digests = {"photos": self.photos.digest, "drawings": self.drawings.digest if self.drawings else ""}
        return digests | ({"painting": self._painted} if self._painted else {})

    def photos_at(self, step: int) -> Batch:
        """Return squares of photos."""
        return self._photos.at(step)

    def pairs_at(self, step: int) -> tuple[Batch, Batch]:
        """Return squares of photos and of their self-made targets."""
        return self._pairs.at(step)

    def drawn_at(self, step: int) -> Drawn:
        """Return squares of drawings, whole and spoilt."""
        assert self._drawings is not None, "a training with adversarial steps has drawings"
        colour = self._drawings.at(step)
        smooth = np.stack([remove_colour(smooth_edges(square)) for square in colour])
        return Drawn(colour, np.stack([remove_colour(square) for square in colour]), smooth)

    def held_out_photos(self) -> Batch:
        """Return squares of the photos that are held out: the same at every call."""
        return self._held_crops.at(0)

    def held_out_pairs(self) -> tuple[Batch, Batch]:
        """Return squares of held-out photos and of their targets: the same at every call."""
        return self._held_pairs.at(0)

    def sheet_photos(self) -> list[Picture]:
        """Return held-out photos for a sheet of samples, a few, at most 384 pixels large, sides multiples of 8."""
        return [_trimmed(bound_size(read_bounded(path), _SHEET_PX)) for path in self._held_out[:_SHEET_PHOTOS]]


def _draw(plan: TrainingPlan, paths: tuple[Path, ...], stream: int) -> Draw:
    """Choose pictures of these at each step; of what is held out, as many as there are, up to eight."""
    batch = min(_MOST_HELD_OUT, len(paths)) if stream == _HELD_OUT else plan.settings.batch
    return Draw(len(paths), stream=stream, seed=plan.settings.seed, batch=batch)


def _painting(path: Path, longest_px: int) -> Picture:
    """Read the painting at the size that it is looked at."""
    if not path.is_file():
        raise InputError("there is no such picture", cure="give the path of a painting", path=path)
    seen = read_picture(path, longest_px)
    if min(seen.shape[:2]) < _LEAST_PAINTING_PX:
        size = f"{seen.shape[1]}x{seen.shape[0]}"
        raise InputError(f"the painting is too small ({size} pixels)", cure="give a larger one", path=path)
    return seen


def _split(photos: Collection) -> tuple[tuple[Path, ...], tuple[Path, ...]]:
    """Hold out a tenth of the photos, eight at most; chosen by digest, so that names do not matter.

    A single photo is trained with and looked at.
    """
    order = [path for _, path in sorted(zip(photos.digests, photos.paths, strict=True))]
    count = min(_MOST_HELD_OUT, max(1, len(order) // 10)) if len(order) > 1 else 0
    kept = set(order[count:])
    return tuple(path for path in photos.paths if path in kept), tuple(order[:count] or order)


def _trimmed(picture: Picture) -> Picture:
    height, width = (side // _STEP_PX * _STEP_PX for side in picture.shape[:2])
    return picture[:height, :width]


def loader_threads() -> int:
    """Return how many threads make samples: one core is left to the networks."""
    return max(1, min(8, (os.cpu_count() or 1) - 1))
