"""The order in which the eye reads shapes on a page, found from their places alone.

A recursive XY-cut (Nagy and Seth 1984): a page is cut along the gutters that run through from side to side, rows
first, then columns, and so on inside each part. Gutters may lean: cuts along the edges of the panels are tried too.

Nothing here is shared with what makes pages (`layouts.book.gutters` cuts them too, for the PDF): a proof-reader that
looked with the composer's eyes would miss the composer's faults.
"""

import math
from collections.abc import Sequence
from itertools import pairwise

from shapely.geometry import Polygon

_STEEPEST = math.tan(math.radians(20))
_SLACK_PT = 0.5
"""Shapes may reach into a cut by so much."""


def reading_order(shapes: Sequence[Polygon], *, rtl: bool = False) -> list[int] | None:
    """Return the numbers of the shapes in the order in which they are read.

    Args:
        shapes: Panels, in points, y down.
        rtl: Rows are read from the right.

    Returns:
        All numbers from 0, or None where no cut runs through: the eye has no way to tell.
    """
    return _cut(list(range(len(shapes))), shapes, rtl)


def _cut(parts: list[int], shapes: Sequence[Polygon], rtl: bool) -> list[int] | None:
    if len(parts) < 2:
        return parts
    for down in (True, False):
        for lean in _leans([shapes[at] for at in parts], down):
            groups = _groups(parts, shapes, lean, down)
            if len(groups) > 1:
                ordered = groups[::-1] if rtl and not down else groups
                done = [_cut(group, shapes, rtl) for group in ordered]
                return None if None in done else [at for group in done for at in group or ()]
    return None


def _leans(shapes: Sequence[Polygon], down: bool) -> list[float]:
    """Return how cuts may lean: straight first, then as edges of the shapes do, by their slope."""
    slopes = set()
    for shape in shapes:
        corners = list(shape.exterior.coords)
        for (ax, ay), (bx, by) in pairwise(corners):
            along, aside = (bx - ax, by - ay) if down else (by - ay, bx - ax)
            if along and abs(aside / along) <= _STEEPEST:
                slopes.add(round(aside / along, 4))
    return sorted(slopes | {0.0}, key=abs)


def _groups(parts: Sequence[int], shapes: Sequence[Polygon], lean: float, down: bool) -> list[list[int]]:
    """Part shapes where their shadows, thrown along the cut, leave a gap."""
    spans = sorted((*_span(shapes[at], lean, down), at) for at in parts)
    groups: list[list[int]] = []
    reach = -math.inf
    for low, high, at in spans:
        if low >= reach - _SLACK_PT:
            groups.append([])
        groups[-1].append(at)
        reach = max(reach, high)
    return groups


def _span(shape: Polygon, lean: float, down: bool) -> tuple[float, float]:
    shadows = [(y - lean * x) if down else (x - lean * y) for x, y in shape.exterior.coords]
    return min(shadows), max(shadows)
