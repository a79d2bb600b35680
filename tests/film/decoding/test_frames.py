"""The one pass over small frames: times, shape, colours, damage."""

from collections.abc import Sequence
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
from film.decoding.frames import AREA_PX, SmallFrames, _Clock, small_size
from film.decoding.probe import probe
from film.model import Movie
from tests.film.programs import drawn_input, run
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


def test_timestamps_that_start_anew_go_on(tmp_path: Path) -> None:
    part, joined = tmp_path / "part.ts", tmp_path / "joined.ts"
    run(drawn_input("testsrc2=s=160x90:r=25:d=1").output(str(part), vcodec="mpeg2video"))
    joined.write_bytes(part.read_bytes() * 2)
    times_s, _, warnings = _all(probe(joined))
    assert len(times_s) == 50
    assert all(left < right for left, right in pairwise(times_s))
    assert any("jump back" in line for line in warnings)


def _clocked(stamps_ms: Sequence[int], rate: int = 25) -> tuple[list[Fraction], _Clock]:
    """Have a clock read made-up stamps; the times come back in milliseconds, strictly rising."""
    movie = Movie(path=Path("film.mkv"), sha256="", size_px=(96, 64), rate=Fraction(rate), duration_s=Fraction(10))
    clock = _Clock(movie)
    times_ms = [clock.read(b"%d 1/1000 %d 1/1000\n" % (at, at)) * 1000 for at in stamps_ms]
    assert all(left < right for left, right in pairwise(times_ms))
    return times_ms, clock


@pytest.mark.parametrize(
    "stamps_ms",
    [
        [0, 40, 80, 80, 160, 200, 240, 240, 320],
        [0, 0, 0, 0, 160, 200],
        [0, 80, 120, 40, 200, 240, 160, 320],  # B-frames that bear their time of decoding
        [0, 160, 120, 200, 80, 280, 240, 320, 40, 480, 440, 520],
        [0, 40, 90, 89, 160, 200],
        [1000 * (number // 25) for number in range(75)],  # a clock of whole seconds
    ],
)
def test_stamps_that_repeat_or_are_permuted_leave_all_others_as_they_are(stamps_ms: list[int]) -> None:
    times_ms, clock = _clocked(stamps_ms)
    latest_ms = -1
    for given, time in zip(stamps_ms, times_ms, strict=True):
        if given > latest_ms:
            latest_ms = given
            assert time == given
        assert latest_ms <= time < latest_ms + 40
    assert clock.end_s == Fraction(latest_ms + 40, 1000)
    assert clock.warnings == []


def test_a_passage_of_twice_the_rate_is_not_overtaken() -> None:
    assert _clocked([0, 40, 80, 80, 100, 120, 140])[0][4:] == [100, 120, 140]
    times_ms, clock = _clocked([0, 40, 80, 80, 82, 84, 120, 160])
    assert times_ms[6:] == [120, 160]
    assert clock.warnings == []


def test_slides_with_a_repeated_stamp_keep_their_times() -> None:
    times_ms, clock = _clocked([0, 1000, 2000, 2000, 4000, 3000, 5000], rate=1)
    assert [times_ms[index] for index in (0, 1, 2, 4, 6)] == [0, 1000, 2000, 4000, 5000]
    assert clock.warnings == []


def test_stamps_that_jump_back_far_go_on() -> None:
    part = [40 * number for number in range(25)]
    times_ms, clock = _clocked(part * 3)
    assert times_ms == [40 * number for number in range(75)]
    assert clock.warnings == ["film.mkv: its timestamps jump back at 1.00 s"]


def test_stamps_that_stand_still_go_on_at_the_usual_rate() -> None:
    times_ms, clock = _clocked([0] * 100 + [40, 80])
    assert times_ms[-60:] == [40 * number for number in range(42, 102)]
    assert clock.end_s == Fraction(102 * 40, 1000)
    assert len(clock.warnings) == 1
    assert "stand still" in clock.warnings[0]


@pytest.mark.parametrize("name", ["13_duplicate_timestamps.mkv", "32_bframes_naively_muxed.mkv"])
def test_cuts_of_films_with_bad_stamps_are_where_they_are(name: str) -> None:
    path = shared(f"field/film/{name}")
    frames = SmallFrames(probe(path))
    times_s = [at_s for batch in frames for at_s in batch.times_s]
    assert frames.warnings == []
    assert all(left < right for left, right in pairwise(times_s))
    # the n-th frame is shown at n/24 s, and no stamp is off by more than the two frames of reordering
    assert max(abs(at_s - Fraction(number, 24)) for number, at_s in enumerate(times_s)) <= Fraction(2, 24)


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
        width, height = small_size(probe(shared(f"nasty/{name}")))
        assert width / height == pytest.approx(aspect, rel=0.02)
        assert width * height <= AREA_PX * 1.02


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
