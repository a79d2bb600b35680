"""Front and back matter: only thick books have it, page 1 stays a right-hand page, its words and links are right."""

from fractions import Fraction
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from configs.recipes.page_settings import load_format
from configs.units import Box, Face
from layouts.book.crops import painted_whole, picture_needs
from layouts.book.page import Book, LeafKind
from layouts.book.storyboard import FilmRef, PageBoard, Panel, Storyboard, Words
from layouts.covers.matter import THICK_PAGES, Colophon
from layouts.editions.pdf.pdf import write_pdf
from layouts.lettering.fonts import pick_fonts
from tests.layouts.composing import compose

FACE = Face(box=Box(x0=0.4, y0=0.2, x1=0.6, y1=0.6), mouth=(0.5, 0.52), score=0.9)
SPEAKERS = ("Mary", "Tom")
MADE = Colophon(licence="MIT", credit="© A. Maker, CC BY 3.0", version="1.2")


def book(pages: int, *, chapters: int = 0, speaker: str = "", words_from: str = "", bleed_pt: float = 0.0) -> Book:
    boards = tuple(
        PageBoard(
            panels=tuple(
                Panel(
                    at_s=Fraction(number * 4 + slot),
                    faces=(FACE,),
                    words=(Words(text="Where have you been?", speaker=speaker and SPEAKERS[number % 2]),)
                    if slot == 1
                    else (),
                )
                for slot in range(3)
            ),
            chapter=f"Part {number + 1}" if number < chapters else "",
        )
        for number in range(pages)
    )
    film = FilmRef(sha256="ab" * 32, path="a.mkv", title="A film", duration_s=Fraction(3600), size_px=(960, 540))
    told = Storyboard(film=film, language="en", words_from=words_from, style="ink-line", format="us", pages=boards)
    return compose(told, load_format("us", {"bleed_pt": bleed_pt}), pick_fonts(["a"]), MADE)


def words(made: Book) -> list[str]:
    return [" ".join(line.text for line in leaf.lines) for leaf in (*made.front, *made.back)]


def test_a_thin_book_has_a_line_at_its_foot_alone() -> None:
    thin = book(THICK_PAGES - 1, chapters=2, speaker="Mary")
    assert thin.front == thin.back == ()
    assert MADE.credit in " ".join(line.text for line in thin.foot)


@pytest.mark.parametrize("chapters", [0, 2, 8])
@pytest.mark.parametrize("speaker", ["", "Mary"])
@pytest.mark.parametrize("bleed_pt", [0.0, 9.0])
def test_page_one_is_a_right_hand_page(chapters: int, speaker: str, bleed_pt: float) -> None:
    made = book(THICK_PAGES, chapters=chapters, speaker=speaker, bleed_pt=bleed_pt)
    first = made.sheets.index(made.pages[0])
    assert first % 2 == 0 and first >= 2, "the cover is a right-hand page, and every second one after it"
    assert made.foot == ()
    if not bleed_pt:
        assert all(leaf.lines or leaf.pictures for leaf in (*made.front, *made.back)), "no screen is empty"
    else:
        assert not (made.front[0].lines or made.front[0].pictures), "on paper the inside of the cover is"


def test_who_is_who_only_where_somebody_is_named() -> None:
    kinds = [leaf.kind for leaf in (*book(8).front, *book(8).back)]
    assert LeafKind.CAST not in kinds and LeafKind.CONTENTS not in kinds
    named = book(8, speaker="Mary")
    (cast,) = [leaf for leaf in (*named.front, *named.back) if leaf.kind is LeafKind.CAST]
    assert "Mary" in " ".join(line.text for line in cast.lines)
    portrait, _ = cast.pictures
    assert portrait.crop.height < 0.8 and portrait.crop.x0 < 0.4 and portrait.crop.x1 > 0.6
    assert portrait.at_s in picture_needs(named)


def test_the_small_print_counts_and_credits() -> None:
    told = " ".join(words(book(8, chapters=3)))
    assert "8 pages, 24 panels, 32 words" in told and MADE.credit in told
    assert "ink-line (MIT)" in told and "abababab" in told


def test_the_small_print_names_the_source_of_the_words() -> None:
    told = " ".join(words(book(8)))
    assert "Its words" not in told
    told = " ".join(words(book(8, words_from="track 2 (eng, Full Subtitles)")))
    assert "Its words are those of track 2 (eng, Full Subtitles)" in told


def test_contents_lead_to_their_pages(tmp_path: Path) -> None:
    made = book(9, chapters=3)
    picture = tmp_path / "a.png"
    Image.new("RGB", (96, 54), (90, 120, 160)).save(picture)
    times = {panel.at_s: picture for page in made.pages for panel in page.panels}
    write_pdf(made, painted_whole(made, times), tmp_path / "a.pdf")
    with pikepdf.open(tmp_path / "a.pdf") as pdf:
        links = [(one, number) for number, page in enumerate(pdf.pages) for one in page.get("/Annots", [])]
        assert len(links) == 3
        leads = [pdf.pages.index(pikepdf.Page(one.Dest[0])) for one, _ in links]
        assert leads == [made.sheets.index(page) for page in made.pages[:3]]
        assert [page.label for page in pdf.pages][:6] == ["Cover", "i", "ii", "iii", "1", "2"]
        with pdf.open_outline() as outline:
            assert [item.title for item in outline.root][:2] == ["A film", "Contents"]


def test_pictures_are_described() -> None:
    panels = book(8, speaker="Mary").pages[1].panels
    near = ("close", "at middle distance")  # by the crop, and that by the page
    assert panels[0].alt in [f"Panel 1, 0:00:04 of the film: one person, {one}." for one in near]
    assert panels[1].alt in [f"Panel 2, 0:00:05 of the film: one person, {one}; Tom speaks." for one in near]
