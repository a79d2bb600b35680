"""A painting made small, brought to full size: enlarged, with the film's fine detail where the painting follows it.

What the enlargement cannot know is taken from the full picture's lightness, scaled by how much of the picture's local
contrast the painting kept (the coefficient of He, Sun and Tang 2010's guided filter, found at the small size): where
the painting went its own way, in flat colour or in a stroke, no film grain comes back.
"""

import cv2
import numpy as np
import numpy.typing as npt

from stylize.transfer.gatys.recolouring import luma

Image = npt.NDArray[np.float32]
"""(H, W, C) float32 in [0, 1]."""

_RADIUS_PX = 3
_FAINT = 2e-4
"""Local variance under which contrast is grain."""


def resize(picture: Image, width_px: int, height_px: int) -> Image:
    """Return the picture (H, W, C) at another size, clipped to [0, 1]."""
    if picture.shape[1::-1] == (width_px, height_px):
        return picture
    shrinks = width_px <= picture.shape[1] and height_px <= picture.shape[0]
    how = cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC
    scaled = cv2.resize(picture, (width_px, height_px), interpolation=how)
    return np.clip(scaled.reshape(height_px, width_px, picture.shape[2]), 0, 1).astype(np.float32)


def enlarge_painting(painting: Image, picture: Image, *, detail: float) -> Image:
    """Return a painting at the size of the picture it was made of.

    Args:
        painting: (h, w, C), no larger than the picture; C is 3, or 1 for lightness alone.
        picture: (H, W, 3) that the painting shows.
        detail: How much of the picture's fine detail is put back, 0 to 1.

    Returns:
        (H, W, C) in [0, 1]; the painting itself where the sizes are equal.
    """
    height_px, width_px = picture.shape[:2]
    if painting.shape[:2] == (height_px, width_px):
        return painting
    full = luma(picture)
    small = resize(full, painting.shape[1], painting.shape[0])
    lost = full - resize(small, width_px, height_px)
    kept = _kept(luma(painting) if painting.shape[2] == 3 else painting, small)
    return np.clip(resize(painting, width_px, height_px) + detail * resize(kept, width_px, height_px) * lost, 0, 1)


def _kept(painting: Image, picture: Image) -> Image:
    """Return how much of the picture's local contrast is in the painting, (h, w, 1) in [0, 1]."""
    side = (2 * _RADIUS_PX + 1,) * 2

    def mean(plane: Image) -> Image:
        blurred = cv2.blur(plane, side, borderType=cv2.BORDER_REFLECT_101)
        return blurred.reshape(plane.shape).astype(np.float32)

    mean_picture = mean(picture)
    variance = mean(picture * picture) - mean_picture**2
    covariance = mean(painting * picture) - mean(painting) * mean_picture
    share: Image = covariance / (np.maximum(variance, 0) + np.float32(_FAINT))
    return np.clip(share, 0, 1)
