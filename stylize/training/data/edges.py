"""Drawings with their edges blurred: what AnimeGAN's discriminator learns to refuse, so that lines stay clear.

After `edge_smooth.py` of AnimeGANv2 (Chen, Liu and Chen, 2020), which walks over the edge pixels one by one; here the
whole picture is blurred once and taken where the edges are.
"""

import cv2
import numpy as np
import numpy.typing as npt

Picture = npt.NDArray[np.uint8]

_CANNY = (100, 200)
_SIDE_PX = 5
_SIGMA = 0.0
"""As in the original; OpenCV then takes the binomial window 1 4 6 4 1 along each axis, a sigma of about 1."""


def smooth_edges(drawing: Picture) -> Picture:
    """Blur a drawing along its edges.

    Args:
        drawing: (H, W, 3) RGB, 0 to 255, at the size that the networks see: the edges' widths are in its pixels.

    Returns:
        The same shape: within two pixels of an edge the mean of a bell-shaped 5x5 window, elsewhere as it was.
    """
    grey = cv2.cvtColor(drawing, cv2.COLOR_RGB2GRAY)
    near = cv2.dilate(cv2.Canny(grey, *_CANNY), np.ones((_SIDE_PX, _SIDE_PX), np.uint8))
    blurred = cv2.GaussianBlur(drawing, (_SIDE_PX, _SIDE_PX), _SIGMA, borderType=cv2.BORDER_REFLECT_101)
    return np.where(near[..., None] != 0, blurred, drawing)


def remove_colour(picture: Picture) -> Picture:
    """Return a picture without colour, (H, W, 3): its lines and shades alone."""
    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    return np.repeat(grey[..., None], 3, axis=2)
