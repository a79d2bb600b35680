"""The bodies of balloons: ovals, bursts, clouds, waves and boxes around lines of text. Lengths in points."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from shapely.affinity import rotate
from shapely.geometry import LinearRing, Polygon, box
from shapely.ops import unary_union

from configs.recipes.page_settings import PageFormat
from layouts.book.page import Point, Rect, Shape
from layouts.lettering.lettering import BalloonLines

ROUNDNESS = 2.5
"""Exponent of the superellipse: 2 is an ellipse, more is boxier."""
_ASCENT, _DESCENT = 0.75, 0.12
"""What lettering takes above and below its baseline, in sizes of the type."""
_POINTS = 96
_BOXY = 4.0
"""Exponent of a machine's balloon."""
_TOOTH_PT, _TEETH_PT = 1.5, 5.5
"""How deep and how far apart its teeth are."""
_BOXES = frozenset({Shape.CAPTION, Shape.SIGN, Shape.SOUND, Shape.NOTE})
_GROWN = {Shape.SHOUT: (1.3, 0.0), Shape.SONG: (1.03, 0.0), Shape.THOUGHT: (1.06, 2.0), Shape.RADIO: (1.0, _TOOTH_PT)}
"""What a body adds to the oval that holds the text: a factor, and points on every side."""


@dataclass(frozen=True)
class Form:
    """Words broken into lines, and the body that holds them; no place yet."""

    shape: Shape
    block: BalloonLines
    width_pt: float
    height_pt: float
    size_pt: float
    """Of its letters."""
    badness: float
    """What is wrong with its proportions and its lines; 0 is perfect."""
    turn: float = 0.0
    """Degrees by which it stands aslope, against the clock; its size is that of what it takes so."""

    @property
    def area(self) -> float:
        """Of the rectangle around the body."""
        return self.width_pt * self.height_pt


def form(shape: Shape, block: BalloonLines, page: PageFormat, size: float, turn: float = 0.0) -> Form:
    """Give a block of lines of letters of some size, in points, its body; a sound's may be turned by some degrees."""
    corners = [
        (half + 0.72 * size, max(abs(top), abs(bottom)) + 0.22 * size)
        for half, top, bottom in _extents(block, size, page.leading)
    ]
    if shape in _BOXES:
        width, height = _level(shape, block, page, size)
        wanted = 4.5 if shape is Shape.SOUND else 2.6
    else:
        half_width, half_height = _oval_around(corners, size)
        grown, more = _GROWN.get(shape, (1.0, 0.0))
        width, height, wanted = 2 * (half_width * grown + more), 2 * (half_height * grown + more), 1.8
    stretch = math.log((width / height) / wanted)
    # tall and narrow reads worse than long and low, and lines of one word worst
    badness = block.ragged * 0.8 + (0.55 if stretch < 0 else 0.3) * stretch**2
    width, height = _turned(width, height, turn)
    return Form(shape, block, width, height, size, badness, turn)


def _level(shape: Shape, block: BalloonLines, page: PageFormat, size: float) -> tuple[float, float]:
    """Return width and height of the box around lines that stand level."""
    pad = {Shape.SOUND: 0.2, Shape.NOTE: 0.35}.get(shape, 0.55)
    return block.width_pt + 2 * (pad + 0.1) * size, text_height(len(block.lines), size, page.leading) + 2 * pad * size


def _turned(width: float, height: float, degrees: float) -> tuple[float, float]:
    cos, sin = math.cos(math.radians(degrees)), abs(math.sin(math.radians(degrees)))
    return width * cos + height * sin, width * sin + height * cos


def aslope(shaped: Form, body: Rect, page: PageFormat) -> Polygon:
    """Return the outline of a sound that stands aslope in its place."""
    width, height = _level(shaped.shape, shaped.block, page, shaped.size_pt)
    x, y = body.centre
    level = box(x - width / 2, y - height / 2, x + width / 2, y + height / 2)
    return rotate(level, -shaped.turn, origin=(x, y))  # the page's y runs down


def text_height(lines: int, size_pt: float, leading: float) -> float:
    """Return the height of lines of text from the top of the first to the bottom of the last."""
    return ((lines - 1) * leading + _ASCENT + _DESCENT) * size_pt


def first_baseline(body: Rect, lines: int, size_pt: float, leading: float) -> float:
    """Return the first baseline of lines that stand in the middle of a body."""
    # the eye sees lines from the capitals' tops to the last baseline: descenders count half
    return body.centre[1] - text_height(lines, size_pt, leading) / 2 + (_ASCENT + _DESCENT / 4) * size_pt


def _extents(block: BalloonLines, size: float, leading: float) -> list[tuple[float, float, float]]:
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
    if shape in _BOXES:
        return Polygon(body.corners)
    if shape is Shape.SHOUT:
        return Polygon(_burst(body))
    if shape is Shape.SONG:
        return Polygon(_wave(body))
    if shape is Shape.THOUGHT:
        return _cloud(body)
    if shape is Shape.RADIO:
        return Polygon(_teeth(body))
    return Polygon(_oval(body.centre, body.width / 2, body.height / 2, _POINTS))


def _oval(centre: Point, across: float, down: float, count: int, roundness: float = ROUNDNESS) -> list[Point]:
    points = []
    for step in range(count):
        angle = 2 * math.pi * step / count
        cos, sin = math.cos(angle), math.sin(angle)
        # evenly spread by angle, then pushed out to the superellipse
        reach = (abs(cos) ** roundness + abs(sin) ** roundness) ** (-1 / roundness)
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


def _cloud(body: Rect) -> Polygon:
    """Return a cloud: puffs side by side on an oval; where two meet it never cuts the oval that holds the text."""
    grown, more = _GROWN[Shape.THOUGHT]
    held = Polygon(_oval(body.centre, (body.width / 2 - more) / grown, (body.height / 2 - more) / grown, _POINTS))
    puff = min(7.0, max(2.5, 0.17 * min(body.width, body.height)))
    core = Polygon(_oval(body.centre, body.width / 2 - puff, body.height / 2 - puff, _POINTS))
    edge = core.exterior
    count = max(7, round(edge.length / (1.45 * puff)))
    # uneven, and the same at every run
    puffs = [
        edge.interpolate((at + 0.2 * math.sin(at * 2.3)) / count, normalized=True).buffer(
            puff * (0.9 + 0.1 * math.cos(at * 1.7)), quad_segs=8
        )
        for at in range(count)
    ]
    return Polygon(unary_union([core, held, *puffs]).exterior)


def _teeth(body: Rect) -> list[Point]:
    """Return a box with round corners and small even teeth."""
    edge = Polygon(_oval(body.centre, body.width / 2, body.height / 2, 2 * _POINTS, _BOXY)).exterior
    count = max(12, round(edge.length / _TEETH_PT))
    points = []
    for at in range(2 * count):
        here = edge.interpolate(at / (2 * count), normalized=True)
        points.append((here.x, here.y) if at % 2 == 0 else _inwards(edge, at / (2 * count)))
    return points


def _inwards(edge: LinearRing, share: float) -> Point:
    """Return a point a tooth's depth inside an edge that runs clockwise on the page."""
    before, after = (edge.interpolate((share + step) % 1.0, normalized=True) for step in (-0.002, 0.002))
    here = edge.interpolate(share, normalized=True)
    along = math.hypot(after.x - before.x, after.y - before.y) or 1.0
    return here.x - (after.y - before.y) / along * _TOOTH_PT, here.y + (after.x - before.x) / along * _TOOTH_PT
