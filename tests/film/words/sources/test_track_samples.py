"""Packets of one stream."""

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from film.words.sources.track_samples import Sample, read_samples
from tests.film.reels import silent_movie


class _Packet(SimpleNamespace):
    def __bytes__(self) -> bytes:
        return b"words"


def test_a_stream_that_begins_on_the_way_ends_nothing() -> None:
    def demux(stream: object) -> Iterator[Any]:
        unit = Fraction(1, 10)
        yield _Packet(stream_index=0, size=5, pts=25, time_base=unit, duration=20, pos=188)
        yield _Packet(size=0, pts=None, time_base=unit, duration=0, pos=None)
        yield _Packet(stream_index=0, size=5, pts=None, time_base=unit, duration=0, pos=None)
        raise IndexError("list index out of range")

    container: Any = SimpleNamespace(streams=[SimpleNamespace(index=0)], demux=demux)
    movie = silent_movie(Path("film.ts"), start_offset_s=Fraction(1, 2))
    assert list(read_samples(container, 0, movie)) == [
        Sample(Fraction(2), Fraction(4), b"words"), Sample(None, None, b"words"),
    ]  # fmt: skip
