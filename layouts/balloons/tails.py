"""What leads from a balloon to whoever speaks, and the necks between balloons of one voice. Lengths in points."""

import math
from collections.abc import Sequence

from shapely.geometry import LineString, Polygon
from shapely.geometry import Point as Spot
from shapely.ops import unary_union

from layouts.balloons.shapes import ROUNDNESS
from layouts.book.page import Bubble, Point, Rect

_BOLT = ((0.0, 1.0), (0.42, 1.2), (0.58, -0.3), (1.0, 0.0), (0.58, -0.85), (0.42, 0.45), (0.0, -1.0))
"""A bolt of lightning: along the tail from its root to its tip, and across it in halves of its width."""
_BUBBLE_GAP_PT, _BUBBLES_LEAST_PT = 0.9, 4.5


def with_tail(body: Polygon, box: Rect, tip: Point, base_pt: float, *, bolt: bool = False) -> Polygon:
    """Return body and tail as one outline: the tail grows out of the middle and bends a little to its tip.

    Args:
        body: The balloon without a tail.
        box: The rectangle around it.
        tip: Where the tail ends, outside the body.
        base_pt: Width of a long tail where it leaves the body; a short one is slimmer.
        bolt: It goes in a zigzag, as out of a machine.
    """
    edge, centre = leaving(box, tip), box.centre
    length = math.dist(centre, tip)
    out = length - math.dist(centre, edge)
    if out < 0.5:
        return body
    ux, uy = (tip[0] - centre[0]) / length, (tip[1] - centre[1]) / length
    half = min(base_pt, 2.4 + 0.55 * out) / 2
    inside = min(0.45 * math.dist(centre, edge), 9.0)
    root = (edge[0] - ux * inside, edge[1] - uy * inside)
    if bolt:
        length = math.dist(root, tip)
        zigzag = [
            (root[0] + ux * length * s - uy * half * t, root[1] + uy * length * s + ux * half * t) for s, t in _BOLT
        ]
        return _joined(body, Polygon(zigzag))
    bend = 0.1 * out * (1 if ux >= 0 else -1)
    middle = ((edge[0] + tip[0]) / 2 - uy * bend, (edge[1] + tip[1]) / 2 + ux * bend)
    sides = [
        _bow(
            (root[0] - uy * half * side * 1.25, root[1] + ux * half * side * 1.25),
            (middle[0] - uy * half * side * 0.62, middle[1] + ux * half * side * 0.62),
            tip,
        )
        for side in (1, -1)
    ]
    return _joined(body, Polygon(sides[0] + sides[1][::-1]))


def _joined(body: Polygon, tail: Polygon) -> Polygon:
    joined = unary_union([body, tail.buffer(0)])
    return Polygon(joined.exterior) if joined.geom_type == "Polygon" else body


def bubbles(edge: Point, tip: Point) -> tuple[Bubble, ...]:
    """Return the bubbles of a thought from the edge of its balloon to the tip, each smaller than the one before.

    None where there is no room for two.
    """
    out = math.dist(edge, tip)
    if out < _BUBBLES_LEAST_PT:
        return ()
    count = 2 if out < 15 else 3
    first = min(3.1, 0.21 * out)
    radii = [first * 0.68**number for number in range(count)]
    begin, end = _BUBBLE_GAP_PT + radii[0], out - radii[-1]
    ux, uy = (tip[0] - edge[0]) / out, (tip[1] - edge[1]) / out
    places = [begin + (end - begin) * number / (count - 1) for number in range(count)]
    return tuple(
        Bubble(centre=(round(edge[0] + ux * at, 3), round(edge[1] + uy * at, 3)), radius=round(radius, 3))
        for at, radius in zip(places, radii, strict=True)
    )


def bubble_shapes(drawn: Sequence[Bubble]) -> list[Polygon]:
    """Return bubbles as polygons."""
    return [Spot(bubble.centre).buffer(bubble.radius) for bubble in drawn]


def bridge(one: Rect, other: Rect, width_pt: float) -> Polygon:
    """Return the neck that joins two balloons of one speaker; it reaches well into both."""
    (ax, ay), (bx, by) = one.centre, other.centre
    # from the middle of what they share, so that balloons below one another are joined upright
    low, high = max(one.x, other.x), min(one.right, other.right)
    if high - low > 2 * width_pt:
        ax = bx = (low + high) / 2
    low, high = max(one.y, other.y), min(one.bottom, other.bottom)
    if high - low > 2 * width_pt:
        ay = by = (low + high) / 2
    return LineString([(ax, ay), (bx, by)]).buffer(width_pt / 2, cap_style="flat")


def _bow(start: Point, control: Point, end: Point) -> list[Point]:
    points = []
    for step in range(13):
        t = step / 12
        a, b, c = (1 - t) ** 2, 2 * t * (1 - t), t * t
        points.append((a * start[0] + b * control[0] + c * end[0], a * start[1] + b * control[1] + c * end[1]))
    return points


def leaving(body: Rect, target: Point) -> Point:
    """Return where the line from a body's middle to a target crosses the body's oval."""
    cx, cy = body.centre
    dx, dy = target[0] - cx, target[1] - cy
    if abs(dx) + abs(dy) < 1e-9:
        return body.centre
    scale = (abs(dx / (body.width / 2)) ** ROUNDNESS + abs(dy / (body.height / 2)) ** ROUNDNESS) ** (-1 / ROUNDNESS)
    return cx + dx * scale, cy + dy * scale
