"""From strokes to fonts: which letters a face has, how it is drawn, and the TrueType file."""

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from shapely.geometry import Polygon

from layouts.lettering.hand import marks
from layouts.lettering.hand.bearings import BEARING, bearings
from layouts.lettering.hand.latin import BARRED_I, CAPITALS, DOTLESS, MINUSCULES
from layouts.lettering.hand.nib import Nib, ink, outlines
from layouts.lettering.hand.scripts import CYRILLIC, GREEK, LIKE
from layouts.lettering.hand.signs import DIGITS, PUNCTUATION, ROMAN, ROMAN_SMALL
from layouts.lettering.hand.strokes import Drawing, Point

EM = 1000
_ASCENT, _DESCENT = 1030, -220
_CAP, _X_HEIGHT = 700, 470
_SPACE = 290
_SMALL = 0.7
"""Small letters of Cyrillic that have no strokes of their own are capitals of this height."""
_BORN = 3_800_000_000
"""Seconds since 1904 in every file's head: the same strokes give the same bytes."""
_MARK_LEAST, _MARK_NIB = 24.0, 0.6
_VERSION = "1.000"

_SPACES = {"\u0020": 1.0, "\u00a0": 1.0, "\u2009": 0.5, "\u202f": 0.5, "\u2002": 1.7, "\u2003": 3.4, "\u3000": 3.4}


@dataclass(frozen=True)
class Cut:
    """How a face is drawn."""

    name: str
    family: str
    style: str
    nib: Nib
    capitals: bool = True
    """Small letters are capitals, drawn a second time."""
    slant: float = 0.0
    wide: float = 1.0
    loose: float = 4.0
    """By how many units the hand moves points."""
    lively: float = 0.0
    """How much letters vary in height and lean: for lettered sounds and titles."""
    barred: bool = False
    """Only the I of the word `I`."""


_BODY, _HEAVY = Nib(94, 80), Nib(136, 116)
_BRUSH = Nib(182, 140, 9, square=8)


def _cuts() -> Iterator[Cut]:
    for kind, family in (
        ("", "Filmcomic Hand"),
        ("Mixed", "Filmcomic Hand Mixed"),
        ("Barred", "Filmcomic Hand Barred"),
    ):
        for style, nib, slant, wide in (
            ("Regular", _BODY, 0.0, 1.06),
            ("Bold", _HEAVY, 0.0, 1.12),
            ("Oblique", _BODY, 11.0, 1.06),
            ("BoldOblique", _HEAVY, 11.0, 1.12),
        ):
            name = f"FilmcomicHand{kind}-{style}"
            yield Cut(name, family, style, nib, kind != "Mixed", slant, wide, barred=kind == "Barred")
    yield Cut("FilmcomicSound", "Filmcomic Sound", "Regular", Nib(176, 150), slant=7, wide=1.08, loose=7, lively=1.0)
    yield Cut("FilmcomicTitle", "Filmcomic Title", "Bold", _BRUSH, wide=0.94, loose=5, lively=0.45)


CUTS = {cut.name: cut for cut in _cuts()}


@dataclass
class _Glyphs:
    """Glyphs as they are made: outlines, widths, code points."""

    cut: Cut
    shapes: dict[str, object] = field(default_factory=dict)
    widths: dict[str, int] = field(default_factory=dict)
    codes: dict[int, str] = field(default_factory=dict)
    anchors: dict[str, tuple[float, float, Point, float]] = field(default_factory=dict)
    """Of letters that take marks: the middle, the top, where a horn begins, the foot."""

    def add(self, name: str, drawing: Drawing, code: str = "", *, high: float = 660, own: bool = False) -> None:
        """Draw a glyph with the white at its sides, judged up to a height or, for a sign, over its own height."""
        areas = ink(self._by_hand(name, drawing), self.cut.nib)
        bearing = BEARING * (0.8 if self.cut.lively else 1.0)
        x0, x1 = min(area.bounds[0] for area in areas), max(area.bounds[2] for area in areas)
        y0, y1 = min(area.bounds[1] for area in areas), max(area.bounds[3] for area in areas)
        low, top = (y0, y1) if own else (40, high)
        before, after = bearings(areas, low, top, bearing)
        shift = before - x0
        self.shapes[name] = _glyph(areas, shift)
        self.widths[name] = max(1, round(x1 - x0 + before + after))
        middle = (x0 + x1) / 2 + shift
        self.anchors[name] = (middle, y1, (x1 + shift - 0.35 * self.cut.nib.wide, y1 - 60), y0)
        if code:
            self.codes[ord(code)] = name

    def add_mark(self, name: str, drawing: Drawing) -> None:
        """Draw marks around the place where a letter puts them; they take no room."""
        # lighter than the letters, the more so the heavier these are: marks have little room
        wide, high = (_MARK_LEAST + _MARK_NIB * side for side in (self.cut.nib.wide, self.cut.nib.high))
        nib = replace(self.cut.nib, wide=wide, high=high)
        slanted = drawing.slanted(self.cut.slant) if self.cut.slant else drawing
        self.shapes[name] = _glyph(ink(slanted, nib), 0)
        self.widths[name] = 0

    def join(self, name: str, base: str, code: str, combining: str) -> None:
        """Make a letter of another one and marks."""
        middle, top, right, foot = self.anchors[base]
        lean = self.cut.slant / 57.3 * 0.5  # marks stand over where a leaning letter ends
        pen = TTGlyphPen(self.shapes)
        pen.addComponent(base, (1, 0, 0, 1, 0, 0))
        for part, place in _parts(combining):
            mark = f"{place}.{'.'.join(f'{ord(each):04X}' for each in part)}"
            if mark not in self.shapes:
                self.add_mark(mark, marks.place_marks(part, 0, 0, (0, 0), 0))
            x, y = {"above": (middle + lean * top, top), "below": (middle + lean * foot, foot), "horn": right}[place]
            pen.addComponent(mark, (1, 0, 0, 1, round(x), round(y)))
        self.shapes[name] = pen.glyph()
        self.widths[name] = self.widths[base]
        self.codes[ord(code)] = name

    def _by_hand(self, name: str, drawing: Drawing) -> Drawing:
        cut = self.cut
        loose = drawing.by_hand(f"{cut.style} {name}", cut.loose)
        if cut.lively:
            turn = (hash_of(name) % 9 - 4) * 0.9 * cut.lively
            tall = 1 + (hash_of(f"{name} tall") % 7 - 3) * 0.022 * cut.lively
            loose = loose.scaled(1, tall).turned(turn, (250, 0))
        loose = loose.scaled(cut.wide, 1)
        return loose.slanted(cut.slant) if cut.slant else loose


def hash_of(text: str) -> int:
    """Return a number that is the same on every machine."""
    return sum((number + 7) * ord(letter) * 31 for number, letter in enumerate(text))


def _glyph(areas: list[Polygon], shift: float) -> object:
    pen = TTGlyphPen(None)
    for curves in outlines(areas):
        points = [(round(x + shift), round(y)) for x, y in (curves[0][0],)]
        pen.moveTo(points[0])
        for _, handle, end in curves:
            pen.qCurveTo((round(handle[0] + shift), round(handle[1])), (round(end[0] + shift), round(end[1])))
        pen.closePath()
    return pen.glyph()


def _parts(combining: str) -> Iterator[tuple[str, str]]:
    """Sort marks by where they stand."""
    above = "".join(mark for mark in combining if mark in marks.ABOVE)
    below = "".join(mark for mark in combining if mark in marks.BELOW)
    if "\u031b" in combining:
        yield "\u031b", "horn"
    if above:
        yield above, "above"
    if below:
        yield below, "below"


def build(cut: Cut) -> FontBuilder:
    """Draw a face; call its `save` to write it."""
    glyphs = _Glyphs(cut)
    glyphs.shapes[".notdef"] = _glyph(ink(Drawing.read("M 60 0 L 60 700 L 400 700 L 400 0 L 60 0"), cut.nib), 0)
    glyphs.widths[".notdef"] = 460
    for code, share in _SPACES.items():
        name = f"space{ord(code):04X}"
        glyphs.shapes[name], glyphs.widths[name] = TTGlyphPen(None).glyph(), round(_SPACE * share)
        glyphs.codes[ord(code)] = name
    if cut.barred:
        glyphs.add("I", Drawing.read(BARRED_I), "I")
    else:
        _fill(glyphs)
    return _font(glyphs)


def _fill(glyphs: _Glyphs) -> None:
    capitals = CAPITALS | ROMAN | CYRILLIC | GREEK
    for letter, text in capitals.items():
        glyphs.add(letter, Drawing.read(text), letter)
    for letter, text in (DIGITS | PUNCTUATION).items():
        glyphs.add(letter, Drawing.read(text), letter, own=letter in PUNCTUATION)
    for letter, same in (LIKE | {"Ð": "Đ"}).items():
        glyphs.codes[ord(letter)] = same
    if glyphs.cut.capitals:
        _second_capitals(glyphs, capitals)
    else:
        _minuscules(glyphs)
    _with_marks(glyphs)


def _second_capitals(glyphs: _Glyphs, capitals: Mapping[str, str]) -> None:
    """Letter small letters as capitals, drawn anew: so the same letter seldom looks the same twice in a word."""
    for letter, text in capitals.items():
        small = letter.lower()
        if len(small) == 1 and small != letter:
            glyphs.add(f"{letter}.second", Drawing.read(text), small)
    for letter, latin in LIKE.items():
        glyphs.codes[ord(letter.lower())] = f"{latin}.second"
    for small, name in {
        "ß": "ẞ",
        "ð": "Đ.second",
        "ı": "I.second",
        "ς": "Σ.second",
        "ſ": "S.second",
        "ȷ": "J.second",
    }.items():
        glyphs.codes[ord(small)] = name


def _minuscules(glyphs: _Glyphs) -> None:
    for letter, text in (MINUSCULES | DOTLESS | ROMAN_SMALL).items():
        glyphs.add(f"{letter}.small" if letter in LIKE.values() else letter, Drawing.read(text), letter, high=450)
    for letter, text in CYRILLIC.items():
        small = Drawing.read(text).scaled(_SMALL, _SMALL * 0.97)
        glyphs.add(f"{letter}.small", small, letter.lower(), high=450)
    same = {"а": "a", "е": "e", "о": "o", "р": "p", "с": "c", "х": "x", "у": "y", "і": "i", "ј": "j", "ѕ": "s"}
    for letter, latin in same.items():
        glyphs.codes[ord(letter)] = glyphs.codes[ord(latin)]
    for letter in "ВКМНТ":
        small = Drawing.read(CAPITALS[LIKE[letter]]).scaled(_SMALL, _SMALL * 0.97)
        glyphs.add(f"{letter}.small", small, letter.lower(), high=450)


def _with_marks(glyphs: _Glyphs) -> None:
    """Add every letter of the Latin, Greek and Cyrillic blocks that is a letter with marks that the hand knows."""
    blocks = (range(0xC0, 0x250), range(0x370, 0x530), range(0x1E00, 0x2000))
    for code in (code for block in blocks for code in block):
        letter = chr(code)
        if code in glyphs.codes or not unicodedata.category(letter).startswith("L"):
            continue
        parts = unicodedata.normalize("NFD", letter)
        base, combining = parts[0], parts[1:]
        if not combining or not all(marks.known(mark) for mark in combining):
            continue
        if not glyphs.cut.capitals and any(mark in marks.ABOVE for mark in combining):
            base = {"i": "ı", "j": "ȷ", "і": "ı"}.get(base, base)
        if ord(base) in glyphs.codes:
            glyphs.join(f"u{code:04X}", glyphs.codes[ord(base)], letter, combining)


def _font(glyphs: _Glyphs) -> FontBuilder:
    cut = glyphs.cut
    names = {glyph: glyph if glyph == ".notdef" else f"g{number}" for number, glyph in enumerate(glyphs.shapes)}
    builder = FontBuilder(EM, isTTF=True)
    builder.setupGlyphOrder(list(names.values()))
    builder.setupCharacterMap({code: names[glyph] for code, glyph in sorted(glyphs.codes.items())})
    for shape in glyphs.shapes.values():
        if shape.isComposite():  # type: ignore[attr-defined]
            for component in shape.components:  # type: ignore[attr-defined]
                component.glyphName = names[component.glyphName]
    table = {names[glyph]: shape for glyph, shape in glyphs.shapes.items()}
    builder.setupGlyf(table)
    written = builder.font["glyf"]
    builder.setupHorizontalMetrics(
        {names[glyph]: (width, getattr(written[names[glyph]], "xMin", 0)) for glyph, width in glyphs.widths.items()}
    )
    builder.setupHorizontalHeader(ascent=_ASCENT, descent=_DESCENT)
    builder.setupNameTable(
        {
            "copyright": "Copyright 2026 the filmcomic authors",
            "familyName": cut.family,
            "styleName": cut.style,
            "uniqueFontIdentifier": f"{cut.name} {_VERSION}",
            "fullName": f"{cut.family} {cut.style}",
            "version": f"Version {_VERSION}",
            "psName": cut.name,
            "licenseDescription": "MIT, as the program that draws it",
        }
    )
    builder.setupOS2(
        sTypoAscender=_ASCENT, sTypoDescender=_DESCENT, sTypoLineGap=0, usWinAscent=_ASCENT, usWinDescent=-_DESCENT,
        sxHeight=_X_HEIGHT, sCapHeight=_CAP, fsType=0, usWeightClass=700 if "Bold" in cut.style else 400,
    )  # fmt: skip
    builder.setupPost(italicAngle=-cut.slant, keepGlyphNames=False)
    head = builder.font["head"]
    head.created = head.modified = _BORN
    builder.font.recalcTimestamp = False
    return builder


def write(folder: Path) -> list[Path]:
    """Draw every face into a folder."""
    written = []
    for name, cut in CUTS.items():
        path = folder / f"{name}.ttf"
        build(cut).save(path)
        written.append(path)
    return written
