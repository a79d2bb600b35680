"""The pen: what it leaves where it is drawn along strokes, as outlines of few quadratic curves.

A worn round nib: an ellipse a little wider than high and turned, so that strokes to the right are thinner than those
down. It is pressed at a stroke's beginning and lifted at its end. Titles are drawn with a flat brush: the same pen with
corners, whose strokes end square.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from shapely.geometry import MultiPoint, Polygon
from shapely.geometry.polygon import orient
from shapely.ops import unary_union

from layouts.lettering.hand.strokes import Drawing, Point

_CORNERS = 28
"""Of the nib as a polygon: it is off a true ellipse by half a unit."""
_PRESSED, _LIFTED = 1.05, 0.93
"""The nib's size where a stroke begins and ends."""
_CORNER_DEGREES = 24
_SPAN = 7.0
"""How far, in units, to both sides the outline's direction is looked at."""
_OFF = 0.6
"""By so many units an outline's curve may leave what the pen left."""
_GAP = 9.0
"""Vertices of what the pen left are at most so far apart."""
_CHAIN = 12
"""Lines that stand for a curve."""
_MOST = 90
"""Vertices that one curve may stand for."""

Curve = tuple[Point, Point, Point]
"""A quadratic curve: its start, its handle, its end."""


@dataclass(frozen=True)
class Nib:
    """An elliptical nib, in units of which a cap is 700 high."""

    wide: float
    high: float
    degrees: float = 28
    square: float = 2.0
    """Exponent of its outline, a superellipse: 2 is round, 8 a flat brush."""

    def stamp(self, at: Point, size: float) -> list[Point]:
        """Return the corners of the mark that it leaves when it is set down."""
        cos, sin = math.cos(math.radians(self.degrees)), math.sin(math.radians(self.degrees))
        corners = []
        for number in range(_CORNERS):
            angle = 2 * math.pi * number / _CORNERS
            reach = 1.0 if self.square == 2.0 else _reach(angle, self.square)
            x = size * self.wide / 2 * reach * math.cos(angle)
            y = size * self.high / 2 * reach * math.sin(angle)
            corners.append((at[0] + cos * x - sin * y, at[1] + sin * x + cos * y))
        return corners


def _reach(angle: float, exponent: float) -> float:
    return float((abs(math.cos(angle)) ** exponent + abs(math.sin(angle)) ** exponent) ** (-1 / exponent))


def ink(drawing: Drawing, nib: Nib) -> list[Polygon]:
    """Return what the pen leaves: areas without overlaps, perhaps with holes."""
    marks = []
    for stroke in drawing.strokes:
        points = stroke.points()
        last = max(1, len(points) - 1)
        stamps = [nib.stamp(at, _size(number / last)) for number, at in enumerate(points)]
        marks += [MultiPoint(one + other).convex_hull for one, other in pairwise(stamps)]
    whole = unary_union(marks)
    parts = getattr(whole, "geoms", [whole])
    return [orient(part, -1.0) for part in parts if not part.is_empty]  # TrueType fills clockwise outlines


def _size(way: float) -> float:
    return _PRESSED + (_LIFTED - _PRESSED) * way


def outlines(areas: Sequence[Polygon]) -> list[list[Curve]]:
    """Return closed outlines of quadratic curves, outer ones clockwise, holes against the clock."""
    rings = [ring for area in areas for ring in (area.exterior, *area.interiors)]
    return [curves for ring in rings if (curves := _smoothed([(x, y) for x, y in ring.coords[:-1]]))]


def _smoothed(ring: list[Point]) -> list[Curve]:
    """Fit as few curves as keep within the tolerance, never across a corner."""
    ring = _cleaned(ring)
    if len(ring) < 3:
        return []
    tangents = [_tangents(ring, number) for number in range(len(ring))]
    corners = [number for number, (before, after) in enumerate(tangents) if _turn(before, after) > _CORNER_DEGREES]
    sharp = set(corners)
    # one direction on both sides of a vertex that is no corner: the curves meet without a kink
    tangents = [pair if number in sharp else (_mean(*pair),) * 2 for number, pair in enumerate(tangents)]
    first = corners[0] if corners else 0
    stops = set(corners) | {first}
    curves, at, count = [], first, len(ring)
    end = first + count
    while at < end:
        best, tried = at + 1, at + 1
        while tried <= min(end, at + _MOST):
            if _curve(ring, tangents, at, tried) is not None:
                best = tried
            elif tried > best + 6:
                break
            if tried % count in stops:
                break
            tried += 1
        fitted = _curve(ring, tangents, at, best) or _straight(ring[at % count], ring[best % count])
        curves.append(fitted)
        at = best
    return curves


def _cleaned(ring: list[Point]) -> list[Point]:
    kept: list[Point] = []
    for point in ring:
        if not kept or math.dist(kept[-1], point) > 0.6:
            kept.append(point)
    while len(kept) > 1 and math.dist(kept[0], kept[-1]) <= 0.6:
        kept.pop()
    return [point for one, other in zip(kept, [*kept[1:], *kept[:1]], strict=True) for point in _dense(one, other)]


def _dense(start: Point, end: Point) -> list[Point]:
    """Return the start and points towards the end, so close that a curve near them is near the line."""
    count = max(1, math.ceil(math.dist(start, end) / _GAP))
    return [
        (start[0] + (end[0] - start[0]) * step / count, start[1] + (end[1] - start[1]) * step / count)
        for step in range(count)
    ]


def _tangents(ring: list[Point], number: int) -> tuple[Point, Point]:
    """Return the directions in which the outline comes to a vertex and leaves it."""
    return _towards(ring, number, -1, -1), _towards(ring, number, 1, 1)


def _towards(ring: list[Point], number: int, step: int, sign: int) -> Point:
    here, at, gone = ring[number], number, 0.0
    there = here
    while gone < _SPAN:
        at += step
        there = ring[at % len(ring)]
        gone = math.dist(here, there)
        if abs(at - number) >= len(ring):
            break
    length = math.dist(here, there) or 1.0
    return sign * (there[0] - here[0]) / length, sign * (there[1] - here[1]) / length


def _mean(before: Point, after: Point) -> Point:
    x, y = before[0] + after[0], before[1] + after[1]
    length = math.hypot(x, y) or 1.0
    return x / length, y / length


def _turn(before: Point, after: Point) -> float:
    cos = max(-1.0, min(1.0, before[0] * after[0] + before[1] * after[1]))
    return math.degrees(math.acos(cos))


def _curve(ring: list[Point], tangents: list[tuple[Point, Point]], at: int, to: int) -> Curve | None:
    """Return the curve from one vertex to another, None where it would leave the outline."""
    count = len(ring)
    start, end = ring[at % count], ring[to % count]
    between = [ring[number % count] for number in range(at + 1, to)]
    straight = _straight(start, end)
    if all(_off_line(point, start, end) <= _OFF / 2 for point in between):
        return straight
    handle = _meeting(start, tangents[at % count][1], end, tangents[to % count][0])
    if handle is None:
        return None
    curve = (start, handle, end)
    return curve if _off_curve(between, curve) <= _OFF else None


def _straight(start: Point, end: Point) -> Curve:
    return start, ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2), end


def _meeting(start: Point, leaving: Point, end: Point, coming: Point) -> Point | None:
    """Return where the tangents of both ends meet, None where they do not meet between them."""
    cross = leaving[0] * coming[1] - leaving[1] * coming[0]
    if abs(cross) < 0.02:
        return None
    dx, dy = end[0] - start[0], end[1] - start[1]
    on, back = (dx * coming[1] - dy * coming[0]) / cross, (leaving[0] * dy - leaving[1] * dx) / cross
    whole = math.hypot(dx, dy)
    if not (0 < on < 2 * whole and 0 < back < 2 * whole):
        return None
    return start[0] + on * leaving[0], start[1] + on * leaving[1]


def _off_line(point: Point, start: Point, end: Point) -> float:
    dx, dy = end[0] - start[0], end[1] - start[1]
    return abs(dx * (point[1] - start[1]) - dy * (point[0] - start[0])) / (math.hypot(dx, dy) or 1.0)


def _off_curve(points: Sequence[Point], curve: Curve) -> float:
    """Return how far the farthest of some points lies from a curve, taken as a chain of short lines."""
    if not points:
        return 0.0
    t = np.linspace(0, 1, _CHAIN + 1)[:, None]
    a, b, c = (np.array(corner) for corner in curve)
    chain = (1 - t) ** 2 * a + 2 * t * (1 - t) * b + t * t * c
    start, way = chain[:-1], np.diff(chain, axis=0)
    from_start = np.array(points)[:, None] - start
    along = np.clip((from_start * way).sum(-1) / np.maximum((way * way).sum(-1), 1e-9), 0, 1)
    off = np.linalg.norm(from_start - along[..., None] * way, axis=-1)
    return float(off.min(axis=1).max())
