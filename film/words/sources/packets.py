"""The packets of one stream of a film, read without decoding."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import av.stream
from av.container import InputContainer

_DISCARD_ALL = getattr(getattr(av.stream, "Discard", None), "all", None)
"""Older releases of PyAV cannot leave streams unread."""


@dataclass(frozen=True, slots=True)
class Sample:
    """What one packet holds and when."""

    start_s: Fraction | None
    """By the container's own clock; None where the packet does not say."""
    end_s: Fraction | None
    """The start where it does not say how long it lasts."""
    data: bytes


def read_samples(container: InputContainer, index: int) -> Iterator[Sample]:
    """Yield the packets of a stream that hold anything, in the file's order; nothing else of the film is read.

    Raises:
        av.error.FFmpegError, OSError: The film is damaged from here on.
    """
    for other in container.streams:
        if _DISCARD_ALL is not None and other.index != index:
            other.discard = _DISCARD_ALL  # an MP4 then reads no picture at all
    for packet in container.demux(container.streams[index]):
        if packet.size:
            start_s, end_s = _span(packet)
            yield Sample(start_s, end_s, bytes(packet))


def _span(packet: Any) -> tuple[Fraction | None, Fraction | None]:
    """Return when a packet's content starts and ends: the one place where the times of words are read."""
    if packet.pts is None or packet.time_base is None:
        return None, None
    start_s = Fraction(packet.pts * packet.time_base)
    return start_s, start_s + (packet.duration or 0) * packet.time_base
