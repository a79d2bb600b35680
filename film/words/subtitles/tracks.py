"""Subtitle tracks inside a film: choosing one, and reading its cues from the packets.

Packets carry what decoders throw away: ASS names and styles, and the exact times of the container.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from fractions import Fraction
from itertools import pairwise
from struct import unpack
from typing import Any

import av.error
import av.stream
from av.container import InputContainer
from av.packet import Packet

from configs.disk.untrusted import harmless
from configs.errors import FilmError
from film.decoding.source import open_film
from film.decoding.timing.clock import film_time
from film.languages import closeness, normal, spoken_name
from film.model import Movie, Stream, StreamKind
from film.words.subtitles import repair
from film.words.subtitles.cues import MOST_CUES, Cue, TooManyCuesError
from film.words.subtitles.formats import Reading, ass_cue

_READABLE = frozenset({"srt", "subrip", "text", "ass", "ssa", "mov_text", "webvtt"})
_UNNAMED = frozenset({"", "none", "unknown"})
"""What a codec is called that the decoder library does not know: WebVTT as Matroska writes it is one."""
_PICTURE_NAMES = {
    "pgssub": "PGS", "hdmv_pgs_subtitle": "PGS", "dvdsub": "VobSub", "dvd_subtitle": "VobSub",
    "dvbsub": "DVB", "dvb_subtitle": "DVB", "xsub": "XSUB",
}  # fmt: skip
_COMMENTARY = re.compile(
    r"\bcommentar|\bcomments?\b|\bkommentar|\bcommentaire|\bcomentario|\bcomentário|\bcommento\b|\bкоммент"
)
_PARTS = re.compile(
    r"\bsigns?\b|\bsongs?\b|\bs ?& ?s\b|\bkaraoke\b|\blyrics\b|\bforced\b|\bforcé|\berzwungen|\bforzad"
    r"|\bforzat|\bforçad|\bforeign (?:parts|dialog)|\bnon[- ]english\b|\bschilder\b|\bpanneaux\b|\bнадписи\b|\bфорс"
)
"""What only a part of the words is called. Sources: titles in people's files, in the larger languages."""
_WHOLE = re.compile(r"\bfull\b|\bdialog|\bcomplete\b|\bwhole\b|\bvollständig|\bcomplet|\bполн")
"""`Full Subtitles, Signs & Songs` is the whole."""
_IMPAIRED = re.compile(
    r"\bsdh\b|\bcc\b|\bclosed caption|\bhearing|\bdeaf\b|\bhörgeschäd|\bgehörlos|\bmalentendant"
    r"|\bsourds\b|\bsord[oi]s?\b|\bnon udenti\b|\bглух"
)
_SNIFF_PACKETS = 4
_MOST_BYTES = 32 << 20
_TOO_MUCH = (
    f"holds more than {MOST_CUES:,} subtitles or {_MOST_BYTES >> 20} MB of them, which no film has; skipped"
    " (give an .srt, .vtt or .ass file with --subtitles)"
)
_DISCARD_ALL = getattr(getattr(av.stream, "Discard", None), "all", None)
"""Older releases of PyAV cannot leave streams unread."""


class Purpose(IntEnum):
    """What a track is for, the most wanted first."""

    FULL = 0
    HEARING_IMPAIRED = 1
    """All that is said, and what is heard besides."""
    FORCED = 2
    """Signs, songs and foreign words alone, for those who understand the rest."""
    COMMENTARY = 3


def purpose_of(stream: Stream) -> Purpose:
    """Tell what a track is for, by its flags and by its title: many files have the one without the other."""
    title = stream.title.casefold()
    if stream.commentary or _COMMENTARY.search(title):
        return Purpose.COMMENTARY
    if stream.forced or (_PARTS.search(title) and not _WHOLE.search(title)):
        return Purpose.FORCED
    return Purpose.HEARING_IMPAIRED if stream.hearing_impaired or _IMPAIRED.search(title) else Purpose.FULL


def text_tracks(movie: Movie) -> tuple[Stream, ...]:
    """Return the tracks that may hold the film's words, the most wanted first: by their purpose, without commentaries.

    Of one purpose the film's own default comes first, then the order in the file.
    """
    tracks = [one for one in movie.streams if _may_be_text(one) and purpose_of(one) is not Purpose.COMMENTARY]
    return tuple(sorted(tracks, key=lambda one: (purpose_of(one), not one.default, one.index)))


def _may_be_text(stream: Stream) -> bool:
    codec = stream.codec.casefold()
    if stream.kind is StreamKind.TEXT:
        return codec in _READABLE | _UNNAMED
    return stream.kind is StreamKind.PICTURE and codec in _UNNAMED


def choose_track(tracks: Sequence[Stream], language: str) -> Stream | None:
    """Return the track for a language, the closest first (`pt-BR` before `pt`), or the first one when none is asked.

    Args:
        tracks: As `text_tracks` orders them.
        language: Any ISO 639 code, or empty.

    Returns:
        None where no track has the language.
    """
    if not normal(language):
        return tracks[0] if tracks else None
    closest = max(tracks, key=lambda one: closeness(language, one.language), default=None)
    return closest if closest is not None and closeness(language, closest.language) else None


def describe(stream: Stream) -> str:
    """Return a track for people: `stream 3 (vie)`, `stream 2 (eng, Full Subtitles)`."""
    told = ", ".join(one for one in (stream.language if normal(stream.language) else "", stream.title) if one)
    return f"stream {stream.index} ({told})" if told else f"stream {stream.index}"


def left_out(movie: Movie) -> tuple[str, ...]:
    """Return the tracks of subtitles that cannot be lettered and why, in the film's order: `stream 3 (eng): PGS, …`."""
    others = [
        one
        for one in movie.streams
        if one.kind in {StreamKind.PICTURE, StreamKind.TEXT}
        and (not _may_be_text(one) or purpose_of(one) is Purpose.COMMENTARY)
    ]
    return tuple(f"{describe(one)}: {_why_left(one)}" for one in others)


def _why_left(stream: Stream) -> str:
    if _may_be_text(stream):
        return "a commentary, not the film's words"
    if stream.kind is StreamKind.PICTURE:
        return f"{_PICTURE_NAMES.get(stream.codec.casefold(), stream.codec)}, which is pictures of words"
    return f"{stream.codec}, a format that is not read"


def part_warnings(stream: Stream) -> tuple[str, ...]:
    """Return a line where the track that is taken is likely to have a part of the words only."""
    if purpose_of(stream) is not Purpose.FORCED:
        return ()
    return (f"{describe(stream)} has signs, songs or foreign words alone, and no other track has more in its language",)


def list_languages(tracks: Sequence[Stream]) -> str:
    """Return the languages of tracks for a message: `English (eng), Vietnamese (vie)`."""
    return ", ".join(dict.fromkeys(spoken_name(one.language) if one.language else "unknown" for one in tracks))


def read_track(movie: Movie, stream: Stream) -> Reading:
    """Read the cues of one track; times zero where players start the film.

    A film that breaks off gives the cues up to there, with a warning.

    Raises:
        FilmError: The film cannot be opened.
    """
    with open_film(movie.path, unedited=movie.unedited) as container:
        if stream.index >= len(container.streams):
            raise FilmError(f"has no stream {stream.index} any more", cure="start again", path=movie.path)
        header = _header(container, stream.index)
        try:
            packets, warnings = _packets(container, stream)
        except TooManyCuesError:
            return Reading((), stream.language, (f"{describe(stream)} {_TOO_MUCH}",))
    if not _readable(packets, stream):
        return Reading((), stream.language, (f"{describe(stream)} holds no words; skipped",))
    packets = [_on_the_clock(movie, packet) for packet in packets]
    cues = _cues(packets, stream.codec.casefold(), repair.italic_styles(header))
    return Reading(tuple(cues), stream.language, warnings)


@dataclass(frozen=True, slots=True)
class _Packet:
    start_s: Fraction
    end_s: Fraction
    data: bytes
    byte: int | None
    """Where in the file it lies, if that is known."""


def _header(container: InputContainer, index: int) -> str:
    codec = container.streams[index].codec_context
    return bytes(codec.extradata or b"").decode("utf-8", "replace") if codec is not None else ""


def _packets(container: InputContainer, stream: Stream) -> tuple[list[_Packet], tuple[str, ...]]:
    for other in container.streams:
        if _DISCARD_ALL is not None and other.index != stream.index:
            other.discard = _DISCARD_ALL  # an MP4 then reads no picture at all
    found: list[_Packet] = []
    read_bytes = 0
    try:
        for packet in container.demux(container.streams[stream.index]):
            if packet.pts is not None and packet.time_base is not None and packet.size:
                found.append(_packet(packet, packet.pts, packet.time_base))
                read_bytes += packet.size
                if len(found) > MOST_CUES or read_bytes > _MOST_BYTES:
                    raise TooManyCuesError
    except IndexError:  # PyAV has no place for a stream that begins on the way, and says so at the end
        return found, ()
    except (av.error.FFmpegError, OSError):
        return found, (f"{describe(stream)} breaks off: the film is damaged, later words are lost",)
    return found, ()


def _packet(packet: "Packet[Any]", pts: int, unit: Fraction) -> _Packet:
    start = pts * unit
    return _Packet(start, start + (packet.duration or 0) * unit, bytes(packet), packet.pos)


def _on_the_clock(movie: Movie, packet: _Packet) -> _Packet:
    start_s = film_time(movie, packet.start_s, packet.byte)
    return replace(packet, start_s=start_s, end_s=start_s + packet.end_s - packet.start_s)


def _readable(packets: Sequence[_Packet], stream: Stream) -> bool:
    """Tell whether a track whose codec has no name is text: its first packets are UTF-8 without control bytes."""
    if stream.codec.casefold() not in _UNNAMED:
        return True
    heads = [packet.data.partition(b"\0")[0] for packet in packets[:_SNIFF_PACKETS]]
    try:
        words = "".join(head.decode() for head in heads)
    except UnicodeDecodeError:
        return False
    return bool(words) and not any(letter < " " and letter not in "\t\r\n" for letter in words)


def _cues(packets: Sequence[_Packet], codec: str, slanted: frozenset[str]) -> Iterator[Cue]:
    ends = _ends(packets)
    for packet, end in zip(packets, ends, strict=True):
        if codec in {"ass", "ssa"}:
            cue = _ass(packet, end, slanted)
        elif codec == "mov_text":
            words, slanted_words = _mov_text(packet.data)
            cue = Cue(packet.start_s, end, words, italic=slanted_words)
        else:
            cue = Cue(packet.start_s, end, _text(packet.data))
        if cue.text.strip():
            yield cue


def _ends(packets: Sequence[_Packet]) -> list[Fraction]:
    """Let packets without a duration last until the next one, at most 6 seconds."""
    ends = [packet.end_s for packet in packets]
    for at, (packet, following) in enumerate(pairwise(packets)):
        if packet.end_s <= packet.start_s < following.start_s:
            ends[at] = min(following.start_s, packet.start_s + 6)
    return ends


def _ass(packet: _Packet, end_s: Fraction, slanted: frozenset[str]) -> Cue:
    # ReadOrder, Layer, Style, Name, MarginL, MarginR, MarginV, Effect, Text
    fields = _text(packet.data).split(",", 8)
    if len(fields) < 9:
        return Cue(packet.start_s, end_s, "")
    return ass_cue(packet.start_s, end_s, fields[2], fields[3], fields[7], fields[8], slanted)


def _text(data: bytes) -> str:
    """Return the text of a packet; one that ends in NUL and rubbish (seen in Matroska) ends there."""
    return harmless(data.decode("utf-8", "replace").partition("\0")[0])


def _mov_text(data: bytes) -> tuple[str, bool]:
    """Read a 3GPP timed text sample: two bytes of length, the words, then boxes of style.

    Returns:
        The words, and whether all of them are slanted.
    """
    length = int.from_bytes(data[:2], "big")
    words, boxes = data[2 : 2 + length], data[2 + length :]
    encoding = "utf-16" if words[:2] in {b"\xfe\xff", b"\xff\xfe"} else "utf-8"
    text = harmless(words.decode(encoding, "replace"))
    return text, bool(text.strip()) and _slanted(boxes) >= len(text.strip())


def _slanted(boxes: bytes) -> int:
    """Count the slanted characters in the style box: records of start, end, font, face (2 is italic), size, colour."""
    at = boxes.find(b"styl")
    if at < 0:
        return 0
    count = int.from_bytes(boxes[at + 4 : at + 6], "big")
    records = [boxes[at + 6 + 12 * n : at + 18 + 12 * n] for n in range(count)]
    spans = [unpack(">HHHB", record[:7]) for record in records if len(record) == 12]
    return sum(max(0, end - start) for start, end, _, face in spans if face & 2)
