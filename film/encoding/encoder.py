"""Painted frames encoded: H.264 or VP9 in ordinary colours, each frame at its own time, the same bytes every time.

No frame is shown in another order than it is stored in: so times are what they are, stretches that were encoded apart
can be put one after another as they lie, and no container needs an edit list. What that costs in size is little beside
what joining without a second loss saves.
"""

from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import av
import av.error
import numpy as np
from av.video.reformatter import ColorRange, Colorspace, Interpolation
from numpy.typing import NDArray

CONTAINERS = {".mp4": "mp4", ".m4v": "mp4", ".mov": "mov", ".mkv": "matroska", ".webm": "webm"}
"""Endings of films that are written, and ffmpeg's name of the format."""

_H264, _VP9 = "libx264", "libvpx-vp9"
_OPTIONS = {
    _H264: {"crf": "18", "preset": "medium", "bf": "0", "rc-lookahead": "20", "threads": "4", "g": "250"},
    _VP9: {"crf": "24", "b": "0", "deadline": "good", "cpu-used": "4", "row-mt": "0", "threads": "4", "g": "250"},
}
"""Looks like the painting. The number of threads decides the bytes of H.264, so that no machine may choose it."""
_FINEST_S = Fraction(1, 10_000)
"""Times are kept to this at least: a container's own unit may be a whole frame, where some had to be mended."""
_BT709 = 1
_MOST_DENOMINATOR = 100_000

Picture = NDArray[np.uint8]
"""RGB, shape (height, width, 3)."""


def codec_for(suffix: str) -> str:
    """Return the encoder for films with this ending."""
    return _VP9 if CONTAINERS[suffix.lower()] == "webm" else _H264


def fine_tick_s(tick_s: Fraction) -> Fraction:
    """Return a unit of time that a film's own is a multiple of, and fine enough for times between its ticks."""
    while tick_s > _FINEST_S:
        tick_s /= 2
    return tick_s


class Encoder:
    """Encodes frames into a file of their own, an MP4 whose times count from its first frame.

    Args:
        target: The file; it is written as it grows.
        size_px: Width and height of the frames. Odd ones are made even by doubling the last column or row.
        rate: Frames a second, about.
        tick_s: The unit of the frames' times.
        codec: As `codec_for` returns it.
    """

    def __init__(self, target: Path, size_px: tuple[int, int], rate: Fraction, tick_s: Fraction, codec: str) -> None:
        self._target, self._tick_s = target, tick_s
        self._size_px = size_px[0] + size_px[0] % 2, size_px[1] + size_px[1] % 2
        self._rate, self._codec = rate.limit_denominator(_MOST_DENOMINATOR), codec
        self._container: Any = None
        self.count = 0
        """How many frames there are so far."""
        self.first = self.last = 0
        """The ticks of the first and of the last one."""

    def __enter__(self) -> Self:
        """Begin; the file comes with the first frame."""
        return self

    def add(self, picture: Picture, ticks: int) -> None:
        """Encode the next frame.

        Args:
            picture: Of the size told.
            ticks: When it is shown; one that is not later than the last is shown a tick after that.

        Raises:
            OSError: It cannot be written, as on a full disk.
        """
        ticks = max(ticks, self.last + 1) if self.count else ticks
        try:
            if not self.count:
                self.first = ticks
                self._open()
            self._container.mux(self._stream.encode(self._frame(picture, ticks - self.first)))
        except av.error.FFmpegError as error:
            raise OSError(error.errno, error.strerror, str(self._target)) from error
        self.count, self.last = self.count + 1, ticks

    def __exit__(self, kind: type[BaseException] | None, value: object, trace: TracebackType | None) -> None:
        """End the file; one without a frame is not there."""
        if self._container is None:
            return
        try:
            if kind is None:
                self._container.mux(self._stream.encode(None))
            self._container.close()
        except av.error.FFmpegError as error:
            if kind is None:
                raise OSError(error.errno, error.strerror, str(self._target)) from error

    def _open(self) -> None:
        self._container = av.open(str(self._target), "w", format="mp4", options={"fflags": "+bitexact"})
        self._stream: Any = self._container.add_stream(self._codec, rate=self._rate, options=_OPTIONS[self._codec])
        stream, context = self._stream, self._stream.codec_context
        stream.width, stream.height = self._size_px
        stream.pix_fmt = "yuv420p"
        context.time_base = stream.time_base = self._tick_s
        context.colorspace = Colorspace.ITU709.value
        context.color_primaries = context.color_trc = _BT709
        context.color_range = ColorRange.MPEG.value

    def _frame(self, picture: Picture, ticks: int) -> av.VideoFrame:
        width, height = self._size_px
        if picture.shape[1::-1] != self._size_px:
            picture = np.pad(picture, ((0, height - picture.shape[0]), (0, width - picture.shape[1]), (0, 0)), "edge")
        frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="rgb24").reformat(
            format="yuv420p",
            src_color_range=ColorRange.JPEG,
            dst_color_range=ColorRange.MPEG,
            dst_colorspace=Colorspace.ITU709,
            interpolation=Interpolation.BICUBIC | Interpolation.ACCURATE_RND | Interpolation.BITEXACT,
        )
        frame.pts, frame.time_base = ticks, self._tick_s
        return frame
