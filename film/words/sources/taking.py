"""Taking a source of words: the first that holds any, or the one that was named."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from configs.errors import SubtitleError
from film.languages import spoken_name
from film.model import Movie, Stream
from film.words.sources import tracks
from film.words.sources.in_picture import CaptionTrack, find_captions, read_channel
from film.words.sources.ranking import Source, rank, rank_descriptions
from film.words.sources.subtitle_files import read_subtitles
from film.words.subtitles.beside import Beside
from film.words.subtitles.formats import Reading


@dataclass(frozen=True, slots=True)
class Taken:
    """The source that was taken, and what it holds."""

    source: Source | None
    """None where no source holds any words."""
    reading: Reading
    passed: tuple[tuple[Source, tuple[str, ...]], ...] = ()
    """The sources that were tried before it, and what is told of each."""


def take(movie: Movie, beside: Sequence[Beside], language: str) -> Taken:
    """Return the first source that holds words, in the order of `rank`, and what it holds."""
    return _first(movie, rank(movie, beside, language), language)


def take_descriptions(movie: Movie, beside: Sequence[Beside], language: str) -> Taken:
    """Return the first source that tells what is to be seen, in the order of `rank_descriptions`, and what it holds."""
    return _first(movie, rank_descriptions(movie, beside, language), language)


def _first(movie: Movie, sources: Iterable[Source], language: str) -> Taken:
    passed: list[tuple[Source, tuple[str, ...]]] = []
    for source in sources:
        reading = read_source(movie, source, language)
        if reading.cues:
            return Taken(source, reading, tuple(passed))
        passed.append((source, reading.warnings))
    return Taken(None, Reading(()), tuple(passed))


def read_source(movie: Movie, source: Source, language: str) -> Reading:
    """Read a source; one that cannot be read, or holds nothing, gives no cues and a warning."""
    if isinstance(source, CaptionTrack):
        return read_channel(source)
    if isinstance(source, Stream):
        return tracks.read_track(movie, source)
    try:
        asked = source.within or source.language or language
        reading = read_subtitles(
            source.path,
            language=asked,
            rate=movie.rate,
            duration_s=movie.duration_s,
            film=movie.path,
            member=source.member,
        )
    except SubtitleError as error:
        return Reading((), warnings=(f"{error} (passed over)",))
    if not reading.cues:
        return Reading((), warnings=(f"{source.called}: holds no subtitles (passed over)",))
    return replace(reading, language=source.language or reading.language)


def name_of(source: Source) -> str:
    """Return a source for people: a file's name, `track 3 (vie)`, `cc1 (closed captions in the picture)`."""
    if isinstance(source, CaptionTrack):
        return source.told
    return tracks.describe(source) if isinstance(source, Stream) else source.called


def offered(movie: Movie, beside: Sequence[Beside]) -> str:
    """Return for a message which languages there are: `English (en) in film.en.srt, Vietnamese (vie)`."""
    files = [f"{spoken_name(each)} in {one.called}" for one in beside if not one.described for each in one.languages]
    inside = tracks.text_tracks(movie)
    captions = [f"{spoken_name(one.language)} in {one.name}" for one in find_captions(movie) if one.language]
    return ", ".join([*files, *([tracks.list_languages(inside)] if inside else []), *captions])


def find_track(movie: Movie, wanted: str) -> Stream | CaptionTrack:
    """Return the track of a number (`3`), or the channel of captions in the picture of a name (`cc1`).

    Raises:
        SubtitleError: There is none, or it cannot be read; the line names what there is.
    """
    problem = f"has no track of words {wanted}"
    if wanted.isdecimal():
        found = next((one for one in tracks.tracks_of(movie) if one.index == int(wanted)), None)
        if found is not None and tracks.is_text(found):
            return found
        if found is not None:
            problem = f"its {tracks.describe(found)} is {tracks.why_unread(found)}"
    else:
        channel = next((one for one in find_captions(movie) if one.name == wanted), None)
        if channel is not None:
            return channel
    raise SubtitleError(problem, cure=_cure(movie, wanted), path=movie.path)


def _cure(movie: Movie, wanted: str) -> str:
    """Say which tracks there are; the whole film is gone through for captions only where none has a number."""
    named = [tracks.describe(one) for one in tracks.tracks_of(movie) if tracks.is_text(one)]
    if not named or not wanted.isdecimal():
        named += [one.told for one in find_captions(movie)]
    return f"there are: {', '.join(named)}" if named else "there are none: give a file with --subtitles"
