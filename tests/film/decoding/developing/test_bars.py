"""Bars around the picture: where they end, and how finely a film in bars is seen."""

from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from configs.units import WHOLE, Box
from film.decoding.developing.bars import BarFinder, living_part
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


def test_bars_are_told_by_bright_pictures() -> None:
    assert living_part(_barred(0)) == WHOLE
    assert living_part(_barred(30, light=20)) == WHOLE, "too dark to tell"
    assert living_part(_barred(30)).y0 == pytest.approx(30 / SIZE_PX[0], abs=0.002)


def _different(count: int) -> list[NDArray[np.uint8]]:
    rng = np.random.default_rng(1)
    coarse = [rng.integers(0, 255, (9, 16, 3), dtype=np.uint8) for _ in range(count)]
    return [np.asarray(cv2.resize(each, SIZE_PX[::-1], interpolation=cv2.INTER_CUBIC), np.uint8) for each in coarse]


def test_edges_that_never_change_are_no_part_of_what_happens() -> None:
    rng = np.random.default_rng(2)
    height, width = SIZE_PX
    page = rng.integers(0, 255, (height, width, 3), dtype=np.uint8)
    films = {name: _different(12) for name in ("plain", "band", "page", "corner", "slides", "few")}
    for number, picture in enumerate(films["band"]):
        picture[180:214] = page[180:214] // 2 + rng.integers(0, 4, (34, width, 3), dtype=np.uint8)  # two lines stay
        films["page"][number][:, 192:] = page[:, 192:]
        films["corner"][number][:60, :80] = page[:60, :80]
        films["slides"][number][:, :300] = page[:, :300]
        films["few"][number][180:] = page[180:]
    found = {name: living_part(pictures[:6] if name == "few" else pictures) for name, pictures in films.items()}
    assert [found[name] for name in ("plain", "corner", "slides", "few")] == [WHOLE] * 4
    assert found["band"] == Box(x0=0, y0=0, x1=1, y1=found["band"].y1)
    assert found["band"].y1 * height == pytest.approx(179, abs=2)
    assert found["page"] == Box(x0=0, y0=0, x1=found["page"].x1, y1=1)
    assert found["page"].x1 * width == pytest.approx(191, abs=2)


def test_one_picture_with_something_that_moves_is_seen_whole() -> None:
    still = _different(1)[0]
    pictures = [still.copy() for _ in range(12)]
    for number, picture in enumerate(pictures):
        picture[40:180, 60 + 10 * number : 100 + 10 * number] = (
            255 - picture[40:180, 60 + 10 * number : 100 + 10 * number]
        )
    assert living_part(pictures) == WHOLE


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
