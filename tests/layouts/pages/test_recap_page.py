"""The recap's page: before page 1 in every edition, within the margins, in the order of the story, drawn and told."""

import zipfile
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from configs.recipes.page_settings import load_format
from layouts.book.crops import painted_whole, picture_needs
from layouts.book.page import Book, Leaf, LeafKind, PlacedPanel
from layouts.book.storyboard import Storyboard
from layouts.covers.matter import THICK_PAGES
from layouts.covers.previously import Recap, retold, weightiest
from layouts.editions.pdf.pdf import write_pdf
from layouts.editions.table import PUBLISHERS
from layouts.lettering.fonts import pick_fonts
from layouts.pages.compose import compose_book
from tests.layouts.boards import board, face, panel, words
from tests.layouts.composing import order_seen

EDITIONS = ("us", "a4", "manga", "phone", "webtoon")
LEFT = face(0.1, 0.2, 0.3, 0.6)


def episode(pages: int, **more: object) -> Storyboard:
    said = words("I have been alone for as long as I can remember.")
    return board(
        *(
            [panel(4 * page + at, *([said] if at == 1 else []), faces=[LEFT], shot=4 * page + at) for at in range(4)]
            for page in range(pages)
        ),
        **more,  # type: ignore[arg-type]
    )


def recap(size_px: tuple[int, int] = (1280, 720)) -> Recap:
    before = episode(6, size_px=size_px)
    return Recap(moments=retold(weightiest(before), before.film), episode="Season 1, episode 1: Snow")


def composed(edition: str, pages: int = 2, language: str = "en", **page: object) -> tuple[Book, Leaf]:
    told = episode(pages, language=language)
    book, _ = compose_book(told, load_format(edition, page), pick_fonts(["a"]), recap=recap())
    return book, book.front[-1]


@pytest.mark.parametrize("edition", EDITIONS)
def test_it_faces_page_one_and_keeps_the_margins(edition: str) -> None:
    book, leaf = composed(edition)
    page = book.format
    assert [one.kind for one in book.front] == [LeafKind.RECAP] and book.sheets.index(book.pages[0]) == 2
    assert [line.text.strip() for line in leaf.lines[:2]] == ["Previously", "Season 1, episode 1: Snow"]
    assert len(leaf.pictures) >= {"phone": 3, "webtoon": 2}.get(edition, 4)
    for picture in leaf.pictures:
        assert picture.at_s < 0 and picture.source_px == (1280, 720)
        assert (
            page.margin_side_pt - 0.1 <= picture.rect.x
            and picture.rect.right <= page.width_pt - page.margin_side_pt + 0.1
        )
        assert (
            leaf.lines[1].baseline
            < picture.rect.y
            < picture.rect.bottom
            <= page.height_pt - page.margin_bottom_pt + 0.1
        )
        assert len(picture.balloons) <= 1 and "the episode before" in picture.alt
    assert {one.at_s for one in leaf.pictures} < picture_needs(book).keys()


@pytest.mark.parametrize("edition", ["us", "manga"])
def test_its_panels_are_read_in_the_order_of_the_story(edition: str) -> None:
    book, leaf = composed(edition)
    assert [one.at_s for one in leaf.pictures] == sorted(one.at_s for one in leaf.pictures)
    width = book.format.width_pt
    seen = (
        [_turned(one, width) for one in leaf.pictures] if edition == "manga" else [one.corners for one in leaf.pictures]
    )
    assert order_seen(seen) == list(range(len(leaf.pictures)))
    speaking = next(one for one in leaf.pictures if one.balloons)
    assert speaking.balloons[0].mouth is not None, "who speaks is in sight"


def _turned(panel: PlacedPanel, width_pt: float) -> list[tuple[float, float]]:
    return [(width_pt - x, y) for x, y in panel.corners]


@pytest.mark.parametrize("bleed_pt", [0.0, 9.0])
@pytest.mark.parametrize("chapters", [0, 2])
def test_page_one_of_a_thick_book_stays_a_right_hand_page(bleed_pt: float, chapters: int) -> None:
    told = episode(THICK_PAGES, chapters=[f"Part {number}" for number in range(chapters)])
    for given in (None, recap()):
        book, _ = compose_book(told, load_format("us", {"bleed_pt": bleed_pt}), pick_fonts(["a"]), recap=given)
        assert book.sheets.index(book.pages[0]) % 2 == 0
        assert (book.front[-1].kind is LeafKind.RECAP) == (given is not None)


def test_a_book_without_one_is_as_it_was() -> None:
    told = episode(3)
    plain = compose_book(told, load_format("us"), pick_fonts(["a"]))[0]
    assert plain.front == () and composed("us", 3)[0].pages == plain.pages


@pytest.mark.parametrize("edition", EDITIONS)
def test_every_kind_of_file_has_it(edition: str, tmp_path: Path) -> None:
    book, leaf = composed(edition, language="de")
    picture = tmp_path / "a.png"
    Image.new("RGB", (128, 72), (90, 120, 160)).save(picture)
    drawn = tmp_path / "book.pdf"
    write_pdf(book, painted_whole(book, dict.fromkeys(picture_needs(book), picture)), drawn)
    with pikepdf.open(drawn) as pdf, pdf.open_outline() as outline:
        assert [page.label for page in pdf.pages][:3] == ["Cover", "i", "1"]
        assert outline.root[1].title == "Was bisher geschah"
    if edition == "webtoon":
        PUBLISHERS[".zip"].publish(book, drawn, tmp_path / "a.zip")
        with zipfile.ZipFile(tmp_path / "a.zip") as archive:
            assert len(archive.namelist()) == len(book.pages) + 2
        return
    for kind in (".cbz", ".epub"):
        PUBLISHERS[kind].publish(book, drawn, tmp_path / f"a{kind}")
    with zipfile.ZipFile(tmp_path / "a.cbz") as archive:
        assert "0002.jpg" in archive.namelist() and b"Was bisher geschah" in archive.read("ComicInfo.xml")
    with zipfile.ZipFile(tmp_path / "a.epub") as archive:
        told = archive.read("OEBPS/page0002.xhtml").decode()
    assert told.count("the episode before") == len(leaf.pictures) and "alone for as long" in told
