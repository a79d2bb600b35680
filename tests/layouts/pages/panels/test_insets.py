from fractions import Fraction

import numpy as np

from configs.recipes.page_settings import load_format
from configs.units import WHOLE
from layouts.balloons.surroundings import Surroundings
from layouts.book.page import PlacedBalloon, PlacedPanel, Rect, Shape
from layouts.pages.panels.insets import inset_place

US = load_format("us")
LARGE = Rect(x=24, y=25, width=429, height=300)


def host(rect: Rect = LARGE) -> PlacedPanel:
    return PlacedPanel(at_s=Fraction(1), rect=rect, corners=rect.corners, crop=WHOLE)


def at(x: float, y: float, width: float, height: float) -> Rect:
    """A part of the large panel, in fractions of it."""
    return Rect(x=24 + 429 * x, y=25 + 300 * y, width=429 * width, height=300 * height)


def test_an_inset_takes_the_last_corner_that_is_free() -> None:
    place = inset_place(host(), Surroundings(LARGE), US)
    assert place is not None and place.x > 240 and place.y > 170
    assert place.right <= LARGE.right - 8 and place.bottom <= LARGE.bottom - 8
    assert place.width >= US.panel_least_width_pt and place.height >= US.panel_least_height_pt
    head = at(0.7, 0.5, 0.25, 0.4)
    moved = inset_place(host(), Surroundings(LARGE, heads=(head,), faces=(head,)), US)
    assert moved is not None and moved.overlap(head) == 0 and moved.x < 100


def test_an_inset_hides_nothing_of_a_small_subject() -> None:
    focus = at(0.6, 0.5, 0.4, 0.5)
    place = inset_place(host(), Surroundings(LARGE, focus=focus), US)
    assert place is not None and place.overlap(focus) / focus.area < 0.12


def test_an_inset_covers_no_words() -> None:
    body = at(0.6, 0.5, 0.38, 0.45)
    said = PlacedBalloon(shape=Shape.SPEECH, words_index=0, body=body, outline=body.corners, lines=())
    place = inset_place(host().model_copy(update={"balloons": (said,)}), Surroundings(LARGE), US)
    assert place is not None and place.overlap(body) == 0


def test_there_is_none_where_faces_fill_the_panel_unless_it_must_be() -> None:
    crowd = Surroundings(LARGE, heads=(at(0, 0, 1, 1),))
    assert inset_place(host(), crowd, US) is None
    assert inset_place(host(), crowd, US, forced=True) is not None


def test_a_small_panel_holds_none() -> None:
    small = Rect(x=24, y=25, width=180, height=140)
    assert inset_place(host(small), Surroundings(small), US) is None
    tiny = Rect(x=24, y=25, width=100, height=90)
    assert inset_place(host(tiny), Surroundings(tiny), US, forced=True) is None


def test_an_inset_keeps_to_the_calm_of_the_picture() -> None:
    people = np.zeros((6, 12))
    people[3:, 6:] = 0.8  # a crowd that nobody's face was found in
    crowd = Surroundings(LARGE, busy=people, picture=LARGE)
    place = inset_place(host(), crowd, US)
    assert place is not None and place.x < 100
    assert inset_place(host(), Surroundings(LARGE, busy=np.full((6, 12), 0.8), picture=LARGE), US) is None
