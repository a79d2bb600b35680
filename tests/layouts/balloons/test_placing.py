"""What weighs the places of balloons: each number moves one, in the direction that its reason says."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pytest
from shapely.geometry import LineString, box

from configs.recipes.balloon_settings import USUAL, Costs
from layouts.balloons.placing import Item, place
from layouts.balloons.shapes import Form
from layouts.balloons.surroundings import Surroundings
from layouts.book.page import Rect, Shape
from layouts.lettering.lettering import BalloonLines

PANEL = Rect(x=0, y=0, width=300, height=200)
UPPER, LEFT = np.array([[1.0], [0.0]]), np.array([[1.0, 0.0]])
"""Where the picture stands out."""

Bodies = tuple[Rect, ...]


def body(width: float = 60, height: float = 30, shape: Shape = Shape.SPEECH, badness: float = 0.0) -> Form:
    return Form(shape, BalloonLines(("A",), (width,), 0.0), width, height, 7.5, badness)


def said(speaker: int | None = None, form: Form | None = None, **more: Any) -> Item:
    return Item(forms=(form or body(),), speaker=speaker, **{"tailed": True, **more})


def caption(form: Form | None = None, **more: Any) -> Item:
    return said(None, form or body(shape=Shape.CAPTION), **{"tailed": False, **more})


def sound() -> Item:
    return said(None, body(shape=Shape.SOUND), tailed=False)


def rect(x: float, y: float, width: float, height: float) -> Rect:
    return Rect(x=x, y=y, width=width, height=height)


def seen(*faces: Rect, hair: float = 0, **more: Any) -> Surroundings:
    """Return a panel with faces, their mouths in the middle of their lower halves."""
    heads = tuple(rect(face.x - hair, face.y - hair, face.width + 2 * hair, face.height + 2 * hair) for face in faces)
    mouths = tuple((face.centre[0], face.y + 0.75 * face.height) for face in faces)
    scene = Surroundings(PANEL, heads, faces, mouths, numbers=tuple(range(len(faces))), picture=PANEL)
    return replace(scene, **more)


def calm(*places: Rect) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Return a picture in which all but some places stands out, by squares of ten points."""
    grid = np.ones((20, 30))
    for one in places:
        grid[int(one.y / 10) : int(one.bottom / 10), int(one.x / 10) : int(one.right / 10)] = 0
    return grid


def gap(one: Rect, other: Rect) -> float:
    """Return how far two rectangles lie apart."""
    return float(box(*edges(one)).distance(box(*edges(other))))


def edges(of: Rect) -> tuple[float, float, float, float]:
    return of.x, of.y, of.right, of.bottom


def covered(one: Rect, other: Rect) -> float:
    return one.overlap(other) / other.area


def tail(one: Rect, face: Rect) -> LineString:
    """Return the way from the middle of a body to a little more than half of the way to a mouth."""
    x, y = face.centre[0], face.y + 0.75 * face.height
    near_x, near_y = min(max(x, one.x), one.right), min(max(y, one.y), one.bottom)
    return LineString([one.centre, (near_x + 0.55 * (x - near_x), near_y + 0.55 * (y - near_y))])


def beside(one: Rect, other: Rect) -> float:
    """Return how far along two bodies stand beside each other; negative where they stand corner to corner."""
    across = min(one.right, other.right) - max(one.x, other.x)
    return max(across, min(one.bottom, other.bottom) - max(one.y, other.y))


def aside(one: Rect) -> float:
    """Return how far a body is from the nearer side."""
    return min(one.x - PANEL.x, PANEL.right - one.right)


@dataclass(frozen=True)
class Situation:
    """A panel in which a number decides."""

    items: Sequence[Item]
    scene: Surroundings
    against: Callable[[Bodies], float]
    """What there is less of, the higher the number."""
    low: float = 0
    high: float = 100
    others: dict[str, float] = field(default_factory=dict)
    """Other numbers, where they would hide this one."""

    def found(self, name: str, value: float) -> float:
        costs = Costs(**{**self.others, name: value})
        done = place(self.items, self.scene, margin_pt=4, gap_pt=3, most_share=0.9, costs=costs)
        assert done is not None
        return round(float(self.against(done.bodies)), 3)


FACE, LOW_FACE = rect(120, 20, 60, 60), rect(130, 120, 40, 50)
LEFT_FACE, RIGHT_FACE = rect(20, 120, 40, 50), rect(240, 120, 40, 50)
BARE = {"face": 0, "face_touched": 0, "head": 0}
UP = {"low": 60}
UNMOVED = {"low": 0, "untailed_low": 0, "untailed_right": 0}
UNDER, BROAD, NEAR = rect(130, 83, 40, 50), rect(20, 83, 260, 50), rect(130, 118, 40, 50)
CORNERS = calm(rect(0, 0, 70, 40), rect(230, 0, 70, 40))
TWO = seen(LEFT_FACE, RIGHT_FACE)
SUBJECT = rect(0, 0, 150, 80)

SITUATIONS = {
    "low": Situation([said(0)], seen(LOW_FACE), lambda on: on[0].y),
    "off_middle": Situation([said(0)], seen(LEFT_FACE), lambda on: abs(on[0].centre[0] - 150)),
    "untailed_low": Situation([caption()], seen(busy=UPPER), lambda on: on[0].y),
    "untailed_right": Situation([caption()], seen(busy=LEFT), lambda on: on[0].x),
    "ill_shaped": Situation(
        [replace(caption(), forms=(body(40, 20, badness=1), body(200, 150, badness=0)))],
        seen(focus=rect(50, 50, 100, 100)),
        lambda on: on[0].width == 40,
    ),
    "face": Situation(
        [caption(body(280, 30))], seen(FACE), lambda on: covered(on[0], FACE), others={**BARE, **UP}, high=200
    ),
    "face_touched": Situation(
        [caption(body(280, 30))], seen(FACE), lambda on: covered(on[0], FACE) > 0.01, others={**BARE, **UP}
    ),
    "face_grazed": Situation(
        [caption(body(280, 30))],
        seen(FACE),
        lambda on: -covered(on[0], FACE),
        high=0.6,
        others={"face": 0, "face_touched": 60, **UP},
    ),
    "head": Situation(
        [caption(body(280, 30))],
        seen(FACE, hair=10),
        lambda on: covered(on[0], rect(110, 10, 80, 80)),
        others={**BARE, **UP},
        high=200,
    ),
    "hat": Situation(
        [caption()], seen(UNDER, busy=calm(rect(120, 50, 60, 30))), lambda on: gap(on[0], UNDER) < 3, others=UNMOVED
    ),
    "hat_pt": Situation(
        [caption()],
        seen(BROAD, busy=calm(rect(120, 50, 60, 30))),
        lambda on: -gap(on[0], BROAD),
        high=40,
        others={"hat": 50},
    ),
    "subject": Situation([caption()], seen(focus=SUBJECT), lambda on: covered(on[0], SUBJECT)),
    "subject_by_faces": Situation([caption()], seen(RIGHT_FACE, focus=SUBJECT), lambda on: covered(on[0], SUBJECT)),
    "subject_most": Situation(
        [caption()], seen(focus=SUBJECT), lambda on: covered(on[0], SUBJECT), high=1, others={"subject": 60}
    ),
    "busy": Situation([caption()], seen(busy=UPPER), lambda on: -on[0].y),
    "sound_lifted": Situation([sound()], seen(focus=rect(100, 80, 100, 40)), lambda on: -on[0].y),
    "sound_away": Situation(
        [sound()], seen(focus=rect(200, 150, 80, 40)), lambda on: gap(on[0], rect(200, 150, 80, 40))
    ),
    "tail_long": Situation([said(0)], seen(LOW_FACE), lambda on: gap(on[0], LOW_FACE)),
    "tail_least_pt": Situation([said(0)], seen(LOW_FACE), lambda on: -gap(on[0], LOW_FACE), others={"tail_long": 60}),
    "tail_short": Situation([said(0)], seen(LOW_FACE), lambda on: -gap(on[0], LOW_FACE), others={"tail_long": 60}),
    "tail_cramped_pt": Situation(
        [said(0)], seen(NEAR), lambda on: -gap(on[0], NEAR), high=40, others={"tail_long": 60, "tail_short": 0}
    ),
    "tail_cramped": Situation(
        [said(0)], seen(NEAR), lambda on: -gap(on[0], NEAR), others={"tail_long": 60, "tail_short": 0}
    ),
    "tail_up": Situation([said(0)], seen(FACE, busy=UPPER), lambda on: on[0].y > 65),
    "tail_on_face": Situation(
        [said(0)],
        seen(rect(20, 20, 40, 50), rect(90, 20, 40, 50)),
        lambda on: tail(on[0], rect(20, 20, 40, 50)).intersects(box(90, 20, 130, 70)),
    ),
    "tail_on_balloon": Situation(
        [said(0, body(150, 30)), said(1)],
        seen(rect(60, 20, 40, 50), rect(110, 20, 40, 50)),
        lambda on: tail(on[1], rect(110, 20, 40, 50)).intersects(box(*edges(on[0]))),
        others={"tail_up": 0, "low": 0},
    ),
    "tail_under_balloon": Situation(
        [said(0), caption()],
        seen(LEFT_FACE),
        lambda on: tail(on[0], LEFT_FACE).intersects(box(*edges(on[1]))),
        others={"untailed_right": 30},
    ),
    "tails_crossed": Situation(
        [said(1), said(0)],
        seen(LEFT_FACE, RIGHT_FACE, busy=CORNERS),
        lambda on: tail(on[0], RIGHT_FACE).intersects(tail(on[1], LEFT_FACE)),
        others={"tail_long": 0, "busy": 30},
    ),
    "unseen_aside": Situation([said()], seen(), lambda on: aside(on[0]), others={"off_middle": 20, "unseen_far": 0}),
    "unseen_far_pt": Situation([said()], seen(), lambda on: -aside(on[0]), low=20, others={"off_middle": 20}),
    "unseen_far": Situation([said()], seen(), lambda on: aside(on[0]), others={"off_middle": 20, "unseen_aside": 0}),
    "unseen_room_pt": Situation([said()], seen(), lambda on: -aside(on[0]), high=40),
    "back": Situation([said(1), said(0)], TWO, lambda on: max(0, on[0].x - on[1].right)),
    "locked_astray": Situation([said(spot=(150, 150)), caption()], seen(), lambda on: on[1].y < 100),
    "order_overlap": Situation([said(1), said(0)], TWO, lambda on: on[1].y - on[0].bottom, high=0.5, others=UP),
    "order_rise_pt": Situation(
        [caption(spot=(60, 35)), said()], seen(), lambda on: on[1].y, high=20, others={"order_level_pt": 20, **UP}
    ),
    "order_level_pt": Situation(
        [said(0, body(60, 60)), said(1)], TWO, lambda on: on[1].centre[1] - on[0].centre[1], high=20, others=UP
    ),
    "joined_apart": Situation(
        [caption(), caption(joined=True)],
        seen(busy=CORNERS),
        lambda on: gap(on[0], on[1]),
        others={"joined_askew": 0, "busy": 30},
    ),
    "joined_askew": Situation(
        [caption(), caption(joined=True)],
        seen(busy=calm(rect(0, 0, 70, 40), rect(70, 40, 70, 40))),
        lambda on: -beside(on[0], on[1]),
        others={"busy": 30},
    ),
    "neck_pt": Situation([caption(), caption(joined=True)], seen(), lambda on: -beside(on[0], on[1])),
}


def test_every_number_has_a_situation_that_it_decides() -> None:
    assert set(SITUATIONS) == set(Costs.model_fields)


@pytest.mark.parametrize("name", Costs.model_fields)
def test_each_number_moves_a_balloon_as_its_reason_says(name: str) -> None:
    situation = SITUATIONS[name]
    low, usual, high = (situation.found(name, value) for value in (situation.low, getattr(USUAL, name), situation.high))
    assert low > high, "it decides nothing here"
    assert low >= usual >= high, "more of it is not more of the same"
