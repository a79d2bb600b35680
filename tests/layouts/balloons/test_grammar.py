"""Which balloon holds which words, who says them, and on what paper."""

import math

import pytest
from shapely.geometry import Point, Polygon, box

from configs.recipes.page_settings import load_format
from configs.units import WHOLE
from layouts.balloons.balloons import LARGEST_SHARE, fill, scene_of
from layouts.balloons.grammar import goes_on, paper_of, papers, shape_of, speakers, text_on_page
from layouts.balloons.shapes import body_polygon
from layouts.balloons.surroundings import Surroundings
from layouts.balloons.tails import bubbles, with_tail
from layouts.book.moving import moved_balloon
from layouts.book.page import TAILED, PlacedBalloon, Rect, Shape
from layouts.book.storyboard import SAID, CastMember, Words, WordsKind
from layouts.lettering.fonts import pick_fonts
from tests.layouts.boards import face, words

US = load_format("us")
LETTERING = pick_fonts(["aAđ…♪<>"])
RECT = Rect(x=24, y=25, width=260, height=190)
LARGE, SMALL = Rect(x=100, y=0, width=50, height=50), Rect(x=10, y=0, width=20, height=20)


def in_sight(*faces: Rect, numbers: tuple[int, ...] = ()) -> Surroundings:
    return Surroundings(rect=RECT, faces=faces, heads=faces, numbers=numbers or tuple(range(len(faces))))


def alone(said: Words, scene: Surroundings | None = None) -> PlacedBalloon:
    scene = scene or scene_of(RECT, WHOLE, [face(0.4, 0.5, 0.55, 0.8)], None)
    done = fill([said], scene, US, LETTERING, most_share=LARGEST_SHARE)
    assert done is not None
    return done[1][0]


@pytest.mark.parametrize(
    ("text", "kind", "shape"),
    [
        ("Get down!", "speech", Shape.SPEECH),
        ("GET DOWN!", "speech", Shape.SPEECH),
        ("Get down!", "shout", Shape.SHOUT),
        ("Be quiet", "whisper", Shape.WHISPER),
        ("What now?", "thought", Shape.THOUGHT),
        ("Copy that.", "radio", Shape.RADIO),
        ("La la", "song", Shape.SONG),
        ("door slams", "sound", Shape.SOUND),
        ("Years later", "narration", Shape.CAPTION),
        ("Exit", "sign", Shape.SIGN),
    ],
)
def test_the_shape_follows_the_words(text: str, kind: str, shape: Shape) -> None:
    assert shape_of(words(text, kind)) is shape


def test_what_is_said_has_a_tail() -> None:
    assert {shape_of(words("a", kind)) for kind in SAID} == TAILED
    assert {kind for kind in WordsKind if kind not in SAID} == {
        WordsKind.SOUND, WordsKind.NOTE, WordsKind.NARRATION, WordsKind.SIGN
    }  # fmt: skip


def test_songs_get_notes_and_sounds_lose_brackets() -> None:
    assert text_on_page(words("La la", "song")) == "♪ La la ♪"
    assert text_on_page(words("♪ La la ♪", "song")) == "♪ La la ♪"
    assert text_on_page(words("[door slams]", "sound")) == "door slams"
    assert text_on_page(words("[...]", "sound")) == "..."


def test_foreign_words_stand_in_angle_brackets() -> None:
    assert text_on_page(words("Where is he?", foreign=True)) == "<Where is he?>"


def test_rows_of_a_place_and_a_time_stay_rows() -> None:
    assert text_on_page(words("Paris,\n  winter 1943 \n", "sign")) == "Paris,\nwinter 1943"
    assert text_on_page(words("Come\nin.", "speech")) == "Come in."
    drawn = alone(words("Paris,\nin the cold winter of 1943", "sign"))
    assert [line.text.strip() for line in drawn.lines] == ["Paris,", "in the cold winter of 1943"]


def test_stressed_words_are_bold_and_slanted_and_lose_their_stars() -> None:
    drawn = alone(words("You did *what*, f*** it?", "speech"))
    runs = [run for line in drawn.lines for run in line.runs]
    assert " ".join(line.text.strip() for line in drawn.lines) == "You did what, f*** it?"
    slanted = [run.text.strip() for run in runs if run.font.endswith("BoldOblique")]
    assert slanted == ["what"]
    for line in drawn.lines:
        assert drawn.body.x < line.x and line.x + line.width_pt < drawn.body.right


def test_a_sound_is_the_larger_the_louder_but_no_wider_than_its_panel() -> None:
    sizes = [
        alone(words("BLAM!", "sound", loud=loud)).lines[0].size_pt for loud in (0.0, None, 0.5, 1.0)
    ]  # fmt: skip
    assert sizes == sorted(sizes) and sizes[0] < US.sound_pt == sizes[1] < sizes[3]
    long = alone(words("RATATATATATATATATATATAT!", "sound", loud=1.0))
    assert US.sound_pt <= long.lines[0].size_pt < sizes[3] and len(long.lines) == 1


def test_a_note_is_small_and_a_shout_is_large() -> None:
    note, speech, shout = (alone(words("lions whimper", kind)).lines[0].size_pt for kind in ("note", "speech", "shout"))
    assert 6.5 <= note < speech == US.type_pt < shout
    assert alone(words("[lions whimper]", "note")).lines[0].text.strip() == "lions whimper"


def test_named_voices_go_to_the_faces_from_left_to_right() -> None:
    talk = [words("One", speaker="A"), words("Two", speaker="B"), words("Three", speaker="A")]
    assert speakers(talk, in_sight(LARGE, SMALL)) == [1, 0, 1]
    assert speakers([words("One")], in_sight(LARGE, SMALL)) == [0]
    assert speakers(talk, in_sight(LARGE)) == [0, None, 0]
    assert speakers(talk, in_sight()) == [None, None, None]
    assert speakers([words("Later", "narration")], in_sight(LARGE)) == [None]


def test_the_storyboard_may_say_who_speaks() -> None:
    scene = in_sight(LARGE, SMALL)
    assert speakers([words("One", face=2)], scene) == [1]
    assert speakers([words("One", off_screen=True)], scene) == [None]
    # the voice keeps its face, and the other one gets what is left
    talk = [words("One", speaker="A", face=1), words("Two", speaker="B"), words("Three", speaker="A")]
    assert speakers(talk, scene) == [0, 1, 0]


def test_a_face_outside_the_crop_speaks_from_outside() -> None:
    assert speakers([words("One", face=1), words("Two", face=3)], in_sight(LARGE, numbers=(2,))) == [None, 0]


def test_nobody_in_sight_is_a_radio() -> None:
    assert speakers([words("Copy that.", "radio")], in_sight(LARGE)) == [None]
    assert speakers([words("Copy that.", "radio", face=1)], in_sight(LARGE)) == [0]


def test_one_voice_goes_on_in_a_joined_balloon() -> None:
    assert goes_on(words("a", speaker="A"), words("b", speaker="A"))
    assert goes_on(words("a", "whisper", line=1), words("b", "whisper", line=1))
    assert not goes_on(words("a"), words("b"))
    assert not goes_on(words("a", line=1), words("b", "whisper", line=1))
    assert not goes_on(words("a", speaker="A"), words("b", speaker="A", off_screen=True))
    assert not goes_on(words("a", "thought", line=1), words("b", "thought", line=1))
    assert not goes_on(words("a", line=1), words("b", line=1, spot=(0.5, 0.5)))


def test_speakers_have_their_paper() -> None:
    own = papers([CastMember(name="Ann"), CastMember(name="Bob", colour="#00ff80")])
    assert own == {"Bob": (0.0, 1.0, 0.502)}
    assert paper_of(words("a", speaker="Bob"), own) == own["Bob"]
    assert paper_of(words("a", "narration", speaker="Bob"), own) == own["Bob"]
    assert paper_of(words("slam", "sound", speaker="Bob"), own) is None
    assert paper_of(words("a", speaker="Ann"), own) is None


@pytest.mark.parametrize("kind", ["speech", "shout", "whisper", "thought", "radio", "song"])
def test_letters_stand_inside_every_shape(kind: str) -> None:
    balloon = alone(words("I was young, and I did not know what I was doing then, I swear.", kind, face=1))
    outline, size = Polygon(balloon.outline), balloon.lines[0].size_pt
    assert outline.is_valid
    for line in balloon.lines:
        ground = box(line.x, line.baseline - 0.72 * size, line.x + line.width_pt, line.baseline + 0.18 * size)
        assert outline.buffer(-0.1 * size).contains(ground), line.text
    assert balloon.tip is not None and balloon.mouth is not None


def test_a_thought_leads_to_its_head_in_bubbles() -> None:
    balloon = alone(words("What have I done?", "thought"))
    assert 2 <= len(balloon.bubbles) <= 3
    radii = [bubble.radius for bubble in balloon.bubbles]
    assert radii == sorted(radii, reverse=True)
    assert balloon.tip == balloon.bubbles[-1].centre
    outline = Polygon(balloon.outline)
    assert all(Point(bubble.centre).buffer(bubble.radius).disjoint(outline) for bubble in balloon.bubbles)
    away = [math.dist(bubble.centre, balloon.mouth or (0, 0)) for bubble in balloon.bubbles]
    assert away == sorted(away, reverse=True)


def test_bubbles_move_with_their_balloon() -> None:
    balloon = alone(words("What have I done?", "thought"))
    moved = moved_balloon(balloon, 10, 5)
    for before, after in zip(balloon.bubbles, moved.bubbles, strict=True):
        assert after.centre == pytest.approx((before.centre[0] + 10, before.centre[1] + 5), abs=0.01)


def test_there_are_no_bubbles_without_room() -> None:
    assert bubbles((0, 0), (3, 0)) == ()


def test_a_machine_speaks_in_a_zigzag() -> None:
    body = Rect(x=0, y=0, width=80, height=40)
    straight = with_tail(body_polygon(Shape.SPEECH, body), body, (60, 70), 8)
    zigzag = with_tail(body_polygon(Shape.RADIO, body), body, (60, 70), 8, bolt=True)
    assert zigzag.is_valid and Point(60, 70).distance(zigzag) < 0.01
    assert zigzag.symmetric_difference(straight).area > 5


@pytest.mark.parametrize("spot", [(0.3, 0.3), (0.7, 0.25), (0.5, 0.8)])
def test_a_locked_balloon_stands_where_it_was_put(spot: tuple[float, float]) -> None:
    balloon = alone(words("Here, and nowhere else.", spot=spot))
    wanted = (RECT.x + spot[0] * RECT.width, RECT.y + spot[1] * RECT.height)
    assert balloon.body.centre == pytest.approx(wanted, abs=0.1)


def test_a_lock_at_the_edge_stays_in_the_panel() -> None:
    balloon = alone(words("Into the corner with you.", spot=(1.0, 1.0)))
    assert balloon.body.right <= RECT.right and balloon.body.bottom <= RECT.bottom


def test_locked_balloons_may_stand_out_of_order_but_not_on_each_other() -> None:
    scene = Surroundings(rect=RECT)
    first, second = words("Said first.", spot=(0.3, 0.8)), words("Said second.", spot=(0.3, 0.2))
    done = fill([first, second], scene, US, LETTERING, most_share=LARGEST_SHARE)
    assert done is not None and done[1][0].body.y > done[1][1].body.y
    close = [first, words("Said second.", spot=(0.32, 0.82))]
    assert fill(close, scene, US, LETTERING, most_share=LARGEST_SHARE) is None


def test_a_sound_stands_near_its_source() -> None:
    scene = scene_of(RECT, WHOLE, [], face(0.7, 0.55, 0.95, 0.95).box)
    balloon = alone(words("door slams", "sound"), scene)
    caption = alone(words("door slams", "narration"), scene)
    assert scene.focus is not None
    assert math.dist(balloon.body.centre, scene.focus.centre) < math.dist(caption.body.centre, scene.focus.centre)
