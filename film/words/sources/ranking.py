"""Which source of a film's words is tried first, and which after it: files, tracks and captions in the picture."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import lru_cache

from configs.errors import FilmError
from film.decoding.probe import file_state
from film.languages import closeness, normal
from film.model import Movie, Stream
from film.words.sources import tracks
from film.words.sources.in_picture import CaptionTrack, choose_captions, find_captions, spoken_language
from film.words.sources.purposes import Holding, Purpose, purpose_of
from film.words.subtitles.beside import Beside

Source = Beside | Stream | CaptionTrack
"""A file beside the film, a track inside it, or a channel of captions in its picture."""


def rank(movie: Movie, beside: Sequence[Beside], language: str) -> Iterator[Source]:
    """Yield the sources worth trying, the best first.

    Files come before tracks, tracks before captions in the picture, and what has a part of the words comes last, be it
    a file or a track. When a language is asked for, what is known to be in it comes first; a source that does not tell
    its language is believed to be in it.

    Captions are looked for when their turn comes: all of the film is read for that.
    """
    known = _known(movie, beside, language)
    late = []
    for one in known:
        if has_a_part(movie, one):  # what tracks hold is looked up when the first one's turn comes
            late.append(one)
        else:
            yield one
    yield from choose_captions(find_captions(movie), language)
    yield from late


def rank_descriptions(movie: Movie, beside: Sequence[Beside], language: str) -> Iterator[Source]:
    """Yield the sources that tell what is to be seen and go with words in a language, the best first: files, tracks.

    One that does not tell its language is believed to be in it; where the words do not, any may go with them, the
    film's own language first.
    """
    found: list[Beside | Stream] = [*(one for one in beside if one.described), *tracks.described_tracks(movie)]
    wanted = language if normal(language) else spoken_language(movie) or "en"
    close = {one: max((closeness(wanted, each) for each in languages_of(one)), default=0) for one in found}
    fitting = [one for one in found if close[one]]
    yield from sorted(fitting, key=lambda one: -close[one])
    yield from (one for one in found if not languages_of(one))
    if not normal(language):
        yield from (one for one in found if languages_of(one) and not close[one])


def languages_of(source: Source) -> tuple[str, ...]:
    """Return the languages that a source says it is in."""
    if isinstance(source, Beside):
        return source.languages
    return (source.language,) if normal(source.language) else ()


def _known(movie: Movie, beside: Sequence[Beside], language: str) -> list[Beside | Stream]:
    inside = tracks.text_tracks(movie)
    beside = [one for one in beside if not one.described]
    if not normal(language):
        spoken = spoken_language(movie) or "en"
        files = sorted(
            beside,
            key=lambda one: (
                one.second,
                bool(one.language) or one.apart,
                not one.default,
                _foreign(one.languages, spoken),
            ),
        )
        return [*files, *inside]
    files = [one for one in beside if _serves(language, one)]
    files.sort(key=lambda one: -_serves(language, one))
    untold = [one for one in beside if not one.language]
    nameless = [one for one in inside if not normal(one.language)]
    return [*files, *tracks.choose_tracks(inside, language), *untold, *nameless]


def is_forced(source: Source) -> bool:
    """Tell whether a source has a part of the words alone."""
    if isinstance(source, Stream):
        return purpose_of(source) is Purpose.FORCED
    return isinstance(source, Beside) and source.forced


def is_described(source: Source) -> bool:
    """Tell whether a source tells what is to be seen, in words that can be read."""
    if isinstance(source, Stream):
        return tracks.is_text(source) and purpose_of(source) is Purpose.DESCRIBED
    return isinstance(source, Beside) and source.described


def has_a_part(movie: Movie, source: Source) -> bool:
    """Tell whether a source has a part of the words alone: a track's content tells where no flag and no title does."""
    return is_forced(source) or (isinstance(source, Stream) and source in _parts(movie, file_state(movie.path)))


@lru_cache(maxsize=4)
def _parts(movie: Movie, state: tuple[int, int]) -> frozenset[Stream]:
    """Return the tracks that hold a part of what another in their language does; `state` is the file's, for the cache.

    Only what is alike is compared: tracks that tell no language may be in different ones.
    """
    alike: defaultdict[str, list[Stream]] = defaultdict(list)
    for one in tracks.text_tracks(movie):
        if normal(one.language) and purpose_of(one) is not Purpose.FORCED:
            alike[normal(one.language).partition("-")[0]].append(one)
    several = [one for group in alike.values() if len(group) > 1 for one in group]
    if not several:
        return frozenset()
    try:
        held = dict(zip(several, map(Holding.of, tracks.read_tracks(movie, several)), strict=True))
    except FilmError:  # whoever reads the one that is taken says why
        return frozenset()
    return frozenset(
        one
        for group in alike.values()
        for one in group
        if any(held[one].is_part_of(held[other]) for other in group if other != one)
    )


def _serves(language: str, one: Beside) -> int:
    return max((closeness(language, each) for each in one.languages), default=0)


def _foreign(languages: tuple[str, ...], spoken: str) -> tuple[bool, bool]:
    return not any(closeness(spoken, each) for each in languages), not any(closeness("en", each) for each in languages)
