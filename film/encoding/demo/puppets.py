"""The two people of the demonstration film, drawn in units of their heads: the middle of the head is (0, 0)."""

from dataclasses import dataclass
from math import sin

from film.encoding.demo.canvas import INK, Canvas, Colour, Point

_LINE = 0.055
_SKIN: Colour = (255, 217, 184)
_BLUSH: Colour = (250, 178, 152)
_HAIR: Colour = (92, 48, 40)
_COAT: Colour = (247, 190, 52)
_COAT_SHADE: Colour = (222, 156, 34)
_SCARF: Colour = (214, 58, 56)
_WEATHERED: Colour = (240, 196, 162)
_WEATHERED_BLUSH: Colour = (230, 150, 122)
_BEARD: Colour = (240, 240, 236)
BROWN: Colour = (142, 92, 62)
"""The beard of a younger man."""
_NAVY: Colour = (44, 68, 104)
_NAVY_SHADE: Colour = (32, 50, 80)
_WHITE: Colour = (255, 255, 255)
_MOUTH: Colour = (132, 34, 44)
_TONGUE: Colour = (232, 112, 112)
_BRASS: Colour = (236, 196, 92)
_BOOT: Colour = (70, 92, 84)


@dataclass(frozen=True, slots=True)
class Mood:
    """How a face looks at one moment."""

    mouth: float = 0.0
    """0 closed and smiling, 1 wide open."""
    look: Point = (0.0, 0.0)
    """Where the eyes turn, each way from -1 to 1."""
    brows: float = 0.0
    """-1 worried, 1 surprised."""
    closed: bool = False
    """Eyes shut with joy, or in a blink."""
    smile: float = 1.0
    """The closed mouth: 1 smiles, -1 is sad."""


def draw_girl(
    pen: Canvas, mood: Mood, *, clock: float = 0.0, right: Point = (1.1, 3.1), left: Point = (-1.1, 3.1)
) -> None:
    """Draw Mai: yellow raincoat, red scarf.

    Args:
        pen: Its origin is the middle of her head, its scale the height of half a head in pixels.
        mood: Her face.
        clock: Seconds, for what the wind moves.
        right: Where the hand on the right of the picture is, in heads.
        left: The other one.
    """
    _girl_hair_behind(pen, clock)
    _legs(pen, 0.42, 3.6, 5.3, 0.42, _BOOT)
    for side, hand in ((-1, left), (1, right)):
        _arm(pen, (0.78 * side, 1.55), hand, 0.5, _COAT_SHADE, _SKIN)
    pen.blob([(-0.7, 1.05), (0, 0.9), (0.7, 1.05), (1.08, 2.4), (1.3, 3.9), (0, 4.08), (-1.3, 3.9), (-1.08, 2.4)],
             _COAT, _LINE)  # fmt: skip
    pen.stroke([(0, 1.5), (0.03, 2.6), (0, 4.02)], _LINE * 0.8)
    for y in (1.9, 2.6, 3.3):
        pen.oval(0.2, y, 0.09, 0.09, _SCARF, _LINE * 0.6)
    _girl_head(pen, mood)
    _scarf(pen, clock)


def _girl_hair_behind(pen: Canvas, clock: float) -> None:
    sway = 0.06 * sin(2.4 * clock)
    pen.blob([(-1.02, -0.5), (0, -1.2), (1.02, -0.5), (1.18, 0.3), (1.22 + sway, 0.95), (0.7, 1.08), (0, 0.7),
              (-0.7, 1.08), (-1.22 + sway, 0.95), (-1.18, 0.3)], _HAIR, _LINE)  # fmt: skip


def _scarf(pen: Canvas, clock: float) -> None:
    wave, after = 0.12 * sin(3 * clock), 0.16 * sin(3 * clock + 0.9)
    pen.blob([(-0.55, 1.2), (-1.35, 1.3 + wave), (-2.1, 1.2 + after), (-2.12, 1.62 + after), (-1.3, 1.7 + wave),
              (-0.5, 1.55)], _SCARF, _LINE)  # fmt: skip
    pen.blob([(-0.78, 0.95), (0, 1.12), (0.78, 0.95), (0.84, 1.34), (0, 1.56), (-0.84, 1.34)], _SCARF, _LINE)


def _girl_head(pen: Canvas, mood: Mood) -> None:
    pen.blob([(-0.9, -0.35), (-0.55, -0.86), (0, -0.98), (0.55, -0.86), (0.9, -0.35), (0.88, 0.3), (0.52, 0.8),
              (0, 0.98), (-0.52, 0.8), (-0.88, 0.3)], _SKIN, _LINE)  # fmt: skip
    for side in (-1, 1):
        pen.oval(0.6 * side, 0.42, 0.17, 0.11, _BLUSH)
        _eye(pen, 0.37 * side, 0.08, 0.2, 0.27, mood)
        lift = -0.12 * mood.brows
        tilt = -0.1 * min(0.0, mood.brows) * side
        pen.stroke([(0.37 * side - 0.18, -0.33 + lift - tilt), (0.37 * side, -0.38 + lift),
                    (0.37 * side + 0.18, -0.33 + lift + tilt)], 0.07, _HAIR)  # fmt: skip
    pen.stroke([(-0.06, 0.34), (0.0, 0.38), (0.06, 0.34)], 0.045)
    _mouth(pen, 0.0, 0.6, 0.24, mood)
    pen.blob([(-0.98, 0.05), (-0.98, -0.55), (-0.5, -1.08), (0.1, -1.16), (0.72, -0.92), (1.0, -0.4), (0.97, 0.05),
              (0.78, -0.42), (0.3, -0.62), (-0.15, -0.42), (-0.5, -0.5), (-0.82, -0.35)], _HAIR, _LINE)  # fmt: skip
    pen.stroke([(-0.35, -0.92), (0.15, -1.0), (0.55, -0.82)], 0.06, (150, 92, 72))


def draw_keeper(
    pen: Canvas,
    mood: Mood,
    *,
    clock: float = 0.0,
    right: Point = (1.45, 3.3),
    left: Point = (-1.45, 3.3),
    beard: Colour = _BEARD,
) -> None:
    """Draw Bo: white beard, the cap of a keeper; the arguments are those of `draw_girl`, and the beard's colour."""
    _legs(pen, 0.55, 4.1, 5.9, 0.55, _NAVY_SHADE)
    for side, hand in ((-1, left), (1, right)):
        _arm(pen, (1.0 * side, 1.7), hand, 0.62, _NAVY_SHADE, _WEATHERED)
    pen.blob([(-0.9, 1.05), (0, 0.85), (0.9, 1.05), (1.4, 2.2), (1.5, 4.2), (0, 4.45), (-1.5, 4.2), (-1.4, 2.2)],
             _NAVY, _LINE)  # fmt: skip
    pen.stroke([(0, 1.6), (0, 4.4)], _LINE * 0.8)
    for y in (2.2, 2.9, 3.6):
        for side in (-1, 1):
            pen.oval(0.32 * side, y, 0.11, 0.11, _BRASS, _LINE * 0.6)
    _bearded_head(pen, mood, clock, beard)


def _bearded_head(pen: Canvas, mood: Mood, clock: float, beard: Colour) -> None:
    shade = (round(0.87 * beard[0]), round(0.88 * beard[1]), round(0.9 * beard[2]))
    for side in (-1, 1):
        pen.oval(0.97 * side, 0.12, 0.17, 0.25, _WEATHERED, _LINE)
    pen.blob([(-0.95, -0.4), (-0.5, -0.95), (0.5, -0.95), (0.95, -0.4), (0.92, 0.4), (0.5, 0.9), (-0.5, 0.9),
              (-0.92, 0.4)], _WEATHERED, _LINE)  # fmt: skip
    sway = 0.03 * sin(2 * clock)
    pen.blob([(-1.0, 0.12), (-0.62, 0.42), (0, 0.36), (0.62, 0.42), (1.0, 0.12), (1.06, 0.75), (0.78, 1.3),
              (0.3 + sway, 1.68), (0 + sway, 1.82), (-0.3 + sway, 1.68), (-0.78, 1.3), (-1.06, 0.75)],
             beard, _LINE)  # fmt: skip
    for side in (-1, 1):
        pen.stroke([(0.45 * side, 1.0), (0.36 * side, 1.25), (0.2 * side + sway, 1.5)], 0.045, shade)
    _mouth(pen, 0.0, 0.72, 0.2, Mood(mouth=mood.mouth, smile=mood.smile))
    pen.blob([(0, 0.48), (0.3, 0.42), (0.66, 0.55), (0.72, 0.72), (0.36, 0.68), (0, 0.6), (-0.36, 0.68),
              (-0.72, 0.72), (-0.66, 0.55), (-0.3, 0.42)], beard, _LINE * 0.8)  # fmt: skip
    pen.oval(0, 0.3, 0.2, 0.23, _WEATHERED_BLUSH, _LINE)
    for side in (-1, 1):
        pen.oval(0.62 * side, 0.32, 0.16, 0.1, _WEATHERED_BLUSH)
        _eye(pen, 0.38 * side, 0.0, 0.16, 0.19, mood)
        lift = -0.1 * mood.brows
        tilt = -0.12 * min(0.0, mood.brows) * side
        pen.blob([(0.38 * side - 0.26, -0.26 + lift - tilt), (0.38 * side, -0.4 + lift),
                  (0.38 * side + 0.26, -0.26 + lift + tilt), (0.38 * side, -0.24 + lift)],
                 beard, _LINE * 0.8)  # fmt: skip
    pen.blob([(-1.08, -0.42), (-1.12, -0.9), (-0.6, -1.3), (0.6, -1.3), (1.12, -0.9), (1.08, -0.42), (0, -0.55)],
             _NAVY, _LINE)  # fmt: skip
    pen.blob([(-1.0, -0.46), (0, -0.62), (1.0, -0.46), (0.85, -0.3), (0, -0.42), (-0.85, -0.3)], _NAVY_SHADE, _LINE)
    pen.oval(0, -0.9, 0.2, 0.2, _BRASS, _LINE * 0.7)
    pen.stroke([(0, -1.02), (0, -0.8)], 0.05)
    pen.stroke([(-0.1, -0.88), (0, -0.79), (0.1, -0.88)], 0.05)


def _eye(pen: Canvas, x: float, y: float, rx: float, ry: float, mood: Mood) -> None:
    if mood.closed:
        pen.stroke([(x - rx, y + 0.04), (x, y - 0.1), (x + rx, y + 0.04)], 0.065)
        return
    pen.oval(x, y, rx, ry, _WHITE, _LINE * 0.9)
    px, py = x + 0.35 * rx * mood.look[0], y + 0.35 * ry * mood.look[1]
    pen.oval(px, py, 0.66 * rx, 0.66 * ry, INK)
    pen.oval(px + 0.22 * rx, py - 0.28 * ry, 0.24 * rx, 0.22 * ry, _WHITE)


def _mouth(pen: Canvas, x: float, y: float, width: float, mood: Mood) -> None:
    if mood.mouth < 0.08:
        turn = 0.09 * mood.smile
        pen.stroke([(x - width, y - turn), (x - 0.6 * width, y + 0.4 * turn), (x, y + turn), (x + 0.6 * width,
                    y + 0.4 * turn), (x + width, y - turn)], 0.06)  # fmt: skip
        return
    drop = 0.06 + 0.26 * mood.mouth
    wide = width * (0.75 + 0.4 * mood.mouth)
    pen.blob([(x - wide, y - 0.03), (x, y - 0.1), (x + wide, y - 0.03), (x + 0.6 * wide, y + 0.7 * drop), (x, y + drop),
              (x - 0.6 * wide, y + 0.7 * drop)], _MOUTH, _LINE * 0.9)  # fmt: skip
    pen.oval(x, y + 0.66 * drop, 0.5 * wide, 0.24 * drop, _TONGUE)


def _arm(pen: Canvas, shoulder: Point, hand: Point, width: float, sleeve: Colour, skin: Colour) -> None:
    dx, dy = hand[0] - shoulder[0], hand[1] - shoulder[1]
    bend = 0.12 if shoulder[0] > 0 else -0.12
    elbow = (shoulder[0] + dx / 2 + bend * abs(dy), shoulder[1] + dy / 2 + 0.1 * abs(dx))
    pen.oval(hand[0], hand[1], 0.42 * width, 0.42 * width, skin, _LINE)
    wrist = (shoulder[0] + 0.9 * dx, shoulder[1] + 0.9 * dy)
    pen.limb([shoulder, elbow, wrist], width, sleeve, _LINE)


def _legs(pen: Canvas, apart: float, top: float, bottom: float, width: float, colour: Colour) -> None:
    for side in (-1, 1):
        pen.limb([(apart * side, top), (apart * side, bottom)], width, colour, _LINE)
        pen.oval(apart * side + 0.14 * side, bottom + 0.12, 0.4, 0.24, colour, _LINE)
