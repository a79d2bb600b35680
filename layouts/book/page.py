"""A composed book: where everything lies on its pages. Geometry only, no pixels.

All lengths are points, the origin is the page's top left, y runs down; `to_pdf` alone turns that into PDF's
coordinates. A book is JSON-able: it names frames by their time and fonts by file, so it can be kept and drawn later.
"""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

from pydantic import Field

from configs.disk.untrusted import NAME
from configs.recipes.page_settings import PageFormat
from configs.units import Box, Frozen, Seconds
from layouts.book.storyboard import Framing, Series

Point = tuple[float, float]
Colour = tuple[float, float, float]
"""Red, green, blue (sRGB), 0 to 1."""

INK: Colour = (0.05, 0.05, 0.06)
PAPER: Colour = (1.0, 1.0, 1.0)
GROUND: Colour = (0.075, 0.08, 0.1)
"""Of the inside of the cover."""
ACCENT: Colour = (0.93, 0.72, 0.24)
GREY: Colour = (0.38, 0.39, 0.42)
"""Small print on paper; 7:1 against white, so that it can be read."""
HAIR: Colour = (0.8, 0.8, 0.82)
"""Fine lines."""

NUMBER_HEIGHT = 0.42
"""Where a page's number stands above the trim, in lower margins."""


def to_pdf(point: Point, page_height_pt: float) -> Point:
    """Turn a point with its origin at the top left into PDF's bottom-left coordinates."""
    return point[0], page_height_pt - point[1]


class Rect(Frozen):
    """A rectangle on the page."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """The right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """The lower edge."""
        return self.y + self.height

    @property
    def centre(self) -> Point:
        """The middle."""
        return self.x + self.width / 2, self.y + self.height / 2

    @property
    def area(self) -> float:
        """Square points."""
        return self.width * self.height

    @property
    def aspect(self) -> float:
        """Width by height."""
        return self.width / self.height

    @property
    def corners(self) -> tuple[Point, Point, Point, Point]:
        """Clockwise from the top left."""
        return (self.x, self.y), (self.right, self.y), (self.right, self.bottom), (self.x, self.bottom)

    def inset(self, by: float) -> "Rect":
        """Return the rectangle with every side moved inwards, or outwards where negative."""
        return Rect(x=self.x + by, y=self.y + by, width=self.width - 2 * by, height=self.height - 2 * by)

    def overlap(self, other: "Rect") -> float:
        """Return the area that two rectangles share."""
        across = min(self.right, other.right) - max(self.x, other.x)
        down = min(self.bottom, other.bottom) - max(self.y, other.y)
        return max(0.0, across) * max(0.0, down)


class FontFace(Frozen):
    """A font file that letters the book."""

    name: str
    """By which runs refer to it; unique in a book."""
    path: Path | None = None
    """Left out for the fonts that come with the program, so that a book outlives a move of the installation."""
    index: int = 0
    """Which font of a collection (.ttc)."""
    plain: bool = True
    """A TrueType file as it is; other kinds (PostScript outlines, collections) are converted to be embedded."""
    sha256: str


class Glyph(Frozen):
    """A shaped letter, or several in one."""

    number: int
    """In its font."""
    x: float
    """From where its run begins, in sizes of the type; likewise all lengths here. y runs up."""
    y: float
    text: str = ""
    """What it and the glyphs after it, of the same letters, stand for."""
    left: float = 0.0
    """Where those letters begin, and how much room they take."""
    width: float = 0.0


class Run(Frozen):
    """A piece of a line in one font; a line's runs stand from left to right."""

    text: str
    """As it is read, also where that is from right to left."""
    font: str
    width_pt: float
    glyphs: tuple[Glyph, ...] = ()
    """What is drawn, of scripts that are shaped; others are drawn letter by letter."""
    order: int = 0
    """Runs of a line are read in the order of these numbers; equal ones from left to right."""


class TextLine(Frozen):
    """One line of lettering."""

    runs: tuple[Run, ...]
    x: float
    """Left end."""
    baseline: float
    size_pt: float

    @property
    def text(self) -> str:
        """The words of the line, as they are read."""
        return "".join(run.text for run in sorted(self.runs, key=lambda run: run.order))

    @property
    def shaped(self) -> bool:
        """Whether any of it is drawn as glyphs."""
        return any(run.glyphs for run in self.runs)

    @property
    def width_pt(self) -> float:
        """Its length."""
        return sum(run.width_pt for run in self.runs)


class Shape(StrEnum):
    """How words are held on the page."""

    SPEECH = "speech"
    SHOUT = "shout"
    WHISPER = "whisper"
    THOUGHT = "thought"
    RADIO = "radio"
    SONG = "song"
    CAPTION = "caption"
    SIGN = "sign"
    SOUND = "sound"
    """Lettered straight into the picture; its outline is only the ground that it takes."""
    NOTE = "note"
    """A small caption for a noise."""


TAILED = frozenset({Shape.SPEECH, Shape.SHOUT, Shape.WHISPER, Shape.THOUGHT, Shape.RADIO, Shape.SONG})
"""Shapes that come from somebody."""


class Bubble(Frozen):
    """One of the small clouds that lead from a thought to who thinks it."""

    centre: Point
    radius: float


class PlacedBalloon(Frozen):
    """Words with what holds them."""

    shape: Shape
    words_index: int
    """Which of the words of the panel in the storyboard it holds, from 0."""
    body: Rect
    """Around the balloon without its tail."""
    outline: tuple[Point, ...]
    """Body and tail as one closed polygon, with the bodies that are joined to it."""
    lines: tuple[TextLine, ...]
    joined: bool = False
    """Goes on from the balloon before it: both share one outline, which is drawn once."""
    tip: Point | None = None
    """Where the tail ends."""
    mouth: Point | None = None
    """What the tail aims at; None where the speaker is out of the picture."""
    bubbles: tuple[Bubble, ...] = ()
    """The tail of a thought, from the balloon on; the last one lies at the tip."""
    paper: Colour | None = None
    """Its ground where the speaker has one of their own."""
    turn: float = 0.0
    """Degrees by which a lettered sound is turned about the middle of its body, against the clock."""


class PlacedPanel(Frozen):
    """A panel on its page."""

    at_s: Seconds
    rect: Rect
    """Around the panel."""
    corners: tuple[Point, ...]
    """The panel's own border, a convex polygon, clockwise from its top left corner."""
    crop: Box
    """What of the picture is shown in `rect`."""
    source_px: tuple[int, int] | None = None
    """Size of its picture where that is not the book's."""
    frame: Framing = Framing.BOX
    """How it turned out; an inset lies inside the last panel before it that is none."""
    taken: int = 0
    """So many of its words, the first ones, are the last of the panel before it in the storyboard."""
    balloons: tuple[PlacedBalloon, ...] = ()
    """In reading order."""
    alt: str = ""
    """What the picture shows, for those who do not see it; a picture without is decoration."""


class Sheet(Frozen):
    """A page of the finished book, whatever stands on it."""

    def trimmed_height_pt(self, format: PageFormat) -> float:
        """Return how high it is at trim."""
        return format.height_pt


class Page(Sheet):
    """One story page."""

    number: int
    panels: tuple[PlacedPanel, ...]
    """In reading order."""
    chapter: str = ""
    height_pt: float | None = None
    """Of a strip's slice, which begins at the page's top; None for a whole page."""

    def trimmed_height_pt(self, format: PageFormat) -> float:
        """Return how high it is at trim; a strip's slice is as high as it has to be."""
        return self.height_pt or format.height_pt

    def runs_off_foot(self, format: PageFormat) -> bool:
        """Tell whether a picture lies where the page's number would stand."""
        return any(panel.rect.bottom > format.height_pt - 1.0 for panel in self.panels)


class Cover(Sheet):
    """The page before the story; it is not counted."""

    at_s: Seconds
    rect: Rect
    crop: Box
    source_px: tuple[int, int] | None = None
    """Size of its picture where that is not the book's."""
    title: tuple[TextLine, ...]
    issue: tuple[TextLine, ...] = ()
    """Which episode this is, below the title."""
    cast: tuple[TextLine, ...] = ()
    """Who is in it."""
    imprint: tuple[TextLine, ...]
    """Small lines: what this is and how it was made."""
    alt: str = ""
    """What the picture shows."""


class Rule(Frozen):
    """A filled strip: a line between parts, or the ground of a page."""

    rect: Rect
    colour: Colour = INK


class TextRole(StrEnum):
    """What a block of text is to those who hear the book; the names are PDF's."""

    TITLE = "H1"
    HEADING = "H2"
    TEXT = "P"
    ENTRY = "TOCI"


class TextBlock(Frozen):
    """Lines that are read as one."""

    lines: Annotated[tuple[TextLine, ...], Field(min_length=1)]
    role: TextRole = TextRole.TEXT
    colour: Colour = INK
    leads_to: int | None = None
    """The story page that a click opens."""

    @property
    def rect(self) -> Rect:
        """Around the lines."""
        top, bottom = self.lines[0], self.lines[-1]
        left = min(line.x for line in self.lines)
        right = max(line.x + line.width_pt for line in self.lines)
        y = top.baseline - 0.9 * top.size_pt
        return Rect(x=left, y=y, width=right - left, height=bottom.baseline + 0.3 * bottom.size_pt - y)


class LeafKind(StrEnum):
    """What a page of the front or back matter is."""

    FRONTISPIECE = "frontispiece"
    TITLE = "title page"
    CONTENTS = "contents"
    CAST = "who is who"
    RECAP = "recap"
    """What happened in the episode before: pictures of that film, whose times lie before 0."""
    COLOPHON = "colophon"


class Leaf(Sheet):
    """A page that tells no story: front and back matter."""

    kind: LeafKind
    parts: tuple[Rule | TextBlock | PlacedPanel, ...]
    """In the order of drawing and of reading."""

    @property
    def pictures(self) -> tuple[PlacedPanel, ...]:
        """The pictures on it."""
        return tuple(part for part in self.parts if isinstance(part, PlacedPanel))

    @property
    def lines(self) -> tuple[TextLine, ...]:
        """All its lettering."""
        blocks = (part.lines for part in self.parts if isinstance(part, TextBlock))
        said = (balloon.lines for picture in self.pictures for balloon in picture.balloons)
        return tuple(line for lines in (*blocks, *said) for line in lines)


class Book(Frozen):
    """Everything that an edition is drawn from, apart from the pictures.

    The front matter has an odd number of leaves: so page 1 is a right-hand page on screen as in print, and what a
    reader must not see too early stands after a turn. In print the first leaf is the inside of the cover.
    """

    title: Annotated[str, NAME]
    series: Series | None = None
    language: str = ""
    style: str = ""
    format: PageFormat
    source_px: tuple[int, int]
    """Size of the film's picture: nothing is painted larger."""
    fonts: tuple[FontFace, ...]
    cover: Cover
    front: tuple[Leaf, ...] = ()
    """Between cover and story: none in a thin book, else an odd number."""
    pages: tuple[Page, ...]
    back: tuple[Leaf, ...] = ()
    """After the story."""
    foot: tuple[TextLine, ...] = ()
    """Small print under the last page of a book without a colophon of its own."""

    @property
    def sheets(self) -> tuple[Cover | Leaf | Page, ...]:
        """All pages of the finished book in order, the cover first."""
        return (self.cover, *self.front, *self.pages, *self.back)
