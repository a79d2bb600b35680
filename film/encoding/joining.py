"""Encoded stretches of a film put one after another, without encoding them again."""

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

import av
import av.error

from configs.errors import FilmcomicError


class Encoded(NamedTuple):
    """A stretch of a film, as `film.encoding.encoder` leaves it."""

    file: Path
    first: int
    """When its first frame is shown, in ticks of all stretches."""


def join(stretches: Sequence[Encoded], target: Path, tick_s: Fraction, end: int) -> None:
    """Write stretches into one MP4, whose times count from the first frame of the first.

    Args:
        stretches: In their order, one at least, encoded alike.
        target: The file.
        tick_s: The unit of times.
        end: Until when the last frame is shown, in ticks.

    Raises:
        OSError: It cannot be written, as on a full disk.
        FilmcomicError: A stretch cannot be read.
    """
    begin = stretches[0].first
    try:
        with av.open(str(target), "w", format="mp4", options={"fflags": "+bitexact"}) as whole:
            stream: Any = None
            waiting: Any = None
            for stretch in stretches:
                with _opened(stretch.file) as part:
                    source = part.streams.video[0]
                    if stream is None:
                        stream = whole.add_stream_from_template(source, opaque=True)
                        stream.time_base = tick_s
                    for packet in part.demux(source):
                        if packet.pts is None:
                            continue
                        ticks = stretch.first - begin + round(packet.pts * packet.time_base / tick_s)
                        packet.stream, packet.time_base = stream, tick_s
                        packet.pts = packet.dts = ticks
                        if waiting is not None:
                            waiting.duration = ticks - waiting.pts
                            whole.mux_one(waiting)
                        waiting = packet
            waiting.duration = max(1, end - begin - waiting.pts)
            whole.mux_one(waiting)
    except av.error.FFmpegError as error:
        raise OSError(error.errno, error.strerror, str(target)) from error


def _opened(file: Path) -> Any:
    try:
        return av.open(str(file), format="mov,mp4,m4a,3gp,3g2,mj2")
    except (av.error.FFmpegError, ValueError) as error:
        raise FilmcomicError("cannot be read back", cure="run again", path=file) from error
