"""Samples of a track to cues, each codec in its own way.

Packets carry what decoders throw away: ASS names and styles, and the exact times of the container. The library does
not even name some codecs, and takes WebVTT in MP4 for data: those are told by what their samples hold.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import islice, pairwise
from struct import unpack

from configs.disk.untrusted import harmless
from film.words.captions.carriage import triplets_in_track
from film.words.captions.channels import read_channels
from film.words.captions.rolling import Caption
from film.words.foreign.ttml import read_ttml
from film.words.subtitles import repair
from film.words.subtitles.cues import MOST_CUES, Cue, TooManyCuesError
from film.words.subtitles.formats import Reading, ass_cue

UNNAMED = frozenset({"", "none", "unknown"})
"""What a codec is called that the decoder library does not know: WebVTT as Matroska writes it is one."""
_LINE_21 = frozenset({"eia_608", "cc_dec"})
READABLE = frozenset({"srt", "subrip", "text", "ass", "ssa", "mov_text", "webvtt", "wvtt", "ttml"}) | _LINE_21
"""Codecs of text that are read."""
_SNIFFED = 4
"""So many samples tell what a track holds that says nothing of it."""
_WVTT_BOXES = frozenset({b"vttc", b"vtte", b"vtta"})
_XML = re.compile(rb"\s*<(?:\?xml\s|!doctype\s|!--|(?:\w+:)?tt[\s>])", re.IGNORECASE)
_TTML = re.compile(rb"<(?:\w+:)?tt[\s>]")
_CAPTION_BOXES = (b"cdat", b"cdt2", b"ccdp")
_LONGEST_S = Fraction(6)


@dataclass(frozen=True, slots=True)
class TimedSample:
    """What a packet holds, by the clock of the film: zero where players start it."""

    start_s: Fraction
    end_s: Fraction
    data: bytes


def codec_by_content(heads: Iterable[bytes]) -> str:
    """Return what the first samples of a track are, whose codec has no name; empty where they are no words.

    Returns:
        `wvtt`, `ttml`, `eia_608`, `xml` for any other of that, which is no words, or `text` for all else that is UTF-8
        without control bytes.
    """
    first = [data for data in heads if any(data)][:_SNIFFED]
    if first and all(_is_wvtt(data) for data in first):
        return "wvtt"
    if first and _XML.match(text := _as_utf8(first[0])):
        return "ttml" if _TTML.search(text) else "xml"
    if first and (first[0][4:8] in _CAPTION_BOXES or first[0].startswith(b"\x96\x69")):
        return "eia_608"
    try:
        words = "".join(data.partition(b"\0")[0].decode() for data in first)
    except UnicodeDecodeError:
        return ""
    return "text" if words and not any(letter < " " and letter not in "\t\r\n" for letter in words) else ""


def read_payloads(
    samples: Sequence[TimedSample],
    codec: str,
    *,
    header: bytes = b"",
    language: str = "",
    offset_s: Fraction = Fraction(0),
) -> Reading:
    """Return the cues of a track, the language that it tells itself, and what of it was lost.

    Args:
        samples: All of it, in the file's order.
        codec: One of `READABLE`.
        header: What the container keeps of the codec: for ASS, its styles.
        language: Of the track: of a TTML document in several, that one is taken.
        offset_s: Where players start, by the clock that a TTML document counts by.

    Raises:
        TooManyCuesError: There are more than `MOST_CUES`.
    """
    if codec == "ttml":
        return _ttml(samples, language, offset_s)
    if codec in _LINE_21:
        return Reading(tuple(_line_21_cues(samples)))
    if codec == "wvtt":
        found: Iterable[Cue] = (cue for sample in samples for cue in _wvtt_cues(sample))
    elif codec in {"ass", "ssa"}:
        slanted = repair.italic_styles(header.decode("utf-8", "replace"))
        found = (_ass(sample, slanted) for sample in _ended(samples))
    elif codec == "mov_text":
        found = (_mov_text(sample) for sample in _ended(samples))
    else:
        found = (Cue(sample.start_s, sample.end_s, _text(sample.data)) for sample in _ended(samples))
    cues = tuple(islice((cue for cue in found if cue.text.strip()), MOST_CUES + 1))
    if len(cues) > MOST_CUES:
        raise TooManyCuesError
    return Reading(cues)


def _ended(samples: Sequence[TimedSample]) -> list[TimedSample]:
    """Let samples without a duration last until the next one, at most 6 seconds."""
    ended = list(samples)
    for at, (sample, following) in enumerate(pairwise(samples)):
        if sample.end_s <= sample.start_s < following.start_s:
            ended[at] = replace(sample, end_s=min(following.start_s, sample.start_s + _LONGEST_S))
    return ended


def _ass(sample: TimedSample, slanted: frozenset[str]) -> Cue:
    # ReadOrder, Layer, Style, Name, MarginL, MarginR, MarginV, Effect, Text
    fields = _text(sample.data).split(",", 8)
    if len(fields) < 9:
        return Cue(sample.start_s, sample.end_s, "")
    return ass_cue(sample.start_s, sample.end_s, fields[2], fields[3], fields[7], fields[8], slanted)


def _text(data: bytes) -> str:
    """Return the text of a packet; one that ends in NUL and rubbish (seen in Matroska) ends there."""
    return harmless(data.decode("utf-8", "replace").partition("\0")[0])


def _mov_text(sample: TimedSample) -> Cue:
    """Read a 3GPP timed text sample: two bytes of length, the words, then boxes of style."""
    data = sample.data
    length = int.from_bytes(data[:2], "big")
    words, boxes = data[2 : 2 + length], data[2 + length :]
    encoding = "utf-16" if words[:2] in {b"\xfe\xff", b"\xff\xfe"} else "utf-8"
    text = harmless(words.decode(encoding, "replace"))
    slanted = bool(text.strip()) and _slanted(boxes) >= len(text.strip())
    return Cue(sample.start_s, sample.end_s, text, italic=slanted)


def _slanted(boxes: bytes) -> int:
    """Count the slanted characters in the style box: records of start, end, font, face (2 is italic), size, colour."""
    at = boxes.find(b"styl")
    if at < 0:
        return 0
    count = int.from_bytes(boxes[at + 4 : at + 6], "big")
    records = [boxes[at + 6 + 12 * n : at + 18 + 12 * n] for n in range(count)]
    spans = [unpack(">HHHB", record[:7]) for record in records if len(record) == 12]
    return sum(max(0, end - start) for start, end, _, face in spans if face & 2)


def _boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield the kinds and contents of boxes, up to the first that is none."""
    at = 0
    while 8 <= (length := int.from_bytes(data[at : at + 4], "big")) <= len(data) - at:
        yield data[at + 4 : at + 8], data[at + 8 : at + length]
        at += length


def _is_wvtt(data: bytes) -> bool:
    kinds = [kind for kind, _ in _boxes(data)]
    return bool(kinds) and _WVTT_BOXES.issuperset(kinds)


def _wvtt_cues(sample: TimedSample) -> Iterator[Cue]:
    """Read a WebVTT sample of MP4 (ISO 14496-30): a box for each cue that stands then, or one that says there is none.

    A cue that others overlap is cut into several samples; cleaning joins what is the same and touches.
    """
    for kind, inside in _boxes(sample.data):
        if kind == b"vttc":
            words = [_text(words) for name, words in _boxes(inside) if name == b"payl"]
            yield Cue(sample.start_s, sample.end_s, "\n".join(words))


def _as_utf8(data: bytes) -> bytes:
    if data[:2] in {b"\xfe\xff", b"\xff\xfe"}:
        return data.decode("utf-16", "replace").encode()
    return data.removeprefix(b"\xef\xbb\xbf")


def _ttml(samples: Iterable[TimedSample], language: str, offset_s: Fraction) -> Reading:
    """Read the TTML documents of an MP4 (ISO 14496-30), one a sample; what several of them repeat, cleaning joins."""
    cues: list[Cue] = []
    tongue = ""
    told: dict[str, None] = {}
    for sample in samples:
        text = harmless(_as_utf8(sample.data).decode("utf-8", "replace"))
        if not text.strip():
            continue  # writers fill gaps with empty samples
        try:
            found = read_ttml(text, language=language, shown=(sample.start_s + offset_s, sample.end_s + offset_s))
        except TooManyCuesError:
            raise
        except ValueError as error:
            told[f"{error}"] = None
            continue
        cues += _shifted(found.cues, sample, offset_s)
        if len(cues) > MOST_CUES:
            raise TooManyCuesError
        tongue = tongue or found.language
        told |= dict.fromkeys(found.warnings)
    return Reading(tuple(cues), tongue, tuple(told))


def _shifted(cues: Iterable[Cue], sample: TimedSample, offset_s: Fraction) -> Iterator[Cue]:
    """Set a document's cues by the film's clock: its times are the track's; some writers count from the sample's own.

    They do where none of its words stands within the sample, and all would.
    """
    cues = list(cues)
    lasts_s = sample.end_s - sample.start_s
    meets = [cue.start_s - offset_s < sample.end_s and cue.end_s - offset_s > sample.start_s for cue in cues]
    inside = [cue.start_s < lasts_s and cue.end_s <= lasts_s + 1 for cue in cues]
    shift_s = sample.start_s if all(inside) and not any(meets) else -offset_s
    for cue in cues:
        yield replace(cue, start_s=cue.start_s + shift_s, end_s=cue.end_s + shift_s)


def _line_21_cues(samples: Iterable[TimedSample]) -> list[Cue]:
    """Read a track of closed captions: the first of its channels that has words."""
    carried = ((sample.start_s, *triplet) for sample in samples for triplet in triplets_in_track(sample.data))
    return as_cues(next(iter(read_channels(carried).values()), ()))


def as_cues(captions: Iterable[Caption]) -> list[Cue]:
    """Return captions as cues; where on the screen they stood means nothing: they keep clear of faces."""
    return [Cue(one.start_s, one.end_s, harmless(one.text), italic=one.italic) for one in captions]
