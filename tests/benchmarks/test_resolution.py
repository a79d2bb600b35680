"""Pixels to the inch of the pictures of a PDF."""

from pathlib import Path

import pytest
from PIL import Image

from benchmarks.resolution import resolution
from layouts.book.crops import painted_whole
from layouts.editions.pdf.pdf import write_pdf
from tests.layouts.sound_book import BOOK


def test_pictures_have_the_pixels_that_were_painted(tmp_path: Path) -> None:
    Image.new("RGB", (240, 135), (90, 120, 160)).save(tmp_path / "a.png")
    times = dict.fromkeys([panel.at_s for page in BOOK.pages for panel in page.panels], tmp_path / "a.png")
    write_pdf(BOOK, painted_whole(BOOK, times), tmp_path / "a.pdf")
    shown = [*(panel for page in BOOK.pages for panel in page.panels), BOOK.cover]
    expected = sorted(240 * one.crop.width / one.rect.width * 72 for one in shown)
    found = resolution(tmp_path / "a.pdf")
    assert found.pictures == len(shown) and found.least == pytest.approx(expected[0], rel=0.03)
    assert min(expected) < found.median < max(expected)
    assert found.share_under_150 == sum(each < 150 for each in expected) / len(shown)
