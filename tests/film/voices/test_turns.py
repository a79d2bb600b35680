"""When the dashes of a cue are heard."""

from fractions import Fraction

from film.model import Line, LineKind
from film.voices.turns import exchanges, heard_spans


def test_dashes_are_heard_one_after_the_other() -> None:
    lines = [
        Line(index=0, start_s=0, end_s=3, text="Yes."),
        Line(index=1, start_s=0, end_s=3, text="And why?"),
        Line(index=2, start_s=0, end_s=3, text="thunder", kind=LineKind.SOUND),
        Line(index=3, start_s=3, end_s=5, text="Well."),
    ]
    assert [[line.index for line in group] for group in exchanges(lines)] == [[0, 1], [3]]
    assert heard_spans(lines) == {0: (0, 1), 1: (1, 3), 3: (3, Fraction(5))}
