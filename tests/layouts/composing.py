"""Books composed for tests, and what a reader makes of their pages."""

from collections.abc import Sequence

from shapely.geometry import Polygon

from configs.recipes.page_settings import PageFormat
from layouts.book.page import Book, PlacedPanel, Point
from layouts.book.storyboard import Panel, Storyboard, Words
from layouts.lettering.fonts import Lettering
from layouts.pages.compose import Colophon, compose_book
from layouts.proof.eye_order import reading_order


def compose(storyboard: Storyboard, page: PageFormat, lettering: Lettering, made: Colophon = Colophon()) -> Book:  # noqa: B008
    return compose_book(storyboard, page, lettering, made)[0]


def order_seen(outlines: Sequence[Sequence[Point]]) -> list[int] | None:
    """In which order the proof-reader's eye takes panels; None where it finds none."""
    return reading_order([Polygon(outline) for outline in outlines])


def told_words(panels: Sequence[Panel], placed: Sequence[PlacedPanel]) -> list[tuple[Words, ...]]:
    """Return the words that stand in each panel of a composed page; a balloon's `words` counts in these.

    Args:
        panels: Of the storyboard's page.
        placed: Of the composed one.
    """
    told = [list(panel.words) for panel in panels]
    for at in range(len(placed) - 1, 0, -1):
        if taken := placed[at].taken:
            told[at] = [*told[at - 1][-taken:], *told[at]]
            told[at - 1] = told[at - 1][:-taken]
    return [tuple(words) for words in told]
