"""Scenarist's SCC: the bytes of EIA-608 captions as they are sent, row by row, each with the time code of its first.

A pair of bytes takes a frame, of which there are 30000/1001 in a second whatever the film has. A time code with a
semicolon leaves out numbers of frames (drop-frame), one with a colon does not, and then counts slower than a clock.
"""

import re
from collections.abc import Iterator
from fractions import Fraction
from itertools import islice

from film.words.captions.line21 import BytePair, read_captions
from film.words.subtitles.cues import Cue, TooManyCuesError
from film.words.subtitles.formats import Reading

_ROW = re.compile(r"^\s*(\d{1,2}):(\d{1,2}):(\d{1,2})([:;.,])(\d{1,2})\s+(\S.*)$", re.MULTILINE)
_WORD = re.compile(r"\b[0-9a-fA-F]{4}\b")
_FRAME_S = Fraction(1001, 30000)
_MOST_PAIRS = 8 * 3600 * 30
"""Eight hours in which every frame carries one."""


def read_scc(text: str) -> Reading:
    """Read the text of an SCC file: the captions of its first channel.

    Raises:
        TooManyCuesError: It sends more than eight hours can carry.
    """
    pairs = list(islice(_pairs(text), _MOST_PAIRS + 1))
    if len(pairs) > _MOST_PAIRS:
        raise TooManyCuesError
    channels = read_captions(pairs)
    captions = next(iter(channels.values()), ())
    cues = tuple(Cue(one.start_s, one.end_s, one.text, italic=one.italic) for one in captions)
    others = ", ".join(list(channels)[1:])
    return Reading(cues, warnings=(f"captions of more channels ({others}) left out",) if others else ())


def hour_of(text: str) -> Fraction:
    """Return how many seconds pass while the clock of a text goes on by an hour: an SCC's may count slower."""
    first = _ROW.search(text) if text[:32].lstrip().casefold().startswith("scenarist") else None
    return Fraction(3600) if first is None or first[4] != ":" else 108_000 * _FRAME_S


def _pairs(text: str) -> Iterator[BytePair]:
    next_frame = 0
    for row in _ROW.finditer(text):
        frame = max(_frames(row), next_frame)  # what is still being sent delays what follows
        for at, word in enumerate(_WORD.findall(row[6])):
            value = int(word, 16)
            yield BytePair((frame + at) * _FRAME_S, 1, value >> 8, value & 0xFF)
            next_frame = frame + at + 1


def _frames(row: re.Match[str]) -> int:
    """Return how many frames have passed at a time code."""
    hours, minutes, seconds, frames = (int(row[at]) for at in (1, 2, 3, 5))
    minute = hours * 60 + minutes
    dropped = 0 if row[4] == ":" else 2 * (minute - minute // 10)
    return (minute * 60 + seconds) * 30 + frames - dropped
