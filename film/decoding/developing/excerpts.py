"""Pictures from here and there in a film, to see whether all are of one kind: size, pixels, fields, eyes.

Of each place the first frame that decodes is looked at; changes of kind that come and go between two are not seen.
"""

import io
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, suppress
from fractions import Fraction
from itertools import islice
from pathlib import Path
from typing import BinaryIO

import av
import av.error
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

PLACES = 12
"""How many places of a film are looked at: as many as half a second of decoding allows at 1080p."""
_PART_BYTES = 2 << 20
_PACKETS_MOST = 300
_SOUGHT_LEAST_S = Fraction(1, 2)
"""Of a shorter film the first frames tell everything."""

Opener = Callable[[io.RawIOBase], AbstractContextManager[InputContainer]]
"""Opens a part of a film, given as a stream, as if it were a whole one."""


def by_time(
    container: InputContainer, stream: VideoStream, start_s: Fraction, duration_s: Fraction
) -> list[VideoFrame]:
    """Return frames from places spread evenly over a film's time; the container is left wherever that ends."""
    found: list[VideoFrame] = []
    if duration_s < _SOUGHT_LEAST_S:
        return found
    for place in range(1, PLACES + 1):
        at_s = start_s + duration_s * place / PLACES
        try:
            container.seek(int(at_s * av.time_base))
        except (av.error.FFmpegError, OverflowError):
            break
        found.extend(islice(_decoded(container, stream), 1))
    return found


def by_bytes(path: Path, opened: Opener, ident: int, until_byte: int = 0) -> list[VideoFrame]:
    """Return frames from places spread evenly over the file, for formats that can be read from anywhere.

    These are joined byte by byte, and then their clock starts anew and leads to the first part alone.

    Args:
        path: The film.
        opened: Opens a part of it.
        ident: The container's own number of the stream.
        until_byte: Where the film ends; 0: where the file does.
    """
    found: list[VideoFrame] = []
    with path.open("rb") as whole:
        size = until_byte or os.fstat(whole.fileno()).st_size
        step = max(size // PLACES, 1)
        for at in range(step, size, step):
            part = _Excerpt(whole, at, min(_PART_BYTES, size - at))
            with suppress(av.error.FFmpegError, OSError), opened(part) as container:
                stream = next((each for each in container.streams.video if each.id == ident), None)
                if stream is not None:
                    found.extend(islice(_decoded(container, stream), 1))
    return found


def _decoded(container: InputContainer, stream: VideoStream) -> Iterator[VideoFrame]:
    """Yield frames from here on, none that is known to be broken: what it is like is no more than chance."""
    with suppress(av.error.FFmpegError):
        for packet in islice(container.demux(stream), _PACKETS_MOST):
            with suppress(av.error.InvalidDataError):
                yield from (frame for frame in packet.decode() if not frame.is_corrupt)


class _Excerpt(io.RawIOBase):
    """A part of a file, as a file of its own."""

    def __init__(self, whole: BinaryIO, start: int, length: int) -> None:
        super().__init__()
        self._whole, self._start, self._length = whole, start, length
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._length}[whence]
        self._at = min(max(base + offset, 0), self._length)
        return self._at

    def tell(self) -> int:
        return self._at

    def readinto(self, buffer: "memoryview[int]") -> int:  # type: ignore[override]
        self._whole.seek(self._start + self._at)
        data = self._whole.read(min(len(buffer), self._length - self._at))
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)
