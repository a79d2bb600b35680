"""ffmpeg's filters and the exact frame reader show the same picture, whatever a film's shape, colours and matrix."""

from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from film.decoding.frames import SmallFrames, small_size
from film.decoding.picture import Picture
from film.decoding.probe import probe
from film.decoding.seek import FrameReader
from film.model import Movie
from tests.film.programs import drawn_input, run
from tests.material import shared

_SIDES = {"smpte2084": "npl=100", "arib-std-b67": "npl=203:agamma=0"}


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


@pytest.mark.parametrize("name", ["15b_hdr10_scope_2.42.mkv"])
def test_scope_films_in_hdr_are_read(name: str) -> None:
    small, exact = by_both_ways(probe(shared(f"field/film/{name}")))
    assert apart(small, exact) < 4
