"""Why a comic has no words, in one line: what was looked for, what lay there and was not taken, what to do."""

from collections.abc import Iterable
from pathlib import Path
from typing import Literal

from film.languages import normal, spoken_name
from film.model import Dialogue, Movie
from film.words.subtitles import beside

_MOST_NAMES = 5
"""How many files the line names."""
_FIRST_SUFFIXES = 9
"""How many endings it names, of those that people's files have."""


def explain_silence(
    movie: Movie, found: Dialogue, *, subtitles: Path | Literal["none"] | None = None, language: str = ""
) -> str:
    """Return the line for a person whose comic has no words; empty where it has some, or none were asked for.

    Args:
        movie: The film, probed.
        found: What `listen` gave for the same film, subtitles and language.
        subtitles: As for `listen`.
        language: As for `listen`.
    """
    if found.lines or subtitles == "none":
        return ""
    cure = "give another file with --subtitles, or --subtitles none for a comic without words"
    if found.source:
        return f"the comic has no words: {found.source} holds none that can be lettered; {cure}"
    stem = movie.path.stem
    tongue = f" in {spoken_name(language)} or any language" if normal(language) else ""
    suffixes = beside.SUFFIXES
    formats = ", ".join([f"{stem}{suffixes[0]}", f"{stem}.en{suffixes[0]}", *suffixes[1:_FIRST_SUFFIXES], "and others"])
    looked = f"beside the film and in a folder Subs there ({formats}), for tracks in it and captions in its picture"
    lay = _first([*found.left, *(f"{one.path.name} ({one.why})" for one in beside.not_taken(movie.path))])
    none = "what lies there holds none" if found.warnings else "there are none"
    told = f"not taken: {lay}" if lay else none
    return f"the comic has no words: looked for subtitles{tongue} {looked}; {told}; {_cure(bool(lay))}"


def _cure(something: bool) -> str:
    wanted = "give the right file" if something else "give a file"
    return f"{wanted} (.srt, .vtt or .ass) with --subtitles, or --subtitles none for a comic without words"


def _first(names: Iterable[str]) -> str:
    named = list(names)
    more = f" and {len(named) - _MOST_NAMES} more" if len(named) > _MOST_NAMES else ""
    return ", ".join(named[:_MOST_NAMES]) + more
