"""Closed captions that travel inside the coded picture, as American television has them.

They are read from the packets, in the order in which the pictures are shown, without decoding one. Only where packets
do not say when they are shown, or carry captions as SCTE 20 writes them, the film is decoded for them.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise
from typing import Any

import av.error
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from configs.errors import FilmError
from film.decoding.probe import decode_frames, file_state
from film.decoding.source import open_film
from film.languages import closeness, normal
from film.model import Movie, StreamKind
from film.words.captions.carriage import Triplet, is_scte20, triplets, triplets_in_picture
from film.words.captions.channels import ANALOGUE, read_channels
from film.words.sources.payloads import as_cues
from film.words.sources.track_samples import on_the_clock, read_samples
from film.words.subtitles.cues import Cue
from film.words.subtitles.formats import Reading

_ESCAPED = frozenset({"h264", "hevc", "vvc"})
_CARRIERS = _ESCAPED | {"mpeg1video", "mpeg2video", "av1"}
"""Codecs of pictures that carry captions."""
_FIELD_S = Fraction(1001, 30_000)
"""A field carries one pair so often; a DVD gives those of half a second at once."""
_AT_ONCE = 4
"""A picture with more pairs of a field than this is a DVD's."""
_ANEW_S = Fraction(2)
"""Times that jump back by more start anew, as in recordings joined byte by byte; by less they are reordered."""
_NEAR = 8
"""Pictures that are reordered among each other lie so near."""
_MOST_PICTURES = 24 * 3600 * 120
"""Of a day's film; what a file has more is left unread, and what a picture has more than a DVD's half second."""
_MOST_TRIPLETS = 64


@dataclass(frozen=True, slots=True)
class CaptionTrack:
    """One channel of captions in the picture."""

    name: str
    """`cc1` to `cc4` (EIA-608: 1 and 2 of the first field, 3 and 4 of the second), `dtv1` to `dtv6` (EIA-708)."""
    language: str = ""
    """The sound's for `cc1` and `dtv1`, which by custom are in it; the others do not say."""
    cues: tuple[Cue, ...] = field(default=(), repr=False)

    @property
    def told(self) -> str:
        """It for people."""
        return f"{self.name} (closed captions in the picture)"


def find_captions(movie: Movie) -> tuple[CaptionTrack, ...]:
    """Return the channels of closed captions in a film's picture that have words. All of the film is read for them.

    Times are zero where players start the film. A damaged film gives them as far as it goes.
    """
    picture = movie.streams[0] if movie.streams else None
    if picture is None or picture.kind is not StreamKind.VIDEO or picture.codec not in _CARRIERS:
        return ()
    spoken = spoken_language(movie)
    read = _read(movie, file_state(movie.path))
    return tuple(CaptionTrack(name, spoken if name.endswith("1") else "", cues) for name, cues in read)


def choose_captions(tracks: Sequence[CaptionTrack], language: str) -> tuple[CaptionTrack, ...]:
    """Return the channels that may be in a language, the likeliest first; all of them where none is asked for."""
    if not normal(language):
        return tuple(tracks)
    fitting = [one for one in tracks if not one.language or closeness(language, one.language)]
    return tuple(sorted(fitting, key=lambda one: not one.language))


def spoken_language(movie: Movie) -> str:
    """Return the language of a film's default sound as the file writes it, empty where it does not tell."""
    sounds = [one for one in movie.streams if one.kind is StreamKind.AUDIO and normal(one.language)]
    return min(sounds, key=lambda one: not one.default).language if sounds else ""


def read_channel(track: CaptionTrack) -> Reading:
    """Return a channel's cues as any other source gives them."""
    return Reading(track.cues, track.language)


_Carried = list[tuple[Fraction, bytes]]
"""When pictures are shown, by the film's clock, and what they carry: three bytes for a triplet, as a film has many."""


@lru_cache(maxsize=2)
def _read(movie: Movie, state: tuple[int, int]) -> tuple[tuple[str, tuple[Cue, ...]], ...]:
    """Read captions; `state` is the file's, for the cache alone: they are asked for here and there."""
    try:
        carried = _by_packets(movie)
        if carried is None:
            carried = _by_frames(movie)
    except FilmError:
        carried = []
    channels = read_channels(_unpacked(carried))
    return tuple((name, tuple(as_cues(captions))) for name, captions in channels.items())


def _by_packets(movie: Movie) -> _Carried | None:
    """Return what the packets carry, in the order of display; None where only a decoder can tell what, or when."""
    carried: _Carried = []
    times: list[float] = []  # of the pictures that carry nothing but fillers too
    index = movie.streams[0].index
    with open_film(movie.path, until_byte=movie.until_byte) as container:
        codec = container.streams[index].codec_context
        escaped = codec is not None and codec.name in _ESCAPED
        reordered = bool(getattr(codec, "has_b_frames", False))
        seen_scte = False
        try:
            for sample in read_samples(container, index, movie):
                found = triplets_in_picture(sample.data, escaped=escaped)
                if found and sample.start_s is None:
                    return None
                if found and sample.start_s is not None:
                    times.append(float(sample.start_s))
                    if worth := _worth(found):
                        carried.append((sample.start_s, worth))
                    if len(times) >= _MOST_PICTURES:
                        break
                elif not escaped and not seen_scte:
                    seen_scte = is_scte20(sample.data)
        except (av.error.FFmpegError, OSError):
            pass  # what comes after that cannot be reached; the shots tell of the damage
    if (seen_scte and not times) or (carried and _is_untold(times, reordered=reordered)):
        return None
    return _reordered(carried)


def _is_untold(times: Sequence[float], *, reordered: bool) -> bool:
    """Tell whether packets do not say in which order their pictures are shown.

    The packets of an AVI, and of films muxed without care, have the times of decoding; those of a program stream may
    share a time, where several small pictures lie in one.
    """
    if any(times[at] in times[max(0, at - _NEAR) : at] for at in range(1, len(times))):
        return True
    return reordered and len(times) > 1 and all(one <= other for one, other in pairwise(times))


def _reordered(carried: _Carried) -> _Carried:
    """Order what came in the order of decoding by time, each run for itself where times start anew."""
    runs: list[_Carried] = [[]]
    latest_s: Fraction | None = None
    for one in carried:
        if latest_s is not None and one[0] < latest_s - _ANEW_S:
            runs.append([])
            latest_s = one[0]
        latest_s = one[0] if latest_s is None else max(latest_s, one[0])
        runs[-1].append(one)
    return [one for run in runs for one in sorted(run, key=lambda each: each[0])]


def _worth(found: Iterable[Triplet]) -> bytes:
    """Leave out fillers: a film has a hundred a second, and captions are a hundredth of them."""
    worth = [bytes(one) for one in found if one.kind >= ANALOGUE or (one.first | one.second) & 0x7F]
    return b"".join(worth[:_MOST_TRIPLETS])


def _by_frames(movie: Movie) -> _Carried:
    carried: _Carried = []
    with open_film(movie.path, until_byte=movie.until_byte) as container:
        stream = container.streams[movie.streams[0].index]
        if not isinstance(stream, VideoStream):
            return []
        stream.thread_type = "AUTO"
        at_s = -1 / movie.rate
        for frame in decode_frames(container, stream):
            unit_s = frame.time_base
            told_s = at_s + 1 / movie.rate
            if frame.pts is not None and unit_s is not None:
                told_s = on_the_clock(movie, frame.pts * Fraction(unit_s))
            at_s = max(at_s, told_s)  # their order is right, whatever their times are
            data = _side_data(frame)
            if data is not None and (worth := _worth(triplets(data))):
                carried.append((at_s, worth))
    return carried


def _side_data(frame: VideoFrame) -> bytes | None:
    side_data: Any = frame.side_data  # PyAV's types know other keys than PyAV
    found = side_data.get("A53_CC")
    return None if found is None else bytes(found)


def _unpacked(carried: _Carried) -> Iterator[tuple[Fraction, int, int, int]]:
    for shown_s, found in carried:
        counts = [0, 0]
        spread = max(found[::3].count(kind) for kind in (0, 1)) > _AT_ONCE
        for kind, first, second in zip(found[::3], found[1::3], found[2::3], strict=True):
            at_s = shown_s
            if kind < ANALOGUE and spread:
                at_s += counts[kind] * _FIELD_S
                counts[kind] += 1
            yield at_s, kind, first, second
