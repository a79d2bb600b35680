"""The common formats of subtitles: text to cues, told by the content."""

import json
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

import pysubs2
import webvtt

from configs.disk.untrusted import private_signs
from film.words.subtitles import markup, repair
from film.words.subtitles.cues import MOST_CUES, Cue, TooManyCuesError, nothing_collected

_SIGN_STYLE = re.compile(r"sign|title|caption|credit|screen|\bts\b|typeset", re.IGNORECASE)
_DRAWING_ROW = re.compile(r"\s*m\s+-?\d+(?:\.\d+)?\s+-?\d+(?:\.\d+)?\s+[bln]\s")

_MICRODVD_RATE = re.compile(r"\{[01]\}\{[01]\}\s*(\d{1,3}(?:[.,]\d{1,6})?)[ \t]*(?:\n|$)")
_MICRODVD_ROW = re.compile(r"^[ \t]*\{(\d{1,9})\}\{(\d{0,9})\}(.*)$", re.MULTILINE)
_MICRODVD_CODE = re.compile(r"\{[a-zA-Z]:[^}\n]*\}")
_MICRODVD_ITALIC = {case: re.compile(rf"\{{{case}:[^}}\n]*i") for case in "Yy"}
_MICRODVD_HEAD = re.compile(r"\{DEFAULT\}\{\}[^\n]*\n", re.IGNORECASE)
_MICRODVD_USUAL = Fraction(24000, 1001)
_UNSEEN = "\ufeff\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069"
_LINE_ENDS = re.compile(r"\r+\n")
_NUMBER_ROW = re.compile(rf"^[{_UNSEEN}]*(#?\d{{1,6}}[.:)]?)[{_UNSEEN} \t]*$", re.MULTILINE)
_WIDE_TIMING = re.compile(r"^(?=.*[^\x00-\x7f]).*\d.*(?:>|→|＞).*\d.*$", re.MULTILINE)
_TIMED_ROW = re.compile(r"^\[?(\d[\d:.,]{4,12})[ \t]*-->[ \t]*(\d[\d:.,]{4,12})\][ \t]*(.*)$", re.MULTILINE)
_MISREAD_TIMING = re.compile(r"^(?=.*[OolI|])[\dOolI|]{1,2}:[\dOolI|:., ]{4,12}--?>[\dOolI|:., ]{5,14}$", re.MULTILINE)
_MISREAD = str.maketrans("OolI|", "00111")
"""Letters that programs take for digits where they read a picture."""
_CLOCK = r"\d{1,2}:\d\d:\d\d[.,:;]\d{1,3}"
_LOOSE_ARROW = r"[ \t]*(?:-{1,3}|[=~]+>|-{1,2}&gt;|–|—|»)[ \t]*|[ \t]{1,4}(?:to[ \t]+)?"
_ODD_ARROW = re.compile(rf"^[ \t]*({_CLOCK})(?:{_LOOSE_ARROW})({_CLOCK})[ \t]*$", re.MULTILINE)
_FRAME_ROW = re.compile(r"^<(?:begin|end) subtitles>[ \t]*$", re.MULTILINE)
_DRESSED_NUMBER = re.compile(r"^[ \t]*(?:#[ \t]?(\d{1,6})|(\d{1,6})[.:)])[ \t]*\n(?=.*-->)", re.MULTILINE)
_COUNTED = re.compile(
    r"^(\d{1,2}:\d\d:\d\d)[:;](\d\d)([ \t]*-->[ \t]*)(\d{1,2}:\d\d:\d\d)[:;](\d\d)[ \t]*$", re.MULTILINE
)
_USUAL_RATES = (25, 30, 60)
_VTT_KIND = re.compile(r"^Kind:[ \t]*(chapters|metadata)[ \t]*$", re.IGNORECASE | re.MULTILINE)
_NO_WORDS = {"chapters": "names of chapters", "metadata": "data for programs"}
_SCROLLED = re.compile(r"\S+\.(?:jpe?g|png|webp|avif|gif)(?:[?#]\S*)?", re.IGNORECASE)
_MPL2 = re.compile(r"\[\d+\]\s?\[\d*\]")


@dataclass(frozen=True, slots=True)
class Reading:
    """What one subtitle source holds."""

    cues: tuple[Cue, ...]
    language: str = ""
    warnings: tuple[str, ...] = ()


def private_warnings(text: str) -> tuple[str, ...]:
    """Return one line where a text has signs that only the font of whoever wrote it shows."""
    signs = private_signs(text)
    told = "1 sign" if signs == 1 else f"{signs} signs"
    return (f"{told} for private use left out, which no other font has",) if signs else ()


def without_start(dropped: int) -> tuple[str, ...]:
    """Return one line for cues that were dropped because nobody can tell when they start; none for none."""
    told = "1 subtitle" if dropped == 1 else f"{dropped} subtitles"
    return (f"{told} without a readable start left out",) if dropped else ()


def srt_reading(text: str) -> Reading:
    """Read SubRip text, and what another format's text became; raises TooManyCuesError."""
    cues, dropped = _read_srt(text)
    return Reading(tuple(cues), warnings=without_start(dropped))


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
    if head.startswith("{\\rtf"):
        return None, 0
    if head.startswith("webvtt"):
        return _read_vtt(_LINE_ENDS.sub("\n", text))
    if "[script info]" in head or "[events]" in head or re.match(r"(?:dialogue|format):", head):
        return _read_ass(text)
    text = _usual_rows(text, rate)
    if repair.has_timing(text):
        return _read_srt(text)
    text = _MICRODVD_HEAD.sub("", text)
    if re.match(r"\{\d+\}\{\d*\}", text):
        return _read_microdvd(text, rate), 0
    if _MPL2.match(text):
        return _read_mpl2(text), 0
    return None, 0


def _usual_rows(text: str, rate: Fraction) -> str:
    """Write numbers and timings as SubRip has them, whatever a program or a person has made of them."""
    text = _LINE_ENDS.sub("\n", text)
    rows = text.split("\n")
    if len(rows) >= 8 and not any(row.strip() for row in rows[1::2]) and rows.count("") < len(rows) * 0.9:
        text = "\n".join(rows[::2])  # every line end was doubled
    if not text.isascii():
        text = _WIDE_TIMING.sub(_plain_timing, _NUMBER_ROW.sub(r"\1", text))
    text = _MISREAD_TIMING.sub(lambda row: row[0].translate(_MISREAD), text)
    text = _ODD_ARROW.sub(r"\1 --> \2", _TIMED_ROW.sub(r"\1 --> \2\n\3\n", text))
    text = _FRAME_ROW.sub("", text)  # of Avid's captions
    timings = text.count("-->")
    if 2 * len(_DRESSED_NUMBER.findall(text)) > timings:
        text = _DRESSED_NUMBER.sub(lambda told: f"{told[1] or told[2]}\n", text)
    counted = [int(frames) for told in _COUNTED.findall(text) for frames in (told[1], told[4])]
    rates = [each for each in (rate, *_USUAL_RATES) if each > max(counted, default=0)]
    if len(counted) > timings and rates:  # two of each
        text = _COUNTED.sub(
            lambda told: f"{told[1]}{_beyond(told[2], rates[0])}{told[3]}{told[4]}{_beyond(told[5], rates[0])}", text
        )
    return text


def _plain_timing(row: re.Match[str]) -> str:
    """Return a row in ASCII if it then is a timing: digits may be wide or Arabic, marks of direction around them."""
    plain = unicodedata.normalize("NFKC", row[0]).replace("\u066b", ".").replace("\u060c", ",").replace("→", "-->")
    plain = "".join(str(unicodedata.digit(sign, sign)) for sign in plain)
    plain = re.sub(rf"[{_UNSEEN}]", "", plain).strip()
    return plain if plain.isascii() and repair.timing(plain) else row[0]


def _beyond(frames: str, rate: Fraction | int) -> str:
    """Write what frames are of a second: `.480`."""
    return f".{min(999, round(int(frames) * 1000 / rate)):03d}"


def _seconds(milliseconds: int) -> Fraction:
    return Fraction(milliseconds, 1000)


def _read_srt(text: str) -> tuple[list[Cue], int]:
    spans, dropped = repair.read_srt(text)
    return [Cue(_seconds(one.start_ms), _seconds(one.end_ms), one.text) for one in spans], dropped


def _read_vtt(text: str) -> tuple[list[Cue], int]:
    mended, dropped = repair.repair_vtt(text)
    captions = webvtt.from_string(mended).captions
    return [Cue(_moment(one.start), _moment(one.end), one.raw_text) for one in captions], dropped


def other_matter(text: str, cues: Sequence[Cue]) -> str:
    """Return what a WebVTT text holds that is no words: chapters, data for programs, pictures to scroll by.

    Args:
        text: The whole file.
        cues: What was read of it.

    Returns:
        What it is; empty where it holds words.
    """
    if not text.startswith("WEBVTT"):
        return ""
    kind = _VTT_KIND.search(text[:1024].partition("\n\n")[0])
    if kind:
        return _NO_WORDS[kind[1].casefold()]
    words = [cue.text.strip() for cue in cues if cue.text.strip()]
    if words and all(_SCROLLED.fullmatch(one) for one in words):
        return "pictures to scroll by"
    return "data for programs" if words and all(map(_is_data, words)) else ""


def _is_data(text: str) -> bool:
    if text[:1] not in "{[" or text[-1:] not in "}]":
        return False
    try:
        return isinstance(json.loads(text), dict | list)
    except ValueError:
        return False


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
    frame_s = 1 / (rate or _MICRODVD_USUAL)
    rows = [(int(row[1]) * frame_s, row[2], row[3]) for row in _MICRODVD_ROW.finditer(text)]
    nexts_s = [start_s for start_s, _, _ in rows[1:]] + [Fraction(0)]
    return [
        # one without an end stands until the next, or as long as it takes to read it
        Cue(_rounded(start_s), _rounded(int(end) * frame_s if end else max(next_s, start_s)), _microdvd_words(words))
        for (start_s, end, words), next_s in zip(rows, nexts_s, strict=False)
    ]


def _rounded(time_s: Fraction) -> Fraction:
    return _seconds(round(time_s * 1000))


def _microdvd_words(words: str) -> str:
    """Return rows with their italics: `{y:i}` slants a row, `{Y:i}` all of them, and so does `/` in some players."""
    whole = _MICRODVD_ITALIC["Y"].search(words) is not None
    rows = []
    for row in words.split("|"):
        bare = _MICRODVD_CODE.sub("", row).strip()
        slanted = whole or bare.startswith("/") or _MICRODVD_ITALIC["y"].search(row)
        rows.append(f"<i>{bare.removeprefix('/')}</i>" if slanted and bare.strip("/") else bare)
    return "\n".join(rows)


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
