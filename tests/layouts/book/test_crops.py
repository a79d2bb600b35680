import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from configs.units import Box
from layouts.book.crops import Sight, aspect_least, aspect_most, crop, head, nearness, on_page, share_inside, zoom_for
from layouts.book.page import Rect
from tests.layouts.boards import face

WIDE = (1920, 1080)

spots = st.builds(
    lambda x, y, size: face(x, y, min(1.0, x + size), min(1.0, y + size * 1.4)),
    st.floats(0.02, 0.8),
    st.floats(0.05, 0.5),
    st.floats(0.04, 0.2),
)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(spots, max_size=3), st.floats(0.5, 3.5), st.sampled_from([WIDE, (480, 204), (360, 640)]), st.floats(1, 1.3)
)
def test_any_crop_has_the_panels_shape_and_lies_inside(faces, aspect: float, size, zoom: float) -> None:
    box = crop(Sight(size, tuple(faces)), aspect, zoom=zoom)
    assert box.width * size[0] / (box.height * size[1]) == pytest.approx(aspect, rel=1e-3)
    assert 0 <= box.x0 < box.x1 <= 1 and 0 <= box.y0 < box.y1 <= 1


@settings(max_examples=60, deadline=None)
@given(spots, st.floats(0.75, 2.4))
def test_one_face_is_never_cut(one, aspect: float) -> None:
    box = crop(Sight(WIDE, (one,)), aspect)
    assert share_inside(one.box, box) > 0.999


def test_a_crop_between_two_far_faces_keeps_one_whole_and_cuts_none() -> None:
    left, right = face(0.05, 0.2, 0.2, 0.6), face(0.8, 0.2, 0.93, 0.55)
    box = crop(Sight(WIDE, (left, right)), 0.8)
    assert sorted(round(share_inside(each.box, box), 2) for each in (left, right)) == [0.0, 1.0]
    assert share_inside(left.box, box) == pytest.approx(1)  # the larger one


def test_the_focus_is_kept_where_there_is_no_face() -> None:
    focus = Box(x0=0.7, y0=0.3, x1=0.95, y1=0.8)
    assert share_inside(focus, crop(Sight(WIDE, focus=focus), 0.8)) == pytest.approx(1)


def test_a_subject_taller_than_the_crop_keeps_its_head() -> None:
    tall = Box(x0=0.4, y0=0.05, x1=0.6, y1=0.95)
    box = crop(Sight(WIDE, focus=tall), 3.0)
    assert box.y0 <= tall.y0 + 0.01
    assert aspect_most(Sight(WIDE, focus=tall)) < 1.1 * 16 / 9
    assert aspect_most(Sight(WIDE, (face(0.4, 0.1, 0.5, 0.4),))) > 3


def test_a_turned_head_gets_room_in_front_of_it() -> None:
    ahead = face(0.45, 0.2, 0.55, 0.5)
    to_right = ahead.model_copy(update={"mouth": (0.535, 0.43)})
    to_left = ahead.model_copy(update={"mouth": (0.465, 0.43)})
    assert crop(Sight(WIDE, (to_right,)), 1.0).x0 > crop(Sight(WIDE, (to_left,)), 1.0).x0 + 0.03


def test_words_get_room_above_the_head() -> None:
    sight = face(0.4, 0.3, 0.6, 0.6)
    quiet = crop(Sight((1080, 1080), (sight,)), 2.0)
    wordy = crop(Sight((1080, 1080), (sight,), wordy=True), 2.0)
    assert wordy.y0 < quiet.y0


@settings(max_examples=40, deadline=None)
@given(st.floats(0.5, 3))
def test_a_locked_crop_is_honoured(aspect: float) -> None:
    locked = Box(x0=0.1, y0=0.2, x1=0.6, y1=0.9)
    box = crop(Sight(WIDE, (face(0.7, 0.2, 0.9, 0.5),), locked=locked), aspect)
    assert box.x0 >= locked.x0 - 1e-9 and box.x1 <= locked.x1 + 1e-9
    assert box.y0 >= locked.y0 - 1e-9 and box.y1 <= locked.y1 + 1e-9
    assert box.width == pytest.approx(locked.width) or box.height == pytest.approx(locked.height)


def test_a_locked_crop_gives_the_panel_its_shape() -> None:
    sight = Sight(WIDE, locked=Box(x0=0, y0=0, x1=0.25, y1=1))
    assert sight.aspect == pytest.approx(480 / 1080)
    assert aspect_least(sight) <= sight.aspect


def test_neighbours_of_one_camera_distance_differ_only_where_the_film_has_the_pixels() -> None:
    one = face(0.4, 0.3, 0.5, 0.55)
    rect = Rect(x=0, y=0, width=200, height=150)
    same = one.box.height / crop(Sight(WIDE, (one,)), rect.aspect).height
    assert zoom_for(Sight(WIDE, (one,)), rect, 250, previous=same) > 1.12
    assert zoom_for(Sight((480, 270), (one,)), rect, 250, previous=same) == 1.0
    assert zoom_for(Sight(WIDE, (one,)), rect, 250, previous=same * 2) == 1.0
    assert zoom_for(Sight(WIDE, (one,)), rect, 250, previous=None) == 1.0


def test_without_a_face_nothing_is_shown_from_nearer_by_and_most_of_it_is_asked_for() -> None:
    slim = Sight(WIDE, focus=Box(x0=0.4, y0=0.3, x1=0.6, y1=0.6))
    rect = Rect(x=0, y=0, width=200, height=150)
    near = nearness(slim, crop(slim, rect.aspect))
    assert zoom_for(slim, rect, 125, previous=near) == 1.0
    for sight in (slim, Sight(WIDE), Sight((480, 204), focus=slim.focus)):
        least, most = crop(sight, aspect_least(sight)), crop(sight, aspect_most(sight))
        assert least.width >= 0.75 - 1e-6 and most.height >= 0.92 - 1e-6
    assert aspect_least(Sight(WIDE, (face(0.4, 0.3, 0.5, 0.5),))) < 0.6, "a face may have a tall panel"


def test_what_moves_has_room_ahead() -> None:
    focus = Box(x0=0.45, y0=0.3, x1=0.55, y1=0.6)
    lefts = [crop(Sight(WIDE, focus=focus, heading=heading), 0.9).x0 for heading in (-1.0, 0.0, 1.0)]
    assert lefts[0] < lefts[1] < lefts[2]


def test_a_lean_moves_the_subject() -> None:
    sight = face(0.4, 0.3, 0.6, 0.6)
    low = crop(Sight((1080, 1080), (sight,), lean=(0.0, 0.2)), 2.0)
    assert low.y0 < crop(Sight((1080, 1080), (sight,)), 2.0).y0


def test_boxes_of_the_picture_are_found_on_the_page() -> None:
    rect = Rect(x=100, y=50, width=200, height=100)
    half = Box(x0=0.5, y0=0, x1=1, y1=1)
    assert on_page(Box(x0=0.5, y0=0.5, x1=0.75, y1=1), half, rect) == Rect(x=100, y=100, width=100, height=50)
    assert on_page(Box(x0=0, y0=0, x1=0.4, y1=1), half, rect) is None
    assert head(face(0.0, 0.01, 0.2, 0.3)).y0 == 0.0


def test_a_lock_gives_way_where_the_panels_shape_would_cut_a_face() -> None:
    tall = face(0.4, 0.2, 0.6, 0.77)
    locked = Box(x0=0.24, y0=0.19, x1=0.76, y1=0.81)
    for aspect in (1.5, 1.9, 2.4):
        shown = crop(Sight((1920, 1080), (tall,), None, locked), aspect)
        assert shown.width * 1920 / (shown.height * 1080) == pytest.approx(aspect)
        assert share_inside(tall.box, shown) > 0.97, "nobody sees less"
    silent = crop(Sight((1920, 1080), (), None, locked), 2.4)
    assert share_inside(silent, locked) == pytest.approx(1), "without a face it holds"


def test_a_flat_crop_without_a_face_is_cut_at_its_foot() -> None:
    """Heads are above, and where nobody's face was found nobody knows where."""
    assert crop(Sight(WIDE), 2.2).y0 == 0
    low = Box(x0=0.3, y0=0.6, x1=0.6, y1=1.0)
    assert share_inside(low, crop(Sight(WIDE, focus=low), 2.2)) > 0.97
    assert crop(Sight(WIDE, (face(0.4, 0.5, 0.6, 0.9),)), 2.2).y0 > 0
