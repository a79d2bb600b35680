"""Who has which paper."""

from itertools import combinations

from layouts.balloons.grammar import papers
from layouts.telling.boards import SpokenLines, cast_of, shared_colours
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


def test_colours_that_are_asked_for_go_first() -> None:
    cues = [cue(at, at, at + 1, "Yes.", speaker=name) for at, name in enumerate(["Ann", "ROBOT"] * 2)]
    cast = cast_of(cues, {"ann": "#ffeecc", "Robot": "#ffffff"})
    assert {role.name: role.colour for role in cast} == {"Ann": "#ffeecc", "ROBOT": "#ffffff"}


def test_a_season_has_one_colour_for_a_speaker() -> None:
    episodes = [
        {"Ann": SpokenLines(9), "ROBOT": SpokenLines(2)},
        {"Computer": SpokenLines(5), "Ann": SpokenLines(1, 1)},
        {"ROBOT": SpokenLines(1), "Computer": SpokenLines(1), "A.I.": SpokenLines(4), "Ghost": SpokenLines(1)},
        {"Ghost": SpokenLines(1), "Robot 2": SpokenLines(3)},
    ]
    shared = shared_colours(episodes)
    machines = [shared[name] for name in ("ROBOT", "Computer", "A.I.")]
    assert len(set(machines)) == 3 and "#ffffff" not in machines, "those who meet are told apart"
    assert shared["Ann"] == "#ffffff" and shared["Ghost"] != "#ffffff"
    assert shared_colours(episodes[:3])["Computer"] == shared["Computer"], "a new episode changes no older one"
