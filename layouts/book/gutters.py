"""The gutters of a page: how far they may slant, and which of them parts two panels.

What parts two panels is found by cutting the page as it is read (recursive XY-cut, Nagy and Seth 1984): a cut is a
straight gutter right across what is left; those from side to side are tried first, for rows are read before columns,
then those from top to bottom. Gutters may slant: directions are taken from the panels' own edges. A panel inside
another, an inset, lies on its host's side of every cut.

`layouts.proof.eye_order` cuts pages too. It stays another piece of code with other bounds: it proof-reads what is made
with the help of this one, and a fault that both had would be seen by neither.
"""

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from layouts.book.page import Point

SLANT_MOST = 15.0
"""Degrees; with more, readers no longer take a gutter for level or upright."""

_SLACK_PT = 0.01
_SAME_DEG = 0.01

Outline = Sequence[Point]


def _hosts(panels: Sequence[Outline]) -> dict[int, int]:
    """Return the panel around each inset; of panels one upon the other the later is the inset."""
    boxes = [_bounds(panel) for panel in panels]
    hosts: dict[int, int] = {}
    for inset, (x0, y0, x1, y1) in enumerate(boxes):
        for host, (left, top, right, bottom) in enumerate(boxes):
            whole = left <= x0 + _SLACK_PT and top <= y0 + _SLACK_PT and right >= x1 - _SLACK_PT
            if host != inset and whole and bottom >= y1 - _SLACK_PT and hosts.get(host) != inset:
                hosts.setdefault(inset, host)
    return hosts


def _bounds(panel: Outline) -> tuple[float, float, float, float]:
    xs, ys = [x for x, _ in panel], [y for _, y in panel]
    return min(xs), min(ys), max(xs), max(ys)


class Parting(NamedTuple):
    """The cut that parts two panels of a page."""

    level: bool
    """They lie one above the other, not side by side."""
    around: list[int]
    """All panels that the cut goes through the midst of."""
    beyond: list[int]
    """Those of them that lie on the later one's side, as far as the next cut."""


def parting(panels: Sequence[Outline], one: int, two: int) -> Parting | None:
    """Return the cut between two panels; None where no cut parts them, as an inset and its host.

    Args:
        panels: The outline of each.
        one: The number of a panel.
        two: That of one which is read later.
    """
    hosts = _hosts(panels)
    left = [at for at in range(len(panels)) if at not in hosts]
    while one in hosts:
        one = hosts[one]
    while two in hosts:
        two = hosts[two]
    while one != two:
        cuts = ((level, _parted(panels, left, normal)) for level, normal in _normals(panels, left))
        level, groups = next((cut for cut in cuts if len(cut[1]) > 1), (False, []))
        if not groups:
            return None
        mine = next(group for group in groups if one in group)
        if two not in mine:
            return Parting(level, left, next(group for group in groups if two in group))
        left = mine
    return None


def _normals(panels: Sequence[Outline], left: Sequence[int]) -> Iterator[tuple[bool, Point]]:
    """Yield the directions to cut across, and whether the cut is level: level ones first, the least slanted first."""
    for level in (True, False):
        tilts = {0.0}
        for at in left:
            for one, other in zip(panels[at], [*panels[at][1:], panels[at][0]], strict=True):
                tilt = tilt_of(one, other, level=level)
                if _SAME_DEG < abs(tilt) <= SLANT_MOST + _SAME_DEG:
                    tilts.add(round(tilt, 3))
        for tilt in sorted(tilts, key=lambda each: (abs(each), each)):
            yield level, cut_normal(tilt, level=level)


def tilt_of(one: Point, other: Point, *, level: bool) -> float:
    """Return by how many degrees an edge differs from level, or from upright; -90 to 90."""
    along, aside = other[0] - one[0], other[1] - one[1]
    if not level:
        along, aside = aside, along
    return math.degrees(math.atan2(aside, along) if along >= 0 else math.atan2(-aside, -along))


def cut_normal(tilt: float, *, level: bool) -> Point:
    """Return the direction, one point long, across a cut: down across a level one, to the right across an upright one.

    Args:
        tilt: As `tilt_of` has it, in degrees.
        level: From side to side, else from top to bottom.
    """
    turn = math.radians(tilt)
    return (-math.sin(turn), math.cos(turn)) if level else (math.cos(turn), -math.sin(turn))


def _parted(panels: Sequence[Outline], left: Sequence[int], normal: Point) -> list[list[int]]:
    """Group panels by the gaps between their shadows along a direction."""
    spans = []
    for at in left:
        shadow = [x * normal[0] + y * normal[1] for x, y in panels[at]]
        spans.append((min(shadow), max(shadow), at))
    groups: list[list[int]] = []
    reach = -math.inf
    for low, high, at in sorted(spans):
        if low >= reach - _SLACK_PT:
            groups.append([])
        groups[-1].append(at)
        reach = max(reach, high)
    return groups
