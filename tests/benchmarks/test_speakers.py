"""Whom a tail aims at, and what that tells of who speaks."""

import json
from pathlib import Path

import pytest

from benchmarks.speakers.__main__ import main
from benchmarks.speakers.aims import Aim, aimed_at, judge
from benchmarks.speakers.marks import FOLDER, NOBODY, Head, MarkedLine, MarkedShot, Marks, Moment, load_marks
from configs.units import WHOLE, Box
from layouts.book.documents import dump_storyboard
from layouts.book.page import PlacedBalloon, PlacedPanel, Point, Rect, Shape
from tests.layouts.boards import board, face, panel, words

PAGE = Rect(x=100, y=100, width=200, height=100)
"""The panel: a hundredth of the picture is 2 pt across and 1 pt down."""
ANN, BOB = (Rect(x=120, y=150, width=30, height=30), Rect(x=250, y=150, width=30, height=30))


def head(who: str, x0: float, x1: float, *, seen: bool = True) -> Head:
    return Head(who=who, box=Box(x0=x0, y0=0.5, x1=x1, y1=0.8), seen=seen)


def placed(crop: Box = WHOLE) -> PlacedPanel:
    return PlacedPanel(at_s=1, rect=PAGE, corners=PAGE.corners, crop=crop)  # type: ignore[arg-type]


def balloon(tip: Point | None, mouth: Point | None) -> PlacedBalloon:
    body = Rect(x=180, y=105, width=40, height=20)
    return PlacedBalloon(
        shape=Shape.SPEECH, words_index=0, body=body, outline=body.corners, lines=(), tip=tip, mouth=mouth
    )


@pytest.mark.parametrize(
    ("root", "tip", "whom"),
    [
        ((200, 115), (170, 140), "Ann"),
        ((200, 115), (230, 140), "Bob"),
        ((110, 165), (115, 165), "Ann"),  # both are on its way: the first counts
        ((200, 115), (200, 140), None),
        ((200, 115), (178, 140), "Ann"),  # hardly missed
        ((135, 120), (135, 110), None),  # away from her
        ((135, 155), (135, 140), None),  # the balloon lies on her, its tail leads away
        ((200, 115), (135, 165), "Ann"),  # into her face
    ],
)
def test_a_tail_aims_at_the_first_head_on_its_way(root: Point, tip: Point, whom: str | None) -> None:
    assert aimed_at(root, tip, [("Bob", BOB), ("Ann", ANN)]) == whom


TO_ANN, TO_BOB, DOWN, OUT = (
    ((170, 140), (135, 170)),
    ((230, 140), (265, 170)),
    ((200, 140), (200, 150)),
    ((101, 130), None),
)


@pytest.mark.parametrize(
    ("tail", "speaker", "aim"),
    [
        (TO_ANN, "Ann", Aim.RIGHT),
        (TO_BOB, "Ann", Aim.WRONG),
        (DOWN, "Ann", Aim.NOWHERE),
        (OUT, "Ann", Aim.FLED),
        ((None, None), "Ann", Aim.FLED),
        (OUT, "Cid", Aim.RIGHT),
        ((None, None), "Cid", Aim.WRONG),  # whoever is there is taken for the speaker
        (TO_ANN, "Cid", Aim.WRONG),
        (OUT, "Eve", Aim.RIGHT),  # hardly to be seen
        (OUT, NOBODY, Aim.NOWHERE),
    ],
)
def test_what_a_balloon_tells(tail: tuple[Point | None, Point | None], speaker: str, aim: Aim) -> None:
    heads = (head("Ann", 0.1, 0.25), head("Bob", 0.75, 0.9), head("Eve", 0.45, 0.46, seen=False))
    assert judge(balloon(*tail), placed(), heads, speaker)[0] is aim


@pytest.mark.parametrize(("speaker", "aim"), [(NOBODY, Aim.RIGHT), ("Cid", Aim.RIGHT), ("Ann", Aim.FLED)])
def test_a_caption_tells_of_who_is_not_there(speaker: str, aim: Aim) -> None:
    caption = balloon(None, None).model_copy(update={"shape": Shape.CAPTION})
    assert judge(caption, placed(), [head("Ann", 0.1, 0.25)], speaker)[0] is aim


def test_who_is_cropped_away_is_not_in_the_panel() -> None:
    right_half = Box(x0=0.5, y0=0, x1=1, y1=1)
    assert judge(balloon(*OUT), placed(right_half), [head("Ann", 0.1, 0.25)], "Ann")[0] is Aim.RIGHT
    assert judge(balloon(*OUT), placed(right_half), [head("Ann", 0.6, 0.7)], "Ann")[0] is Aim.FLED
    assert judge(balloon(None, None), placed(right_half), [head("Ann", 0.1, 0.25)], "Ann")[0] is Aim.RIGHT


def test_heads_move_evenly_between_the_moments_that_have_them() -> None:
    one, two = Moment(at_s=1, heads=(head("Ann", 0.1, 0.2),)), Moment(at_s=3, heads=(head("Ann", 0.3, 0.4),))
    shot = MarkedShot(start_s=0, end_s=9, moments=(one, two, Moment(at_s=5, heads=())))
    assert [shot.heads_at(at)[0].box.x0 for at in (0, 1, 1.5, 3.5)] == pytest.approx([0.1, 0.1, 0.15, 0.3])
    assert shot.heads_at(4.5) == ()


def test_words_are_told_by_their_letters_then_by_their_time() -> None:
    said = [(1, "Scales?"), (50, "Scales!"), (60, "Who goes there? It is I.")]
    lines = tuple(MarkedLine(start_s=at, end_s=at + 2, speaker=str(at), text=text) for at, text in said)
    marks = Marks(film="", sha256="", looked_at="", lines=lines, shots=())
    asked = [("SCALES...", 50.5, 45), ("Scales", None, 3), ("it is I", None, 58), ("Chi va là?", 60.5, 58)]
    found = [marks.line_of(text, start_s, shown_s) for text, start_s, shown_s in asked]
    assert [one and one.speaker for one in found] == ["50", "1", "60", "60"]
    assert marks.line_of("Nothing of it", 20, 20) is None


@pytest.mark.parametrize("name", sorted(path.stem for path in FOLDER.glob("*.json")))
def test_what_is_marked_can_be_used(name: str) -> None:
    """Every line has a marked frame, moments lie in their shots in order, and no head stands twice in a frame."""
    marks = load_marks(name)
    assert all(marks.heads_at((line.start_s + line.end_s) / 2) is not None for line in marks.lines)
    for shot in marks.shots:
        times = [moment.at_s for moment in shot.moments]
        assert times == sorted(times) and shot.start_s <= times[0] and times[-1] < shot.end_s
        for moment in shot.moments:
            assert len({head.who for head in moment.heads}) == len(moment.heads)


def test_a_storyboard_is_judged(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The shaman at 111 s, in the middle: a face found there, one found beside him, and none at all."""
    text = "It has shed much innocent blood."
    found = [[face(0.36, 0.2, 0.52, 0.6)], [face(0.8, 0.7, 0.9, 0.95)], []]
    told = board([panel(111, words(text, start_s=112), faces=faces, crop=WHOLE) for faces in found], size_px=(960, 410))
    dump_storyboard(told, tmp_path / "told.json")
    main([str(tmp_path / "told.json"), "--film", "sintel_775s", "--json"])
    [judged] = json.loads(capsys.readouterr().out).values()
    assert [one["aim"] for one in judged["each"]] == ["right", "nowhere", "fled"]
    with pytest.raises(SystemExit, match="not marked; marked are sintel_775s"):
        main([str(tmp_path / "told.json")])
