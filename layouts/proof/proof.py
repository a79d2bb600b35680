"""A composed book as its proof-reader sees it: pages, panels and balloons, each with the place a person knows it by.

The shapes are taken from the finished outlines alone, never from the composer's own reckoning: a check that shares
the code of what it checks finds nothing. All lengths are points on the page.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from shapely.affinity import rotate
from shapely.geometry import Point as Spot
from shapely.geometry import Polygon, box
from shapely.geometry.base import BaseGeometry
from shapely.ops import unary_union

from configs.units import Box, Face, Frozen
from layouts.balloons.tails import bubble_shapes
from layouts.book.crops import on_page
from layouts.book.page import Book, Page, PlacedBalloon, PlacedPanel, Point, Rect, Shape, TextLine
from layouts.book.storyboard import Framing, PageBoard, Panel, Storyboard, Words

_CAP, _DEEP = 0.72, 0.18
"""What letters take above and below their baseline, in sizes of the type."""
_AT_TIP_PT = 1.5


class Place(Frozen):
    """Where in a book, counted from 1 as people count."""

    page: int | None = None
    panel: int | None = None
    balloon: int | None = None

    def __str__(self) -> str:
        """Write it as `page 3, panel 2, balloon 1`."""
        named = [("page", self.page), ("panel", self.panel), ("balloon", self.balloon)]
        return ", ".join(f"{name} {number}" for name, number in named if number is not None)


@dataclass(frozen=True)
class FaceInSight:
    """A face in sight on the page."""

    whole: Rect
    """All of it, also what the panel's border cuts off."""
    shown: Polygon


@dataclass(frozen=True)
class ReadBalloon:
    """A balloon in its place."""

    place: Place
    placed: PlacedBalloon

    @cached_property
    def outline(self) -> Polygon:
        """Body and tail, with the bodies joined to it."""
        return solid(self.placed.outline)

    @cached_property
    def body(self) -> BaseGeometry:
        """Its own body: what of the outline lies in the rectangle around it."""
        return self.outline.intersection(box_of(self.placed.body))

    @property
    def text(self) -> str:
        """Its words."""
        return " ".join(line.text.strip() for line in self.placed.lines)

    @property
    def sound(self) -> bool:
        """Whether it is lettered into the picture, without a balloon."""
        return self.placed.shape is Shape.SOUND

    @property
    def line_boxes(self) -> list[Polygon]:
        """The ground that each line's letters stand on."""
        about = self.placed.body.centre
        # against the clock, and the page's y runs down
        return [rotate(box_of(line_rect(line)), -self.placed.turn, origin=about) for line in self.placed.lines]


@dataclass(frozen=True)
class Group:
    """Balloons of one outline: one alone, or several with bridges."""

    balloons: tuple[ReadBalloon, ...]

    @property
    def outline(self) -> Polygon:
        """Around all of them."""
        return self.balloons[0].outline

    @cached_property
    def _outside(self) -> list[BaseGeometry]:
        """What stands out of the bodies: tails and bridges."""
        bodies = unary_union([box_of(each.placed.body) for each in self.balloons])
        rest = self.outline.difference(bodies)
        return [piece for piece in getattr(rest, "geoms", [rest]) if not piece.is_empty]

    def tail(self, balloon: ReadBalloon) -> BaseGeometry | None:
        """Return the tail of one of its balloons; None without one, or where it is all inside."""
        if balloon.placed.tip is None:
            return None
        if balloon.placed.bubbles:
            return unary_union(bubble_shapes(balloon.placed.bubbles))
        tip = Spot(balloon.placed.tip)
        near = [piece for piece in self._outside if piece.distance(tip) < _AT_TIP_PT]
        return min(near, key=lambda piece: piece.distance(tip)) if near else None


@dataclass(frozen=True)
class ReadPanel:
    """A panel in its place, with what the storyboard says of it."""

    place: Place
    placed: PlacedPanel
    told: Panel | None
    words: tuple[Words, ...]
    """Those that stand in it; a balloon's `words` counts in these."""

    @cached_property
    def border(self) -> Polygon:
        """Its own outline."""
        return solid(self.placed.corners)

    @property
    def frame(self) -> Framing:
        """How it stands on the page."""
        return self.placed.frame

    @cached_property
    def balloons(self) -> tuple[ReadBalloon, ...]:
        """In reading order."""
        here = self.place
        return tuple(
            ReadBalloon(Place(page=here.page, panel=here.panel, balloon=number), placed)
            for number, placed in enumerate(self.placed.balloons, start=1)
        )

    @cached_property
    def groups(self) -> tuple[Group, ...]:
        """Its balloons by their outlines."""
        found: dict[tuple[Point, ...], list[ReadBalloon]] = {}
        for each in self.balloons:
            found.setdefault(each.placed.outline, []).append(each)
        return tuple(Group(tuple(group)) for group in found.values())

    @cached_property
    def faces(self) -> tuple[FaceInSight, ...]:
        """The storyboard's faces that its crop shows."""
        return tuple(_faces(self.told.faces, self.placed, self.border) if self.told else ())

    @property
    def subject(self) -> Rect | None:
        """What it shows, as the storyboard has it, on the page; None where that is all of the picture, or unknown."""
        focus = self.told.focus if self.told else None
        return on_page(focus, self.placed.crop, self.placed.rect) if focus else None


@dataclass(frozen=True)
class ReadPage:
    """A page with what the storyboard says of it."""

    place: Place
    placed: Page
    board: PageBoard | None

    @cached_property
    def panels(self) -> tuple[ReadPanel, ...]:
        """In reading order."""
        told: Sequence[Panel | None] = self.board.panels if self.board else ()
        told = [*told, *[None] * (len(self.placed.panels) - len(told))]
        rows = zip(self.placed.panels, told, self._words(), strict=False)
        return tuple(
            ReadPanel(Place(page=self.place.page, panel=number), placed, one, words)
            for number, (placed, one, words) in enumerate(rows, start=1)
        )

    def _words(self) -> list[tuple[Words, ...]]:
        """Return the words of each panel; a full panel may have passed some on to the next."""
        told = [list(panel.words) for panel in self.board.panels] if self.board else []
        told += [[] for _ in range(len(self.placed.panels) - len(told))]
        for at in range(len(self.placed.panels) - 1, 0, -1):
            if taken := self.placed.panels[at].taken:
                told[at] = [*told[at - 1][-taken:], *told[at]]
                told[at - 1] = told[at - 1][:-taken]
        return [tuple(words) for words in told]

    @property
    def balloons(self) -> Iterator[ReadBalloon]:
        """All of the page, in reading order."""
        return (balloon for panel in self.panels for balloon in panel.balloons)

    @property
    def groups(self) -> list[Group]:
        """All of the page."""
        return [group for panel in self.panels for group in panel.groups]


@dataclass(frozen=True)
class Proof:
    """A composed book, the storyboard it was made from, and the words of the film where they are at hand."""

    book: Book
    board: Storyboard
    heard: tuple[str, ...] | None = None
    """The lines of the subtitles, in order."""

    @cached_property
    def pages(self) -> tuple[ReadPage, ...]:
        """The story pages."""
        boards: Sequence[PageBoard | None] = self.board.pages
        boards = [*boards, *[None] * (len(self.book.pages) - len(boards))]
        return tuple(
            ReadPage(Place(page=placed.number), placed, board)
            for placed, board in zip(self.book.pages, boards, strict=False)
        )

    @property
    def panels(self) -> Iterator[ReadPanel]:
        """All of the book, in reading order."""
        return (panel for page in self.pages for panel in page.panels)

    @property
    def balloons(self) -> Iterator[ReadBalloon]:
        """All of the book, in reading order."""
        return (balloon for panel in self.panels for balloon in panel.balloons)

    @property
    def live(self) -> Rect:
        """The part of a page inside its margins."""
        page = self.book.format
        return Rect(x=page.margin_side_pt, y=page.margin_top_pt, width=page.live_width_pt, height=page.live_height_pt)

    @property
    def paper(self) -> Rect:
        """The trimmed page with its bleed."""
        page = self.book.format
        return Rect(x=0, y=0, width=page.width_pt, height=page.height_pt).inset(-page.bleed_pt)


def solid(points: Sequence[Point]) -> Polygon:
    """Return a polygon that can be reckoned with, whatever its points do."""
    polygon = Polygon(points)
    return polygon if polygon.is_valid else polygon.buffer(0)


def box_of(rect: Rect) -> Polygon:
    """Return a rectangle as a polygon."""
    return box(rect.x, rect.y, rect.right, rect.bottom)


def line_rect(line: TextLine) -> Rect:
    """Return the ground that a line's letters stand on."""
    height = (_CAP + _DEEP) * line.size_pt
    return Rect(x=line.x, y=line.baseline - _CAP * line.size_pt, width=line.width_pt, height=height)


def _faces(faces: Sequence[Face], placed: PlacedPanel, border: Polygon) -> Iterator[FaceInSight]:
    for face in faces:
        shown = on_page(face.box, placed.crop, placed.rect)
        if shown is not None and not (cut := box_of(shown).intersection(border)).is_empty:
            yield FaceInSight(_whole(face.box, placed), cut)


def _whole(face: Box, placed: PlacedPanel) -> Rect:
    rect, crop = placed.rect, placed.crop
    across, down = rect.width / crop.width, rect.height / crop.height
    x, y = rect.x + (face.x0 - crop.x0) * across, rect.y + (face.y0 - crop.y0) * down
    return Rect(x=x, y=y, width=face.width * across, height=face.height * down)
