"""How far letters stand apart: by the white that the eye sees between them, since no kerning is applied.

What stands straight at a letter's side is kept at a distance; what leans, bends away or has a hole lets its neighbour
come nearer.
"""

from collections.abc import Sequence

from shapely.geometry import LineString, Polygon
from shapely.ops import unary_union

_ROWS = 24
_DEEPEST = 150.0
"""Farther than this behind a letter's edge white no longer counts."""
_NEARER = 0.62
"""How much of the mean white behind its edge a letter gives up."""

BEARING = 68.0
"""On either side of a straight stem."""
_LEAST = -8.0


def bearings(areas: Sequence[Polygon], low: float, high: float, bearing: float = BEARING) -> tuple[float, float]:
    """Return the white on the left and the right of a letter.

    Args:
        areas: What the pen left.
        low: Between this height
        high: and this one a letter meets its neighbours.
        bearing: Of a straight stem.
    """
    whole = unary_union(list(areas))
    left, _, right, _ = whole.bounds
    gaps: tuple[list[float], list[float]] = ([], [])
    for row in range(_ROWS):
        y = low + (high - low) * (row + 0.5) / _ROWS
        hit = whole.intersection(LineString([(left - 1, y), (right + 1, y)]))
        x0, _, x1, _ = hit.bounds if not hit.is_empty else (left + _DEEPEST, y, right - _DEEPEST, y)
        gaps[0].append(min(_DEEPEST, x0 - left))
        gaps[1].append(min(_DEEPEST, right - x1))
    before, after = (max(_LEAST, bearing - _NEARER * sum(gap) / len(gap)) for gap in gaps)
    return before, after
