"""Comb teeth: pictures of two fields that were taken one after the other, found and woven into whole pictures.

Every frame is judged by itself: a film may begin with a still logo and go on interlaced. Its own flag is believed
where it says that there are fields. Where it does not, teeth are looked for in what moves: films are flagged wrong by
many a converter, and telecine leaves two combed frames in five.
"""

from contextlib import suppress
from typing import NamedTuple

import av.error
import cv2
import numpy as np
from av.video.frame import VideoFrame
from numpy.typing import NDArray

from film.decoding.developing.graph import filtered

_TOOTH = 8
"""Levels by which a line differs from both its neighbours, to the same side, where it is a tooth."""
_MOVED = 12
"""Levels by which a pixel has changed since the frame before, or will until the next, where something moves."""
_GRAIN_PX = 5
_BEYOND_NOISE = 3
_BLOCK_PX = (8, 16)
_BLOCK_TEETH = 0.1
"""Part of the pixels of a block that are teeth where it is combed: a moving edge may be narrow."""
_COMBED_SHARE, _COMBED_LEAST = 0.0005, 4
"""Part of the blocks, and how many at least, that are combed in a combed picture. In 8,000 frames of films that have no
fields there was one such block at most, in any of them."""
_COLUMNS = 640
"""So many columns tell enough."""
_BYTE = 8
_WITH_LIGHTNESS = ("yuv4", "yuvj4", "yuva4", "gray", "nv12", "nv16")
"""Pixel formats whose first plane is lightness, in the low bits of its words."""

Levels = NDArray[np.uint8]


class Shown(NamedTuple):
    """The frame shown at a time, with its neighbours in display order where they are at hand."""

    before: VideoFrame | None
    frame: VideoFrame
    after: VideoFrame | None


def deinterlaced(shown: Shown) -> VideoFrame:
    """Return the frame; where it has two fields, a full picture woven out of them, by its neighbours if at hand."""
    frame = shown.frame
    flagged = frame.interlaced_frame
    if not flagged and not is_combed(shown):
        return frame
    # Weaving takes frames of one kind: across a change of size there is nothing to learn from.
    frames = [each for each in shown if each is not None and _alike(each, frame)]
    with suppress(av.error.FFmpegError, ValueError):  # a picture too small: then as it is
        woven = filtered(frames, ("bwdif", f"mode=send_frame:deint={'interlaced' if flagged else 'all'}"))
        return woven[frames.index(frame)]
    return frame


def is_combed(shown: Shown) -> bool:
    """Tell whether a frame that is not flagged has comb teeth where something moves; False without a neighbour."""
    lines = _lightness(shown.frame)  # of a wide picture every other column
    if lines is None or min(lines.shape) < 4 * max(_BLOCK_PX):
        return False
    lines = _smooth(lines)
    depth = _depth(lines, 1)
    teeth = depth > _TOOTH
    columns, rows = (side // block for side, block in zip(teeth.shape[::-1], _BLOCK_PX, strict=True))
    least = max(_COMBED_LEAST, _COMBED_SHARE * rows * columns)
    if np.count_nonzero(teeth) < least * _BLOCK_TEETH * _BLOCK_PX[0] * _BLOCK_PX[1]:
        return False
    moving = _moving(lines, shown)  # a pattern of fine lines that stands still is no comb
    combed = _combed_blocks(teeth, moving, 1)
    if combed < least:
        return False
    # Noise has as many teeth among every second line, and as deep; fields have none there but what coding left.
    noise = _depth(lines, 2) > max(_TOOTH, float(np.median(depth[teeth])) / 2)
    return bool(combed >= least + _BEYOND_NOISE * _combed_blocks(noise, moving, 2))


def _depth(lines: Levels, apart: int) -> Levels:
    """Return by how much a line differs from those so far above and below, to one side; 0 where that makes no tooth."""
    own, above, below = lines[2 * apart : -2 * apart], lines[apart : -3 * apart], lines[3 * apart : -apart]
    depth = np.maximum(
        np.minimum(cv2.subtract(own, above), cv2.subtract(own, below)),
        np.minimum(cv2.subtract(above, own), cv2.subtract(below, own)),
    )
    # The lines of one field agree among themselves.
    unlike = np.maximum(cv2.absdiff(own, lines[: -4 * apart]), cv2.absdiff(own, lines[4 * apart :]))
    return np.asarray(np.where(cv2.add(unlike, unlike) < depth, depth, 0), np.uint8)


def _combed_blocks(teeth: NDArray[np.bool_], moving: NDArray[np.bool_], apart: int) -> int:
    columns, rows = (side // block for side, block in zip(teeth.shape[::-1], _BLOCK_PX, strict=True))
    found = (teeth & moving[2 * apart : -2 * apart])[: rows * _BLOCK_PX[1], : columns * _BLOCK_PX[0]]
    shares = cv2.resize(found.astype(np.float32), (columns, rows), interpolation=cv2.INTER_AREA)
    return int(np.count_nonzero(shares > _BLOCK_TEETH))


def _moving(lines: Levels, shown: Shown) -> NDArray[np.bool_]:
    """Return where, or beside where, a frame differs from its neighbours."""
    moving = np.zeros(lines.shape, np.uint8)
    for neighbour in (shown.before, shown.after):
        others = _lightness(neighbour) if neighbour is not None and _alike(neighbour, shown.frame) else None
        if others is not None:
            moving |= cv2.absdiff(lines, _smooth(others)) > _MOVED
    return np.asarray(cv2.dilate(moving, np.ones((3, 3), np.uint8)) > 0)


def _smooth(lines: Levels) -> Levels:
    """Even out grain along the lines: teeth are wider."""
    return np.asarray(cv2.blur(lines, (_GRAIN_PX, 1)), np.uint8)


def _alike(one: VideoFrame, other: VideoFrame) -> bool:
    return (one.width, one.height, one.format.name) == (other.width, other.height, other.format.name)


def _lightness(frame: VideoFrame) -> Levels | None:
    """Return the lightness as stored, uint8; of wide pictures not all columns, None where no plane has it."""
    form = frame.format
    if not form.name.startswith(_WITH_LIGHTNESS) or form.components[0].bits < _BYTE:
        return None
    plane = frame.planes[0]
    deep = form.components[0].bits > _BYTE
    if deep and form.is_big_endian:
        return None
    step = max(1, frame.width // _COLUMNS)
    stored = memoryview(plane)[: frame.height * plane.line_size]
    if deep:
        deeper = np.frombuffer(stored, np.uint16).reshape(frame.height, -1)[:, : frame.width : step]
        return (deeper >> (form.components[0].bits - _BYTE)).astype(np.uint8)
    return np.ascontiguousarray(np.frombuffer(stored, np.uint8).reshape(frame.height, -1)[:, : frame.width : step])
