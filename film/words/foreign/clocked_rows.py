"""Plain formats whose rows begin with a clock: YouTube's SBV, SubViewer, Spruce STL, and the lyrics of LRC.

The first three are SubRip with other timings: they are written as such, so that whatever mends SubRip mends them.
"""

import re
from collections import defaultdict
from fractions import Fraction
from itertools import pairwise

from film.words.subtitles import repair
from film.words.subtitles.cues import MOST_CUES, Cue, TooManyCuesError
from film.words.subtitles.formats import Reading, srt_reading

_CLOCK = r"\d{1,3}:\d{1,2}:\d{1,2}"
_COMMA_ROW = re.compile(rf"^[ \t]*({_CLOCK}[.:]\d{{1,3}})[ \t]*,[ \t]*({_CLOCK}[.:]\d{{1,3}})[ \t]*$", re.MULTILINE)
_SETTING_ROW = re.compile(r"^\[(?:COLF|STYLE|SIZE|FONT|SUBTITLE|END SUBTITLE)\].*\n?", re.MULTILINE | re.IGNORECASE)
_BREAK = re.compile(r"\[br\]", re.IGNORECASE)
_SPRUCE_ROW = re.compile(rf"^[ \t]*({_CLOCK})[:;](\d{{1,2}})[ \t]*,[ \t]*({_CLOCK})[:;](\d{{1,2}})[ \t]*,[ \t]*(.*)$")
_SPRUCE_CODE = re.compile(r"\^[BIU]")
_FRAMES = Fraction(25)
_LYRIC_STAMP = re.compile(r"\[(\d{1,4}):(\d{1,2})(?:[.:,](\d{1,3}))?(?:\.(\d{1,3}))?\]")
_LYRIC_WORD = re.compile(r"[<\[]\d{1,4}:\d{1,2}(?:[.:]\d{1,3}){0,2}[>\]]")
_LYRIC_SINGER = re.compile(r"^\s*[FMD]:\s*")
_OFFSET = re.compile(r"^\s*\[offset:\s*([+-]?\d{1,9})\s*\]", re.IGNORECASE | re.MULTILINE)


def read_comma_rows(text: str) -> Reading:
    """Read SBV or SubViewer 2: two clocks parted by a comma in a row of their own, then the words.

    Raises:
        TooManyCuesError: There are more than `MOST_CUES`.
    """
    rows = _COMMA_ROW.sub(lambda row: f"{_dotted(row[1])} --> {_dotted(row[2])}", _SETTING_ROW.sub("", text))
    return srt_reading(_BREAK.sub("\n", rows))


def read_spruce(text: str, *, rate: Fraction = Fraction(0)) -> Reading:
    """Read Spruce's STL: start, end and words in a row; clocks count frames.

    Args:
        text: Decoded.
        rate: Frames per second of the film, 0 where it is not known.

    Raises:
        TooManyCuesError: There are more than `MOST_CUES`.
    """
    rate = rate or _FRAMES
    rows = []
    for row in text.splitlines():
        found = _SPRUCE_ROW.match(row)
        if found:
            begins, ends = (_written(found[at], found[at + 1], rate) for at in (1, 3))
            rows.append(f"{begins} --> {ends}\n" + _SPRUCE_CODE.sub("", found[5]).replace("|", "\n") + "\n")
    return srt_reading("\n".join(rows))


def read_lyrics(text: str) -> Reading:
    """Read LRC: each row stands until the next begins; a row without words ends what stands.

    Stamps of single words are left out; several stamps before a row repeat it; `[offset:]` in milliseconds, where it
    is positive, lets all begin sooner.

    Raises:
        TooManyCuesError: There are more than `MOST_CUES`.
    """
    told = _OFFSET.search(text)
    sooner_s = Fraction(int(told[1]), 1000) if told else Fraction(0)
    moments: defaultdict[Fraction, list[str]] = defaultdict(list)
    count = 0
    for row in text.splitlines():
        row, starts = row.strip(), []
        while stamp := _LYRIC_STAMP.match(row):
            starts.append(_lyric_s(stamp) - sooner_s)
            row = row[stamp.end() :].lstrip()
        count += len(starts)
        if count > MOST_CUES:
            raise TooManyCuesError
        words = " ".join(_LYRIC_SINGER.sub("", _LYRIC_WORD.sub("", row)).split()) if starts else ""
        for start_s in starts:
            moments[max(start_s, Fraction(0))].append(words)
    order = sorted(moments)
    ends = dict(pairwise(order))
    cues = (Cue(at, ends.get(at, at), "\n".join(filter(None, moments[at]))) for at in order)
    return Reading(tuple(cue for cue in cues if cue.text))


def _lyric_s(stamp: re.Match[str]) -> Fraction:
    """Read `mm:ss`, `mm:ss.xx`, `mm:ss:xx`, or `h:mm:ss.xx`."""
    first, second, third, fourth = stamp.groups()
    if fourth is not None:
        return Fraction(int(first) * 3600 + int(second) * 60 + int(third or 0)) + Fraction(f"0.{fourth}")
    return Fraction(int(first) * 60 + int(second)) + Fraction(f"0.{third or 0}")


def _dotted(clock: str) -> str:
    head, mark, digits = clock.rpartition(":") if clock.count(":") == 3 else ("", "", "")
    return f"{head}.{digits}" if mark else clock


def _written(clock: str, frames: str, rate: Fraction) -> str:
    seconds = (repair.stamp(clock) or Fraction(0)) + Fraction(int(frames)) / rate
    minutes, rest = divmod(round(seconds * 1000), 60_000)
    return f"{minutes // 60}:{minutes % 60:02d}:{rest // 1000:02d}.{rest % 1000:03d}"
