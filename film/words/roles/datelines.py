"""Places, times and ends, told by their words: `PARIS, 1943`, `Three months later`, `Day 12`, `THE END`.

The words of each language lie in `datelines.toml` beside this. A text that is wholly made of them is one; whether
somebody says it the file's habits tell (`film.words.roles.unsaid`).
"""

import re
import tomllib
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import NamedTuple

_LONGEST = 70
"""No caption of a place and a time has more letters."""
_PLACE_WORDS = 5
_STOPS = " .…:。．"
_YEAR = re.compile(r"(?:1\d|20|21|22)\d\d|\d{3,4}[年년]|[1-9]0s|(?:1\d|20)\d0s")
_CLOCK = re.compile(r"\d{1,2}[:.h]\d{2}(?:[:.]\d{2})?(?:am|pm)?|\d{1,2}(?:am|pm|h)|\d{1,2}[時时시](?:\d{1,2}[分분])?")
_NUMBER = re.compile(r"\d{1,5}|[ivxlc]{1,6}")
_FIGURES = r"[\d.,]+|[〇一二三四五六七八九十百千两兩]+"
_ORDINAL = re.compile(r"\d{1,2}(?:st|nd|rd|th|er|º|ª|\.|[日일月월])?")
_EAST_DATE = re.compile(r"(?:\d{3,4}[年년] ?)?(?:\d{1,2}[月월] ?)?(?:\d{1,2}[日일])?")
_BETWEEN = re.compile(r"[,;、，،\n]|\s[-–—|•/]\s")
_PARTS = re.compile(r"[\s()/]+")


class _Words(NamedTuple):
    """What is asked of a text, of all languages together."""

    months: frozenset[str]
    days: frozenset[str]
    seasons: frozenset[str]
    links: frozenset[str]
    later: re.Pattern[str]
    counted: re.Pattern[str]
    ends: frozenset[str]


def passes_time(text: str) -> bool:
    """Tell a caption of time that passes or is counted: `Three months later...`, `Meanwhile`, `Day 12`."""
    bare = _bare(text)
    if not 0 < len(bare) <= _LONGEST:
        return False
    words = _words()
    return bool(words.later.fullmatch(bare) or words.counted.fullmatch(bare))


def gives_date(text: str) -> bool:
    """Tell a date, or a time of the day, that stands alone: `6 June 1944`, `Summer 1967`, `10:32 a.m.`."""
    rest = _beside_time(text)
    return rest is not None and not rest


def gives_place(text: str) -> bool:
    """Tell a place with a date or a time of the day: `PARIS, 1943`, `Omaha Beach - June 6, 1944`."""
    rest = _beside_time(text)
    if not rest or len(rest) > 2:  # a town and its country at the most
        return False
    words = [word for part in rest for word in part.split()]
    return len(words) <= _PLACE_WORDS and all(_is_name(part) for part in rest)


def ends_film(text: str) -> bool:
    """Tell what stands at a film's end: `THE END`, `Fin`, `To be continued...`."""
    return len(text) <= _LONGEST and _bare(text).strip("~-–— ") in _words().ends


def _bare(text: str) -> str:
    return " ".join(text.casefold().split()).strip(_STOPS)


def _beside_time(text: str) -> list[str] | None:
    """Return the parts of a text that are no time; None where none of it is."""
    if not 0 < len(text) <= _LONGEST or not any(map(str.isdigit, text)):
        return None
    parts = [part.strip() for part in _BETWEEN.split(text.strip(_STOPS)) if part.strip()]
    timed = [_is_time(part) for part in parts]
    return [part for part, is_time in zip(parts, timed, strict=True) if not is_time] if any(timed) else None


def _is_time(part: str) -> bool:
    """Tell whether a part of a text is made of a date's words alone, and one of them names a time by itself."""
    known, certain = _words(), False
    small = part.casefold()
    if small and small[-1] in "日일月월年년" and _EAST_DATE.fullmatch(small):
        return True
    for written in _PARTS.split(small):
        word = written.strip(".,:…'’")
        if not word:
            continue
        named = _YEAR.fullmatch(word) or _CLOCK.fullmatch(word) or word in known.months or word in known.days
        if not (named or word in known.seasons or word in known.links or _ORDINAL.fullmatch(word)):
            return False
        certain = certain or bool(named)
    return certain


def _is_name(part: str) -> bool:
    """Tell a name: its words are capitalised or of a script without case, but for small ones between (`of`, `la`)."""
    words = part.split()
    led = words[0][0]
    return not led.islower() and all(not word[0].islower() or len(word) <= 3 for word in words[1:])


@cache
def _words() -> _Words:
    told = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8")).values()

    def of(key: str) -> list[list[str]]:
        return [language.get(key, "").split() for language in told]

    counts = [f"(?:{_either(numbers)})" for numbers in of("numbers")]
    later = [
        phrase.replace("{n}", f"(?:{_FIGURES}|{number})").replace("{u}", f"(?:{_either(units)})")
        for language, number, units in zip(told, counts, of("units"), strict=True)
        for phrase in language["later"]
    ]
    counted = [
        rf"(?:{_either(names)}) (?:{_NUMBER.pattern}|{number})(?:\.\d)?(?: ?[:,–—-] ?.{{1,40}})?"
        for names, number in zip(of("counted"), counts, strict=True)
        if names
    ]
    east = r"第 ?[\d一二三四五六七八九十百]+ ?[話话章回集幕部日夜天]|제 ?\d+ ?[화장회부]"
    return _Words(
        months=_all(of("months")),
        days=_all(of("days")),
        seasons=_all(of("seasons")),
        links=_all(of("links")),
        later=re.compile("|".join(f"(?:{one})" for one in later)),
        counted=re.compile("|".join([*counted, east])),
        ends=frozenset(end.replace("_", " ") for end in _all(of("end"))),
    )


def _either(words: Iterable[str]) -> str:
    return "|".join(map(re.escape, sorted(words, key=len, reverse=True))) or "(?!)"


def _all(lists: Iterable[Iterable[str]]) -> frozenset[str]:
    return frozenset(word for words in lists for word in words)
