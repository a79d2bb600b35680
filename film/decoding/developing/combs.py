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

_TOOTH = 12
"""Levels by which a line differs from both its neighbours, to the same side, where it is a tooth."""
_MOVED = 12
"""Levels by which a pixel has changed since the frame before, or will until the next, where something moves."""
_BLOCK_PX = 16
_BLOCK_TEETH = 0.35
"""Part of the pixels of a block that are teeth where it is combed; in the middle of moving things all are."""
_COMBED_BLOCKS = 0.002
"""Part of the blocks, and at least `_FEWEST_BLOCKS`, that are combed in a combed picture."""
_FEWEST_BLOCKS = 3
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
    """Tell whether a frame that is not flagged has comb teeth where something moves."""
    frame = shown.frame
    lines = _lightness(frame)
    if lines is None or len(lines) < 4 * _BLOCK_PX:
        return False
    own = lines[2:-2]
    above, below = lines[1:-3], lines[3:-1]
    teeth = np.maximum(
        np.minimum(cv2.subtract(own, above), cv2.subtract(own, below)),
        np.minimum(cv2.subtract(above, own), cv2.subtract(below, own)),
    )
    # The lines of one field agree among themselves.
    same = np.maximum(cv2.absdiff(own, lines[:-4]), cv2.absdiff(own, lines[4:]))
    found = (teeth > _TOOTH) & (cv2.add(same, same) < teeth)
    height, width = (side // _BLOCK_PX * _BLOCK_PX for side in found.shape)
    shares = cv2.resize(
        found[:height, :width].astype(np.float32),
        (width // _BLOCK_PX, height // _BLOCK_PX),
        interpolation=cv2.INTER_AREA,
    )
    blocks = shares > _BLOCK_TEETH
    if np.count_nonzero(blocks) < max(_FEWEST_BLOCKS, _COMBED_BLOCKS * blocks.size):
        return False
    return bool(_in_motion(blocks, lines, shown) >= max(_FEWEST_BLOCKS, _COMBED_BLOCKS * blocks.size))


def _in_motion(blocks: NDArray[np.bool_], lines: Levels, shown: Shown) -> int:
    """Count the combed blocks in which something moves: a pattern of fine lines that stands still is none."""
    moving = np.zeros_like(blocks)
    neighbours = [each for each in (shown.before, shown.after) if each is not None and _alike(each, shown.frame)]
    if not neighbours:
        return 0
    for neighbour in neighbours:
        others = _lightness(neighbour)
        if others is not None:
            changed = (cv2.absdiff(lines, others)[2:-2] > _MOVED).astype(np.float32)
            rows, columns = blocks.shape
            shares = cv2.resize(
                changed[: rows * _BLOCK_PX, : columns * _BLOCK_PX], (columns, rows), interpolation=cv2.INTER_AREA
            )
            moving |= shares > _BLOCK_TEETH / 2
    return int(np.count_nonzero(blocks & moving))


def _alike(one: VideoFrame, other: VideoFrame) -> bool:
    return (one.width, one.height, one.format.name) == (other.width, other.height, other.format.name)


def _lightness(frame: VideoFrame) -> Levels | None:
    """Return the lightness as stored, uint8; None where it has no plane of its own."""
    form = frame.format
    if not form.name.startswith(_WITH_LIGHTNESS) or form.components[0].bits < _BYTE:
        return None
    plane = frame.planes[0]
    deep = form.components[0].bits > _BYTE
    if deep and form.is_big_endian:
        return None
    stored = memoryview(plane)[: frame.height * plane.line_size]
    if deep:
        deeper = np.frombuffer(stored, np.uint16).reshape(frame.height, -1)[:, : frame.width]
        return (deeper >> (form.components[0].bits - _BYTE)).astype(np.uint8)
    return np.ascontiguousarray(np.frombuffer(stored, np.uint8).reshape(frame.height, -1)[:, : frame.width])
