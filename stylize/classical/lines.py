"""Line drawing: difference of Gaussians across the edge, smoothed along it, thresholded softly.

Kang et al., "Flow-Based Image Abstraction" (2009), for the flow-based difference of Gaussians; Winnemoeller,
Kyprianidis and Olsen, "XDoG" (2012), for the soft threshold.
"""

import cv2
import numpy as np

from configs.recipes.ink_settings import InkSettings
from stylize.classical.flow import Flow, Image, Walker, blur, find_flow, gradients, sum_channels
from stylize.classical.scale import Scale, halve, resize_like
from stylize.classical.tones import ramp

_RATIO = 1.6  # of the two Gaussians: the classical approximation of the Laplacian
_CONTOUR_SOFTNESS = 8
_WEAK, _STRONG = 0.2, 0.6
"""How dark a mark begins to be, and how dark it is somewhere."""
_WIDE = 4.0
"""By how much the wider of the two blurs that tell an edge's width is wider."""
_BLURRED, _CRISP = 0.9, 1.3
"""The slope under the narrow blur in slopes under the wide one: 4 at a step, 1 where an edge is wider than both."""
_SLOPE_LEAST = 5e-4
"""Slopes of lightness (0 to 1 a pixel) below this are none."""
_STEP_RESPONSE = 0.111  # the difference's extreme at a step of height 1, for this ratio


def draw_lines(fine: Image, flat: Image, walker: Walker, look: InkSettings, scale: Scale) -> Image:
    """Draw with two pens: fine lines after the detailed picture, broad contours after the flat one.

    Args:
        fine: Lab picture with its details.
        flat: Lab picture of flat colours.
        walker: Of their size.
        look: The settings `line_*` and `contour_*`.
        scale: What a unit is here.

    Returns:
        (H, W), how much ink lies where, 0 to 1.
    """
    # An edge between two hues of one lightness has no dark side: it is made into a dark valley.
    unit_px = scale.unit_px
    tone = fine[..., 0] - np.float32(0.6 * min(scale.softest_px, 2 * unit_px)) * _chroma_slope(fine)
    flow = find_flow(fine, unit_px, 3 * unit_px)
    response = edge_response(
        tone, flow, walker, width_px=look.line_width * unit_px, length_px=look.line_length * unit_px
    )
    busy = look.line_busy * (0.5 + texture(fine, unit_px)) * blur(np.abs(response), 20 * unit_px)
    threshold = np.float32(look.line_contrast) + busy.astype(np.float32)
    ink = ink_response(response * ramp(flow.coherence, 0.1, 0.35), -threshold, look.line_softness)
    ink = remove_specks(ink, look.line_shortest * unit_px)
    return np.maximum(ink, _contours(flat, look, unit_px)) if look.contour_width else ink


def texture(lab: Image, unit_px: float) -> Image:
    """Tell texture (1: foliage, hair in all directions) from form (0: edges that run one way for a while)."""
    flow = find_flow(halve(lab), unit_px / 2, 5 * unit_px)
    return resize_like(ramp(flow.coherence, 0.6, 0.15), lab)


def in_focus(light: Image, scale: Scale) -> Image:
    """Tell what the camera has in focus by the width of its edges: 1 near crisp ones, 0 near soft ones alone.

    A line drawn around what is out of focus puts the background before the figure.

    Args:
        light: (H, W) lightness of the film's picture, 0 to 1.
        scale: What a unit is here, and how soft enlarging has made all edges.
    """
    narrow_px = scale.unit_px * scale.enlarged
    reach = np.ones((2 * max(1, round(2 * narrow_px)) + 1,) * 2, np.uint8)
    narrow, wide = (cv2.dilate(_slope(blur(light, width)), reach) for width in (narrow_px, _WIDE * narrow_px))
    crisp = blur(narrow / np.maximum(wide, np.float32(_SLOPE_LEAST)), 6 * scale.unit_px)
    return ramp(crisp, _BLURRED, _CRISP)


def _slope(plane: Image) -> Image:
    across, down = gradients(plane)
    slope: Image = np.sqrt(across * across + down * down)
    return slope


def _contours(flat: Image, look: InkSettings, unit_px: float) -> Image:
    """Draw with the broad pen; at half size up to the threshold, which makes the borders."""
    small = halve(flat)
    unit_px /= 2
    flow = find_flow(small, 2 * unit_px, 6 * unit_px)
    response = edge_response(
        cv2.extractChannel(small, 0),
        flow,
        Walker(small.shape),
        width_px=look.contour_width * unit_px,
        length_px=9 * unit_px,
    )
    threshold = look.contour_contrast + np.float32(look.line_busy) * blur(np.abs(response), 30 * unit_px)
    clear = ramp(flow.coherence, 0.2, 0.5)
    ink = ink_response(resize_like(response * clear, flat), -resize_like(threshold, flat), _CONTOUR_SOFTNESS)
    return remove_specks(ink, 4 * look.line_shortest * unit_px)


def _chroma_slope(lab: Image) -> Image:
    across, down = gradients(np.ascontiguousarray(lab[..., 1:]))
    return np.sqrt(sum_channels(across * across + down * down))


def edge_response(plane: Image, flow: Flow, walker: Walker, *, width_px: float, length_px: float) -> Image:
    """Return the difference of Gaussians across the edges, smoothed along them.

    Args:
        plane: (H, W) lightness.
        flow: The tangents of its edges.
        walker: Of the plane's size.
        width_px: Sigma of the narrow Gaussian; lines come out about twice as wide.
        length_px: Sigma of the smoothing along the edge: longer is calmer and closes gaps.

    Returns:
        (H, W), negative on an edge's dark side; a sharp step of 1 reaches about -1 there and 1 on its light side.
    """
    step = max(0.75, width_px * 0.6)
    distances = step * np.arange(1 + int(np.ceil(2.4 * _RATIO * width_px / step)))
    narrow = np.exp(-0.5 * (distances / width_px) ** 2)
    wide = np.exp(-0.5 * (distances / (width_px * _RATIO)) ** 2)
    taps = (narrow / (2 * narrow.sum() - 1) - wide / (2 * wide.sum() - 1)) / _STEP_RESPONSE
    response = plane * np.float32(taps[0])
    for distance, tap in zip(distances[1:], taps[1:], strict=True):
        pair = walker.across(plane, flow, distance) + walker.across(plane, flow, -distance)
        response += pair * np.float32(tap)
    return walker.smoothed(response, flow, length_px)


def ink_response(response: Image, threshold: Image, softness: float) -> Image:
    """Return how much ink lies where, 0 to 1: none above the threshold, a soft ramp below it (XDoG, eq. 5)."""
    ink: Image = np.tanh(np.maximum(threshold - response, 0) / np.float32(softness))
    return ink


def remove_specks(ink: Image, length_px: float) -> Image:
    """Keep only marks that are long enough one way and somewhere dark enough: no foliage, grain or blocks."""
    marks = (ink > _WEAK).astype(np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(marks, connectivity=8)
    extent = np.hypot(stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT])
    dark = np.bincount(labels[ink > _STRONG], minlength=count)
    gone = ((extent < length_px) | (dark == 0)).astype(np.float32)
    gone[0] = 0
    kept: Image = ink * (1 - blur(cv2.dilate(gone[labels], np.ones((3, 3), np.uint8)), 0.5))
    return kept
