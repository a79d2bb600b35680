"""The pen over a painting: firm contours and deep blacks on what a network has flattened and coloured.

A network that was taught lines draws them softly, for it is never quite sure where they are; drawn over its painting,
in which grain, leaves and skin are calm already, a line finds nothing but contours. Lines and blacks take a trace of
the colour under them.
"""

import cv2
import numpy as np

from configs.ink import load_look
from stylize.flow import Image, Walker, blurred, summed
from stylize.lines import draw_lines, texture
from stylize.scale import Scale
from stylize.smoothing import calmed, drawn_out, restored
from stylize.tones import ramp

_PEN = {
    "line_width": 1.5,
    "line_contrast": 5,
    "line_softness": 5,
    "line_length": 6,
    "line_shortest": 24,
    "line_busy": 1.8,
    "contour_width": 3.0,
    "contour_contrast": 8,
}
_SPARED = 0.75
"""Share of the ink that texture takes off: leaves and grass are no place for lines."""
_LINE, _SPOT = 0.97, 0.9
_DARK, _DARKER = 16.0, 10.0
"""Lightness at which spotted blacks begin and are whole; strong colours are spared."""
_CHROMA = 0.2


def penned(picture: Image, *, enlarged: float = 1.0) -> Image:
    """Draw over a painting.

    Args:
        picture: (H, W, 3) RGB in [0, 1].
        enlarged: How much larger it is than its source: how soft its edges are.

    Returns:
        The same shape and range; a new array.
    """
    unit_px = float(np.sqrt(picture.shape[0] * picture.shape[1])) / 1000
    scale = Scale(unit_px=unit_px, enlarged=max(1.0, enlarged))
    lab = cv2.cvtColor(np.ascontiguousarray(picture), cv2.COLOR_RGB2Lab)
    walker = Walker(lab.shape)
    calm = calmed(lab, passes=1, radius_px=2 * unit_px, contrast=6)
    flat = drawn_out(calm, walker, scale, reach_px=3 * unit_px, length_px=4 * unit_px, corners=True)
    flat = restored(flat, lab, scale, amount=1)
    lines = draw_lines(flat, flat, walker, load_look("line", _PEN), scale)
    lines *= 1 - np.float32(_SPARED) * texture(flat, unit_px)
    ink = 1 - (1 - np.float32(_LINE) * lines) * (1 - np.float32(_SPOT) * _blacks(flat, unit_px))
    deep = flat * np.float32(_CHROMA) + np.array((0, 1, -3), np.float32)
    deep[..., 0] = np.minimum(flat[..., 0] * np.float32(0.1), 7)
    colours = _rgb(flat)
    colours += ink[..., None] * (_rgb(deep) - colours)
    return colours


def _blacks(flat: Image, unit_px: float) -> Image:
    """Return where deep shadows are spotted black, 0 to 1; a deep blue is no shadow."""
    chroma = np.ascontiguousarray(flat[..., 1:])
    tone = flat[..., 0] + np.float32(_CHROMA) * np.sqrt(summed(chroma * chroma))
    return ramp(blurred(tone, unit_px), _DARK, _DARKER)


def _rgb(lab: Image) -> Image:
    return np.clip(cv2.cvtColor(np.ascontiguousarray(lab, np.float32), cv2.COLOR_Lab2RGB), 0, 1)
