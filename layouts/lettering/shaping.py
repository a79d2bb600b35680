"""Letters that join, stack or run from right to left: shaped by HarfBuzz into glyphs in their places."""

from functools import lru_cache
from itertools import groupby
from pathlib import Path

import uharfbuzz
from fontTools import unicodedata as scripts

from layouts.book.page import Glyph

NEED_SHAPING = frozenset((
    "Arab", "Beng", "Bugi", "Cakm", "Cham", "Deva", "Gujr", "Guru", "Hebr", "Java", "Khmr", "Knda", "Lana", "Laoo",
    "Limb", "Mlym", "Mymr", "Newa", "Nkoo", "Orya", "Saur", "Sinh", "Sund", "Sylo", "Syrc", "Tale", "Talu",
    "Taml", "Telu", "Tglg", "Thaa", "Thai", "Tibt", "Tirh",
))  # fmt: skip
JOINERS = "\u200c\u200d"
"""Zero-width: they part or join the letters beside them."""
_UNSPACED = frozenset(("Thai", "Laoo", "Khmr", "Mymr", "Lana", "Tale", "Talu"))
_LEADING = frozenset("เแโใไເແໂໃໄ")
"""Vowels that are written before their consonant."""


@lru_cache(maxsize=65536)
def needs_shaping(char: str) -> bool:
    """Tell whether a letter changes with its neighbours, or runs from right to left."""
    script = scripts.script(char)
    return script in NEED_SHAPING or scripts.script_horizontal_direction(script, default="LTR") == "RTL"


def is_vertical(char: str) -> bool:
    """Tell whether a letter is written from top to bottom only, which no balloon here holds."""
    return scripts.script(char) in ("Mong", "Phag")


def script_runs(text: str) -> list[str]:
    """Part a text where its script changes; marks, digits and spaces go with what is before them."""
    known: list[str] = []
    for char in text:
        script = scripts.script(char)
        known.append(script if script not in ("Zyyy", "Zinh", "Zzzz") else known[-1] if known else "")
    first = next((script for script in known if script), "")
    pieces, at = [], 0
    for _, group in groupby([script or first for script in known]):
        end = at + len(list(group))
        pieces.append(text[at:end])
        at = end
    return pieces


def clusters(text: str) -> list[str]:
    """Part a text between letters that may stand on different lines: never before a mark, never after a joiner."""
    parts: list[str] = []
    for char in text:
        kept = scripts.category(char)[0] == "M" or char in JOINERS or (parts and parts[-1][-1] in _LEADING)
        if parts and (kept or parts[-1][-1] in JOINERS or _virama(parts[-1][-1])):
            parts[-1] += char
        else:
            parts.append(char)
    return parts


def _virama(char: str) -> bool:
    """Tell whether a sign binds the next consonant to the one before it (Indic scripts)."""
    return int(scripts.combining(char)) == 9


def unspaced(text: str) -> bool:
    """Tell whether a text has letters of a script that puts no spaces between words, other than Chinese and its kin."""
    return any(scripts.script(char) in _UNSPACED for char in text)


@lru_cache(maxsize=32)
def _font(path: Path, index: int) -> tuple[uharfbuzz.Font, int]:
    face = uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(path)), index)
    return uharfbuzz.Font(face), int(face.upem)


@lru_cache(maxsize=16384)
def shape(text: str, path: Path, index: int, rtl: bool) -> tuple[tuple[Glyph, ...], float]:
    """Shape a text of one script and direction.

    Args:
        text: In the order in which it is read.
        path: The font's file.
        index: Which font of a collection.
        rtl: It is written from right to left.

    Returns:
        Its glyphs from left to right, their places in sizes of the type, y up; and the width.
    """
    font, em = _font(path, index)
    buffer = uharfbuzz.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    buffer.direction = "rtl" if rtl else "ltr"
    uharfbuzz.shape(font, buffer)
    starts = sorted({info.cluster for info in buffer.glyph_infos})
    ends = dict(zip(starts, [*starts[1:], len(text)], strict=True))
    room: dict[int, int] = {}
    for info, place in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
        room[info.cluster] = room.get(info.cluster, 0) + place.x_advance
    glyphs: list[Glyph] = []
    x = 0
    for info, place in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
        told = text[info.cluster : ends[info.cluster]] if info.cluster in room else ""
        wide = room.pop(info.cluster, 0)
        glyphs.append(
            Glyph(
                number=info.codepoint,
                x=round((x + place.x_offset) / em, 5),
                y=round(place.y_offset / em, 5),
                text=told,
                left=round(x / em, 5) if told else 0.0,
                width=round(wide / em, 5),
            )
        )
        x += place.x_advance
    return tuple(glyphs), x / em
