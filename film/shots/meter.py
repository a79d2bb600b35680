"""What is measured of every small frame on the way: cheap figures that the choice of keyframes needs too."""

from array import array
from fractions import Fraction
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from film.model import FrameStats


class Light(NamedTuple):
    """A frame's lightness: the picture, its mean and its standard deviation."""

    grey: NDArray[np.uint8]
    mean: float
    contrast: float


class Meter:
    """Gathers the figures of every frame; 40 bytes for each."""

    def __init__(self) -> None:
        self.times_s: list[Fraction] = []
        self._figures = tuple(array("d") for _ in range(4))

    def light(self, picture: NDArray[np.uint8]) -> Light:
        """Measure the light of a frame (BGR)."""
        grey = np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), np.uint8)
        mean, deviation = cv2.meanStdDev(grey)
        return Light(grey, float(mean[0, 0]), float(deviation[0, 0]))

    def add(self, time_s: Fraction, light: Light, change: float) -> None:
        """Keep the figures of the next frame."""
        self.times_s.append(time_s)
        edges = cv2.Laplacian(light.grey, cv2.CV_16S)
        sharpness = float(cv2.meanStdDev(edges)[1][0, 0]) ** 2
        for figures, value in zip(self._figures, (light.mean, light.contrast, sharpness, change), strict=True):
            figures.append(value)

    def stats(self) -> FrameStats:
        """Return all figures."""
        luma, contrast, sharpness, change = (tuple(round(value, 3) for value in row) for row in self._figures)
        times_s = tuple(float(time_s) for time_s in self.times_s)
        return FrameStats(time_s=times_s, luma=luma, contrast=contrast, sharpness=sharpness, change=change)
