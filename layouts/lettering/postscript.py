"""Fonts of other kinds turned into plain TrueType: PostScript outlines (CFF) and members of collections."""

import io
from pathlib import Path
from typing import Any

from fontTools import subset
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont, newTable

_WITHIN = 1 / 1000
"""How far, in sizes of the type, a quadratic curve may run from the cubic one that it stands for."""

_COUNTS = (
    "maxTwilightPoints", "maxStorage", "maxFunctionDefs", "maxInstructionDefs", "maxStackElements",
    "maxSizeOfInstructions", "maxComponentElements", "maxPoints", "maxContours", "maxCompositePoints",
    "maxCompositeContours", "maxComponentDepth",
)  # fmt: skip


def as_truetype(path: Path, index: int, chars: str) -> io.BytesIO:
    """Return a TrueType file with the letters asked for, and nothing else of the font.

    Args:
        path: A font file or a collection.
        index: Which font of a collection.
        chars: The letters to keep.
    """
    options = subset.Options(layout_features=[], notdef_outline=True, name_IDs=["*"], hinting=False, glyph_names=False)
    font = TTFont(path, fontNumber=index, recalcTimestamp=False)
    font.flavor = None
    cutter = subset.Subsetter(options)
    cutter.populate(text=chars + " ")
    cutter.subset(font)
    if "glyf" not in font:
        _to_quadratic(font)
    target = io.BytesIO()
    font.save(target)
    target.seek(0)
    return target


def _to_quadratic(font: Any) -> None:
    order = font.getGlyphOrder()
    glyphs = font.getGlyphSet()
    drawn = {}
    for name in order:
        pen = TTGlyphPen(None)
        glyphs[name].draw(Cu2QuPen(pen, font["head"].unitsPerEm * _WITHIN, reverse_direction=True))
        drawn[name] = pen.glyph()
    font["loca"] = newTable("loca")
    font["glyf"] = glyf = newTable("glyf")
    glyf.glyphOrder, glyf.glyphs = order, drawn
    for name, (advance, _) in list(font["hmtx"].metrics.items()):
        glyf[name].recalcBounds(glyf)
        font["hmtx"].metrics[name] = (advance, getattr(glyf[name], "xMin", 0))
    _lower_version(font, len(order))
    for tag in ("CFF ", "CFF2", "VORG"):
        if tag in font:
            del font[tag]
    font.sfntVersion = "\x00\x01\x00\x00"


def _lower_version(font: Any, count: int) -> None:
    top = font["maxp"]
    top.tableVersion = 0x00010000
    top.numGlyphs = count
    for field in _COUNTS:
        setattr(top, field, 0)
    top.maxZones = 1
    font["post"].formatType = 3.0
