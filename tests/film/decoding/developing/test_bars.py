"""Bars around the picture: where they end, and how finely a film in bars is seen."""

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from configs.units import WHOLE, Box
from film.decoding.developing.bars import BarFinder, inside_bars
from film.decoding.frames import SmallFrames, inside_px, small_size
from film.decoding.probe import probe
from film.model import Movie
from tests.film.programs import drawn_input, run

SIZE_PX = (216, 384)


def _barred(top: float, count: int = 6, light: int = 160) -> list[NDArray[np.uint8]]:
    """Return noisy pictures under a bar of so many lines; the last of them may be partly covered."""
    rng = np.random.default_rng(0)
    fine = 10
    out = []
    for _ in range(count):
        picture = np.repeat(rng.normal(light, 20, (*SIZE_PX, 1)).clip(0, 255), 3, axis=2)
        large = cv2.resize(picture, None, fx=1, fy=fine, interpolation=cv2.INTER_NEAREST)
        large[: round(top * fine)] = 0
        out.append(cv2.resize(large, SIZE_PX[::-1], interpolation=cv2.INTER_AREA).astype(np.uint8))
    return out


@pytest.mark.parametrize("top", [20.0, 20.3, 20.5, 20.8])
def test_a_bar_ends_within_a_line(top: float) -> None:
    finder = BarFinder(every=1)
    for picture in _barred(top):
        grey = np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), np.uint8)
        finder.add(grey, float(grey.mean()))
    assert finder.picture().y0 * SIZE_PX[0] == pytest.approx(top, abs=0.15)


def test_a_few_bright_pictures_tell_that_there_are_no_bars() -> None:
    asked: list[int] = []

    def pictures() -> Iterator[NDArray[np.uint8]]:
        for number, picture in enumerate(_barred(0, 10)):
            asked.append(number)
            yield picture

    assert inside_bars(pictures()) == WHOLE
    assert len(asked) == 3
    assert inside_bars(_barred(30, light=20)) == WHOLE, "too dark to tell"
    assert inside_bars(_barred(30)).y0 > 0.1


def test_a_film_in_bars_is_seen_as_finely_as_without_them(tmp_path: Path) -> None:
    for name, filters in (("plain", "null"), ("bars", "pad=iw:iw*9/16:0:(oh-ih)/2"), ("pillars", "pad=iw*2:ih:iw/2:0")):
        picture = drawn_input("testsrc2=s=960x400:r=12:d=4")
        run(picture.output(str(tmp_path / f"{name}.mkv"), vf=filters, vcodec="ffv1", pix_fmt="yuv420p"))
    plain, bars, pillars = (probe(tmp_path / f"{name}.mkv") for name in ("plain", "bars", "pillars"))
    assert plain.inside == WHOLE
    assert bars.inside.y0 == pytest.approx(70 / 540, abs=0.003)
    assert pillars.inside.x0 == pytest.approx(1 / 4, abs=0.003)
    width, height = small_size(plain)
    for movie in (bars, pillars):
        rows, columns = inside_px(movie)
        assert abs(rows.stop - rows.start - height) <= 2
        assert abs(columns.stop - columns.start - width) <= 2
        wanted = next(iter(SmallFrames(plain))).pictures[3]
        seen = np.ascontiguousarray(next(iter(SmallFrames(movie))).pictures[3][rows, columns])
        seen = np.asarray(cv2.resize(seen, (width, height), interpolation=cv2.INTER_AREA))
        assert np.abs(seen.astype(float) - wanted).mean() < 6


def test_no_line_of_a_bar_is_inside() -> None:
    box = Box(x0=0.0, y0=65 / 540, x1=1.0, y1=475 / 540)
    movie = Movie(path=Path("x"), sha256="", duration_s=Fraction(9), rate=Fraction(24), size_px=(960, 540), inside=box)
    rows, columns = inside_px(movie)
    width, height = small_size(movie)
    assert columns == slice(0, width)
    assert rows.start >= 65 / 540 * height - 0.25
    assert rows.stop <= 475 / 540 * height + 0.25
