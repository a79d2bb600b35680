"""Front and back matter: title page, contents, who is who, colophon. A thin book has none but a line at its foot."""

from collections.abc import Sequence
from fractions import Fraction

from configs.recipes.page_settings import PageFormat
from configs.recipes.recipe import clock, style_title
from configs.units import Frozen
from layouts.book.crops import Sight, crop, head
from layouts.book.page import (
    ACCENT,
    GREY,
    GROUND,
    HAIR,
    NUMBER_HEIGHT,
    Leaf,
    LeafKind,
    Page,
    PlacedPanel,
    Rect,
    Rule,
    TextBlock,
    TextLine,
    TextRole,
)
from layouts.book.storyboard import Panel, Storyboard
from layouts.lettering.font_files import Style
from layouts.lettering.fonts import Lettering, letterable
from layouts.lettering.lettering import blocks, straight

THICK_PAGES = 8
"""A book of so many story pages has front and back matter."""

_SMALL, _PLAIN, _LARGE, _HUGE = 0.95, 1.25, 1.9, 3.4
"""Sizes in sizes of the type."""
_LEAD = 1.5
_LEAST_PT = 6.5
"""Smaller print cannot be read."""
_ENTRIES = 26
"""Chapters on a page of contents."""
_CAST_MOST = 12
_CAST_ACROSS = 3
_PORTRAIT, _PORTRAIT_ZOOM = 0.66, 3.5
"""Share of a portrait's height that the head takes, and how close that may bring it."""
_READ_WPM, _PANEL_S = 200.0, 1.6
"""How fast a reader is: words a minute, and seconds to look at a panel."""


class Colophon(Frozen):
    """How a book came to be: what its small print tells beside the storyboard."""

    licence: str = ""
    """Of the style's weights."""
    credit: str = ""
    """To whom the film belongs, as a person has written it."""
    version: str = ""
    """Of the program."""


class Matter:
    """Composes the leaves of one book.

    Args:
        storyboard: What is told.
        pages: The story as it is composed.
        page: The format.
        lettering: The fonts.
        made: For the small print.
    """

    def __init__(
        self, storyboard: Storyboard, pages: Sequence[Page], page: PageFormat, lettering: Lettering, made: Colophon
    ) -> None:
        self._board, self._pages, self._page, self._lettering = storyboard, pages, page, lettering
        self._made = made
        cast = [(name, panel) for name, panel in _named(storyboard) if lettering.covers(name)]
        self._cast = cast if len(cast) > 1 else []

    @property
    def thick(self) -> bool:
        """Whether the book has front and back matter at all."""
        return len(self._pages) >= THICK_PAGES and self._page.matter

    def front(self) -> tuple[Leaf, ...]:
        """Return what stands between the cover and page 1; an odd number of leaves, the first inside the cover."""
        if not self.thick:
            return ()
        leaves = [self._inside(), self._title_page(), *self._contents()]
        if len(leaves) == 2 and self._cast:
            leaves.append(self._cast_page())
        if len(leaves) % 2 == 0:
            leaves.append(self._inside(dark=False))
        return tuple(leaves)

    def back(self) -> tuple[Leaf, ...]:
        """Return what follows the story."""
        if not self.thick:
            return ()
        cast = (self._cast_page(),) if self._cast and self._chapters() else ()
        return (*cast, self._colophon())

    def foot(self) -> tuple[TextLine, ...]:
        """Return the small print under the last page of a thin book; empty where a colophon tells it."""
        told = self._made.credit
        if self.thick or not told or not self._lettering.covers(told):
            return ()
        page, size = self._page, _LEAST_PT / self._page.type_pt
        number_y = page.height_pt - page.margin_bottom_pt * NUMBER_HEIGHT
        block = self._text(told, number_y, size)
        half = page.live_width_pt / 2 - 2 * page.type_pt
        if block.rect.width <= half:  # beside the number
            return self._text(told, number_y, size, middle=page.margin_side_pt + block.rect.width / 2).lines
        above = number_y - 0.75 * page.type_pt - 0.35 * _LEAST_PT
        return self._text(told, above - (block.lines[-1].baseline - number_y), size).lines

    def _inside(self, *, dark: bool = True) -> Leaf:
        """Return the inside of the cover, or the empty back of a leaf."""
        whole = Rect(x=0, y=0, width=self._page.width_pt, height=self._page.height_pt).inset(-self._page.bleed_pt)
        return Leaf(kind=LeafKind.FRONTISPIECE, parts=(Rule(rect=whole, colour=GROUND),) if dark else ())

    def _title_page(self) -> Leaf:
        page = self._page
        y = page.height_pt * 0.3
        title = self._text(self._title(), y, _HUGE, TextRole.TITLE, Style.BOLD)
        y = title.rect.bottom + 2 * page.type_pt
        parts: list[Rule | TextBlock] = [title, self._bar(y)]
        below = [
            *self._issue(),
            "A film comic",
            *(["Told in pictures from the film, and in its own words"] if self._words() else []),
        ]
        for text in below:
            y += _LEAD * _PLAIN * page.type_pt * 1.3
            parts.append(self._text(text, y, _PLAIN))
        if self._made.credit and self._lettering.covers(self._made.credit):
            parts.append(self._text(self._made.credit, page.height_pt - page.margin_bottom_pt * 2, _SMALL, colour=GREY))
        return Leaf(kind=LeafKind.TITLE, parts=tuple(parts))

    def _issue(self) -> list[str]:
        """Return the line that tells which episode this is, where it is one."""
        series = self._board.film.series
        return [series.issue] if series and series.issue and self._lettering.covers(series.issue) else []

    def _contents(self) -> list[Leaf]:
        entries = self._chapters()
        runs = [entries[at : at + _ENTRIES] for at in range(0, len(entries), _ENTRIES)]
        return [self._contents_page(run) for run in runs]

    def _chapters(self) -> list[tuple[str, int]]:
        """Return the chapters with their pages; fewer than two are no contents."""
        found = [(page.chapter, page.number) for page in self._pages if page.chapter]
        named = [
            (letterable(title) if self._lettering.covers(title) else f"Chapter {number}", at)
            for number, (title, at) in enumerate(found, start=1)
        ]
        return named if len(named) > 1 else []

    def _contents_page(self, entries: Sequence[tuple[str, int]]) -> Leaf:
        page = self._page
        y = page.margin_top_pt + 3 * page.type_pt
        parts: list[Rule | TextBlock] = [self._text("Contents", y, _LARGE, TextRole.HEADING, Style.BOLD)]
        y += 4 * page.type_pt
        step = min(2.6 * page.type_pt, (page.height_pt - page.margin_bottom_pt - y) / _ENTRIES)
        for title, number in entries:
            y += step
            entry = self._entry(title, number, y)
            below = Rect(x=page.margin_side_pt, y=y + 0.4 * page.type_pt, width=page.live_width_pt, height=0.4)
            parts += [entry, Rule(rect=below, colour=HAIR)]
        return Leaf(kind=LeafKind.CONTENTS, parts=tuple(parts))

    def _entry(self, title: str, number: int, y: float) -> TextBlock:
        page, size = self._page, _PLAIN * self._page.type_pt
        figures = self._lettering.width_pt(str(number), size)
        room = page.live_width_pt - figures - 2 * size
        first = blocks(title, self._lettering, size, style=Style.REGULAR, profile=straight, widest_pt=room)[0].lines
        text = first[0] if len(first) == 1 else f"{first[0]}…"
        lines = (
            TextLine(runs=self._lettering.runs(text, size), x=page.margin_side_pt, baseline=round(y, 3), size_pt=size),
            TextLine(
                runs=self._lettering.runs(str(number), size),
                x=round(page.width_pt - page.margin_side_pt - figures, 3),
                baseline=round(y, 3),
                size_pt=size,
            ),
        )
        return TextBlock(lines=lines, role=TextRole.ENTRY, leads_to=number)

    def _cast_page(self) -> Leaf:
        page = self._page
        y = page.margin_top_pt + 3 * page.type_pt
        parts: list[Rule | TextBlock | PlacedPanel] = [
            self._text("Who is who", y, _LARGE, TextRole.HEADING, Style.BOLD)
        ]
        gap, top = 2 * page.gutter_across_pt, y + 3 * page.type_pt
        side = (page.live_width_pt - gap * (_CAST_ACROSS - 1)) / _CAST_ACROSS
        rows = -(-len(self._cast) // _CAST_ACROSS)
        side = min(side, (page.height_pt - page.margin_bottom_pt - top) / rows - 4 * page.type_pt)
        for number, (name, panel) in enumerate(self._cast):
            row, column = divmod(number, _CAST_ACROSS)
            across = min(_CAST_ACROSS, len(self._cast) - row * _CAST_ACROSS)
            left = (page.width_pt - across * side - (across - 1) * gap) / 2
            rect = Rect(
                x=left + column * (side + gap), y=top + row * (side + 4 * page.type_pt), width=side, height=side
            )
            parts.append(self._portrait(name, panel, rect))
            parts.append(self._text(name, rect.bottom + 1.7 * page.type_pt, _PLAIN, middle=rect.centre[0], room=side))
        return Leaf(kind=LeafKind.CAST, parts=tuple(parts))

    def _portrait(self, name: str, panel: Panel, rect: Rect) -> PlacedPanel:
        face = panel.faces[0]
        around = head(face)
        sight = Sight(panel.size_px or self._board.film.size_px, (face,), None, panel.crop)
        zoom = max(1.0, min(_PORTRAIT_ZOOM, _PORTRAIT / around.height))
        box = crop(sight, rect.aspect, zoom=zoom)
        return PlacedPanel(
            at_s=panel.at_s,
            rect=rect,
            corners=rect.corners,
            crop=box,
            source_px=panel.size_px,
            alt=f"The face of {name}.",
        )

    def _colophon(self) -> Leaf:
        page, film = self._page, self._board.film
        panels, words = sum(len(one.panels) for one in self._pages), self._words()
        minutes = max(1, round((words / _READ_WPM * 60 + panels * _PANEL_S) / 60))
        year = f" ({film.year})" if film.year else ""
        told = [
            f"{self._title()}{year}, a film of {clock(Fraction(int(film.duration_s)))}",
            f"{len(self._pages)} pages, {panels} panels, {words} words: {_minutes(minutes)} to read",
            f"Its words are those of {self._board.words_from}" if self._board.words_from and words else "",
            self._styled(),
            self._made.credit,
            f"Made by filmcomic {self._made.version}".rstrip() + f" from the film {film.sha256[:16]}",
        ]
        y = page.height_pt * 0.62
        parts: list[Rule | TextBlock] = [self._bar(y)]
        for text in told:
            if text and self._lettering.covers(text):
                y += _LEAD * _SMALL * page.type_pt * 1.3
                block = self._text(text, y, _SMALL, colour=GREY)
                y = block.lines[-1].baseline
                parts.append(block)
        return Leaf(kind=LeafKind.COLOPHON, parts=tuple(parts))

    def _styled(self) -> str:
        style, licence = style_title(self._board.style), self._made.licence
        style = style if self._lettering.covers(style) else style.partition(":")[0]
        licence = f" ({licence})" if licence and self._lettering.covers(licence) else ""
        return f"Drawn in the style {style}{licence}"

    def _title(self) -> str:
        title = self._board.film.title
        return letterable(title) if letterable(title) and self._lettering.covers(title) else "Film comic"

    def _words(self) -> int:
        said = (words.text for board in self._board.pages for panel in board.panels for words in panel.words)
        return sum(len(text.split()) for text in said)

    def _bar(self, y: float) -> Rule:
        width = self._page.width_pt * 0.16
        return Rule(rect=Rect(x=(self._page.width_pt - width) / 2, y=y, width=width, height=1.5), colour=ACCENT)

    def _text(
        self,
        text: str,
        y: float,
        size: float,
        role: TextRole = TextRole.TEXT,
        style: Style = Style.REGULAR,
        *,
        colour: tuple[float, float, float] = (0.05, 0.05, 0.06),
        middle: float | None = None,
        room: float | None = None,
    ) -> TextBlock:
        """Set lines about a middle, the first baseline at y."""
        page, size_pt = self._page, size * self._page.type_pt
        block = blocks(
            text, self._lettering, size_pt, style=style, profile=straight, widest_pt=room or page.live_width_pt
        )[0]
        centre = page.width_pt / 2 if middle is None else middle
        lines = tuple(
            TextLine(
                runs=self._lettering.runs(line, size_pt, style),
                x=round(centre - width / 2, 3),
                baseline=round(y + number * size_pt * 1.25, 3),
                size_pt=size_pt,
            )
            for number, (line, width) in enumerate(zip(block.lines, block.widths_pt, strict=True))
        )
        return TextBlock(lines=lines, role=role, colour=colour)


def _minutes(count: int) -> str:
    return "about a minute" if count == 1 else f"about {count} minutes"


def _named(storyboard: Storyboard) -> list[tuple[str, Panel]]:
    """Return who is named, those who say most first, each with the panel that shows the face best.

    Only panels with one face count: with more, which of them speaks is not certain.
    """
    said: dict[str, int] = {}
    shown: dict[str, Panel] = {}
    for panel in (panel for board in storyboard.pages for panel in board.panels):
        for name in dict.fromkeys(words.speaker for words in panel.words if words.speaker):
            said[name] = said.get(name, 0) + 1
            if len(panel.faces) == 1:
                best = shown.get(name)
                if best is None or panel.faces[0].box.height > best.faces[0].box.height:
                    shown[name] = panel
    order = sorted(shown, key=lambda name: (-said[name], name))
    return [(name, shown[name]) for name in order[:_CAST_MOST]]
