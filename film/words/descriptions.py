"""Descriptions of what is to be seen, as told to those who do not see, become narration among what is said.

They are told as they are written: nothing is invented, nothing left out but what the dialogue says as well.
"""

from collections.abc import Sequence
from fractions import Fraction

from film.model import Line, LineKind
from film.words.roles.speakers import narrates

_LONGEST_S = Fraction(60)
"""Nobody says a line for longer: how far back one that is still being said may have begun."""


def as_narration(lines: Sequence[Line]) -> tuple[Line, ...]:
    """Return the lines of a source of descriptions as narration of nobody, each cue whole.

    What cleaning took apart, as if somebody spoke, is one again: names before a colon, brackets, signs.
    """
    whole: list[Line] = []
    for line in lines:
        text = " ".join(line.text.split())
        if line.speaker and not narrates(line.speaker) and not _same_cue(whole, line, line.speaker):
            text = f"{line.speaker}: {text}"
        if _same_cue(whole, line):
            last = whole.pop()
            whole.append(last.model_copy(update={"text": f"{last.text} {text}"}))
        else:
            update = {"text": text, "kind": LineKind.NARRATION, "speaker": "", "off_screen": False, "foreign": False}
            whole.append(line.model_copy(update=update | {"described": True}))
    return _numbered(whole)


def _same_cue(whole: Sequence[Line], line: Line, speaker: str = "") -> bool:
    """Tell whether a line goes on in the cue of the last one, and that one names its speaker already."""
    same = bool(whole) and (whole[-1].start_s, whole[-1].end_s) == (line.start_s, line.end_s)
    return same and (not speaker or whole[-1].text.startswith(f"{speaker}: "))


def woven(said: Sequence[Line], seen: Sequence[Line]) -> tuple[Line, ...]:
    """Lay descriptions among the lines of a dialogue, in order of time.

    One that is told while somebody speaks stands before that: it begins as early. Where only their ends touch, each
    stays in its place. What the dialogue says as well at that time is told once.

    Args:
        said: In order of their start.
        seen: Narration, in order of its start.
    """
    before: list[Line] = []
    first = 0
    for one in seen:
        while first < len(said) and said[first].start_s < one.start_s - _LONGEST_S:
            first += 1
        near = []
        for other in said[first:]:
            if other.start_s >= one.end_s:
                break
            near.append(other)
        if any(_bare(other) == _bare(one) and _shared_s(one, other) >= 0 for other in near):
            continue
        starts = [other.start_s for other in near if _is_during(one, other)]
        before.append(one.model_copy(update={"start_s": min([one.start_s, *starts])}))
    told = sorted([*before, *said], key=lambda line: line.start_s)  # where both begin at once the description is first
    return _numbered(told)


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
