from hypothesis import given, settings
from hypothesis import strategies as st

from layouts.telling.beats import Limits
from layouts.telling.paging import Density, PagedPanel, break_pages, fewest_pages

LIMITS = Limits()
rows = st.builds(
    PagedPanel,
    words=st.integers(0, 35),
    load=st.floats(0.4, 3.5),
    opens_scene=st.booleans(),
    opens_chapter=st.sampled_from([False] * 9 + [True]),
    broken=st.sampled_from([0.0, 0.0, 1.5, 2.0]),
    reveal=st.sampled_from([0.0, 0.0, 1.0, 2.2]),
    splash=st.sampled_from([False] * 6 + [True]),
)


@settings(max_examples=120, deadline=None)
@given(st.lists(rows, min_size=1, max_size=40), st.integers(0, 6))
def test_any_panels_are_broken_within_limits(asked: list[PagedPanel], spare: int) -> None:
    density = Density()
    most = fewest_pages(asked, LIMITS, density) + spare
    pages = break_pages(asked, LIMITS, density, most)
    assert [at for page in pages for at in page] == list(range(len(asked)))
    assert 1 <= len(pages) <= most
    for page in pages:
        words = [asked[at].words for at in page]
        assert len(page) <= density.most_panels
        assert len(page) == 1 or sum(words) <= LIMITS.page_words
        assert len(page) == 1 or max(words) <= LIMITS.panel_cap(len(page))
        assert not any(asked[at].opens_chapter for at in page[1:])


def test_what_surprises_comes_first_on_an_even_page() -> None:
    """Five panels fit a page best, but the surprise waits for the turn."""
    for place in (4, 6, 14, 15, 16, 17):
        asked = [PagedPanel(words=5, load=1.0, reveal=2.5 * (at == place)) for at in range(30)]
        pages = break_pages(asked, LIMITS, Density())
        number = next(number for number, page in enumerate(pages, start=1) if page[0] == place)
        assert number % 2 == 0
    plain = break_pages([PagedPanel(words=5, load=1.0)] * 30, LIMITS, Density())
    assert [len(page) for page in plain] == [5] * 6


def test_a_splash_opens_or_closes_a_page() -> None:
    for place in range(1, 19):
        asked = [PagedPanel(words=0, load=2.7 if at == place else 1.0, splash=at == place) for at in range(20)]
        assert any(place in (page[0], page[-1]) for page in break_pages(asked, LIMITS, Density()))


def test_only_what_may_stands_alone() -> None:
    whole = [PagedPanel(words=0, load=4.8 if at == 5 else 1.0, splash=at == 5, alone=at == 5) for at in range(15)]
    assert range(5, 6) in break_pages(whole, LIMITS, Density())
    assert all(len(page) > 1 for page in break_pages([PagedPanel(words=0, load=1.0)] * 16, LIMITS, Density()))
