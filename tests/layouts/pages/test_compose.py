from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from configs.errors import StoryboardError
from configs.recipes.page_settings import load_format
from configs.units import Box
from layouts.book.crops import picture_needs
from layouts.book.page import Book, to_pdf
from layouts.book.storyboard import Storyboard
from layouts.lettering.fonts import pick_fonts
from tests.layouts.boards import board, face, panel, texts, words
from tests.layouts.composing import compose

US = load_format("us")
LETTERING = pick_fonts(["aAđ…♪"])
LONG = (
    "It was the best of times, it was the worst of times, it was the age of wisdom, it was the age of foolishness. " * 5
)


def composed(storyboard: Storyboard, format_name: str = "us") -> Book:
    return compose(storyboard, load_format(format_name), pick_fonts([*texts(storyboard), storyboard.film.title]))


said = st.builds(
    words,
    st.lists(st.sampled_from(["Look!", "I", "remember", "the", "gatekeepers", "Điều"]), min_size=1, max_size=18).map(
        " ".join
    ),
    st.sampled_from(["speech", "speech", "narration", "sound"]),
)
panels = st.builds(
    lambda at, said, weight, seen: panel(at / 10, *said, weight=weight, faces=seen),
    st.integers(0, 9000),
    st.lists(said, max_size=2),
    st.sampled_from([0.7, 1.0, 1.6, 3.0]),
    st.sampled_from([(), (face(0.4, 0.2, 0.55, 0.5),), (face(0.1, 0.2, 0.25, 0.5), face(0.7, 0.3, 0.8, 0.5))]),
)


@settings(max_examples=12, deadline=None)
@given(st.lists(panels, min_size=1, max_size=5), st.sampled_from(["us", "a4"]))
def test_any_page_keeps_order_words_and_the_live_area(shown, format_name: str) -> None:
    storyboard = board(shown)
    book = composed(storyboard, format_name)
    page = book.format
    (only,) = book.pages
    assert [each.at_s for each in only.panels] == [each.at_s for each in shown]
    for one, other in pairwise(only.panels):
        assert one.rect.bottom <= other.rect.y or one.rect.right <= other.rect.x
    for told, drawn in zip(shown, only.panels, strict=True):
        assert [" ".join(line.text for line in each.lines) for each in drawn.balloons] == [
            one.text for one in told.words
        ]
        for each in drawn.balloons:
            assert all(line.size_pt in (page.type_pt, page.sound_pt) for line in each.lines)
            for x, y in each.outline:
                assert drawn.rect.x - 0.1 <= x <= drawn.rect.right + 0.1
                assert drawn.rect.y - 0.1 <= y <= drawn.rect.bottom + 0.1
                assert page.margin_side_pt - 0.1 <= x <= page.width_pt - page.margin_side_pt + 0.1


def test_a_book_is_the_same_every_time_and_travels_as_json() -> None:
    storyboard = board(
        [panel(1, words("What brings you here?"), faces=[face(0.3, 0.3, 0.5, 0.6)]), panel(2.5)],
        [panel(3, words("THE END!"))],
        chapters=["One", "Two"],
    )
    one, two = composed(storyboard), composed(storyboard)
    assert one == two
    assert Book.model_validate_json(one.model_dump_json()) == one
    assert [page.number for page in one.pages] == [1, 2]
    assert [page.chapter for page in one.pages] == ["One", "Two"]


def test_a_panel_with_many_words_grows() -> None:
    shown = [panel(index) for index in range(5)]
    wordy = [*shown[:3], panel(3, words(LONG + LONG)), *shown[4:]]
    before, after = composed(board(shown)).pages[0].panels[3], composed(board(wordy)).pages[0].panels[3]
    assert after.rect.area > 1.3 * before.rect.area
    share = sum(each.body.area for each in after.balloons) / after.rect.area
    assert share < 0.62


def test_a_cue_of_600_characters_is_set_whole() -> None:
    text = LONG[:600].strip()
    book = composed(board([panel(1, words(text)), panel(2, words("Indeed."))]))
    assert " ".join(line.text for line in book.pages[0].panels[0].balloons[0].lines) == " ".join(text.split())


def test_what_cannot_fit_names_page_and_panel() -> None:
    crowded = [panel(index, words(LONG + LONG)) for index in range(5)]
    with pytest.raises(StoryboardError, match=r"page 2, panel \d: the words do not fit; move panels or words"):
        composed(board([panel(0)], crowded))
    with pytest.raises(StoryboardError, match="page 1: 45 panels do not fit on a page"):
        composed(board([panel(index) for index in range(45)]))


def test_forty_cues_in_one_panel_are_placed_or_refused_by_name() -> None:
    many = panel(1, *[words(f"Line {index}.") for index in range(12)])
    assert len(composed(board([many])).pages[0].panels[0].balloons) == 12
    with pytest.raises(StoryboardError, match="page 1, panel 1"):
        composed(board([panel(1, *[words(LONG) for _ in range(9)])]))


def test_a_locked_crop_is_kept() -> None:
    lock = Box(x0=0.2, y0=0.1, x1=0.6, y1=0.8)
    book = composed(board([panel(1, crop=lock), panel(2), panel(3)]))
    shown = book.pages[0].panels[0].crop
    assert shown.x0 >= lock.x0 - 1e-9 and shown.x1 <= lock.x1 + 1e-9
    assert shown.width * shown.height > 0.6 * lock.width * lock.height


@pytest.mark.parametrize("size_px", [(1920, 1080), (480, 204), (360, 640), (33, 15), (3840, 2160)])
def test_pictures_are_painted_in_few_sizes_never_above_the_films(size_px: tuple[int, int]) -> None:
    storyboard = board([panel(index, weight=1 + index % 3) for index in range(5)], [panel(9)], size_px=size_px)
    book = composed(storyboard)
    needs = picture_needs(book)
    assert set(needs) == {Fraction(index) for index in range(5)} | {Fraction(9)}
    assert len(set(needs.values())) <= 8
    for width, height in needs.values():
        assert 1 <= width <= size_px[0] and 1 <= height <= size_px[1]
        assert width / height == pytest.approx(size_px[0] / size_px[1], rel=0.3 if size_px[0] < 100 else 0.02)
    for one in book.pages[0].panels:
        printed = needs[one.at_s][0] * one.crop.width / (one.rect.width / 72)
        assert printed >= book.format.ppi * 0.99 or needs[one.at_s] == size_px


@pytest.mark.parametrize("edition", ["us", "webtoon"])
@pytest.mark.parametrize("own", [(480, 360), (640, 1138), (1920, 800)])
def test_a_picture_of_another_size_is_not_stretched(own: tuple[int, int], edition: str) -> None:
    other = panel(2, weight=2, faces=[face(0.4, 0.2, 0.6, 0.5)], size_px=own)
    book = composed(board([panel(1), other], [panel(3)]), edition)
    needs = picture_needs(book)
    assert book.cover.at_s == 2
    shown = [*(one for page in book.pages for one in page.panels), book.cover]
    for one in shown:
        width, height = own if one.at_s == 2 else (1920, 1080)
        assert one.rect.aspect == pytest.approx(one.crop.width * width / (one.crop.height * height), rel=0.01)
        painted = needs[one.at_s]
        assert painted[0] / painted[1] == pytest.approx(width / height, rel=0.02)
        assert painted[0] <= width


def test_the_cover_shows_the_best_panel_and_does_not_count() -> None:
    best = panel(7, weight=3, faces=[face(0.4, 0.2, 0.6, 0.7)])
    storyboard = board([panel(1), panel(2)], [best])
    book = composed(storyboard)
    assert book.cover.at_s == 7
    assert len(book.pages) == 2 and book.pages[0].number == 1
    assert "The Film" in " ".join(line.text for line in book.cover.title)
    for line in (*book.cover.title, *book.cover.imprint):
        assert line.x >= 0 and line.x + line.width_pt <= book.format.width_pt


@pytest.mark.parametrize("title", ["A" * 200, "word " * 60, "Đ", "  ", "x\nВойна и мир"])
def test_any_title_fits_the_cover(title: str) -> None:
    storyboard = board([panel(1)])
    film = storyboard.film.model_copy(update={"title": title})
    book = composed(storyboard.model_copy(update={"film": film}))
    for line in book.cover.title:
        assert line.x >= 0 and line.x + line.width_pt <= book.format.width_pt + 0.01


def test_a_title_that_cannot_be_lettered_does_not_stop_the_book() -> None:
    storyboard = board([panel(1)])
    film = storyboard.film.model_copy(update={"title": "ᠮᠣᠩᠭᠣᠯ"})
    book = compose(storyboard.model_copy(update={"film": film, "style": "nst:/a/画.png"}), US, LETTERING)
    assert [line.text for line in book.cover.title] == ["film"]
    assert "in the style nst." in book.cover.imprint[0].text


def test_pages_are_flipped_in_one_place() -> None:
    assert to_pdf((10, 20), 738) == (10, 718)
