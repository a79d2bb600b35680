"""The packets of one stream of a film, read without decoding, and when they are shown."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import av.stream
from av.container import InputContainer

from film.decoding.timing.clock import film_time
from film.model import Movie

_DISCARD_ALL = getattr(getattr(av.stream, "Discard", None), "all", None)
"""Older releases of PyAV cannot leave streams unread."""


@dataclass(frozen=True, slots=True)
class Sample:
    """What one packet holds and when."""

    start_s: Fraction | None
    """By the film's clock, zero where players start it; None where the packet does not say."""
    end_s: Fraction | None
    """The start where it does not say how long it lasts."""
    data: bytes


def read_samples(container: InputContainer, index: int, movie: Movie) -> Iterator[Sample]:
    """Yield the packets of a stream that hold anything, in the file's order; nothing else of the film is read.

    Raises:
        av.error.FFmpegError, OSError: The film is damaged from here on.
    """
    return (sample for _, sample in read_side_by_side(container, [index], movie))


def read_side_by_side(
    container: InputContainer, indices: Collection[int], movie: Movie
) -> Iterator[tuple[int, Sample]]:
    """Yield the packets of several streams as `read_samples` does, each with its stream's index: the film is read once.

    Raises:
        av.error.FFmpegError, OSError: The film is damaged from here on.
    """
    for other in container.streams:
        if _DISCARD_ALL is not None and other.index not in indices:
            other.discard = _DISCARD_ALL  # an MP4 then reads no picture at all
    try:
        for packet in container.demux([container.streams[index] for index in indices]):
            if packet.size:
                yield packet.stream_index, _sample(packet, movie)
    except IndexError:  # PyAV has no place for a stream that begins on the way, and says so at the end
        return


def _sample(packet: Any, movie: Movie) -> Sample:
    if packet.pts is None or packet.time_base is None:
        return Sample(None, None, bytes(packet))
    start_s = on_the_clock(movie, Fraction(packet.pts * packet.time_base), packet.pos)
    return Sample(start_s, start_s + (packet.duration or 0) * packet.time_base, bytes(packet))


def on_the_clock(movie: Movie, stamp_s: Fraction, byte: int | None = None) -> Fraction:
    """Return the film's time of a timestamp: the one place where the times of words inside a film are told.

    Args:
        movie: The film.
        stamp_s: In the container's own seconds.
        byte: Where in the file it lies, where that is known.
    """
    return film_time(movie, stamp_s, byte)
