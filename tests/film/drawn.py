"""Films drawn on the spot, small: every frame bears its own number as a pattern that survives compression."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from film.decoding.frames import SmallFrames
from film.model import Movie

Picture = NDArray[np.uint8]

_BITS = 8


def numbered(number: int, size_px: tuple[int, int] = (96, 64)) -> Picture:
    """Draw a number as eight bars, white for a set bit, the lowest at the left."""
    width, height = size_px
    bits = [(number >> place) & 1 for place in range(_BITS)]
    row = np.repeat(np.array(bits, np.uint8) * 200 + 28, width // _BITS)
    return np.ascontiguousarray(np.broadcast_to(row[None, :, None], (height, width, 3)))


def number_of(picture: Picture) -> int:
    """Read the number back."""
    columns = np.array_split(picture.mean(axis=(0, 2)), _BITS)
    return sum(1 << place for place, part in enumerate(columns) if part.mean() > 128)


def draw(
    path: Path,
    pictures: Sequence[Picture] | Callable[[int], Picture],
    *,
    count: int = 60,
    codec: str = "libx264",
    times_ms: Sequence[int] | None = None,
    options: dict[str, str] | None = None,
    **facts: Any,
) -> Path:
    """Write a film; the times are 40 ms apart unless given. `facts` are attributes of the encoder."""
    paint = pictures if callable(pictures) else lambda number: pictures[number]
    count = count if callable(pictures) else len(pictures)
    height, width = paint(0).shape[:2]
    with av.open(str(path), "w") as container:
        stream: Any = container.add_stream(codec, rate=25)
        stream.width, stream.height, stream.pix_fmt = width, height, facts.pop("pix_fmt", "yuv420p")
        stream.codec_context.time_base = stream.time_base = Fraction(1, 1000)
        stream.options = {"g": "24", "bf": "2", **(options or {})} if codec == "libx264" else (options or {})
        for name, value in facts.items():
            setattr(stream.codec_context, name, value)
        for number in range(count):
            frame = av.VideoFrame.from_ndarray(paint(number), format="rgb24")
            frame.pts = times_ms[number] if times_ms else number * 40
            frame.time_base = Fraction(1, 1000)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


def passed(movie: Movie) -> tuple[list[Fraction], list[int], list[str]]:
    """Return the times, which must rise, and numbers of the pictures that the one pass sees, and its warnings."""
    frames = SmallFrames(movie)
    times_s: list[Fraction] = []
    numbers: list[int] = []
    for batch in frames:
        times_s += batch.times_s
        numbers += map(number_of, batch.pictures)
    assert all(left < right for left, right in pairwise(times_s))
    return times_s, numbers, frames.warnings
