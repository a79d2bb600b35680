"""Formats whose rows or elements bear their clocks: YouTube's SBV, SubViewer, Spruce STL, LRC, USF, those of cinemas.

The first three are SubRip with other timings: they are written as such, so that whatever mends SubRip mends them.
"""

import re
from collections import defaultdict
from fractions import Fraction
from itertools import pairwise

from film.languages import known, normal
from film.words.subtitles import repair
from film.words.subtitles.cues import MOST_CUES, Cue, TooManyCuesError
from film.words.subtitles.formats import Reading, srt_reading, without_start

_HEAD = 1 << 16
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
_ELEMENT = re.compile(r"<(?:[\w.-]+:)?subtitle\b([^<>]{0,500})>", re.IGNORECASE)
_TEXT = re.compile(r"<(?:[\w.-]+:)?text\b[^<>]{0,500}>", re.IGNORECASE)
_SHUT = {name: re.compile(rf"</(?:[\w.-]+:)?{name}\s*>", re.IGNORECASE) for name in ("subtitle", "text")}
_GIVEN = re.compile(r"\b(start|stop|duration|timein|timeout)\s*=\s*[\"']\s*([\d:.,]{1,20})", re.IGNORECASE)
_SLANTED = re.compile(r"<(?:[\w.-]+:)?font\b[^<>]{0,300}\bitalic\s*=\s*[\"']yes[^<>]{0,300}>", re.IGNORECASE)
_FONT = re.compile(r"</?(?:[\w.-]+:)?font\b[^<>]{0,500}>", re.IGNORECASE)
_MARKED = re.compile(r"<(/?)(?:[\w.-]+:)?(\w+)[^<>]{0,500}>")
_KEPT = frozenset({"i", "b", "u", "br", "ruby", "rt", "rp", "rb"})
_UNITS = re.compile(r"<(?:[\w.-]+:)?(?:TimeCodeRate|EditRate)\s*>\s*(\d{1,6})(?:\s+(\d{1,6}))?", re.IGNORECASE)
_SPOKEN = re.compile(
    r"<(?:[\w.-]+:)?language\b(?:[^<>]{0,100}?\bcode\s*=\s*[\"'](\w{2,8}))?[^<>]{0,100}>\s*([\w-]{0,30})", re.I
)
_TICKS, _CINEMA = 250, Fraction(24)
"""Parts of a second that older reels of a digital cinema count, and pictures of a second."""
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


def read_elements(text: str) -> Reading:
    """Read USF and the reels of digital cinemas: XML whose `Subtitle` elements bear their times.

    It is parted at its tags rather than parsed, so that broken files give what they have and no entity is expanded.
    Sources: Universal Subtitle Format 1.1; CineCanvas 1.1 (TI); SMPTE ST 428-7.

    Raises:
        TooManyCuesError: There are more than `MOST_CUES`.
    """
    told = _UNITS.search(text)
    rate = Fraction(int(told[1]), int(told[2] or 1) or 1) if told else _CINEMA
    cues: list[Cue] = []
    dropped = 0
    marks = list(_ELEMENT.finditer(text))
    for at, mark in enumerate(marks):
        inner = text[mark.end() : marks[at + 1].start() if at + 1 < len(marks) else len(text)]
        words = _element_words(_SHUT["subtitle"].split(inner, maxsplit=1)[0])
        given = {name.casefold(): _element_s(clock, rate or _CINEMA) for name, clock in _GIVEN.findall(mark[1])}
        start_s = given.get("start", given.get("timein"))
        if start_s is None or not words:
            dropped += bool(words)
            continue
        lasts_s = given.get("duration", Fraction(0))
        cues.append(Cue(start_s, given.get("stop", given.get("timeout", start_s + lasts_s)), words))
        if len(cues) > MOST_CUES:
            raise TooManyCuesError
    spoken = _SPOKEN.search(text[:_HEAD])
    tongue = next((one for one in spoken.groups() if one and known(one)), "") if spoken else ""
    return Reading(tuple(cues), normal(tongue), without_start(dropped))


def _element_s(clock: str, rate: Fraction) -> Fraction:
    """Read `hh:mm:ss.mmm` or less of it, or `hh:mm:ss:` and what is counted beyond: ticks of three digits, pictures."""
    *parts, last = clock.replace(",", ".").strip(":.").split(":")
    beyond = Fraction(0)
    if len(parts) == 3:
        ticks = int(last.partition(".")[0] or 0)
        beyond = Fraction(ticks, _TICKS) if len(last) == 3 else ticks / rate
        *parts, last = parts
    whole, _, rest = last.partition(".")
    seconds = Fraction(int(whole or 0)) + (Fraction(int(rest), 10 ** len(rest)) if rest.isdigit() else 0)
    for place, part in enumerate(reversed(parts[-2:])):
        seconds += int(part.partition(".")[0] or 0) * 60 ** (place + 1)
    return seconds + beyond


def _element_words(inner: str) -> str:
    """Return the rows of an element's texts, with the mark-up that means something in any format."""
    rows = []
    for piece in _TEXT.split(inner)[1:]:
        row = _SHUT["text"].split(piece, maxsplit=1)[0]
        slanted = _SLANTED.search(row) is not None
        row = _FONT.sub("", row)
        row = _MARKED.sub(lambda tag: f"<{tag[1]}{tag[2]}>" if tag[2].casefold() in _KEPT else "", row)
        row = " ".join(row.split())
        rows.append(f"<i>{row}</i>" if slanted and row else row)
    return "\n".join(filter(None, rows))


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
