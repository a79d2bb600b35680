"""The sheet of styles: every picture in its row and column, and no larger a file than asked."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from layouts.contacts.style_sheet import SheetRow, style_sheet

RED, GREEN, BLUE, GREY = (200, 40, 40), (40, 200, 40), (40, 40, 200), (205, 205, 200)


def flat(folder: Path, colour: tuple[int, int, int], size: tuple[int, int]) -> Path:
    path = folder / f"{colour}{size}.png"
    Image.new("RGB", size, colour).save(path)
    return path


def nearest(pixel: tuple[int, ...]) -> tuple[int, int, int]:
    return min((RED, GREEN, BLUE, GREY), key=lambda colour: sum(abs(a - b) for a, b in zip(colour, pixel, strict=True)))


def test_rows_are_frames_and_columns_are_styles(tmp_path: Path) -> None:
    """Two columns of 420: heads take 36 + 10, rows 210 and 168, labels 25 each, the foot 25 + 10."""
    wide = [flat(tmp_path, colour, (200, 100)) for colour in (RED, GREEN)]
    flatter = [tmp_path / "none.png", flat(tmp_path, BLUE, (500, 200))]
    rows = [SheetRow(label="a", pictures=tuple(wide)), SheetRow(label="b", pictures=tuple(flatter))]
    target = style_sheet(["frame", "ink"], rows, tmp_path / "out" / "sheet.jpg", foot=["by somebody"])
    with Image.open(target) as sheet:
        assert sheet.format == "JPEG" and sheet.size == (10 + 2 * 430, 46 + 210 + 25 + 168 + 25 + 25 + 10)
        seen = [[nearest(sheet.getpixel((x, y))) for x in (220, 650)] for y in (46 + 105, 46 + 210 + 25 + 84)]
    assert seen == [[RED, GREEN], [GREY, BLUE]]


def test_names_labels_and_lines_at_the_foot_are_lettered(tmp_path: Path) -> None:
    picture = flat(tmp_path, RED, (200, 100))

    def ink(head: str, label: str, foot: str) -> list[bool]:
        row = SheetRow(label=label, pictures=(picture,))
        with Image.open(style_sheet([head], [row], tmp_path / "s.jpg", foot=[foot])) as sheet:
            grey = np.asarray(sheet.convert("L"), int)
        return [bool((grey[top:below] < 150).any()) for top, below in ((0, 44), (260, 280), (283, 310))]

    assert ink("", "", "") == [False, False, False]
    assert ink("ink", "", "") == [True, False, False]
    assert ink("", "film", "") == [False, True, False]
    assert ink("", "", "by me") == [False, False, True]


def test_the_file_is_no_larger_than_asked_and_always_the_same(tmp_path: Path) -> None:
    noise = np.random.default_rng(1).integers(0, 255, (240, 400, 3), np.uint8)
    Image.fromarray(noise).save(tmp_path / "noise.png")
    rows = [SheetRow(label="noise", pictures=(tmp_path / "noise.png",) * 3)]
    sizes = {}
    for most in (10_000_000, 120_000, 20_000):
        files = [style_sheet("abc", rows, tmp_path / name, most_bytes=most).read_bytes() for name in ("a.jpg", "b.jpg")]
        assert files[0] == files[1] and len(files[0]) <= most
        with Image.open(tmp_path / "a.jpg") as sheet:
            sizes[most] = sheet.width
    assert sizes[10_000_000] >= sizes[120_000] > sizes[20_000]


def test_a_row_that_does_not_fit_is_our_fault(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="every row needs 2"):
        style_sheet(["a", "b"], [SheetRow(label="", pictures=())], tmp_path / "s.jpg")
