"""Panels into pages: where to turn the page, by dynamic programming over all breaks."""

from collections.abc import Sequence
from dataclasses import dataclass

from layouts.beats import Limits

_ONE_PANEL = 5.0
_TWO_PANELS = 1.2
_SCENE_BONUS = 1.5
_CHAPTER_BONUS = 3.0
_SPREAD = 6.0
"""How much a page that is too full or too empty costs."""


_HARSHEST = 1e9
"""At this price of a page nothing else counts."""


@dataclass(frozen=True, slots=True)
class Row:
    """What matters of a panel for the break before it."""

    words: int
    load: float
    """Room that it asks for, in ordinary panels."""
    opens_scene: bool = False
    opens_chapter: bool = False
    broken: float = 0.0
    """What it costs to part it from the panel before: a sentence that goes on, the same shot."""


@dataclass(frozen=True, slots=True)
class Density:
    """How full pages are to be."""

    capacity: float = 5.2
    """Ordinary panels that a page holds at ease."""
    most_panels: int = 6
    chapters_break: bool = True
    """Whether a chapter always opens a page; else it only likes to."""


def fewest_pages(rows: Sequence[Row], limits: Limits, density: Density) -> int:
    """Return the least number of pages that can hold the panels.

    A part of a page that can be is one too, so filling each page as far as it goes is best.
    """
    pages, start = 0, 0
    while start < len(rows):
        start = _reach(rows, start, limits, density)
        pages += 1
    return pages


def break_pages(rows: Sequence[Row], limits: Limits, density: Density, most: int | None = None) -> list[range]:
    """Choose the page breaks.

    Pages of like fullness, scenes that open a page, no sentence over a page's end, no starved page.

    Args:
        rows: The panels, in order, at least one.
        limits: Words and panels of a page.
        density: How full pages are to be.
        most: The most pages; at least `fewest_pages`.

    Returns:
        The panels of each page.
    """
    pages = _cheapest(rows, limits, density, 0.0)
    if most is None or len(pages) <= most:
        return pages
    gentle, harsh = 0.0, 1.0
    while len(pages := _cheapest(rows, limits, density, harsh)) > most and harsh < _HARSHEST:
        gentle, harsh = harsh, 4 * harsh
    while len(pages) < most and harsh - gentle > 0.05 * harsh:  # each page costs more, until few enough are left
        price = (gentle + harsh) / 2
        tried = _cheapest(rows, limits, density, price)
        if len(tried) <= most:
            pages, harsh = tried, price
        else:
            gentle = price
    return pages


def _reach(rows: Sequence[Row], start: int, limits: Limits, density: Density) -> int:
    """Return the end of the fullest page from `start` on."""
    words, widest, end = 0, 0, start
    for end in range(start, min(len(rows), start + density.most_panels)):
        words += rows[end].words
        widest = max(widest, rows[end].words)
        fits = words <= limits.page_words and widest <= limits.panel_cap(end + 1 - start)
        if end > start and (not fits or (density.chapters_break and rows[end].opens_chapter)):
            return end
    return end + 1


def _cheapest(rows: Sequence[Row], limits: Limits, density: Density, price: float) -> list[range]:
    """Return the pages of least cost when each page costs `price` by itself."""
    caps = [limits.panel_cap(count) for count in range(density.most_panels + 1)]
    best: list[tuple[float, int]] = [(0.0, 0)]
    for end in range(1, len(rows) + 1):
        words, widest, room = 0, 0, 0.0
        choice = (float("inf"), end - 1)
        for start in range(end - 1, max(-1, end - 1 - density.most_panels), -1):
            row = rows[start]
            words += row.words
            widest = max(widest, row.words)
            room += row.load
            count = end - start
            if count > 1 and (words > limits.page_words or widest > caps[count]):
                break
            cost = best[start][0] + price + _page_cost(count, room, density) + _break_cost(row, start)
            choice = min(choice, (cost, start))
            if density.chapters_break and row.opens_chapter:
                break
        best.append(choice)
    return _pages(best)


def _page_cost(count: int, room: float, density: Density) -> float:
    spread = _SPREAD * ((room - density.capacity) / density.capacity) ** 2
    return spread + (_ONE_PANEL if count == 1 else _TWO_PANELS if count == 2 else 0.0)


def _break_cost(row: Row, at: int) -> float:
    if at == 0:
        return 0.0
    bonus = _CHAPTER_BONUS if row.opens_chapter else _SCENE_BONUS if row.opens_scene else 0.0
    return row.broken - bonus


def _pages(best: Sequence[tuple[float, int]]) -> list[range]:
    pages, end = [], len(best) - 1
    while end > 0:
        pages.append(range(best[end][1], end))
        end = best[end][1]
    return pages[::-1]
