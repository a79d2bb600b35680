"""Subtitle files: reading one of any common format and encoding."""

import re
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from pathlib import Path

import pysubs2
import webvtt

from configs.disk.untrusted import harmless, private_signs
from configs.errors import SubtitleError
from film.languages import closeness, known, normal
from film.words.subtitles import markup, repair
from film.words.subtitles.charsets import decode, is_binary
from film.words.subtitles.cues import MOST_CUES, Cue, TooManyCuesError, nothing_collected
from film.words.subtitles.naming import read_whole

_LARGEST_BYTES = 32 << 20
"""A film's words are 0.1 MB, richly typeset ones 10 MB; more is no subtitle file."""
_SIGN_STYLE = re.compile(r"sign|title|caption|credit|screen|\bts\b|typeset", re.IGNORECASE)
_DRAWING_ROW = re.compile(r"\s*m\s+-?\d+(?:\.\d+)?\s+-?\d+(?:\.\d+)?\s+[bln]\s")
_TONGUE = re.compile(r"^\[([a-z]{2,3})\]\s*(.*)$")

_UNREAD = (
    ("SAMI", re.compile(r"(?:<!--.*?-->\s*)?<sami\b", re.IGNORECASE | re.DOTALL)),
    ("TTML", re.compile(r"(?:<\?xml.*?\?>\s*)?(?:<!--.*?-->\s*)?<(?:\w+:)?tt[\s>]", re.IGNORECASE | re.DOTALL)),
    ("YouTube's SBV", re.compile(r"\d+:\d\d:\d\d\.\d{3},\d+:\d\d:\d\d\.\d{3}\s")),
    ("SubViewer", re.compile(r"\[information\]|\d\d:\d\d:\d\d\.\d\d,\d\d:\d\d:\d\d\.\d\d\s", re.IGNORECASE)),
    ("Scenarist's SCC", re.compile(r"scenarist_scc", re.IGNORECASE)),
    ("LRC", re.compile(r"\[(?:(?:ti|ar|al|au|by|re|ve|offset|length|la):|\d+:\d\d[.:]\d\d)", re.IGNORECASE)),
)
"""Formats that we do not read, and how their texts begin."""
_MICRODVD_RATE = re.compile(r"\{[01]\}\{[01]\}\s*(\d{1,3}(?:[.,]\d{1,6})?)[ \t]*(?:\n|$)")
_MICRODVD_CODE = re.compile(r"\{[a-zA-Z]:[^}\n]*\}")
_MPL2 = re.compile(r"\[\d+\]\s?\[\d*\]")


@dataclass(frozen=True, slots=True)
class Reading:
    """What one subtitle source holds."""

    cues: tuple[Cue, ...]
    language: str = ""
    warnings: tuple[str, ...] = ()


def language_of_name(path: Path) -> str:
    """Return the language that a file's name tells (`en` of `anything.en.srt`), empty where it tells none."""
    return next(iter(read_whole(path.stem).languages), "")


def read_subtitles(path: Path, *, language: str = "", rate: Fraction = Fraction(0)) -> Reading:
    """Read a subtitle file: SubRip, WebVTT, SubStation (ASS, SSA), MicroDVD or MPL2, told by its content.

    Args:
        path: The file.
        language: What is known of its language when its name does not tell; a hint for old encodings, and the
            choice in a file that holds several languages.
        rate: Frames per second of the film, for formats that count frames.

    Raises:
        SubtitleError: It is missing, unreadable, too large, not a subtitle file, or holds more than a day's film has.
    """
    data = _bytes_of(path)
    language = language_of_name(path) or language
    written, _ = ("", "") if is_binary(data) else decode(data, language)
    text = harmless(written)
    try:
        cues, dropped = (None, 0) if _is_rubbish(written) else parse(text, rate=rate)
    except TooManyCuesError:
        cure = "give those of this film alone with --subtitles, or --subtitles none"
        raise SubtitleError(f"holds more than {MOST_CUES:,} subtitles", cure=cure, path=path) from None
    if cues is None:
        raise _unknown(path, data, text)
    told = [f"{path.name}: {_subtitles(dropped)} without a readable start left out"] if dropped else []
    told += [f"{path.name}: {words}" for words in (() if text is written else private_warnings(written))]
    cues, language = _one_tongue(cues, language)
    return Reading(tuple(cues), language, tuple(told))


def private_warnings(text: str) -> tuple[str, ...]:
    """Return one line where a text has signs that only the font of whoever wrote it shows."""
    signs = private_signs(text)
    told = "1 sign" if signs == 1 else f"{signs} signs"
    return (f"{told} for private use left out, which no other font has",) if signs else ()


def _subtitles(count: int) -> str:
    return "1 subtitle" if count == 1 else f"{count} subtitles"


def _bytes_of(path: Path) -> bytes:
    try:
        if not path.exists():
            raise SubtitleError("no such subtitle file", cure="check the path given to --subtitles", path=path)
        if not path.is_file():
            raise SubtitleError("not a subtitle file but a folder or device", cure=_cure(path), path=path)
        if path.stat().st_size > _LARGEST_BYTES:
            raise SubtitleError("too large for a subtitle file", cure=_cure(path), path=path)
        data = path.read_bytes()
    except OSError as error:
        raise SubtitleError(f"cannot be read ({error.strerror})", cure="check its rights", path=path) from None
    if not data.strip():
        raise SubtitleError("an empty subtitle file", cure=_cure(path), path=path)
    return data


def _cure(path: Path, *, pictures: bool = False) -> str:
    if path.suffix.casefold() in {".idx", ".sub", ".sup"} and pictures:
        return "subtitles made of pictures cannot be read as words, give an .srt, .vtt or .ass file"
    return "give an .srt, .vtt or .ass file, or --subtitles none"


def _unknown(path: Path, data: bytes, text: str) -> SubtitleError:
    """Return what is said of a file that is none we read; a format that others read is named."""
    head = text[:4096].lstrip("\ufeff \t\r\n")
    called = next((name for name, sign in _UNREAD if sign.match(head)), "")
    if data.startswith(b"PK\x03\x04"):
        return SubtitleError("a ZIP archive, not a subtitle file", cure="unpack it and give what lies in it", path=path)
    if called:
        cure = "convert it to .srt, with Subtitle Edit for one, and give that, or --subtitles none"
        return SubtitleError(f"its format, {called}, is not read", cure=cure, path=path)
    pictures = is_binary(data) or _is_rubbish(text) or path.suffix.casefold() == ".idx"
    return SubtitleError("not a subtitle file", cure=_cure(path, pictures=pictures), path=path)


def _is_rubbish(text: str) -> bool:
    head = text[: 1 << 16]
    odd = sum((letter < " " and letter not in "\t\n\r\f\v\x1a\x1b") or letter == "\ufffd" for letter in head)
    return odd * 20 > len(head)


@nothing_collected()
def parse(text: str, *, rate: Fraction = Fraction(0)) -> tuple[list[Cue] | None, int]:
    """Parse the text of a subtitle file.

    Args:
        text: Decoded.
        rate: Frames per second of the film, for formats that count frames.

    Returns:
        The cues in the file's order, None where the text is of no known format; and the number of cues that were
        dropped because nobody can tell when they start.

    Raises:
        TooManyCuesError: There are more than `MOST_CUES`.
    """
    text = text.lstrip("\ufeff \t\r\n")
    head = text[:4096].casefold()
    if head.startswith("webvtt"):
        return _read_vtt(text)
    if "[script info]" in head or "[events]" in head or re.match(r"(?:dialogue|format):", head):
        return _read_ass(text)
    if repair.has_timing(text):
        return _read_srt(text)
    if re.match(r"\{\d+\}\{\d*\}", text):
        return _read_microdvd(text, rate), 0
    if _MPL2.match(text):
        return _read_mpl2(text), 0
    return None, 0


def _seconds(milliseconds: int) -> Fraction:
    return Fraction(milliseconds, 1000)


def _read_srt(text: str) -> tuple[list[Cue], int]:
    spans, dropped = repair.read_srt(text)
    return [Cue(_seconds(one.start_ms), _seconds(one.end_ms), one.text) for one in spans], dropped


def _read_vtt(text: str) -> tuple[list[Cue], int]:
    mended, dropped = repair.repair_vtt(text)
    captions = webvtt.from_string(mended).captions
    return [Cue(_moment(one.start), _moment(one.end), one.raw_text) for one in captions], dropped


def _moment(stamp: str) -> Fraction:
    return repair.stamp(stamp) or Fraction(0)


def _read_ass(text: str) -> tuple[list[Cue], int]:
    events, dropped = repair.read_ass(text)
    slanted = repair.italic_styles(text)
    cues = [
        ass_cue(_seconds(one.start_ms), _seconds(one.end_ms), one.style, one.name, one.effect, one.text, slanted)
        for one in events
    ]
    return [cue for cue in cues if cue.text.strip()], dropped


def ass_cue(
    start_s: Fraction, end_s: Fraction, style: str, name: str, effect: str, text: str, slanted: frozenset[str]
) -> Cue:
    """Make a cue of a SubStation event; drawings and karaoke effects come out without words.

    Args:
        start_s: Start, zero where players start the film.
        end_s: End.
        style: Name of its style; one that speaks of signs or titles marks a sign.
        name: Whoever says it.
        effect: The effect column.
        text: With overrides.
        slanted: The styles that are italic.
    """
    text = markup.without_comments(text)
    if (effect and effect.strip().casefold() == "fx") or _DRAWING_ROW.match(text):
        text = ""
    bare, sign = _style(style)
    return Cue(start_s, end_s, text, name.strip(), bare in slanted, sign)


@lru_cache(maxsize=256)
def _style(name: str) -> tuple[str, bool]:
    """Return a style's bare name, and whether it speaks of signs."""
    bare = name.strip().lstrip("*")
    return bare, _SIGN_STYLE.search(bare) is not None


def _read_microdvd(text: str, rate: Fraction) -> list[Cue]:
    if text.count("\n{") >= MOST_CUES:
        raise TooManyCuesError
    told = _MICRODVD_RATE.match(text)
    if told and 1 <= float(told[1].replace(",", ".")) <= 240:  # the file's own rate: it may be made for another copy
        text, rate = text[told.end() :], Fraction(told[1].replace(",", "."))
    return [
        replace(cue, text=_MICRODVD_CODE.sub("", cue.text)) for cue in _read_by("microdvd", text, float(rate) or None)
    ]


def _read_mpl2(text: str) -> list[Cue]:
    if text.count("\n[") >= MOST_CUES:
        raise TooManyCuesError
    return _read_by("mpl2", text)


def _read_by(name: str, text: str, rate: float | None = None) -> list[Cue]:
    try:
        events = pysubs2.SSAFile.from_string(text, format_=name, fps=rate)
    except pysubs2.exceptions.Pysubs2Error:
        return []
    return [Cue(_seconds(event.start), _seconds(event.end), event.text) for event in events]


def _one_tongue(cues: list[Cue], asked: str) -> tuple[list[Cue], str]:
    """Of a file that writes every cue in several languages (`[eng] …` in each row) keep one: the asked or the first."""
    if sum(cue.text.count("[") for cue in cues) < len(cues):
        return cues, asked
    found = [match.group(1) for cue in cues for row in markup.rows_of(cue.text) if (match := _TONGUE.match(row))]
    tongues = list(dict.fromkeys(code for code in found if known(code)))
    if len(tongues) < 2 or len(found) < len(cues):
        return cues, asked
    wanted = max(tongues, key=lambda code: closeness(asked, code))
    kept = [
        Cue(cue.start_s, cue.end_s, "\n".join(rows))
        for cue in cues
        if (rows := [m.group(2) for row in markup.rows_of(cue.text) if (m := _TONGUE.match(row)) and m[1] == wanted])
    ]
    return kept, normal(wanted)
