"""The one pass without the ffmpeg program: every frame decoded and developed by PyAV, small.

Slower by half than the program's own filters, but it follows what no chain of filters does: pixels whose shape changes
from frame to frame, Dolby Vision's own colours, and films at which the program gives up.
"""

from collections.abc import Iterator
from fractions import Fraction
from itertools import islice

import numpy as np
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from numpy.typing import NDArray

from film.decoding.developing.combs import Shown
from film.decoding.developing.picture import Developer
from film.decoding.developing.shape import FRAMES, Size
from film.decoding.probe import decode_frames
from film.decoding.source import open_film
from film.model import Movie

_IN_DECODING_ORDER = frozenset(["avi"])
"""Formats whose frames bear no time of their own; what is called presentation time there is a guess, out of order."""


def small_within(
    movie: Movie, size_px: Size, batch: int, skipped: int, trouble: list[str]
) -> Iterator[tuple[NDArray[np.uint8], bytes]]:
    """Yield batches of a film's frames, small, with the lines that the ffmpeg program would have written of them.

    Args:
        movie: The probed film.
        size_px: Upright (width, height) of the small pictures.
        batch: How many frames make one.
        skipped: How many frames to leave out at the start.
        trouble: Is told what could not be decoded.

    Yields:
        Pictures, BGR, uint8, shape (frames, height, width, 3), and a line for each: its timestamp and the timestamp's
        unit, twice.

    Raises:
        FilmError: The film cannot be read.
    """
    developer = Developer(movie, size_px=size_px, quick=True)
    pictures: list[NDArray[np.uint8]] = []
    lines: list[bytes] = []
    with open_film(movie.path, unedited=movie.unedited, until_byte=movie.until_byte) as container:
        stream = container.streams[movie.streams[0].index]
        assert isinstance(stream, VideoStream)
        stream.thread_type = "AUTO"
        in_order = not _IN_DECODING_ORDER.isdisjoint(container.format.name.split(","))
        frames = decode_frames(container, stream, trouble)
        told = _lines(frames, stream, 1 / movie.rate, in_order=in_order)
        for number, (frame, line) in enumerate(islice(told, 0, None, 2 if movie.stereo == FRAMES else 1)):
            if number < skipped:
                continue
            pictures.append(developer.on_canvas(Shown(None, frame, None))[..., ::-1])
            lines.append(line)
            if len(pictures) == batch:
                yield np.stack(pictures), b"".join(lines)
                pictures, lines = [], []
    if pictures:
        yield np.stack(pictures), b"".join(lines)


def _lines(
    frames: Iterator[VideoFrame], stream: VideoStream, frame_s: Fraction, *, in_order: bool
) -> Iterator[tuple[VideoFrame, bytes]]:
    """Yield frames with their lines; one without a timestamp comes a frame after the one before.

    Args:
        frames: In display order.
        stream: Their own.
        frame_s: How long one stands on average.
        in_order: Whether only the order of decoding is known, and times follow that.
    """
    tick_s = stream.time_base or Fraction(1, 1_000_000)
    step = max(1, int(frame_s / tick_s))
    last = (stream.start_time or 0) - step
    for frame in frames:
        stamp = frame.dts if in_order else frame.pts
        last = last + step if stamp is None else stamp
        told = f"{last} {tick_s.numerator}/{tick_s.denominator}"
        yield frame, f"{told} {told}\n".encode()
