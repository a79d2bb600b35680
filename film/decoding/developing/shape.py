"""The shape that a stored frame is shown in: what is cut off, how wide its pixels are, where it lies on the canvas.

Judged frame by frame: recordings that were joined, and calls whose picture grows with the line, change their size and
the shape of their pixels on the way. All are shown on one canvas (`Movie.size_px`), none of them stretched.
"""

import os
import re
import struct
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple, Self

from av.video.frame import VideoFrame

from film.decoding.developing.graph import Gauge
from film.model import Movie

SQUARE_ENOUGH = Fraction(1, 100)
"""Pixels nearer to square than this are square: nobody sees it, and nothing needs resampling."""
ALIKE_ENOUGH = Fraction(1, 50)
"""Shapes nearer to the canvas than this fill it: sizes are rounded when a picture is scaled."""

SIDE_BY_SIDE, TOP_AND_BOTTOM = "side by side", "top and bottom"
LINES, COLUMNS, CHECKERBOARD = "line by line", "column by column", "as a checkerboard"
FRAMES = "frame by frame"
INTERLEAVED = frozenset([LINES, COLUMNS, CHECKERBOARD])
"""Where the pixels of one view lie between those of the other."""
_PACKED = {
    1: SIDE_BY_SIDE,
    2: TOP_AND_BOTTOM,
    3: FRAMES,
    4: CHECKERBOARD,
    5: SIDE_BY_SIDE,
    6: LINES,
    7: COLUMNS,
}
"""By ffmpeg's `AVStereo3DType`; the fifth has the two views' pixels offset from each other as well."""
_UNTOLD = 8
_PACKED_BOX = re.compile(rb"st3d\0{4}([\x01\x02])|pkin\0{4}(side|over)")
"""MP4's boxes of Google's spherical video and of Apple's; where a file has both, ffmpeg tells neither."""
_BY_BOX = {b"\x01": TOP_AND_BOTTOM, b"over": TOP_AND_BOTTOM, b"\x02": SIDE_BY_SIDE, b"side": SIDE_BY_SIDE}
_BOXES_BYTES = 4 << 20
_MATRIX = struct.Struct("=9i")
EYE_SHAPES = Fraction(13, 10), Fraction(13, 5)
"""Shapes of films are between these. A view that is cut out and is not has been squeezed to half its width or height,
or has pixels whose shape is told for it alone."""
_FINENESS = 7200
"""Parts in which the shape of a pixel is measured: by these all usual ones are whole."""
_DENOMINATOR_MOST = 250
_ASPECT = (
    ("crop", "2:2:0:0"),
    ("scale", f"w='clip(round(sar*{_FINENESS}),1,{_FINENESS * 8})':h=2:flags=neighbor:eval=frame"),
)
"""Filters that give a frame as wide as its pixels are, compared to their height."""

Size = tuple[int, int]
"""Width and height in pixels."""
Sides = tuple[int, int, int, int]
"""Pixels at the left, right, top and bottom of a stored picture."""


class Extent(NamedTuple):
    """What of a stored frame is shown, and how large."""

    sides: Sides
    """What is cut off."""
    size_px: Size
    """Of what is left, its pixels made square by enlarging; not yet turned upright."""


class Window(NamedTuple):
    """Where a frame lies on a canvas."""

    left: int
    top: int
    width: int
    height: int


@dataclass(frozen=True)
class Shaping:
    """What a film says of the shape of its frames."""

    crop_px: Sides
    pixel_aspect: Fraction
    coded_aspect: Fraction
    stereo: str = ""
    gauge: Gauge = field(default_factory=lambda: Gauge(*_ASPECT), compare=False, repr=False)

    @classmethod
    def of_movie(cls, movie: Movie) -> Self:
        """Take it from a probed film."""
        return cls(movie.crop_px, movie.pixel_aspect, movie.coded_aspect, movie.stereo)

    def facts(self) -> dict[str, Any]:
        """Return the fields of a `Movie` that say it."""
        return {name: getattr(self, name) for name in ("crop_px", "pixel_aspect", "coded_aspect", "stereo")}

    def aspect(self, frame: VideoFrame) -> Fraction:
        """Return how much wider than high a frame's pixels are: the container is believed until a frame disagrees."""
        coded = coded_aspect(frame, self.gauge)
        return self.pixel_aspect if coded == self.coded_aspect else coded

    def of(self, frame: VideoFrame) -> Extent:
        """Return a frame's shape."""
        left, right, top, bottom = self.crop_px
        width, height = frame.width - left - right, frame.height - top - bottom
        if min(width, height) <= 0:  # the container speaks of frames of another size
            left = right = top = bottom = 0
            width, height = frame.width, frame.height
        aspect = self.aspect(frame)
        if self.stereo == SIDE_BY_SIDE and width > 1:
            right, width = right + width - width // 2, width // 2
        elif self.stereo == TOP_AND_BOTTOM and height > 1:
            bottom, height = bottom + height - height // 2, height // 2
        elif self.stereo in INTERLEAVED:
            down, across = view_steps(self.stereo)
            width, height = max(width // across, 1), max(height // down, 1)
        if self.stereo not in ("", FRAMES):
            aspect *= unsqueezed(width * aspect / height)
        return Extent((left, right, top, bottom), squared((width, height), aspect))


def view_steps(stereo: str) -> tuple[int, int]:
    """Return of how many lines, and of how many columns, one is a view's own, where the two are interleaved.

    Of a checkerboard each second pixel of each second line is taken.
    """
    return (1 if stereo == COLUMNS else 2), (1 if stereo == LINES else 2)


def unsqueezed(ratio: Fraction) -> Fraction:
    """Return by how much the view for one eye is to be widened that has this ratio of width to height as it is cut."""
    narrowest, widest = EYE_SHAPES
    if ratio < narrowest:
        return Fraction(2)
    return Fraction(1, 2) if ratio >= widest else Fraction(1)


def squared(size_px: Size, aspect: Fraction) -> Size:
    """Return the size with square pixels, always enlarged: no pixel of the source is given away."""
    width, height = size_px
    if aspect > 1 + SQUARE_ENOUGH:
        return round(width * aspect), height
    if 0 < aspect < 1 - SQUARE_ENOUGH:
        return width, round(height / aspect)
    return size_px


def placed(size_px: Size, canvas_px: Size) -> Window:
    """Return where a picture lies in the middle of a canvas, as large as it fits."""
    width, height = canvas_px
    ratio, wanted = Fraction(*size_px), Fraction(*canvas_px)
    if abs(ratio / wanted - 1) > ALIKE_ENOUGH:
        if ratio > wanted:
            height = max(1, round(width / ratio))
        else:
            width = max(1, round(height * ratio))
    return Window((canvas_px[0] - width) // 2, (canvas_px[1] - height) // 2, width, height)


def canvas(sizes_px: Iterable[Size]) -> Size:
    """Return the size that holds all these: so wide and so high that none has to be scaled down."""
    widths, heights = zip(*sizes_px, strict=True)
    return max(widths), max(heights)


def coded_aspect(frame: VideoFrame, gauge: Gauge | None = None) -> Fraction:
    """Return how much wider than high a frame says that its pixels are; 1 where it says nothing.

    PyAV tells it of no frame, but a filter can be asked.
    """
    asked = (gauge or Gauge(*_ASPECT)).ask(frame)
    return Fraction(1) if asked is None else Fraction(asked.width, _FINENESS).limit_denominator(_DENOMINATOR_MOST)


def stereo_of(frames: Iterable[VideoFrame], path: Path) -> str:
    """Return where the views for two eyes lie in a film's frames; empty where there is one."""
    for frame in frames:
        side_data: Any = frame.side_data  # PyAV's types know other keys than PyAV
        for data in side_data:
            if data.type.name == "STEREO3D" and data.buffer_size >= 4:
                (kind,) = struct.unpack_from("=i", bytes(data))
                if kind in _PACKED:
                    return _PACKED[kind]
                if kind == _UNTOLD and (told := _in_boxes(path)):
                    return told
    return ""


def _in_boxes(path: Path) -> str:
    """Look where MP4 has its boxes, at both ends of the file."""
    with suppress(OSError), path.open("rb") as stream:
        for at, whence in ((0, os.SEEK_SET), (-_BOXES_BYTES, os.SEEK_END)):
            with suppress(OSError):  # a file smaller than that
                stream.seek(at, whence)
            if found := _PACKED_BOX.search(stream.read(_BOXES_BYTES)):
                return _BY_BOX[found[1] or found[2]]
    return ""


def orientation_of(frame: VideoFrame) -> tuple[int, bool]:
    """Return how players turn the stored picture, clockwise in degrees, and whether they flip it before that.

    A display matrix that mirrors, as front cameras write it, has a negative determinant. Its angle is that to which
    it turns the upper edge, so what is left to do before is to swap top and bottom.
    """
    side_data: Any = frame.side_data  # PyAV's types know other keys than PyAV
    matrix = side_data.get("DISPLAYMATRIX")
    if matrix is None or matrix.buffer_size < _MATRIX.size:
        return 0, False
    across_x, across_y, _, down_x, down_y, *_ = _MATRIX.unpack_from(bytes(matrix))
    determinant = across_x * down_y - across_y * down_x
    if determinant == 0:  # nothing would be left to see: players take no notice of it
        return 0, False
    # ffmpeg gives the angle counter-clockwise; odd angles go to the nearest quarter turn, as players do.
    return round(-frame.rotation / 90) * 90 % 360, determinant < 0
