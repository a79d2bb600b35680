"""The sheets of a book on a canvas, with their meaning: cover, front and back matter, story pages, crop marks."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fractions import Fraction
from functools import partial

from reportlab.pdfgen.canvas import Canvas

from configs.recipes.page_settings import PageFormat
from configs.units import Box
from layouts.book.page import (
    ACCENT,
    GREY,
    GROUND,
    PALE,
    PAPER,
    Book,
    Cover,
    Leaf,
    Page,
    PlacedPanel,
    Rect,
    Rule,
    TextBlock,
    TextRole,
)
from layouts.editions.pdf.column_marks import find_marks, number_balloons
from layouts.editions.pdf.drawing import Pen
from layouts.editions.pdf.outline import chapters, label, sheet_of
from layouts.editions.pdf.tagging import Element, Tagger

_MARK_PT, _MARK_GAP_PT, _MARK_LINE_PT = 15.0, 6.0, 0.25
"""Length of a crop mark, its distance from the trim at the least, its line."""

Picture = Callable[[Fraction, Box, Rect], None]
"""Draws a frame's crop into a rectangle of the page."""


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

    def draw(self, number: int, canvas: Canvas, pen: Pen, picture: Picture) -> None:
        """Draw a sheet onto the canvas's current page.

        Args:
            number: Of the sheet, from 0: the cover.
            canvas: As large as the sheet with its bleed and marks.
            pen: Draws on it in the coordinates of the trimmed page.
            picture: Likewise.
        """
        book, sheet = self._book, self._book.sheets[number]
        section = self._parts[number].add("Sect", title=_called(book, number))
        with self._tags.sheet(canvas, number), _trimmed(canvas, book.format):
            if isinstance(sheet, Cover):
                self._cover(sheet, pen, picture, section)
            elif isinstance(sheet, Leaf):
                self._leaf(sheet, pen, picture, section)
            else:
                self._page(sheet, pen, picture, section)

    def _cover(self, cover: Cover, pen: Pen, picture: Picture, section: Element) -> None:
        page = self._book.format
        pen.fill(Rect(x=0, y=0, width=page.width_pt, height=page.height_pt).inset(-page.bleed_pt), GROUND)
        with self._tags.marked(section.add("Figure", alt=cover.alt or "The cover's picture")):
            picture(cover.at_s, cover.crop, cover.rect)
        for y in (cover.rect.y, cover.rect.bottom):
            if 0 < y < page.height_pt:
                pen.fill(
                    Rect(x=-page.bleed_pt, y=y - 1.25, width=page.width_pt + 2 * page.bleed_pt, height=2.5), ACCENT
                )
        with self._tags.marked(section.add("H1")):
            pen.display(cover.title, PAPER)
        if cover.issue:
            with self._tags.marked(section.add("P")):
                pen.write(cover.issue, PALE)
        if cover.imprint:
            with self._tags.marked(section.add("P")):
                pen.write(cover.imprint, PALE)

    def _leaf(self, leaf: Leaf, pen: Pen, picture: Picture, section: Element) -> None:
        contents: Element | None = None
        for part in leaf.parts:
            if isinstance(part, Rule):
                pen.fill(part.rect, part.colour)
            elif isinstance(part, PlacedPanel):
                self._panel(part, pen, picture, section)
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
            (pen.display if block.display else pen.write)(block.lines, block.colour)

    def _page(self, page: Page, pen: Pen, picture: Picture, section: Element) -> None:
        said: list[Element] = []
        for panel in page.panels:
            self._panel(panel, pen, picture, section)
            said += [section.add("P") for _ in panel.balloons]
        blanks = find_marks(page.panels)
        for number, balloon in number_balloons(page.panels):
            for mark in blanks:
                if mark.before == number:
                    pen.mark(mark)
            with self._tags.marked(said[number]):
                pen.balloon(balloon)
        if self._book.format.numbered and not page.runs_off_foot(self._book.format):
            pen.page_number(page.number)
        if page is self._book.pages[-1] and self._book.foot:
            with self._tags.marked(section.add("P")):
                pen.write(self._book.foot, GREY)

    def _panel(self, panel: PlacedPanel, pen: Pen, picture: Picture, section: Element) -> None:
        draw = partial(picture, panel.at_s, panel.crop, panel.rect)
        if not panel.alt:
            return pen.panel(panel, draw)
        figure = section.add("Figure", alt=panel.alt)

        def marked() -> None:
            with self._tags.marked(figure):
                draw()

        return pen.panel(panel, marked)


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
