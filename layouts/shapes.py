"""The outlines of balloons: ovals, bursts, waves and boxes around lines of text, and tails. Lengths in points."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from shapely.geometry import LineString, Polygon
from shapely.ops import unary_union

from configs.pages import PageFormat
from layouts.lettering import Block
from layouts.page import Point, Rect, Shape

ROUNDNESS = 2.5
"""Exponent of the superellipse: 2 is an ellipse, more is boxier."""
_ASCENT, _DESCENT = 0.75, 0.12
"""What lettering takes above and below its baseline, in sizes of the type."""
_POINTS = 96


@dataclass(frozen=True)
class Form:
    """Words broken into lines, and the body that holds them; no place yet."""

    shape: Shape
    block: Block
    width_pt: float
    height_pt: float
    badness: float
    """What is wrong with its proportions and its lines; 0 is perfect."""

    @property
    def area(self) -> float:
        """Of the rectangle around the body."""
        return self.width_pt * self.height_pt


def form(shape: Shape, block: Block, page: PageFormat) -> Form:
    """Give a block of lines its body."""
    size = page.sound_pt if shape is Shape.SOUND else page.type_pt
    corners = [
        (half + 0.72 * size, max(abs(top), abs(bottom)) + 0.22 * size)
        for half, top, bottom in _extents(block, size, page.leading)
    ]
    if shape in (Shape.CAPTION, Shape.SIGN, Shape.SOUND):
        pad = 0.15 if shape is Shape.SOUND else 0.55
        width = block.width_pt + 2 * (pad + 0.1) * size
        height = text_height(len(block.lines), size, page.leading) + 2 * pad * size
        wanted = 4.5 if shape is Shape.SOUND else 2.6
    else:
        half_width, half_height = _oval_around(corners, size)
        grown = {Shape.SHOUT: 1.3, Shape.SONG: 1.03}.get(shape, 1.0)
        width, height, wanted = 2 * half_width * grown, 2 * half_height * grown, 1.8
    stretch = math.log((width / height) / wanted)
    # tall and narrow reads worse than long and low, and lines of one word worst
    badness = block.ragged * 0.8 + (0.55 if stretch < 0 else 0.3) * stretch**2
    return Form(shape, block, width, height, badness)


def text_height(lines: int, size_pt: float, leading: float) -> float:
    """Return the height of lines of text from the top of the first to the bottom of the last."""
    return ((lines - 1) * leading + _ASCENT + _DESCENT) * size_pt


def first_baseline(body: Rect, lines: int, size_pt: float, leading: float) -> float:
    """Return the first baseline of lines that stand in the middle of a body."""
    # the eye sees lines from the capitals' tops to the last baseline: descenders count half
    return body.centre[1] - text_height(lines, size_pt, leading) / 2 + (_ASCENT + _DESCENT / 4) * size_pt


def _extents(block: Block, size: float, leading: float) -> list[tuple[float, float, float]]:
    """Return half the width, the top and the bottom of each line, around the middle of the block."""
    top = -text_height(len(block.lines), size, leading) / 2
    step = leading * size
    return [
        (width / 2, top + line * step, top + line * step + (_ASCENT + _DESCENT) * size)
        for line, width in enumerate(block.widths_pt)
    ]


def _oval_around(corners: Sequence[tuple[float, float]], size: float) -> tuple[float, float]:
    """Return the half axes of the smallest good superellipse around corners (x, y)."""
    tallest = max(y for _, y in corners) + 0.35 * size
    best = (math.inf, 0.0, 0.0)
    for step in range(1, 30):
        down = tallest * (1 + 0.03 * step)
        across = max(x / (1 - (y / down) ** ROUNDNESS) ** (1 / ROUNDNESS) for x, y in corners)
        flat = abs(math.log(across / down / 1.8))
        cost = across * down * (1 + 0.12 * flat)
        if cost < best[0]:
            best = cost, across, down
    return best[1], best[2]


def body_polygon(shape: Shape, body: Rect) -> Polygon:
    """Return the outline of a balloon without its tail."""
    if shape in (Shape.CAPTION, Shape.SIGN, Shape.SOUND):
        return Polygon(body.corners)
    if shape is Shape.SHOUT:
        return Polygon(_burst(body))
    if shape is Shape.SONG:
        return Polygon(_wave(body))
    return Polygon(_oval(body.centre, body.width / 2, body.height / 2, _POINTS))


def _oval(centre: Point, across: float, down: float, count: int) -> list[Point]:
    points = []
    for step in range(count):
        angle = 2 * math.pi * step / count
        cos, sin = math.cos(angle), math.sin(angle)
        # evenly spread by angle, then pushed out to the superellipse
        reach = (abs(cos) ** ROUNDNESS + abs(sin) ** ROUNDNESS) ** (-1 / ROUNDNESS)
        points.append((centre[0] + across * reach * cos, centre[1] + down * reach * sin))
    return points


def _perimeter(body: Rect) -> float:
    return 1.7 * (body.width + body.height)


def _burst(body: Rect) -> list[Point]:
    """Return a jagged outline whose inner points lie on the oval that holds the text."""
    spikes = max(11, round(_perimeter(body) / 21))
    points = []
    for step in range(spikes * 2):
        long = (1.0, 0.9, 0.97, 0.88, 0.94)[step // 2 % 5]  # uneven, and the same at every run
        scale = 0.77 if step % 2 else long
        angle = 2 * math.pi * (step + 0.3 * math.sin(step * 2.1)) / (spikes * 2)
        cos, sin = math.cos(angle), math.sin(angle)
        reach = (abs(cos) ** ROUNDNESS + abs(sin) ** ROUNDNESS) ** (-1 / ROUNDNESS) * scale
        x, y = body.width / 2 * reach * cos, body.height / 2 * reach * sin
        points.append((body.centre[0] + x, body.centre[1] + y))
    return points


def _wave(body: Rect) -> list[Point]:
    waves = max(10, round(_perimeter(body) / 15))
    points = []
    for step in range(240):
        angle = 2 * math.pi * step / 240
        scale = 1 - 0.03 * (0.5 + 0.5 * math.cos(waves * angle))
        cos, sin = math.cos(angle), math.sin(angle)
        reach = (abs(cos) ** ROUNDNESS + abs(sin) ** ROUNDNESS) ** (-1 / ROUNDNESS) * scale
        points.append((body.centre[0] + body.width / 2 * reach * cos, body.centre[1] + body.height / 2 * reach * sin))
    return points


def with_tail(body: Polygon, box: Rect, tip: Point, base_pt: float) -> Polygon:
    """Return body and tail as one outline: the tail grows out of the middle and bends a little to its tip.

    Args:
        body: The balloon without a tail.
        box: The rectangle around it.
        tip: Where the tail ends, outside the body.
        base_pt: Width of a long tail where it leaves the body; a short one is slimmer.
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
    joined = unary_union([body, Polygon(sides[0] + sides[1][::-1]).buffer(0)])
    return Polygon(joined.exterior) if joined.geom_type == "Polygon" else body


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
