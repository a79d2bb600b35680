"""The words of a film: which subtitle source is taken, and its lines."""

from dataclasses import replace
from pathlib import Path
from typing import Literal

from configs.bcp47 import language_tag
from configs.errors import SubtitleError
from film.languages import closeness, normal, spoken_name
from film.model import Dialogue, Movie, Stream, StreamKind
from film.words.cleaning import clean
from film.words.subtitles import tracks
from film.words.subtitles.beside import Beside, find_beside
from film.words.subtitles.formats import Reading, read_subtitles


def listen(movie: Movie, *, subtitles: Path | Literal["none"] | None = None, language: str = "") -> Dialogue:
    """Return all lines of the subtitle source that serves best.

    The file named, if one is. Else a file beside the film, else a track inside it. When a language is asked for,
    what is known to be in it comes first, be it a file or a track; a file beside the film that does not tell its
    language is believed to be in it. A file beside the film that cannot be read is passed over with a warning.

    Args:
        movie: The film, probed.
        subtitles: A subtitle file, `"none"` for a comic without words, or None to look for some.
        language: Any ISO 639 code (`vi`, `vie`), empty for the film's own choice.

    Returns:
        The lines; times zero where players start the film. A film without words gives none:
        `explain_silence` says why.

    Raises:
        SubtitleError: The file named is not there or is no subtitle file; or no source has the language.
    """
    if isinstance(subtitles, str):
        return Dialogue(lines=())
    if subtitles is not None:
        return _dialogue(movie, read_subtitles(subtitles, language=language, rate=movie.rate), subtitles.name)
    passed: list[str] = []
    inside = tracks.text_tracks(movie)
    beside = find_beside(movie.path)
    for source in _ranked(movie, beside, inside, language):
        reading, name = _read(movie, source, language)
        if reading.cues:
            answer = _dialogue(movie, reading, name)
            return answer.model_copy(update={"warnings": (*passed, *answer.warnings)})
        passed += reading.warnings
    if normal(language) and (beside or inside):
        raise SubtitleError(
            f"has no subtitles in {spoken_name(language)}",
            cure=f"there are: {_offer(beside, inside)}",
            path=movie.path,
        )
    return Dialogue(lines=(), warnings=tuple(passed))


def _ranked(
    movie: Movie, beside: tuple[Beside, ...], inside: tuple[Stream, ...], language: str
) -> list[Beside | Stream]:
    """Return the sources worth trying, the best first; what is forced comes last, be it a file or a track."""
    if not normal(language):
        spoken = _spoken(movie)
        files = sorted(
            beside, key=lambda one: (bool(one.language) or one.apart, not one.default, _foreign(one.languages, spoken))
        )
        return sorted([*files, *inside], key=_is_forced)
    files = [one for one in beside if _serves(language, one)]
    files.sort(key=lambda one: -_serves(language, one))
    found = tracks.choose_track(inside, language)
    untold = [one for one in beside if not one.language]
    return sorted([*files, *([found] if found else []), *untold], key=_is_forced)


def _is_forced(source: Beside | Stream) -> bool:
    if isinstance(source, Stream):
        return tracks.purpose_of(source) is tracks.Purpose.FORCED
    return source.forced


def _serves(language: str, one: Beside) -> int:
    return max((closeness(language, each) for each in one.languages), default=0)


def _spoken(movie: Movie) -> str:
    """Return the language of the film's default sound, English where it does not tell."""
    sounds = [one for one in movie.streams if one.kind is StreamKind.AUDIO and normal(one.language)]
    return min(sounds, key=lambda one: not one.default).language if sounds else "en"


def _foreign(languages: tuple[str, ...], spoken: str) -> tuple[bool, bool]:
    return not any(closeness(spoken, each) for each in languages), not any(closeness("en", each) for each in languages)


def _read(movie: Movie, source: Beside | Stream, language: str) -> tuple[Reading, str]:
    if isinstance(source, Stream):
        reading = tracks.read_track(movie, source)
        told = (*reading.warnings, *tracks.part_warnings(source))
        return replace(reading, warnings=told), tracks.describe(source)
    try:
        reading = read_subtitles(source.path, language=source.language or language, rate=movie.rate)
    except SubtitleError as error:
        return Reading((), warnings=(f"{error} (passed over)",)), source.path.name
    if not reading.cues:
        return Reading((), warnings=(f"{source.path.name}: holds no subtitles (passed over)",)), source.path.name
    return replace(reading, language=source.language or reading.language), source.path.name


def _dialogue(movie: Movie, reading: Reading, name: str) -> Dialogue:
    lines, warnings = clean(reading.cues, duration_s=movie.duration_s)
    told = tuple(f"{name}: {warning}" for warning in warnings)
    language = normal(reading.language)
    return Dialogue(
        lines=lines,
        language=language if language_tag(language) else "",
        source=name,
        warnings=(*reading.warnings, *told),
    )


def _offer(beside: tuple[Beside, ...], inside: tuple[Stream, ...]) -> str:
    files = [f"{spoken_name(each)} in {one.path.name}" for one in beside for each in one.languages]
    return ", ".join([*files, *([tracks.list_languages(inside)] if inside else [])])
