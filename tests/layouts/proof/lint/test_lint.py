"""Each rule of the lint, proved by breaking one thing in a sound book: that rule speaks, and no other."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest
from shapely.geometry import LineString, Polygon
from shapely.ops import unary_union

from configs.recipes.page_settings import load_format
from configs.units import Box
from layouts.book.page import PlacedBalloon, Point, Rect, Shape
from layouts.book.storyboard import CastMember, Words
from layouts.lettering.fonts import pick_fonts
from layouts.proof.lint import panel_rules
from layouts.proof.lint.lint import RULES, count_faults, lint
from layouts.proof.proof import Proof
from tests.layouts.boards import board, face, panel, texts, words
from tests.layouts.composing import compose
from tests.layouts.proof.lint.cases import EDITORS, GOOD, SPOKEN, Case
from tests.layouts.sound_book import BOARD, BOOK, CAPTIONS, TALK, US, face_at, oval, rect


def placed(rect: Rect) -> dict[str, Any]:
    return {"rect": rect, "corners": rect.corners}


def moved(balloon: PlacedBalloon, dx: float, dy: float) -> dict[str, Any]:
    """Move a balloon with its words; its mouth stays where it is."""
    body = balloon.body
    return {
        "body": rect(body.x + dx, body.y + dy, body.width, body.height),
        "outline": tuple((x + dx, y + dy) for x, y in balloon.outline),
        "lines": tuple(
            line.model_copy(update={"x": line.x + dx, "baseline": line.baseline + dy}) for line in balloon.lines
        ),
        "tip": balloon.tip and (balloon.tip[0] + dx, balloon.tip[1] + dy),
    }


def tailed(balloon: PlacedBalloon, tip: Point) -> dict[str, Any]:
    """Draw a balloon's tail anew."""
    return {"outline": oval(balloon.body, tip), "tip": tip}


def spiked(balloon: PlacedBalloon, to: Point) -> dict[str, Any]:
    """Let a bar run from the end of a balloon's tail to a point."""
    assert balloon.tip is not None
    bar = LineString([balloon.tip, to]).buffer(1.2, cap_style="flat")
    joined = unary_union([Polygon(balloon.outline), bar])
    assert joined.geom_type == "Polygon"
    return {"outline": tuple(joined.exterior.coords[:-1])}


def reworded(balloon: PlacedBalloon, text: str) -> dict[str, Any]:
    """Put other words into a balloon's first line, and none into the others; the lines keep their length."""
    first, *rest = balloon.lines
    run = first.runs[0].model_copy(update={"text": text})
    return {
        "lines": (first.model_copy(update={"runs": (run,)}), *(one.model_copy(update={"runs": ()}) for one in rest))
    }


def both(case: Case, page: int, number: int, text: str) -> Case:
    """Let the first words of a panel be others, in the storyboard and in the book; the film's are not at hand."""
    balloon = case.at(page, number).balloons[0]
    said = (case.source(page, number).words[0].model_copy(update={"text": text}), *case.source(page, number).words[1:])
    return case.told(page, number, words=said).balloon(page, number, 1, **reworded(balloon, text))._replace(heard=None)


def panels_exchanged() -> Case:
    one, two = GOOD.at(2, 3), GOOD.at(2, 4)
    return GOOD.panel(2, 3, **placed(two.rect)).panel(2, 4, **placed(one.rect))


def shown_earlier() -> Case:
    return GOOD.panel(2, 3, at_s=Fraction(2)).told(2, 3, at_s=Fraction(2))


def said_earlier() -> Case:
    return GOOD.told(1, 3, words=(GOOD.source(1, 3).words[0].model_copy(update={"start_s": Fraction(2)}),))


def panel_in_the_margin() -> Case:
    own = GOOD.at(2, 1).rect
    return GOOD.panel(2, 1, **placed(rect(own.x - 9, own.y, own.width, own.height)))


def panel_off_the_paper() -> Case:
    own = GOOD.at(2, 1).rect
    wide = rect(-9, own.y, own.right + 9, own.height)
    return GOOD.panel(2, 1, **placed(wide))


def gutter_closed() -> Case:
    above, below = GOOD.at(2, 1).rect, GOOD.at(2, 2).rect
    return GOOD.panel(2, 1, **placed(rect(above.x, above.y, above.width, below.y - above.y - 1)))


def panels_overlap() -> Case:
    above, below = GOOD.at(2, 1).rect, GOOD.at(2, 2).rect
    return GOOD.panel(2, 1, **placed(rect(above.x, above.y, above.width, below.y - above.y + 0.4)))


def panel_shrunk() -> Case:
    own = GOOD.at(2, 3).rect
    return GOOD.panel(2, 3, **placed(rect(own.x, own.y, 60, own.height)))


def panel_too_close() -> Case:
    return GOOD.panel(2, 2, crop=Box(x0=0.5, y0=0.5, x1=0.56, y1=0.56))


def outline_off_the_page() -> Case:
    body = GOOD.at(1, 2).balloons[0].body
    wide = rect(body.x - 30, body.y, body.width + 30, body.height)
    return GOOD.balloon(1, 2, 1, outline=wide.corners)


def face_under_a_balloon() -> Case:
    body = GOOD.at(1, 2).balloons[1].body
    return GOOD.told(1, 2, faces=(face_at(rect(body.x + 20, body.bottom - 5, 40, 50), CAPTIONS),))


def balloons_overlap() -> Case:
    one, two = GOOD.at(1, 2).balloons
    return GOOD.balloon(1, 2, 2, **moved(two, one.body.x - two.body.x, one.body.bottom - 4 - two.body.y))


def balloons_exchanged() -> Case:
    one, two = (each.body for each in GOOD.at(1, 2).balloons)
    first, second = GOOD.at(1, 2).balloons
    there = GOOD.balloon(1, 2, 1, **moved(first, two.x - one.x, two.y - one.y))
    return there.balloon(1, 2, 2, **moved(second, one.x - two.x, one.y - two.y))


def balloon_fills_its_panel() -> Case:
    ground = CAPTIONS.inset(4)
    second = GOOD.at(1, 2).balloons[1]
    big = rect(ground.x, ground.y, ground.width, 0.52 * CAPTIONS.area / ground.width)
    small = moved(second, 0, big.bottom + 2 - second.body.y)
    return GOOD.balloon(1, 2, 1, body=big, outline=big.corners).balloon(1, 2, 2, **small)


def tail_gone() -> Case:
    return GOOD.balloon(1, 3, 1, tip=None, mouth=None)


def tails_crossed() -> Case:
    one, two = GOOD.at(1, 1).balloons
    assert one.tip and two.tip
    return GOOD.balloon(1, 1, 1, **spiked(one, (two.tip[0] + 3, two.tip[1] - 4)))


def tail_through_a_balloon() -> Case:
    one, two = GOOD.at(1, 1).balloons
    return GOOD.balloon(1, 1, 1, **spiked(one, (two.body.x + 12, two.body.bottom - 8)))


def tail_astray() -> Case:
    return GOOD.balloon(1, 3, 1, **tailed(GOOD.at(1, 3).balloons[0], (270, 362)))


def tail_at_no_face() -> Case:
    return GOOD.balloon(1, 3, 1, **tailed(GOOD.at(1, 3).balloons[0], (270, 355)), mouth=(262, 380))


def tail_in_the_face() -> Case:
    return GOOD.balloon(1, 1, 1, **tailed(GOOD.at(1, 1).balloons[0], (120, 118)))


def tail_too_near() -> Case:
    raised = face_at(rect(90, 105, 60, 14), TALK)
    near = GOOD.balloon(1, 1, 1, **tailed(GOOD.at(1, 1).balloons[0], (120, 104)), mouth=(120, 110))
    return near.told(1, 1, faces=(raised, GOOD.source(1, 1).faces[1]))


def tail_is_a_stub() -> Case:
    return GOOD.balloon(1, 1, 1, **tailed(GOOD.at(1, 1).balloons[0], (120, 89)))


def tail_too_long() -> Case:
    return GOOD.balloon(1, 3, 1, **tailed(GOOD.at(1, 3).balloons[0], (280, 382)), mouth=None)


def text_at_the_outline() -> Case:
    balloon = GOOD.at(1, 3).balloons[0]
    lines = tuple(line.model_copy(update={"x": balloon.body.x + 0.5}) for line in balloon.lines)
    return GOOD.balloon(1, 3, 1, lines=lines)


def text_in_the_margin() -> Case:
    balloon = GOOD.at(1, 4).balloons[0]
    low = US.height_pt - US.margin_bottom_pt + 4
    lines = tuple(line.model_copy(update={"baseline": low}) for line in balloon.lines)
    return GOOD.balloon(1, 4, 1, lines=lines)


def type_of(size_pt: float) -> Callable[[], Case]:
    def change() -> Case:
        lines = GOOD.at(1, 2).balloons[0].lines
        return GOOD.balloon(1, 2, 1, lines=tuple(line.model_copy(update={"size_pt": size_pt}) for line in lines))

    return change


def speech_in_a_balloon() -> Case:
    return both(GOOD, 1, 3, "so " * 26)


def speech_in_a_panel() -> Case:
    long = "so " * 20
    second = GOOD.at(1, 1).balloons[1]
    case = both(GOOD, 1, 1, long)
    said = case.source(1, 1).words
    case = case.told(1, 1, words=(said[0], said[1].model_copy(update={"text": long})))
    return case.balloon(1, 1, 2, **reworded(second, long))


def caption_last() -> Case:
    return GOOD.balloon(1, 2, 1, shape=Shape.SIGN)


def letter_without_a_font() -> Case:
    return both(GOOD, 1, 3, "We waited 漢.")


def word_lost_on_the_page() -> Case:
    return GOOD.balloon(1, 3, 1, **reworded(GOOD.at(1, 3).balloons[0], "We."))


def word_doubled_on_the_page() -> Case:
    return GOOD.balloon(1, 3, 1, **reworded(GOOD.at(1, 3).balloons[0], "We waited. waited."))


def line_not_told() -> Case:
    return GOOD._replace(heard=(*SPOKEN[:2], "And you never wrote.", *SPOKEN[2:]))


def word_told_twice() -> Case:
    heard = tuple(text.replace("Nobody came.", "Nobody") for text in SPOKEN)
    return GOOD._replace(heard=heard)


def other_colour() -> Case:
    """Ann has a colour of her own, and her balloon is white."""
    return GOOD._replace(
        board=BOARD.model_copy(update={"cast": (CastMember(name="ANN", colour="#d8ecff"), CastMember(name="BO"))})
    )


BROKEN: list[tuple[str, Callable[[], Case], str]] = [
    ("order", panels_exchanged, "page 2, panel 3: is told here, but the eye reads panel 4 before it"),
    ("time", shown_earlier, "page 2, panel 3: is from 2.00 s, before the panel ahead of it (9.00 s)"),
    ("time", said_earlier, 'page 1, panel 3: "We waited." is said at 2.00 s'),
    ("live-area", panel_in_the_margin, "page 2, panel 1: leaves the live area"),
    ("live-area", panel_off_the_paper, "page 2, panel 1: leaves the paper"),
    ("gutter", gutter_closed, "page 2, panel 2: only 1.0 pt lie between it and panel 1"),
    ("gutter", panels_overlap, "page 2, panel 2: overlaps panel 1"),
    ("small-panel", panel_shrunk, "page 2, panel 3: is 60 pt wide, less than 96"),
    ("coarse-art", panel_too_close, "page 2, panel 2: shows so little of its picture that"),
    ("outside", outline_off_the_page, "page 1, panel 2, balloon 1: leaves its panel and the live area"),
    ("face", face_under_a_balloon, "page 1, panel 2, balloon 2: covers 10 % of a face"),
    ("overlap", balloons_overlap, "page 1, panel 2, balloon 2: overlaps balloon 1"),
    ("balloon-order", balloons_exchanged, "page 1, panel 2, balloon 2: is read before balloon 1"),
    ("share", balloon_fills_its_panel, "page 1, panel 2, balloon 1: fills 52 % of its panel"),
    ("colour", other_colour, "page 1, panel 1, balloon 1: is not of ANN's colour"),
    ("tail-missing", tail_gone, "page 1, panel 3, balloon 1: has no tail"),
    ("tail-cross", tails_crossed, "page 1, panel 1, balloon 2: its tail crosses that of balloon 1"),
    ("tail-cross", tail_through_a_balloon, "page 1, panel 1, balloon 1: its tail goes through balloon 2"),
    ("tail-aim", tail_astray, "page 1, panel 3, balloon 1: its tail points "),
    ("tail-aim", tail_at_no_face, "page 1, panel 3, balloon 1: its tail aims at no face"),
    ("tail-reach", tail_in_the_face, "page 1, panel 1, balloon 1: its tail pokes a face"),
    ("tail-reach", tail_too_near, "page 1, panel 1, balloon 1: its tail goes 75 % of the way to the mouth"),
    ("tail-reach", tail_is_a_stub, "page 1, panel 1, balloon 1: its tail is a stub of 3.0 pt, 26 pt before the face"),
    ("tail-length", tail_too_long, "page 1, panel 3, balloon 1: its tail is "),
    ("padding", text_at_the_outline, "page 1, panel 3, balloon 1: "),
    ("margin", text_in_the_margin, "page 1, panel 4, balloon 1: its text leaves the live area"),
    ("type-size", type_of(6.0), "page 1, panel 2, balloon 1: is set in 6 pt, which is too small to read"),
    ("type-size", type_of(7.0), "page 1, panel 2, balloon 1: is set in 7 pt, the rest of the book in 7.5"),
    ("words", speech_in_a_balloon, "page 1, panel 3, balloon 1: holds 26 words"),
    ("words", speech_in_a_panel, "page 1, panel 1: holds 40 words; the most is 35"),
    ("caption-first", caption_last, "page 1, panel 2, balloon 2: is a caption and stands after a balloon"),
    ("font", letter_without_a_font, 'page 1, panel 3, balloon 1: "漢" is not in the font'),
    ("lettering", word_lost_on_the_page, 'page 1, panel 3, balloon 1: "waited" is lost'),
    ("lettering", word_doubled_on_the_page, 'page 1, panel 3, balloon 1: "waited" is doubled'),
    ("dialogue", line_not_told, 'page 1, panel 1: "and you never wrote" is lost'),
    ("dialogue", word_told_twice, 'page 1, panel 2: "came" is added'),
]


def test_a_sound_book_has_no_faults() -> None:
    assert [str(fault) for fault in GOOD.faults()] == []
    assert set(count_faults([])) == set(RULES) and not any(count_faults([]).values())


@pytest.mark.parametrize(("rule", "broken", "told"), BROKEN, ids=[each[1].__name__ for each in BROKEN])
def test_what_is_broken_is_told_by_its_own_rule(rule: str, broken: Callable[[], Case], told: str) -> None:
    faults = broken().faults()
    assert [fault.rule for fault in faults] == [rule], [str(fault) for fault in faults]
    assert str(faults[0]).startswith(told) and str(faults[0]).endswith(f"({rule})"), str(faults[0])
    assert count_faults(faults)[rule] == 1


def test_every_rule_is_proved() -> None:
    assert {rule for rule, _, _ in BROKEN} | EDITORS | {"sharpness"} == set(RULES)


def test_a_small_film_shown_whole_is_no_coarse_art() -> None:
    def coarse(case: Case) -> list[str]:
        small = case._replace(book=case.book.model_copy(update={"source_px": (480, 270)}))
        return [str(fault) for fault in small.faults() if fault.rule == "coarse-art"]

    assert coarse(GOOD) == [], "it has no more"
    assert len(coarse(panel_too_close())) == 1


def test_a_picture_painted_smaller_than_it_is_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    small = {panel.at_s: (240, 135) for page in BOOK.pages for panel in page.panels}
    monkeypatch.setattr(panel_rules, "picture_needs", lambda book: small)
    faults = GOOD.faults()
    assert {fault.rule for fault in faults} == {"sharpness"} and "though the film has more" in faults[0].told


def test_a_page_holds_210_words_at_most() -> None:
    many = board([panel(at, *[words("so " * 17), words("so " * 18)]) for at in range(7)])
    book = compose(many, load_format("a4"), pick_fonts(["so"]))
    found = [str(fault) for fault in RULES["words"](Proof(book, many))]
    assert found == [str((Proof(book, many).pages[0].place, "holds 245 words; the most is 210"))]


def test_a_caption_may_come_last_when_it_is_said_last() -> None:
    said: Sequence[Words] = [words("Go!", start_s=1), words("They went.", "narration", start_s=4)]
    late = board([panel(1, *said, faces=[face(0.4, 0.5, 0.5, 0.8)])])
    book = compose(late, US, pick_fonts(texts(late)))
    assert [fault.rule for fault in lint(Proof(book, late)) if fault.rule == "caption-first"] == []


def test_pages_in_any_order_of_time_are_told_once_each() -> None:
    times = [8, 2, 9]
    mixed = board([panel(at) for at in times])
    book = compose(mixed, US, pick_fonts(["a"]))
    told = [fault.panel for fault in lint(Proof(book, mixed)) if fault.rule == "time"]
    assert told == [number for number, (one, two) in enumerate(pairwise(times), start=2) if two < one]
