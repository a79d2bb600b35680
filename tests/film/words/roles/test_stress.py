"""Stressed words are marked by stars: a few in italics, single ones in capitals."""

from fractions import Fraction

import pytest

from film.model import Line, LineKind
from film.words.roles.stress import mark_slanted, stressed


@pytest.mark.parametrize(
    ("row", "marked"),
    [
        ("You did <i>what</i> to my car?", "You did *what* to my car?"),
        ("I never, <i>ever, ever!</i> said that to him once.", "I never, *ever*, *ever*! said that to him once."),
        ("You did {\\i1}what{\\i0} to it?", "You did *what* to it?"),
        ("<i>You did what to my car?</i>", "<i>You did what to my car?</i>"),
        ("<i>What</i> now?", "<i>What</i> now?"),
        ("<i>JOHN:</i> you did it to my car", "<i>JOHN:</i> you did it to my car"),
        ("<i>JOHN</i>: you did it to my car", "<i>JOHN</i>: you did it to my car"),
        ("you did it <i>[sighs]</i> to my car", "you did it <i>[sighs]</i> to my car"),
        ("un<i>believ</i>able it is to me", "un<i>believ</i>able it is to me"),
        ("これは <i>大事な</i> ことです ね ね ね", "これは <i>大事な</i> ことです ね ね ね"),
        ("plain words", "plain words"),
    ],
)
def test_a_few_slanted_words_among_others_are_stressed(row: str, marked: str) -> None:
    assert mark_slanted(row) == marked


def told(*texts: str, kind: LineKind = LineKind.SPEECH) -> list[str]:
    lines = [Line(index=at, start_s=Fraction(at), end_s=Fraction(at + 1), text=text, kind=kind)
             for at, text in enumerate(texts)]  # fmt: skip
    return [line.text for line in stressed(lines)]


def test_a_word_in_capitals_is_stressed_where_the_film_writes_it_small_elsewhere() -> None:
    assert told("You are NOT my boss.", "I do not care.")[0] == "You are *NOT* my boss."
    assert told("The FBI is here.", "I do not care.")[0] == "The FBI is here."
    assert told("They told US so.", "Take us home.")[0] == "They told US so."
    assert told("GET OUT NOW", "get out now")[0] == "GET OUT NOW"
    assert told("You are *NOT* it.", "I do not.")[0] == "You are *NOT* it."


def test_what_is_not_said_has_no_stress() -> None:
    assert told("the *door* slams", kind=LineKind.SOUND) == ["the door slams"]
    assert told("You are NOT here", "not now", kind=LineKind.SIGN)[0] == "You are NOT here"
