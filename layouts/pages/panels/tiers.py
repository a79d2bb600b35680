"""Panels on a page: bands one below the other, the cheapest of all breaks, divisions and heights.

Dynamic programming over the panels and the height used so far finds it: what a band costs depends on its own height
alone (see `layouts.pages.panels.bands`), apart from its neighbours, which should differ. So should pages: the grids of
the last few are shunned.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from configs.recipes.page_settings import PageFormat
from layouts.book.page import Rect
from layouts.pages.panels.bands import (
    BANDS,
    SIZES,
    BandRoom,
    PanelNeed,
    Split,
    Table,
    Tree,
    leaves_of,
    renumber,
    tabulate,
)

__all__ = ["Arrangement", "Grid", "PanelNeed", "arrange"]

Numbers = NDArray[np.float64]
Grid = tuple[str, ...]
"""The names of a page's bands."""

_STEPS = (42, 126)
"""Into so many steps the height is divided; the finer ones only where the coarse ones find no place."""
_WHITE, _WHITE_LAST = 4.0, 2.0
"""Cost of a page left empty, by its share; less on the last one."""
_FULL_FROM = 2
"""From so many panels on a page is filled to its foot; the last page from one more."""
_ALIKE = 0.42
"""Bands all alike are dull."""
_SEEN = (1.6, 1.0)
"""What it costs to repeat the grid of the page before, and of the one before that."""


@dataclass(frozen=True)
class Arrangement:
    """A page divided among its panels."""

    rects: tuple[Rect, ...]
    """Inside the live area, also for panels that bleed."""
    tree: Split
    """How it is divided."""
    grid: Grid


class _Step(NamedTuple):
    """The best ways to end with some band, by the height used: cost, the band's own height, the band before."""

    cost: Numbers
    height: NDArray[np.intp]
    before: NDArray[np.intp]


class _Found(NamedTuple):
    cost: float
    bands: tuple[tuple[str, int], ...]
    """Name and height, in steps."""

    @property
    def grid(self) -> Grid:
        return tuple(name for name, _ in self.bands)

    @property
    def places(self) -> list[tuple[int, str]]:
        """The first panel and the name of each band."""
        starts = accumulate((SIZES[name] for name in self.grid), initial=0)
        return list(zip(starts, self.grid, strict=False))


def arrange(
    needs: Sequence[PanelNeed],
    page: PageFormat,
    *,
    seen: Sequence[Grid] = (),
    last: bool = False,
    taste: Callable[[str], float] = lambda band: 0.0,
) -> Arrangement | None:
    """Place panels on a page.

    Args:
        needs: One for each panel, in reading order.
        page: The format.
        seen: Grids of the pages before, the nearest first.
        last: The book ends here: the page may end early.
        taste: What a band costs besides, by its name; so that pages of like panels differ.

    Returns:
        A rectangle for each panel inside the live area, or None when they cannot all have what they need.
    """
    floor = tuple(
        replace(
            need,
            width_pt=max(need.width_pt, page.panel_least_width_pt),
            height_pt=max(need.height_pt, page.panel_least_height_pt),
        )
        for need in needs
    )
    for steps in _STEPS:
        search = _Search(floor, page, steps, seen, _WHITE_LAST if last else _WHITE, taste)
        if found := search.best():
            return search.placed(found)
    return None


class _Search:
    """One page at one fineness."""

    def __init__(
        self,
        needs: tuple[PanelNeed, ...],
        page: PageFormat,
        steps: int,
        seen: Sequence[Grid],
        white: float,
        taste: Callable[[str], float],
    ) -> None:
        self._needs, self._page, self._steps, self._seen, self._white = needs, page, steps, seen, white
        self._taste = {name: taste(name) for name in BANDS}
        self._unit = (page.live_height_pt + page.gutter_down_pt) / steps
        self._strip = BandRoom(
            page.live_width_pt,
            tuple(self._unit * step - page.gutter_down_pt for step in range(1, steps + 1)),
            page.gutter_across_pt,
            page.gutter_down_pt,
            (2 * page.margin_side_pt, page.margin_top_pt),
        )
        self._areas = self._fair_areas()
        self._tables: dict[tuple[int, str], Table] = {}

    def _fair_areas(self) -> tuple[float, ...]:
        page, whole = self._page, sum(need.weight for need in self._needs)
        room = page.live_width_pt * page.live_height_pt * (1 - 0.012 * len(self._needs))
        return tuple(room * need.weight / whole for need in self._needs)

    def best(self) -> _Found | None:
        """Return the cheapest page; where its grid has just been seen, perhaps another with a band or two different."""
        none: frozenset[tuple[int, str]] = frozenset()
        found = self._cheapest(none)
        if found is None:
            return None
        known, tried = {none: found}, [none]
        for _ in self._seen:
            banned = min(known, key=lambda each: self._price(known[each]))
            if known[banned].grid not in self._seen:
                break
            for band in known[banned].places:
                if (more := banned | {band}) not in tried:
                    tried.append(more)
                    if other := self._cheapest(more):
                        known[more] = other
        return min(known.values(), key=self._price)

    def _price(self, found: _Found) -> float:
        return found.cost + self._repeated(found.grid)

    def _repeated(self, grid: Grid) -> float:
        return sum(price for price, seen in zip(_SEEN, self._seen, strict=False) if grid == seen)

    def _cheapest(self, banned: frozenset[tuple[int, str]]) -> _Found | None:
        count = len(self._needs)
        start = np.full(self._steps + 1, np.inf)
        start[0] = 0.0
        none = np.zeros(self._steps + 1, dtype=np.intp)
        ways: list[dict[str, _Step]] = [{"": _Step(start, none, none)}, *({} for _ in range(count))]
        for at in range(count):
            names = list(ways[at])
            costs = [ways[at][name].cost for name in names]
            for name in self._bands(at):
                if costs and (at, name) not in banned:
                    table = self._table(at, name)
                    if np.isfinite(table.cost).any():
                        ways[at + SIZES[name]][name] = self._grown(names, costs, name, table)
        return self._end(ways)

    def _bands(self, at: int) -> Iterator[str]:
        for name, size in SIZES.items():
            part = self._needs[at : at + size]
            if len(part) == size and (size == 1 or not any(need.bleed for need in part)):
                yield name

    def _table(self, at: int, name: str) -> Table:
        if (at, name) not in self._tables:
            part = slice(at, at + SIZES[name])
            self._tables[at, name] = tabulate(name, self._needs[part], self._areas[part], self._strip)
        return self._tables[at, name]

    def _grown(self, names: Sequence[str], costs: Sequence[Numbers], name: str, table: Table) -> _Step:
        """Add a band below each of the ways so far."""
        base = np.stack([cost + (_ALIKE if other == name else 0.0) for other, cost in zip(names, costs, strict=True)])
        before = np.argmin(base, axis=0)
        lowest = base[before, np.arange(self._steps + 1)]
        used, own = _shifts(self._steps)
        sums = np.where(used >= 0, lowest[used] + table.cost[own - 1], np.inf)
        height = np.argmin(sums, axis=1)
        rows = np.arange(self._steps + 1)
        cost = sums[rows, height] + self._taste[name]
        return _Step(cost, height + 1, before[np.maximum(0, rows - height - 1)])

    def _end(self, ways: Sequence[dict[str, _Step]]) -> _Found | None:
        count = len(self._needs)
        empty = 1 - np.arange(self._steps + 1) / self._steps
        white = self._white * np.sqrt(count) * empty
        if any(need.bleed for need in self._needs) or count >= _FULL_FROM + (self._white == _WHITE_LAST):
            white = np.where(empty > 1e-9, np.inf, 0.0)
        ends = [(float((step.cost + white).min()), name) for name, step in ways[count].items()]
        cost, name = min(ends, default=(np.inf, ""))
        if not np.isfinite(cost):
            return None
        height, at = int((ways[count][name].cost + white).argmin()), count
        bands: list[tuple[str, int]] = []
        while at:
            step = ways[at][name]
            own, other = int(step.height[height]), int(step.before[height])
            bands.append((name, own))
            at, height = at - SIZES[name], height - own
            name = list(ways[at])[other]
        return _Found(cost, tuple(reversed(bands)))

    def placed(self, found: _Found) -> Arrangement:
        """Return the rectangles of a page."""
        page, at = self._page, 0
        total = sum(height for _, height in found.bands) * self._unit - page.gutter_down_pt
        spare = max(0.0, page.live_height_pt - total)
        y = page.margin_top_pt + (spare * 0.4 if len(found.bands) == 1 else 0.0)  # one alone: the optical centre
        rects: dict[int, Rect] = {}
        trees: list[Tree] = []
        for name, height in found.bands:
            table, tree = self._table(at, name), renumber(BANDS[name], at)
            sizes = [
                (float(table.widths[height - 1, i]), float(table.heights[height - 1, i])) for i in range(SIZES[name])
            ]
            _place(tree, page.margin_side_pt, y, dict(enumerate(sizes, start=at)), page, rects)
            trees.append(tree)
            at, y = at + SIZES[name], y + height * self._unit
        return Arrangement(tuple(rects[at] for at in range(len(rects))), Split(True, tuple(trees)), found.grid)


def _shifts(steps: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return, for each height used after a band and each height of the band, the height before it, and its own."""
    own = np.arange(1, steps + 1)[None, :]
    used = np.arange(steps + 1)[:, None] - own
    return used, np.broadcast_to(own, used.shape)


def _place(
    tree: Tree, x: float, y: float, sizes: dict[int, tuple[float, float]], page: PageFormat, rects: dict[int, Rect]
) -> tuple[float, float]:
    """Lay a tree down with its top left corner at a point; return its width and height."""
    if isinstance(tree, int):
        width, height = sizes[tree]
        rects[tree] = Rect(x=x, y=y, width=width, height=height)
        return width, height
    right = bottom = 0.0
    for part in tree.parts:
        width, height = _place(part, x, y, sizes, page, rects)
        right, bottom = max(right, x + width), max(bottom, y + height)
        if tree.stacked:
            y += height + page.gutter_down_pt
        else:
            x += width + page.gutter_across_pt
    first = rects[leaves_of(tree)[0]]
    return right - first.x, bottom - first.y
