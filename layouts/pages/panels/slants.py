"""Slanted gutters and pictures that run off the page: the outlines of panels, cut out of the page gutter by gutter.

Every gutter of the page's tree is a straight cut through what lies around it. Turned about its middle it takes the
corners of all panels along it with it, so that gutters keep their width and panels stay convex.
"""

import math
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from configs.recipes.page_settings import PageFormat
from layouts.book.gutters import SLANT_MOST, cut_normal
from layouts.book.page import Point, Rect
from layouts.pages.panels.bands import Split, Tree, leaves_of

_LEVEL_SHARE = 0.4
"""Level gutters are long: they tilt by this share of what upright ones do."""
_GENTLER = (1.0, 0.6, 0.3)
_LEAST_SHARE = 0.62
"""The share of its own rectangle that must be left inside a slanted panel."""

Corners = tuple[Point, ...]


@dataclass(frozen=True)
class _Gutter:
    """A gutter: a point in its middle, the direction across it, and half its width."""

    middle: Point
    normal: Point
    half_pt: float

    def depth(self, point: Point) -> float:
        """Return how far beyond the middle a point lies."""
        return (point[0] - self.middle[0]) * self.normal[0] + (point[1] - self.middle[1]) * self.normal[1]


def outlines(
    tree: Split, rects: Sequence[Rect], page: PageFormat, *, slant: float = 0.0, bleeds: Collection[int] = ()
) -> list[Corners]:
    """Return the outline of each panel, clockwise from its top left corner.

    Args:
        tree: How the page is divided.
        rects: Where its panels lie with straight gutters.
        page: The format.
        slant: Degrees by which upright gutters lean, -15 to 15, to the right where they go down; level ones tilt less
            and the other way round, by turns. Less where panels would become too thin.
        bleeds: Panels that run off the page, to the trim and `bleed_pt` beyond.
    """
    slant = max(-SLANT_MOST, min(SLANT_MOST, slant))
    for share in _GENTLER if slant else ():
        found = _cut_up(tree, rects, page, slant * share, bleeds)
        if all(_sound(corners, rect, page) for corners, rect in zip(found, rects, strict=True)):
            return found
    return _cut_up(tree, rects, page, 0.0, bleeds) if bleeds else [rect.corners for rect in rects]


def bounds(corners: Corners) -> Rect:
    """Return the rectangle around an outline."""
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    return Rect(x=min(xs), y=min(ys), width=max(xs) - min(xs), height=max(ys) - min(ys))


def inner(corners: Corners, page: PageFormat) -> Rect:
    """Return the upright rectangle inside a panel's outline and inside the live area: where words may stand."""
    if len(corners) != 4:
        return bounds(corners)
    top_left, top_right, bottom_right, bottom_left = corners
    x0 = max(top_left[0], bottom_left[0], page.margin_side_pt)
    x1 = min(top_right[0], bottom_right[0], page.width_pt - page.margin_side_pt)
    y0 = max(top_left[1], top_right[1], page.margin_top_pt)
    y1 = min(bottom_left[1], bottom_right[1], page.height_pt - page.margin_bottom_pt)
    return Rect(x=x0, y=y0, width=max(x1 - x0, 1e-3), height=max(y1 - y0, 1e-3))


def is_convex(corners: Corners) -> bool:
    """Tell whether an outline turns the same way, clockwise, at every corner."""
    count = len(corners)
    return all(_turn(corners[at], corners[(at + 1) % count], corners[(at + 2) % count]) > -1e-6 for at in range(count))


def _turn(one: Point, two: Point, three: Point) -> float:
    return (two[0] - one[0]) * (three[1] - two[1]) - (two[1] - one[1]) * (three[0] - two[0])


def _sound(corners: Corners, rect: Rect, page: PageFormat) -> bool:
    if len(corners) != 4 or not is_convex(corners):
        return False
    inside = inner(corners, page)
    large = inside.width >= page.panel_least_width_pt and inside.height >= page.panel_least_height_pt
    return large and inside.area >= _LEAST_SHARE * rect.area


def _cut_up(
    tree: Split, rects: Sequence[Rect], page: PageFormat, slant: float, bleeds: Collection[int]
) -> list[Corners]:
    block = _around(rects)
    beyond = Rect(x=0, y=0, width=page.width_pt, height=page.height_pt).inset(-page.bleed_pt)
    found: dict[int, Corners] = {}
    for leaf, cuts in _cuts(tree, rects, slant, ()):
        corners: Corners = (beyond if leaf in bleeds else block).corners
        for cut, side in cuts:
            corners = _clipped(corners, cut, side)
        found[leaf] = _from_top_left(corners)
    return [found[at] for at in range(len(rects))]


def _around(rects: Sequence[Rect]) -> Rect:
    return bounds(tuple(corner for rect in rects for corner in rect.corners))


Side = tuple[_Gutter, int]
"""A gutter, and on which side of it a panel lies: -1 before, 1 beyond."""


def _cuts(
    tree: Tree, rects: Sequence[Rect], slant: float, above: tuple[Side, ...]
) -> Iterator[tuple[int, tuple[Side, ...]]]:
    """Yield every panel with the gutters that bound it."""
    if isinstance(tree, int):
        yield tree, above
        return
    blocks = [_around([rects[leaf] for leaf in leaves_of(part)]) for part in tree.parts]
    gutters = [
        _gutter(one, other, tree.stacked, slant * (-1 if at % 2 else 1))
        for at, (one, other) in enumerate(pairwise(blocks), start=len(above))
    ]
    for at, part in enumerate(tree.parts):
        before = [(gutters[at - 1], 1)] if at else []
        after = [(gutters[at], -1)] if at < len(gutters) else []
        yield from _cuts(part, rects, slant, (*above, *before, *after))


def _gutter(one: Rect, other: Rect, stacked: bool, slant: float) -> _Gutter:
    """Return the gutter between two neighbours; level ones tilt against the lean of upright ones."""
    if stacked:
        tilt = -slant * _LEVEL_SHARE
        middle = (_middle(one.x, one.right, other.x, other.right), (one.bottom + other.y) / 2)
        return _Gutter(middle, cut_normal(tilt, level=True), (other.y - one.bottom) / 2)
    middle = ((one.right + other.x) / 2, _middle(one.y, one.bottom, other.y, other.bottom))
    return _Gutter(middle, cut_normal(slant, level=False), (other.x - one.right) / 2)


def _middle(one_low: float, one_high: float, other_low: float, other_high: float) -> float:
    return (min(one_low, other_low) + max(one_high, other_high)) / 2


def _clipped(corners: Corners, cut: _Gutter, side: int) -> Corners:
    """Cut a convex outline along a gutter's edge (Sutherland and Hodgman 1974)."""
    depths = [side * cut.depth(corner) - cut.half_pt for corner in corners]
    kept: list[Point] = []
    for at, corner in enumerate(corners):
        before, depth = depths[at - 1], depths[at]
        if (before < 0) != (depth < 0):
            share = before / (before - depth)
            last = corners[at - 1]
            kept.append((last[0] + share * (corner[0] - last[0]), last[1] + share * (corner[1] - last[1])))
        if depth >= 0:
            kept.append(corner)
    return tuple(point for at, point in enumerate(kept) if math.dist(point, kept[at - 1]) > 1e-6)


def _from_top_left(corners: Corners) -> Corners:
    start = min(range(len(corners)), key=lambda at: corners[at][0] + corners[at][1])
    return tuple((round(x, 4), round(y, 4)) for x, y in (*corners[start:], *corners[:start]))
