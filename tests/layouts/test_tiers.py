from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from configs.pages import load_format
from layouts.page import Rect
from layouts.tiers import PanelNeed, arrange

US, A4 = load_format("us"), load_format("a4")

needs = st.builds(
    PanelNeed,
    weight=st.floats(0.3, 8),
    aspect=st.sampled_from([0.5625, 1.0, 4 / 3, 16 / 9, 2.39]),
    aspect_least=st.floats(0.5, 1.4),
    width_pt=st.sampled_from([0.0, 0.0, 120.0, 180.0]),
    height_pt=st.sampled_from([0.0, 0.0, 100.0, 150.0]),
    area_pt2=st.sampled_from([0.0, 0.0, 15000.0, 30000.0]),
)


def reads_before(one: Rect, other: Rect) -> bool:
    """One lies in an earlier row, or further left in the same."""
    return one.bottom <= other.y + 1e-6 or (one.right <= other.x + 1e-6 and abs(one.y - other.y) < 1e-6)


@settings(max_examples=80, deadline=None)
@given(st.lists(needs, min_size=1, max_size=8), st.sampled_from([US, A4]))
def test_any_page_is_in_order_inside_and_large_enough(asked: list[PanelNeed], page) -> None:
    rects = arrange(asked, page)
    if rects is None:
        return
    assert len(rects) == len(asked)
    for one, other in pairwise(rects):
        assert reads_before(one, other)
    for index, one in enumerate(rects):
        assert one.x >= page.margin_side_pt - 1e-6
        assert one.right <= page.width_pt - page.margin_side_pt + 1e-6
        assert one.y >= page.margin_top_pt - 1e-6
        assert one.bottom <= page.height_pt - page.margin_bottom_pt + 1e-6
        assert one.width >= max(page.panel_least_width_pt, asked[index].width_pt) - 1e-3
        assert one.height >= max(page.panel_least_height_pt, asked[index].height_pt) - 1e-3
        assert one.area >= asked[index].area_pt2 - 1
        assert all(one.overlap(other) < 1e-6 for other in rects[index + 1 :])


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 28), st.sampled_from([0.5625, 1.78, 2.39]))
def test_pages_without_special_needs_always_find_a_layout(count: int, aspect: float) -> None:
    assert arrange([PanelNeed(aspect=aspect)] * count, US) is not None


def test_gutters_are_the_formats() -> None:
    rects = arrange([PanelNeed()] * 6, US)
    assert rects is not None
    rows = sorted({rect.y for rect in rects})
    assert len(rows) > 1
    for one, other in pairwise(rects):
        if one.y == other.y:
            assert other.x - one.right == pytest.approx(US.gutter_across_pt)
        else:
            assert other.y - one.bottom == pytest.approx(US.gutter_down_pt)


def test_weight_makes_a_panel_large() -> None:
    rects = arrange([PanelNeed(), PanelNeed(weight=4), PanelNeed(), PanelNeed()], US)
    assert rects is not None
    assert max(rects, key=lambda rect: rect.area) is rects[1]
    assert rects[1].width == pytest.approx(US.live_width_pt)


def test_words_make_a_panel_grow() -> None:
    plain = arrange([PanelNeed()] * 5, US)
    wordy = arrange([PanelNeed(), PanelNeed(), PanelNeed(area_pt2=110_000)] + [PanelNeed()] * 2, US)
    assert plain is not None and wordy is not None
    assert wordy[2].area >= 110_000 - 1 > plain[2].area


def test_portrait_films_get_tall_panels() -> None:
    rects = arrange([PanelNeed(aspect=9 / 16)] * 6, US)
    assert rects is not None
    assert all(rect.aspect < 1 for rect in rects)


def test_a_single_panel_takes_most_of_the_page() -> None:
    for aspect in (9 / 16, 4 / 3, 16 / 9):
        rects = arrange([PanelNeed(aspect=aspect)], US)
        assert rects is not None
        assert rects[0].width == pytest.approx(US.live_width_pt)
        assert rects[0].height > 0.6 * US.live_height_pt


def test_what_cannot_fit_is_refused() -> None:
    assert arrange([PanelNeed()] * 40, US) is None
    assert arrange([PanelNeed(width_pt=1000)], US) is None
    assert arrange([PanelNeed(area_pt2=200_000)] * 2, US) is None
