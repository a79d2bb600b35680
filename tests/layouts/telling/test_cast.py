"""Who has which paper."""

from itertools import combinations

from layouts.balloons.grammar import papers
from layouts.telling.boards import cast_of
from tests.layouts.films import cue, still, told


def test_whoever_says_most_keeps_white_paper() -> None:
    said = ["Ann", "Bob", "Ann", "Cid", "Bob", "Ann", ""]
    cast = cast_of(cue(at, at, at + 1, "Yes.", speaker=name) for at, name in enumerate(said))
    assert [role.name for role in cast] == ["Ann", "Bob", "Cid"]
    assert cast[0].colour == cast[2].colour == "#ffffff", "the one says most, the other next to nothing"
    assert cast[1].colour != "#ffffff"


def test_papers_are_pale_and_differ() -> None:
    cues = [cue(at, at, at + 1, "Yes.", speaker=f"S{at % 12}") for at in range(48)]
    own = list(papers(cast_of(cues)).values())
    assert len(own) == 7
    assert all(min(colour) > 0.75 for colour in own), "dark letters stand on them"
    assert all(max(abs(a - b) for a, b in zip(one, two, strict=True)) > 0.04 for one, two in combinations(own, 2))


def test_sounds_name_nobody() -> None:
    assert cast_of([cue(0, 0, 1, "door slams", speaker="Ann", kind="sound"), cue(1, 1, 2, "Yes.")]) == ()


def test_the_storyboard_has_the_cast() -> None:
    talk = [cue(at, at, at + 1, f"This is line {at}.", speaker="AB"[at % 2]) for at in range(6)]
    assert [role.name for role in told([still(5)], talk).cast] == ["A", "B"]
