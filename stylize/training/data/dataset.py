"""The pictures of each step of a training, as a pure function of seed and step.

No state is carried from step to step: a training that goes on from step 700 sees what it would have seen without the
interruption, bit for bit. Every picture is taken once before any is taken again, in an order that differs from round
to round.
"""

import math
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path
from typing import Generic, TypeVar

import cv2
import numpy as np
import numpy.typing as npt

from stylize.styles.opening import Picture
from stylize.training.data.training_pictures import LONGEST_PX, read_picture

Batch = npt.NDArray[np.uint8]
"""(B, crop, crop, 3) RGB, 0 to 255."""

Sample = TypeVar("Sample")

_SHELF_BYTES = 1_500_000_000
_ORDER, _CUT = 0, 1
"""What a stream of random numbers is for."""


class Shelf:
    """Holds pictures that were read, up to a number of bytes; the one that was not used for longest goes first.

    Args:
        read: Reads what is not on the shelf.
        limit_bytes: How much it holds.
    """

    def __init__(self, read: Callable[[Path], Picture], limit_bytes: int = _SHELF_BYTES) -> None:
        self._read = read
        self._left_bytes = limit_bytes
        self._held: OrderedDict[Path, Picture] = OrderedDict()
        self._lock = threading.Lock()

    def __call__(self, path: Path) -> Picture:
        """Return the picture; it is shared, so nobody may change it."""
        with self._lock:
            if path in self._held:
                self._held.move_to_end(path)
                return self._held[path]
        picture = self._read(path)
        with self._lock:
            if path not in self._held:
                self._held[path] = picture
                self._left_bytes -= picture.nbytes
            while self._left_bytes < 0 and len(self._held) > 1:
                self._left_bytes += self._held.popitem(last=False)[1].nbytes
        return picture


def read_bounded(path: Path) -> Picture:
    """Read a picture, scaled down to at most 1280 pixels; raises InputError."""
    return read_picture(path, LONGEST_PX)


def bound_size(picture: Picture, longest_px: int) -> Picture:
    """Scale a picture down so that neither side is longer; smaller ones stay as they are."""
    factor = longest_px / max(picture.shape[:2])
    return picture if factor >= 1 else scale_picture(picture, factor)


def scale_picture(picture: Picture, factor: float) -> Picture:
    """Scale a picture by a factor, sides rounded; down by areas, up by cubic splines."""
    height, width = picture.shape[:2]
    return _resized(picture, max(1, round(width * factor)), max(1, round(height * factor)))


def _resized(picture: Picture, width: int, height: int) -> Picture:
    if picture.shape[:2] == (height, width):
        return picture
    method = cv2.INTER_AREA if width <= picture.shape[1] else cv2.INTER_CUBIC
    return cv2.resize(picture, (width, height), interpolation=method).astype(np.uint8, copy=False)


class Draw:
    """Which pictures come in a step, each with a random generator of its own; a pure function of the step.

    Args:
        count: How many pictures there are.
        stream: Names the stream of random numbers, so that photos and drawings are chosen independently.
        seed: Of all choices.
        batch: Pictures in a step.
    """

    def __init__(self, count: int, *, stream: int, seed: int, batch: int) -> None:
        self._count = count
        self._seed = (seed, stream)
        self._batch = batch

    def at(self, step: int) -> Iterator[tuple[int, np.random.Generator]]:
        """Yield index and generator of each picture of a step."""
        for position in range(step * self._batch, (step + 1) * self._batch):
            turn, at = divmod(position, self._count)
            rng = np.random.default_rng([*self._seed, _CUT, position])
            yield _order(self._seed, turn, self._count)[at], rng


@lru_cache(maxsize=16)
def _order(seed: tuple[int, int], turn: int, count: int) -> list[int]:
    return np.random.default_rng([*seed, _ORDER, turn]).permutation(count).tolist()  # type: ignore[no-any-return]


class Crops:
    """Random squares of pictures: cut out at random scale and place, mirrored or not.

    Args:
        paths: The pictures.
        draw: Chooses among them.
        crop_px: Side of the squares.
        zoom: The least and the largest side that is cut out, in sides of the square; what a picture lacks it lacks.
        read: Reads a picture.
    """

    def __init__(
        self,
        paths: tuple[Path, ...],
        draw: Draw,
        *,
        crop_px: int,
        zoom: tuple[float, float],
        read: Callable[[Path], Picture],
    ) -> None:
        self._paths = paths
        self._draw = draw
        self._crop_px = crop_px
        self._zoom = zoom
        self._read = read

    def at(self, step: int) -> Batch:
        """Return the squares of a step, (B, crop, crop, 3)."""
        return np.stack([self._cut(self._read(self._paths[at]), rng) for at, rng in self._draw.at(step)])

    def _cut(self, picture: Picture, rng: np.random.Generator) -> Picture:
        least, largest = (math.log(bound) for bound in self._zoom)
        side = round(self._crop_px * math.exp(rng.uniform(least, largest)))
        square = window(picture, min(side, *picture.shape[:2]), rng)
        return mirror_at_random(_resized(square, self._crop_px, self._crop_px), rng)


def window(picture: Picture, side: int, rng: np.random.Generator) -> Picture:
    """Cut a square of this side out at a random place."""
    height, width = picture.shape[:2]
    top, left = rng.integers(0, height - side + 1), rng.integers(0, width - side + 1)
    return picture[top : top + side, left : left + side]


def mirror_at_random(picture: Picture, rng: np.random.Generator) -> Picture:
    """Mirror left and right every second time."""
    return np.ascontiguousarray(picture[:, ::-1] if rng.random() < 0.5 else picture)


class Ahead(Generic[Sample]):
    """Makes the samples of the next steps while one is used; the order of the work changes nothing in them.

    Args:
        make: Makes the sample of a step.
        workers: Threads.
    """

    def __init__(self, make: Callable[[int], Sample], workers: int) -> None:
        self._make = make
        self._depth = workers + 1
        self._pool = ThreadPoolExecutor(workers)
        self._waiting: dict[int, Future[Sample]] = {}

    def at(self, step: int, last: int) -> Sample:
        """Return the sample of a step, and begin those after it, up to `last` (exclusive)."""
        for coming in range(step, min(last, step + self._depth)):
            if coming not in self._waiting:
                self._waiting[coming] = self._pool.submit(self._make, coming)
        return self._waiting.pop(step).result()

    def close(self) -> None:
        """Let go of what was begun and not used."""
        self._pool.shutdown(wait=True, cancel_futures=True)
