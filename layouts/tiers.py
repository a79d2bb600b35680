"""Panels in tiers: rows whose heights and widths follow weight, words and the shape of the picture.

Every way to break a page's panels into rows is tried (a long page: the best by dynamic programming), each with rows
of several heights; the cheapest wins. Rows are read left to right and top to bottom by construction.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

from configs.pages import PageFormat
from layouts.page import Rect

_ROW_MOST = 4
_ENUMERATED = 9
"""Up to so many panels all row breaks are tried; there are 2^(n-1)."""
_BLENDS = (0.0, 0.35, 0.7, 1.0)
_FILLS = (1.0, 0.85, 0.7, 0.55, 0.42)
_WHITE = 1.7
"""Cost of a page left empty, by its share."""


@dataclass(frozen=True)
class PanelNeed:
    """What a panel asks of its place."""

    weight: float = 1.0
    aspect: float = 16 / 9
    """The picture's own width by height."""
    aspect_least: float = 0.6
    """Narrower panels would cut into what must be seen; likewise wider ones than `aspect_most`."""
    aspect_most: float = 4.0
    width_pt: float = 0.0
    """The least that holds its words; likewise below."""
    height_pt: float = 0.0
    area_pt2: float = 0.0

    def grown(self, by: float) -> "PanelNeed":
        """Ask for more room."""
        side = math.sqrt(by)
        return replace(
            self, width_pt=self.width_pt * side, height_pt=self.height_pt * side, area_pt2=self.area_pt2 * by
        )


def arrange(needs: Sequence[PanelNeed], page: PageFormat) -> list[Rect] | None:
    """Place panels on a page.

    Args:
        needs: One for each panel, in reading order.
        page: The format.

    Returns:
        A rectangle for each panel inside the live area, or None when they cannot all have what they need.
    """
    floor = [
        replace(
            need,
            width_pt=max(need.width_pt, page.panel_least_width_pt),
            height_pt=max(need.height_pt, page.panel_least_height_pt),
        )
        for need in needs
    ]
    best: tuple[float, list[Rect]] | None = None
    for breaks in _partitions(floor, page):
        rows = [floor[first:after] for first, after in pairwise(breaks)]
        for rects, cost in _layouts(rows, page):
            if best is None or cost < best[0] - 1e-9:
                best = cost, rects
    return best[1] if best else None


def _partitions(needs: Sequence[PanelNeed], page: PageFormat) -> Iterator[tuple[int, ...]]:
    """Yield row breaks as indices: 0, ..., n."""
    if len(needs) <= _ENUMERATED:
        yield from _all_breaks(len(needs))
    else:
        yield from _even_breaks([need.weight for need in needs])


@lru_cache(maxsize=32)
def _all_breaks(count: int) -> tuple[tuple[int, ...], ...]:
    if count == 0:
        return ((0,),)
    return tuple((*head, count) for last in range(1, min(_ROW_MOST, count) + 1) for head in _all_breaks(count - last))


def _even_breaks(weights: Sequence[float]) -> Iterator[tuple[int, ...]]:
    """Yield, for each possible number of rows, the breaks whose rows weigh most alike."""
    count = len(weights)
    before = [sum(weights[:index]) for index in range(count + 1)]
    for rows in range(-(-count // _ROW_MOST), count + 1):
        share = before[-1] / rows
        best: list[dict[int, tuple[float, tuple[int, ...]]]] = [{0: (0.0, (0,))}]
        for _ in range(rows):
            reached: dict[int, tuple[float, tuple[int, ...]]] = {}
            for first, (cost, path) in best[-1].items():
                for after in range(first + 1, min(first + _ROW_MOST, count) + 1):
                    total = cost + ((before[after] - before[first]) / share - 1) ** 2
                    if after not in reached or total < reached[after][0]:
                        reached[after] = (total, (*path, after))
            best.append(reached)
        if count in best[-1]:
            yield best[-1][count][1]


def _layouts(rows: Sequence[Sequence[PanelNeed]], page: PageFormat) -> Iterator[tuple[list[Rect], float]]:
    """Yield placements of these rows with their costs."""
    least = [_least_height(row, page) for row in rows]
    room = page.live_height_pt - page.gutter_down_pt * (len(rows) - 1)
    if sum(least) > room + 1e-6:
        return
    weights = [sum(need.weight for need in row) for row in rows]
    natural = [_natural_height(row, page) for row in rows]
    for blend in _BLENDS:
        wish = [
            room * ((1 - blend) * weight / sum(weights) + blend * height / sum(natural))
            for weight, height in zip(weights, natural, strict=True)
        ]
        for fill in _FILLS:
            if fill < 1 and fill * room < sum(natural) * 0.9:
                break
            heights = _raised([height * fill for height in wish], least, room)
            placed = _placed(rows, heights, page)
            yield placed, _cost(rows, placed, page)


def _across(row: Sequence[PanelNeed], page: PageFormat) -> float:
    return page.live_width_pt - page.gutter_across_pt * (len(row) - 1)


def _natural_height(row: Sequence[PanelNeed], page: PageFormat) -> float:
    return _across(row, page) / sum(need.aspect for need in row)


def _least_height(row: Sequence[PanelNeed], page: PageFormat) -> float:
    """Return the least height at which all panels of a row have what they need; infinite where none does."""
    across = _across(row, page)
    if sum(need.width_pt for need in row) > across:
        return math.inf
    low = max(need.height_pt for need in row)
    if _least_width(row, low) <= across:
        return low
    high = max(low, 1.0)
    while _least_width(row, high) > across and high < 1e5:
        high *= 1.5
    for _ in range(24):
        middle = (low + high) / 2
        low, high = (low, middle) if _least_width(row, middle) <= across else (middle, high)
    return high


def _least_width(row: Sequence[PanelNeed], height: float) -> float:
    return sum(max(need.width_pt, need.area_pt2 / height) for need in row)


def _raised(wish: Sequence[float], least: Sequence[float], room: float) -> list[float]:
    """Raise sizes to their least, taking what that costs from the others in proportion; the sum is kept."""
    total = min(max(sum(wish), sum(least)), room)
    sizes = [value * total / sum(wish) for value in wish]
    held: set[int] = set()
    while short := {i for i, size in enumerate(sizes) if i not in held and size < least[i]}:
        held |= short
        free = sum(wish[i] for i in range(len(wish)) if i not in held)
        left = total - sum(least[i] for i in held)
        sizes = [least[i] if i in held else wish[i] * left / free for i in range(len(wish))]
    return sizes


def _placed(rows: Sequence[Sequence[PanelNeed]], heights: Sequence[float], page: PageFormat) -> list[Rect]:
    block = sum(heights) + page.gutter_down_pt * (len(rows) - 1)
    spare = max(0.0, page.live_height_pt - block)
    y = page.margin_top_pt + (spare * 0.4 if len(rows) == 1 else 0.0)  # one row alone stands at the optical centre
    rects = []
    for row, height in zip(rows, heights, strict=True):
        across = _across(row, page)
        # by weight, drawn a little towards the picture's own shape
        shares = [need.weight**0.75 * need.aspect**0.25 for need in row]
        wish = [across * share / sum(shares) for share in shares]
        widths = _raised(wish, [max(need.width_pt, need.area_pt2 / height) for need in row], across)
        x = page.margin_side_pt
        for width in widths:
            rects.append(Rect(x=x, y=y, width=width, height=height))
            x += width + page.gutter_across_pt
        y += height + page.gutter_down_pt
    return rects


def _cost(rows: Sequence[Sequence[PanelNeed]], rects: Sequence[Rect], page: PageFormat) -> float:
    needs = [need for row in rows for need in row]
    covered = sum(rect.area for rect in rects)
    weight = sum(need.weight for need in needs)
    cost = 0.0
    for need, rect in zip(needs, rects, strict=True):
        cost += _shape_cost(need, rect.aspect)
        cost += 0.8 * math.log(rect.area / (covered * need.weight / weight)) ** 2
    counts = [len(row) for row in rows]
    cost += 0.42 * sum(one == two for one, two in pairwise(counts))  # rows all alike are dull
    cost += 0.3 * sum(count > 3 for count in counts)
    bottom = max(rect.bottom for rect in rects) - min(rect.y for rect in rects)
    return cost + _WHITE * (1 - bottom / page.live_height_pt) * math.sqrt(len(needs))


def _shape_cost(need: PanelNeed, aspect: float) -> float:
    """Cost of a panel's shape: nearly nothing while it cuts away only what may go."""
    least = min(max(need.aspect_least, need.aspect * 0.5), need.aspect)
    if aspect > need.aspect:
        most = max(need.aspect, need.aspect_most)
        over = math.log(aspect / most) ** 2 if aspect > most else 0.0
        return 1.6 * math.log(aspect / need.aspect) ** 2 + 6 * over
    cost = 0.25 * math.log(aspect / need.aspect) ** 2
    return cost + (4 * math.log(aspect / least) ** 2 if aspect < least else 0.0)
