"""Who has which paper."""

from itertools import combinations

from layouts.balloons.grammar import papers
from layouts.telling.boards import cast_of
from tests.layouts.films import cue, still, told


def test_balloons_are_white_whoever_speaks() -> None:
    said = ["Ann", "Bob", "Ann", "Cid", "Bob", "Ann", ""]
    cast = cast_of(cue(at, at, at + 1, "Yes.", speaker=name) for at, name in enumerate(said))
    assert [role.name for role in cast] == ["Ann", "Bob", "Cid"]
    assert {role.colour for role in cast} == {"#ffffff"}


def test_machines_and_other_worlds_have_pale_papers_that_differ() -> None:
    said = ["Ann", "The Ghost", "ROBOT", "Gottfried", "Dispatch", "Alien #2"] * 2
    cues = [
        cue(at, at, at + 1, "Yes.", speaker=name, kind="radio" if name == "Dispatch" else "speech")
        for at, name in enumerate(said)
    ]
    own = papers(cast_of([*cues, cue(99, 99, 100, "Once.", speaker="Demon")]))
    assert set(own) == {"The Ghost", "ROBOT", "Dispatch", "Alien #2"}
    assert all(min(colour) > 0.75 for colour in own.values()), "dark letters stand on them"
    pairs = combinations(own.values(), 2)
    assert all(max(abs(a - b) for a, b in zip(one, two, strict=True)) > 0.04 for one, two in pairs)


def test_who_speaks_by_radio_now_and_then_is_no_machine() -> None:
    kinds = ["radio", "speech", "speech"]
    assert (
        papers(cast_of([cue(at, at, at + 1, "Yes.", speaker="Ann", kind=kind) for at, kind in enumerate(kinds)])) == {}
    )


def test_sounds_name_nobody() -> None:
    assert cast_of([cue(0, 0, 1, "door slams", speaker="Ann", kind="sound"), cue(1, 1, 2, "Yes.")]) == ()


def test_the_storyboard_has_the_cast() -> None:
    talk = [cue(at, at, at + 1, f"This is line {at}.", speaker="AB"[at % 2]) for at in range(6)]
    assert [role.name for role in told([still(5)], talk).cast] == ["A", "B"]
