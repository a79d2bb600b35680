"""Front and back matter: which leaves a book has, and in what order. A thin book has none but a line at its foot."""

from collections.abc import Sequence
from fractions import Fraction

from configs.recipes.page_settings import PageFormat
from configs.recipes.recipe import clock, style_title
from configs.units import Frozen
from layouts.book.page import GROUND, NUMBER_HEIGHT, Leaf, LeafKind, Page, Rule, TextLine
from layouts.book.storyboard import SAID, Panel, Storyboard
from layouts.covers.leaves import (
    ENTRIES,
    ContentsEntry,
    cast_page,
    colophon,
    contents_page,
    frontispiece,
    title_page,
)
from layouts.covers.setting import Setter
from layouts.covers.sightings import all_panels, portraits
from layouts.lettering.fonts import Lettering

THICK_PAGES = 8
"""A book of so many story pages has front and back matter."""

_LEAST_PT = 6.5
"""Smaller print cannot be read."""
_CAST_MOST = 12
_READ_WPM, _PANEL_S = 200.0, 1.6
"""How fast a reader is: words a minute, and seconds to look at a panel."""
_NEAR_FACE = 0.3
"""A face of this part of a picture's height is well seen."""
_BEGINNING = 0.4
"""Share of the story from which its front pages may show something."""


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
        covered: The time of the cover's picture, which is not shown again.
        recap: The page that tells of the episode before; the last one before the story.
    """

    def __init__(
        self,
        storyboard: Storyboard,
        pages: Sequence[Page],
        page: PageFormat,
        lettering: Lettering,
        made: Colophon,
        covered: Fraction | None = None,
        recap: Leaf | None = None,
    ) -> None:
        self._recap = () if recap is None else (recap,)
        self._board, self._pages, self._page = storyboard, pages, page
        self._made, self._covered = made, covered
        self._setter = Setter(page, lettering)
        cast = [one for one in portraits(storyboard, _CAST_MOST) if lettering.covers(one.name)]
        self._cast = cast if len(cast) > 1 else []

    @property
    def thick(self) -> bool:
        """Whether the book has front and back matter at all."""
        return len(self._pages) >= THICK_PAGES and self._page.matter

    @property
    def _printed(self) -> bool:
        """Whether it is made for paper: there a leaf has a back, and a cover an inside."""
        return self._page.bleed_pt > 0 or self._page.marks

    def front(self) -> tuple[Leaf, ...]:
        """Return what stands between the cover and page 1; an odd number of leaves, so that this is a right-hand page.

        On paper the first one is the inside of the cover, and one may be the empty back of a leaf; on a screen nothing
        is empty: where a leaf is wanting, a picture faces the title page. A recap faces page 1, in thin books too.
        """
        if not self.thick:
            return self._recap
        contents, recap = self._contents(), self._recap
        odd = (len(contents) + len(recap)) % 2 == (1 if self._printed else 0)
        cast = [] if odd or not self._cast else [self._cast_page()]
        even = not odd and not cast
        if self._printed:
            blank = [Leaf(kind=LeafKind.FRONTISPIECE, parts=())] if even else []
            return (self._inside(), self._title_page(pictured=True), *contents, *cast, *blank, *recap)
        facing = [frontispiece(self._setter, self._shown(), self._board.film.size_px)] if even else []
        return (*facing, self._title_page(pictured=not facing), *contents, *cast, *recap)

    def back(self) -> tuple[Leaf, ...]:
        """Return what follows the story."""
        if not self.thick:
            return ()
        told = self._cast and all(leaf.kind is not LeafKind.CAST for leaf in self.front())
        return (*([self._cast_page()] if told else []), self._colophon())

    def foot(self) -> tuple[TextLine, ...]:
        """Return the small print under the last page of a thin book; empty where a colophon tells it."""
        told = "" if self.thick else self._setter.told(self._made.credit)
        if not told:
            return ()
        page, size = self._page, _LEAST_PT / self._page.type_pt
        number_y = page.height_pt - page.margin_bottom_pt * NUMBER_HEIGHT
        left, whole = page.margin_side_pt, page.live_width_pt
        block = self._setter.block(told, number_y, size, x=left, width=whole)
        if block.rect.width <= whole / 2 - 2 * page.type_pt:  # beside the number
            return block.lines
        above = number_y - 0.75 * page.type_pt - 0.35 * _LEAST_PT
        first = above - (block.lines[-1].baseline - number_y)
        return self._setter.block(told, first, size, x=left, width=whole, aside=0.5).lines

    def _inside(self) -> Leaf:
        """Return the inside of the cover."""
        return Leaf(kind=LeafKind.FRONTISPIECE, parts=(Rule(rect=self._setter.sheet, colour=GROUND),))

    def _shown(self) -> Panel:
        """Return a picture for the front pages: a large one of the story's beginning that gives nothing away."""
        told = [panel for panel in all_panels(self._board) if panel.at_s != self._covered]
        early = told[: max(1, round(_BEGINNING * len(told)))] or list(all_panels(self._board))[:1]
        return max(early, key=_inviting)

    def _title_page(self, *, pictured: bool) -> Leaf:
        series, setter = self._board.film.series, self._setter
        below = [
            setter.told(series.issue) if series else "",
            "A film comic",
            "Told in pictures from the film, and in its own words" if self._words() else "",
        ]
        panel = self._shown() if pictured else None
        credit = setter.told(self._made.credit)
        return title_page(setter, self._title(), [*filter(None, below)], credit, panel, self._board.film.size_px)

    def _contents(self) -> list[Leaf]:
        entries, size_px = self._chapters(), self._board.film.size_px
        runs = [entries[at : at + ENTRIES] for at in range(0, len(entries), ENTRIES)]
        return [contents_page(self._setter, run, size_px) for run in runs]

    def _chapters(self) -> list[ContentsEntry]:
        """Return the chapters with their pages; fewer than two are no contents."""
        by_time = {panel.at_s: panel for panel in all_panels(self._board)}
        found = [
            ContentsEntry(page.chapter, page.number, by_time[page.panels[0].at_s])
            for page in self._pages
            if page.chapter
        ]
        named = [
            one._replace(title=self._setter.told(one.title) or f"Chapter {number}")
            for number, one in enumerate(found, start=1)
        ]
        return named if len(named) > 1 else []

    def _cast_page(self) -> Leaf:
        return cast_page(self._setter, self._cast, self._first_pages(), self._board.film.size_px)

    def _first_pages(self) -> dict[str, int]:
        """Return the page on which everybody speaks first."""
        pages: dict[Fraction, int] = {}
        for page in self._pages:
            for placed in page.panels:
                pages.setdefault(placed.at_s, page.number)
        found: dict[str, int] = {}
        for panel in all_panels(self._board):
            for words in panel.words:
                if words.speaker and words.kind in SAID and panel.at_s in pages:
                    found.setdefault(words.speaker, pages[panel.at_s])
        return found

    def _colophon(self) -> Leaf:
        film = self._board.film
        panels, words = sum(len(one.panels) for one in self._pages), self._words()
        minutes = max(1, round((words / _READ_WPM * 60 + panels * _PANEL_S) / 60))
        year = f" ({film.year})" if film.year else ""
        source = f"Its words are those of {self._board.words_from}" if self._board.words_from and words else ""
        told = (
            ("The film", f"{self._title()}{year}, a film of {clock(Fraction(int(film.duration_s)))}"),
            ("Rights", self._made.credit),
            ("This comic", f"{len(self._pages)} pages, {panels} panels, {words} words: {_minutes(minutes)} to read"),
            ("Words", source),
            ("Pictures", self._styled()),
            ("Made by", f"filmcomic {self._made.version}".rstrip() + f" from the film {film.sha256[:16]}"),
        )
        return colophon(self._setter, told)

    def _styled(self) -> str:
        told = self._setter.told
        style, licence = style_title(self._board.style), told(self._made.licence)
        style = told(style) or style.partition(":")[0]
        return f"Drawn in the style {style}" + (f" ({licence})" if licence else "")

    def _title(self) -> str:
        return self._setter.told(self._board.film.title) or "Film comic"

    def _words(self) -> int:
        said = (words.text for panel in all_panels(self._board) for words in panel.words)
        return sum(len(text.split()) for text in said)


def _inviting(panel: Panel) -> float:
    """Tell how well a panel begins a book: large, with somebody in it, of a new place, without words of its own."""
    face = min(1.0, max((one.box.height for one in panel.faces), default=0.0) / _NEAR_FACE)
    return min(panel.weight, 2.0) + face + 0.5 * panel.opens_scene - 0.3 * bool(panel.words)


def _minutes(count: int) -> str:
    return "about a minute" if count == 1 else f"about {count} minutes"
