"""Self-made targets: photos abstracted by classical filters, as pairs for a supervised warm start.

An adversarial training that starts from the photo alone hardly moves in an hour of a CPU; started from a network that
has learnt these targets it has only the last step left, towards the drawings. The targets are flat areas with soft
bands of lightness, clear lines in a deep colour in place of black, shadows that lean to violet and lights to yellow;
small things that carry a face (iris, highlight, corner of the mouth) are put back after the flattening.
"""

from collections.abc import Callable

import cv2
import numpy as np
import numpy.typing as npt

from configs.recipes.ink_settings import InkSettings, load_look
from stylize.classical.flow import Image, Walker, find_flow, sum_channels
from stylize.classical.lines import draw_lines
from stylize.classical.scale import Scale, halve, resize_like
from stylize.classical.smoothing import draw_out_strokes, restore_detail, smooth_flat
from stylize.classical.tones import band_lightness, ramp

Picture = npt.NDArray[np.uint8]

_CHROMA = 1.45
_FULL_CHROMA = 110.0
"""Lab chroma that is strong already and gains nothing."""
_BAND_SHARE = 0.75
"""The rest is the smooth tone: bands alone would cut faces into islands."""
_LINE = 0.92
"""How dark the lines are; what shines through keeps them from looking printed on."""
_VIOLET, _YELLOW = -9.0, 4.0
"""Shift of Lab's b in shadows and in lights."""

_COLOUR = {
    "line_width": 1.25,
    "line_contrast": 4.5,
    "line_softness": 7.0,
    "line_shortest": 18,
    "line_busy": 1.4,
    "contour_width": 2.2,
    "contour_contrast": 10,
    "bands": 4.5,
    "band_edge": 4.0,
    "flatness": 11.0,
    "flow_length": 6.0,
}


def make_target(picture: Picture, look: str, *, enlarged: float = 1.0) -> Picture:
    """Abstract a picture the classical way, with lines of a fixed width in pixels.

    Args:
        picture: (H, W, 3) RGB, 0 to 255, at the size that the network will paint at.
        look: `colour` or `line`.
        enlarged: How much the picture was enlarged to this size: how soft its sharpest edges are.

    Returns:
        The same shape.

    Raises:
        KeyError: There is no such look.
    """
    finish = _LOOKS[look]
    scale = Scale(unit_px=1.0, enlarged=enlarged)
    settings = load_look("line", _COLOUR)
    lab = cv2.cvtColor(picture.astype(np.float32) / np.float32(255), cv2.COLOR_RGB2Lab)
    calm = smooth_flat(lab, passes=2, radius_px=1.5, contrast=5)
    walker = Walker(calm.shape)
    fine = calm
    for _ in range(2):
        fine = draw_out_strokes(fine, walker, scale, reach_px=2, length_px=2.5, corners=True)
    fine = restore_detail(fine, calm, scale, amount=1)
    flat = smooth_flat(fine, passes=3, radius_px=3.5, contrast=settings.flatness)
    flat = draw_out_strokes(flat, walker, scale, reach_px=4, length_px=settings.flow_length, corners=False)
    flat = restore_detail(flat, calm, scale, amount=1)
    ink = draw_lines(fine, flat, walker, settings, scale)
    shades: Picture = np.rint(np.clip(finish(flat, ink, settings), 0, 1) * 255).astype(np.uint8)
    return shades


def _colour(flat: Image, ink: Image, settings: InkSettings) -> Image:
    """Finish in colour; returns RGB in [0, 1]."""
    tone = _stepped(flat, settings) / 100
    tone += np.float32(0.1) * np.sin(np.pi * tone) * (1 - np.float32(0.3) * tone)
    shadow = ramp(tone, 0.55, 0.1) * ramp(tone, 0, 0.12)
    chroma = _enriched(flat[..., 1:])
    chroma[..., 0] += 3 * shadow
    chroma[..., 1] += np.float32(_VIOLET) * shadow + np.float32(_YELLOW) * ramp(tone, 0.55, 0.95)
    deep = np.dstack([np.minimum(tone * 22, 9), chroma[..., 0] * 0.25 + 1, chroma[..., 1] * 0.25 - 3])
    share = (ink * np.float32(_LINE))[..., None]
    return _rgb(np.dstack([tone * 100, chroma])) * (1 - share) + _rgb(deep) * share


_PAPER = np.array((0.985, 0.972, 0.94), np.float32)
_WASH = np.array((0.62, 0.68, 0.76), np.float32)
_INK = np.array((0.07, 0.06, 0.09), np.float32)


def _line(flat: Image, ink: Image, settings: InkSettings) -> Image:
    """Finish as line art: ink on warm paper with two tones of one cool wash, and solid blacks."""
    tone = _stepped(flat, settings)
    wash = np.float32(0.55) * ramp(tone, 62, 52) + np.float32(0.45) * ramp(tone, 38, 29)
    black = 1 - (1 - ink) * (1 - ramp(tone, 17, 12))
    sheet = _PAPER + wash[..., None] * (_WASH - _PAPER)
    result: Image = sheet + black[..., None] * (_INK - sheet)
    return result


_LOOKS: dict[str, Callable[[Image, Image, InkSettings], Image]] = {"colour": _colour, "line": _line}


def _stepped(flat: Image, settings: InkSettings) -> Image:
    """Gather the lightness into soft bands, 0 to 100."""
    form = find_flow(halve(flat), 0.75, 3.5).coherence
    light = cv2.extractChannel(flat, 0)
    stepped = band_lightness(
        light, resize_like(form, flat), bands=settings.bands, crispest=settings.band_edge, unit_px=1
    )
    mixed: Image = np.clip(_BAND_SHARE * stepped + (1 - _BAND_SHARE) * light, 0, 100)
    return mixed.astype(np.float32)


def _enriched(chroma: Image) -> Image:
    """Strengthen pale colours more than those that are strong already; a new array."""
    strength = np.sqrt(sum_channels(np.ascontiguousarray(chroma * chroma)))
    already = np.minimum(strength / np.float32(_FULL_CHROMA), 1)
    enriched: Image = chroma * (1 + np.float32(_CHROMA - 1) * (1 - already))[..., None]
    return enriched


def _rgb(lab: Image) -> Image:
    return np.clip(cv2.cvtColor(np.ascontiguousarray(lab, np.float32), cv2.COLOR_Lab2RGB), 0, 1)
