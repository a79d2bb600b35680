"""From a decoded frame to the picture a reader sees: upright, square pixels, SDR, deinterlaced, inside the bars."""

from contextlib import suppress
from fractions import Fraction
from typing import NamedTuple

import av.error
import numpy as np
from av.filter import Graph
from av.video.frame import VideoFrame
from av.video.reformatter import ColorRange, Colorspace, Interpolation
from numpy.typing import NDArray

from configs.units import WHOLE, Box
from film.decoding.developing.tonemap import tone_map
from film.model import Movie

Picture = NDArray[np.uint8]
"""RGB, shape (height, width, 3)."""

_HOW = Interpolation.BICUBIC | Interpolation.ACCURATE_RND | Interpolation.FULL_CHR_H_INT | Interpolation.BITEXACT
_UNSPECIFIED = 2
_HD_HEIGHT_PX = 720
_ANY_BASE = Fraction(1, 1000)


class Shown(NamedTuple):
    """The frame shown at a time, with its neighbours in display order where they are at hand."""

    before: VideoFrame | None
    frame: VideoFrame
    after: VideoFrame | None


class Developer:
    """Turns frames of one film into pictures.

    Args:
        movie: The probed film.
        picture: The part to keep, in fractions of the upright frame.
        long_side_px: Pictures that would be longer are scaled down to this; None keeps every pixel.
    """

    def __init__(self, movie: Movie, picture: Box = WHOLE, long_side_px: int | None = None) -> None:
        self._movie = movie
        self._picture = picture
        self._size_px = _limited(movie.size_px, picture, long_side_px)

    def develop(self, shown: Shown) -> Picture:
        """Return the picture: RGB, uint8, shape (height, width, 3), contiguous."""
        movie = self._movie
        frame = _deinterlaced(shown) if movie.interlaced else shown.frame
        stored = self._size_px if movie.rotation % 180 == 0 else self._size_px[::-1]
        frame = _without_margins(frame, movie)
        picture = to_rgb(frame, stored, movie.hdr)
        turned = np.rot90(np.flipud(picture) if movie.flipped else picture, -movie.rotation // 90)
        return np.ascontiguousarray(_cropped(turned, self._picture))


def to_rgb(frame: VideoFrame, size_px: tuple[int, int], hdr: str = "") -> Picture:
    """Scale a frame to (width, height) and turn it into RGB by the matrix that it names, HDR tone-mapped.

    Where it names none, HD is BT.709 and smaller pictures BT.601, as players assume.
    """
    width, height = size_px
    done = frame.reformat(
        width,
        height,
        format="rgb48le" if hdr else "rgb24",
        src_colorspace=_matrix(frame, hdr),
        dst_color_range=ColorRange.JPEG,
        interpolation=_HOW,
    )
    pixels = done.to_ndarray()
    return tone_map(pixels.astype(np.uint16, copy=False), hdr) if hdr else np.asarray(pixels, np.uint8)


def _matrix(frame: VideoFrame, hdr: str) -> Colorspace | None:
    if frame.colorspace != _UNSPECIFIED:
        return None
    if hdr:
        return Colorspace.BT2020
    return Colorspace.ITU709 if frame.height >= _HD_HEIGHT_PX else Colorspace.ITU601


def _deinterlaced(shown: Shown) -> VideoFrame:
    """Weave a full picture out of a frame's two fields, by its neighbours where they are at hand."""
    frames = [frame for frame in shown if frame is not None]
    with suppress(av.error.FFmpegError, ValueError):  # a picture too small, a change of size: then as it is
        graph = Graph()
        source = graph.add_buffer(
            width=shown.frame.width,
            height=shown.frame.height,
            format=shown.frame.format,
            time_base=shown.frame.time_base,
        )
        graph.link_nodes(source, graph.add("bwdif", "mode=send_frame:deint=interlaced"), graph.add("buffersink"))
        graph.configure()
        for frame in (*frames, None):
            graph.push(frame)
        done = [graph.pull() for _ in frames]
        woven = done[frames.index(shown.frame)]
        if isinstance(woven, VideoFrame):
            return woven
    return shown.frame


def _without_margins(frame: VideoFrame, movie: Movie) -> VideoFrame:
    """Cut off what the container tells players to; the ffmpeg program does so by itself, PyAV does not."""
    left, right, top, bottom = movie.crop_px
    width, height = frame.width - left - right, frame.height - top - bottom
    if not any(movie.crop_px) or min(width, height) <= 0:  # as after a change of size
        return frame
    graph = Graph()
    source = graph.add_buffer(
        width=frame.width, height=frame.height, format=frame.format, time_base=frame.time_base or _ANY_BASE
    )
    graph.link_nodes(source, graph.add("crop", f"{width}:{height}:{left}:{top}:exact=1"), graph.add("buffersink"))
    graph.configure()
    graph.push(frame)
    cut = graph.pull()
    if not isinstance(cut, VideoFrame):
        return frame
    if matrix := _matrix(frame, movie.hdr):  # goes by the height as stored
        cut.colorspace = int(matrix)
    return cut


def _limited(size_px: tuple[int, int], picture: Box, long_side_px: int | None) -> tuple[int, int]:
    width, height = size_px
    longest = max(width * picture.width, height * picture.height)
    scale = min(1.0, long_side_px / longest) if long_side_px else 1.0
    return max(1, round(width * scale)), max(1, round(height * scale))


def _cropped(picture: Picture, box: Box) -> Picture:
    height, width = picture.shape[:2]
    x0, y0 = min(round(box.x0 * width), width - 1), min(round(box.y0 * height), height - 1)
    x1, y1 = max(round(box.x1 * width), x0 + 1), max(round(box.y1 * height), y0 + 1)
    return picture[y0:y1, x0:x1]
