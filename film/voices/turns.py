"""When each line is heard: of the dashes of one cue one after the other, each as long as its letters."""

from collections.abc import Sequence
from fractions import Fraction
from itertools import groupby

from film.model import Line, LineKind

SAID = frozenset({LineKind.SPEECH, LineKind.SHOUT, LineKind.WHISPER, LineKind.SONG})
"""What comes out of a mouth that may be in the picture."""

Span = tuple[Fraction, Fraction]


def exchanges(lines: Sequence[Line]) -> list[tuple[Line, ...]]:
    """Return the lines that are said, in groups: several of one cue are people who answer each other by turns."""
    said = [line for line in lines if line.kind in SAID]
    return [tuple(group) for _, group in groupby(said, key=lambda line: (line.start_s, line.end_s))]


def heard_spans(lines: Sequence[Line]) -> dict[int, Span]:
    """Return when each line that is said is heard, `[start, end)` in seconds, by its index."""
    spans: dict[int, Span] = {}
    for group in exchanges(lines):
        letters = sum(len(line.text) for line in group)
        at_s = group[0].start_s
        for line in group:
            end_s = at_s + (line.end_s - line.start_s) * Fraction(len(line.text), max(1, letters))
            spans[line.index] = (at_s, end_s)
            at_s = end_s
    return spans
