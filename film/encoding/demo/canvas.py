"""A sheet to draw the demonstration film on: antialiased shapes with ink lines, light, moved and scaled pens."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

Colour = tuple[int, int, int]
Point = tuple[float, float]
Pixels = NDArray[np.uint8]

Corners = NDArray[np.float64]
Points = Sequence[Point] | Corners

INK: Colour = (28, 24, 38)
_SHIFT = 4
"""Corners are placed to a sixteenth of a pixel, so that slow movements do not jump."""

_STEPS = np.linspace(0, 1, 8, endpoint=False)
_SPLINE = 0.5 * np.stack(
    [
        -_STEPS + 2 * _STEPS**2 - _STEPS**3,
        2 - 5 * _STEPS**2 + 3 * _STEPS**3,
        _STEPS + 4 * _STEPS**2 - 3 * _STEPS**3,
        -(_STEPS**2) + _STEPS**3,
    ],
    axis=-1,
)
"""Weights of four neighbouring points at each step between the middle two; (8, 4)."""
_TURN = np.linspace(0, 2 * np.pi, 40, endpoint=False)
_CIRCLE = np.stack([np.cos(_TURN), np.sin(_TURN)], axis=-1)


@dataclass(frozen=True, slots=True)
class Canvas:
    """Pixels and a pen; `at` gives another pen on the same pixels."""

    pixels: Pixels
    """RGB, (height, width, 3); drawn on in place."""
    origin: Point = (0.0, 0.0)
    scale: float = 1.0
    mirror: bool = False

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return self.pixels.shape[1], self.pixels.shape[0]

    def at(self, x: float, y: float, scale: float = 1.0, *, mirror: bool = False) -> "Canvas":
        """Return a pen whose own origin lies at a point of this one; mirrored ones draw leftwards."""
        ((px, py),) = self._placed([(x, y)])
        return replace(self, origin=(float(px), float(py)), scale=self.scale * scale, mirror=self.mirror != mirror)

    def fill(self, points: Points, colour: Colour, line: float = 0.0, ink: Colour = INK) -> None:
        """Draw a polygon, with an outline when `line` (its width in the pen's units) is not 0."""
        corners = self._fixed(points)
        cv2.fillPoly(self.pixels, [corners], colour, cv2.LINE_AA, _SHIFT)
        if line:
            cv2.polylines(self.pixels, [corners], True, ink, self._width(line), cv2.LINE_AA, _SHIFT)

    def blob(self, points: Points, colour: Colour, line: float = 0.0) -> None:
        """Draw the round shape that runs through some points."""
        self.fill(round_off(points, closed=True), colour, line)

    def oval(
        self, x: float, y: float, rx: float, ry: float, colour: Colour, line: float = 0.0, ink: Colour = INK
    ) -> None:
        """Draw an ellipse about a point."""
        self.fill(_CIRCLE * (rx, ry) + (x, y), colour, line, ink)

    def stroke(self, points: Points, width: float, colour: Colour = INK) -> None:
        """Draw a smooth open line."""
        corners = self._fixed(round_off(points, closed=False) if len(points) > 2 else points)
        cv2.polylines(self.pixels, [corners], False, colour, self._width(width), cv2.LINE_AA, _SHIFT)

    def limb(self, points: Points, width: float, colour: Colour, line: float) -> None:
        """Draw an arm or a leg: a thick line with an outline and round ends."""
        self.stroke(points, width + 2 * line, INK)
        for x, y in (points[0], points[-1]):
            self.oval(x, y, width / 2 + line, width / 2 + line, INK)
        self.stroke(points, width, colour)
        for x, y in (points[0], points[-1]):
            self.oval(x, y, width / 2, width / 2, colour)

    def glow(self, x: float, y: float, radius: float, colour: Colour, strength: float) -> None:
        """Add light about a point, which fades out towards the radius."""
        ((px, py),) = self._placed([(x, y)])
        reach = radius * self.scale
        width, height = self.size
        x0, x1 = max(0, int(px - reach)), min(width, int(px + reach) + 1)
        y0, y1 = max(0, int(py - reach)), min(height, int(py + reach) + 1)
        if x0 >= x1 or y0 >= y1:
            return
        part = self.pixels[y0:y1, x0:x1]
        dy, dx = np.ogrid[y0:y1, x0:x1]
        square = ((dx - px) ** 2 + (dy - py) ** 2).astype(np.float32)
        light = strength * np.maximum(1 - np.sqrt(square) / np.float32(reach), 0) ** 2
        part[:] = cv2.blendLinear(np.full_like(part, colour), part.copy(), light, 1 - light)

    def beam(self, points: Points, colour: Colour, strength: float) -> None:
        """Lay a transparent polygon of light over the picture."""
        lit = self.pixels.copy()
        cv2.fillPoly(lit, [self._fixed(points)], colour, cv2.LINE_AA, _SHIFT)
        cv2.addWeighted(lit, strength, self.pixels, 1 - strength, 0, self.pixels)

    def veil(self, colour: Colour, strength: float) -> None:
        """Tint the whole picture: 0 leaves it, 1 hides it."""
        if strength > 0:
            self.pixels[:] = self.pixels + strength * (np.array(colour, np.float32) - self.pixels)

    def _placed(self, points: Points) -> Corners:
        side = -self.scale if self.mirror else self.scale
        placed: Corners = np.asarray(points, float) * (side, self.scale) + self.origin
        return placed

    def _fixed(self, points: Points) -> NDArray[np.int32]:
        return np.rint(self._placed(points) * (1 << _SHIFT)).astype(np.int32)

    def _width(self, units: float) -> int:
        return max(1, round(units * self.scale))


def round_off(points: Points, *, closed: bool) -> Corners:
    """Return a smooth line through the points (Catmull-Rom), eight steps from each to the next."""
    given = np.asarray(points, float)
    ring = np.vstack([given[-1:], given, given[:2]]) if closed else np.vstack([given[:1], given, given[-1:]])
    windows = np.stack([ring[:-3], ring[1:-2], ring[2:-1], ring[3:]])
    line: Corners = np.tensordot(windows, _SPLINE, (0, 1)).transpose(0, 2, 1).reshape(-1, 2)
    return line if closed else np.vstack([line, given[-1:]])


def gradient(size: tuple[int, int], stops: Sequence[tuple[float, Colour]]) -> Pixels:
    """Return a sheet of this size whose colour changes from top to bottom.

    Args:
        size: Width and height in pixels.
        stops: Height as a fraction, rising from 0 to 1, and the colour there.
    """
    width, height = size
    rows = np.linspace(0, 1, height)
    heights = [at for at, _ in stops]
    channels = [np.interp(rows, heights, [colour[channel] for _, colour in stops]) for channel in range(3)]
    column = np.stack(channels, axis=-1).round().astype(np.uint8)
    return np.ascontiguousarray(np.broadcast_to(column[:, None], (height, width, 3)))
