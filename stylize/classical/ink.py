"""The ink family: a classical comic look that needs no weights, only numpy and OpenCV."""

import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import cv2
import numpy as np

from configs.recipes.ink_settings import InkSettings, load_look, look_names
from configs.versions import version_of
from stylize.classical.finishes import finish, usual_light
from stylize.classical.flow import Image, Walker
from stylize.classical.lines import draw_lines
from stylize.classical.scale import Scale, choose_scale, enlarge, part_scale, reduce
from stylize.classical.smoothing import draw_out_strokes, restore_detail, smooth_flat
from stylize.classical.tones import lift_shadows
from stylize.styles.family import Family
from stylize.styles.stylizer import Batch, FramePart, StyleInfo, Stylizer, look_at, scaled_down

_REACH_PX = 64
"""How much of a part's surroundings is drawn with it: what lies farther away moves thresholds a little, no line."""
_STEP_PX = 16
"""Parts begin where all that is done at half size, or looked up in every fourth pixel, falls as in the whole."""


class InkStylizer(Stylizer):
    """One ink look; holds no state, so that threads may share it."""

    def __init__(self, name: str, settings: InkSettings) -> None:
        self.name = name
        self.settings = settings

    def paint(self, batch: Batch) -> Batch:
        """Paint each picture by itself; see the contract in `stylize.styles.stylizer`."""
        with _memory_told():
            return np.stack([_paint(picture, self.settings) for picture in batch])

    def paint_part(self, frame: Image, part: FramePart) -> Image:
        """Paint a part of a frame; see the contract in `stylize.styles.stylizer`."""
        with _memory_told():
            return _paint_part(frame, part, self.settings)


@contextmanager
def _memory_told() -> Iterator[None]:
    try:
        yield
    except cv2.error as error:
        if error.code == cv2.Error.StsNoMem:
            raise MemoryError(str(error)) from error
        raise


def _paint(picture: Image, look: InkSettings) -> Image:
    """Paint one (H, W, 3) RGB picture."""
    scale = choose_scale(picture.shape)
    painted = _drawn(_lifted(enlarge(picture, scale), look, scale.unit_px), look, scale)
    return np.clip(reduce(painted, picture.shape), 0, 1)


def _paint_part(frame: Image, part: FramePart, look: InkSettings) -> Image:
    """Paint a part of a frame with what lies around it: its tones are those of the whole."""
    smaller = scaled_down(frame, part)
    lit = _lifted(smaller, look, math.sqrt(smaller.shape[0] * smaller.shape[1]) / 1000)
    seen = part.grown(_REACH_PX, _STEP_PX)
    lab = cv2.cvtColor(look_at(np.clip(cv2.cvtColor(lit, cv2.COLOR_Lab2RGB), 0, 1), seen), cv2.COLOR_RGB2Lab)
    scale = part_scale(part.size_px[0] / frame.shape[1], (seen.left, seen.top))
    painted = _drawn(lab, look, scale, usual_light(lit))
    top, left = part.top - seen.top, part.left - seen.left
    return np.clip(painted[top : top + part.shape[0], left : left + part.shape[1]], 0, 1)


def _drawn(lit: Image, look: InkSettings, scale: Scale, usual: float | None = None) -> Image:
    """Draw a picture in Lab that is light enough; `usual` as in `finish`."""
    calm = smooth_flat(lit, passes=1, radius_px=1.5 * scale.unit_px, contrast=look.calm)
    walker = Walker(calm.shape)
    fine = _with_strokes(calm, walker, look, scale)
    flat = _in_flat_colours(fine, calm, walker, look, scale)
    ink = draw_lines(fine, flat, walker, look, scale)
    del calm, walker, fine  # each is 25 MB at 1080p
    return finish(flat, ink, look, scale, usual)


def _lifted(picture: Image, look: InkSettings, unit_px: float) -> Image:
    """Return the picture in Lab, brought up where it is dark."""
    lab = cv2.cvtColor(np.ascontiguousarray(picture), cv2.COLOR_RGB2Lab)
    return np.asarray(lift_shadows(lab, lift=look.lift, unit_px=unit_px), np.float32)


def _with_strokes(calm: Image, walker: Walker, look: InkSettings, scale: Scale) -> Image:
    """Return the picture as lines are drawn after it: crisp, its texture in strokes, its details kept."""
    fine, length_px = calm, look.stroke_length * scale.unit_px
    for _ in range(look.stroke_passes):
        fine = draw_out_strokes(fine, walker, scale, reach_px=2 * scale.unit_px, length_px=length_px, corners=True)
    return restore_detail(fine, calm, scale, amount=look.detail)


def _in_flat_colours(fine: Image, calm: Image, walker: Walker, look: InkSettings, scale: Scale) -> Image:
    """Return the picture as it is coloured: flat patches that follow the forms."""
    unit_px, length_px = scale.unit_px, look.flow_length * scale.unit_px
    flat = smooth_flat(fine, passes=2, radius_px=3 * unit_px, contrast=look.flatness)
    flat = draw_out_strokes(flat, walker, scale, reach_px=4 * unit_px, length_px=length_px, corners=False)
    return restore_detail(flat, calm, scale, amount=look.detail)


class _InkFamily(Family):
    section = "ink"
    neural = False

    def styles(self) -> list[StyleInfo]:
        return [
            StyleInfo(name=f"ink-{look}", ready=True, licence="MIT", description=load_look(look).description)
            for look in look_names()
        ]

    def paints_parts(self, look: str, settings: Mapping[str, Any]) -> bool:
        return load_look(look, settings).finish != "wash"  # a wash runs over the whole sheet, and so does its paper

    def check(self, look: str, settings: Mapping[str, Any], device: str) -> None:
        load_look(look, settings)

    def digest(self, look: str, settings: Mapping[str, Any]) -> str:
        return f"ink {version_of('ink')} {load_look(look, settings).model_dump_json()}"

    def make(self, look: str, settings: Mapping[str, Any], device: str) -> Stylizer:
        return InkStylizer(f"ink-{look}", load_look(look, settings))


FAMILY = _InkFamily()
