"""The shots of the demonstration film, "The Borrowed Moon", one function each."""

from collections.abc import Callable
from dataclasses import dataclass
from math import sin

from film.encoding.demo.canvas import Canvas
from film.encoding.demo.places import (
    DAWN,
    DUSK,
    HORIZON,
    MOONLIGHT,
    NIGHT,
    draw_boat,
    draw_cape,
    draw_clouds,
    draw_lighthouse,
    draw_moon,
    draw_net,
    draw_rail,
    place,
)
from film.encoding.demo.puppets import BROWN, Mood, draw_girl, draw_keeper

Draw = Callable[[float, float], Canvas]
"""Takes the seconds since the shot began and its share that is over (0 to 1), returns the frame."""


@dataclass(frozen=True, slots=True)
class Act:
    """One shot: how long it lasts and how a moment of it looks."""

    seconds: float
    draw: Draw


def _talk(clock: float, start: float, end: float, *, loud: float = 0.7) -> float:
    """How far a mouth is open that speaks from one second to another."""
    return loud * (0.55 + 0.45 * sin(11 * clock)) if start <= clock < end else 0.0


def _blink(clock: float) -> bool:
    return clock % 2.3 > 2.15


def _dark_lamp(clock: float, share: float) -> Canvas:
    canvas = place(DUSK, clock)
    draw_clouds(canvas, clock, (196, 122, 130))
    draw_boat(canvas.at(250 + 8 * clock, HORIZON + 34, 0.5), clock)
    size = 1.0 + 0.05 * share
    draw_cape(canvas.at(850, 468, size))
    draw_lighthouse(canvas.at(850, 470, size))
    canvas.veil((0, 0, 0), 1 - clock / 0.8)
    return canvas


def _doorstep(clock: float, share: float) -> Canvas:
    canvas = place(DUSK, clock)
    draw_clouds(canvas, clock + 30, (196, 122, 130))
    draw_lighthouse(canvas.at(640, 900, 3.1))
    talking = _talk(clock, 0.9, 2.7)
    draw_girl(canvas.at(355, 330, 86), Mood(look=(0.9, -0.3), brows=-0.5, smile=-0.6, closed=_blink(clock)),
              clock=clock)  # fmt: skip
    lift = 0.1 * sin(6 * clock) if talking else 0.0
    draw_keeper(canvas.at(905, 285, 90), Mood(mouth=talking, look=(-0.9, 0.2), brows=-0.8), clock=clock,
                     left=(-2.2, 1.4 + lift))  # fmt: skip
    return canvas


def _worried_girl(clock: float, share: float) -> Canvas:
    canvas = place(DUSK, clock)
    draw_boat(canvas.at(1010 - 10 * clock, HORIZON + 44, 0.8), clock)
    draw_girl(canvas.at(500, 350, 205 + 8 * share), Mood(mouth=_talk(clock, 0.3, 2.1, loud=0.9), look=(0.5, -0.2),
              brows=-1.0, smile=-0.8), clock=clock)  # fmt: skip
    return canvas


def _thinking_keeper(clock: float, share: float) -> Canvas:
    canvas = place(DUSK, clock)
    draw_clouds(canvas, clock + 60, (196, 122, 130))
    draw_lighthouse(canvas.at(190, 1010, 3.4))
    mood = Mood(mouth=_talk(clock, 0.3, 2.5), look=(-0.7, -0.1), brows=0.7, closed=_blink(clock + 0.4))
    draw_keeper(canvas.at(740, 350, 190), mood, clock=clock, left=(-1.2, 1.75 - 0.05 * sin(7 * clock)))
    return canvas


def _idea(clock: float, share: float) -> Canvas:
    canvas = place(NIGHT, clock, stars=True)
    canvas.glow(1150, 60, 700, MOONLIGHT, 0.5)
    draw_moon(canvas.at(1150, 50 - 16 * share), 120, light=0.0)
    wonder = min(1.0, clock / 0.7)
    mood = Mood(mouth=0.35 if clock > 1.2 else _talk(clock, 0.3, 1.2), look=(0.9 * wonder, -0.9 * wonder), brows=wonder)
    draw_girl(canvas.at(610, 400, 245 + 14 * share), mood, clock=clock)
    return canvas


def _gallery(clock: float, share: float) -> Canvas:
    canvas = place(NIGHT, clock, stars=True)
    draw_moon(canvas.at(905, 205 - 24 * share), 150)
    draw_cape(canvas.at(560, 560, 1.1), dark=0.55)
    draw_lighthouse(canvas.at(560, 562, 1.25), dark=0.35)
    girl = canvas.at(604, 182 - 3 * sin(5 * clock), 15)
    draw_net(girl, (1.3, 1.8), (3.4, -2.2), 1.6)
    draw_girl(girl, Mood(look=(1, -0.5)), clock=clock, right=(1.7, 0.9))
    draw_keeper(canvas.at(452, 460, 17), Mood(look=(0.8, -1), brows=1, mouth=_talk(clock, 0.4, 2.4)), clock=clock,
                     right=(1.7, 0.6))  # fmt: skip
    return canvas


def _leap(clock: float, share: float) -> Canvas:
    canvas = place(NIGHT, clock, stars=True)
    draw_moon(canvas.at(1010 - 40 * share, 240), 230)
    for n in range(16):
        y = 70 + 43 * n
        x = (389 * n) % 420 - 260 * share
        canvas.stroke([(x - 60, y + 30), (x + 240 + 12 * (n % 5), y - 30)], 3 + n % 3, (196, 212, 246))
    girl = canvas.at(330 + 170 * share, 390 - 400 * share + 340 * share * share, 70)
    draw_net(girl, (1.2, 0.9), (4.3, -1.4), 1.9)
    mood = Mood(mouth=1.0 if 0.25 < share < 0.9 else 0.3, look=(1, -0.4), brows=1.0)
    draw_girl(girl, mood, clock=2 * clock, right=(1.75, 0.3), left=(-1.9, 0.8))
    return canvas


def _beam(clock: float, share: float) -> Canvas:
    canvas = place(NIGHT, clock, stars=True)
    draw_cape(canvas.at(980, 520, 1.1), dark=0.45)
    draw_lighthouse(canvas.at(980, 522, 1.25), lamp=1.0, dark=0.25)
    lamp = (980.0, 522 - 1.25 * 272)
    reach = 430 + 40 * share
    canvas.beam([lamp, (-60, reach - 120), (-60, reach + 160)], MOONLIGHT, 0.42)
    canvas.beam([lamp, (1340, lamp[1] - 70), (1340, lamp[1] + 40)], MOONLIGHT, 0.3)
    draw_moon(canvas.at(*lamp), 44)
    x, y = 270 + 30 * share, 540 + 3 * sin(1.7 * clock)
    cheer = Mood(mouth=_talk(clock, 1.0, 2.8, loud=1.0), look=(1, -1), brows=1)
    draw_keeper(
        canvas.at(x - 84, y - 106, 21), cheer, clock=clock, left=(-1.9, -0.9 + 0.4 * sin(8 * clock)), beard=BROWN
    )
    draw_boat(canvas.at(x, y, 1.6), clock, dark=0.1)
    return canvas


def _borrowed(clock: float, share: float) -> Canvas:
    canvas = place(NIGHT, clock, stars=True)
    canvas.glow(640, -60, 820, MOONLIGHT, 0.8)
    draw_moon(canvas.at(640, -70), 170, light=0.0)
    girl = Mood(mouth=_talk(clock, 0.2, 1.3), look=(0.9, -0.4), brows=0.4, closed=_blink(clock + 1))
    keeper = Mood(mouth=_talk(clock, 1.7, 3.5), look=(-0.8, 0.4), brows=0.3, closed=clock > 3.5)
    draw_girl(canvas.at(430, 340, 112), girl, clock=clock, right=(1.3, 2.3))
    draw_keeper(canvas.at(850, 300, 118), keeper, clock=clock, left=(-1.9, 2.2))
    draw_rail(canvas.at(0, 590), dark=0.2)
    return canvas


def _let_go(clock: float, share: float) -> Canvas:
    canvas = place(DAWN, clock)
    draw_clouds(canvas, clock + 20, (252, 240, 236))
    draw_boat(canvas.at(420, HORIZON + 150, 0.9), clock)
    draw_cape(canvas.at(840, 500, 1.08))
    draw_lighthouse(canvas.at(840, 502, 1.08))
    x, y = 700 - 210 * share + 14 * sin(2 * clock), 200 - 70 * share
    draw_moon(canvas.at(x, y), 74, light=0.5)
    pen = canvas.at(868, 178, 12)
    draw_girl(pen, Mood(closed=True), clock=clock, left=(-1.8, -0.6 + 0.5 * sin(8 * clock)))
    draw_keeper(canvas.at(812, 174, 12), Mood(closed=True), clock=clock)
    canvas.veil((0, 0, 0), (clock - 2.9) / 0.8)
    return canvas


SCENES = (
    Act(3.5, _dark_lamp),
    Act(3.0, _doorstep),
    Act(2.5, _worried_girl),
    Act(3.0, _thinking_keeper),
    Act(2.25, _idea),
    Act(3.0, _gallery),
    Act(2.0, _leap),
    Act(3.25, _beam),
    Act(4.0, _borrowed),
    Act(3.75, _let_go),
)
"""In order; each begins with a hard cut."""
