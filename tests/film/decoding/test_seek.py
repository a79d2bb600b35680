"""Frames by time are those that decoding from the start gives, upright and in right colours."""

import random
import zlib
from fractions import Fraction
from pathlib import Path

import av
import av.error
import numpy as np
import pytest

from configs.errors import FilmError
from configs.units import WHOLE, Box
from film.decoding.developing.picture import Picture
from film.decoding.ffmpeg import film_input
from film.decoding.frames import SmallFrames
from film.decoding.probe import probe
from film.decoding.seek import FrameReader
from film.decoding.source import open_film
from film.model import Movie
from tests.film.drawn import draw, number_of, numbered
from tests.film.programs import run
from tests.material import shared

HALF_MS = Fraction(1, 2000)


def in_order(movie: Movie) -> list[tuple[Fraction, int]]:
    """Decode everything from the start: the reference. Of pixels the sum is kept: whole films fill the memory."""
    found = []
    with open_film(movie.path) as container:
        stream = container.streams.video[0]
        stream.thread_type = "AUTO"
        for packet in container.demux(stream):
            try:
                frames = packet.decode()
            except av.error.InvalidDataError:
                continue
            for frame in frames:
                assert frame.pts is not None
                assert stream.time_base is not None
                found.append((frame.pts * stream.time_base - movie.start_offset_s, pixel_sum(frame)))
    return found


def pixel_sum(frame: av.VideoFrame) -> int:
    return zlib.crc32(np.ascontiguousarray(frame.to_ndarray()))


@pytest.mark.parametrize(
    "name",
    [
        "films/sintel_trailer.mp4",
        "films/tears_of_steel_battle.webm",
        "nasty/start_offset_3.5s.mkv",
        "nasty/vfr.mp4",
        "nasty/hevc_10bit.mp4",
        "nasty/vp9_opus.webm",
        "nasty/av1.webm",
        "nasty/animated.gif",
        "nasty/one_frame.mp4",
        "nasty/truncated_faststart_half.mp4",
        "nasty/found/decord_corrupted.mp4",
        "nasty/found/decord_video_90.mov",
    ],
)
def test_exact_frames(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    movie = probe(shared(name))
    frames = in_order(movie)
    chosen = sorted(random.Random(7).sample(range(len(frames)), min(8, len(frames))))
    with FrameReader(movie) as reader:
        monkeypatch.setattr(reader._developer, "develop", lambda shown: pixel_sum(shown.frame))
        for index in (*chosen, *reversed(chosen)):
            at_s, pixels = frames[index]
            assert reader.read(at_s) == (at_s, pixels)
        for index in chosen[:-1]:  # between two frames the first of them is shown
            middle_s = (frames[index][0] + frames[index + 1][0]) / 2
            assert reader.read(middle_s) == frames[index]


@pytest.mark.parametrize("codec", ["libx264", "mpeg4"])
@pytest.mark.parametrize("suffix", [".mp4", ".mkv", ".avi", ".ts", ".mov", ".flv"])
def test_times_of_the_one_pass_name_the_same_frames(tmp_path: Path, suffix: str, codec: str) -> None:
    if (suffix, codec) == (".flv", "mpeg4"):
        pytest.skip("no such combination")
    movie = probe(draw(tmp_path / f"drawn{suffix}", numbered, codec=codec))
    times_s = [at_s for batch in SmallFrames(movie) for at_s in batch.times_s]
    assert len(times_s) == 60
    with FrameReader(movie) as reader:
        for number in (0, 1, 23, 24, 25, 47, 59, 30, 2, 58, 0):
            exact_s, picture = reader.read(times_s[number])
            assert (number_of(picture), exact_s) == (number, times_s[number])


@pytest.mark.parametrize(
    ("stamps", "codec", "frames"),
    [
        ({"ts": "floor((N-eq(mod(N,6),5))*40/1000/TB)"}, "libx264", {"bf": "0"}),
        ({"ts": "floor((N-eq(mod(N,6),5))*40/1000/TB)"}, "libx264", {"bf": "0", "g": "23"}),  # of key frames, too
        ({"pts": "DTS"}, "libx264", {"bf": "2"}),
        ({"pts": "DTS"}, "libx264", {"bf": "5", "b_strategy": "0"}),
        ({"pts": "DTS"}, "mpeg4", {"bf": "2", "g": "12"}),  # some are shown before the key frame they follow
    ],
)
def test_films_with_bad_stamps(tmp_path: Path, stamps: dict[str, str], codec: str, frames: dict[str, str]) -> None:
    """Repeated, or permuted as those of B-frames that bear their time of decoding."""
    good, path = draw(tmp_path / "good.mkv", numbered, codec=codec, options=frames), tmp_path / "bad.mkv"
    ((key, value),) = stamps.items()
    run(film_input(good).output(str(path), c="copy", **{"bsf:v": f"setts={key}='{value}'"}))
    movie = probe(path)
    times_s = [at_s for batch in SmallFrames(movie) for at_s in batch.times_s]
    assert len(times_s) == 60
    assert times_s[-1] == pytest.approx(59 * 0.04, abs=0.3)
    order = list(range(60))
    random.Random(3).shuffle(order)
    with FrameReader(movie) as reader:
        for number in (*range(60), *order):
            exact_s, picture = reader.read(Fraction(str(round(float(times_s[number]), 6))))
            assert (number_of(picture), exact_s) == (number, times_s[number])


def test_bare_stream_without_timestamps(tmp_path: Path) -> None:
    movie = probe(draw(tmp_path / "drawn.h264", numbered))
    with FrameReader(movie) as reader:
        for number in (0, 20, 59, 21, 1):
            assert number_of(reader.read(number / movie.rate)[1]) == number


def test_variable_rate(tmp_path: Path) -> None:
    times_ms = [number * 40 if number < 30 else 1200 + (number - 30) * 130 for number in range(60)]
    movie = probe(draw(tmp_path / "vfr.mp4", numbered, times_ms=times_ms))
    with FrameReader(movie) as reader:
        for number in (3, 29, 30, 31, 44, 58):
            assert number_of(reader.read(Fraction(times_ms[number], 1000))[1]) == number
            assert number_of(reader.read(Fraction(times_ms[number + 1], 1000) - HALF_MS)[1]) == number


def test_times_rounded_to_the_microsecond(tmp_path: Path) -> None:
    movie = probe(shared("films/sintel_trailer.mp4"))
    with FrameReader(movie) as reader:
        for number in (100, 101, 500):
            exact_s = Fraction(number, 24)
            assert reader.read(Fraction(str(round(float(exact_s), 6))))[0] == exact_s


def test_before_and_after_the_film(tmp_path: Path) -> None:
    movie = probe(draw(tmp_path / "drawn.mp4", numbered))
    with FrameReader(movie) as reader:
        assert number_of(reader.read(Fraction(-5))[1]) == 0
        assert number_of(reader.read(Fraction(1000))[1]) == 59
        assert number_of(reader.read(Fraction(1001))[1]) == 59
        assert number_of(reader.read(Fraction(1))[1]) == 25


def test_near_frames_do_not_seek_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    movie = probe(draw(tmp_path / "drawn.mkv", numbered, count=200))
    with FrameReader(movie) as reader:
        assert reader._decoder is not None
        seeks: list[Fraction] = []
        jump = reader._decoder._seek
        monkeypatch.setattr(reader._decoder, "_seek", lambda at_s: seeks.append(at_s) or jump(at_s))
        for number in (0, 3, 10, 12, 100, 101, 103, 103, 105):
            reader.read(Fraction(number * 40, 1000))
        assert len(seeks) == 1


def test_a_seek_that_fails_decodes_from_the_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    movie = probe(draw(tmp_path / "drawn.mp4", numbered))
    monkeypatch.setattr("film.decoding.seek._Decoder._seek", lambda self, at_s: False)
    with FrameReader(movie) as reader:
        for number in (40, 10, 59):
            assert number_of(reader.read(Fraction(number * 40, 1000))[1]) == number


def upright(path: Path) -> Picture:
    with FrameReader(probe(path)) as reader:
        return reader.read(Fraction(1))[1]


def test_rotated_films_are_upright() -> None:
    plain = upright(shared("nasty/video_only_no_audio.mp4")).astype(int)
    for degrees in (90, 180, 270):
        turned = upright(shared(f"nasty/rotated_meta_{degrees}.mp4")).astype(int)
        ways = {turns: np.rot90(plain, -turns) for turns in (1, 2, 3)}
        near = {turns * 90: np.abs(way - turned).mean() for turns, way in ways.items() if way.shape == turned.shape}
        expected = clockwise(shared(f"nasty/rotated_meta_{degrees}.mp4"))
        assert min(near, key=lambda angle: near[angle]) == expected
        assert near[expected] < 8


def clockwise(path: Path) -> int:
    """Say by which angle players turn a file, from its display matrix."""
    with open_film(path) as container:
        return round(-next(container.decode(video=0)).rotation) % 360


def test_square_pixels() -> None:
    movie = probe(shared("nasty/anamorphic_sar.mp4"))
    with FrameReader(movie) as reader:
        height, width = reader.read(Fraction(1))[1].shape[:2]
    assert (width, height) == movie.size_px
    assert width / height == pytest.approx(16 / 9, abs=0.02)


def test_cropped_to_the_picture_and_limited(tmp_path: Path) -> None:
    movie = probe(draw(tmp_path / "drawn.mp4", numbered))
    inner = Box(x0=0, y0=0.25, x1=1, y1=0.75)
    with FrameReader(movie, inner) as reader:
        picture = reader.read(Fraction(1))[1]
    assert picture.shape == (32, 96, 3)
    assert picture.flags["C_CONTIGUOUS"]
    with FrameReader(movie, WHOLE, long_side_px=48) as reader:
        assert reader.read(Fraction(1))[1].shape == (32, 48, 3)


@pytest.mark.parametrize(("size", "matrix"), [((1280, 720), 1), ((720, 480), 5)])
def test_colours(tmp_path: Path, size: tuple[int, int], matrix: int) -> None:
    width, height = size
    colour = np.full((height, width, 3), (200, 60, 30), np.uint8)
    path = draw(tmp_path / "red.mp4", [colour] * 2, colorspace=matrix)
    with FrameReader(probe(path)) as reader:
        middle = reader.read(Fraction(0))[1][height // 2, width // 2]
    assert np.abs(middle.astype(int) - (200, 60, 30)).max() <= 26  # the encoder converts by BT.601 in any case


def test_hdr10_is_brought_to_ordinary_light(tmp_path: Path) -> None:
    ramp = np.broadcast_to(np.linspace(0, 255, 160).astype(np.uint8)[None, :, None], (90, 160, 3))
    path = draw(
        tmp_path / "hdr.mp4",
        [np.ascontiguousarray(ramp)] * 3,
        codec="libx265",
        pix_fmt="yuv420p10le",
        options={"x265-params": "log-level=none:colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc"},
        color_trc=16,
        color_primaries=9,
        colorspace=9,
    )
    movie = probe(path)
    assert movie.hdr == "smpte2084"
    with FrameReader(movie) as reader:
        row = reader.read(Fraction(0))[1][45].mean(axis=1)
    assert (np.diff(row) >= -3).all()
    assert row[0] < 8
    diffuse_white = int(0.581 * 160)  # PQ's code for 203 nits
    assert 195 < row[diffuse_white] <= 250
    assert row[-1] > 250


def test_interlaced_has_no_comb_teeth(monkeypatch: pytest.MonkeyPatch) -> None:
    movie = probe(shared("nasty/interlaced_mpeg2_tff.mpg"))
    assert movie.interlaced
    with FrameReader(movie) as reader:
        at_s = Fraction(34, 25)
        woven = reader.read(at_s)[1].astype(int)
        monkeypatch.setattr("film.decoding.developing.picture.deinterlaced", lambda shown: shown.frame)
        combed = reader.read(at_s)[1].astype(int)
    assert teeth(woven) < teeth(combed) / 3


def teeth(picture: np.ndarray) -> float:
    """Measure how much each line differs from both its neighbours, which agree."""
    grey = picture.mean(axis=2)
    up, own, down = grey[:-2], grey[1:-1], grey[2:]
    return float(np.maximum(np.minimum(np.abs(own - up), np.abs(own - down)) - np.abs(up - down), 0).mean())


def test_outside_a_with_block(tmp_path: Path) -> None:
    movie = probe(draw(tmp_path / "drawn.mp4", numbered, count=2))
    with pytest.raises(RuntimeError):
        FrameReader(movie).read(Fraction(0))


def test_a_film_that_was_exchanged(tmp_path: Path) -> None:
    movie = probe(draw(tmp_path / "drawn.mp4", numbered, count=2))
    movie.path.write_bytes(b"")
    with pytest.raises(FilmError), FrameReader(movie):
        pass
