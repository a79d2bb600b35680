import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from configs.recipes.page_settings import PageFormat, load_format
from layouts.book.gutters import SLANT_MOST, tilt_of
from layouts.pages.panels.slants import bounds, inner, is_convex, outlines
from layouts.pages.panels.tiers import PanelNeed, arrange
from tests.layouts.composing import order_seen

US = load_format("us", {"bleed_pt": 9.0})
A4 = load_format("a4")

needs = st.builds(
    PanelNeed,
    weight=st.floats(0.5, 4),
    aspect=st.sampled_from([0.5625, 4 / 3, 16 / 9, 2.39]),
    aspect_least=st.floats(0.5, 1.4),
    bleed=st.sampled_from([False] * 6 + [True]),
)


@settings(max_examples=120, deadline=None)
@given(st.lists(needs, min_size=1, max_size=7), st.floats(-30, 30), st.sampled_from([US, A4]))
def test_any_outline_is_a_convex_quadrilateral_that_leans_little(
    asked: list[PanelNeed], slant: float, page: PageFormat
) -> None:
    found = arrange(asked, page)
    if found is None:
        return
    bleeds = {at for at, need in enumerate(asked) if need.bleed}
    shapes = outlines(found.tree, found.rects, page, slant=slant, bleeds=bleeds)
    assert order_seen(shapes) == list(range(len(asked)))
    for at, corners in enumerate(shapes):
        assert len(corners) == 4 and is_convex(corners)
        edges = list(zip(corners, (*corners[1:], corners[0]), strict=True))
        for side, (one, other) in enumerate(edges):
            assert abs(tilt_of(one, other, level=side % 2 == 0)) <= SLANT_MOST + 0.01
        rect, inside = bounds(corners), inner(corners, page)
        beyond = page.bleed_pt if at in bleeds else -min(page.margin_side_pt, page.margin_top_pt)
        assert rect.x >= -beyond - 0.01 and rect.right <= page.width_pt + beyond + 0.01
        assert rect.y >= -beyond - 0.01 and rect.bottom <= page.height_pt + beyond + 0.01
        assert inside.width >= page.panel_least_width_pt - 0.01
        assert inside.height >= page.panel_least_height_pt - 0.01


@settings(max_examples=40, deadline=None)
@given(st.integers(2, 6), st.floats(4, 15))
def test_slanted_gutters_keep_their_width(count: int, slant: float) -> None:
    found = arrange([PanelNeed()] * count, A4)
    assert found is not None
    shapes = outlines(found.tree, found.rects, A4, slant=slant)
    assert any(corners != rect.corners for corners, rect in zip(shapes, found.rects, strict=True))
    for at, one in enumerate(shapes):
        gaps = [_gap(one, other) for other in shapes[at + 1 :]]
        assert all(gap > A4.gutter_across_pt - 0.05 for gap in gaps)


def _gap(one, other) -> float:
    """The widest strip along an edge of either that parts the two."""
    widest = -math.inf
    for mine, theirs in ((one, other), (other, one)):
        for start, end in zip(mine, (*mine[1:], mine[0]), strict=True):
            length = math.dist(start, end)
            normal = ((end[1] - start[1]) / length, -(end[0] - start[0]) / length)
            nearest = min((x - start[0]) * normal[0] + (y - start[1]) * normal[1] for x, y in theirs)
            widest = max(widest, nearest)
    return widest


def test_without_a_slant_panels_are_their_rectangles() -> None:
    found = arrange([PanelNeed()] * 5, US)
    assert found is not None
    assert outlines(found.tree, found.rects, US) == [rect.corners for rect in found.rects]


def test_a_splash_reaches_the_trim_and_what_is_cut_off() -> None:
    found = arrange([PanelNeed(weight=3, bleed=True), PanelNeed(), PanelNeed()], US)
    assert found is not None
    shapes = outlines(found.tree, found.rects, US, bleeds={0})
    splash = bounds(shapes[0])
    assert (splash.x, splash.y, splash.right) == (-9, -9, US.width_pt + 9)
    assert splash.bottom == pytest.approx(found.rects[0].bottom, abs=0.01)
    whole = arrange([PanelNeed(bleed=True)], US)
    assert whole is not None
    (only,) = outlines(whole.tree, whole.rects, US, bleeds={0})
    assert bounds(only).area == pytest.approx((US.width_pt + 18) * (US.height_pt + 18))


def test_words_in_a_splash_stay_in_the_live_area() -> None:
    found = arrange([PanelNeed(bleed=True)], US)
    assert found is not None
    inside = inner(outlines(found.tree, found.rects, US, bleeds={0})[0], US)
    assert inside.x == US.margin_side_pt and inside.bottom == US.height_pt - US.margin_bottom_pt
