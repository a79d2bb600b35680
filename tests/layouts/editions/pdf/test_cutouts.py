from pathlib import Path

import pytest
from PIL import Image

from configs.units import WHOLE, Box
from layouts.book.page import Rect
from layouts.editions.pdf.cutouts import Cuts

PAGE = {"ppi": 200.0, "quality": 88}
RECT = Rect(x=24, y=25, width=144, height=81)


def painting(folder: Path, name: str, shade: int) -> Path:
    folder.mkdir(exist_ok=True)
    Image.new("RGB", (960, 540), (shade, shade, shade)).save(folder / name)
    return folder / name


def test_a_cut_is_made_once_and_its_place_on_the_page_does_not_matter(tmp_path: Path) -> None:
    source = painting(tmp_path, f"{'a' * 64}.png", 90)
    cuts = Cuts(tmp_path / "cuts")
    first = cuts.jpeg(source, WHOLE, RECT, **PAGE)
    with Image.open(first) as cut:
        assert cut.size == (400, 225)
    made = first.stat().st_mtime_ns
    elsewhere = Rect(x=200, y=300, width=144, height=81)
    assert cuts.jpeg(source, WHOLE, elsewhere, **PAGE) == first and first.stat().st_mtime_ns == made
    moved = source.rename(tmp_path / "moved.png")
    assert Cuts(tmp_path / "cuts").jpeg(moved, WHOLE, RECT, **PAGE) == first and first.stat().st_mtime_ns == made


def test_all_that_decides_the_bytes_is_in_the_name(tmp_path: Path) -> None:
    source, cuts = painting(tmp_path, f"{'a' * 64}.png", 90), Cuts(tmp_path / "cuts")
    usual = cuts.path(source, WHOLE, RECT, **PAGE)
    others = [
        cuts.path(painting(tmp_path, "other.png", 91), WHOLE, RECT, **PAGE),
        cuts.path(source, Box(x0=0, y0=0, x1=0.5, y1=0.5), RECT, **PAGE),
        cuts.path(source, WHOLE, Rect(x=24, y=25, width=144.001, height=81), **PAGE),
        cuts.path(source, WHOLE, RECT, ppi=150, quality=88),
        cuts.path(source, WHOLE, RECT, ppi=200, quality=80),
    ]
    assert len({usual, *others}) == 6
    assert cuts.path(painting(tmp_path / "elsewhere", "b.png", 90), WHOLE, RECT, **PAGE) == usual


def test_a_damaged_cut_is_set_aside_told_and_made_again(tmp_path: Path) -> None:
    told: list[str] = []
    source, cuts = painting(tmp_path, "a.png", 90), Cuts(tmp_path / "cuts", told.append)
    cut = cuts.jpeg(source, WHOLE, RECT, **PAGE)
    whole = cut.read_bytes()
    cut.write_bytes(whole[:100] + bytes([whole[100] ^ 1]) + whole[101:])
    assert cuts.jpeg(source, WHOLE, RECT, **PAGE).read_bytes() == whole
    assert len(told) == 1 and str(cut) in told[0]


def test_paintings_of_one_name_in_two_folders_are_told_apart(tmp_path: Path) -> None:
    cuts = Cuts(tmp_path / "cuts")
    shades = []
    for folder, shade in (("one", 40), ("two", 200)):
        with Image.open(cuts.jpeg(painting(tmp_path / folder, "p.png", shade), WHOLE, RECT, **PAGE)) as cut:
            shades.append(cut.convert("L").getpixel((9, 9)))
    assert shades == pytest.approx([40, 200], abs=2)
