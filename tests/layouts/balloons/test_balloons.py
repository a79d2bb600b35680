from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.affinity import rotate
from shapely.geometry import LineString, Point, Polygon, box

from configs.recipes.page_settings import load_format
from configs.units import WHOLE, Box
from layouts.balloons.balloons import LARGEST_SHARE, fill, scene_of
from layouts.balloons.grammar import text_on_page
from layouts.balloons.shapes import body_polygon
from layouts.balloons.surroundings import Surroundings
from layouts.balloons.tails import with_tail
from layouts.book.page import PlacedBalloon, Rect, Shape
from layouts.lettering.fonts import pick_fonts
from tests.layouts.boards import face, words

US = load_format("us")
LETTERING = pick_fonts(["aAđ…♪"])
RECT = Rect(x=24, y=25, width=260, height=190)


def placed(
    said, scene: Surroundings | None = None, rect: Rect = RECT, most_share: float = LARGEST_SHARE
) -> tuple[PlacedBalloon, ...]:
    done = fill(said, scene or Surroundings(rect=rect), US, LETTERING, most_share=most_share)
    assert done is not None
    return done[1]


def polygon(balloon: PlacedBalloon) -> Polygon:
    return Polygon(balloon.outline)


def line_boxes(balloon: PlacedBalloon) -> list[Polygon]:
    size = balloon.lines[0].size_pt
    level = [
        box(line.x, line.baseline - 0.74 * size, line.x + line.width_pt, line.baseline + 0.2 * size)
        for line in balloon.lines
    ]
    return [rotate(one, -balloon.turn, origin=balloon.body.centre) for one in level]


VOCABULARY = ["a", "word", "Then", "nothing", "remembers", "Điều", "gì", "HEY!", "so?"]
kinds = st.sampled_from(
    ["speech", "speech", "speech", "narration", "sound", "song", "sign", "whisper", "thought", "radio", "shout"]
)
said_words = st.builds(
    words,
    st.lists(st.sampled_from(VOCABULARY), min_size=1, max_size=14).map(" ".join),
    kinds,
)
face_spots = st.builds(
    lambda x, y, s: face(x, y, x + s, y + 1.3 * s), st.floats(0, 0.8), st.floats(0.2, 0.7), st.floats(0.08, 0.2)
)


@settings(max_examples=60, deadline=None)
@given(st.lists(said_words, min_size=1, max_size=4), st.lists(face_spots, max_size=2))
def test_balloons_hold_their_words_apart_and_in_order(said, faces) -> None:
    scene = scene_of(RECT, WHOLE, faces, None)
    done = fill(said, scene, US, LETTERING, most_share=LARGEST_SHARE)
    if done is None:
        return
    balloons = done[1]
    assert [" ".join(line.text for line in each.lines) for each in balloons] == [text_on_page(one) for one in said]
    for each in balloons:
        assert box(RECT.x, RECT.y, RECT.right, RECT.bottom).buffer(0.1).contains(polygon(each))
        assert all(polygon(each).contains(text) for text in line_boxes(each))
        if each.shape is not Shape.SOUND:
            shape = body_polygon(each.shape, each.body)
            assert all(shape.exterior.distance(text) > 1.5 for text in line_boxes(each))
        assert polygon(each).is_valid
    for index, one in enumerate(balloons):
        for other in balloons[index + 1 :]:
            assert one.body.overlap(other.body) == 0
            assert other.body.y >= one.body.bottom - 0.2 * one.body.height or (
                other.body.x >= one.body.right and other.body.y >= one.body.y - 1.01
            )
    covered = [on for on in scene.faces if any(each.body.overlap(on) for each in balloons)]
    for tip in (each.tip for each in balloons if each.tip is not None):
        assert not any(
            Point(tip).within(box(on.x, on.y, on.right, on.bottom)) for on in scene.faces if on not in covered
        )


@settings(max_examples=40, deadline=None)
@given(st.floats(0.05, 0.75), st.floats(0.3, 0.6))
def test_a_face_is_left_free_where_there_is_room(x: float, y: float) -> None:
    scene = scene_of(RECT, WHOLE, [face(x, y, x + 0.2, y + 0.35)], None)
    done = fill([words("I've been alone for as long as I can remember.")], scene, US, LETTERING, most_share=0.46)
    assert done is not None
    placing, (balloon,) = done
    assert placing.covered == 0
    on = scene.faces[0]
    assert polygon(balloon).intersection(box(on.x, on.y, on.right, on.bottom)).area == 0
    assert balloon.tip is not None and balloon.mouth == scene.mouths[0]


def test_the_tail_points_at_the_mouth_and_stops_on_the_way() -> None:
    scene = scene_of(RECT, WHOLE, [face(0.6, 0.5, 0.75, 0.8)], None)
    (balloon,) = placed([words("Over here, where the light is.")], scene)
    assert balloon.tip is not None and balloon.mouth is not None
    whole = polygon(balloon).buffer(0).intersection(LineString([balloon.body.centre, balloon.mouth]))
    centre, mouth, tip = Point(balloon.body.centre), Point(balloon.mouth), Point(balloon.tip)
    assert LineString([centre, mouth]).distance(tip) < 1.0
    assert (
        tip.distance(mouth)
        > 0.35 * LineString([centre, mouth]).difference(body_polygon(Shape.SPEECH, balloon.body)).length
    )
    assert whole.length > 0


def test_a_voice_from_outside_leaves_by_the_side_and_captions_have_no_tail() -> None:
    (speech,) = placed([words("Who is there?", off_screen=True)])
    assert speech.tip is not None and speech.mouth is None
    assert min(abs(speech.tip[0] - RECT.x), abs(speech.tip[0] - RECT.right)) < 1.5
    (caption,) = placed([words("Years later", "narration")])
    assert caption.tip is None and len(caption.outline) == 4
    assert (caption.body.x - RECT.x) < 6 and (caption.body.y - RECT.y) < 6  # top left


def test_where_nobody_knows_which_of_two_speaks_there_is_no_tail() -> None:
    two = scene_of(RECT, WHOLE, [face(0.1, 0.3, 0.3, 0.7), face(0.6, 0.3, 0.8, 0.7)], None)
    (speech,) = placed([words("Who is there?")], two)
    assert speech.tip is None and speech.shape is Shape.SPEECH and len(speech.outline) > 4


@pytest.mark.parametrize(
    ("kind", "leaves"),
    [("speech", True), ("shout", True), ("whisper", True), ("thought", False), ("song", False), ("narration", False)],
)
def test_where_no_head_is_seen_what_is_said_comes_from_beside_the_panel(kind: str, leaves: bool) -> None:
    (one,) = placed([words("Who is there?", kind)])
    assert one.mouth is None and (one.tip is not None) == leaves
    if one.tip is not None:
        assert min(one.tip[0] - RECT.x, RECT.right - one.tip[0]) < 2


def test_what_comes_out_of_a_machine_comes_from_beside_the_panel() -> None:
    (radio,) = placed([words("Who is there?", "radio")])
    assert radio.tip is not None and radio.mouth is None


def test_without_a_face_the_tail_aims_at_the_top_of_a_figure() -> None:
    figure = Box(x0=0.5, y0=0.4, x1=0.7, y1=1)
    (speech,) = placed([words("Come on!")], scene_of(RECT, WHOLE, [], figure))
    assert speech.tip is not None and speech.mouth is not None
    x, y = ((at - start) / size for at, start, size in zip(speech.mouth, (RECT.x, RECT.y), (260, 190), strict=True))
    assert figure.x0 < x < figure.x1 and figure.y0 < y < figure.y0 + 0.2
    (unseen,) = placed([words("Come on!", off_screen=True)], scene_of(RECT, WHOLE, [], figure))
    assert unseen.mouth is None
    for thing in (Box(x0=0.2, y0=0.5, x1=0.8, y1=0.9), Box(x0=0.1, y0=0.02, x1=0.9, y1=1)):
        (beside,) = placed([words("Come on!")], scene_of(RECT, WHOLE, [], thing))
        assert beside.mouth is None, "a bowl, or all of the picture"


def test_parts_of_one_line_share_one_outline() -> None:
    said = [words("I was young, and I did not know,", line=3), words("not then.", line=3), words("And you?", line=4)]
    scene = scene_of(RECT, WHOLE, [face(0.4, 0.5, 0.55, 0.8)], None)
    one, two, three = placed(said, scene)
    assert (one.joined, two.joined, three.joined) == (False, True, False)
    assert one.outline == two.outline != three.outline
    assert polygon(one).contains(box(*_bounds(two.body)).centroid)
    assert two.tip is None


def _bounds(rect: Rect) -> tuple[float, float, float, float]:
    return rect.x, rect.y, rect.right, rect.bottom


def test_words_that_do_not_fit_are_not_squeezed() -> None:
    tiny = Rect(x=0, y=0, width=60, height=40)
    said = [words("This is far too much to say in so small a panel, whoever draws it.")]
    assert fill(said, Surroundings(rect=tiny), US, LETTERING, most_share=LARGEST_SHARE) is None


def test_all_text_has_the_one_size() -> None:
    said = [
        words("Short."),
        words("LOUD!"),
        words("A caption", "narration"),
        words("A much longer line than the others are."),
    ]
    sizes = {line.size_pt for each in placed(said) for line in each.lines}
    assert sizes == {US.type_pt}


def test_body_and_tail_are_one_outline() -> None:
    body = Rect(x=0, y=0, width=80, height=40)
    shape = body_polygon(Shape.SPEECH, body)
    whole = with_tail(shape, body, (60, 70), 8)
    assert whole.geom_type == "Polygon" and whole.is_valid
    assert whole.area > shape.area
    assert Point(60, 70).distance(whole) < 0.01
    assert with_tail(shape, body, (40, 21), 8) is shape  # inside: no tail
    assert all(a != b for a, b in pairwise(whole.exterior.coords))
