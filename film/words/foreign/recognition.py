"""Which foreign format a text is in, told by how it begins, and its reader."""

import re
from collections.abc import Callable
from fractions import Fraction
from functools import partial
from typing import NamedTuple

from film.words.foreign.clocked_rows import read_comma_rows, read_elements, read_lyrics, read_spruce
from film.words.foreign.players import read_by_library
from film.words.foreign.sami import read_sami
from film.words.foreign.scenarist import read_scc
from film.words.foreign.ttml import read_ttml
from film.words.subtitles.formats import Reading

_MARK_UP = r"(?:<\?xml[^>]{0,200}\?>|<!--(?:(?!-->)[\s\S]){0,2000}-->|<!DOCTYPE[^>]{0,2000}>|\s)*"
_CLOCK = r"\d{1,3}:\d\d:\d\d"


class _ForeignFormat(NamedTuple):
    sign: re.Pattern[str]
    """How its texts begin; or a row near their beginning, where it begins with `(?m)`."""
    read: Callable[[str, str, Fraction], Reading]
    """Text, the language asked for, frames per second of the film."""


def _plainly(read: Callable[[str], Reading]) -> Callable[[str, str, Fraction], Reading]:
    return lambda text, _language, _rate: read(text)


_FORMATS = (
    _ForeignFormat(
        re.compile(rf"{_MARK_UP}<\s*sami\b|{_MARK_UP}<\s*sync\s+start\s*=", re.IGNORECASE),
        lambda text, language, _: read_sami(text, language=language),
    ),
    _ForeignFormat(
        re.compile(rf"{_MARK_UP}(?:<!DOCTYPE[^>\[]{{0,500}}\[|<(?:[\w.-]+:)?tt[\s>])", re.IGNORECASE),
        lambda text, language, _: read_ttml(text, language=language),
    ),
    _ForeignFormat(re.compile(r"scenarist_scc|[\d:;]{11}\t[0-9a-f]{4} [0-9a-f]{4}", re.IGNORECASE), _plainly(read_scc)),
    _ForeignFormat(
        re.compile(rf"(?m)^{_CLOCK}[.:]\d\d?\d?,[ ]?{_CLOCK}[.:]\d\d?\d?[ \t]*$"), _plainly(read_comma_rows)
    ),
    _ForeignFormat(
        re.compile(rf"(?m)^{_CLOCK}[:;]\d\d[ \t]*,[ \t]*{_CLOCK}[:;]\d\d[ \t]*,"),
        lambda text, _, rate: read_spruce(text, rate=rate),
    ),
    _ForeignFormat(
        re.compile(rf"(?m)^\*{{4,}} ?START SCRIPT|^\[{_CLOCK}\][ \t]*$"),
        _plainly(partial(read_by_library, name="subviewer1")),
    ),
    _ForeignFormat(
        re.compile(
            r"(?m)^\[(?:ti|ar|al|au|by|re|ve|offset|length|la|lr|tool|id|#):[^\n]*\]|^\[\d{1,3}:\d\d(?:[.:]\d{2,3})?\]"
        ),
        _plainly(read_lyrics),
    ),
    _ForeignFormat(
        re.compile(rf"(?m)^#T(?:IMERES)?[ \t]?\d|^{_CLOCK}\.\d\d {_CLOCK}\.\d\d "),
        _plainly(partial(read_by_library, name="jacosub")),
    ),
    _ForeignFormat(re.compile(r'[ \t]*\d+,[ \t]*\d+,[ \t]*"'), _plainly(partial(read_by_library, name="pjs"))),
    _ForeignFormat(
        re.compile(rf"{_MARK_UP}<window\b", re.IGNORECASE), _plainly(partial(read_by_library, name="realtext"))
    ),
    _ForeignFormat(
        re.compile(rf"{_MARK_UP}<(?:\w+:)?(?:USFSubtitles|DCSubtitle|SubtitleReel)\b", re.IGNORECASE),
        _plainly(read_elements),
    ),
    _ForeignFormat(re.compile(r"(?m)^FORMAT=(?:TIME|\d)"), _plainly(partial(read_by_library, name="mpsub"))),
    _ForeignFormat(re.compile(r"-->> ?\d"), lambda text, _, rate: read_by_library(text, "aqtitle", rate=rate)),
    _ForeignFormat(
        re.compile(rf"(?m)^{_CLOCK}(?:[:=]|,\d=)[^\d\s-]"), _plainly(partial(read_by_library, name="vplayer"))
    ),
)
_CONVERT = "convert it to .srt, with Subtitle Edit for one, and give that, or --subtitles none"
_UNREAD: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("YouTube's timed text", re.compile(rf"{_MARK_UP}<(?:transcript|timedtext)\b|\{{\s*\"wireMagic\"", re.IGNORECASE)),
    ("rich text (RTF)", re.compile(r"\{\\rtf")),
    ("JSON, as programs that listen write it", re.compile(r"[\[{]\s*[\[{]?\s*\"")),
    ("QuickTime text", re.compile(r"\{QTtext\}", re.IGNORECASE)),
    ("Ulead's", re.compile(r"#Ulead subtitle format")),
    ("Final Cut's XML", re.compile(rf"{_MARK_UP}<(?:xmeml|fcpxml)\b", re.IGNORECASE)),
    ("an edit decision list (EDL)", re.compile(r"TITLE:[^\n]*\s+FCM:")),
    ("a table (CSV or TSV)", re.compile(r"[^\n]*\bstart\b[^\n]*[,;\t][^\n]*\b(?:end|text|duration)\b", re.IGNORECASE)),
)
"""Formats that are not read, and how their texts begin."""
_WEB_PAGE = re.compile(rf"{_MARK_UP}<(?:html|head|body)\b|<!DOCTYPE html", re.IGNORECASE)
_DOCUMENT = "open it, save its words as .srt and give that, or --subtitles none"
_BINARY = (
    (b"%PDF", "is a PDF document", _DOCUMENT),
    (bytes.fromhex("d0cf11e0a1b11ae1"), "is a document of Word or another Office program", _DOCUMENT),
    (b"\x1aE\xdf\xa3", "is a film", "give the subtitle file"),
)
"""How files begin that are no text, what is said of them, and the cure."""
_BY_ENDING = {".pac": "PAC", ".fpc": "PAC", ".890": "Cavena 890", ".cap": "Cheetah", ".cin": "Captions Inc."}
"""Formats of bytes, by the endings of their files' names."""
_HEAD = 8192


def read_foreign(text: str, *, by_rows: bool, language: str = "", rate: Fraction = Fraction(0)) -> Reading | None:
    """Read a text in one of the foreign formats.

    Args:
        text: Decoded and harmless.
        by_rows: Of those whose beginning tells nothing, so that a row has to; else of the others. Words in a common
            format may look like such a row.
        language: What is asked for, where a format holds several.
        rate: Frames per second of the film, for formats that count frames.

    Returns:
        What it holds; None where it is in none of them.

    Raises:
        TooManyCuesError: There are more than `MOST_CUES`.
        ValueError: It is XML that declares entities.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").lstrip("\ufeff \t\n")
    found = next((one for one in _FORMATS if _by_row(one.sign) is by_rows and _begins(one.sign, text)), None)
    return found.read(text, language, rate) if found else None


def fault_of(data: bytes, text: str, suffix: str) -> tuple[str, str]:
    """Return what is said of a file that is none we read and whose kind is known, and the cure; else empty strings.

    Args:
        data: The file.
        text: The same decoded, empty where it is no text.
        suffix: The ending of its name.
    """
    text = text.lstrip("\ufeff \t\r\n")
    if found := next(((problem, cure) for sign, problem, cure in _BINARY if data.startswith(sign)), None):
        return found
    if _WEB_PAGE.match(text):
        return "is a page of the web", "download the subtitle file itself"
    name = next((name for name, sign in _UNREAD if _begins(sign, text)), "")
    name = name or ("" if text else _BY_ENDING.get(suffix.casefold(), ""))
    return (f"its format, {name}, is not read", _CONVERT) if name else ("", "")


def _begins(sign: re.Pattern[str], text: str) -> bool:
    head = text[:_HEAD]
    return (sign.search(head) if _by_row(sign) else sign.match(head)) is not None


def _by_row(sign: re.Pattern[str]) -> bool:
    return sign.pattern.startswith("(?m)")
