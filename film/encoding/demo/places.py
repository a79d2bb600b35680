"""Where the demonstration film plays: a cape with a lighthouse, by dusk, by night and at dawn."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from math import cos, pi, sin

from film.encoding.demo.canvas import Canvas, Colour, Pixels, Point, gradient

SIZE = (1280, 720)
HORIZON = 450

Sky = tuple[tuple[float, Colour], ...]
DUSK: Sky = ((0.0, (52, 60, 112)), (0.35, (150, 96, 136)), (0.52, (242, 148, 108)), (0.64, (255, 206, 140)),
             (1.0, (255, 206, 140)))  # fmt: skip
NIGHT: Sky = ((0.0, (32, 44, 100)), (0.5, (44, 68, 128)), (0.64, (74, 100, 150)), (1.0, (74, 100, 150)))
DAWN: Sky = ((0.0, (122, 178, 220)), (0.4, (186, 214, 226)), (0.64, (255, 228, 190)), (1.0, (255, 228, 190)))

_SEAS: dict[Sky, tuple[Colour, Colour]] = {
    DUSK: ((96, 92, 132), (44, 52, 94)),
    NIGHT: ((48, 76, 130), (30, 44, 94)),
    DAWN: ((150, 196, 208), (78, 134, 162)),
}
_STARS = tuple(((97 * n * n + 331 * n + 60) % 1280, (53 * n * n + 149 * n + 20) % 400) for n in range(70))
_WHITE: Colour = (246, 242, 232)
_RED: Colour = (206, 62, 54)
_ROCK: Colour = (86, 78, 92)
_ROCK_LIGHT: Colour = (122, 110, 118)
_GRASS: Colour = (92, 122, 84)
MOONLIGHT: Colour = (255, 240, 184)


@lru_cache(maxsize=4)
def _sky(sky: Sky) -> Pixels:
    sheet = gradient(SIZE, sky)
    near, far = _SEAS[sky][1], _SEAS[sky][0]
    sheet[HORIZON:] = gradient((SIZE[0], SIZE[1] - HORIZON), ((0.0, far), (1.0, near)))
    return sheet


def place(sky: Sky, clock: float, *, stars: bool = False) -> Canvas:
    """Return a fresh sheet with sky and a moving sea; the horizon lies at `HORIZON`."""
    canvas = Canvas(_sky(sky).copy())
    if stars:
        _draw_stars(canvas, clock)
    _draw_waves(canvas, clock, _SEAS[sky][0])
    return canvas


def _draw_stars(pen: Canvas, clock: float) -> None:
    for n, (x, y) in enumerate(_STARS):
        radius = 1.2 + 1.3 * (n % 3) * (0.75 + 0.25 * sin(2 * clock + n))
        pen.oval(x, y, radius, radius, (236, 240, 255))


def _draw_waves(pen: Canvas, clock: float, sea: Colour) -> None:
    red, green, blue = (min(255, channel + 34) for channel in sea)
    for n in range(26):
        middle = (211 * n + 14 * clock * (1 + n % 3)) % 1500 - 110
        reach, y = 24 + 3 * n, HORIZON + 10 + 10 * n
        pen.stroke([(middle - reach, y), (middle, y - 3 - n / 6), (middle + reach, y)], 2 + n / 9, (red, green, blue))


def draw_clouds(pen: Canvas, clock: float, colour: Colour) -> None:
    """Draw three clouds that drift slowly."""
    for x, y, size in ((220, 120, 1.0), (700, 80, 0.8), (1120, 190, 1.2)):
        at = x + 9 * clock
        pen.blob([(at - 120 * size, y), (at - 70 * size, y - 34 * size), (at - 10 * size, y - 26 * size),
                  (at + 46 * size, y - 44 * size), (at + 120 * size, y), (at, y + 12 * size)], colour)  # fmt: skip


def draw_moon(pen: Canvas, radius: float, *, light: float = 1.0) -> None:
    """Draw the moon about the pen's origin, with its glow."""
    if light:
        pen.glow(0, 0, 3.4 * radius, MOONLIGHT, 0.6 * light)
    pen.oval(0, 0, radius, radius, MOONLIGHT, 3.5 / pen.scale, (150, 124, 84))
    for x, y, size in ((-0.35, -0.25, 0.2), (0.3, 0.3, 0.26), (0.35, -0.42, 0.12), (-0.3, 0.45, 0.13)):
        pen.oval(x * radius, y * radius, size * radius, size * radius, (238, 214, 146))


def draw_cape(pen: Canvas, *, dark: float = 0.0) -> None:
    """Draw the rock that the lighthouse stands on; the top of the rock is at (0, 0)."""
    shade = _dimmer(dark)
    pen.blob([(-330, 330), (-300, 150), (-230, 60), (-120, 10), (0, -6), (130, 8), (240, 70), (330, 190), (420, 330)],
             shade(_ROCK), 4)  # fmt: skip
    for corner in (((-200, 90), (-150, 170), (-190, 260)), ((-40, 70), (10, 150), (-20, 250)),
                   ((150, 90), (190, 180), (160, 270))):  # fmt: skip
        pen.stroke(corner, 4, shade(_ROCK_LIGHT))
    pen.blob([(-240, 62), (-120, 4), (0, -14), (130, 2), (250, 74), (120, 46), (40, 62), (-60, 40), (-140, 66)],
             shade(_GRASS), 4)  # fmt: skip


def draw_lighthouse(pen: Canvas, *, lamp: float = 0.0, dark: float = 0.0) -> None:
    """Draw the lighthouse, its foot at (0, 0), about 330 high; `lamp` is how bright the lamp room is."""
    shade = _dimmer(dark)
    pen.fill([(-56, 0), (-34, -236), (34, -236), (56, 0)], shade(_WHITE), 4)
    for low, high in ((50, 96), (146, 192)):
        pen.fill([(-_half(low), -low), (-_half(high), -high), (_half(high), -high), (_half(low), -low)], shade(_RED), 4)
    pen.fill([(-16, 0), (-16, -34), (0, -46), (16, -34), (16, 0)], shade((96, 64, 48)), 4)
    pen.oval(0, -120, 9, 12, shade((90, 120, 150)), 4)
    glass = tuple(round(low + lamp * (high - low)) for low, high in zip(shade((70, 92, 118)), MOONLIGHT, strict=True))
    pen.fill([(-28, -246), (-28, -298), (28, -298), (28, -246)], (glass[0], glass[1], glass[2]), 4)
    for x in (-9, 9):
        pen.stroke([(x, -246), (x, -298)], 3)
    pen.fill([(-54, -232), (-54, -246), (54, -246), (54, -232)], shade((70, 70, 84)), 4)
    for x in range(-48, 49, 16):
        pen.stroke([(x, -246), (x, -264)], 2)
    pen.stroke([(-50, -264), (50, -264)], 3)
    pen.blob([(-38, -296), (-20, -322), (0, -336), (20, -322), (38, -296), (0, -298)], shade(_RED), 4)
    pen.stroke([(0, -334), (0, -352)], 4)


def _half(height: float) -> float:
    return 56 - 22 * height / 236


def draw_boat(pen: Canvas, clock: float, *, dark: float = 0.0) -> None:
    """Draw a small sailing boat that rocks on its waterline at (0, 0)."""
    shade = _dimmer(dark)
    tip = 0.1 * sin(1.7 * clock)

    def turned(points: Sequence[Point]) -> list[Point]:
        return [(x * cos(tip) - y * sin(tip), x * sin(tip) + y * cos(tip)) for x, y in points]

    pen.stroke(turned([(0, -8), (0, -104)]), 5)
    pen.fill(turned([(6, -100), (62, -24), (6, -20)]), shade((244, 228, 200)), 3)
    pen.fill(turned([(-6, -90), (-44, -26), (-6, -22)]), shade((228, 204, 170)), 3)
    pen.blob(turned([(-74, -18), (0, -12), (80, -20), (56, 14), (0, 20), (-52, 14)]), shade((150, 84, 60)), 4)


def draw_rail(pen: Canvas, *, dark: float = 0.0) -> None:
    """Draw the railing of the gallery across the whole picture, its top at y = 0."""
    shade = _dimmer(dark)
    for x in range(-40, 1321, 110):
        pen.fill([(x - 7, 0), (x + 7, 0), (x + 7, 230), (x - 7, 230)], shade((84, 86, 104)), 4)
    pen.fill([(-20, -14), (1300, -14), (1300, 10), (-20, 10)], shade((110, 112, 130)), 4)
    pen.fill([(-20, 150), (1300, 150), (1300, 230), (-20, 230)], shade((70, 72, 90)), 4)


def draw_net(pen: Canvas, foot: Point, head: Point, size: float) -> None:
    """Draw a butterfly net from its handle's foot to the middle of its ring, in the units of whoever holds it."""
    pen.stroke([foot, head], 0.24)
    pen.stroke([foot, head], 0.13, (176, 122, 72))
    x, y = head
    pen.blob([(x - size, y), (x - 0.8 * size, y + 0.8 * size), (x - 0.1 * size, y + 1.3 * size),
              (x + 0.7 * size, y + 0.8 * size), (x + size, y)], (214, 222, 236), 0.06)  # fmt: skip
    for n in (-0.6, -0.2, 0.2, 0.6):
        pen.stroke([(x + n * size, y), (x + 0.85 * n * size, y + 0.6 * size), (x + 0.5 * n * size, y + 1.12 * size)],
                   0.035, (150, 160, 184))  # fmt: skip
    for low in (0.4, 0.8):
        reach = size * (0.97 - 0.3 * low)
        pen.stroke([(x - reach, y + low * size), (x, y + (low + 0.12) * size), (x + reach, y + low * size)], 0.035,
                   (150, 160, 184))  # fmt: skip
    ring = [(x + size * cos(turn * pi / 8), y + 0.3 * size * sin(turn * pi / 8)) for turn in range(17)]
    pen.stroke(ring, 0.2)
    pen.stroke(ring, 0.1, (236, 196, 92))


def _dimmer(dark: float) -> Callable[[Colour], Colour]:
    """Return what the night does to colours: 0 leaves them, 1 makes them the dark itself."""
    night = (20, 28, 66)

    def dim(colour: Colour) -> Colour:
        red, green, blue = (round(day + dark * (deep - day)) for day, deep in zip(colour, night, strict=True))
        return red, green, blue

    return dim
