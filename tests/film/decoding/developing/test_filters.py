"""ffmpeg's filters and the exact frame reader show the same picture, whatever a film's shape, colours and matrix."""

import struct
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from film.decoding.developing.picture import Picture
from film.decoding.ffmpeg import film_input, piping
from film.decoding.frames import SmallFrames, small_size
from film.decoding.probe import probe
from film.decoding.seek import FrameReader
from film.model import Movie
from tests.film.drawn import draw
from tests.film.programs import drawn_input, run
from tests.material import shared

_SIDES = {"smpte2084": "npl=203", "arib-std-b67": "npl=203:agamma=0"}


def by_both_ways(movie: Movie) -> tuple[Picture, Picture]:
    """Return a film's first picture as the one pass and as the exact reader see it, at the one pass's size."""
    small = next(iter(SmallFrames(movie))).pictures[0][..., ::-1].copy()
    with FrameReader(movie) as reader:
        exact = reader.read(Fraction(0))[1]
    return small, np.asarray(cv2.resize(exact, small.shape[1::-1], interpolation=cv2.INTER_AREA), np.uint8)


def apart(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> float:
    """Return the mean difference of two pictures in levels, fine detail left out: the quick scaling changes that."""
    return float(np.abs(cv2.blur(one, (9, 9)).astype(int) - cv2.blur(other, (9, 9))).mean())


def bars(path: Path, size: str, transfer: str, pix_fmt: str) -> Path:
    """Write a film of SMPTE's colour bars, graded around diffuse white in HDR."""
    chain = (
        "setparams=color_trc=bt709:color_primaries=bt709:colorspace=bt709:range=tv,"
        f"zscale=p=2020:t={transfer}:m=2020_ncl:r=limited:{_SIDES[transfer]},format={pix_fmt}"
    )
    source = drawn_input(f"smptebars=s={size}:r=25:d=0.12,format=yuv444p")
    run(source.output(str(path), vcodec="libx265", crf=8, vf=chain, **{"x265-params": "log-level=none"}))
    return path


@pytest.mark.parametrize("pix_fmt", ["yuv420p10le", "yuv422p10le"])
@pytest.mark.parametrize("transfer", ["smpte2084", "arib-std-b67"])
@pytest.mark.parametrize("size", ["640x264", "960x400", "202x436"])
def test_hdr_of_any_shape_is_seen_alike(tmp_path: Path, size: str, transfer: str, pix_fmt: str) -> None:
    movie = probe(bars(tmp_path / "bars.mkv", size, transfer, pix_fmt))
    assert movie.hdr == transfer
    assert any(side % 2 for side in small_size(movie)), "a shape whose small pictures chroma does not divide"
    small, exact = by_both_ways(movie)
    assert apart(small, exact) < 4
    height, width = small.shape[:2]
    bar = small[height // 3, [width * (2 * place + 1) // 14 for place in range(7)]].astype(int)
    lit = [(1, 1, 1), (1, 1, 0), (0, 1, 1), (0, 1, 0), (1, 0, 1), (1, 0, 0), (0, 0, 1)]  # white, yellow, cyan, ...
    assert ((bar > 100) == np.array(lit, bool)).all()


def test_scope_films_in_hdr_are_read() -> None:
    small, exact = by_both_ways(probe(shared("field/film/15b_hdr10_scope_2.42.mkv")))
    assert apart(small, exact) < 4


def matrixed(path: Path, picture: Picture, matrix: tuple[int, int, int, int]) -> Path:
    """Write a film of one picture, MP4, with a display matrix: where it takes the way across and the way down."""
    data = bytearray(draw(path, [picture] * 3).read_bytes())
    at = data.index(b"tkhd") + 44
    across_x, across_y, down_x, down_y = (value << 16 for value in matrix)
    data[at : at + 36] = struct.pack(">9i", across_x, across_y, 0, down_x, down_y, 0, 0, 0, 1 << 30)
    path.write_bytes(data)
    return path


def by_matrix(picture: Picture, matrix: tuple[int, int, int, int]) -> Picture:
    """Move every pixel to where the matrix takes it."""
    height, width = picture.shape[:2]
    down, across = np.mgrid[:height, :width]
    x = matrix[0] * across + matrix[2] * down
    y = matrix[1] * across + matrix[3] * down
    moved = np.zeros((np.ptp(y) + 1, np.ptp(x) + 1, 3), np.uint8)
    moved[y - y.min(), x - x.min()] = picture
    return moved


def corners() -> Picture:
    """Draw a picture with four colours that looks another way from every side."""
    picture = np.zeros((64, 96, 3), np.uint8)
    picture[:32, :48], picture[:32, 48:] = (220, 30, 30), (30, 200, 30)
    picture[32:, :48], picture[32:, 48:] = (30, 30, 220), (200, 200, 200)
    return picture


def as_played(path: Path, size_px: tuple[int, int]) -> Picture:
    """Return a film's first picture as ffmpeg itself shows it, by its own turning."""
    width, height = size_px
    node = film_input(path).output("pipe:1", format="rawvideo", pix_fmt="rgb24", vframes=1, s=f"{width}x{height}")
    with piping(node, block_bytes=width * height * 3) as pipe:
        return np.frombuffer(bytes(next(pipe.blocks())), np.uint8).reshape(height, width, 3)


MATRICES = [(1, 0, 0, 1), (0, 1, -1, 0), (-1, 0, 0, -1), (0, -1, 1, 0)]
MIRRORED = [(-1, 0, 0, 1), (1, 0, 0, -1), (0, 1, 1, 0), (0, -1, -1, 0)]


@pytest.mark.parametrize("matrix", [*MATRICES, *MIRRORED])
def test_a_display_matrix_is_obeyed_both_ways(tmp_path: Path, matrix: tuple[int, int, int, int]) -> None:
    path = matrixed(tmp_path / "turned.mp4", corners(), matrix)
    movie = probe(path)
    assert movie.flipped == (matrix in MIRRORED)
    wanted = by_matrix(corners(), matrix)
    assert movie.size_px == (wanted.shape[1], wanted.shape[0])
    small, exact = by_both_ways(movie)
    for shown in (small, exact, as_played(path, movie.size_px)):
        assert shown.shape == wanted.shape
        assert apart(shown, wanted) < 12


def test_a_matrix_that_squashes_everything_turns_nothing(tmp_path: Path) -> None:
    small, exact = by_both_ways(probe(matrixed(tmp_path / "squashed.mp4", corners(), (0, 0, 0, 0))))
    assert apart(small, corners()) < 12
    assert apart(exact, corners()) < 12


def test_selfies_can_be_read() -> None:
    movie = probe(shared("field/film/05a_selfie_mirror_hflip.mp4"))
    small, exact = by_both_ways(movie)
    played = as_played(movie.path, small_size(movie))
    assert apart(small, played) < 3
    assert apart(exact, played) < 3


def cut(path: Path, picture: Picture, sides: tuple[int, int, int, int]) -> Path:
    """Write a film of one picture, MP4, whose clean aperture leaves out its sides: left, right, top, bottom."""
    left, right, top, bottom = sides
    height, width = picture.shape[:2]
    data = bytearray(draw(path, [picture] * 3).read_bytes())
    aperture = struct.pack(
        ">2i2i2i2i", width - left - right, 1, height - top - bottom, 1, left - right, 2, top - bottom, 2
    )
    entry = data.index(b"avc1", data.index(b"stsd"))
    at = entry - 4 + int.from_bytes(data[entry - 4 : entry])
    for name in (b"moov", b"trak", b"mdia", b"minf", b"stbl", b"stsd", b"avc1"):  # all grow by the new box
        place = (entry if name == b"avc1" else data.index(name, data.index(b"moov"))) - 4
        data[place : place + 4] = (int.from_bytes(data[place : place + 4]) + 40).to_bytes(4)
    data[at:at] = struct.pack(">I4s", 40, b"clap") + aperture
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("suffix", [".mp4", ".mkv"])
@pytest.mark.parametrize("sides", [(0, 0, 16, 16), (8, 16, 0, 0), (10, 20, 8, 24)])
def test_what_the_container_cuts_off_is_seen_by_neither(
    tmp_path: Path, sides: tuple[int, int, int, int], suffix: str
) -> None:
    path = cut(tmp_path / "first.mp4", corners(), sides)
    if suffix == ".mkv":
        run(film_input(path).output(str(tmp_path / "second.mkv"), vcodec="copy"))
        path = tmp_path / "second.mkv"
    movie = probe(path)
    left, right, top, bottom = sides
    wanted = corners()[top : 64 - bottom, left : 96 - right]
    assert movie.size_px == (wanted.shape[1], wanted.shape[0])
    small, exact = by_both_ways(movie)
    for shown in (small, exact):
        assert shown.shape == wanted.shape
        assert apart(shown, wanted) < 4


def test_a_cropped_film_is_seen_alike() -> None:
    movie = probe(shared("field/film/27_matroska_pixelcrop.mkv"))
    assert movie.size_px == (480, 200)
    small, exact = by_both_ways(movie)
    assert apart(small, exact) < 3
    assert apart(exact, as_played(movie.path, small_size(movie))) < 3
