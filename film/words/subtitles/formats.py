"""The common formats of subtitles: text to cues, told by the content."""

import re
from dataclasses import dataclass, replace
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
_MICRODVD_CODE = re.compile(r"\{[a-zA-Z]:[^}\n]*\}")
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
