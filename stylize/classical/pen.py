"""The pen over a painting: firm contours and deep blacks on what a network has flattened and coloured.

A network that was taught lines draws them softly, for it is never quite sure where they are; drawn over its painting,
in which grain, leaves and skin are calm already, a line finds nothing but contours. Lines and blacks take a trace of
the colour under them.
"""

import cv2
import numpy as np

from configs.recipes.ink_settings import load_look
from stylize.classical.flow import Image, Walker, blur, find_flow, sum_channels
from stylize.classical.lines import draw_lines, in_focus, remove_specks, texture
from stylize.classical.scale import Scale, halve, resize_like
from stylize.classical.smoothing import draw_out_strokes, restore_detail, smooth_flat
from stylize.classical.tones import band_lightness, ramp

_PEN = {
    "line_width": 1.6,
    "line_contrast": 4,
    "line_softness": 5,
    "line_length": 9,
    "line_shortest": 24,
    "line_busy": 2.2,
    "contour_width": 3.2,
    "contour_contrast": 8,
    "bands": 5,
    "band_edge": 5,
}
_SPARED = 0.9
"""Share of the ink that texture takes off: leaves and grass are no place for lines."""
_LEAST_LINE = 30.0
"""What is shorter once texture and blur have taken theirs is a stray dash, in thousandths of the picture's size."""
_PLANES = 0.85
"""How far the tones are gathered into planes of light and shadow; the rest keeps cheeks round."""
_CHROMA = 1.1
_LINE, _SPOT = 1.0, 0.97
_DARK, _DARKER = 18.0, 13.0
"""Lightness at which spotted blacks begin and are whole; strong colours are spared."""
_LEAST_SPOT = 45.0
"""Smaller ones are left out, in thousandths of the picture's size: irises, nostrils, buttons."""
_TRACE = 0.2


def draw_over(picture: Image, source: Image, *, enlarged: float = 1.0, unit_px: float | None = None) -> Image:
    """Draw over a painting.

    Args:
        picture: (H, W, 3) RGB in [0, 1].
        source: What was painted, of the same shape and range: it tells what is in focus.
        enlarged: How much larger it is than its source: how soft its edges are.
        unit_px: Length of a unit of the pen; left out, a thousandth of the picture's size.

    Returns:
        The same shape and range; a new array.
    """
    unit_px = unit_px or float(np.sqrt(picture.shape[0] * picture.shape[1])) / 1000
    scale = Scale(unit_px=unit_px, enlarged=max(1.0, enlarged))
    lab = cv2.cvtColor(np.ascontiguousarray(picture), cv2.COLOR_RGB2Lab)
    walker = Walker(lab.shape)
    calm = smooth_flat(lab, passes=1, radius_px=2 * unit_px, contrast=6)
    flat = draw_out_strokes(calm, walker, scale, reach_px=3 * unit_px, length_px=4 * unit_px, corners=True)
    flat = restore_detail(flat, lab, scale, amount=1)
    lines = draw_lines(flat, flat, walker, load_look("line", _PEN), scale)
    lines *= 1 - np.float32(_SPARED) * texture(flat, unit_px)
    lines *= in_focus(cv2.cvtColor(np.ascontiguousarray(source), cv2.COLOR_RGB2GRAY), scale)
    lines = remove_specks(lines, _LEAST_LINE * unit_px)
    ink = 1 - (1 - np.float32(_LINE) * lines) * (1 - np.float32(_SPOT) * _blacks(flat, unit_px))
    deep = flat * np.float32(_TRACE) + np.array((0, 1, -3), np.float32)
    deep[..., 0] = np.minimum(flat[..., 0] * np.float32(0.1), 6)
    flat[..., 0] = _planes(flat, unit_px)
    flat[..., 1:] *= np.float32(_CHROMA)
    colours = _rgb(flat)
    colours += ink[..., None] * (_rgb(deep) - colours)
    return colours


def _planes(flat: Image, unit_px: float) -> Image:
    """Gather the lightness into planes."""
    light = cv2.extractChannel(flat, 0)
    form = resize_like(find_flow(halve(flat), 0.75 * unit_px, 3.5 * unit_px).coherence, flat)
    stepped = band_lightness(light, form, bands=_PEN["bands"], crispest=_PEN["band_edge"], unit_px=unit_px)
    mixed: Image = light + np.float32(_PLANES) * (stepped - light)
    return mixed


def _blacks(flat: Image, unit_px: float) -> Image:
    """Return where deep shadows are spotted black, 0 to 1; a deep blue is no shadow, an iris neither."""
    chroma = np.ascontiguousarray(flat[..., 1:])
    tone = flat[..., 0] + np.float32(_TRACE) * np.sqrt(sum_channels(chroma * chroma))
    return remove_specks(ramp(blur(tone, unit_px), _DARK, _DARKER), _LEAST_SPOT * unit_px)


def _rgb(lab: Image) -> Image:
    return np.clip(cv2.cvtColor(np.ascontiguousarray(lab, np.float32), cv2.COLOR_Lab2RGB), 0, 1)
