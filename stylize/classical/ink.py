"""The ink family: a classical comic look that needs no weights, only numpy and OpenCV."""

from collections.abc import Mapping
from typing import Any

import cv2
import numpy as np

from configs.recipes.ink_settings import InkSettings, load_look, look_names
from configs.versions import version_of
from stylize.classical.finishes import finish
from stylize.classical.flow import Image, Walker
from stylize.classical.lines import draw_lines
from stylize.classical.scale import Scale, choose_scale, enlarge, reduce
from stylize.classical.smoothing import draw_out_strokes, restore_detail, smooth_flat
from stylize.classical.tones import lift_shadows
from stylize.styles.family import Family
from stylize.styles.stylizer import Batch, StyleInfo, Stylizer


class InkStylizer(Stylizer):
    """One ink look; holds no state, so that threads may share it."""

    def __init__(self, name: str, settings: InkSettings) -> None:
        self.name = name
        self.settings = settings

    def paint(self, batch: Batch) -> Batch:
        """Paint each picture by itself; see the contract in `stylize.styles.stylizer`."""
        try:
            return np.stack([_paint(picture, self.settings) for picture in batch])
        except cv2.error as error:
            if error.code == cv2.Error.StsNoMem:
                raise MemoryError(str(error)) from error
            raise


def _paint(picture: Image, look: InkSettings) -> Image:
    """Paint one (H, W, 3) RGB picture."""
    scale = choose_scale(picture.shape)
    calm = _prepared(enlarge(picture, scale), look, scale)
    walker = Walker(calm.shape)
    fine = _with_strokes(calm, walker, look, scale)
    flat = _in_flat_colours(fine, calm, walker, look, scale)
    ink = draw_lines(fine, flat, walker, look, scale)
    del calm, walker, fine  # each is 25 MB at 1080p
    return np.clip(reduce(finish(flat, ink, look, scale), picture.shape), 0, 1)


def _prepared(picture: Image, look: InkSettings, scale: Scale) -> Image:
    """Return the picture in Lab, brought up where it is dark, without grain and blocks."""
    lab = lift_shadows(cv2.cvtColor(picture, cv2.COLOR_RGB2Lab), lift=look.lift, unit_px=scale.unit_px)
    return smooth_flat(lab, passes=1, radius_px=1.5 * scale.unit_px, contrast=look.calm)


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

    def check(self, look: str, settings: Mapping[str, Any], device: str) -> None:
        load_look(look, settings)

    def digest(self, look: str, settings: Mapping[str, Any]) -> str:
        return f"ink {version_of('ink')} {load_look(look, settings).model_dump_json()}"

    def make(self, look: str, settings: Mapping[str, Any], device: str) -> Stylizer:
        return InkStylizer(f"ink-{look}", load_look(look, settings))


FAMILY = _InkFamily()
