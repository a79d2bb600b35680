"""Descriptions of what is to be seen, as told to those who do not see, become narration among what is said.

They are told as they are written: nothing is invented, nothing left out but what the dialogue says as well.
"""

from bisect import bisect_left
from collections.abc import Sequence
from fractions import Fraction
from itertools import groupby

from film.model import Line, LineKind
from film.words.roles.speakers import narrates

_AT_ONCE = 40
"""So many of the lines that began last are asked whether they are still being said: no film has more at once."""
_SHOWN = frozenset({LineKind.SIGN, LineKind.SOUND})
"""What nobody says."""


def as_narration(lines: Sequence[Line]) -> tuple[Line, ...]:
    """Return the lines of a source of descriptions as narration of nobody, each cue whole.

    What cleaning took apart, as if somebody spoke, is one again: names before a colon, brackets, signs.
    """
    whole = []
    for _, cue in groupby(lines, key=lambda line: (line.start_s, line.end_s)):
        parts = list(cue)
        texts, named = [], ""
        for part in parts:
            if part.speaker and part.speaker != named and not narrates(part.speaker):
                named = part.speaker
                texts.append(f"{named}:")
            texts.append(" ".join(part.text.split()))
        update = {"text": " ".join(texts), "kind": LineKind.NARRATION, "speaker": "", "described": True}
        whole.append(parts[0].model_copy(update=update | {"off_screen": False, "foreign": False}))
    return _numbered(whole)


def woven(said: Sequence[Line], seen: Sequence[Line]) -> tuple[Line, ...]:
    """Lay descriptions among the lines of a dialogue, in order of time.

    One that is told while somebody speaks stands before that: it begins as early. Where only their ends touch, each
    stays in its place. A place or a time that is shown then comes first. What the dialogue says as well at that time is
    told once.

    Args:
        said: In order of their start.
        seen: Narration, in order of its start.
    """
    placed = [(line.start_s, at, 1, line) for at, line in enumerate(said)]
    starts = [line.start_s for line in said]
    for one in seen:
        last = bisect_left(starts, one.end_s)
        near = said[max(0, last - _AT_ONCE) : last]
        if any(_shared_s(one, other) >= 0 and _bare(other) == _bare(one) for other in near):
            continue
        begun = [other.start_s for other in near if other.kind not in _SHOWN and _is_during(one, other)]
        start_s = min([one.start_s, *begun])
        at = bisect_left(starts, start_s)
        while at < len(said) and said[at].start_s == start_s and said[at].kind is LineKind.SIGN:
            at += 1
        placed.append((start_s, at, 0, one.model_copy(update={"start_s": start_s})))
    return _numbered([line for *_, line in sorted(placed, key=lambda each: each[:3])])


def _shared_s(one: Line, other: Line) -> Fraction:
    return min(one.end_s, other.end_s) - max(one.start_s, other.start_s)


def _is_during(one: Line, other: Line) -> bool:
    """Tell whether more than half of the shorter of two lines falls into the other."""
    shorter_s = min(one.end_s - one.start_s, other.end_s - other.start_s)
    return 2 * _shared_s(one, other) > shorter_s


def _bare(line: Line) -> str:
    return "".join(filter(str.isalnum, line.text.casefold()))


def _numbered(lines: Sequence[Line]) -> tuple[Line, ...]:
    return tuple(line if line.index == at else line.model_copy(update={"index": at}) for at, line in enumerate(lines))
