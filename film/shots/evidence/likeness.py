"""How much of one picture can be found again in another, however it has moved.

Differences of pixels cannot tell a cut from a fast movement: both are large. What tells them apart is whether the
new picture can be made from the old one by moving its parts. So the old one is warped along the optical flow
(Kroeger et al. 2016, as in OpenCV) and the two are compared by local normalised cross-correlation, which does
not mind light going up or down. Inside a shot that gives 0.5 to 1, across a cut 0 to 0.3.
"""

import math
from collections.abc import Iterable

import cv2
import numpy as np
from numpy.typing import NDArray

CLEAR_CONTRAST = 18.0
"""Contrast from which on a picture shows something, however noisy it is."""
FLAT_CONTRAST = 4.0
"""A picture whose lightness varies less than this (standard deviation, of 255) shows nothing."""

_SAME_LEVEL = 24.0
_LARGEST_GAIN = 4.0
_RECOGNISED = 0.6
_STEADY = 0.5
"""Levels of change per pixel that say nothing."""
_REMEMBERED = 16
"""Pairs whose movement is remembered: each is asked about several times at once, and then no more."""
_AROUND_PX = 15
_NOISE_VARIANCE = 4.0
"""What compression leaves in an even surface; there nothing can be compared, and nothing should count."""

Grey = NDArray[np.uint8]
"""A small lightness picture, shape (height, width), uint8; about 128x72."""

Mask = NDArray[np.bool_]
"""Shape (height, width) of the pictures."""


Pair = tuple[int, int]
"""What two pictures are called, so that the movement between them is searched once."""


class Likeness:
    """Compares small grey pictures of one shape."""

    def __init__(self) -> None:
        self._found: dict[Pair, tuple[Grey, Grey]] = {}
        self._flow = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_FAST)
        self._grid: tuple[NDArray[np.float32], NDArray[np.float32]] | None = None

    def between(self, old: Grey, new: Grey, live: Mask | None = None, pair: Pair | None = None) -> float:
        """Return how well the new picture can be made from the old one: 1 wholly, 0 not at all.

        Only the live part is asked, where one is given.
        Two pictures that show nothing are alike when they are equally light; one alone is like nothing.
        """
        flat = is_flat(old, live), is_flat(new, live)
        if all(flat):
            return float(abs(_mean(old, live) - _mean(new, live)) < _SAME_LEVEL)
        found = (_correlation(bent, new, live) for bent in self._warped(old, new, live, pair))
        return _mean_of(float((shared * weight).sum() / weight.sum()) for shared, weight in found)

    def kept(self, old: Grey, new: Grey, live: Mask | None = None, pair: Pair | None = None) -> float:
        """Return in what share of the new picture (of its live part) the old one can still be recognised: 0 to 1."""
        found = (_correlation(bent, new, live)[0] for bent in self._warped(old, new, live, pair))
        return _mean_of(float((shared > _RECOGNISED)[... if live is None else live].mean()) for shared in found)

    def unmoved(self, old: Grey, new: Grey, live: Mask | None = None, pair: Pair | None = None) -> float:
        """Return what share of the change between two pictures (of their live part) no movement explains.

        A camera that moves leaves little, mixtures leave nearly all. Two pictures that are the same leave all.
        """
        mask = _as_pixels(live)
        whole = cv2.norm(old, new, cv2.NORM_L1, mask)
        part = float(old.size if mask is None else cv2.countNonZero(mask))
        found = (cv2.norm(bent, new, cv2.NORM_L1, mask) for bent in self._warped(old, new, live, pair))
        return (_mean_of(found) + _STEADY * part) / (whole + _STEADY * part)

    def _warped(self, old: Grey, new: Grey, live: Mask | None, pair: Pair | None) -> tuple[Grey, ...]:
        """Return the old picture, moved to where the new one has it, as two searches find it.

        The search goes from left to right: mirrored films would have other cuts if it were asked one way alone. It
        hits now better, now worse where there is nothing to be found; two of them differ less from copy to copy.
        """
        if is_flat(old, live) or is_flat(new, live) or min(old.shape) < _AROUND_PX:  # flow needs something to go by
            return (old,)
        if pair is None or pair not in self._found:
            both = self._bent(old, new), _mirrored(self._bent(_mirrored(old), _mirrored(new)))
            if pair is None:
                return both
            if len(self._found) >= _REMEMBERED:
                self._found.pop(next(iter(self._found)))
            self._found[pair] = both
        return self._found[pair]

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


def _relit(old: Grey, new: Grey) -> Grey:
    """Give a picture another one's light and contrast: optical flow takes light for something that stays."""
    (old_mean, old_spread), (new_mean, new_spread) = cv2.meanStdDev(old), cv2.meanStdDev(new)
    gain = min(max(float(new_spread[0, 0] / old_spread[0, 0]), 1 / _LARGEST_GAIN), _LARGEST_GAIN)
    shift = float(new_mean[0, 0]) - gain * float(old_mean[0, 0])
    return np.asarray(cv2.addWeighted(old, gain, old, 0, shift), np.uint8)


def is_flat(picture: Grey, live: Mask | None = None) -> bool:
    """Tell whether a picture (its live part) shows nothing: black, white, or any even colour."""
    return contrast(picture, live) < FLAT_CONTRAST


def contrast(picture: Grey, live: Mask | None = None) -> float:
    """Return the standard deviation of a picture's lightness (of its live part), 0 to 127."""
    return float(cv2.meanStdDev(picture, mask=_as_pixels(live))[1][0, 0])


def without_noise(contrast_: float, picture: Grey) -> float:
    """Return a picture's contrast without that of its noise, so that black with grain on it is black.

    Noise is everywhere, edges are not: the median of the Laplacian's size tells it (Immerkaer 1996 takes the mean of a
    like filter). The filter's squares sum up to 20, and the median of a normal value's size is 0.67 of its deviation.

    Args:
        contrast_: Standard deviation of the lightness, of all or of a part of the picture, 0 to 127.
        picture: All of it.
    """
    edges = np.abs(cv2.Laplacian(picture, cv2.CV_16S)[::2, ::2]).ravel()
    noise = float(np.partition(edges, edges.size // 2)[edges.size // 2]) / (0.67 * math.sqrt(20))
    return math.sqrt(max(contrast_**2 - noise**2, 0.0))


def _mean_of(values: Iterable[float]) -> float:
    found = list(values)
    return sum(found) / len(found)


def _mean(picture: Grey, live: Mask | None) -> float:
    return float(cv2.mean(picture, mask=_as_pixels(live))[0])


def _as_pixels(live: Mask | None) -> NDArray[np.uint8] | None:
    return None if live is None else live.view(np.uint8)


def _correlation(left: Grey, right: Grey, live: Mask | None) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return the correlation around each pixel, and how much there is to see, which is nothing where nothing lives."""
    a, b = left.astype(np.float32), right.astype(np.float32)
    if live is None:
        around = _around
    else:
        mask = live.astype(np.float32)
        share = 1 / np.maximum(_around(mask), 1 / _AROUND_PX**2)

        def around(values: NDArray[np.float32]) -> NDArray[np.float32]:
            return np.asarray(_around(values * mask) * share, np.float32)

    mean_a, mean_b = around(a), around(b)
    variance_a = np.maximum(around(a * a) - mean_a * mean_a, 0)
    variance_b = np.maximum(around(b * b) - mean_b * mean_b, 0)
    shared = (around(a * b) - mean_a * mean_b) / np.sqrt(
        (variance_a + _NOISE_VARIANCE) * (variance_b + _NOISE_VARIANCE)
    )
    weight = np.sqrt(variance_a) + np.sqrt(variance_b) + 0.5
    if live is not None:
        weight = weight * mask * _around(mask)  # what has little living around it says little
    return np.asarray(shared, np.float32), np.asarray(weight, np.float32)


def _around(values: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(cv2.boxFilter(values, -1, (_AROUND_PX, _AROUND_PX)), np.float32)
