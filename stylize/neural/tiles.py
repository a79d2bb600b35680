"""Cutting a large picture into overlapping tiles, and the tiles into the picture again.

A pixel of a network's painting depends on its surroundings, as far as the network reaches. Every tile is therefore
seen with a margin of that width, painted, and cut back to what is its own: where nothing but the surroundings counts
(`stylize.neural.palette`), the tiles meet without a seam. All edges lie on multiples of the network's step, so that its
halvings fall on the same pixels as in the whole picture.
"""

from dataclasses import dataclass
from itertools import pairwise, product


@dataclass(frozen=True)
class Span:
    """One tile along one axis, pixels: it sees `[start, end)` and owns `[first, last)` of it."""

    start: int
    first: int
    last: int
    end: int

    @property
    def seen(self) -> slice:
        """What the network is given."""
        return slice(self.start, self.end)

    @property
    def own(self) -> slice:
        """What the tile gives to the painting."""
        return slice(self.first, self.last)

    @property
    def inner(self) -> slice:
        """The own part, counted from the start of what is seen."""
        return slice(self.first - self.start, self.last - self.start)


def cut(height: int, width: int, *, limit_px: int, reach_px: int, step_px: int) -> list[tuple[Span, Span]]:
    """Cut a picture into tiles, with the least that is painted twice.

    Args:
        height: Of the picture.
        width: Of the picture.
        limit_px: The most pixels that a tile may see; more only where it would own less than its margins.
        reach_px: How far a pixel's surroundings reach.
        step_px: The network's step: edges inside the picture lie on its multiples.

    Returns:
        (rows, columns) of every tile, from the top left; they own every pixel once.
    """
    margin = -(-reach_px // step_px) * step_px
    best: list[tuple[Span, Span]] = []
    least = 0
    downwards, across = (_divisions(side, margin, step_px) for side in (height, width))
    for rows in downwards:
        columns = next((found for found in across if _widest(found) * _widest(rows) <= limit_px), None)
        if columns is None:
            continue
        seen = _total(rows) * _total(columns)
        if not best or seen < least:
            best, least = list(product(rows, columns)), seen
    return best or list(product(downwards[-1], across[-1]))


def _divisions(side: int, margin: int, step_px: int) -> list[list[Span]]:
    """Return the ways to divide a side into 1, 2, 3... parts, down to parts as wide as their margins."""
    most = max(1, side // max(step_px, 2 * margin))
    return [_divided(side, count, margin, step_px) for count in range(1, most + 1)]


def _divided(side: int, count: int, margin: int, step_px: int) -> list[Span]:
    """Divide a side into at most `count` parts, about equal, on multiples of the step."""
    edges = sorted({round(side * k / count / step_px) * step_px for k in range(1, count)} - {0})
    edges = [0, *(edge for edge in edges if edge < side), side]
    return [Span(max(0, first - margin), first, last, min(side, last + margin)) for first, last in pairwise(edges)]


def _widest(spans: list[Span]) -> int:
    return max(span.end - span.start for span in spans)


def _total(spans: list[Span]) -> int:
    return sum(span.end - span.start for span in spans)
