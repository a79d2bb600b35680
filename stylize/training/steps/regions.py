"""Regions of one colour in a picture, for the loss that asks for flat areas."""

import cv2
import numpy as np
import numpy.typing as npt

_CALM_PX, _CALM_LEVELS, _CALM_REACH_PX = 5, 30, 4
"""Diameter, contrast in grey levels and reach of the bilateral filter that takes grain away."""
_STEEPEST = 4
"""Slope inside a calm patch, in grey levels from pixel to pixel."""


def find_regions(picture: npt.NDArray[np.uint8]) -> npt.NDArray[np.int64]:
    """Cut a picture into regions along its edges: watershed from every patch that is calm.

    Args:
        picture: (H, W, 3) RGB, 0 to 255.

    Returns:
        (H, W), the number of each pixel's region, from 0 without gaps.
    """
    calm = np.asarray(
        cv2.bilateralFilter(np.ascontiguousarray(picture), _CALM_PX, _CALM_LEVELS, _CALM_REACH_PX), np.uint8
    )
    floor = cv2.erode((_slope(calm) < _STEEPEST).astype(np.uint8), np.ones((3, 3), np.uint8))  # cuts narrow leaks
    _, seeds = cv2.connectedComponents(floor, connectivity=4, ltype=cv2.CV_32S)
    regions = np.asarray(cv2.watershed(calm, seeds), np.int32)  # -1 on the borders between two
    return _numbered(_closed(regions))


def _slope(picture: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
    """Return the steepest channel's slope."""
    across, down = (cv2.Sobel(picture, cv2.CV_32F, dx, 1 - dx, ksize=3, scale=1 / 8) for dx in (1, 0))
    return np.asarray(np.sqrt(across * across + down * down).max(axis=2), np.float32)


def _closed(regions: npt.NDArray[np.int32]) -> npt.NDArray[np.int32]:
    """Give the borders to the neighbour with the highest number; where none has one, all is one region."""
    wanting = regions <= 0
    while wanting.any():
        grown = cv2.dilate(regions.astype(np.float32), np.ones((3, 3), np.uint8)).astype(np.int32)
        if (grown[wanting] <= 0).all():
            return np.maximum(regions, 1)
        regions = np.where(wanting, grown, regions)
        wanting = regions <= 0
    return regions


def _numbered(regions: npt.NDArray[np.int32]) -> npt.NDArray[np.int64]:
    _, numbers = np.unique(regions, return_inverse=True)
    return numbers.reshape(regions.shape).astype(np.int64)
