"""Subtitle tracks inside a film: which there are, choosing one, and reading its cues."""

from collections.abc import Sequence
from functools import lru_cache
from itertools import islice

import av.error
from av.container import InputContainer

from configs.errors import FilmError
from film.decoding.probe import file_state
from film.decoding.source import open_film
from film.languages import closeness, normal, spoken_name
from film.model import Movie, Stream, StreamKind
from film.words.sources.payloads import READABLE, UNNAMED, TimedSample, codec_by_content, read_payloads
from film.words.sources.purposes import Purpose, purpose_of
from film.words.sources.track_samples import read_samples, read_side_by_side
from film.words.subtitles.cues import MOST_CUES, TooManyCuesError
from film.words.subtitles.formats import Reading
from film.words.subtitles.naming import title_language

_CODEC_NAMES = {
    "pgssub": "PGS", "hdmv_pgs_subtitle": "PGS", "dvdsub": "VobSub", "dvd_subtitle": "VobSub", "xsub": "XSUB",
    "dvbsub": "DVB", "dvb_subtitle": "DVB", "dvb_teletext": "teletext", "arib_caption": "ARIB captions",
    "subrip": "SubRip", "srt": "SubRip", "ass": "ASS", "ssa": "SSA", "mov_text": "MP4 text", "webvtt": "WebVTT",
    "wvtt": "WebVTT", "ttml": "TTML", "eia_608": "EIA-608", "cc_dec": "EIA-608", "text": "plain text",
}  # fmt: skip
_SNIFF_PACKETS = 8
_TOLD_SURELY = frozenset({"wvtt", "ttml", "eia_608"})
"""What data is taken for words by: bare text may be anything, such as the places that a camera was at."""
_NOT_SAID = {
    Purpose.COMMENTARY: "a commentary, not the film's words",
    Purpose.DESCRIBED: "what is to be seen, not the film's words",
}
"""What is never taken for the film's words, and why."""
_MOST_BYTES = 32 << 20
_TOO_MUCH = (
    f"holds more than {MOST_CUES:,} subtitles or {_MOST_BYTES >> 20} MB of them, which no film has; skipped"
    " (give an .srt, .vtt or .ass file with --subtitles)"
)


def tracks_of(movie: Movie) -> tuple[Stream, ...]:
    """Return all tracks of subtitles in a film, in its order, those as text that are told by their content alone.

    Where the library names no codec, or takes a track for data, its first samples are looked at: so are found WebVTT,
    TTML and captions in MP4. Data that is no words (time codes, places, sensors) is left out. A track that names no
    language is in the one that its title tells.
    """
    found = []
    for stream in movie.streams:
        codec = stream.codec.casefold()
        if stream.kind in {StreamKind.DATA, StreamKind.TEXT, StreamKind.PICTURE} and codec in UNNAMED:
            told = _content(movie, file_state(movie.path), stream.index)
            if told in _TOLD_SURELY or stream.kind is not StreamKind.DATA:
                kind = StreamKind.TEXT if told else stream.kind
                found.append(stream.model_copy(update={"kind": kind, "codec": told or "unknown"}))
        elif stream.kind in {StreamKind.TEXT, StreamKind.PICTURE}:
            found.append(stream)
    return tuple(map(_with_language, found))


def _with_language(track: Stream) -> Stream:
    told = "" if normal(track.language) else title_language(track.title)
    return track.model_copy(update={"language": told}) if told else track


@lru_cache(maxsize=256)
def _content(movie: Movie, state: tuple[int, int], index: int) -> str:
    """Return what a track holds by its first samples; `state` is the file's, for the cache alone."""
    try:
        with open_film(movie.path) as container:
            if index >= len(container.streams):
                return ""
            return codec_by_content([one.data for one in islice(read_samples(container, index, movie), _SNIFF_PACKETS)])
    except (av.error.FFmpegError, OSError, FilmError):
        return ""


def text_tracks(movie: Movie) -> tuple[Stream, ...]:
    """Return the tracks that may hold the film's words, the most wanted first: by their purpose.

    Commentaries and descriptions are none. Of one purpose the film's own default comes first, then the order in the
    file.
    """
    tracks = [one for one in tracks_of(movie) if is_text(one) and purpose_of(one) not in _NOT_SAID]
    return tuple(sorted(tracks, key=lambda one: (purpose_of(one), not one.default, one.index)))


def described_tracks(movie: Movie) -> tuple[Stream, ...]:
    """Return the tracks that tell what is to be seen, the film's default first."""
    tracks = [one for one in tracks_of(movie) if is_text(one) and purpose_of(one) is Purpose.DESCRIBED]
    return tuple(sorted(tracks, key=lambda one: not one.default))


def is_text(track: Stream) -> bool:
    """Tell whether a track's words can be read."""
    return track.kind is StreamKind.TEXT and track.codec.casefold() in READABLE


def choose_tracks(tracks: Sequence[Stream], language: str) -> tuple[Stream, ...]:
    """Return the tracks in a language, the closest first (`pt-BR` before `pt`); all of them when none is asked for.

    Args:
        tracks: As `text_tracks` orders them, which decides between equally close ones.
        language: Any ISO 639 code, or empty.
    """
    if not normal(language):
        return tuple(tracks)
    fitting = [one for one in tracks if closeness(language, one.language)]
    return tuple(sorted(fitting, key=lambda one: -closeness(language, one.language)))


def describe(track: Stream) -> str:
    """Return a track for people: `track 3 (vie)`, `track 2 (eng, Full Subtitles)`."""
    told = ", ".join(one for one in (track.language if normal(track.language) else "", track.title) if one)
    return f"track {track.index} ({told})" if told else f"track {track.index}"


def left_out(movie: Movie) -> tuple[str, ...]:
    """Return the tracks of subtitles that cannot be lettered and why, in the film's order: `track 3 (eng): PGS, …`."""
    return tuple(f"{describe(one)}: {why}" for one in tracks_of(movie) if (why := why_left(one)))


def why_left(track: Stream) -> str:
    """Return why a track is not taken whatever else there is; empty where it may be."""
    if is_text(track):
        return _NOT_SAID.get(purpose_of(track), "")
    return why_unread(track)


def why_unread(track: Stream) -> str:
    """Return what a track that is no text is."""
    if track.codec in UNNAMED:
        return "of an unknown kind"
    if track.kind is StreamKind.PICTURE and track.codec != "dvb_teletext":
        return f"{codec_name(track)}, which is pictures of words"
    return f"{codec_name(track)}, a format that is not read"


def codec_name(track: Stream) -> str:
    """Return what people call a track's format."""
    return _CODEC_NAMES.get(track.codec.casefold(), track.codec)


def list_languages(tracks: Sequence[Stream]) -> str:
    """Return the languages of tracks for a message: `English (eng), Vietnamese (vie)`."""
    return ", ".join(dict.fromkeys(spoken_name(one.language) if one.language else "unknown" for one in tracks))


def read_track(movie: Movie, track: Stream) -> Reading:
    """Read the cues of one track; times zero where players start the film.

    A film that breaks off gives the cues up to there, with a warning.

    Args:
        movie: The film.
        track: As `tracks_of` gives it.

    Raises:
        FilmError: The film cannot be opened.
    """
    return read_tracks(movie, [track])[0]


def read_tracks(movie: Movie, tracks: Sequence[Stream]) -> list[Reading]:
    """Read the cues of several tracks as `read_track` does, going through the film once."""
    with open_film(movie.path) as container:
        gone = next((one for one in tracks if one.index >= len(container.streams)), None)
        if gone is not None:
            raise FilmError(f"has no track {gone.index} any more", cure="start again", path=movie.path)
        headers = [_header(container, one.index) for one in tracks]
        samples, whole = _samples(container, tracks, movie)
    return [_reading(movie, one, samples[one.index], header, whole=whole)
            for one, header in zip(tracks, headers, strict=True)]  # fmt: skip


def _header(container: InputContainer, index: int) -> bytes:
    codec = container.streams[index].codec_context
    return bytes(codec.extradata or b"") if codec is not None else b""


def _reading(movie: Movie, track: Stream, samples: list[TimedSample], header: bytes, *, whole: bool) -> Reading:
    codec, offset_s = track.codec.casefold(), movie.start_offset_s
    try:
        if len(samples) > MOST_CUES or sum(len(one.data) for one in samples) > _MOST_BYTES:
            raise TooManyCuesError
        found = read_payloads(samples, codec, header=header, language=track.language, offset_s=offset_s)
    except TooManyCuesError:
        return Reading((), track.language, (f"{describe(track)} {_TOO_MUCH}",))
    warnings = [] if whole else [f"{describe(track)} breaks off: the film is damaged, later words are lost"]
    warnings += [f"{describe(track)}: {told}" for told in found.warnings]
    if not found.cues:
        warnings.append(f"{describe(track)} holds no words; skipped")
    return Reading(found.cues, track.language if normal(track.language) else found.language, tuple(warnings))


def _samples(
    container: InputContainer, tracks: Sequence[Stream], movie: Movie
) -> tuple[dict[int, list[TimedSample]], bool]:
    """Return the samples of each track by its index, and whether the film could be read to its end.

    Of a track that holds too much the sample with which it does is the last.
    """
    found: dict[int, list[TimedSample]] = {one.index: [] for one in tracks}
    left_bytes = dict.fromkeys(found, _MOST_BYTES)
    try:
        for index, sample in read_side_by_side(container, list(found), movie):
            own = found[index]
            if sample.start_s is None or sample.end_s is None or len(own) > MOST_CUES or left_bytes[index] < 0:
                continue
            own.append(TimedSample(sample.start_s, sample.end_s, sample.data))
            left_bytes[index] -= len(sample.data)
            if all(left < 0 or len(found[each]) > MOST_CUES for each, left in left_bytes.items()):
                break
    except (av.error.FFmpegError, OSError):
        return found, False
    return found, True
