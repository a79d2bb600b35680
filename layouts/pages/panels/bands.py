"""Bands: the ways to divide a strip of the page among a few panels, and what each costs at every height.

A band is one panel, a row, or tall panels with a column on their right; the column may hold rows. It is never the other
way round: a tall panel to the right of a column blocks the way, and readers go down the column first (Cohn 2013).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]

_SHARES = np.array([0.36, 0.43, 0.5, 0.57, 0.64])
"""Shares of a band's width that are tried for its column."""
_COARSE_PPI = 90.0
"""Below so many pixels to the inch a picture looks blocky."""
_FLAT, _NARROW, _NARROW_SPLASH = 1.6, 0.25, 0.8
"""What it costs to be flatter than the picture, or narrower; a splash is to show nearly all of it."""
_TOO_FLAT, _TOO_NARROW = 40.0, 8.0
"""What it costs to cut into what must be seen: from top to bottom heads go first."""
_LARGER, _SMALLER = 2.4, 1.2
"""What it costs to be larger than its weight has it, or smaller: what hardly matters must not be the largest."""
_SHOWN_LEAST = 0.3
"""A crop that shows less of the picture's width than this loses more than it should, whatever matters in it."""


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
    height_px: int = 1080
    """Of the picture."""
    bleed: bool = False
    """Runs off the page: it has a band of its own, from trim to trim."""

    def grown(self, by: float) -> "PanelNeed":
        """Ask for more room."""
        side = math.sqrt(by)
        return replace(
            self, width_pt=self.width_pt * side, height_pt=self.height_pt * side, area_pt2=self.area_pt2 * by
        )


@dataclass(frozen=True)
class Split:
    """Parts side by side, or one above the other."""

    stacked: bool
    parts: "tuple[Split | int, ...]"


Tree = Split | int
"""A panel by its number, or a split of such."""


def row(*parts: Tree) -> Split:
    """Put parts side by side."""
    return Split(False, parts)


def column(*parts: Tree) -> Split:
    """Put parts one above the other."""
    return Split(True, parts)


BANDS: dict[str, Tree] = {
    "1": 0,
    "2": row(0, 1),
    "3": row(0, 1, 2),
    "1|11": row(0, column(1, 2)),
    "4": row(0, 1, 2, 3),
    "1|111": row(0, column(1, 2, 3)),
    "1|12": row(0, column(1, row(2, 3))),
    "1|21": row(0, column(row(1, 2), 3)),
    "11|11": row(0, 1, column(2, 3)),
    "1|121": row(0, column(1, row(2, 3), 4)),
    "1|1111": row(0, column(1, 2, 3, 4)),
    "1|112": row(0, column(1, 2, row(3, 4))),
}
"""Every way to divide a band, by a name that shows it: stacked parts of the column stand after the bar.

No two rows of a column are neighbours: where their gutters meet, it could be read by columns as well as by rows.
"""

_DEAR = {"4": 0.35, "1|11": -0.35, "1|111": -0.2, "1|12": -0.35, "1|21": -0.35, "1|1111": 0.2, "11|11": 0.1}
"""What a band costs by itself: long rows are dull, columns beside a tall panel are not."""


def count(tree: Tree) -> int:
    """Return how many panels a tree holds."""
    return 1 if isinstance(tree, int) else sum(count(part) for part in tree.parts)


def renumber(tree: Tree, by: int) -> Tree:
    """Return the tree with other numbers for its panels."""
    return tree + by if isinstance(tree, int) else Split(tree.stacked, tuple(renumber(part, by) for part in tree.parts))


SIZES: dict[str, int] = {name: count(tree) for name, tree in BANDS.items()}


class BandRoom(NamedTuple):
    """The room of a band: its width, the heights that it may have, and the gutters."""

    width_pt: float
    heights_pt: tuple[float, ...]
    across_pt: float
    down_pt: float
    beyond_pt: tuple[float, float] = (0.0, 0.0)
    """How much wider and higher it is where its panel runs off the page."""


class Table(NamedTuple):
    """A band at each height: what it costs (infinite where it cannot be), and the size of each panel."""

    cost: Numbers
    widths: Numbers
    heights: Numbers


@lru_cache(maxsize=4096)
def tabulate(name: str, needs: tuple[PanelNeed, ...], areas: tuple[float, ...], strip: BandRoom) -> Table:
    """Work out a band at every height.

    Args:
        name: Of `BANDS`.
        needs: Of its panels.
        areas: Square points that each panel would have by its weight.
        strip: The room.
    """
    tree, shares = BANDS[name], _SHARES if "|" in name else _SHARES[:1]
    height = np.repeat(np.array(strip.heights_pt)[:, None], len(shares), axis=1)
    room = _Room(needs, strip, shares)
    room.lay(tree, np.full_like(height, strip.width_pt), height)
    widths, heights = np.stack(room.widths, axis=-1), np.stack(room.heights, axis=-1)
    beyond = strip.beyond_pt if needs[0].bleed else (0.0, 0.0)
    cost = _cost(needs, areas, widths + beyond[0], heights + beyond[1])
    cost = np.where(room.fits & _enough(needs, widths, heights), cost, np.inf) + _DEAR.get(name, 0.0)
    best = np.argmin(cost, axis=1)
    rows = np.arange(len(best))
    return Table(cost[rows, best], widths[rows, best], heights[rows, best])


class _Room:
    """Shares out a band; every number is an array over its heights and over the shares of its column."""

    def __init__(self, needs: Sequence[PanelNeed], strip: BandRoom, shares: Numbers) -> None:
        self._needs, self._strip, self._shares = needs, strip, shares
        self.widths: list[Numbers] = [np.zeros(0)] * len(needs)
        self.heights = list(self.widths)
        self.fits: NDArray[np.bool_] = np.array(True)

    def lay(self, tree: Tree, width: Numbers, height: Numbers) -> None:
        if isinstance(tree, int):
            self.widths[tree], self.heights[tree] = width, height
        elif tree.stacked:
            self._stack(tree.parts, width, height)
        elif isinstance(tree.parts[-1], int):
            self._line(tree.parts, width, height)
        else:
            inner = width - self._strip.across_pt
            self.lay(tree.parts[-1], inner * self._shares, height)
            self._line(tree.parts[:-1], inner * (1 - self._shares), height)

    def _line(self, leaves: Sequence[Tree], width: Numbers, height: Numbers) -> None:
        needs = [self._needs[leaf] for leaf in leaves if isinstance(leaf, int)]
        inner = width - self._strip.across_pt * (len(needs) - 1)
        # by weight, drawn a little towards the picture's own shape
        wish = [need.weight**0.75 * need.aspect**0.25 for need in needs]
        least = [np.maximum(need.width_pt, need.area_pt2 / height) for need in needs]
        for leaf, part in zip(leaves, self._raised(wish, least, inner), strict=True):
            self.lay(leaf, part, height)

    def _stack(self, parts: Sequence[Tree], width: Numbers, height: Numbers) -> None:
        inner = height - self._strip.down_pt * (len(parts) - 1)
        wish = [self._weight(part) for part in parts]
        least = [self._least_height(part, width) for part in parts]
        for part, share in zip(parts, self._raised(wish, least, inner), strict=True):
            self.lay(part, width, share)

    def _weight(self, part: Tree) -> float:
        """A third of it goes by what the picture's shape asks for."""
        needs = [self._needs[leaf] for leaf in leaves_of(part)]
        natural = 1 / sum(need.aspect for need in needs)
        return float(sum(need.weight for need in needs) ** 0.67 * natural**0.33)

    def _least_height(self, part: Tree, width: Numbers) -> Numbers:
        needs = [self._needs[leaf] for leaf in leaves_of(part)]
        inner = width - self._strip.across_pt * (len(needs) - 1)
        tall = max(need.height_pt for need in needs)
        return np.maximum(tall, sum(need.area_pt2 for need in needs) / np.maximum(inner, 1.0))

    def _raised(self, wish: Sequence[float], least: Sequence[Numbers], total: Numbers) -> list[Numbers]:
        """Raise sizes to their least, taking what that costs from the others in proportion; the sum is kept."""
        floor = np.stack(np.broadcast_arrays(*least, total)[:-1])
        self.fits = self.fits & (floor.sum(axis=0) <= total + 1e-6)
        want = np.array(wish).reshape(-1, *[1] * total.ndim) * np.ones_like(floor)
        sizes = want * (total / want.sum(axis=0))
        for _ in range(len(wish) - 1):
            held = sizes <= floor
            free = np.where(held, 0.0, want)
            left = total - np.where(held, floor, 0.0).sum(axis=0)
            sizes = np.where(held, floor, free * (left / np.maximum(free.sum(axis=0), 1e-9)))
        return list(sizes)


def leaves_of(tree: Tree) -> list[int]:
    """Return the panels of a tree, in order."""
    return [tree] if isinstance(tree, int) else [leaf for part in tree.parts for leaf in leaves_of(part)]


def _enough(needs: Sequence[PanelNeed], widths: Numbers, heights: Numbers) -> NDArray[np.bool_]:
    least_w, least_h = np.array([need.width_pt for need in needs]), np.array([need.height_pt for need in needs])
    area = np.array([need.area_pt2 for need in needs])
    enough = (widths >= least_w - 1e-6) & (heights >= least_h - 1e-6) & (widths * heights >= area - 1e-3)
    return np.asarray(enough.all(axis=-1))


def _cost(needs: Sequence[PanelNeed], areas: Sequence[float], widths: Numbers, heights: Numbers) -> Numbers:
    """Cost of the panels' shapes and sizes: little while a crop cuts away only what may go."""
    w, h = np.maximum(widths, 1.0), np.maximum(heights, 1.0)
    own = np.array([need.aspect for need in needs])
    least = np.array([min(max(need.aspect_least, need.aspect * _SHOWN_LEAST), need.aspect) for need in needs])
    most = np.array([max(need.aspect, need.aspect_most) for need in needs])
    aspect = np.log(w / h)
    off, over, under = aspect - np.log(own), aspect - np.log(most), np.log(least) - aspect
    narrow = np.array([_NARROW_SPLASH if need.bleed else _NARROW for need in needs])
    cost = np.where(off > 0, _FLAT, narrow) * off**2
    cost = cost + _TOO_FLAT * np.maximum(0, over) ** 2 + _TOO_NARROW * np.maximum(0, under) ** 2
    size = np.log(w * h / np.array(areas))
    cost = cost + np.where(size > 0, _LARGER, _SMALLER) * size**2
    across_px = np.array([need.height_px * need.aspect for need in needs])
    shown = np.minimum(across_px / w, np.array([need.height_px for need in needs]) / h) * 72
    cost = cost + 0.5 * np.maximum(0, np.log(_COARSE_PPI / shown)) ** 2
    return np.asarray(cost.sum(axis=-1))
