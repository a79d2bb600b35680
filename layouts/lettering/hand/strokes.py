"""Strokes: what the hand does, as centre lines. Written as in SVG (`M`, `L`, `C`), y up, the baseline at 0.

A cap is 700 high. A letter is drawn a little differently each time, as a hand does: where a stroke ends and bends is
moved by a few units, drawn from a seed, so that the same letter of the same cut always looks the same.
"""

import math
import random
import re
from dataclasses import dataclass, replace
from typing import Self

Point = tuple[float, float]

_TOKEN = re.compile(r"[MLC]|-?\d+(?:\.\d+)?")
_STEPS = 14
"""Points on a curve; on a line too, which is drawn a little bowed."""
_BOW = 0.011
"""How far a line is bowed, in lengths of the line."""


@dataclass(frozen=True)
class Piece:
    """A cubic curve; a line is one too."""

    start: Point
    one: Point
    other: Point
    end: Point

    def at(self, t: float) -> Point:
        """Return the point at a part of the way."""
        a, b, c, d = (1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3
        corners = zip(self.start, self.one, self.other, self.end, strict=True)
        x, y = (a * p + b * q + c * r + d * s for p, q, r, s in corners)
        return x, y


@dataclass(frozen=True)
class Stroke:
    """What is drawn without lifting the pen."""

    pieces: tuple[Piece, ...]

    def points(self) -> list[Point]:
        """Return points close enough for a pen to be swept over them."""
        found = [self.pieces[0].start]
        for piece in self.pieces:
            found += [piece.at(step / _STEPS) for step in range(1, _STEPS + 1)]
        return found


@dataclass(frozen=True)
class Drawing:
    """The strokes of a letter."""

    strokes: tuple[Stroke, ...]

    @classmethod
    def read(cls, text: str) -> Self:
        """Read strokes as they are written in the tables; raises ValueError where one does not begin with `M`."""
        tokens = _TOKEN.findall(text)
        strokes: list[list[Piece]] = []
        at, place, order = 0, (0.0, 0.0), ""
        while at < len(tokens):
            if tokens[at].isalpha():
                order, at = tokens[at], at + 1
            count = 6 if order == "C" else 2
            numbers = [float(token) for token in tokens[at : at + count]]
            at += count
            points = list(zip(numbers[::2], numbers[1::2], strict=True))
            if order == "M":
                strokes.append([])
            elif not strokes:
                raise ValueError(f"{text!r} does not begin with M")
            else:
                strokes[-1].append(_line(place, points[0]) if order == "L" else Piece(place, *points))
            place = points[-1]
        # a stroke without a piece is a dot: the pen set down
        return cls(tuple(Stroke(tuple(pieces)) for pieces in strokes if pieces))

    def moved(self, x: float, y: float) -> "Drawing":
        """Return the drawing in another place."""
        return self.mapped(1, 0, 0, 1, x, y)

    def scaled(self, x: float, y: float) -> "Drawing":
        """Return the drawing wider or narrower, taller or lower."""
        return self.mapped(x, 0, 0, y, 0, 0)

    def slanted(self, degrees: float) -> "Drawing":
        """Return the drawing leaning to the right."""
        return self.mapped(1, math.tan(math.radians(degrees)), 0, 1, 0, 0)

    def turned(self, degrees: float, about: Point) -> "Drawing":
        """Return the drawing turned against the clock."""
        cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
        x, y = about
        return self.mapped(cos, -sin, sin, cos, x - cos * x + sin * y, y - sin * x - cos * y)

    def mapped(self, xx: float, xy: float, yx: float, yy: float, x: float, y: float) -> "Drawing":
        """Return the drawing with every point (p, q) at (xx p + xy q + x, yx p + yy q + y)."""

        def put(point: Point) -> Point:
            p, q = point
            return xx * p + xy * q + x, yx * p + yy * q + y

        return Drawing(
            tuple(
                Stroke(
                    tuple(Piece(put(one.start), put(one.one), put(one.other), put(one.end)) for one in stroke.pieces)
                )
                for stroke in self.strokes
            )
        )

    def with_more(self, *others: "Drawing") -> "Drawing":
        """Return this drawing with the strokes of others."""
        return Drawing(self.strokes + tuple(stroke for other in others for stroke in other.strokes))

    def by_hand(self, seed: str, units: float) -> "Drawing":
        """Return the drawing as it comes from a hand: ends and bends moved by a few units, the whole turned a little.

        Args:
            seed: The same text gives the same drawing.
            units: How far points move, in the mean.
        """
        source = random.Random(seed)
        strokes = tuple(_loosened(stroke, source, units) for stroke in self.strokes)
        turned = source.gauss(0, 0.05 * units)
        return Drawing(strokes).turned(turned, (250, 350)).moved(0, source.gauss(0, 0.5 * units))


def _line(start: Point, end: Point) -> Piece:
    (x0, y0), (x1, y1) = start, end
    third = ((x1 - x0) / 3, (y1 - y0) / 3)
    return Piece(start, (x0 + third[0], y0 + third[1]), (x1 - third[0], y1 - third[1]), end)


def _loosened(stroke: Stroke, source: random.Random, units: float) -> Stroke:
    """Move the joints of a stroke, the handles with them, and bow its lines."""

    def step() -> Point:
        return source.gauss(0, units), source.gauss(0, units)

    shifts = [step() for _ in range(len(stroke.pieces) + 1)]
    pieces = []
    for piece, before, after in zip(stroke.pieces, shifts, shifts[1:], strict=False):
        bow = source.gauss(0, _BOW * math.dist(piece.start, piece.end) * units / 4)
        length = math.dist(piece.start, piece.end) or 1.0
        side = ((piece.start[1] - piece.end[1]) / length * bow, (piece.end[0] - piece.start[0]) / length * bow)
        moved = replace(
            piece,
            start=_sum(piece.start, before),
            one=_sum(_sum(piece.one, before), side),
            other=_sum(_sum(piece.other, after), side),
            end=_sum(piece.end, after),
        )
        pieces.append(moved)
    return Stroke(tuple(pieces))


def _sum(one: Point, other: Point) -> Point:
    return one[0] + other[0], one[1] + other[1]
