"""The sheet of styles and the gallery, whole: pictures as they are and painted, each in its place."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from configs.errors import InputError
from flows.sheet import make_gallery, make_sheet
from tests.film.drawn import draw
from tests.layouts.contacts.test_gallery_page import pictures_in

pytestmark = pytest.mark.usefixtures("prefect_server")

DARK, PALE = 40, 210


def half(number: int) -> np.ndarray:
    """The first second is dark, the next is pale."""
    return np.full((90, 160, 3), DARK if number < 25 else PALE, np.uint8)


def test_a_row_a_frame_and_a_column_a_style(tmp_path: Path) -> None:
    film = draw(tmp_path / "my_film.mp4", half, count=50)
    out = tmp_path / "sheet.jpg"
    styles = ("ink-line", "ink-watercolour")
    assert make_sheet((film,), out, styles, ("0.5,1.5",), work=tmp_path / "work") == out
    with Image.open(out) as sheet:
        grey = np.asarray(sheet.convert("L"), int)
        assert sheet.width == 10 + 3 * 430 and sheet.height < 700
    rows = [grey[46 + 118], grey[46 + 236 + 25 + 118]]  # the middles of two rows of 236 px
    assert [abs(row[220] - shade) < 6 for row, shade in zip(rows, (DARK, PALE), strict=True)] == [True, True]
    for column in (650, 1080):
        assert rows[0][column] < rows[1][column], "painted, dark stays darker than pale"
    paintings = sorted(path.name for path in (tmp_path / "work").rglob("paintings/*/*.png"))
    assert len(paintings) == 4

    make_sheet((film,), out, styles, ("1.5,0.5",), work=tmp_path / "work")
    assert sorted(path.name for path in (tmp_path / "work").rglob("paintings/*/*.png")) == paintings
    with Image.open(out) as sheet:
        assert abs(sheet.convert("L").getpixel((220, 46 + 118)) - PALE) < 6, "in the order that was asked for"

    make_sheet((film,), out, ("ink-line",), frames=1, work=tmp_path / "work")
    with Image.open(out) as sheet:
        assert sheet.width == 10 + 2 * 430 and sheet.height < 350, "one frame, chosen by itself"
    with pytest.raises(InputError, match="the film ends at 0:00:02"):
        make_sheet((film,), out, ("ink-line",), ("9",), work=tmp_path / "work")


def test_a_gallery_of_a_frame_and_of_a_photo(tmp_path: Path) -> None:
    film, out, work = draw(tmp_path / "my_film.mp4", half, count=50), tmp_path / "g.html", tmp_path / "work"
    styles = ("ink-line", "ink-watercolour")
    assert make_gallery(film, out, styles, at="1.5", credits=("© me",), work=work) == out
    page = out.read_text(encoding="utf-8")
    assert "my film 0:00:01.5 in 2 styles" in page and "© me" in page
    assert [f"<h2>{style}</h2>" in page for style in styles] == [True, True]
    shown = [np.asarray(picture.convert("L")).mean() for picture in pictures_in(page)]
    assert len(shown) == 4 and abs(shown[0] - PALE) < 6 and min(shown[2:]) > 140, "the pale half of the film"

    make_gallery(film, out, styles, at="1.5", credits=("© me",), work=work)
    assert out.read_text(encoding="utf-8") == page, "painted and timed once"
    assert not list(work.rglob("gallery/frames/*.png")), "they are large"

    Image.fromarray(half(0)[:60]).save(tmp_path / "photo.jpg", quality=95)
    make_gallery(tmp_path / "photo.jpg", out, ("ink-line",), work=work)
    page = out.read_text(encoding="utf-8")
    assert "photo.jpg in 1 style<" in page and {picture.size for picture in pictures_in(page)} == {(160, 60)}
    with pytest.raises(InputError, match="the film ends at 0:00:02"):
        make_gallery(film, out, ("ink-line",), at="9", work=work)
    (tmp_path / "no.jpg").write_bytes(b"no picture")
    with pytest.raises(InputError, match=r"no\.jpg: is no picture"):
        make_gallery(tmp_path / "no.jpg", out, ("ink-line",), work=work)
    assert out.read_text(encoding="utf-8") == page, "as it was"
