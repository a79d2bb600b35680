from pathlib import Path

import pytest
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from configs.errors import InputError
from layouts.proof.preview import page_pictures


@pytest.fixture
def comic(tmp_path: Path) -> Path:
    path = tmp_path / "comic.pdf"
    canvas = Canvas(str(path), pagesize=(477, 738), invariant=1)
    for grey in (0.2, 0.5, 0.8):
        canvas.setFillGray(grey)
        canvas.rect(0, 0, 477, 738, stroke=0, fill=1)
        canvas.showPage()
    canvas.save()
    return path


def test_draws_the_first_pages(comic: Path, tmp_path: Path) -> None:
    pictures = page_pictures(comic, tmp_path / "out", first=2, width_px=300)
    assert [path.name for path in pictures] == ["page-001.jpg", "page-002.jpg"]
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["page-001.jpg", "page-002.jpg"]
    for path, grey in zip(pictures, (51, 128), strict=True):
        with Image.open(path) as picture:
            assert picture.width in (300, 301) and picture.height == pytest.approx(464, abs=2)
            assert picture.convert("L").getpixel((150, 200)) == pytest.approx(grey, abs=3)


def test_no_more_pages_than_there_are(comic: Path, tmp_path: Path) -> None:
    assert len(page_pictures(comic, tmp_path, first=9, width_px=100)) == 3
    assert page_pictures(comic, tmp_path, first=0) == []


def test_what_is_no_pdf_is_one_line(tmp_path: Path) -> None:
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(b"%PDF-1.7 no more")
    for path in (broken, tmp_path / "none.pdf"):
        with pytest.raises(InputError, match="not a PDF that can be drawn"):
            page_pictures(path, tmp_path)
