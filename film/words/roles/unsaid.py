"""Which cues nobody says: places, times, titles and the end, told by their words and against the habits of their file.

A caption is not written as talk is. Where the talk ends its sentences, it has no full stop; where the talk has small
letters, it is in capitals; where each speaker is named, it is not.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from film.words.roles import datelines
from film.words.roles.headings import heading_of

_HABIT = 0.6
"""What more than this share of the cues does is the habit of their file."""
_FEWEST = 4
"""Of fewer cues nobody can tell a habit."""
_MARKS = '.!?…,;:-–—。！？、，；：~♪♫।؟،"”»』」)*|'
"""What ends or breaks off a sentence."""
_CAPITALS_LEAST = 5
"""A single word in capitals that is shorter may be stressed, or an abbreviation."""
_TITLE_WORDS = 6
_APART_S = Fraction(3, 2)
"""An answer comes sooner after its question."""
_LAST = 3
"""A film's end is told by one of so many last cues."""


class Written(NamedTuple):
    """A cue as it is written."""

    text: str
    """All of its rows."""
    start_s: Fraction
    end_s: Fraction
    named: bool
    """It tells who speaks."""


@dataclass(frozen=True, slots=True)
class _Manners:
    """What the talk of a file is like."""

    stopped: bool
    """Its sentences end with a mark."""
    small: bool
    """It has small letters."""
    named: bool
    """Each speaker is named."""


def unsaid(cues: Sequence[Written]) -> list[bool]:
    """Tell of each cue, in order of time, whether it is a caption."""
    manners = _manners(cues)
    return [
        bool(heading_of(cue.text))
        or (not cue.named and _is_caption(cue, cues[at - 1] if at else None, manners, last=at >= len(cues) - _LAST))
        for at, cue in enumerate(cues)
    ]


def _manners(cues: Sequence[Written]) -> _Manners:
    """Find the habits of a file; one of very few cues is taken for ordinary writing."""
    cased = [cue.text for cue in cues if cue.text.upper() != cue.text.lower()]
    named = sum(cue.named for cue in cues)
    return _Manners(
        stopped=len(cues) < _FEWEST or sum(map(_ends, cues)) > _HABIT * len(cues),
        small=bool(cased) and (len(cased) < _FEWEST or sum(map(in_capitals, cased)) <= _HABIT * len(cased)),
        named=len(cues) >= _FEWEST and named > _HABIT * len(cues),
    )


def in_capitals(text: str) -> bool:
    """Tell whether all letters, of a word at least, are capitals; those of a script without case are none."""
    if not text.isupper():  # most are not, and this is quick; a script without case passes
        return False
    letters = [letter for letter in text if letter.isalpha()]
    return len(letters) > 1 and all(map(str.isupper, letters))


def _ends(cue: Written) -> bool:
    return cue.text[-1:] in _MARKS


def _is_caption(cue: Written, before: Written | None, manners: _Manners, *, last: bool) -> bool:
    text = cue.text
    if text[-1:] in "!?？！" or "?" in text:
        return False
    loud = manners.small and in_capitals(text)
    if (loud or last) and datelines.ends_film(text):
        return True
    stop = _ends(cue)
    apart = before is None or cue.start_s - before.end_s >= _APART_S
    evident = loud or manners.named or (manners.stopped and not stop)
    if datelines.passes_time(text):
        return evident or text.endswith(("…", "...", ":")) or (apart and not stop)
    if (evident or not stop) and datelines.gives_place(text):
        return True
    if evident and datelines.gives_date(text):
        return True
    if stop or not manners.stopped or _runs_on(before, cue):
        return False
    words = len(text.split())
    if loud:
        return words > 1 or len(text) >= _CAPITALS_LEAST
    return manners.named and words <= _TITLE_WORDS and not text[0].islower()


def _runs_on(before: Written | None, cue: Written) -> bool:
    """Tell whether a cue goes on with the sentence of the one before, which may have been broken anywhere."""
    return before is not None and cue.start_s - before.end_s < _APART_S and not _closes(before)


def _closes(cue: Written) -> bool:
    return cue.text[-1:] in '.!?…。！？।؟"”»』」)]'
