"""Parts of frames: a part is painted as the whole would be there, by every style that says that it paints parts."""

import cv2
import numpy as np
import pytest

from configs.units import Box, Face
from stylize.styles.dials import Dials, apply_dials
from stylize.styles.registry import describe_styles, make_stylizer, paints_parts
from stylize.styles.stylizer import FramePart, enlarge_part, look_at, scaled_down
from tests.stylize.drawings import scene

STYLES = [style.name for style in describe_styles() if not style.template and paints_parts(style.name)]


def test_the_default_style_paints_parts() -> None:
    assert {"atelier-colour", "atelier-line", "ink-line", "ink-noir"} <= set(STYLES)
    assert not {"ink-watercolour", "animegan:paprika"} & set(STYLES), "a wash and a palette want the whole sheet"


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("enlarged", [0.7, 1.6, 4.4])
def test_a_part_is_what_the_whole_shows_there(style: str, enlarged: float) -> None:
    frame = scene(320, 200)
    width, height = round(320 * enlarged), round(200 * enlarged)
    part = FramePart(
        (width, height), round(0.31 * width), round(0.2 * height), round(0.62 * width), round(0.93 * height)
    )
    stylizer = make_stylizer(style, device="cpu")
    whole = stylizer.paint_part(frame, FramePart((width, height), 0, 0, width, height))
    painted = stylizer.paint_part(frame, part)
    assert painted.shape == (*part.shape, 3) and painted.dtype == np.float32 and painted.flags.c_contiguous
    assert painted.min() >= 0 and painted.max() <= 1
    # farther than a part sees, thresholds still move a little, and a mark is told by all its length
    apart = 255 * np.abs(painted - whole[part.top : part.bottom, part.left : part.right]).max(axis=2)
    assert apart.mean() < 0.25 and (apart > 4).mean() < 0.01


@pytest.mark.parametrize("enlarged", [0.5, 1.0, 2.3])
def test_every_pixel_lies_where_it_does_in_the_whole(enlarged: float) -> None:
    frame = scene(120, 80)
    size = round(120 * enlarged), round(80 * enlarged)
    part = FramePart(size, size[0] // 3, size[1] // 5, size[0] - 7, size[1])
    seen = scaled_down(frame, part)
    whole = cv2.resize(frame, size, interpolation=cv2.INTER_AREA if enlarged < 1 else cv2.INTER_CUBIC)
    expected = cv2.copyMakeBorder(whole, 0, 4, 0, 0, cv2.BORDER_REFLECT)[part.top :, part.left - 2 : part.right]
    found = look_at(seen, part, (0, 2, 4, 0))
    assert found.shape == expected.shape
    assert np.abs(found - np.clip(expected, 0, 1)).max() < 0.02


def test_what_is_painted_smaller_lies_where_it_does_in_the_whole() -> None:
    frame = scene(120, 80)
    place, part = FramePart((300, 200), 96, 40, 240, 200), FramePart((750, 500), 251, 113, 580, 493)
    expected = cv2.resize(frame, part.size_px, interpolation=cv2.INTER_CUBIC)[113:493, 251:580]
    half = cv2.resize(frame, place.size_px, interpolation=cv2.INTER_CUBIC)[40:200, 96:240]
    found = enlarge_part(half, place, part)
    assert found.shape == (*part.shape, 3) and 0 <= found.min() <= found.max() <= 1
    assert np.abs(found - np.clip(expected, 0, 1)).mean() < 0.01


def test_surroundings_end_with_the_frame_and_begin_on_the_step() -> None:
    part = FramePart((100, 60), 30, 20, 70, 50)
    assert part.grown(13, 8) == FramePart((100, 60), 16, 0, 83, 60)
    assert part.grown(100) == FramePart((100, 60), 0, 0, 100, 60)


def test_a_face_is_kept_in_a_part_as_in_the_whole() -> None:
    source = scene(200, 150)
    painting = np.full_like(source, 0.3)
    face = Face(box=Box(x0=0.3, y0=0.3, x1=0.5, y1=0.7), mouth=(0.4, 0.6), score=0.9)
    part = FramePart((200, 150), 30, 10, 150, 140)
    rows, columns = slice(part.top, part.bottom), slice(part.left, part.right)
    whole = apply_dials(painting, source, Dials(faces=0.6), [face])[rows, columns]
    kept = apply_dials(painting[rows, columns], source[rows, columns], Dials(faces=0.6), [face], part)
    assert np.abs(kept - whole).max() < 1 / 255
    assert np.abs(kept - painting[rows, columns]).max() > 0.1
