"""The one pass over small frames: times, shape, colours, damage."""

from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from film.decoding.developing.filters import filter_chain
from film.decoding.developing.tonemap import tone_map
from film.decoding.ffmpeg import film_input, piping
from film.decoding.frames import AREA_PX, SmallFrames, small_size
from film.decoding.probe import probe
from film.model import Movie
from tests.film.programs import run
from tests.material import shared


def _all(movie: Movie) -> tuple[list[Fraction], NDArray[np.uint8], list[str]]:
    frames = SmallFrames(movie)
    times_s: list[Fraction] = []
    pictures = []
    for batch in frames:
        times_s.extend(batch.times_s)
        pictures.append(batch.pictures.copy())
    return times_s, np.concatenate(pictures), frames.warnings


def _true_times(path: Path) -> list[Fraction]:
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        assert stream.time_base is not None
        start_s = Fraction(container.start_time or 0, av.time_base)
        return [frame.pts * stream.time_base - start_s for frame in container.decode(stream) if frame.pts is not None]


@pytest.mark.parametrize(
    "name",
    [
        "nasty/vfr.mp4",
        "nasty/start_offset_3.5s.mkv",
        "nasty/interlaced_mpeg2_tff.mpg",
        "nasty/animated.gif",
        "nasty/one_fps.mp4",
        "nasty/av1.webm",
        "nasty/hevc_10bit.mp4",
        "nasty/found/subtitleedit_MP4_SRT.mp4",
    ],
)
def test_every_frame_comes_with_its_own_time(name: str) -> None:
    path = shared(name)
    times_s, pictures, warnings = _all(probe(path))
    assert times_s == _true_times(path)
    assert len(pictures) == len(times_s)
    assert warnings == []


def test_damaged_films_give_what_decodes_and_say_what_was_lost() -> None:
    times_s, _, warnings = _all(probe(shared("nasty/truncated_faststart_half.mp4")))
    assert 79 <= len(times_s) <= 81
    assert all(left < right for left, right in pairwise(times_s))
    assert len(warnings) == 1
    assert "truncated_faststart_half.mp4 is damaged" in warnings[0]
    assert "promised" in warnings[0]
    _, _, warnings = _all(probe(shared("nasty/found/decord_corrupted.mp4")))
    assert "49 readable" in warnings[0]


@pytest.mark.parametrize("name", ["rotated_meta_90.mp4", "rotated_meta_180.mp4", "rotated_meta_270.mp4"])
def test_rotated_films_stand_upright(name: str) -> None:
    movie = probe(shared(f"nasty/{name}"))
    _, pictures, _ = _all(movie)
    width, height = small_size(movie)
    # ffmpeg's own turning is what players show.
    node = film_input(movie.path).output("pipe:1", format="rawvideo", pix_fmt="bgr24", vframes=1, s=f"{width}x{height}")
    with piping(node, block_bytes=width * height * 3) as pipe:
        shown = np.frombuffer(bytes(next(pipe.blocks())), np.uint8).reshape(height, width, 3)
    assert np.abs(pictures[0].astype(int) - shown).mean() < 8


def test_small_pictures_have_the_shape_that_players_show() -> None:
    for name, aspect in [("anamorphic_sar.mp4", 16 / 9), ("portrait_360x640.mp4", 9 / 16), ("tiny_32x14.mp4", 33 / 14)]:
        movie = probe(shared(f"nasty/{name}"))
        width, height = small_size(movie)
        assert width / height == pytest.approx(aspect, rel=0.02)
        assert width * height * movie.inside.width * movie.inside.height <= AREA_PX * 1.02


def test_small_pictures_are_made_of_all_pixels(tmp_path: Path) -> None:
    """Fine threads that move by a pixel a frame are an even grey in small; were pixels skipped they would beat."""
    rows, columns = np.mgrid[0:480, 0:854]
    path = tmp_path / "threads.mkv"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("ffv1", rate=24, width=854, height=480, pix_fmt="gray")
        for number in range(12):
            threads = ((rows + columns + number) % 4 < 2) * np.uint8(200)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(threads.astype(np.uint8), format="gray")))
        container.mux(stream.encode(None))
    pictures = _all(probe(path))[1].astype(float)
    assert np.abs(np.diff(pictures, axis=0)).mean() < 8  # 4 of 255; 83 where two pixels stand for all


def test_interlaced_films_show_no_comb() -> None:
    movie = probe(shared("nasty/interlaced_mpeg2_tff.mpg"))
    assert "bwdif" in filter_chain(movie, movie.size_px)
    small = filter_chain(movie, (240, 102), careful=False)
    assert small.startswith("field=")
    full, combed = _energy(movie, filter_chain(movie, movie.size_px)), _energy(movie, "null")
    assert full < 0.8 * combed


def _energy(movie: Movie, chain: str) -> float:
    """Return how much neighbouring lines of moving pictures differ from the mean of the lines around them."""
    width, height = movie.size_px
    node = film_input(movie.path).output("pipe:1", format="rawvideo", pix_fmt="gray", vframes=50, vf=chain)
    total = 0.0
    with piping(node, block_bytes=width * height) as pipe:
        for block in pipe.blocks():
            lines = np.frombuffer(bytes(block), np.uint8).reshape(height, width).astype(float)
            total += float(np.abs(lines[1:-1] - (lines[:-2] + lines[2:]) / 2).mean())
    return total


@pytest.fixture(scope="module")
def hdr_pair(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("hdr")
    plain, hdr = folder / "plain.mkv", folder / "hdr.mkv"
    source = film_input(shared("films/bbb_480p_30s.mp4"), ss=14, t=0.5)
    run(source.output(str(plain), vcodec="libx264", crf=8, pix_fmt="yuv420p", map="0:v"))
    chain = (
        "setparams=color_trc=bt709:color_primaries=bt709:colorspace=bt709:range=tv,"
        "zscale=p=2020:t=smpte2084:m=2020_ncl:r=limited:npl=203,format=yuv420p10le"
    )
    run(film_input(plain).output(str(hdr), vcodec="libx265", crf=8, vf=chain, **{"x265-params": "log-level=none"}))
    return plain, hdr


def test_hdr_comes_out_in_its_own_colours(hdr_pair: tuple[Path, Path]) -> None:
    plain, hdr = map(probe, hdr_pair)
    assert hdr.hdr == "smpte2084"
    _, wanted, _ = _all(plain)
    _, got, warnings = _all(hdr)
    assert warnings == []
    assert np.abs(wanted.astype(int) - got).mean() < 6
    assert np.abs(wanted.astype(int).mean(axis=(0, 1, 2)) - got.mean(axis=(0, 1, 2))).max() < 6


def test_the_two_ways_of_tone_mapping_agree(hdr_pair: tuple[Path, Path]) -> None:
    with av.open(str(hdr_pair[1])) as container:
        frame = next(container.decode(video=0))
    stored = frame.reformat(format="rgb48le", src_colorspace="bt2020", dst_color_range="JPEG").to_ndarray()
    mapped = cv2.cvtColor(tone_map(stored, "smpte2084"), cv2.COLOR_RGB2BGR)
    _, small, _ = _all(probe(hdr_pair[1]))
    same_size = cv2.resize(mapped, (small.shape[2], small.shape[1]), interpolation=cv2.INTER_AREA)
    # the quick scaling of the small frames lets through fine detail that the careful one averages
    assert np.abs(cv2.blur(same_size, (25, 25)).astype(int) - cv2.blur(small[0], (25, 25))).mean() < 3


def test_the_curve_keeps_what_lies_below_white() -> None:
    """18 % grey of a film graded around 203 nits, in PQ, comes out as the same grey of an ordinary display."""
    light = 0.18 * 203 / 10_000
    m1, m2, c1, c2, c3 = 2610 / 16384, 2523 / 32, 3424 / 4096, 2413 / 128, 2392 / 128
    code = ((c1 + c2 * light**m1) / (1 + c3 * light**m1)) ** m2
    picture = np.full((2, 2, 3), round(code * 65535), np.uint16)
    assert np.abs(tone_map(picture, "smpte2084").astype(int) - round(255 * 0.18 ** (1 / 2.4))).max() <= 1
    bright = tone_map(np.full((2, 2, 3), 65535, np.uint16), "smpte2084")
    assert bright.min() >= 254
