"""The gallery's page: everything in one file, told as it is, and nothing in it that runs."""

import base64
import io
import re
from pathlib import Path

import pytest
from PIL import Image

from configs.errors import OutputError
from layouts.contacts.gallery_page import GalleryCard, file_size, gallery_page, seconds_text

SIZE_PX = (120, 50)


def card(path: Path, shade: int, **facts: object) -> GalleryCard:
    Image.new("RGB", SIZE_PX, (shade,) * 3).save(path)
    told = {"name": path.stem, "description": "flat", "licence": "MIT", "seconds": 1.234, **facts}
    return GalleryCard(picture=path, **told)


def pictures_in(page: str) -> list[Image.Image]:
    """Return the pictures that a page holds, in its order."""
    found = [base64.b64decode(data) for data in re.findall(r"data:image/jpeg;base64,([\w+/=]+)", page)]
    return [Image.open(io.BytesIO(data)) for data in found]


def shades(page: str) -> list[int]:
    """Return the shade of each picture, in the order of the page."""
    pictures = pictures_in(page)
    assert {picture.size for picture in pictures} == {SIZE_PX}
    return [round(picture.convert("L").resize((1, 1)).getpixel((0, 0)) / 10) * 10 for picture in pictures]


def test_the_page_holds_all_it_shows_and_runs_nothing(tmp_path: Path) -> None:
    Image.new("RGB", (240, 100), (100,) * 3).save(tmp_path / "source.png")
    cards = [card(tmp_path / "<i>.png", 30), card(tmp_path / "b.png", 200, licence="", seconds=250.0)]
    made = gallery_page(
        "<b>It</b>", tmp_path / "source.png", cards, tmp_path / "g.html", size_px=SIZE_PX, foot=["<u>© me"]
    )
    page = made.read_text(encoding="utf-8")
    assert shades(page) == [100, 100, 30, 200], "the source of the wipe, the source itself, the paintings"
    assert not re.search(r"<script|javascript:|\son\w+=|<b>It|<u>", page)
    assert not re.search(r"""(?:src|href)=["'](?!data:)|url\((?!data:)""", page), "nothing is fetched from elsewhere"
    assert "&lt;i&gt;</h2>" in page and "licence not told" in page and "&lt;u&gt;© me" in page
    sizes = [len(base64.b64decode(data)) for data in re.findall(r"<img src=.data:image/jpeg;base64,([\w+/=]+)", page)]
    facts = [f"1.2 s · {file_size(sizes[1])}", f"250 s · {file_size(sizes[2])}"]
    assert re.findall(r"<b>([^<]+)</b></p>", page) == [file_size(sizes[0]), *facts]


def test_the_wipe_reaches_from_edge_to_edge(tmp_path: Path) -> None:
    """Each strip shows the source up to its own right edge, and the strips leave no gap."""
    made = card(tmp_path / "a.png", 30)
    page = gallery_page("a", made.picture, [made], tmp_path / "g.html", size_px=SIZE_PX).read_text(encoding="utf-8")
    width = float(re.findall(r"i\{width:([\d.]+)%", page)[0])
    lefts = [float(left) for left in re.findall(r"\{left:([\d.]+)%\}", page)]
    rests = [float(rest) for rest in re.findall(r":hover~span\{clip-path:inset\(0 ([\d.]+)% 0 0\)", page)]
    assert page.count("<i></i>") == len(lefts) == len(rests) > 9
    assert lefts == pytest.approx([width * at for at in range(len(lefts))]) and lefts[-1] + width == pytest.approx(100)
    assert [left + width + rest for left, rest in zip(lefts, rests, strict=True)] == pytest.approx([100] * len(lefts))


def test_a_page_that_cannot_be_written_is_none(tmp_path: Path) -> None:
    made = card(tmp_path / "a.png", 30)
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError):
        gallery_page("a", made.picture, [made], tmp_path / "file" / "g.html", size_px=SIZE_PX)


@pytest.mark.parametrize(
    ("size_bytes", "told"), [(0, "1 kB"), (1499, "1 kB"), (87_400, "87 kB"), (999_499, "999 kB"), (999_500, "1.0 MB")]
)
def test_sizes(size_bytes: int, told: str) -> None:
    assert file_size(size_bytes) == told


@pytest.mark.parametrize(
    ("seconds", "told"), [(0.0, "less than 0.01 s"), (0.25, "0.25 s"), (3.14, "3.1 s"), (12.0, "12 s"), (247, "250 s")]
)
def test_times(seconds: float, told: str) -> None:
    assert seconds_text(seconds) == told
