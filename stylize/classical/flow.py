"""Which way the edges of a picture run, and walks along and across them.

After Kang, Lee and Chui, "Coherent Line Drawing" (2007) and "Flow-Based Image Abstraction" (2009), with the tangent
taken from the smoothed structure tensor as Kyprianidis and Doellner do (2008): one blur instead of iterations.
"""

from typing import Any, NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

Image = npt.NDArray[Any]
"""(H, W) or (H, W, 3), always float32; the stubs of OpenCV and NumPy do not keep track of it."""

_TINY = np.float32(1e-12)
_LOOKED_UP_PX = 1 << 14
"""Of longer pictures so many pixels are looked up at once: OpenCV's `remap` takes no side of 32,767 or more."""


class Flow(NamedTuple):
    """The field of edge tangents; (H, W) each."""

    x: Image
    """Tangent, x component; the tangent has length 1 and no sense of direction."""
    y: Image
    coherence: Image
    """0 where the neighbourhood has no direction (flat, texture, corner), 1 on a clean edge."""


def find_flow(picture: Image, blur_px: float, reach_px: float) -> Flow:
    """Find the edge tangents of a picture.

    Args:
        picture: (H, W, 3); its values are what distances are measured in, such as Lab.
        blur_px: Sigma of the blur before the gradient, against noise.
        reach_px: Sigma of the tensor's smoothing: how far a strong edge leads its weak neighbours.
    """
    xx, yy, xy = (np.zeros(picture.shape[:2], np.float32) for _ in range(3))
    for channel in range(picture.shape[2]):
        across, down = gradients(blur(cv2.extractChannel(picture, channel), blur_px))
        xx += across * across
        yy += down * down
        xy += across * down
    xx, yy, xy = (blur(product, reach_px) for product in (xx, yy, xy))
    trace, difference = xx + yy, xx - yy
    spread = np.sqrt(difference * difference + 4 * xy * xy)
    cosine = difference / np.maximum(spread, _TINY)  # of twice the gradient's angle
    gradient_x = np.sqrt(np.maximum((1 + cosine) / 2, 0))
    gradient_y = np.copysign(np.sqrt(np.maximum((1 - cosine) / 2, 0)), xy)
    # Flat places have rounding errors for a gradient: a floor keeps them from looking coherent.
    return Flow(x=-gradient_y, y=gradient_x, coherence=spread / (trace + np.float32(1e-4)))


def gradients(picture: Image) -> tuple[Image, Image]:
    """Return the change per pixel to the right and down."""
    across = cv2.Scharr(picture, cv2.CV_32F, 1, 0, scale=1 / 32, borderType=cv2.BORDER_REPLICATE)
    down = cv2.Scharr(picture, cv2.CV_32F, 0, 1, scale=1 / 32, borderType=cv2.BORDER_REPLICATE)
    return across, down


def sum_channels(picture: Image) -> Image:
    """Add the channels up: (H, W, C) to (H, W)."""
    return cv2.transform(picture, np.ones((1, picture.shape[2]), np.float32))


def blur(image: Image, sigma_px: float) -> Image:
    """Blur by a Gaussian; wide ones at a reduced size, ones too narrow to matter not at all."""
    if sigma_px < 0.2:
        return image
    if sigma_px < 8:
        return cv2.GaussianBlur(image, (0, 0), sigma_px, borderType=cv2.BORDER_REPLICATE)
    height, width = image.shape[:2]
    shrink = min(sigma_px / 3, height / 2, width / 2)
    small = cv2.resize(
        image, (max(1, round(width / shrink)), max(1, round(height / shrink))), interpolation=cv2.INTER_AREA
    )
    small = cv2.GaussianBlur(small, (0, 0), sigma_px / shrink, borderType=cv2.BORDER_REPLICATE)
    return cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR)


def look_up(image: Image, x: Image, y: Image) -> Image:
    """Return an image's values at places between its pixels; borders repeat.

    Args:
        image: (H, W) or (H, W, C), as long as it may be.
        x: (h, w), to the right; near the pixel that it is looked up for.
        y: (h, w), down.
    """
    step = _LOOKED_UP_PX
    if max(*image.shape[:2], *x.shape) <= 2 * step - 2:
        return cv2.remap(image, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    found = np.empty((*x.shape, *image.shape[2:]), np.float32)
    for top in range(0, x.shape[0], step):
        for left in range(0, x.shape[1], step):
            part = np.s_[top : top + step, left : left + step]
            first_x, columns = _window(x[part], image.shape[1])
            first_y, rows = _window(y[part], image.shape[0])
            found[part] = cv2.remap(
                np.ascontiguousarray(image[rows, columns]),
                x[part] - first_x,
                y[part] - first_y,
                cv2.INTER_LINEAR,
                borderMode=cv2.BORDER_REPLICATE,
            )
    return found


def _window(places: Image, length: int) -> tuple[int, slice]:
    """Return the first pixel that some places are among, and all of them."""
    first = int(np.clip(np.floor(places.min()) - 1, 0, length - 1))
    return first, slice(first, int(np.clip(np.ceil(places.max()) + 2, first + 1, length)))


class Walker:
    """Looks up images beside each pixel of one size; holds the pixels' own coordinates."""

    def __init__(self, shape: tuple[int, ...]) -> None:
        height, width = shape[:2]
        self._x, self._y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))

    def along(self, image: Image, flow: Flow, step_px: float) -> Image:
        """Return for each pixel the image's value `step_px` further along its edge; borders repeat."""
        return self._at(image, flow.x, flow.y, step_px)

    def across(self, image: Image, flow: Flow, step_px: float) -> Image:
        """Return for each pixel the image's value `step_px` further across its edge; borders repeat."""
        return self._at(image, -flow.y, flow.x, step_px)

    def towards(self, image: Image, flow: Flow, step_px: Image) -> Image:
        """Return for each pixel the image's value across its edge, each by a step of its own."""
        return self._at(image, -flow.y * step_px, flow.x * step_px, 1)

    def _at(self, image: Image, x: Image, y: Image, step_px: float) -> Image:
        step = np.float32(step_px)
        return look_up(image, self._x + step * x, self._y + step * y)

    def smoothed(self, image: Image, flow: Flow, sigma_px: float) -> Image:
        """Blur along the edges: a line integral convolution in strides that grow.

        Each pass mixes a pixel with what lies one stride before and behind it on its tangent (1/4, 1/2, 1/4). The
        strides follow the curve, since later passes look up what earlier ones have gathered.
        """
        variance, stride = 0.0, 1.0
        while sigma_px**2 - variance > 1e-6:
            stride = min(stride, float(np.sqrt(2 * (sigma_px**2 - variance))))
            pair = cv2.add(self.along(image, flow, stride), self.along(image, flow, -stride))
            image = cv2.addWeighted(image, 0.5, pair, 0.25, 0)
            variance += stride**2 / 2
            stride = min(stride * 1.5, 4.0)
        return image
