"""Frames are shown in their own shape, whatever the ones before were like, and with one eye."""

from fractions import Fraction
from pathlib import Path

import av
import av.error
import ffmpeg
import numpy as np
import pytest

from configs.units import Box
from film.decoding.developing.picture import Picture
from film.decoding.developing.shape import Shaping, canvas, placed, squared, unsqueezed
from film.decoding.frames import SmallFrames, small_size
from film.decoding.probe import probe
from film.decoding.seek import FrameReader
from film.model import Movie
from tests.film.joined import joined, shape_of_square
from tests.film.joined import squared as film_of_a_square
from tests.film.programs import drawn_input, run
from tests.material import shared

SIZES = [(240, 180), (320, 180)]
_LIVE = {"deadline": "realtime"}


def both_ways(movie: Movie) -> list[tuple[Picture, Picture]]:
    """Return some frames, as the one pass and as the reader see them: of each half the fourth and the last but one."""
    frames = [
        (at_s, picture[..., ::-1].copy()) for batch in SmallFrames(movie) for at_s, picture in zip(*batch, strict=True)
    ]
    half = len(frames) // 2
    with FrameReader(movie) as reader:
        return [(frames[at][1], reader.read(frames[at][0])[1]) for at in (3, half - 2, half + 3, 2 * half - 2)]


@pytest.mark.parametrize(
    ("suffix", "codec", "options"),
    [
        (".webm", "libvpx", _LIVE),
        (".webm", "libvpx-vp9", _LIVE),
        (".mkv", "libx264", {}),
        (".mp4", "libx264", {}),
        (".h264", "libx264", {}),
        (".ts", "mpeg2video", {"video_bitrate": "2M"}),
    ],
)
@pytest.mark.parametrize("turns", [1, -1])
def test_no_part_of_a_film_that_changes_its_size_is_stretched(
    tmp_path: Path, suffix: str, codec: str, options: dict[str, str], turns: int
) -> None:
    parts = [
        film_of_a_square(tmp_path / f"{width}{suffix}", (width, height), codec=codec, **options)
        for width, height in SIZES
    ][::turns]
    movie = probe(joined(tmp_path / f"joined{suffix}", parts))
    assert movie.size_px == (320, 180)
    if suffix == ".ts":  # whose clock starts anew: only the one pass goes through all of it
        smalls = [picture[..., ::-1].copy() for batch in SmallFrames(movie) for picture in batch.pictures]
        assert [shape_of_square(smalls[at]) for at in (3, -3)] == pytest.approx([1, 1], abs=0.07)
        return
    shown = both_ways(movie)
    for small, exact in shown:
        assert shape_of_square(small) == pytest.approx(1, abs=0.07)
        assert shape_of_square(exact) == pytest.approx(1, abs=0.04)
        assert exact[:, [0, -1]].max() > 60, "no bars"
    assert [exact.shape[:2] for _, exact in shown[:: 3 * turns]] == [(180, 240), (180, 320)]


def test_all_parts_are_as_large_as_the_largest(tmp_path: Path) -> None:
    parts = [film_of_a_square(tmp_path / f"{width}.mkv", (width, width * 3 // 4)) for width in (160, 320)]
    movie = probe(joined(tmp_path / "grows.mkv", parts))
    assert movie.size_px == (320, 240)
    assert {exact.shape for _, exact in both_ways(movie)} == {(240, 320, 3)}


def test_a_call_that_is_turned_keeps_every_pixel(tmp_path: Path) -> None:
    parts = [film_of_a_square(tmp_path / f"{size[0]}.mkv", size) for size in ((180, 320), (320, 180))]
    movie = probe(joined(tmp_path / "turned.mkv", parts))
    assert movie.size_px == (320, 320)
    shown = both_ways(movie)
    assert [exact.shape[:2] for _, exact in shown[::3]] == [(320, 180), (180, 320)]
    assert all(shape_of_square(exact) == pytest.approx(1, abs=0.05) for _, exact in shown)
    assert {small.shape for small, _ in shown} == {(192, 192, 3)}


@pytest.mark.parametrize("codec", ["libx264", "mpeg2video"])
def test_pixels_that_change_their_shape_are_seen_frame_by_frame(tmp_path: Path, codec: str) -> None:
    options = {"video_bitrate": "3M"} if codec == "mpeg2video" else {}
    parts = [
        film_of_a_square(tmp_path / f"{number}.ts", (360, 288), aspect, codec=codec, **options)
        for number, aspect in enumerate(("16/15", "64/45"))
    ]
    movie = probe(joined(tmp_path / "broadcast.ts", parts))
    assert movie.varied
    assert movie.size_px == (512, 288)
    smalls = [picture[..., ::-1].copy() for batch in SmallFrames(movie) for picture in batch.pictures]
    assert [shape_of_square(smalls[at]) for at in (3, -3)] == pytest.approx([1, 1], abs=0.07)
    assert smalls[3][:, :8].max() < 8, "a narrower part lies on black"
    assert smalls[-3][:, :8].max() > 60
    again = tmp_path / "again.mkv"
    run(ffmpeg.input(str(movie.path)).output(str(again), c="copy"))
    movie = probe(again)
    shown = both_ways(movie)
    assert [exact.shape[:2] for _, exact in shown[::3]] == [(288, 384), (288, 512)]
    assert all(shape_of_square(exact) == pytest.approx(1, abs=0.04) for _, exact in shown)


def test_bars_are_cut_from_a_part_that_has_its_own_shape(tmp_path: Path) -> None:
    parts = [film_of_a_square(tmp_path / f"{width}.mkv", (width, 180)) for width in (240, 320)]
    movie = probe(joined(tmp_path / "joined.mkv", parts))
    with FrameReader(movie, Box(x0=0.05, y0=0.1, x1=0.95, y1=0.9)) as reader:
        assert reader.read(Fraction(0))[1].shape == (144, 240, 3)
        assert reader.read(movie.duration_s)[1].shape == (144, 288, 3)
    with FrameReader(movie, Box(x0=0.0, y0=0.0, x1=0.1, y1=1.0)) as reader:
        assert reader.read(Fraction(0))[1].shape == (180, 240, 3), "all of it where nothing lies inside"


def test_recorded_calls_that_grow() -> None:
    movie = probe(shared("field/film/16a_webrtc_grows_200_to_800.webm"))
    assert movie.size_px == (800, 332)
    with FrameReader(movie) as reader:
        early, late = reader.read(Fraction(1))[1], reader.read(Fraction(8))[1]
    assert early.shape == late.shape == (332, 800, 3)


def packed(path: Path, how: str, full: bool, **options: str) -> Path:
    """Write a film for two eyes: the left one's picture has a square, the right one's is grey."""
    size = "iw:ih" if full else ("iw/2:ih" if how == "hstack" else "iw:ih/2")
    left = drawn_input("testsrc2=s=320x180:r=25:d=0.4").filter_("eq", contrast=0.5, brightness=-0.2)
    left = left.filter_("drawbox", x=130, y=60, w=60, h=60, color="white", t="fill")
    right = drawn_input("color=gray:s=320x180:r=25:d=0.4")
    views = [view.filter_("scale", *size.split(":")) for view in (left, right)]
    picture = ffmpeg.filter(views, how).filter_("setsar", 1)
    codec = "libvpx" if path.suffix == ".webm" else "libx264"
    run(picture.output(str(path), vcodec=codec, pix_fmt="yuv420p", **options))
    return path


_SEI = {"hstack": "frame-packing=3", "vstack": "frame-packing=4"}
_MODES = {"hstack": "left_right", "vstack": "top_bottom"}


@pytest.mark.parametrize("full", [True, False])
@pytest.mark.parametrize("how", ["hstack", "vstack"])
@pytest.mark.parametrize("told", ["pictures.mp4", "container.mkv", "both.mkv", "box.mp4"])
def test_films_for_two_eyes_are_seen_with_one(tmp_path: Path, told: str, how: str, full: bool) -> None:
    options: dict[str, str] = {}
    if told.startswith(("pictures", "both")):
        options["x264opts"] = _SEI[how]
    if told.endswith("mkv"):
        options["metadata:s:v"] = f"stereo_mode={_MODES[how]}"
    path = tmp_path / told
    if told == "box.mp4":
        first = packed(tmp_path / "first.mkv", how, full, **{"metadata:s:v": f"stereo_mode={_MODES[how]}"})
        run(ffmpeg.input(str(first)).output(str(path), c="copy", strict="unofficial"))
    else:
        packed(path, how, full, **options)
    movie = probe(path)
    assert movie.size_px == (320, 180)
    for small, exact in both_ways(movie):
        assert exact.shape == (180, 320, 3)
        assert shape_of_square(exact) == pytest.approx(1, abs=0.05)
        assert shape_of_square(small) == pytest.approx(1, abs=0.07)
        for shown in (small, exact):
            grey = (np.ptp(shown.astype(int), axis=2) < 12) & (np.abs(shown[..., 1].astype(int) - 128) < 12)
            assert grey.mean() < 0.1, "nothing of the other eye"


@pytest.mark.parametrize("name", ["21_3d_half_side_by_side.mkv", "21b_3d_sei_only.mp4", "21c_3d_container_only.mkv"])
def test_stereo_films_of_the_field(name: str) -> None:
    movie = probe(shared(f"field/film/{name}"))
    assert (movie.stereo, movie.size_px) == ("side by side", (640, 266))
    with FrameReader(movie) as reader:
        picture = reader.read(Fraction(2))[1]
    halves = picture[:, :320].astype(int), picture[:, 320:].astype(int)
    assert np.abs(halves[0] - halves[1]).mean() > 20, "not the same picture twice"
    frames = SmallFrames(movie)
    assert sum(len(batch.times_s) for batch in frames) == 216
    assert not any("damaged" in line for line in frames.warnings)


def test_filters_that_refuse_a_frame_lose_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    movie = probe(packed(tmp_path / "film.mkv", "hstack", True, **{"metadata:s:v": "stereo_mode=left_right"}))
    with FrameReader(movie) as reader:
        usual = reader.read(Fraction(0))[1]

        def refusing(*_: object) -> None:
            raise av.error.FileExistsError(17, "File exists")

        monkeypatch.setattr("film.decoding.developing.picture.filtered", refusing)
        other = reader.read(Fraction(0))[1]
    assert other.shape == usual.shape
    assert np.abs(other.astype(int) - usual).mean() < 3


def interleaved(path: Path, how: str, **options: str) -> Path:
    """Write a film whose views lie between each other; only the left one has colours and a square."""
    left = drawn_input("testsrc2=s=320x180:r=25:d=0.4").filter_("eq", contrast=0.5, brightness=-0.2)
    left = left.filter_("drawbox", x=130, y=60, w=60, h=60, color="white", t="fill")
    right = drawn_input("color=black:s=320x180:r=25:d=0.4")
    picture = (
        ffmpeg.filter([left, right], "hstack")
        .filter_("format", "yuv444p")
        .filter_("stereo3d", **{"in": "sbsl", "out": how})
    )
    picture = picture.filter_("setsar", 1)
    run(picture.output(str(path), vcodec="libx264", pix_fmt="yuv444p", qp=12, **options))
    return path


_BETWEEN = {
    "irl": ("line by line", "row_interleaved_lr", 2, (320, 180)),
    "irr": ("line by line", "row_interleaved_rl", 2, (320, 180)),
    "icl": ("column by column", "col_interleaved_lr", 1, (320, 180)),
    "icr": ("column by column", "col_interleaved_rl", 1, (320, 180)),
    "chl": ("as a checkerboard", "checkerboard_lr", 0, (320, 180)),
    "al": ("frame by frame", "block_lr", 5, (320, 180)),
    "ar": ("frame by frame", "block_rl", 5, (320, 180)),
}


@pytest.mark.parametrize("how", _BETWEEN)
@pytest.mark.parametrize("told", ["pictures.mp4", "both.mkv"])  # of which the second is read by PyAV alone
def test_views_that_lie_between_each_other_are_parted(tmp_path: Path, told: str, how: str) -> None:
    stereo, mode, packing, size_px = _BETWEEN[how]
    options = {"x264opts": f"frame-packing={packing}"}
    if told == "both.mkv":
        options["metadata:s:v"] = f"stereo_mode={mode}"
    movie = probe(interleaved(tmp_path / told, how, **options))
    assert (movie.stereo, movie.size_px, movie.notes) == (stereo, size_px, ())
    with av.open(str(movie.path)) as container:
        stored = sum(1 for _ in container.decode(video=0))
    assert sum(len(batch.times_s) for batch in SmallFrames(movie)) == (
        -(-stored // 2) if stereo == "frame by frame" else stored
    )
    seen = both_ways(movie)
    lit = {bool(picture.max() > 200) for pair in seen for picture in pair}
    assert lit == {True} or (lit == {False} and all(picture.mean() < 4 for pair in seen for picture in pair)), (
        "one eye all through"
    )
    for small, exact in seen:
        assert exact.shape == (size_px[1], size_px[0], 3)
        if lit == {True}:
            assert [shape_of_square(one) for one in (small, exact)] == pytest.approx([1, 1], abs=0.08)


@pytest.mark.parametrize(
    ("ratio", "factor"),
    [
        (Fraction(8, 9), 2),  # half side by side, 16:9
        (Fraction(6, 5), 2),  # the same of scope
        (Fraction(2, 3), 2),  # and of 4:3
        (Fraction(16, 9), 1),
        (Fraction(4, 3), 1),
        (Fraction(12, 5), 1),
        (Fraction(32, 9), Fraction(1, 2)),  # half top and bottom, or pixels told for one eye
        (Fraction(8, 3), Fraction(1, 2)),
    ],
)
def test_a_squeezed_view_is_widened(ratio: Fraction, factor: Fraction) -> None:
    assert unsqueezed(ratio) == factor


def test_the_place_on_the_canvas() -> None:
    assert placed((480, 360), (640, 360)) == (80, 0, 480, 360)
    assert placed((1920, 1080), (640, 640)) == (0, 140, 640, 360)
    assert placed((200, 84), (800, 332)) == (0, 0, 800, 332)
    assert canvas([(480, 360), (640, 360), (360, 640)]) == (640, 640)
    assert squared((720, 576), Fraction(64, 45)) == (1024, 576)
    assert squared((720, 480), Fraction(8, 9)) == (720, 540)
    assert squared((640, 264), Fraction(13167, 13280)) == (640, 264)


def test_small_pictures_of_a_film_that_changes_have_its_canvas(tmp_path: Path) -> None:
    movie = probe(film_of_a_square(tmp_path / "one.mkv", (320, 180)))
    assert small_size(movie) == (256, 144)
    assert Shaping.of_movie(movie) == Shaping((0, 0, 0, 0), Fraction(1), Fraction(1), "")
