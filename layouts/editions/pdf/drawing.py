"""The pen: borders, balloons and lettering on a reportlab canvas. Takes the page's own coordinates."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import accumulate
from typing import Any

from fontTools.pens.basePen import BasePen
from fontTools.ttLib import TTFont
from reportlab.pdfgen.canvas import FILL_NON_ZERO, Canvas
from reportlab.pdfgen.textobject import PDFTextObject

from configs.recipes.page_settings import PageFormat
from layouts.book.page import (
    INK,
    NUMBER_HEIGHT,
    Colour,
    FontFace,
    Glyph,
    PlacedBalloon,
    PlacedPanel,
    Point,
    Rect,
    Shape,
    TextLine,
    to_pdf,
)
from layouts.book.storyboard import Framing
from layouts.editions.pdf.column_marks import BLANK, Mark
from layouts.lettering.font_files import Style, bundled_face, face_path
from layouts.lettering.fonts import face_with
from layouts.lettering.tints import Tints, mixed

_INK = INK
_PAPER = (1.0, 1.0, 1.0)
_CAPTION_PAPER = (1.0, 0.965, 0.84)
_BORDERS = {Shape.SHOUT: 1.35, Shape.NOTE: 0.5}
"""In widths of a balloon's usual border."""
_SOUND_EDGE, _SOUND_HALO = 0.09, 0.17
"""How far the dark line around lettered sounds reaches, and the light one around that; in sizes of the type."""
_EDGE, _KEYLINE = 0.045, 0.075
"""Likewise of the title."""
_DEPTH, _DEPTH_STEPS = 0.085, 6
"""How far its shadow falls to the lower right, and in how many steps that is drawn."""
_CAP, _BANDS = 0.72, 24
"""Height of its capitals, in sizes of the type, and how many bands light them from fill to tip."""
_SMALL_EDGE = 0.13
"""How far the dark line around small print on a picture reaches."""
_SHADE_STEPS, _SHADE_STEP = 48, 0.028
"""A dark ground grows from strips that lie on each other, each as opaque as this: no edge of one is seen."""
_ROUND = 1
_UNSEEN = 3
"""How text is written that programs read and nobody sees."""
_DASH = (3.2, 3.6)
"""Of a whisper's outline: dash and gap, in widths of the line; round ends take a width of the gap."""
_INSET_EDGE_PT = 2.6


class Pen:
    """Draws the parts of a page."""

    def __init__(
        self, canvas: Canvas, page: PageFormat, names: Mapping[str, str], faces: Mapping[str, FontFace]
    ) -> None:
        self._canvas, self._page, self._names, self._faces = canvas, page, names, faces

    def panel(self, panel: PlacedPanel, picture: Callable[[], None]) -> None:
        """Draw a picture inside its panel's border, then the border; an inset on a white edge."""
        canvas = self._canvas
        if panel.frame is Framing.INSET:
            canvas.setStrokeColorRGB(*_PAPER)
            canvas.setLineWidth(self._page.panel_border_pt + 2 * _INSET_EDGE_PT)
            canvas.setLineJoin(0)
            canvas.drawPath(self._path(panel.corners), stroke=1, fill=0)
        canvas.saveState()
        canvas.clipPath(self._path(panel.corners), stroke=0, fill=0)
        picture()
        canvas.restoreState()
        if panel.frame in (Framing.BLEED, Framing.BORDERLESS):
            return
        canvas.setStrokeColorRGB(*_INK)
        canvas.setLineWidth(self._page.panel_border_pt)
        canvas.setLineJoin(0)
        canvas.drawPath(self._path(panel.corners), stroke=1, fill=0)

    def balloon(self, balloon: PlacedBalloon, tints: Tints | None = None) -> None:
        """Draw a balloon and the words in it; a sound in its colours."""
        if balloon.shape is Shape.SOUND:
            return self._sound(balloon, tints or Tints(_PAPER, _PAPER))
        if not balloon.joined:
            self._ground(balloon)
        return self._text(balloon.lines, _INK)

    def _sound(self, balloon: PlacedBalloon, tints: Tints) -> None:
        """Draw turned letters as outlines in two colours, and lay their text under them, invisible and level.

        Programs that read PDF take letters on a slope for words of one letter each.
        """
        canvas, lines = self._canvas, balloon.lines
        x, y = to_pdf(balloon.body.centre, self._page.height_pt)
        canvas.saveState()
        canvas.translate(x, y)
        canvas.rotate(balloon.turn)
        canvas.translate(-x, -y)
        self._stroke(lines, tints.halo, 2 * _SOUND_HALO)
        self._stroke(lines, tints.edge, 2 * _SOUND_EDGE)
        canvas.setFillColorRGB(*tints.fill)
        canvas.drawPath(self._outlines(lines), stroke=0, fill=1, fillMode=FILL_NON_ZERO)
        canvas.restoreState()
        self._text(lines, _INK, seen=False)

    def _ground(self, balloon: PlacedBalloon) -> None:
        """Draw body and tail; a whisper's outline is dashed, a shout's is heavy, a note's is thin."""
        canvas, border = self._canvas, self._page.balloon_border_pt
        usual = _CAPTION_PAPER if balloon.shape in (Shape.CAPTION, Shape.NOTE) else _PAPER
        canvas.saveState()
        canvas.setFillColorRGB(*(balloon.paper or usual))
        canvas.setStrokeColorRGB(*_INK)
        canvas.setLineWidth(border * _BORDERS.get(balloon.shape, 1.0))
        canvas.setLineJoin(0 if balloon.shape in (Shape.SHOUT, Shape.RADIO) else _ROUND)
        if balloon.shape is Shape.WHISPER:
            canvas.setLineCap(_ROUND)
            canvas.setDash(*(times * border for times in _DASH))
        canvas.drawPath(self._path(balloon.outline), stroke=1, fill=1)
        for bubble in balloon.bubbles:
            x, y = to_pdf(bubble.centre, self._page.height_pt)
            canvas.circle(x, y, bubble.radius, stroke=1, fill=1)
        canvas.restoreState()

    def mark(self, mark: Mark) -> None:
        """Write an invisible blank over a part of the page; see `layouts.editions.pdf.column_marks`."""
        canvas, name = self._canvas, self._own()
        text = canvas.beginText(*to_pdf((mark.x, mark.y + 0.76 * mark.height), self._page.height_pt))
        text.setTextRenderMode(_UNSEEN)
        text.setFont(name, mark.height)
        text.setHorizScale(100 * mark.width / canvas.stringWidth(BLANK, name, mark.height))
        text.textOut(BLANK)
        canvas.saveState()
        canvas.drawText(text)
        canvas.restoreState()

    def _own(self) -> str:
        """Return the name of the font that is always there."""
        return self._names[bundled_face(Style.REGULAR).name]

    def page_number(self, number: int) -> None:
        """Write the number in the middle of the lower margin."""
        page = self._page
        self._canvas.setFillColorRGB(*_INK)
        self._canvas.setFont(self._names[face_with(self._faces.values(), "0123456789").name], page.type_pt)
        self._canvas.drawCentredString(page.width_pt / 2, page.margin_bottom_pt * NUMBER_HEIGHT, str(number))

    def fill(self, rect: Rect, colour: Colour) -> None:
        """Paint a rectangle without a border."""
        self._canvas.setFillColorRGB(*colour)
        left, base = to_pdf((rect.x, rect.bottom), self._page.height_pt)
        self._canvas.rect(left, base, rect.width, rect.height, stroke=0, fill=1)

    def write(self, lines: Sequence[TextLine], colour: Colour) -> None:
        """Write lines in one colour."""
        self._text(lines, colour)

    def banner(self, lines: Sequence[TextLine], tints: Tints) -> None:
        """Write a title as display lettering: lit from above, with an outline, a shadow, and a line around it all."""
        canvas = self._canvas
        for step in (_DEPTH_STEPS, 0):
            self._stroke(lines, tints.halo, 2 * _KEYLINE, _DEPTH * step / _DEPTH_STEPS)
        for step in range(_DEPTH_STEPS, 0, -1):
            self._stroke(lines, tints.shade, 2 * _EDGE, _DEPTH * step / _DEPTH_STEPS)
        self._stroke(lines, tints.edge, 2 * _EDGE)
        self._text(lines, tints.fill)
        for line in lines:
            x, y = to_pdf((line.x, line.baseline), self._page.height_pt)
            canvas.saveState()
            canvas.clipPath(self._outlines([line]), stroke=0, fill=0, fillMode=FILL_NON_ZERO)
            for step in range(_BANDS):  # a shading of PDF's own would be refused by checkers of archival files
                lit = mixed(tints.fill, tints.lit, (step + 1) / _BANDS)
                canvas.setFillColorRGB(*lit)
                base, height = y + _CAP * line.size_pt * step / _BANDS, line.size_pt * (2 if step + 1 == _BANDS else 1)
                canvas.rect(x - line.size_pt, base, line.width_pt + 2 * line.size_pt, height, stroke=0, fill=1)
            canvas.restoreState()

    def outlined(self, lines: Sequence[TextLine], colour: Colour, edge: Colour) -> None:
        """Write small lines with an edge, so that they can be read on a picture."""
        self._stroke(lines, edge, 2 * _SMALL_EDGE)
        self._text(lines, colour)

    def shade(self, rect: Rect, colour: Colour) -> None:
        """Darken a picture's foot: not at all at the rectangle's top, most at its bottom."""
        canvas = self._canvas
        canvas.saveState()
        canvas.setFillColorRGB(*colour)
        canvas.setFillAlpha(_SHADE_STEP)
        left, base = to_pdf((rect.x, rect.bottom), self._page.height_pt)
        for step in range(_SHADE_STEPS):
            canvas.rect(left, base, rect.width, rect.height * (1 - (step / _SHADE_STEPS) ** 0.7), stroke=0, fill=1)
        canvas.restoreState()

    def _path(self, points: Sequence[Point]) -> Any:
        path = self._canvas.beginPath()
        flipped = [to_pdf(point, self._page.height_pt) for point in points]
        path.moveTo(*flipped[0])
        for point in flipped[1:]:
            path.lineTo(*point)
        path.close()
        return path

    def _text(self, lines: Sequence[TextLine], colour: Colour, *, seen: bool = True) -> None:
        """Write lines in order; the space at each line's end keeps words apart for those who copy or search."""
        canvas = self._canvas
        canvas.saveState()
        text = self._begun(colour, seen=seen)
        for number, line in enumerate(lines):
            if line.shaped:
                canvas.drawText(text)
                self._glyphs(line, colour, " " if number + 1 < len(lines) else "", seen=seen)
                text = self._begun(colour, seen=seen)
                continue
            text.setTextOrigin(*to_pdf((line.x, line.baseline), self._page.height_pt))
            for run in line.runs:
                text.setFont(self._names[run.font], line.size_pt)
                text.textOut(run.text)
            if number + 1 < len(lines) and line.runs:
                text.textOut(" ")
        canvas.drawText(text)
        canvas.restoreState()

    def _begun(self, colour: Colour, *, seen: bool) -> PDFTextObject:
        text = self._canvas.beginText()
        text.setFillColorRGB(*colour)
        if not seen:
            text.setTextRenderMode(_UNSEEN)
        return text

    def _glyphs(self, line: TextLine, colour: Colour, after: str, *, seen: bool) -> None:
        """Draw shaped letters as outlines, and lay their text over them, invisible, for those who search or copy.

        It is written from left to right, each letter where it is seen, as all programs write it: readers of PDF turn
        lines from the right round by themselves.
        """
        canvas = self._canvas
        canvas.saveState()
        canvas.setFillColorRGB(*colour)
        if seen:
            canvas.drawPath(self._outlines([line]), stroke=0, fill=1, fillMode=FILL_NON_ZERO)
        text = canvas.beginText()
        text.setTextRenderMode(_UNSEEN)
        for piece, font, x, width in _spelled(line):
            name = self._names[font]
            natural = canvas.stringWidth(piece, name, line.size_pt)
            text.setFont(name, line.size_pt)
            text.setHorizScale(100 * width / natural if natural > 0 and width > 0 else 100)
            text.setTextOrigin(*to_pdf((x, line.baseline), self._page.height_pt))
            text.textOut(piece)
        text.textOut(after)
        canvas.drawText(text)
        canvas.restoreState()

    def _stroke(self, lines: Sequence[TextLine], colour: Colour, width: float, depth: float = 0.0) -> None:
        """Draw lettering with an edge as outlines, moved to the lower right: as text it would be found twice.

        Width and depth are in sizes of each line's type.
        """
        canvas = self._canvas
        canvas.saveState()
        canvas.setStrokeColorRGB(*colour)
        canvas.setFillColorRGB(*colour)
        canvas.setLineJoin(_ROUND)
        for line in lines:
            canvas.setLineWidth(width * line.size_pt)
            canvas.drawPath(self._outlines([line], depth), stroke=1, fill=1, fillMode=FILL_NON_ZERO)
        canvas.restoreState()

    def _outlines(self, lines: Sequence[TextLine], depth: float = 0.0) -> Any:
        """Return the letters as a path, moved to the lower right by some sizes of the type."""
        path = self._canvas.beginPath()
        for line in lines:
            away = depth * line.size_pt
            x, y = to_pdf((line.x + away, line.baseline + away), self._page.height_pt)
            for run in line.runs:
                face = self._faces[run.font]
                for glyph in run.glyphs:
                    _trace_glyph(face, glyph, path, (x, y), line.size_pt)
                if run.glyphs:
                    x += run.width_pt
                    continue
                for char in run.text:
                    x += _trace(face, char, path, (x, y), line.size_pt)
        return path


def _spelled(line: TextLine) -> Iterator[tuple[str, str, float, float]]:
    """Yield the letters of a line from left to right: text, font, where they begin and how wide they are, in points."""
    begins = list(accumulate((run.width_pt for run in line.runs), initial=line.x))
    for run, x in zip(line.runs, begins, strict=False):
        if not run.glyphs:
            yield run.text, run.font, x, run.width_pt
        told = sorted((glyph for glyph in run.glyphs if glyph.text), key=lambda glyph: glyph.left)
        for glyph in told:
            yield glyph.text, run.font, x + glyph.left * line.size_pt, glyph.width * line.size_pt


@lru_cache(maxsize=16)
def _open(face: FontFace) -> tuple[Any, Any, Any, float]:
    font = TTFont(face_path(face), fontNumber=face.index, lazy=True)
    return font.getGlyphSet(), font.getBestCmap(), font["hmtx"].metrics, font["head"].unitsPerEm


def _trace(face: FontFace, char: str, path: Any, at: Point, size: float) -> float:
    """Add a letter's outline to a path of PDF coordinates; return how far it moves the pen."""
    glyphs, codes, metrics, em = _open(face)
    name = codes[ord(char)]
    glyphs[name].draw(_PathPen(glyphs, path, at, size / em))
    return float(metrics[name][0]) * size / em


def _trace_glyph(face: FontFace, glyph: Glyph, path: Any, at: Point, size: float) -> None:
    """Add a shaped letter's outline to a path, where it stands in its run."""
    glyphs, _, _, em = _open(face)
    place = (at[0] + glyph.x * size, at[1] + glyph.y * size)
    glyphs[glyphs.font.getGlyphName(glyph.number)].draw(_PathPen(glyphs, path, place, size / em))


class _PathPen(BasePen):  # type: ignore[misc]
    """Draws a glyph into a reportlab path."""

    def __init__(self, glyphs: Any, path: Any, at: Point, scale: float) -> None:
        super().__init__(glyphs)
        self._path, self._at, self._scale = path, at, scale

    def _to_page(self, point: Point) -> Point:
        return self._at[0] + point[0] * self._scale, self._at[1] + point[1] * self._scale

    def _moveTo(self, point: Point) -> None:
        self._path.moveTo(*self._to_page(point))

    def _lineTo(self, point: Point) -> None:
        self._path.lineTo(*self._to_page(point))

    def _curveToOne(self, one: Point, two: Point, end: Point) -> None:
        self._path.curveTo(*self._to_page(one), *self._to_page(two), *self._to_page(end))

    def _closePath(self) -> None:
        self._path.close()
