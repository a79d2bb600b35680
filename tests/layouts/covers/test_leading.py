"""Which picture leads a cover: somebody well lit, sharp and whole; else the animal or the thing that stands out."""

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from configs.recipes.page_settings import load_format
from configs.units import Box
from layouts.book.crops import on_page
from layouts.book.page import Cover, TextBlock
from layouts.book.storyboard import Framing, PageBoard, Panel
from layouts.covers.cover import make_cover
from layouts.lettering.fonts import pick_fonts
from tests.layouts.boards import board, face, panel

LETTERING = pick_fonts(["aA•"])
HEAD = face(0.42, 0.3, 0.54, 0.66)
FIGURE = Box(x0=0.37, y0=0.0, x1=0.65, y1=0.73)
SHARES = st.floats(0, 1)


def cover_of(*pages: Sequence[Panel], size_px: tuple[int, int] = (1280, 544)) -> Cover:
    return make_cover(board(*pages, size_px=size_px), load_format("us", {}), LETTERING)


def chosen(*panels: Panel) -> float:
    return float(cover_of(panels).at_s)


@pytest.mark.parametrize("worse", [{"lit": 0.2}, {"sharp": 0.2}, {"lit": 0.5, "sharp": 0.5}])
@pytest.mark.parametrize("faces", [[HEAD], []])
def test_of_two_pictures_the_lit_and_sharp_one_leads(worse: dict[str, float], faces: list[Any]) -> None:
    good, bad = ({"faces": faces, "focus": FIGURE, "shot": 2} | more for more in ({}, worse))
    assert chosen(panel(200, **good), panel(300, **bad)) == 200
    assert chosen(panel(200, **bad), panel(300, **good)) == 300


@settings(max_examples=25, deadline=None)
@given(lit=SHARES, sharp=SHARES, more_light=SHARES, more_sharp=SHARES)
def test_light_and_sharpness_never_harm(lit: float, sharp: float, more_light: float, more_sharp: float) -> None:
    better = {"lit": max(lit, more_light), "sharp": max(sharp, more_sharp)}
    same = {"faces": [HEAD], "shot": 2}
    at_s = chosen(panel(200, **same, **better), panel(300, **same, lit=lit, sharp=sharp))
    assert at_s == 200, "the earlier of equals, and else the better"


def test_an_animal_that_stands_out_whole_leads_where_nobody_is_seen() -> None:
    tree = Box(x0=0.2, y0=0.4, x1=0.68, y1=0.93)
    bare = [panel(100 * at, focus=tree, salience=0.3, weight=2, shot=at) for at in (2, 3, 5)]
    cover = cover_of([*bare, panel(400, focus=FIGURE, shot=4)], size_px=(854, 480))
    assert cover.at_s == 400
    top = FIGURE.model_copy(update={"y1": 0.25})
    seen = on_page(top, cover.crop, cover.rect)
    assert seen is not None and TextBlock(lines=cover.title).rect.overlap(seen) < 0.1 * seen.area, "its head is free"


def test_somebody_leads_before_a_thing_but_no_smear_in_the_dark() -> None:
    thing = panel(300, focus=FIGURE, shot=3)
    assert chosen(thing, panel(200, faces=[HEAD], lit=0.7, sharp=0.6, shot=2)) == 200
    assert chosen(thing, panel(200, faces=[face(0.42, 0.4, 0.46, 0.52)], lit=0.1, sharp=0.0, shot=2)) == 300


def test_a_picture_that_is_no_news_inside_gives_way_to_one_as_good() -> None:
    pages = [[panel(100 + 10 * at, faces=[HEAD], shot=at + 1)] for at in range(10)]
    assert cover_of(*pages).at_s == 120, "a fifth of the pages comes first"
    splash = [[one.model_copy(update={"frame": Framing.BLEED}) for one in page] for page in pages[2:3]]
    assert cover_of(*pages[:2], *splash, *pages[3:]).at_s == 130
    dim = [[one.model_copy(update={"lit": 0.2}) for one in page] for page in pages[2:]]
    assert cover_of(*pages[:2], *dim).at_s == 110, "as good: not at any price"


def test_a_face_cut_in_two_by_the_covers_edge_is_dear() -> None:
    two = [HEAD, face(0.56, 0.3, 0.68, 0.66)]
    apart = [HEAD, face(0.85, 0.3, 0.97, 0.66)]
    assert chosen(panel(200, faces=two, shot=2), panel(300, faces=apart, shot=3)) == 300


def test_an_old_storyboard_that_tells_no_light_still_has_a_cover() -> None:
    told = PageBoard.model_validate({"panels": [{"at_s": 200, "faces": [HEAD.model_dump()]}]})
    assert (told.panels[0].lit, told.panels[0].sharp, told.panels[0].salience) == (1, 1, 1)
    assert cover_of(told.panels).at_s == 200
