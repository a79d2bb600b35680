"""Frames encoded in stretches and joined: each at its own time, in its own colours, the same bytes every time."""

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from film.decoding.probe import probe
from film.decoding.seek import FrameReader
from film.encoding import encoder
from film.encoding.encoder import CONTAINERS, Encoder, codec_for, fine_tick_s
from film.encoding.joining import Encoded, join
from tests.film.drawn import number_of, numbered

TICK_S = Fraction(1001, 24_000)
SIZE = (96, 64)


def encoded(path: Path, numbers: range, ticks: list[int], codec: str = "libx264") -> Encoded:
    with Encoder(path, SIZE, 1 / TICK_S, fine_tick_s(TICK_S), codec) as made:
        for number, tick in zip(numbers, ticks, strict=True):
            made.add(numbered(number, SIZE), tick)
    assert made.count == len(numbers)
    return Encoded(path, made.first)


@pytest.mark.parametrize("codec", ["libx264", "libvpx-vp9"])
def test_stretches_are_joined_as_they_lie(codec: str, tmp_path: Path) -> None:
    """Also of a variable rate; the first frame of all need not be shown at once."""
    tick_s = fine_tick_s(TICK_S)
    step = int(TICK_S / tick_s)
    ticks = [step * at for at in (3, 4, 5, 6, 10, 11, 30, 31, 32, 40)]
    parts = [
        encoded(tmp_path / "a.mp4", range(6), ticks[:6], codec),
        encoded(tmp_path / "b.mp4", range(6, 7), ticks[6:7], codec),
        encoded(tmp_path / "c.mp4", range(7, 10), ticks[7:], codec),
    ]
    join(parts, tmp_path / "whole.mp4", tick_s, step * 50)
    movie = probe(tmp_path / "whole.mp4")
    with av.open(str(movie.path)) as container:
        stream = container.streams.video[0]
        assert stream.duration is not None and stream.duration * stream.time_base == 47 * TICK_S
    with FrameReader(movie) as reader:
        seen = [(time_s, number_of(frame)) for time_s, frame in reader.walk(Fraction(0), Fraction(9))]
    assert seen == [((tick - ticks[0]) * tick_s, number) for number, tick in enumerate(ticks)]
    stored = [packet for part in parts for packet in packets(part.file)]
    assert packets(tmp_path / "whole.mp4") == stored, "nothing is encoded again"
    join(parts, tmp_path / "again.mp4", tick_s, step * 50)
    assert (tmp_path / "again.mp4").read_bytes() == (tmp_path / "whole.mp4").read_bytes()


def packets(path: Path) -> list[bytes]:
    with av.open(str(path)) as container:
        return [bytes(packet) for packet in container.demux(video=0) if packet.size]


def test_the_same_frames_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a.mp4", "b.mp4"):
        encoded(tmp_path / name, range(8), list(range(0, 8000, 1000)))
    assert (tmp_path / "a.mp4").read_bytes() == (tmp_path / "b.mp4").read_bytes()


@pytest.mark.parametrize("colour", [(200, 40, 40), (30, 180, 60), (20, 30, 220), (250, 250, 250), (4, 4, 4)])
def test_colours_come_back(colour: tuple[int, int, int], tmp_path: Path) -> None:
    """By whoever heeds what the film says of them; an odd side is made even by its last column."""
    picture = np.full((63, 95, 3), colour, np.uint8)
    with Encoder(tmp_path / "a.mp4", (95, 63), Fraction(25), Fraction(1, 12_800), "libx264") as made:
        made.add(picture, 0)
    movie = probe(tmp_path / "a.mp4")
    assert movie.size_px == (96, 64)
    with FrameReader(movie) as reader:
        found = reader.read(Fraction(0))[1]
    assert np.abs(found.astype(int) - colour).max() <= 4
    with av.open(str(tmp_path / "a.mp4")) as container:
        context = container.streams.video[0].codec_context
        assert (int(context.colorspace), int(context.color_primaries), int(context.color_range)) == (1, 1, 1)


def test_times_that_do_not_rise_are_made_to(tmp_path: Path) -> None:
    with Encoder(tmp_path / "a.mp4", SIZE, Fraction(25), Fraction(1, 12_800), "libx264") as made:
        for number, tick in enumerate((0, 512, 512, 511)):
            made.add(numbered(number, SIZE), tick)
    assert (made.count, made.last) == (4, 514)


def test_a_full_disk_is_told_as_such() -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("this system has no /dev/full")
    with (
        pytest.raises(OSError, match="No space left"),
        Encoder(full, SIZE, Fraction(25), Fraction(1, 12_800), "libx264") as made,
    ):
        for number in range(200):
            made.add(np.random.default_rng(number).integers(0, 255, (64, 96, 3), np.uint8), number * 512)


def test_every_ending_has_its_codec() -> None:
    assert {codec_for(suffix) for suffix in CONTAINERS} == set(encoder._OPTIONS)
