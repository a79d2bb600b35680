"""The lint of a finished PDF: what a printer, a reader's program or a screen reader would stumble over."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import accumulate

from layouts.balloons.grammar import text_on_page
from layouts.book.page import Rect
from layouts.book.storyboard import Storyboard
from layouts.proof.lint.lint import Fault
from layouts.proof.read_back import PageReadBack, Printout
from layouts.proof.wording import compare, describe_change, tokens

_LEAST_PT = 6.45
"""6.5, and what rounding in the file takes."""
_SAFE_PT = 9.0
"""An eighth of an inch inside the trim, which a printer may cut into."""
_COARSEST_PPI = 45.0
"""Pictures of small films are enlarged; below this their squares are seen at arm's length."""
_OUTLINED = 8
"""So many pages can be leafed through without an outline."""

Found = Iterator[tuple[PageReadBack | None, str]]


@dataclass(frozen=True)
class PdfProof:
    """A PDF read back, and the storyboard that it was made from, if that is at hand."""

    pdf: Printout
    board: Storyboard | None = None
    heard: tuple[str, ...] | None = None
    """The lines of the subtitles, in order."""


def lint_pdf(proof: PdfProof) -> list[Fault]:
    """Return the faults of a PDF, rule by rule, each rule's in the order of its pages."""
    return [
        Fault(
            rule=name, page=_number(sheet), told=told if sheet is None or _number(sheet) else f"{sheet.label}: {told}"
        )
        for name, rule in PDF_RULES.items()
        for sheet, told in rule(proof)
    ]


def _number(sheet: PageReadBack | None) -> int | None:
    """Return the number of a story page; covers and other matter have none."""
    return int(sheet.label) if sheet is not None and sheet.label.isdecimal() else None


def pages_have_one_size(proof: PdfProof) -> Found:
    """All pages are trimmed to one size."""
    sizes = Counter((round(sheet.trim[0]), round(sheet.trim[1])) for sheet in proof.pdf.sheets)
    usual = max(sizes, key=lambda size: sizes[size])
    for sheet in proof.pdf.sheets:
        own = (round(sheet.trim[0]), round(sheet.trim[1]))
        if own != usual:
            yield sheet, f"is {own[0]} x {own[1]} pt, the others are {usual[0]} x {usual[1]}"


def type_can_be_read(proof: PdfProof) -> Found:
    """No letter is smaller than 6.5 pt at trim."""
    for sheet in proof.pdf.sheets:
        small = [each for each in sheet.letters if each.size_pt < _LEAST_PT]
        if small:
            yield sheet, f'"{small[0].text[:30]}" is set in {small[0].size_pt:g} pt, which is too small to read'


def text_is_safe_from_the_knife(proof: PdfProof) -> Found:
    """No text stands nearer to the trim than an eighth of an inch."""
    for sheet in proof.pdf.sheets:
        safe = Rect(x=0, y=0, width=sheet.trim[0], height=sheet.trim[1]).inset(_SAFE_PT)
        out = [each for each in sheet.letters if not _inside(each.rect, safe)]
        if out:
            yield sheet, f'"{out[0].text[:30]}" stands less than {_SAFE_PT:g} pt from the trim'


def _inside(one: Rect, other: Rect) -> bool:
    across = one.x >= other.x and one.right <= other.right
    return across and one.y >= other.y and one.bottom <= other.bottom


def pictures_are_fine_enough(proof: PdfProof) -> Found:
    """No picture is enlarged until its squares are seen."""
    for sheet in proof.pdf.sheets:
        coarsest = min((each.ppi for each in sheet.pictures), default=_COARSEST_PPI)
        if coarsest < _COARSEST_PPI:
            yield sheet, f"a picture has only {coarsest:.0f} pixels to the inch"


def pictures_have_no_bars(proof: PdfProof) -> Found:
    """No picture has black bars of its own inside the panel."""
    for sheet in proof.pdf.sheets:
        barred = [each for each in sheet.pictures if each.bars]
        if barred:
            widest = 100 * max(each.bars for each in barred)
            yield sheet, f"{len(barred)} of its pictures have black bars, of up to {widest:.0f} % of the picture"


def fonts_are_embedded(proof: PdfProof) -> Found:
    """Every font is in the file."""
    for name in proof.pdf.loose_fonts:
        yield None, f"the font {name} is not embedded"


def tags_follow_the_page(proof: PdfProof) -> Found:
    """The tagged structure tells the text of each page in the order of drawing, and leaves nothing out."""
    for sheet in proof.pdf.sheets if proof.pdf.tagged else ():
        marked = [mark for mark in sheet.drawn if mark is not None]
        told = [mark for mark in sheet.told if mark in marked]
        if None in sheet.drawn or set(marked) - set(told):
            yield sheet, "has text that the tagged structure leaves out"
        elif told != list(dict.fromkeys(marked)):
            yield sheet, "the tagged structure tells its text in another order"


def has_an_outline(proof: PdfProof) -> Found:
    """A book that is longer than a few pages has an outline."""
    if len(proof.pdf.sheets) > _OUTLINED and not proof.pdf.outline:
        yield None, "the file has no outline to find one's way by"


def says_what_it_is(proof: PdfProof) -> Found:
    """The file knows its title, and its language where the storyboard does."""
    if not proof.pdf.title.strip():
        yield None, "the file has no title"
    if not proof.pdf.language and proof.board is not None and proof.board.language not in ("", "und"):
        yield None, f"the file does not say that its language is {proof.board.language}"


def says_what_is_told(proof: PdfProof) -> Found:
    """The story pages say the storyboard's words, all of them and in their order."""
    if proof.board is None:
        return
    sheets = {number: sheet for sheet in proof.pdf.sheets if (number := _number(sheet))}
    for number, page in enumerate(proof.board.pages, start=1):
        sheet = sheets.get(number)
        wanted = [text_on_page(words) for panel in page.panels for words in panel.words]
        if sheet is None:
            yield None, f"page {number} of the storyboard is not in the file"
            continue
        text = sheet.text.rstrip()
        for change in compare(wanted, [text.removesuffix(str(number))]):
            yield sheet, describe_change(change)


def says_what_is_heard(proof: PdfProof) -> Found:
    """The file has every word of the subtitles, in order; what else it says is its own affair."""
    if proof.heard is None:
        return
    pages = [(sheet, tokens(sheet.text)) for sheet in proof.pdf.sheets]
    ends = list(accumulate(len(words) for _, words in pages))
    for change in compare(proof.heard, [sheet.text for sheet, _ in pages]):
        if change.wanted:
            at = min(bisect_right(ends, max(change.at - 1, 0)), len(pages) - 1)
            yield pages[at][0], describe_change(change)


PDF_RULES: dict[str, Callable[[PdfProof], Found]] = {
    "page-size": pages_have_one_size,
    "type-size": type_can_be_read,
    "trim": text_is_safe_from_the_knife,
    "resolution": pictures_are_fine_enough,
    "bars": pictures_have_no_bars,
    "font": fonts_are_embedded,
    "tags": tags_follow_the_page,
    "outline": has_an_outline,
    "metadata": says_what_it_is,
    "lettering": says_what_is_told,
    "dialogue": says_what_is_heard,
}
"""Every rule for a finished file by its name."""
