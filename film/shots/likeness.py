"""How much of one picture can be found again in another, however it has moved.

Differences of pixels cannot tell a cut from a fast movement: both are large. What tells them apart is whether the
new picture can be made from the old one by moving its parts. So the old one is warped along the optical flow
(Kroeger et al. 2016, as in OpenCV) and the two are compared by local normalised cross-correlation, which does
not mind light going up or down. Inside a shot that gives 0.5 to 1, across a cut 0 to 0.3.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

FLAT_CONTRAST = 4.0
"""A picture whose lightness varies less than this (standard deviation, of 255) shows nothing."""

_SAME_LEVEL = 24.0
_LARGEST_GAIN = 4.0
_RECOGNISED = 0.6
_AROUND_PX = 15
_CLOSED_PX = 9
"""Still patches smaller than this belong to the picture around them."""
_LIVE_SHARE = 0.15
"""When less of a picture is live, it is a still picture in which little moves: all of it counts."""
_NOISE_VARIANCE = 4.0
"""What compression leaves in an even surface; there nothing can be compared, and nothing should count."""

Grey = NDArray[np.uint8]
"""A small lightness picture, shape (height, width), uint8; about 128x72."""

Mask = NDArray[np.bool_]
"""Shape (height, width) of the pictures."""


class Likeness:
    """Compares small grey pictures of one shape."""

    def __init__(self) -> None:
        self._flow = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_FAST)
        self._grid: tuple[NDArray[np.float32], NDArray[np.float32]] | None = None

    def between(self, old: Grey, new: Grey, live: Mask | None = None) -> float:
        """Return how well the new picture can be made from the old one: 1 wholly, 0 not at all.

        Only the live part is asked, where one is given (`live_part`).
        Two pictures that show nothing are alike when they are equally light; one alone is like nothing.
        """
        flat = is_flat(old), is_flat(new)
        if all(flat):
            return float(abs(float(old.mean()) - float(new.mean())) < _SAME_LEVEL)
        shared, weight = self._local(old, new)
        if live is not None:
            weight = weight * live
        return float((shared * weight).sum() / weight.sum())

    def kept(self, old: Grey, new: Grey, live: Mask | None = None) -> float:
        """Return in what share of the new picture (of its live part) the old one can still be recognised: 0 to 1."""
        shared, _ = self._local(old, new)
        return float((shared > _RECOGNISED)[... if live is None else live].mean())

    def _local(self, old: Grey, new: Grey) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        if is_flat(old) or is_flat(new) or min(old.shape) < _AROUND_PX:  # optical flow needs something to go by
            return _correlation(old, new)
        return _correlation(self._warped(old, new), new)

    def _warped(self, old: Grey, new: Grey) -> Grey:
        # The search goes from left to right: mirrored films would have other cuts if it were asked one way alone.
        here = self._bent(old, new)
        there = _mirrored(self._bent(_mirrored(old), _mirrored(new)))
        return min(here, there, key=lambda bent: cv2.norm(bent, new, cv2.NORM_L1))

    def _bent(self, old: Grey, new: Grey) -> Grey:
        if self._grid is None:
            height, width = new.shape
            columns, rows = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
            self._grid = columns, rows
        flow = self._flow.calc(new, _relit(old, new), None)  # type: ignore[call-overload]
        x, y = self._grid[0] + flow[..., 0], self._grid[1] + flow[..., 1]
        return np.asarray(cv2.remap(old, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE), np.uint8)


def _mirrored(picture: Grey) -> Grey:
    return np.asarray(cv2.flip(picture, 1), np.uint8)


def live_part(changed: Mask) -> Mask | None:
    """Return the part of a picture that can be judged by itself, given the pixels that change.

    Single still pixels among changing ones belong to the picture. Next to what stands still nothing counts: whatever
    is compared around there has the still part in it. None when all of the picture counts.
    """
    if changed.all():
        return None
    pixels = changed.astype(np.uint8)
    closed = cv2.morphologyEx(pixels, cv2.MORPH_CLOSE, np.ones((_CLOSED_PX, _CLOSED_PX), np.uint8))
    inside = cv2.erode(closed, np.ones((_AROUND_PX, _AROUND_PX), np.uint8)) > 0
    if closed.all() or inside.mean() < _LIVE_SHARE:
        return None
    return np.asarray(inside, np.bool_)


def _relit(old: Grey, new: Grey) -> Grey:
    """Give a picture another one's light and contrast: optical flow takes light for something that stays."""
    (old_mean, old_spread), (new_mean, new_spread) = cv2.meanStdDev(old), cv2.meanStdDev(new)
    gain = min(max(float(new_spread[0, 0] / old_spread[0, 0]), 1 / _LARGEST_GAIN), _LARGEST_GAIN)
    shift = float(new_mean[0, 0]) - gain * float(old_mean[0, 0])
    return np.asarray(cv2.addWeighted(old, gain, old, 0, shift), np.uint8)


def is_flat(picture: Grey) -> bool:
    """Tell whether a picture shows nothing: black, white, or any even colour."""
    return bool(cv2.meanStdDev(picture)[1][0, 0] < FLAT_CONTRAST)


def _correlation(left: Grey, right: Grey) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return the correlation around each pixel, and how much there is to see."""
    a, b = left.astype(np.float32), right.astype(np.float32)
    mean_a, mean_b = _around(a), _around(b)
    variance_a = np.maximum(_around(a * a) - mean_a * mean_a, 0)
    variance_b = np.maximum(_around(b * b) - mean_b * mean_b, 0)
    shared = (_around(a * b) - mean_a * mean_b) / np.sqrt(
        (variance_a + _NOISE_VARIANCE) * (variance_b + _NOISE_VARIANCE)
    )
    weight = np.sqrt(variance_a) + np.sqrt(variance_b) + 0.5
    return np.asarray(shared, np.float32), np.asarray(weight, np.float32)


def _around(values: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(cv2.boxFilter(values, -1, (_AROUND_PX, _AROUND_PX)), np.float32)
