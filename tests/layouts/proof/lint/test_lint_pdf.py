"""The lint of a finished PDF: a drawn comic is sound, and each thing that is spoilt in the file is told."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pikepdf
import pytest
from PIL import Image

from configs.errors import InputError
from layouts.book.crops import painted_whole
from layouts.book.storyboard import Storyboard
from layouts.editions.pdf.pdf import write_pdf
from layouts.proof.lint.lint_pdf import PDF_RULES, PdfProof, lint_pdf
from layouts.proof.read_back import bars_of, read_pdf
from tests.layouts.boards import texts
from tests.layouts.sound_book import BOARD, BOOK


@pytest.fixture(scope="module")
def comic(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("comic")
    picture = folder / "picture.png"
    Image.new("RGB", (1920, 1080), (120, 140, 160)).save(picture)
    target = folder / "comic.pdf"
    pictures = dict.fromkeys({panel.at_s for page in BOOK.pages for panel in page.panels}, picture)
    write_pdf(BOOK, painted_whole(BOOK, pictures), target)
    return target


def faults(
    pdf: Path, board: Storyboard | None = BOARD, heard: tuple[str, ...] | None = tuple(texts(BOARD))
) -> list[str]:
    return [str(fault) for fault in lint_pdf(PdfProof(read_pdf(pdf), board, heard))]


def test_a_sound_comic_has_no_faults_and_is_read_back_whole(comic: Path, caplog: pytest.LogCaptureFixture) -> None:
    assert faults(comic) == [] and faults(comic, None, None) == []
    assert caplog.messages == [], "nothing of the library's own is said to people"
    back = read_pdf(comic)
    story = [sheet for sheet in back.sheets if sheet.label.isdecimal()]
    assert [sheet.label for sheet in story] == ["1", "2"]
    assert {letters.size_pt for letters in story[0].letters} == {BOOK.format.type_pt}, "sounds are drawn"
    shown = [round(picture.rect.x) for picture in story[0].pictures]
    assert shown == [round(panel.rect.x) for panel in BOOK.pages[0].panels]
    assert story[0].pictures[0].ppi == pytest.approx(BOOK.format.ppi, rel=0.02)
    words = next(letters for letters in story[0].letters if letters.text == "We waited.")
    line = BOOK.pages[0].panels[2].balloons[0].lines[0]
    assert words.rect.x == pytest.approx(line.x, abs=1) and words.rect.bottom == pytest.approx(line.baseline, abs=2)


def story_page(pdf: pikepdf.Pdf, number: int) -> pikepdf.Page:
    return next(page for page in pdf.pages if page.label == str(number))


def scaled(page: pikepdf.Page, by: float) -> None:
    """Draw a page smaller on the same paper, about its middle."""
    x, y = (0.5 * (1 - by) * float(side) for side in page.mediabox[2:])
    page.contents_add(f"q {by} 0 0 {by} {x} {y} cm".encode(), prepend=True)
    page.contents_add(b"Q")


def small_type(pdf: pikepdf.Pdf) -> None:
    scaled(story_page(pdf, 1), 0.8)


def text_near_the_trim(pdf: pikepdf.Pdf) -> None:
    page = story_page(pdf, 1)
    page.contents_add(b"q 1 0 0 1 -45 0 cm", prepend=True)
    page.contents_add(b"Q")


def another_size(pdf: pikepdf.Pdf) -> None:
    page = story_page(pdf, 2)
    page.mediabox = page.trimbox = [0, 0, 500, 738]


def coarse_picture(pdf: pikepdf.Pdf) -> None:
    image = next(iter(story_page(pdf, 2).resources.XObject.values()))
    image.write(b"\x80" * (8 * 8), filter=None)
    image.Width, image.Height, image.ColorSpace, image.BitsPerComponent = 8, 8, pikepdf.Name.DeviceGray, 8


def barred_picture(pdf: pikepdf.Pdf) -> None:
    """A wide film's picture inside black bars, as in material that was joined."""
    image = next(iter(story_page(pdf, 2).resources.XObject.values()))
    rows = b"\x04" * (640 * 40) + b"\x80" * (640 * 280) + b"\x04" * (640 * 40)
    image.write(rows, filter=None)
    image.Width, image.Height, image.ColorSpace, image.BitsPerComponent = 640, 360, pikepdf.Name.DeviceGray, 8


def loose_font(pdf: pikepdf.Pdf) -> None:
    for page in pdf.pages:
        for font in page.resources.Font.values():
            inner = font.DescendantFonts[0] if "/DescendantFonts" in font else font
            if "/FontDescriptor" in inner and "/FontFile2" in inner.FontDescriptor:
                del inner.FontDescriptor["/FontFile2"]
                return


def no_title(pdf: pikepdf.Pdf) -> None:
    del pdf.docinfo["/Title"]


def no_language(pdf: pikepdf.Pdf) -> None:
    del pdf.Root["/Lang"]


def page_lost(pdf: pikepdf.Pdf) -> None:
    del pdf.pages[next(at for at, page in enumerate(pdf.pages) if page.label == "2")]


SPOILT: list[tuple[str, Callable[[pikepdf.Pdf], None], str]] = [
    ("type-size", small_type, "page 1: "),
    ("trim", text_near_the_trim, 'page 1: "'),
    ("page-size", another_size, "page 2: is 500 x 738 pt, the others are 477 x 738"),
    ("resolution", coarse_picture, "page 2: a picture has only 1 pixels to the inch"),
    ("bars", barred_picture, "page 2: 1 of its pictures have black bars, of up to 22 % of the picture"),
    ("font", loose_font, "the font "),
    ("metadata", no_title, "the file has no title"),
    ("metadata", no_language, "the file does not say that its language is en"),
    ("lettering", page_lost, "page 2 of the storyboard is not in the file"),
]


@pytest.mark.parametrize(("rule", "spoil", "told"), SPOILT, ids=[each[1].__name__ for each in SPOILT])
def test_what_is_spoilt_is_told(
    comic: Path, tmp_path: Path, rule: str, spoil: Callable[[pikepdf.Pdf], None], told: str
) -> None:
    with pikepdf.open(comic) as pdf:
        spoil(pdf)
        pdf.save(tmp_path / "spoilt.pdf")
    (fault,) = faults(tmp_path / "spoilt.pdf")
    assert fault.startswith(told) and fault.endswith(f"({rule})"), fault


def test_words_lost_or_never_said_are_told(comic: Path) -> None:
    first = BOARD.pages[0].panels[2]
    longer = first.model_copy(update={"words": (first.words[0].model_copy(update={"text": "We waited long."}),)})
    panels = (*BOARD.pages[0].panels[:2], longer, *BOARD.pages[0].panels[3:])
    pages = (BOARD.pages[0].model_copy(update={"panels": panels}), *BOARD.pages[1:])
    assert faults(comic, BOARD.model_copy(update={"pages": pages})) == ['page 1: "long" is lost (lettering)']
    heard = ("Where have you been all this time?", "And you never wrote.", *texts(BOARD)[1:])
    assert faults(comic, BOARD, heard) == ['page 1: "and you never wrote" is lost (dialogue)']


def test_a_long_book_wants_an_outline(comic: Path, tmp_path: Path) -> None:
    with pikepdf.open(comic) as pdf:
        for _ in range(8):
            pdf.pages.append(pdf.pages[0])
        with pdf.open_outline() as outline:
            outline.root.clear()
        del pdf.Root.StructTreeRoot  # it knows nothing of the copies
        pdf.save(tmp_path / "long.pdf")
    assert faults(tmp_path / "long.pdf", None, None) == ["the file has no outline to find one's way by (outline)"]


def tagged(target: Path, structure: list[int], marks: tuple[str, ...]) -> Path:
    """Write a page of three words, each drawn in one of the marks, and a structure that tells some of them."""
    pdf = pikepdf.new()
    page = pdf.add_blank_page(page_size=(300, 300))
    font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
    page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F=font))
    drawn = [f"{mark} BT /F 9 Tf 100 {200 - 30 * at} Td (word) Tj ET EMC" for at, mark in enumerate(marks)]
    page.Contents = pdf.make_stream(" ".join(drawn).encode())
    kids = pikepdf.Array(
        [pikepdf.Dictionary(S=pikepdf.Name.P, Pg=page.obj, K=pikepdf.Array([number])) for number in structure]
    )
    pdf.Root.StructTreeRoot = pdf.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.StructTreeRoot, K=kids))
    pdf.docinfo["/Title"] = "Three words"
    pdf.save(target)
    return target


@pytest.mark.parametrize(
    ("structure", "last", "told"),
    [
        ([0, 1, 2], "/P <</MCID 2>> BDC", []),
        ([0, 1], "/Artifact BMC", []),
        ([0, 2, 1], "/P <</MCID 2>> BDC", ["the tagged structure tells its text in another order"]),
        ([0, 1], "/P <</MCID 2>> BDC", ["has text that the tagged structure leaves out"]),
        ([0, 1], "/Span BMC", ["has text that the tagged structure leaves out"]),
    ],
)
def test_the_tags_tell_the_page(structure: list[int], last: str, told: list[str], tmp_path: Path) -> None:
    pdf = tagged(tmp_path / "t.pdf", structure, ("/P <</MCID 0>> BDC", "/P <</MCID 1>> BDC", last))
    found = lint_pdf(PdfProof(read_pdf(pdf)))
    assert [fault.told for fault in found if fault.rule == "tags"] == told


def test_every_rule_for_files_is_proved() -> None:
    assert set(PDF_RULES) == {rule for rule, _, _ in SPOILT} | {"tags", "outline", "dialogue"}


@pytest.mark.parametrize(
    ("top", "middle", "bottom", "share"),
    [(20, 100, 20, 0.33), (0, 100, 20, 0), (20, 100, 5, 0), (20, 20, 20, 0), (1, 100, 1, 0)],
    ids=["bars", "ground below", "uneven", "night", "a line"],
)
def test_bars_are_black_alike_on_both_sides_and_end_at_once(top: int, middle: int, bottom: int, share: float) -> None:
    grey = np.full((120, 200), middle, np.float32)
    grey[:top] = grey[120 - bottom :] = 3
    assert bars_of(grey) == pytest.approx(share, abs=0.01) == bars_of(grey.T)


def test_what_is_no_pdf_is_refused_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "no.pdf").write_text("%PDF-1.7 no")
    for path in (tmp_path / "no.pdf", tmp_path / "missing.pdf"):
        with pytest.raises(InputError) as caught:
            read_pdf(path)
        assert "\n" not in str(caught.value) and str(path) in str(caught.value)
