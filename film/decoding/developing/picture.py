"""From a decoded frame to the picture a reader sees: upright, square pixels, SDR, deinterlaced, inside the bars.

Each frame is judged by itself; all of a film are as large as its canvas lets them.
"""

from collections.abc import Iterable, Mapping

import av.error
import cv2
import numpy as np
from av.video.frame import VideoFrame
from av.video.reformatter import ColorRange, Colorspace, Interpolation
from numpy.typing import NDArray

from configs.units import WHOLE, Box
from film.decoding.developing.combs import Shown, deinterlaced
from film.decoding.developing.graph import filtered
from film.decoding.developing.shape import INTERLEAVED, Shaping, Sides, Size, Window, placed, view_steps
from film.decoding.developing.tonemap import tone_map
from film.decoding.developing.transfer import IPT, grading_of
from film.model import Movie

Picture = NDArray[np.uint8]
"""RGB, shape (height, width, 3)."""

_HOW = Interpolation.BICUBIC | Interpolation.ACCURATE_RND | Interpolation.FULL_CHR_H_INT | Interpolation.BITEXACT
_UNSPECIFIED = 2
_YCGCO = 8
_UNDONE = frozenset([0, 1, 2, 4, 5, 6, 7, 9])
"""The matrices of ITU-T H.273 that swscale makes RGB of."""
_WIDE = 9
"""The primaries of BT.2020."""
_HD_HEIGHT_PX = 720
_OPAQUE = 250
"""Levels of alpha above are taken for coding of 255."""


class Developer:
    """Turns frames of one film into pictures.

    Args:
        movie: The probed film.
        picture: The part to keep, in fractions of the upright canvas that holds every frame.
        size_px: Upright (width, height) of the whole canvas; None: the film's own.
        long_side_px: Pictures that would be longer are scaled down to this; None keeps every pixel.
        quick: Whether small pictures are wanted, many of them: their lines are averaged, which leaves no comb teeth.
    """

    def __init__(
        self,
        movie: Movie,
        picture: Box = WHOLE,
        long_side_px: int | None = None,
        *,
        size_px: Size | None = None,
        quick: bool = False,
    ) -> None:
        self._movie = movie
        self._quick = quick
        self._shaping = Shaping.of_movie(movie)
        self._picture = picture
        self._size_px = size_px or _limited(movie.size_px, picture, long_side_px)

    def develop(self, shown: Shown) -> Picture:
        """Return the picture: RGB, uint8, shape (height, width, 3), contiguous.

        It ends where the frame does: of a canvas that it does not fill nothing else is shown.
        """
        turned, window = self._turned(shown)
        return np.ascontiguousarray(_cropped(turned, self._picture, self._size_px, window))

    def on_canvas(self, shown: Shown) -> Picture:
        """Return the whole canvas, black around the frame: RGB, uint8, shape (height, width, 3), contiguous."""
        turned, (left, top, width, height) = self._turned(shown)
        if (width, height) == self._size_px:
            return np.ascontiguousarray(turned)
        whole = np.zeros((self._size_px[1], self._size_px[0], 3), np.uint8)
        whole[top : top + height, left : left + width] = turned
        return whole

    def _turned(self, shown: Shown) -> tuple[Picture, Window]:
        """Return the frame upright, and where on the canvas it lies."""
        movie = self._movie
        woven = movie.stereo in INTERLEAVED  # which looks like comb teeth
        frame = shown.frame if self._quick or woven else deinterlaced(shown)
        shape = self._shaping.of(shown.frame)
        across = movie.rotation % 180 != 0
        window = placed(shape.size_px[::-1] if across else shape.size_px, self._size_px)
        stored_px = (window.height, window.width) if across else (window.width, window.height)
        how = Interpolation.AREA if self._quick else _HOW
        try:
            if woven:
                picture = _one_view(frame, shape.sides, stored_px, movie, how)
            else:
                picture = to_rgb(_without_sides(frame, shape.sides, movie.hdr), stored_px, movie.hdr, how)
        except av.error.FFmpegError:  # filters may refuse what a frame bears besides its picture
            picture = _resized(_inside(frame, shape.sides, movie.hdr, how), stored_px)
        return np.rot90(np.flipud(picture) if movie.flipped else picture, -movie.rotation // 90), window


def to_rgb(frame: VideoFrame, size_px: Size, hdr: str = "", how: Interpolation = _HOW) -> Picture:
    """Scale a frame to (width, height) and turn it into RGB by the matrix that it names, HDR tone-mapped.

    Where it names none, HD is BT.709 and smaller pictures BT.601, as players assume.
    """
    width, height = size_px
    if hdr == IPT:
        return tone_map(_planes(_named(frame), size_px, how), hdr, grading_of(frame))
    if frame.colorspace == _YCGCO and not hdr:
        return _from_ycgco(_planes(_named(frame), size_px, how))
    frame = _named(frame)
    done = frame.reformat(
        width,
        height,
        format="rgb48le" if hdr else "rgb24",
        src_colorspace=_matrix(frame, hdr),
        dst_color_range=ColorRange.JPEG,
        interpolation=how,
    )
    pixels = done.to_ndarray()
    return tone_map(pixels.astype(np.uint16, copy=False), hdr) if hdr else np.asarray(pixels, np.uint8)


def transparency_of(frames: Iterable[VideoFrame], told: Mapping[str, str]) -> str:
    """Say that a film is transparent in parts, empty where it is not: what is developed of it are its colours alone.

    Args:
        frames: Some of its frames.
        told: Metadata of its stream; WebM keeps transparency in a picture of its own, which only they tell of.
    """
    seen = any(
        component.is_alpha and frame.reformat(64, 64, "rgba").to_ndarray()[..., 3].min() < _OPAQUE
        for frame in frames
        for component in frame.format.components
    )
    if not seen and {key.lower(): value for key, value in told.items()}.get("alpha_mode") != "1":
        return ""
    return "is transparent in parts, which is not kept: its colours are shown without what may lie behind"


def matrix_note(frame: VideoFrame) -> str:
    """Say that a frame names a matrix that cannot be undone here; empty for all others."""
    if frame.colorspace in _UNDONE or frame.colorspace == _YCGCO:
        return ""
    return f"stores its colours in a way that is not known here (matrix {frame.colorspace}): they are approximate"


def _named(frame: VideoFrame) -> VideoFrame:
    """Have a frame name a matrix that swscale takes: it refuses to work on one that names another."""
    if frame.colorspace not in _UNDONE:
        frame.colorspace = int(Colorspace.BT2020 if frame.color_primaries == _WIDE else Colorspace.ITU709)
    return frame


def _from_ycgco(stored: NDArray[np.uint16]) -> Picture:
    """Return RGB of luma and the two differences of ITU-T H.273's matrix 8, full-range, 16 bits."""
    luma, green, orange = (stored[..., at].astype(np.float32) / 257 - (0, 128, 128)[at] for at in range(3))
    rest = luma - green
    return np.clip(np.rint(np.stack([rest + orange, luma + green, rest - orange], axis=-1)), 0, 255).astype(np.uint8)


def _planes(frame: VideoFrame, size_px: Size, how: Interpolation) -> NDArray[np.uint16]:
    """Scale a frame and return its values as they are stored: no matrix makes RGB of them."""
    width, height = size_px
    # Dolby's own colours are full-range where nothing is said.
    source = ColorRange.JPEG if frame.color_range == ColorRange.UNSPECIFIED else None
    done = frame.reformat(
        width,
        height,
        format="yuv444p16le",
        src_color_range=source,
        dst_color_range=ColorRange.JPEG,
        interpolation=how,
    )
    planes = [np.frombuffer(memoryview(plane), np.uint16).reshape(plane.height, -1)[:, :width] for plane in done.planes]
    return np.stack(planes, axis=-1)


def _matrix(frame: VideoFrame, hdr: str) -> Colorspace | None:
    if frame.colorspace != _UNSPECIFIED:
        return None
    if hdr:
        return Colorspace.BT2020
    return Colorspace.ITU709 if frame.height >= _HD_HEIGHT_PX else Colorspace.ITU601


def _without_sides(frame: VideoFrame, sides: Sides, hdr: str) -> VideoFrame:
    """Cut off what is not to be seen; the ffmpeg program does so by itself, PyAV does not."""
    left, right, top, bottom = sides
    if not any(sides):
        return frame
    width, height = frame.width - left - right, frame.height - top - bottom
    (cut,) = filtered([frame], ("crop", f"{width}:{height}:{left}:{top}:exact=1"))
    if matrix := _matrix(frame, hdr):  # goes by the height as stored
        cut.colorspace = int(matrix)
    return cut


def _one_view(frame: VideoFrame, sides: Sides, size_px: Size, movie: Movie, how: Interpolation) -> Picture:
    """Return one of two views that are interleaved, at a size."""
    down, across = view_steps(movie.stereo)
    return _resized(_inside(frame, sides, movie.hdr, how)[::down, across - 1 :: across], size_px)


def _inside(frame: VideoFrame, sides: Sides, hdr: str, how: Interpolation) -> Picture:
    """Return the whole picture without its sides."""
    left, right, top, bottom = sides
    whole = to_rgb(frame, (frame.width, frame.height), hdr, how)
    return whole[top : frame.height - bottom, left : frame.width - right]


def _resized(picture: Picture, size_px: Size) -> Picture:
    smaller = size_px[0] < picture.shape[1] or size_px[1] < picture.shape[0]
    how = cv2.INTER_AREA if smaller else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(np.ascontiguousarray(picture), size_px, interpolation=how), np.uint8)


def _limited(size_px: tuple[int, int], picture: Box, long_side_px: int | None) -> tuple[int, int]:
    width, height = size_px
    longest = max(width * picture.width, height * picture.height)
    scale = min(1.0, long_side_px / longest) if long_side_px else 1.0
    return max(1, round(width * scale)), max(1, round(height * scale))


def _cropped(picture: Picture, box: Box, canvas_px: Size, window: Window) -> Picture:
    """Return what lies inside a box of the canvas; all of it where nothing does."""
    width, height = canvas_px
    x0, y0 = min(round(box.x0 * width), width - 1), min(round(box.y0 * height), height - 1)
    x1, y1 = max(round(box.x1 * width), x0 + 1), max(round(box.y1 * height), y0 + 1)
    columns = slice(max(x0 - window.left, 0), max(min(x1 - window.left, window.width), 0))
    rows = slice(max(y0 - window.top, 0), max(min(y1 - window.top, window.height), 0))
    inside = picture[rows, columns]
    return inside if inside.size else picture
