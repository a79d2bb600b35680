"""The words of a film: which subtitle source is taken, and its lines."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Literal

from configs.bcp47 import language_tag
from configs.errors import SubtitleError
from film.languages import normal, spoken_name
from film.model import Dialogue, Line, Movie
from film.words.cleaning import clean
from film.words.descriptions import as_narration, woven
from film.words.sources import tracks
from film.words.sources.ranking import Source, has_a_part, is_described, languages_of
from film.words.sources.subtitle_files import files_beside, read_subtitles
from film.words.sources.taking import find_track, name_of, offered, read_source, take, take_descriptions
from film.words.subtitles.beside import Beside, describes
from film.words.subtitles.formats import Reading

_WORDS = frozenset({"am", "as", "el", "he", "hi", "my", "or", "pa", "ta"})
"""Codes of languages with a script of their own that are English words too."""
_PART = "has signs, songs or foreign words alone, and nothing else has more in its language"


def listen(
    movie: Movie,
    *,
    subtitles: Path | Literal["none"] | None = None,
    language: str = "",
    track: str = "",
    descriptions: bool = True,
) -> Dialogue:
    """Return all lines of the subtitle source that serves best, and among them what a source of descriptions tells.

    The file or the track named, if one is. Else a file beside the film, else a track inside it, else closed captions
    in its picture; what has a part of the words alone comes last. When a language is asked for, what is known to be in
    it comes first, be it a file or a track; one that does not tell its language is believed to be in it. What cannot
    be read is passed over with a warning.

    A source that tells what is to be seen, for those who do not see, is never taken for dialogue. The best one in the
    dialogue's language is told among it as narration, or alone where there is no dialogue.

    Args:
        movie: The film, probed.
        subtitles: A subtitle file, `"none"` for a comic without words, or None to look for some.
        language: Any ISO 639 code (`vi`, `vie`), empty for the film's own choice.
        track: Number of a track inside the film, or `cc1` and the like for captions in its picture; empty for
            the best.
        descriptions: Whether what is to be seen is told.

    Returns:
        The lines; times zero where players start the film. A film without words gives none:
        `explain_silence` says why.

    Raises:
        SubtitleError: The file named is not there or is no subtitle file; there is no such track; or no source has the
            language.
    """
    if isinstance(subtitles, str):
        return Dialogue(lines=())
    beside = files_beside(movie.path)
    if subtitles is not None:
        reading = read_subtitles(
            subtitles, language=language, rate=movie.rate, duration_s=movie.duration_s, film=movie.path
        )
        heard = _dialogue(movie, reading, subtitles.name)
        alone = describes(subtitles, movie.path)
    elif track:
        named = find_track(movie, track)
        reading = read_source(movie, named, language)
        heard = _dialogue(movie, replace(reading, language=normal(reading.language) or language), name_of(named))
        alone = is_described(named)
    else:
        return _found(movie, beside, language, seen=descriptions)
    if alone:
        return heard.model_copy(update={"lines": as_narration(heard.lines)})
    return _with_seen(heard, *_seen(movie, beside, heard.language or language)) if descriptions else heard


def _found(movie: Movie, beside: Sequence[Beside], language: str, *, seen: bool) -> Dialogue:
    """Return the best words there are, and what is to be seen where that is asked for."""
    heard = _heard(movie, beside, language)
    source, told = _seen(movie, beside, heard.language or language) if seen else (None, Dialogue(lines=()))
    sure = source is not None and languages_of(source)
    if not heard.source and not sure and normal(language) and (others := offered(movie, beside)):
        problem = f"has no subtitles in {spoken_name(language)}"
        raise SubtitleError(problem, cure=f"there are: {others}", path=movie.path)
    return _with_seen(heard, source, told)


def _heard(movie: Movie, beside: Sequence[Beside], language: str) -> Dialogue:
    taken = take(movie, beside, language)
    passed = tuple(warning for _, told in taken.passed for warning in told)
    if taken.source is None:
        return Dialogue(lines=(), warnings=passed, left=tracks.left_out(movie))
    name = name_of(taken.source)
    part = (f"{name} {_PART}",) if has_a_part(movie, taken.source) else ()
    answer = _dialogue(movie, taken.reading, name)
    return answer.model_copy(update={"warnings": (*passed, *part, *answer.warnings)})


def _seen(movie: Movie, beside: Sequence[Beside], language: str) -> tuple[Source | None, Dialogue]:
    """Return the source that tells what is to be seen, None where there is none, and what it tells."""
    taken = take_descriptions(movie, beside, language)
    passed = tuple(warning for _, told in taken.passed for warning in told)
    if taken.source is None:
        return None, Dialogue(lines=(), warnings=passed)
    answer = _dialogue(movie, taken.reading, name_of(taken.source))
    update = {"lines": as_narration(answer.lines), "warnings": (*passed, *answer.warnings)}
    return taken.source, answer.model_copy(update=update)


def _with_seen(heard: Dialogue, source: Source | None, seen: Dialogue) -> Dialogue:
    """Lay what is to be seen among what is said; where nothing is said it is all there is."""
    warnings = (*heard.warnings, *seen.warnings)
    if source is None or not heard.lines:
        kept = heard if source is None else seen
        return kept.model_copy(update={"warnings": warnings})
    lines = woven(heard.lines, seen.lines)
    return heard.model_copy(update={"lines": lines, "described": seen.source, "warnings": warnings})


def _dialogue(movie: Movie, reading: Reading, name: str) -> Dialogue:
    lines, warnings = clean(reading.cues, duration_s=movie.duration_s)
    told = tuple(f"{name}: {warning}" for warning in warnings)
    language = normal(reading.language)
    believed = language_tag(language) and not _is_a_word(language, lines)
    return Dialogue(
        lines=lines,
        language=language if believed else "",
        source=name,
        warnings=(*reading.warnings, *told),
    )


def _is_a_word(language: str, lines: Sequence[Line]) -> bool:
    """Tell a code of a name that is an English word (`This.Or.srt`) by letters that its language does not have."""
    return language in _WORDS and bool(lines) and all(line.text.isascii() for line in lines)
