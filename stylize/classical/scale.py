"""The size that a picture is worked at: what a look's lengths mean in pixels."""

from typing import NamedTuple

import cv2
import numpy as np

from stylize.classical.flow import Image

_WORKING_SIZE_PX = 960
"""Smaller pictures are painted at this size (root of the area, as 1280x720) and reduced: lines need the pixels."""

_MOST_ENLARGED = 2.5


class Scale(NamedTuple):
    """How lengths become pixels while a picture is being painted."""

    unit_px: float
    """A thousandth of the picture's size, the root of its area."""
    enlarged: float
    """How much larger the picture is than its source: how soft its edges are."""
    shown: float = 1.0
    """How much larger the picture is than it will be shown."""
    origin: tuple[int, int] = (0, 0)
    """Where the picture begins in its frame, in pixels to the right and down: a screen goes on from part to part."""

    @property
    def softest_px(self) -> float:
        """How soft the sharpest edge of the source can be by now."""
        return max(self.unit_px, 0.8 * self.enlarged)


def choose_scale(shape: tuple[int, ...]) -> Scale:
    """Choose the size to work at for a picture of this shape."""
    size = float(np.sqrt(shape[0] * shape[1]))
    enlarged = min(max(1.0, _WORKING_SIZE_PX / size), _MOST_ENLARGED)
    return Scale(unit_px=size * enlarged / 1000, enlarged=enlarged, shown=enlarged)


def part_scale(enlarged: float, origin: tuple[int, int]) -> Scale:
    """Return the scale of a part of a frame that is shown as it is painted: one pen for all, whatever its size.

    A unit is a pixel, as in a whole frame of a thousand.
    """
    return Scale(unit_px=1.0, enlarged=max(1.0, enlarged), origin=origin)


def enlarge(picture: Image, scale: Scale) -> Image:
    """Bring a picture to the size it is worked at."""
    if scale.enlarged == 1:
        return picture
    to = (round(picture.shape[1] * scale.enlarged), round(picture.shape[0] * scale.enlarged))
    return np.clip(cv2.resize(picture, to, interpolation=cv2.INTER_CUBIC), 0, 1)


def reduce(picture: Image, shape: tuple[int, ...]) -> Image:
    """Bring a painted picture to the shape it is shown at."""
    if picture.shape == shape:
        return picture
    return cv2.resize(picture, (shape[1], shape[0]), interpolation=cv2.INTER_AREA)


def halve(picture: Image) -> Image:
    """Return the picture at half its size, for what needs no detail."""
    height, width = picture.shape[:2]
    return cv2.resize(picture, (max(1, width // 2), max(1, height // 2)), interpolation=cv2.INTER_AREA)


def resize_like(plane: Image, picture: Image) -> Image:
    """Bring what was found at half size back to a picture's size."""
    return cv2.resize(plane, picture.shape[1::-1], interpolation=cv2.INTER_LINEAR)
