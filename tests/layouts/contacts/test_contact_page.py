import re
from fractions import Fraction
from pathlib import Path

import pytest
from PIL import Image

from layouts.book.documents import _decimal
from layouts.contacts.contact_page import ShotRow, Tile, contact_page, time_text


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    Image.new("RGB", (480, 204), (200, 40, 40)).save(tmp_path / "p.jpg")
    return tmp_path / "p.jpg"


def test_the_page_holds_all_it_shows(picture: Path, tmp_path: Path) -> None:
    tiles = (
        Tile(at_s=Fraction(7, 3), image=picture, chosen=True),
        Tile(at_s=3, image=tmp_path / "gone.jpg", chosen=False),
    )
    rows = [
        ShotRow(shot=4, start_s=2, end_s=Fraction("4.5"), tiles=tiles),
        ShotRow(shot=5, start_s=5, end_s=6, tiles=()),
    ]
    page = contact_page("<b>Film</b>", rows, tmp_path / "c.html").read_text()
    assert "<b>Film" not in page and "Shot 4" in page and "2.00 to 4.50 s" in page and "Shot 5" in page
    assert re.findall("<code>([0-9.]+)</code>", page) == ["2.333333", "3"]
    assert page.count('class="chosen"') == 1 and page.count("<img src=") == 2
    assert not re.search(r"""(?:src|href)=["'](?!data:)""", page), "nothing is fetched from elsewhere"
    assert contact_page("<b>Film</b>", rows, tmp_path / "d.html").read_text() == page


@pytest.mark.parametrize("at_s", [Fraction(0), Fraction(1, 3), Fraction(167, 2), Fraction(7200), Fraction(1, 10**7)])
def test_times_stand_as_in_a_storyboard(at_s: Fraction) -> None:
    assert time_text(at_s) == _decimal(at_s)
