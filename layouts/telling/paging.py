"""Panels into pages: where to turn the page, by dynamic programming over all breaks."""

from collections.abc import Sequence
from dataclasses import dataclass

from layouts.telling.beats import Limits

_ONE_PANEL = 5.0
_TWO_PANELS, _THREE_PANELS = 1.6, 0.5
"""What it costs that a page has so few; those of action have two or three."""
_CROWDED_ACTION = 0.35
"""What each panel more than three costs on a page of action."""
_SCENE_BONUS = 1.0
_CHAPTER_BONUS = 3.0
_SPLASH_LAST, _SPLASH_WITHIN = 1.0, 3.0
"""What it costs that a splash stands at the foot of a page, or in the midst of it."""
_SPLASH_PANELS = 2
"""A splash stands for so many."""
_SPREAD = 6.0
"""How much a page that is too full or too empty costs."""


_Way = tuple[float, int]
"""What it costs, and where the last page begins."""
_NEVER = float("inf")
_HARSHEST = 1e9
"""At this price of a page nothing else counts."""


@dataclass(frozen=True, slots=True)
class PagedPanel:
    """What matters of a panel for the break before it."""

    words: int
    load: float
    """Room that it asks for, in ordinary panels."""
    opens_scene: bool = False
    opens_chapter: bool = False
    broken: float = 0.0
    """What it costs to part it from the panel before: a sentence that goes on, the same shot."""
    reveal: float = 0.0
    """What it gains by coming first on an even page, which is seen only once the page is turned."""
    splash: bool = False
    """It opens a page, or closes one."""
    alone: bool = False
    """It may have a page to itself."""
    action: bool = False


@dataclass(frozen=True, slots=True)
class Density:
    """How full pages are to be."""

    capacity: float = 5.2
    """Ordinary panels that a page holds at ease."""
    most_panels: int = 6
    chapters_break: bool = True
    """Whether a chapter always opens a page; else it only likes to."""


def fewest_pages(rows: Sequence[PagedPanel], limits: Limits, density: Density) -> int:
    """Return the least number of pages that can hold the panels.

    A part of a page that can be is one too, so filling each page as far as it goes is best.
    """
    pages, start = 0, 0
    while start < len(rows):
        start = _reach(rows, start, limits, density)
        pages += 1
    return pages


def break_pages(rows: Sequence[PagedPanel], limits: Limits, density: Density, most: int | None = None) -> list[range]:
    """Choose the page breaks.

    Pages of like fullness, scenes that open a page, no sentence over a page's end, no starved page; what surprises
    comes first on an even page, for page 1 is on the right.

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


def _reach(rows: Sequence[PagedPanel], start: int, limits: Limits, density: Density) -> int:
    """Return the end of the fullest page from `start` on."""
    words, widest, end = 0, 0, start
    for end in range(start, min(len(rows), start + density.most_panels)):
        words += rows[end].words
        widest = max(widest, rows[end].words)
        fits = words <= limits.page_words and widest <= limits.panel_cap(end + 1 - start)
        if end > start and (not fits or (density.chapters_break and rows[end].opens_chapter)):
            return end
    return end + 1


def _cheapest(rows: Sequence[PagedPanel], limits: Limits, density: Density, price: float) -> list[range]:
    """Return the pages of least cost when each page costs `price` by itself."""
    caps = [limits.panel_cap(count) for count in range(density.most_panels + 1)]
    # for every end the best way to get there with an even and with an odd number of pages
    best: list[tuple[_Way, _Way]] = [((0.0, 0), (_NEVER, 0))]
    for end in range(1, len(rows) + 1):
        words, widest, room, splash, wild, usual = 0, 0, 0.0, 0.0, 0, 0
        even, odd = (_NEVER, end - 1), (_NEVER, end - 1)
        for start in range(end - 1, max(-1, end - 1 - density.most_panels), -1):
            row = rows[start]
            words += row.words
            widest = max(widest, row.words)
            room += row.load
            wild += row.action
            usual += _SPLASH_PANELS if row.splash else 1
            count = end - start
            if count > 1 and (words > limits.page_words or widest > caps[count]):
                break
            cost = price + _spread(room, density) + _break_cost(row, start) + splash
            cost += 0.0 if row.alone else _ONE_PANEL if count == 1 else _count_cost(usual, wild)
            even = min(even, (best[start][1][0] + cost - row.reveal, start))
            odd = min(odd, (best[start][0][0] + cost, start))
            splash += (_SPLASH_LAST if start == end - 1 else _SPLASH_WITHIN) if row.splash else 0.0
            if density.chapters_break and row.opens_chapter:
                break
        best.append((even, odd))
    return _pages(best)


def _spread(room: float, density: Density) -> float:
    return _SPREAD * ((room - density.capacity) / density.capacity) ** 2


def _count_cost(count: int, wild: int) -> float:
    """Return what a page's number of panels costs: four to six are usual, two or three where most are action."""
    if 2 * wild >= count:
        return _CROWDED_ACTION * max(0, count - 3)
    return {2: _TWO_PANELS, 3: _THREE_PANELS}.get(count, 0.0)


def _break_cost(row: PagedPanel, at: int) -> float:
    if at == 0:
        return 0.0
    bonus = _CHAPTER_BONUS if row.opens_chapter else _SCENE_BONUS if row.opens_scene else 0.0
    return row.broken - bonus


def _pages(best: Sequence[tuple[_Way, _Way]]) -> list[range]:
    pages, end = [], len(best) - 1
    odd = best[-1][1] < best[-1][0]
    while end > 0:
        start = best[end][odd][1]
        pages.append(range(start, end))
        end, odd = start, not odd
    return pages[::-1]
