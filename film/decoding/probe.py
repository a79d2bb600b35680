"""What a film file holds, found with PyAV without decoding more than its first pictures.

Nothing that the container promises is believed where it can be looked up: the size, the rotation, the pixel
shape and the transfer function come from the first decoded picture, the end from the packets, and frame counts
are not read at all. All packets are gone through (not decoded), a second or two for a film of two hours: nothing else
tells whether timestamps start anew on the way, by which every later time would be another.
"""

import itertools
from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any

import av
import av.error
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from configs.disk.untrusted import one_line
from configs.errors import FilmError
from configs.units import Box, file_sha256
from film.decoding.developing import excerpts
from film.decoding.developing.bars import living_part
from film.decoding.developing.combs import Shown
from film.decoding.developing.picture import Developer, matrix_note, transparency_of
from film.decoding.developing.shape import Shaping, Size, canvas, coded_aspect, orientation_of, stereo_of
from film.decoding.developing.transfer import IPT, transfer_of
from film.decoding.encrypted import is_encrypted
from film.decoding.ffmpeg import StreamFacts, told
from film.decoding.source import checked_path, fault_of, open_film, open_part
from film.decoding.timing.clock import time_on
from film.decoding.timing.holes import lost
from film.decoding.timing.packets import BARE, BROADCAST, NO_PRESENTATION_TIMES, PacketLog, read_packets
from film.decoding.timing.passages import TimingFacts, timeline_of
from film.decoding.timing.recoded import Recoding, recoding
from film.decoding.timing.rising import reach_of
from film.decoding.timing.unread import unread_share
from film.model import Chapter, Movie, Timeline
from film.streams import describe_streams

_SMALLEST_PX = 8
_LARGEST_PX = 16_384
_MICROSECOND = Fraction(1, 1_000_000)
_LOOK_AT_FRAMES = 12
_GLANCE_PX = 384
"""Longer side of the pictures in which bars are looked for."""
_PATIENCE_PACKETS = 3000
"""How many packets may go by before the first picture: damaged starts, streams joined in the middle."""
_PROMISE_NOTHING = BARE | {"dv", "mpeg", "mpegts", "ogg"}
"""Formats whose header tells no length: what ffmpeg gives for it is looked up at the end, or guessed from bytes."""
_REORDERED_MOST = 16
"""Pictures: no format lets one be shown by more places later than it is decoded."""
_WRAPS_AFTER_S = Fraction(1 << 33, 90_000)
_SHORT_S = Fraction(1)
_SHORT_SHARE = Fraction(1, 500)
"""What is there may end so much before what was promised without being cut short, whichever is more.

Writers leave out the last picture's own duration or count an encoder's delay, which is well under a second. Those that
count frames and take 24 a second for 24000/1001 are wrong by a thousandth, 7 seconds in two hours: twice that is let
pass. A download that broke off lacks more, but for one that lost only its last second.
"""
_FALLBACK_RATE = Fraction(25)
_INTERLACED_ORDERS = range(2, 6)
_TELLING_CONTAINERS = frozenset(["matroska", "mov"])
_TELLING_CODECS = frozenset(["hevc", "av1"])
"""Containers and codecs of which the ffmpeg program may tell more than PyAV."""
_JOINED_BY_BYTES = BARE | {"mpeg", "mpegts"}
"""Formats that can be read from anywhere and whose recordings are joined by putting one after the other."""


def probe(path: Path | str) -> Movie:
    """Look into a film file.

    Returns:
        The film's facts; the first `VIDEO` stream listed is the picture, cover pictures are left out.

    Raises:
        FilmError: It cannot be read, is encrypted, has no video stream, too small a picture, or nothing in it can be
            decoded.
    """
    absolute, facts = _look(path)
    state = file_state(absolute)
    return Movie(path=absolute, sha256=_digest(absolute, path), state=state, **facts)


def peek(path: Path | str) -> Movie:
    """Look into a film file as `probe` does, without reading all of it: its digest is left empty.

    Raises:
        FilmError: As `probe` does.
    """
    absolute, facts = _look(path)
    return Movie(path=absolute, sha256="", state=file_state(absolute), **facts)


def file_state(path: Path) -> tuple[int, int]:
    """Return the size of a file in bytes and when it was changed, in nanoseconds; zeros when it is gone."""
    try:
        told = path.stat()
    except OSError:
        return 0, 0
    return told.st_size, told.st_mtime_ns


def check(path: Path | str) -> None:
    """Raise what `probe` would, without reading the whole file for its digest.

    Raises:
        FilmError: As `probe` does.
    """
    _look(path, timed=False)


def _look(
    path: Path | str, *, timed: bool = True, unedited: bool = False, recoded: Recoding | None = None
) -> tuple[Path, dict[str, Any]]:
    absolute = checked_path(path)
    if is_encrypted(absolute):
        raise FilmError("is encrypted (DRM) and cannot be read", cure="give a copy without DRM", path=path)
    until_byte = recoded.byte if recoded else 0
    with open_film(path, unedited=unedited, until_byte=until_byte) as container:
        picture = _picture_stream(container, path)
        if timed and recoded is None and _is_one_of(container, frozenset(["mpegts"])):
            recoded = recoding(absolute, picture.id, picture.codec_context.codec.canonical_name)
            if recoded:
                return _look(path, recoded=recoded)
        transfer = int(picture.codec_context.color_trc)  # decoding puts what the pictures say in its place
        frames = list(itertools.islice(decode_frames(container, picture), _LOOK_AT_FRAMES))
        if not frames:
            broken = FilmError("none of its pictures can be decoded", cure="get an undamaged copy", path=path)
            raise fault_of(absolute) or broken
        offset_s = _start_offset(container, picture)
        known = _told(container, picture, absolute)
        rotation, flipped = orientation_of(frames[0])
        hdr, note = transfer_of(frames[0], transfer, known.dolby)
        matrix = matrix_note(frames[0]) if hdr != IPT else ""
        times = (
            _times(container, picture, offset_s, absolute, unedited=unedited, until_byte=until_byte) if timed else {}
        )
        duration_s = times.get("duration_s", Fraction(0))
        looked = [*frames, *_excerpts(container, picture, absolute, offset_s, duration_s, until_byte)]
        stereo = stereo_of(looked, absolute)
        aspect = picture.sample_aspect_ratio or Fraction(1)
        shaping = Shaping(known.crop_px, aspect, coded_aspect(frames[0]), stereo)
        alpha = transparency_of(looked, picture.metadata)
        notes = (note, matrix, alpha, recoded.told(duration_s) if recoded else "", times.pop("lost", ""))
        facts: dict[str, Any] = {
            "size_px": _display_size(frames[0], looked, shaping, rotation, path),
            "varied": any(shaping.aspect(frame) != shaping.pixel_aspect for frame in looked),
            **shaping.facts(),
            "rotation": rotation,
            "flipped": flipped,
            "start_offset_s": offset_s,
            "hdr": hdr,
            "interlaced": _is_interlaced(picture, looked),
            "notes": tuple(filter(None, notes)),
            "until_byte": until_byte,
            "streams": describe_streams(container, picture),
            "chapters": _chapters(container, offset_s, times.get("timeline", Timeline())),
            "title": one_line(container.metadata.get("title", "")),
        }
        facts |= times
        if timed:
            facts["inside"] = _inside(Movie(path=absolute, sha256="", **facts), [*frames[:1], *looked[len(frames) :]])
    if times.get("unedited", False) != unedited:
        return _look(path, unedited=True)
    return absolute, facts


def decode_frames(container: InputContainer, stream: VideoStream, bad: list[str] | None = None) -> Iterator[VideoFrame]:
    """Yield what can be decoded from here on, passing over damaged packets; `bad` is told why.

    Ends at the file's end, or when thousands of packets in a row gave nothing.
    """
    barren = 0
    packets = container.demux(stream)
    while barren < _PATIENCE_PACKETS:
        try:
            packet = next(packets, None)
        except (av.error.FFmpegError, IndexError):
            return  # the container itself is broken from here on, or PyAV at its end by streams that began on the way
        if packet is None:
            return
        barren += 1
        try:
            for frame in packet.decode():
                barren = 0
                yield frame
        except av.error.FFmpegError as error:
            if bad is not None:
                bad.append(str(error))


def _picture_stream(container: InputContainer, path: Path | str) -> VideoStream:
    hidden = av.stream.Disposition.attached_pic | av.stream.Disposition.timed_thumbnails
    usable = [s for s in container.streams.video if not s.disposition & hidden]
    if not usable:
        raise FilmError("has no video stream, only sound or a cover", cure="give a film with a picture", path=path)
    best = container.streams.best("video")
    stream = next((s for s in usable if best is not None and s.index == best.index), usable[0])
    if stream.codec_context is None:
        raise FilmError("its video codec is unknown", cure="convert it to H.264 in .mp4 first", path=path)
    stream.thread_type = "AUTO"
    return stream


def _told(container: InputContainer, stream: VideoStream, path: Path) -> StreamFacts:
    codec = stream.codec_context.codec.canonical_name
    telling = _is_one_of(container, _TELLING_CONTAINERS) or codec in _TELLING_CODECS
    return told(path, stream.index) if telling else StreamFacts()


def _excerpts(
    container: InputContainer,
    stream: VideoStream,
    path: Path,
    offset_s: Fraction,
    duration_s: Fraction,
    until_byte: int,
) -> list[VideoFrame]:
    if not _is_one_of(container, _JOINED_BY_BYTES):
        return excerpts.by_time(container, stream, offset_s, duration_s)
    return excerpts.by_bytes(path, partial(open_part, form=container.format.name), stream.id, until_byte)


def _display_size(
    frame: VideoFrame, looked: Sequence[VideoFrame], shaping: Shaping, rotation: int, path: Path | str
) -> Size:
    """Return the size that holds the first frame, and others as far as they are no nonsense."""
    if max(frame.width, frame.height) > _LARGEST_PX:
        raise FilmError(f"is too large: {frame.width}x{frame.height} pixels", cure="scale it down first", path=path)
    sizes = {shaping.of(each).size_px for each in looked}
    usable = [size for size in sizes if min(size) >= _SMALLEST_PX and max(size) <= _LARGEST_PX]
    width, height = canvas(usable or [shaping.of(frame).size_px])
    if min(width, height) < _SMALLEST_PX or max(width, height) > _LARGEST_PX:
        size = f"{frame.width}x{frame.height} pixels"
        raise FilmError(f"is too small to draw: {size}", cure=f"it takes {_SMALLEST_PX} either way", path=path)
    return (height, width) if rotation in (90, 270) else (width, height)


def _inside(movie: Movie, looked: Sequence[VideoFrame]) -> Box:
    """Return what is left of a film without bars and edges that never change, as far as some frames tell."""
    longest = max(movie.size_px)
    width, height = (max(2, round(side * min(1.0, _GLANCE_PX / longest))) for side in movie.size_px)
    developer = Developer(movie, size_px=(width, height), quick=True)
    return living_part([developer.on_canvas(Shown(None, frame, None)) for frame in looked])


def _rate(container: InputContainer, stream: VideoStream) -> Fraction:
    rates = [stream.average_rate, stream.guessed_rate, stream.base_rate]
    if _is_one_of(container, BARE):  # ffmpeg counts time by what the stream itself says, if it does
        rates.insert(0, stream.guessed_rate)
    for rate in rates:
        if rate is not None and Fraction(1, 100) <= rate <= 500:
            return Fraction(rate)
    return _FALLBACK_RATE


def _is_one_of(container: InputContainer, formats: frozenset[str]) -> bool:
    return not formats.isdisjoint(container.format.name.split(","))


def _start_offset(container: InputContainer, stream: VideoStream) -> Fraction:
    """Return where players start: the container's start, exact where it is one stream's own timestamp.

    ffmpeg rounds the container's start to the microsecond; that would put every time off by a hair.
    """
    start_s = Fraction(container.start_time or 0, av.time_base)
    for other in (stream, *container.streams):
        if other.start_time is not None and other.time_base is not None:
            exact_s: Fraction = other.start_time * Fraction(other.time_base)
            if abs(exact_s - start_s) <= _MICROSECOND:
                return exact_s
    return start_s


def _is_interlaced(stream: VideoStream, frames: list[VideoFrame]) -> bool:
    order = getattr(stream.codec_context, "field_order", 0)
    return int(order or 0) in _INTERLACED_ORDERS or any(frame.interlaced_frame for frame in frames)


def _times(
    container: InputContainer,
    picture: VideoStream,
    offset_s: Fraction,
    path: Path,
    *,
    unedited: bool,
    until_byte: int,
) -> dict[str, Any]:
    """Go through all packets and return the film's rate, its length and what its time is made of."""
    rate = _rate(container, picture)
    broadcast = _is_one_of(container, BROADCAST)
    with open_film(path, unedited=unedited, until_byte=until_byte) as afresh:
        log = read_packets(afresh, picture.index, timeless=_is_one_of(container, BARE))
    facts = TimingFacts(
        start_s=offset_s,
        period_s=_WRAPS_AFTER_S if broadcast else Fraction(0),
        live=broadcast,
        counted=_is_one_of(container, frozenset(["mpegts"])),
        reordered=reach_of(picture.codec_context.name) if picture.codec_context.has_b_frames else 0,
    )
    timed = not _is_one_of(container, NO_PRESENTATION_TIMES)
    rate, timeline = timeline_of(log, rate, facts) if timed else (rate, Timeline())
    duration_s, promised_s = _length(container, picture, offset_s, log, timeline, 1 / rate)
    formats = frozenset(container.format.name.split(","))
    # Pictures that bear their time of decoding seem to come before the film begins.
    unedited = unedited or (0 < log.edited_out <= _REORDERED_MOST and timeline.permuted)
    return {
        "lost": lost(log, offset_s) if broadcast and not timeline.passages else "",
        "rate": rate,
        "timeline": timeline,
        "duration_s": duration_s,
        "promised_s": promised_s,
        "unedited": unedited,
        "unread_share": 0.0 if until_byte else unread_share(path, formats, log.last_byte),
    }


def _length(
    container: InputContainer,
    stream: VideoStream,
    offset_s: Fraction,
    log: PacketLog,
    timeline: Timeline,
    least_s: Fraction,
) -> tuple[Fraction, Fraction]:
    """Return where the picture ends, more than 0, and what was promised where clearly less is there, else 0.

    The end is as the packets say. Only where the last one does not tell how long it stands, the picture's own stream
    may promise more.
    """
    if timeline.passages:  # a promise counts what their clock leaps over, or nothing but the first of them
        return max(timeline.end_s, least_s), Fraction(0)
    promised_s = _promised(container, stream, offset_s)
    if log.picture_end_s is None:
        return max(promised_s, least_s), Fraction(0)
    end_s, own = max(log.picture_end_s - offset_s, least_s), bool(stream.duration)
    believable = not _is_one_of(container, _PROMISE_NOTHING)
    if believable and _falls_short(log, promised_s, offset_s, own=own):
        return end_s, promised_s
    if log.lasts_told:
        return end_s, Fraction(0)
    usual_s = max(log.stamps) * log.unit_s - offset_s + least_s
    return max(end_s, usual_s, promised_s if own else usual_s), Fraction(0)


def _promised(container: InputContainer, stream: VideoStream, offset_s: Fraction) -> Fraction:
    """Return the promised length of the picture, or else of the film; 0 where there is no promise."""
    if _is_one_of(container, BARE):
        return Fraction(0)
    if stream.duration:
        base_s: Fraction = Fraction(stream.time_base or _MICROSECOND)
        return ((stream.start_time or 0) + stream.duration) * base_s - offset_s
    return Fraction(container.duration or 0, av.time_base)


def _falls_short(log: PacketLog, promised_s: Fraction, offset_s: Fraction, *, own: bool) -> bool:
    """Whether a film ends clearly before it promised to; `own`: the promise is the picture's, not the whole film's."""
    there_s = (log.picture_end_s if own else log.any_end_s) or Fraction(0)
    # Some writers count a whole film's length from its start, others from the clock's zero.
    there_s -= offset_s if own else min(offset_s, Fraction(0))
    # In a film of slides the last one may stand as long as any other, and many containers do not say of it how long.
    return promised_s - there_s > max(_SHORT_S, promised_s * _SHORT_SHARE, log.held_s)


def _chapters(container: InputContainer, offset_s: Fraction, timeline: Timeline) -> tuple[Chapter, ...]:
    found = []
    for chapter in container.chapters():
        start_s = time_on(timeline, offset_s, chapter["start"] * Fraction(chapter["time_base"] or _MICROSECOND))
        title = one_line(str(chapter["metadata"].get("title", "")))
        found.append(Chapter(start_s=max(start_s, Fraction(0)), title=title))
    return tuple(sorted(found, key=lambda chapter: chapter.start_s))


def _digest(absolute: Path, path: Path | str) -> str:
    try:
        return file_sha256(absolute)
    except OSError as error:
        raise FilmError(f"cannot be read to its end ({error.strerror})", cure="check the disk", path=path) from None
