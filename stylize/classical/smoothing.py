"""Smoothing that keeps edges, and makes them crisp.

`draw_out_strokes` is the heart of the looks: Kyprianidis and Kang, "Image and Video Abstraction by Coherence-Enhancing
Filtering" (2011). Smoothing along the edges turns texture into strokes, a shock filter across them gives the strokes
borders; soft edges of small films become sharp ones.
"""

import cv2
import numpy as np

from stylize.classical.flow import Image, Walker, blur, find_flow, sum_channels
from stylize.classical.scale import Scale
from stylize.classical.tones import ramp


def smooth_flat(lab: Image, *, passes: int, radius_px: float, contrast: float) -> Image:
    """Smooth by repeated bilateral filters: small contrasts go, edges stay.

    Args:
        lab: Lab picture.
        passes: How often.
        radius_px: Sigma in space.
        contrast: Sigma in Lab distance.
    """
    diameter = 2 * max(1, round(1.5 * radius_px)) + 1
    for _ in range(passes):
        lab = cv2.bilateralFilter(lab, diameter, contrast, radius_px, borderType=cv2.BORDER_REPLICATE)
    return lab


def draw_out_strokes(
    lab: Image, walker: Walker, scale: Scale, *, reach_px: float, length_px: float, corners: bool
) -> Image:
    """Smooth along the edges, then push each pixel to the nearer side of its edge.

    Args:
        lab: Lab picture.
        walker: Of its size.
        scale: What a unit is here, and how soft an edge may be to become sharp.
        reach_px: How far strong edges lead their surroundings.
        length_px: Sigma of the smoothing along the edges.
        corners: Whether corners and points, which have no direction, are spared the smoothing.
    """
    flow = find_flow(lab, scale.unit_px, reach_px)
    smooth = walker.smoothed(lab, flow, length_px)
    if corners:
        smooth -= lab
        smooth *= ramp(flow.coherence, 0.2, 0.6)[..., None]
        smooth += lab
    calm = blur(cv2.extractChannel(smooth, 0), 1.2 * scale.unit_px)
    ahead, behind = (walker.across(calm, flow, sign * 1.5 * scale.unit_px) for sign in (1, -1))
    bend = ahead + behind - 2 * calm  # positive on the dark side of an edge
    nearer_px = np.where((ahead < behind) == (bend > 0), np.float32(scale.softest_px), np.float32(-scale.softest_px))
    pushed = walker.towards(smooth, flow, nearer_px)
    pushed -= smooth
    pushed *= np.minimum(np.abs(bend) / np.float32(0.3), 1)[..., None]
    pushed += smooth
    return pushed


def restore_detail(lab: Image, before: Image, scale: Scale, *, amount: float) -> Image:
    """Put back small things that smoothing has lost: eyes, mouths, flowers.

    A lost thing differs to one side over its whole area, a sharpened edge to both sides of itself: a blur keeps the
    first and cancels the second. Where everything around differs (grass, hair) nothing stands out and nothing returns.
    """
    lost: Image = before - lab
    unlike = blur(lost, 1.6 * scale.unit_px * max(1, 0.6 * scale.enlarged))
    distance = np.sqrt(sum_channels(unlike * unlike))
    usual = 3 + np.float32(1.2) * blur(distance, 20 * scale.unit_px)
    lost *= (np.float32(amount) * ramp(distance / usual, 0.6, 1.6))[..., None]
    lost += lab
    return lost
