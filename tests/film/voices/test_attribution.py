"""Who says a line: mouths first, then voices and names; nothing where nothing is clear."""

from fractions import Fraction

import pytest

from film.model import Line
from film.voices.attribution import attribute
from film.voices.mouths import Mouth, Sighting

MOVES, RESTS, UNCLEAR = Mouth.MOVES, Mouth.RESTS, Mouth.UNCLEAR
LOW, HIGH = 100, 210


def line(index: int, text: str = "So it is.", speaker: str = "", *, start_s: int | None = None) -> Line:
    start_s = 10 * index if start_s is None else start_s
    return Line(index=index, start_s=start_s, end_s=start_s + 2, text=text, speaker=speaker)


def see(index: int, *mouths: Mouth, people: tuple[int | None, ...] = (), change: float = 0.0) -> list[Sighting]:
    """Faces of one keyframe while a line is heard."""
    people = people or (None,) * len(mouths)
    return [
        Sighting(line=index, shot=index, at_s=index, face=face, mouth=mouth, person=who, change=change)
        for face, (mouth, who) in enumerate(zip(mouths, people, strict=True))
    ]


def said(lines: list[Line], sightings: list[Sighting], voices: tuple[int, ...] = ()) -> dict[int, int | None]:
    """The face that says each line, where it is told; each line's pitch, 0 for none."""
    pitches = [0] * 10 * (10 * len(lines) + 2)
    for index, pitch in enumerate(voices):
        pitches[100 * index : 100 * index + 20] = [pitch] * 20
    return {one.line: one.face for one in attribute(lines, sightings, pitches)}


@pytest.mark.parametrize(
    ("mouths", "face"),
    [
        ((MOVES,), {0: 0}),
        ((RESTS,), {0: None}),
        ((UNCLEAR,), {}),
        ((RESTS, MOVES), {0: 1}),
        ((RESTS, UNCLEAR), {}),
        ((RESTS, RESTS), {0: None}),
        ((MOVES, MOVES), {}),
    ],
)
def test_mouths(mouths: tuple[Mouth, ...], face: dict[int, int | None]) -> None:
    assert said([line(0)], see(0, *mouths)) == face


def test_a_voice_that_was_seen_speaking_is_known_when_it_is_not_seen() -> None:
    lines = [line(at) for at in range(3)]
    seen = see(0, MOVES, people=(7,)) + see(1, UNCLEAR, people=(7,)) + see(2, UNCLEAR, people=(7,))
    assert said(lines, seen, (LOW, LOW, HIGH)) == {0: 0, 1: 0, 2: None}
    assert said(lines, seen, (LOW, 0, 130)) == {0: 0}, "no voice, and one that may be either"


def test_who_was_silent_to_a_voice_has_another_one() -> None:
    lines = [line(at) for at in range(4)]

    def told(*mouths: Mouth) -> dict[int, int | None]:
        seen = [one for at, mouth in enumerate(mouths) for one in see(at, mouth, people=(7,))]
        return said(lines, seen, (LOW, LOW, LOW, HIGH))

    silent = {0: None, 1: None, 2: None}
    assert told(RESTS, RESTS, RESTS, RESTS) == silent, "a whisper hardly moves the lips"
    assert told(RESTS, RESTS, UNCLEAR, UNCLEAR) == silent | {3: 0}
    assert told(RESTS, UNCLEAR, UNCLEAR, UNCLEAR) == silent, "one line is too few to know the own voice by"


def test_a_cry_has_no_voice_to_know_somebody_by() -> None:
    lines = [line(0), line(1, "Run!")]
    seen = see(0, MOVES, people=(7,)) + see(1, UNCLEAR, people=(7,))
    assert said(lines, seen, (LOW, HIGH)) == {0: 0}


def test_names_are_tied_to_those_who_were_seen_to_speak() -> None:
    lines = [line(0, speaker="BO"), line(1, speaker="BO"), line(2, speaker="MAI"), line(3)]
    seen = see(0, MOVES, people=(7,)) + [one for at in (1, 2, 3) for one in see(at, UNCLEAR, people=(7,))]
    assert said(lines, seen) == {0: 0, 1: 0, 2: None}


def test_music_is_nobodys_voice() -> None:
    lines = [line(0), line(1, start_s=10)]
    seen = see(0, MOVES, people=(7,)) + see(1, UNCLEAR, people=(7,))
    pitches = [LOW] * 20 + [0] * 60 + [HIGH] * 60
    assert [one.line for one in attribute(lines, seen, pitches)] == [0]


def dashes(*, names: tuple[str, str] = ("", "")) -> list[Line]:
    return [line(at, "Is it so?", name, start_s=0) for at, name in enumerate(names)]


def test_dashes_of_two_speakers_alternate() -> None:
    def both(first: list[Sighting], then: list[Sighting], lines: list[Line] | None = None) -> dict[int, int | None]:
        moved = [one.model_copy(update={"at_s": Fraction(0)}) for one in first + then]
        return {one.line: one.face for one in attribute(lines or dashes(), moved)}

    assert both(see(0, MOVES), see(1, UNCLEAR)) == {0: 0, 1: None}
    assert both(see(0, UNCLEAR, RESTS), see(1, MOVES, RESTS)) == {0: 1, 1: 0}
    assert both(see(0, MOVES, change=0.1), see(1, MOVES, change=0.2)) == {0: None, 1: 0}
    assert both(see(0, UNCLEAR, change=0.1), see(1, UNCLEAR, change=0.0)) == {0: 0, 1: None}
    same = dashes(names=("BO", "BO"))
    assert both(see(0, MOVES, change=0.1), see(1, MOVES, change=0.2), same) == {0: 0, 1: 0}
