"""What words a film has, for people: tracks, captions in the picture, files beside it; what is taken, and why."""

from collections.abc import Sequence

from configs.units import Frozen
from film.languages import normal, spoken_name
from film.model import Movie, Stream
from film.words.sources import tracks
from film.words.sources.in_picture import CaptionTrack, find_captions
from film.words.sources.purposes import PURPOSE_NAMES, Purpose, purpose_of
from film.words.sources.ranking import Source, has_a_part, is_described, languages_of, rank, rank_descriptions
from film.words.sources.subtitle_files import files_beside
from film.words.sources.taking import take, take_descriptions
from film.words.subtitles.beside import Beside, not_taken

_MOST_OTHERS = 5
"""Files that are not taken are listed up to so many."""


class SourceRow(Frozen):
    """One source of words."""

    track: str = ""
    """What `--track` takes: a number, or `cc1`; empty for a file beside the film."""
    language: str = ""
    format: str = ""
    title: str = ""
    """The track's title, or the file's name."""
    flags: tuple[str, ...] = ()
    """As the film or the file's name has them."""
    holds: str = ""
    """What it is for."""
    taken: bool = False
    why: str = ""
    """Why it is taken, or not."""


def list_sources(movie: Movie, language: str = "") -> tuple[SourceRow, ...]:
    """Return all sources of a film's words: tracks in its order, captions in the picture, files beside it.

    Args:
        movie: The film.
        language: Any ISO 639 code that is asked for, empty for the film's own choice.
    """
    beside = files_beside(movie.path)
    judged = _Judge(movie, beside, language)
    rows = [_track_row(one, judged) for one in tracks.tracks_of(movie)]
    rows += [_caption_row(one, judged) for one in find_captions(movie)]
    rows += [_file_row(one, judged) for one in beside]
    others = not_taken(movie.path)
    rows += [SourceRow(title=one.path.name, why=one.why) for one in others[:_MOST_OTHERS]]
    if len(others) > _MOST_OTHERS:
        rows.append(SourceRow(title=f"and {len(others) - _MOST_OTHERS} more", why="not the film's, or not read"))
    return tuple(rows)


class _Judge:
    """Says of each source whether it is taken and why."""

    def __init__(self, movie: Movie, beside: Sequence[Beside], language: str) -> None:
        self._movie, self._language = movie, language
        self._taken = take(movie, beside, language)
        self._order = list(rank(movie, beside, language))
        self._told = [source for source, _ in self._taken.passed]
        spoken = normal(self._taken.reading.language) or language
        self._seen = take_descriptions(movie, beside, spoken)
        self._seen_order = list(rank_descriptions(movie, beside, spoken))

    def verdict(self, source: Source) -> tuple[bool, str]:
        """Return whether a source is taken, and why or why not."""
        if is_described(source):
            return source == self._seen.source, self._described(source)
        if source == self._taken.source:
            return True, self._reason(source)
        if source in self._told:
            return False, "holds no words that can be read"
        if source not in self._order:
            return False, f"not in {spoken_name(self._language)}" if normal(self._language) else ""
        return False, f"choice {self._order.index(source) + 1 - len(self._told)}"

    def _described(self, source: Source) -> str:
        if source == self._seen.source:
            return "told as captions"
        if source in [each for each, _ in self._seen.passed]:
            return "holds no words that can be read"
        return "another is told" if source in self._seen_order else "not in the language of the words"

    def has_a_part(self, source: Source) -> bool:
        """Tell whether a source has a part of the words alone."""
        return has_a_part(self._movie, source)

    def _reason(self, source: Source) -> str:
        rest = self._order[self._order.index(source) + 1 :]
        if not rest:
            return "nothing else has the film's words"
        if self.has_a_part(rest[0]) != self.has_a_part(source):
            return "the others have a part of the words alone"
        if normal(self._language) and languages_of(source):
            return f"it is in {spoken_name(self._language)}"
        if isinstance(source, Beside):
            return "a file beside the film comes first" if not isinstance(rest[0], Beside) else "the plainest name"
        if isinstance(source, CaptionTrack):
            return "the first of the captions"
        if isinstance(rest[0], CaptionTrack):
            return "a track comes before captions in the picture"
        if isinstance(rest[0], Stream) and purpose_of(source) is not purpose_of(rest[0]):
            return "all that is said comes before what is for the hard of hearing"
        return "the film's default" if source.default else "the first in the film"


def _track_row(track: Stream, judged: _Judge) -> SourceRow:
    left = "" if is_described(track) else tracks.why_left(track)
    taken, why = (False, left) if left else judged.verdict(track)
    told = {"default": track.default, "forced": track.forced, "hearing impaired": track.hearing_impaired}
    told |= {"commentary": track.commentary, "descriptions": track.descriptions}
    return SourceRow(
        track=str(track.index),
        language=track.language if normal(track.language) else "",
        format=tracks.codec_name(track),
        title=track.title,
        flags=tuple(name for name, on in told.items() if on),
        holds=PURPOSE_NAMES[Purpose.FORCED if not left and judged.has_a_part(track) else purpose_of(track)],
        taken=taken,
        why=why,
    )


def _caption_row(track: CaptionTrack, judged: _Judge) -> SourceRow:
    taken, why = judged.verdict(track)
    return SourceRow(
        track=track.name,
        language=track.language,
        format="EIA-608" if track.name.startswith("cc") else "EIA-708",
        title="captions in the picture",
        holds=PURPOSE_NAMES[Purpose.HEARING_IMPAIRED],
        taken=taken,
        why=why,
    )


def _file_row(one: Beside, judged: _Judge) -> SourceRow:
    taken, why = judged.verdict(one)
    purpose = Purpose.FORCED if one.forced else Purpose.HEARING_IMPAIRED if one.hearing_impaired else Purpose.FULL
    purpose = Purpose.DESCRIBED if one.described else purpose
    told = {"default": one.default, "forced": one.forced, "hearing impaired": one.hearing_impaired}
    told["descriptions"] = one.described
    return SourceRow(
        language=" ".join(one.languages) or one.within,
        format=one.format,
        title=one.called,
        flags=tuple(name for name, on in told.items() if on),
        holds=PURPOSE_NAMES[purpose],
        taken=taken,
        why=why,
    )
