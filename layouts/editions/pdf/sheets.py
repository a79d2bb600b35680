"""The sheets of a book on a canvas, with their meaning: cover, front and back matter, story pages, crop marks."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from fractions import Fraction
from functools import partial
from typing import Protocol

from reportlab.pdfgen.canvas import Canvas

from configs.recipes.page_settings import PageFormat
from configs.units import Box
from layouts.book.page import (
    GREY,
    PAPER,
    Book,
    Cover,
    Leaf,
    Page,
    PlacedBalloon,
    PlacedPanel,
    Rect,
    Rule,
    Shape,
    TextBlock,
    TextLine,
    TextRole,
)
from layouts.editions.pdf.column_marks import find_marks, number_balloons
from layouts.editions.pdf.drawing import Pen
from layouts.editions.pdf.outline import chapters, label, sheet_of
from layouts.editions.pdf.tagging import Element, Tagger
from layouts.lettering.tints import Pixels, Tints, tints_of, under

_MARK_PT, _MARK_GAP_PT, _MARK_LINE_PT = 15.0, 6.0, 0.25
"""Length of a crop mark, its distance from the trim at the least, its line."""

_SHADED = 0.05
"""How far above a cover's small print its dark ground begins, in heights of the page."""


class PageArt(Protocol):
    """The painted frames."""

    def picture(self, at_s: Fraction, crop: Box, rect: Rect) -> None:
        """Draw a frame's crop into a rectangle of the page."""

    def look(self, at_s: Fraction, crop: Box, rect: Rect) -> Pixels:
        """Return what is drawn there, small."""


class Sheets:
    """Draws sheets one at a time; `tree` grows with them and is whole when the last one is drawn."""

    def __init__(self, book: Book) -> None:
        self._book, self._tags = book, Tagger()
        self.tree = Element("Document", title=book.title)
        self._parts = self._plan()

    def _plan(self) -> list[Element]:
        """Return the part of the tree that each sheet belongs to."""
        book = self._book
        parts = [self.tree.add("Part", title="Front matter")] * (1 + len(book.front))
        for title, pages in chapters(book):
            parts += [self.tree.add("Part", title=title or "Story")] * len(pages)
        return parts + [self.tree.add("Part", title="Back matter")] * len(book.back) if book.back else parts

    def draw(self, number: int, canvas: Canvas, pen: Pen, art: PageArt) -> None:
        """Draw a sheet onto the canvas's current page.

        Args:
            number: Of the sheet, from 0: the cover.
            canvas: As large as the sheet with its bleed and marks.
            pen: Draws on it in the coordinates of the trimmed page.
            art: Likewise.
        """
        book, sheet = self._book, self._book.sheets[number]
        section = self._parts[number].add("Sect", title=_called(book, number))
        with self._tags.sheet(canvas, number), _trimmed(canvas, book.format):
            if isinstance(sheet, Cover):
                self._cover(sheet, pen, art, section)
            elif isinstance(sheet, Leaf):
                self._leaf(sheet, pen, art, section)
            else:
                self._page(sheet, pen, art, section)

    def _cover(self, cover: Cover, pen: Pen, art: PageArt, section: Element) -> None:
        page, whole = self._book.format, art.look(cover.at_s, cover.crop, cover.rect)
        tints = tints_of(whole, under(whole, _around(cover.title), cover.rect))
        with self._tags.marked(section.add("Figure", alt=cover.alt or "The cover's picture")):
            art.picture(cover.at_s, cover.crop, cover.rect)
        if small := (*cover.cast, *cover.imprint):
            top = _around(small).y - _SHADED * page.height_pt
            rect = cover.rect.model_copy(update={"y": top, "height": cover.rect.bottom - top})
            pen.shade(rect, tints.shade)
        with self._tags.marked(section.add("H1")):
            pen.banner(cover.title, tints)
        for lines, colour in ((cover.issue, PAPER), (cover.cast, tints.lit), (cover.imprint, PAPER)):
            if lines:
                with self._tags.marked(section.add("P")):
                    pen.outlined(lines, colour, tints.shade)

    def _leaf(self, leaf: Leaf, pen: Pen, art: PageArt, section: Element) -> None:
        contents: Element | None = None
        for part in leaf.parts:
            if isinstance(part, Rule):
                pen.fill(part.rect, part.colour)
            elif isinstance(part, PlacedPanel):
                self._panel(part, pen, art, section)
                for balloon in part.balloons:
                    with self._tags.marked(section.add("P")):
                        pen.balloon(balloon)
            else:
                if part.role is TextRole.ENTRY:
                    contents = contents or section.add("TOC")
                self._block(part, pen, section if contents is None or part.role is not TextRole.ENTRY else contents)

    def _block(self, block: TextBlock, pen: Pen, parent: Element) -> None:
        element = parent.add(block.role.value)
        if block.leads_to is not None:
            element = element.add("Link")
            element.link = sheet_of(self._book, block.leads_to), block.rect
        with self._tags.marked(element):
            pen.write(block.lines, block.colour)

    def _page(self, page: Page, pen: Pen, art: PageArt, section: Element) -> None:
        said: list[Element] = []
        tints = {number: _sound_tints(*one, art) for number, one in enumerate(_balloons(page)) if _sounds(one[1])}
        for panel in page.panels:
            self._panel(panel, pen, art, section)
            said += [section.add("P") for _ in panel.balloons]
        blanks = find_marks(page.panels)
        for number, balloon in number_balloons(page.panels):
            for mark in blanks:
                if mark.before == number:
                    pen.mark(mark)
            with self._tags.marked(said[number]):
                pen.balloon(balloon, tints.get(number))
        if self._book.format.numbered and not page.runs_off_foot(self._book.format):
            pen.page_number(page.number)
        if page is self._book.pages[-1] and self._book.foot:
            with self._tags.marked(section.add("P")):
                pen.write(self._book.foot, GREY)

    def _panel(self, panel: PlacedPanel, pen: Pen, art: PageArt, section: Element) -> None:
        draw = partial(art.picture, panel.at_s, panel.crop, panel.rect)
        if not panel.alt:
            return pen.panel(panel, draw)
        figure = section.add("Figure", alt=panel.alt)

        def marked() -> None:
            with self._tags.marked(figure):
                draw()

        return pen.panel(panel, marked)


def _around(lines: Sequence[TextLine]) -> Rect:
    return TextBlock(lines=tuple(lines)).rect


def _balloons(page: Page) -> Iterator[tuple[PlacedPanel, PlacedBalloon]]:
    return ((panel, balloon) for panel in page.panels for balloon in panel.balloons)


def _sounds(balloon: PlacedBalloon) -> bool:
    return balloon.shape is Shape.SOUND


def _sound_tints(panel: PlacedPanel, balloon: PlacedBalloon, art: PageArt) -> Tints:
    whole = art.look(panel.at_s, panel.crop, panel.rect)
    return tints_of(whole, under(whole, balloon.body, panel.rect))


def _called(book: Book, number: int) -> str:
    sheet = book.sheets[number]
    if isinstance(sheet, Leaf):
        return sheet.kind.value.capitalize()
    return "Cover" if number == 0 else f"Page {label(book, number)}"


@contextmanager
def _trimmed(canvas: Canvas, page: PageFormat) -> Iterator[None]:
    """Move the origin to the trimmed page's corner, clip to the bleed, and draw crop marks afterwards."""
    if not page.slug_pt:
        yield
        return
    bleed, path = page.bleed_pt, canvas.beginPath()
    canvas.saveState()
    canvas.translate(page.slug_pt, page.slug_pt)
    canvas.saveState()
    path.rect(-bleed, -bleed, page.width_pt + 2 * bleed, page.height_pt + 2 * bleed)
    canvas.clipPath(path, stroke=0, fill=0)
    yield
    canvas.restoreState()
    if page.marks:
        canvas.setStrokeColorRGB(0, 0, 0)
        canvas.setLineWidth(_MARK_LINE_PT)
        canvas.lines(crop_marks(page))
    canvas.restoreState()


def crop_marks(page: PageFormat) -> list[tuple[float, float, float, float]]:
    """Return the eight crop marks as lines (x0, y0, x1, y1) from the trim's lower left; all outside trim and bleed."""
    near = max(page.bleed_pt, _MARK_GAP_PT) + 2
    far = near + _MARK_PT
    width, height = page.width_pt, page.height_pt
    level = [(x0, y, x1, y) for y in (0.0, height) for x0, x1 in ((-far, -near), (width + near, width + far))]
    upright = [(x, y0, x, y1) for x in (0.0, width) for y0, y1 in ((-far, -near), (height + near, height + far))]
    return level + upright
