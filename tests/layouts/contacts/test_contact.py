from pathlib import Path

import pytest
from PIL import Image

from layouts.contacts.contact import contact_sheet, sample_evenly


@pytest.fixture
def pictures(tmp_path: Path) -> list[Path]:
    colours = [(200, 40, 40), (40, 200, 40), (40, 40, 200)]
    sizes = [(480, 204), (204, 480), (32, 14)]
    paths = [tmp_path / f"{number}.jpg" for number in range(3)]
    for path, colour, size in zip(paths, colours, sizes, strict=True):
        Image.new("RGB", size, colour).save(path, quality=95)
    return paths


def test_shows_each_picture_in_its_place(pictures: list[Path], tmp_path: Path) -> None:
    target = contact_sheet(pictures, ["0:00:01", "0:00:02", "0:00:03"], tmp_path / "out" / "sheet.jpg", columns=3)
    with Image.open(target) as sheet:
        assert sheet.format == "JPEG"
        middles = [sheet.getpixel((6 + 96 + 198 * column, 6 + 41)) for column in range(3)]
    assert [max(range(3), key=middle.__getitem__) for middle in middles] == [0, 1, 2]
    assert [each.name for each in target.parent.iterdir()] == ["sheet.jpg"]


def test_labels_are_drawn(pictures: list[Path], tmp_path: Path) -> None:
    plain = contact_sheet(pictures, ["", "", ""], tmp_path / "a.jpg").read_bytes()
    assert contact_sheet(pictures, ["0:00:01", "", ""], tmp_path / "b.jpg").read_bytes() != plain
    contact_sheet(pictures, ["a very long label that cannot stand under one tile at all", "…", "x"], tmp_path / "c.jpg")


def test_same_pictures_same_bytes(pictures: list[Path], tmp_path: Path) -> None:
    sheets = [contact_sheet(pictures, ["a", "b", "c"], tmp_path / name).read_bytes() for name in ("a.jpg", "b.jpg")]
    assert sheets[0] == sheets[1]


def test_thousands_are_sampled(pictures: list[Path], tmp_path: Path) -> None:
    target = contact_sheet(pictures[:1] * 3000, [str(at) for at in range(3000)], tmp_path / "s.jpg", most=50)
    with Image.open(target) as sheet:
        assert sheet.size[0] * sheet.size[1] < 60 * 200 * 180
        assert sheet.size[0] < 65_500 > sheet.size[1]
    assert sample_evenly(3000, 4) == [0, 999, 1999, 2999]
    assert sample_evenly(3, 5) == [0, 1, 2] and sample_evenly(9, 1) == [0] and sample_evenly(0, 5) == []


def test_a_picture_that_cannot_be_read_becomes_grey(pictures: list[Path], tmp_path: Path) -> None:
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(b"no picture")
    target = contact_sheet([broken, tmp_path / "missing.jpg", *pictures], list("abcde"), tmp_path / "s.jpg")
    assert target.is_file()


def test_no_pictures(tmp_path: Path) -> None:
    assert contact_sheet([], [], tmp_path / "s.jpg").is_file()
    with pytest.raises(ValueError, match="need as many labels"):
        contact_sheet([], ["a"], tmp_path / "t.jpg")
