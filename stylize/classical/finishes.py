"""From flat colours and ink to a finished picture: flat colour, a black and white screen, washes on paper."""

from collections.abc import Callable

import cv2
import numpy as np

from configs.recipes.ink_settings import InkSettings
from stylize.classical.flow import Image, blur, find_flow, look_up, sum_channels
from stylize.classical.grounds import dot_screen, grain
from stylize.classical.scale import Scale, halve, resize_like
from stylize.classical.tones import band_lightness, ramp

_BLACK = np.float32(0.03)  # ink on paper is not quite black
_PAPER = np.array((1.0, 0.99, 0.965), np.float32)
_PENCIL = np.array((0.16, 0.13, 0.13), np.float32)
_WASH_STRENGTH = 0.77  # a wash is never as dark as ink
_LEAST_PITCH_PX = 4.0  # finer dots are grey
_FULL_PITCH_UNIT_PX = 0.7  # pictures with smaller units get finer dots, or faces would drown in them


def finish(flat: Image, ink: Image, look: InkSettings, scale: Scale, usual: float | None = None) -> Image:
    """Finish a picture.

    Args:
        flat: Lab picture of flat colours.
        ink: (H, W) lines, 0 to 1.
        look: The settings; `finish` chooses the way.
        scale: What a unit is here.
        usual: As `usual_light` tells it of the whole frame, where the picture is a part of one.

    Returns:
        (H, W, 3) RGB, about 0 to 1.
    """
    return _FINISHES[look.finish](flat, ink, look, scale, usual_light(flat) if usual is None else usual)


def usual_light(lab: Image) -> float:
    """Return how light most of a picture is, 0 to 100: what the whites of a screen go by."""
    return float(np.percentile(lab[::4, ::4, 0], 65))


def _flat(flat: Image, ink: Image, look: InkSettings, scale: Scale, _: float) -> Image:
    colours = _to_rgb(_bands(flat, look, scale), _enriched(flat[..., 1:], look.chroma))
    # Deep colours are not shadows: a navy sail stays blue.
    spots = _spotted(flat[..., 0] + np.float32(0.2) * _strength(flat[..., 1:]), look, scale)
    black = 1 - (1 - ink * np.float32(look.line_strength)) * (1 - spots)
    colours += black[..., None] * (_BLACK - colours)
    return colours


def _screen(flat: Image, ink: Image, look: InkSettings, scale: Scale, usual: float) -> Image:
    # Light things in the dark and dark things in the light stand out before black is spotted.
    light = flat[..., 0]
    relief = light + np.float32(0.9) * (light - blur(light, 9 * scale.unit_px))
    drawn = 1 - (1 - ink * np.float32(look.line_strength)) * (1 - _spotted(relief, look, scale))
    # Bright scenes keep some dots and dark ones some paper.
    white = float(np.clip(usual, look.whites - 12, look.whites + 20))
    tone = _bands(flat, look, scale) + np.float32(0.3) * (relief - light)
    share = (tone - np.float32(look.blacks)) / np.float32(max(white - look.blacks, 10))
    cover = np.float32(0.6) * (1 - np.clip(share, 0, 1)) ** np.float32(1.3)
    # Dots keep away from lines, as a careful hand scrapes them off around eyes and mouths.
    cover *= 1 - np.minimum(blur(ink, 3 * scale.unit_px) * 2, 0.8)
    shown_px = max(_LEAST_PITCH_PX, look.dot_pitch_px * scale.unit_px / scale.shown / _FULL_PITCH_UNIT_PX)
    pitch_px = min(look.dot_pitch_px, shown_px) * scale.shown
    dots = dot_screen(cover, pitch_px, look.dot_angle, scale.origin) * ramp(cover, 0.03, 0.07)
    black = 1 - (1 - drawn) * (1 - dots)
    return np.dstack([1 - black * (1 - _BLACK)] * 3)


def _wash(flat: Image, ink: Image, look: InkSettings, scale: Scale, _: float) -> Image:
    unit_px = scale.unit_px
    tone = 100 - np.float32(_WASH_STRENGTH) * (100 - _bands(flat, look, scale))
    tone += (100 - tone) * ramp(tone, 84, 97)  # the lightest places stay bare
    chroma = blur(_enriched(flat[..., 1:], look.chroma), 2.5 * unit_px)
    lab = _wobbled(np.dstack([tone, chroma]), unit_px)
    lab[..., 0] -= np.float32(look.pooling) * np.maximum(blur(lab[..., 0], 3.5 * unit_px) - lab[..., 0], 0)
    wash = _to_rgb(lab[..., 0], lab[..., 1:])
    paper = grain(tone.shape, 3.5 * max(unit_px, scale.shown * 0.8), octaves=2, seed=1)
    cloud = grain(tone.shape, 110 * unit_px, octaves=4, seed=2)
    density = np.float32(0.45) * cloud + np.float32(0.35 * look.granulation) * paper
    wash -= (wash - wash * wash) * density[..., None]  # Bousseau et al. 2006, eq. 1
    relief = 1 - np.float32(look.paper * 0.05) * (1 + paper)
    sheet: Image = np.clip(wash, 0, 1) * (relief[..., None] * _PAPER)
    pencil = ink * np.float32(look.line_strength) * np.clip(1 + np.float32(1.2 * look.paper) * paper, 0, 1)
    sheet += pencil[..., None] * (_PENCIL - sheet)
    return sheet


def _wobbled(lab: Image, unit_px: float) -> Image:
    """Let the washes run a little beside the drawing."""
    height, width = lab.shape[:2]
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    reach = np.float32(3 * unit_px)
    aside, down = (reach * grain(lab.shape, 24 * unit_px, octaves=2, seed=seed) for seed in (3, 4))
    return look_up(lab, x + aside, y + down)


_FINISHES: dict[str, Callable[[Image, Image, InkSettings, Scale, float], Image]] = {
    "flat": _flat,
    "screen": _screen,
    "wash": _wash,
}


def _bands(flat: Image, look: InkSettings, scale: Scale) -> Image:
    form = find_flow(halve(flat), 0.75 * scale.unit_px, 3.5 * scale.unit_px).coherence
    return band_lightness(
        flat[..., 0], resize_like(form, flat), bands=look.bands, crispest=look.band_edge, unit_px=scale.unit_px
    )


def _enriched(chroma: Image, strength: float) -> Image:
    """Strengthen pale colours more than those that are strong already."""
    already = np.minimum(_strength(chroma) / np.float32(110), 1)
    enriched: Image = chroma * (1 + np.float32(strength - 1) * (1 - already))[..., None]
    return enriched


def _strength(chroma: Image) -> Image:
    return np.sqrt(sum_channels(chroma * chroma))


def _spotted(tone: Image, look: InkSettings, scale: Scale) -> Image:
    """Solid black in the deepest shadows, with a clean border."""
    if not look.blacks:
        return np.zeros_like(tone)
    return ramp(blur(tone, scale.unit_px), look.blacks + 4, look.blacks - 1)


def _to_rgb(tone: Image, chroma: Image) -> Image:
    return np.clip(cv2.cvtColor(np.dstack([tone, chroma]), cv2.COLOR_Lab2RGB), 0, 1)
