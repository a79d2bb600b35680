"""What a film is called: by the name of its file, which may be that of a release, and by its own metadata.

`Breaking.Bad.S01E02.Cats.in.the.Bag.720p.HDTV.x264` is the second episode of Breaking Bad; `480P WEB-DL X264` is no
title. parse-torrent-title knows what the names of releases are made of.
"""

import re
import string
from functools import lru_cache
from typing import Any, NamedTuple

import PTN

from configs.disk.untrusted import one_line
from layouts.book.storyboard import YEARS, Series

_INSTEAD = re.compile(r"_|(?<=\S)\.(?=\S)")
"""What stands for a space."""
_LONGEST = 300
"""Letters of a name that are looked at; no file system has longer ones."""
_EVIDENCE = frozenset({"resolution", "codec", "season", "episode", "year"})
"""What only the name of a release has; a film may well be called The Web, or HDR."""

_COUNTED = re.compile(r"(?:[^\W\d]{1,10}[ .#-]*)?\d+|s\d+[ .-]*e\d+|\d+x\d+", re.IGNORECASE)
"""What only counts an episode: `03`, `Episode 3`, `ep3`, `Folge 3`, `S01E03`, `1x03`."""


_LENGTH = re.compile(r"(?<=[_.\-(\[])(?:(\d{1,3})m(?:in)?[\W_]?)?(\d{1,5})s(?:ec)?(?=[\W_]|$)", re.IGNORECASE)
"""What may tell how long a cut piece is, as names of files have it: `_775s`, `.12m55s`, `-30sec`."""
_LENGTH_OFF_S = 2.0


class FilmName(NamedTuple):
    """What a film is called."""

    title: str
    """Empty where nothing tells it."""
    year: int | None = None
    series: Series | None = None
    """Where it is an episode; the title is then the series'."""


@lru_cache(maxsize=256)  # a run asks for it time and again, and the reader of names is slow
def film_name(stem: str, own: str = "", length_s: float | None = None) -> FilmName:
    """Return what a film is called.

    A series is told by either name. For the rest the film's own title counts first, unless it is one of a release.

    Args:
        stem: The name of its file, without its ending.
        own: The title in its metadata, empty where it has none.
        length_s: How long it is: seconds in the name of the file that say the same are no part of the title.
    """
    stem = _without_length(stem, length_s)
    by_file, by_itself = _read(stem), _read(own, written=True)
    if by_file.series and by_file.title and not by_itself.series:
        part = by_file.series.part or ("" if by_itself.title == by_file.title else by_itself.title)
        return by_file._replace(series=by_file.series.model_copy(update={"part": part}))
    if by_itself.title:
        return by_itself._replace(year=by_itself.year or by_file.year)
    return by_file


def as_asked(found: FilmName, title: str, series: str, season: int | None, number: int | None) -> FilmName:
    """Return what a film is called where a person says a part of it; what they do not say is as it was found.

    A title alone is believed, and belongs to no series. Besides a series, a season or a number it is that of the
    episode.

    Args:
        found: What the film is called by itself.
        title: Empty where nobody says it; likewise
        series: that.
        season: None where nobody says it; likewise
        number: that.
    """
    if not series and season is None and number is None:
        return FilmName(title, found.year) if title else found
    told = found.series or Series(name=found.title or title or "Untitled")
    name = series or told.name
    counted = {"season": told.season if season is None else season, "number": told.number if number is None else number}
    part = title or (told.part if found.series else _part(found.title, name))
    return FilmName(name, found.year, Series(name=name, **counted, part="" if part == name else part))


def _part(title: str, series: str) -> str:
    """Return an episode's own title out of that of its film; empty where that tells no more than a number."""
    rest = title[len(series) :].strip(" -–—:,") if title.casefold().startswith(series.casefold()) else title
    return "" if _COUNTED.fullmatch(rest) else rest


def _read(name: str, *, written: bool = False) -> FilmName:
    """Read one name; a title that somebody has `written` stays as it is unless it is a release's."""
    name = one_line(name)[:_LONGEST].strip()
    found: dict[str, Any] = PTN.parse(name) if name else {}
    if not _EVIDENCE & found.keys():
        return FilmName(name if written else _plain(name))
    title, episode, season = _plain(str(found.get("title", ""))), _first(found, "episode"), _first(found, "season")
    if episode is None and season is None:
        return FilmName(title, _year(found))
    if not title:
        return FilmName(_plain(name))
    part = _plain(str(found.get("episodeName", "")))
    return FilmName(title, _year(found), Series(name=title, season=season, number=episode, part=part))


def _without_length(stem: str, length_s: float | None) -> str:
    """Return a name without a length that is the film's own; one that is nothing else stays."""
    for told in _LENGTH.finditer(stem):
        seconds = 60 * int(told[1] or 0) + int(told[2])
        if length_s is not None and abs(seconds - length_s) <= _LENGTH_OFF_S:
            rest = f"{stem[: told.start()].rstrip(' _.-')}{stem[told.end() :]}".strip(" _.-")
            return rest or stem
    return stem


def _first(found: dict[str, Any], key: str) -> int | None:
    """Return a number of a name, of several the first."""
    value = found.get(key)
    value = value[0] if isinstance(value, list) and value else value
    return value if isinstance(value, int) and value >= 0 else None


def _year(found: dict[str, Any]) -> int | None:
    year = _first(found, "year")
    return year if year in YEARS else None


def _plain(name: str) -> str:
    """Return a title with spaces for what files have in their place, and capitals where it has none at all."""
    told = one_line(_INSTEAD.sub(" ", name)).strip(" -–—")
    return string.capwords(told) if told.islower() else told
