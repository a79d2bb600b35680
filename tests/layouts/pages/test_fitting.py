import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import Polygon

from configs.errors import StoryboardError
from configs.recipes.page_settings import load_format
from configs.units import Box
from layouts.book.crops import Sight, nearness
from layouts.book.gutters import SLANT_MOST, tilt_of
from layouts.book.page import Book, Page
from layouts.book.storyboard import Framing, PageBoard, Panel, Storyboard
from layouts.lettering.fonts import pick_fonts
from layouts.pages.panels.slants import inner, is_convex
from tests.layouts.boards import board, face, panel, words
from tests.layouts.composing import compose, order_seen, told_words
from tests.layouts.films import make_film, told

US = load_format("us", {"bleed_pt": 9.0})
LETTERING = pick_fonts(["aAđ…♪?!"])
FACE = face(0.4, 0.2, 0.55, 0.55)
LONG = "It was the best of times, it was the worst of times, it was the age of wisdom."


def composed(storyboard: Storyboard) -> Book:
    return compose(storyboard, US, LETTERING)


def page_of(*panels: Panel, slant: float = 0.0, size_px: tuple[int, int] = (1920, 1080)) -> Page:
    storyboard = board(panels, size_px=size_px)
    boards = (storyboard.pages[0].model_copy(update={"slant": slant}),)
    return composed(storyboard.model_copy(update={"pages": boards})).pages[0]


def check_page(shown: PageBoard, page: Page) -> None:
    """What holds for every page, whatever is on it."""
    assert [each.at_s for each in page.panels] == [each.at_s for each in shown.panels]
    whole = [each.corners for each in page.panels if each.frame is not Framing.INSET]
    assert order_seen(whole) == list(range(len(whole)))
    for each, said in zip(page.panels, told_words(shown.panels, page.panels), strict=True):
        beyond = US.bleed_pt if each.frame is Framing.BLEED else -min(US.margin_side_pt, US.margin_top_pt)
        assert -beyond - 0.01 <= each.rect.x and each.rect.right <= US.width_pt + beyond + 0.01
        assert -beyond - 0.01 <= each.rect.y and each.rect.bottom <= US.height_pt + beyond + 0.01
        inside = inner(each.corners, US)
        assert inside.width >= US.panel_least_width_pt - 0.01 and inside.height >= US.panel_least_height_pt - 0.01
        assert len(each.corners) == 4 and is_convex(each.corners)
        for side in range(4):
            edge = each.corners[side], each.corners[(side + 1) % 4]
            assert abs(tilt_of(*edge, level=side % 2 == 0)) <= SLANT_MOST + 0.01
        assert [balloon.words_index for balloon in each.balloons] == list(range(len(said)))
        if each.frame is Framing.BLEED:
            assert each.rect.x == -US.bleed_pt and each.rect.right == US.width_pt + US.bleed_pt
        outline = Polygon(each.corners).buffer(0.2)
        assert all(outline.contains(Polygon(balloon.outline)) for balloon in each.balloons)
    for at, one in enumerate(page.panels):
        for other in page.panels[at + 1 :]:
            if other.frame is not Framing.INSET:
                assert Polygon(one.corners).distance(Polygon(other.corners)) > US.gutter_across_pt - 0.1 or (
                    one.frame is Framing.INSET
                )


said = st.builds(words, st.sampled_from(["Look!", "I remember the gatekeepers.", LONG, "Điều gì?"]))
panels = st.builds(
    lambda at, said, weight, seen, frame, shot: panel(
        at / 10, *said, weight=weight, faces=seen, frame=frame, shot=shot
    ),
    st.integers(0, 5990),
    st.lists(said, max_size=2),
    st.sampled_from([0.7, 1.0, 1.6, 3.4]),
    st.sampled_from([(), (FACE,), (face(0.1, 0.2, 0.25, 0.5), face(0.7, 0.3, 0.8, 0.5))]),
    st.sampled_from([Framing.BOX] * 4 + list(Framing)),
    st.integers(0, 1),
)


@settings(max_examples=30, deadline=None)
@given(st.lists(panels, min_size=1, max_size=6), st.sampled_from([0.0, 6.0, -15.0]))
def test_any_page_keeps_the_rules(shown: list[Panel], slant: float) -> None:
    page = page_of(*shown, slant=slant)
    check_page(PageBoard(panels=tuple(shown)), page)


def test_a_whole_film_keeps_the_rules_quickly_and_pages_differ() -> None:
    stills, cues = make_film(shots=200, minutes=16, cues=150)
    storyboard = told(stills, cues)
    began = time.process_time()
    book = composed(storyboard)
    assert time.process_time() - began < 0.25 * len(book.pages), "a bound against slips, not a measurement"
    for shown, page in zip(storyboard.pages, book.pages, strict=True):
        check_page(shown, page)
    grids = [sorted((round(each.rect.x), round(each.rect.width)) for each in page.panels) for page in book.pages]
    assert sum(one == other for one, other in pairwise(grids)) <= 0.05 * len(grids)
    assert len({str(grid) for grid in grids}) > 0.6 * len(grids)


def test_a_slanted_page_leans_and_a_wordy_one_is_straightened_where_it_must_be() -> None:
    page = page_of(*[panel(at) for at in range(4)], slant=9)
    assert any(each.corners != each.rect.corners for each in page.panels)
    check_page(PageBoard(panels=tuple(panel(at) for at in range(4))), page)


def test_a_splash_runs_off_the_page() -> None:
    page = page_of(panel(0, frame=Framing.BLEED, weight=3), panel(1), panel(2))
    splash = page.panels[0]
    assert splash.frame is Framing.BLEED
    assert (splash.rect.x, splash.rect.y, splash.rect.right) == (-9, -9, US.width_pt + 9)
    assert not page.runs_off_foot(US)
    assert page_of(panel(0), panel(1, frame=Framing.BLEED)).runs_off_foot(US)


def test_a_splash_that_takes_others_room_becomes_a_box_unless_locked() -> None:
    others = [panel(at) for at in range(1, 28)]
    splash = panel(0, frame=Framing.BLEED)
    assert page_of(splash, *others).panels[0].frame is Framing.BOX
    assert page_of(splash, *others[:20]).panels[0].frame is Framing.BLEED
    with pytest.raises(StoryboardError, match="page 1"):
        page_of(splash.model_copy(update={"lock": True}), *others)


def test_an_inset_lies_in_the_panel_before_it_and_covers_no_face() -> None:
    page = page_of(
        panel(0, weight=3, faces=[face(0.8, 0.6, 0.9, 0.9)]), panel(1, faces=[FACE], frame=Framing.INSET), panel(2)
    )
    host, inset = page.panels[:2]
    assert inset.frame is Framing.INSET
    assert host.rect.overlap(inset.rect) == pytest.approx(inset.rect.area)
    assert inset.rect.x < host.rect.centre[0], "the face on the right is left free"


def test_an_inset_covers_no_words() -> None:
    talk = panel(0, *[words(LONG)] * 4, weight=3)
    page = page_of(talk, panel(1, faces=[FACE], frame=Framing.INSET), panel(2))
    host, inset = page.panels[:2]
    if inset.frame is Framing.INSET:
        ground = Polygon(inset.corners)
        assert not any(ground.intersects(Polygon(balloon.outline)) for balloon in host.balloons)


def test_an_inset_without_a_place_becomes_a_panel_unless_locked() -> None:
    crowd = [face(0.05 + 0.32 * at, 0.1, 0.3 + 0.32 * at, 0.9) for at in range(3)]
    inset = panel(1, frame=Framing.INSET)
    page = page_of(panel(0, weight=3, faces=crowd), inset, panel(2))
    assert page.panels[1].frame is Framing.BOX
    forced = page_of(panel(0, weight=3, faces=crowd), inset.model_copy(update={"lock": True}), panel(2))
    assert forced.panels[1].frame is Framing.INSET
    assert page_of(inset, panel(2)).panels[0].frame is Framing.BOX, "there is nothing before it"


def test_words_pass_to_the_next_panel_when_nothing_else_helps() -> None:
    many = [words(f"{LONG} And so on, {at}.", off_screen=True) for at in range(10)]
    shown = (panel(0, *many), *[panel(at) for at in range(1, 6)])
    page = page_of(*shown)
    moved = told_words(shown, page.panels)
    assert [one for each in moved for one in each] == many
    assert len(moved[0]) < len(many) and page.panels[1].taken == len(moved[1]) > 0
    check_page(PageBoard(panels=shown), page)
    locked = (shown[0].model_copy(update={"lock": True}), *shown[1:])
    with pytest.raises(StoryboardError, match="page 1, panel 1: the words do not fit"):
        page_of(*locked)


def test_twins_of_a_shot_are_shown_from_different_distances() -> None:
    one, two = (panel(at, faces=[FACE], shot=3) for at in (1, 2))
    page = page_of(one, two, panel(3))
    near = [
        nearness(Sight((1920, 1080), each.faces), placed.crop)
        for each, placed in zip((one, two), page.panels[:2], strict=True)
    ]
    assert abs(near[1] / near[0] - 1) > 0.12


def test_locked_crops_are_never_zoomed() -> None:
    lock = Box(x0=0.2, y0=0.1, x1=0.8, y1=0.9)
    page = page_of(panel(1, faces=[FACE], shot=3), panel(2, faces=[FACE], shot=3, crop=lock))
    shown = page.panels[1].crop
    assert shown.width == pytest.approx(lock.width) or shown.height == pytest.approx(lock.height)


def test_a_subject_on_the_move_has_room_ahead() -> None:
    def centre(there: float) -> float:
        faces = [face(0.4 + shift, 0.3, 0.5 + shift, 0.6) for shift in (0.0, there)]
        page = page_of(*[panel(at, faces=(one,), shot=1) for at, one in enumerate(faces)], panel(9))
        crop = page.panels[0].crop
        return (0.45 - crop.x0) / crop.width

    assert centre(0.1) < 0.47 < 0.53 < centre(-0.1)
