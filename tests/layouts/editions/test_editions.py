"""Editions: every kind of file holds the whole book, in order, described, and the same bytes every time."""

import io
import re
import zipfile
from fractions import Fraction
from pathlib import Path
from xml.etree import ElementTree

import pikepdf
import pytest
from PIL import Image

from configs.recipes.page_settings import load_format
from configs.units import Box, Face
from layouts.book.crops import painted_whole
from layouts.book.page import Book
from layouts.book.storyboard import FilmRef, Framing, PageBoard, Panel, Series, Storyboard, Words
from layouts.editions.cbz import comic_info
from layouts.editions.pdf.pdf import write_pdf
from layouts.editions.table import PUBLISHERS
from layouts.lettering.fonts import pick_fonts
from layouts.pages.compose import compose_book
from layouts.pages.mirroring import mirrored_page, mirrored_panel, mirrored_storyboard
from tests.layouts.composing import order_seen

LEFT = Face(box=Box(x0=0.1, y0=0.2, x1=0.3, y1=0.6), mouth=(0.2, 0.5), score=0.9)
SAID = "Where have you been & why?"


def board(pages: int = 3, panels: int = 4) -> Storyboard:
    boards = tuple(
        PageBoard(
            panels=tuple(
                Panel(
                    at_s=Fraction(number * panels + slot),
                    faces=(LEFT,),
                    words=(Words(text=SAID), Words(text="Far away.", kind="narration")) if slot % 2 else (),
                    frame=Framing.BLEED if (number, slot) == (0, 0) else Framing.BOX,
                    opens_scene=slot == 0,
                )
                for slot in range(panels)
            ),
            chapter=f"Part {number + 1}",
        )
        for number in range(pages)
    )
    film = FilmRef(sha256="ab" * 32, path="a.mkv", title="A <film>", duration_s=Fraction(3600), size_px=(960, 540))
    return Storyboard(film=film, language="en", style="ink-line", format="us", pages=boards)


def drawn(edition: str, folder: Path, **film: object) -> tuple[Book, Path]:
    told = board()
    told = told.model_copy(update={"film": told.film.model_copy(update=film)})
    book, _ = compose_book(told, load_format(edition), pick_fonts(["a"]))
    picture = folder / "a.png"
    Image.new("RGB", (96, 54), (90, 120, 160)).save(picture)
    times = {panel.at_s: picture for page in book.pages for panel in page.panels}
    write_pdf(book, painted_whole(book, times), folder / "book.pdf")
    return book, folder / "book.pdf"


@pytest.fixture(scope="module")
def manga(tmp_path_factory: pytest.TempPathFactory) -> tuple[Book, Path]:
    return drawn("manga", tmp_path_factory.mktemp("manga"))


@pytest.mark.parametrize("kind", [".cbz", ".epub", ".html", ".zip"])
def test_the_same_bytes_every_time(manga: tuple[Book, Path], tmp_path: Path, kind: str) -> None:
    for name in ("one", "two"):
        PUBLISHERS[kind].publish(*manga, tmp_path / name)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_cbz_is_what_readers_of_comics_know(manga: tuple[Book, Path], tmp_path: Path) -> None:
    book, pdf = manga
    PUBLISHERS[".cbz"].publish(book, pdf, tmp_path / "a.cbz")
    with zipfile.ZipFile(tmp_path / "a.cbz") as archive:
        names = archive.namelist()
        assert names == [*(f"{at + 1:04}.jpg" for at in range(len(book.sheets))), "ComicInfo.xml"]
        assert all(one.compress_type == zipfile.ZIP_STORED for one in archive.infolist())
        root = ElementTree.fromstring(archive.read("ComicInfo.xml"))
        with Image.open(io.BytesIO(archive.read("0002.jpg"))) as page:
            size = page.size
    order = ["Title", "Series", "Number", "Summary", "Genre", "PageCount", "LanguageISO", "Format", "Manga", "Pages"]
    assert [child.tag for child in root] == order, "the schema is a sequence"
    told = {child.tag: child.text for child in root}
    assert told["Title"] == "A <film>" and told["Manga"] == "YesAndRightToLeft" and told["LanguageISO"] == "en"
    pages = root.find("Pages")
    assert pages is not None and told["PageCount"] == str(len(pages)) == str(len(book.sheets))
    assert (int(pages[1].attrib["ImageWidth"]), int(pages[1].attrib["ImageHeight"])) == size
    assert [page.attrib.get("Bookmark") for page in pages] == ["A <film>", "Part 1", "Part 2", "Part 3"]


def test_epub_holds_words_and_descriptions(manga: tuple[Book, Path], tmp_path: Path) -> None:
    book, pdf = manga
    PUBLISHERS[".epub"].publish(book, pdf, tmp_path / "a.epub")
    with zipfile.ZipFile(tmp_path / "a.epub") as archive:
        first = archive.infolist()[0]
        assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)
        files = {name: archive.read(name) for name in archive.namelist()}
    for name, content in files.items():
        if name.endswith((".xhtml", ".opf", ".xml")):
            ElementTree.fromstring(content)
    package = files["OEBPS/book.opf"].decode()
    assert 'page-progression-direction="rtl"' in package and "pre-paginated" in package
    listed = set(re.findall(r'href="([^"]+)"', package))
    assert listed == {name.removeprefix("OEBPS/") for name in files if name.startswith("OEBPS/")} - {"book.opf"}
    page = files["OEBPS/page0002.xhtml"].decode()
    assert page.count("<figure") == len(book.pages[0].panels) and "&amp; why?" in page
    assert page.index("Panel 1,") < page.index("Panel 2,")


def test_html_is_one_page_that_asks_nothing_of_the_network(manga: tuple[Book, Path], tmp_path: Path) -> None:
    book, pdf = manga
    PUBLISHERS[".html"].publish(book, pdf, tmp_path / "a.html")
    text = (tmp_path / "a.html").read_text(encoding="utf-8")
    addresses = re.findall(r'(?:src|href)="([^"]{0,40})', text) + re.findall(r"url\(([^)]{0,40})", text)
    assert addresses and all(address.startswith("data:") for address in addresses)
    assert "http" not in re.sub(r'base64,[^"]+', "", text)
    assert text.count('<section class="page"') == len(book.sheets)
    assert text.count("<figure ") == sum(len(page.panels) for page in book.pages)
    assert 'data-direction="rtl"' in text and "A &lt;film&gt;" in text and "&amp; why?" in text


def test_a_strip_is_as_wide_and_no_higher_than_sites_take(tmp_path: Path) -> None:
    book, pdf = drawn("webtoon", tmp_path)
    assert sum(len(page.panels) for page in book.pages) == 12
    PUBLISHERS[".zip"].publish(book, pdf, tmp_path / "a.zip")
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        for name in archive.namelist():
            content = archive.read(name)
            assert len(content) <= 2_000_000
            with Image.open(io.BytesIO(content)) as slice:
                assert slice.width == 800 and slice.height <= 1280
    for page in book.pages:
        assert page.height_pt is not None
        assert all(panel.rect.y >= 0 and panel.rect.bottom <= page.height_pt for panel in page.panels)


def test_a_mirror_in_a_mirror_is_the_thing_itself() -> None:
    told = board()
    twice = mirrored_storyboard(mirrored_storyboard(told)).pages[0].panels[0].faces[0]
    assert (twice.box.x0, twice.box.x1, *twice.mouth) == pytest.approx((LEFT.box.x0, LEFT.box.x1, *LEFT.mouth))
    book, _ = compose_book(told, load_format("us"), pick_fonts(["a"]))
    page = book.pages[1]
    back = mirrored_page(mirrored_page(page, 477.0), 477.0)
    for one, other in zip(page.panels, back.panels, strict=True):
        assert one.rect.x == pytest.approx(other.rect.x) and one.crop.x0 == pytest.approx(other.crop.x0)
        assert [b.lines[0].x for b in one.balloons] == pytest.approx([b.lines[0].x for b in other.balloons], abs=0.01)
    assert mirrored_panel(page.panels[0], 477.0).rect.right == pytest.approx(477 - page.panels[0].rect.x)


def test_a_manga_is_read_from_the_right_with_its_art_as_it_was(manga: tuple[Book, Path]) -> None:
    book = manga[0]
    left, _ = compose_book(board(), load_format("manga", {"direction": "ltr"}), pick_fonts(["a"]))
    for right_page, left_page in zip(book.pages, left.pages, strict=True):
        mirrored = [tuple((book.format.width_pt - x, y) for x, y in panel.corners[::-1]) for panel in right_page.panels]
        assert order_seen(mirrored) == list(range(len(mirrored)))
        for one, other in zip(right_page.panels, left_page.panels, strict=True):
            # not turned round: the face at the left of the picture is still left of its middle, as far as it is seen
            assert one.crop.x0 < 0.3 and one.at_s == other.at_s
            said = [[line.text for line in balloon.lines] for balloon in one.balloons]
            assert all(said) and all(balloon.body.x > 0 for balloon in one.balloons)


def test_the_storyboard_is_told_as_the_edition_has_its_pages() -> None:
    told = board(panels=6)
    book, pages = compose_book(told, load_format("phone"), pick_fonts(["a"]))
    assert len(book.pages) == len(pages.pages) > len(told.pages)
    flat = [panel.at_s for page in pages.pages for panel in page.panels]
    assert flat == [panel.at_s for page in told.pages for panel in page.panels]
    assert [page.chapter for page in pages.pages if page.chapter] == ["Part 1", "Part 2", "Part 3"]


def test_an_episode_says_so_in_every_kind_of_book(tmp_path: Path) -> None:
    series = Series(name="The Show & Co", season=1, number=2, part="Pilot")
    book, pdf = drawn("us", tmp_path, title="The Show & Co", series=series, year=2010)
    assert book.title == "The Show & Co – Season 1, episode 2: Pilot"
    printed = "".join(line.text for line in book.cover.imprint)
    assert "(2010)" in printed
    assert " ".join(line.text.strip() for line in book.cover.issue) == "Season 1, episode 2: Pilot"
    assert book.cover.title[-1].baseline < book.cover.issue[0].baseline < book.cover.imprint[0].baseline
    assert " ".join(line.text for line in book.cover.title) == "The Show & Co"
    told = {child.tag: child.text for child in ElementTree.fromstring(comic_info(book, []))}
    assert list(told)[:4] == ["Title", "Series", "Number", "Volume"], "the schema is a sequence"
    assert [told[key] for key in ("Title", "Series", "Number", "Volume")] == ["Pilot", "The Show & Co", "2", "1"]
    PUBLISHERS[".epub"].publish(book, pdf, tmp_path / "a.epub")
    with zipfile.ZipFile(tmp_path / "a.epub") as archive:
        package = archive.read("OEBPS/book.opf").decode()
    assert '<meta property="belongs-to-collection" id="series">The Show &amp; Co</meta>' in package
    assert '<meta refines="#series" property="group-position">2</meta>' in package
    with pikepdf.open(pdf) as document:
        assert str(document.docinfo["/Title"]) == book.title
        assert str(document.docinfo["/Subject"]).endswith("; The Show & Co – Season 1, episode 2: Pilot")
