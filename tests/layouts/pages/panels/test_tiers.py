from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from configs.recipes.page_settings import PageFormat, load_format
from layouts.book.page import Rect
from layouts.pages.panels.bands import BANDS, SIZES, Split, Tree, leaves_of
from layouts.pages.panels.tiers import Arrangement, PanelNeed, arrange
from tests.layouts.composing import order_seen

US, A4 = load_format("us"), load_format("a4")

needs = st.builds(
    PanelNeed,
    weight=st.floats(0.3, 8),
    aspect=st.sampled_from([0.5625, 1.0, 4 / 3, 16 / 9, 2.39]),
    aspect_least=st.floats(0.5, 1.4),
    width_pt=st.sampled_from([0.0, 0.0, 120.0, 180.0]),
    height_pt=st.sampled_from([0.0, 0.0, 100.0, 150.0]),
    area_pt2=st.sampled_from([0.0, 0.0, 15000.0, 30000.0]),
    height_px=st.sampled_from([204, 1080]),
)


def arranged(asked: list[PanelNeed], page: PageFormat = US, **more: object) -> Arrangement:
    found = arrange(asked, page, **more)  # type: ignore[arg-type]
    assert found is not None
    return found


def gaps(one: Rect, other: Rect) -> tuple[float, float]:
    """How far apart two rectangles are, across and down; below 0 where their shadows overlap."""
    return max(one.x, other.x) - min(one.right, other.right), max(one.y, other.y) - min(one.bottom, other.bottom)


@settings(max_examples=80, deadline=None)
@given(st.lists(needs, min_size=1, max_size=8), st.sampled_from([US, A4]))
def test_any_page_is_in_order_inside_and_large_enough(asked: list[PanelNeed], page: PageFormat) -> None:
    found = arrange(asked, page)
    if found is None:
        return
    rects = found.rects
    assert len(rects) == len(asked) == len(leaves_of(found.tree))
    assert order_seen([rect.corners for rect in rects]) == leaves_of(found.tree) == list(range(len(asked)))
    for index, one in enumerate(rects):
        assert one.x >= page.margin_side_pt - 1e-6
        assert one.right <= page.width_pt - page.margin_side_pt + 1e-6
        assert one.y >= page.margin_top_pt - 1e-6
        assert one.bottom <= page.height_pt - page.margin_bottom_pt + 1e-6
        assert one.width >= max(page.panel_least_width_pt, asked[index].width_pt) - 1e-3
        assert one.height >= max(page.panel_least_height_pt, asked[index].height_pt) - 1e-3
        assert one.area >= asked[index].area_pt2 - 1
        for other in rects[index + 1 :]:
            across, down = gaps(one, other)
            assert across > page.gutter_across_pt - 1e-3 or down > page.gutter_down_pt - 1e-3


@settings(max_examples=60, deadline=None)
@given(st.lists(needs, min_size=2, max_size=7))
def test_a_page_of_two_panels_or_more_is_full(asked: list[PanelNeed]) -> None:
    if (found := arrange(asked, US)) is not None:
        assert max(rect.bottom for rect in found.rects) == pytest.approx(US.height_pt - US.margin_bottom_pt)
        spent = sum(rect.area for rect in found.rects) / (US.live_width_pt * US.live_height_pt)
        assert spent > 1 - 0.03 * len(asked)


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 28), st.sampled_from([0.5625, 1.78, 2.39]))
def test_pages_without_special_needs_always_find_a_layout(count: int, aspect: float) -> None:
    assert arrange([PanelNeed(aspect=aspect)] * count, US) is not None


@pytest.mark.parametrize("name", BANDS)
def test_no_tall_panel_stands_to_the_right_of_a_column(name: str) -> None:
    def check(tree: Tree) -> None:
        if isinstance(tree, Split):
            if not tree.stacked:
                assert all(isinstance(part, int) for part in tree.parts[:-1])
            for part in tree.parts:
                check(part)

    check(BANDS[name])
    assert leaves_of(BANDS[name]) == list(range(SIZES[name]))


def test_weight_makes_a_panel_large() -> None:
    rects = arranged([PanelNeed(), PanelNeed(weight=4), PanelNeed(), PanelNeed()]).rects
    assert max(rects, key=lambda rect: rect.area) is rects[1]
    assert rects[1].width == pytest.approx(US.live_width_pt)


def test_words_make_a_panel_grow() -> None:
    plain = arranged([PanelNeed()] * 5).rects
    wordy = arranged([PanelNeed(), PanelNeed(), PanelNeed(area_pt2=110_000)] + [PanelNeed()] * 2).rects
    assert wordy[2].area >= 110_000 - 1 > plain[2].area


def test_portrait_films_get_tall_panels() -> None:
    assert all(rect.aspect < 1 for rect in arranged([PanelNeed(aspect=9 / 16)] * 6).rects)


def test_a_single_panel_takes_most_of_the_page() -> None:
    for aspect in (9 / 16, 4 / 3, 16 / 9):
        (only,) = arranged([PanelNeed(aspect=aspect)]).rects
        assert only.width == pytest.approx(US.live_width_pt)
        assert only.height > 0.6 * US.live_height_pt


def test_the_last_page_may_end_early() -> None:
    wide = [PanelNeed(aspect=2.39, aspect_least=2.0)] * 2
    ends = [max(rect.bottom for rect in arranged(wide, last=last).rects) for last in (False, True)]
    assert ends[1] < ends[0] <= US.height_pt - US.margin_bottom_pt + 1e-6


def test_pages_of_like_panels_do_not_repeat_a_grid() -> None:
    seen: list[tuple[str, ...]] = []
    for _ in range(12):
        grid = arranged([PanelNeed()] * 5, seen=seen[:2]).grid
        assert grid not in seen[:1]
        seen.insert(0, grid)
    assert len(set(seen)) >= 3


def test_a_splash_has_a_band_of_its_own() -> None:
    found = arranged([PanelNeed(weight=3.5, bleed=True), *[PanelNeed()] * 3])
    assert found.grid[0] == "1"
    assert found.rects[0].height > 0.45 * US.live_height_pt


@pytest.mark.parametrize("place", range(6))
def test_a_splash_never_shares_its_band(place: int) -> None:
    """Not even where it asks for little."""
    found = arranged([PanelNeed(weight=0.4 if at == place else 1.0, bleed=at == place) for at in range(6)])
    assert found.rects[place].width == pytest.approx(US.live_width_pt)


def test_what_cannot_fit_is_refused() -> None:
    assert arrange([PanelNeed()] * 40, US) is None
    assert arrange([PanelNeed(width_pt=1000)], US) is None
    assert arrange([PanelNeed(area_pt2=200_000)] * 2, US) is None


def test_neighbours_keep_their_gutters() -> None:
    for count in range(2, 9):
        rects = arranged([PanelNeed()] * count).rects
        for one, other in pairwise(rects):
            across, down = gaps(one, other)
            if down < 0:
                assert across == pytest.approx(US.gutter_across_pt)
            elif across < 0:
                assert down == pytest.approx(US.gutter_down_pt)
