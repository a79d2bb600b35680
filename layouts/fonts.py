"""Fonts to letter with: which file holds which letter. No letter is ever dropped in silence.

The program's own hand letters what it can (`layouts.hand`: Latin with Vietnamese, Cyrillic, Greek, music notes). DejaVu
Sans from matplotlib's wheel stands behind it. What both lack is looked for among the fonts of the system, asked from
fontconfig where that is installed. Scripts whose letters join, stack or run from right to left need shaping and are
refused with a line of their own.
"""

import io
import re
import shutil
import subprocess
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property, lru_cache
from importlib.util import find_spec
from pathlib import Path

from fontTools import unicodedata as scripts
from fontTools.ttLib import TTFont, TTLibError

from configs.errors import FontError
from configs.units import file_sha256, text_sha256
from layouts.page import FontFace, Run

_NEED_SHAPING = frozenset((
    "Arab", "Beng", "Bugi", "Cakm", "Cham", "Deva", "Gujr", "Guru", "Hebr", "Java", "Khmr", "Knda", "Lana", "Laoo",
    "Limb", "Mlym", "Mong", "Mymr", "Newa", "Nkoo", "Orya", "Saur", "Sinh", "Sund", "Sylo", "Syrc", "Tale", "Talu",
    "Taml", "Telu", "Tglg", "Thaa", "Thai", "Tibt", "Tirh",
))  # fmt: skip
_PACKAGES = {"Hani": "fonts-noto-cjk", "Hira": "fonts-noto-cjk", "Kana": "fonts-noto-cjk", "Hang": "fonts-noto-cjk"}
_CALLED = {"Hira": "Japanese", "Kana": "Japanese", "Hang": "Korean", "Hani": "Chinese or Japanese"}
"""In the order in which they tell a text's language: kana stand beside Chinese characters, never the reverse."""
_FONTCONFIG_S = 10


class Style(StrEnum):
    """The cuts that lettering asks for."""

    REGULAR = "regular"
    BOLD = "bold"
    OBLIQUE = "oblique"
    BOLD_OBLIQUE = "bold oblique"
    SOUND = "sound"
    """Of sounds lettered into the picture, and of titles."""


_DEJAVU = {
    Style.REGULAR: "DejaVuSans",
    Style.BOLD: "DejaVuSans-Bold",
    Style.OBLIQUE: "DejaVuSans-Oblique",
    Style.BOLD_OBLIQUE: "DejaVuSans-BoldOblique",
    Style.SOUND: "DejaVuSans-BoldOblique",
}

_CUTS = {Style.REGULAR: "Regular", Style.BOLD: "Bold", Style.OBLIQUE: "Oblique", Style.BOLD_OBLIQUE: "BoldOblique"}
_HAND, _SOUND = "FilmcomicHand", "FilmcomicSound"
_SHIPPED = Path(__file__).parent / "hand" / "shipped"
_PRONOUN = re.compile(r"(?<![^\W_])I(?![^\W_])")
"""The word `I`, also in I'm and I.O.U.: comics give bars to no other I."""


def letterable(text: str) -> str:
    """Return the text as it is lettered: composed (NFC), single spaces, without invisible characters."""
    kept = (char for char in unicodedata.normalize("NFC", text) if not _invisible(char))
    return " ".join("".join(kept).split())


def _invisible(char: str) -> bool:
    kind = unicodedata.category(char)
    return kind == "Cf" or (kind == "Cc" and not char.isspace()) or 0xFE00 <= ord(char) <= 0xFE0F


@dataclass(frozen=True)
class Lettering:
    """The fonts of a book: for each cut a chain of faces, the first that has a letter draws it."""

    chains: tuple[tuple[Style, tuple[FontFace, ...]], ...]
    barred: tuple[tuple[Style, FontFace], ...] = ()
    """For each cut the face of the I that stands alone."""

    @cached_property
    def _chain(self) -> dict[Style, tuple[FontFace, ...]]:
        return dict(self.chains)

    @property
    def faces(self) -> tuple[FontFace, ...]:
        """All faces, each once."""
        chained = [face for _, chain in self.chains for face in chain] + [face for _, face in self.barred]
        return tuple({face.name: face for face in chained}.values())

    @property
    def digest(self) -> str:
        """Of the files and their order: decides how words break, so it goes into cache keys."""
        return text_sha256(
            str([(style, [(face.name, face.sha256, face.index) for face in c]) for style, c in self.chains])
            + str([(style, face.sha256) for style, face in self.barred])
        )

    def face_of(self, char: str, style: Style) -> FontFace:
        """Return the face that draws a letter; raises FontError where none does."""
        for face in self._chain[style]:
            if ord(char) in _advances(face):
                return face
        raise _no_font({char})

    def covers(self, text: str) -> bool:
        """Tell whether every letter of a text has a font, and none needs shaping."""
        faces = self._chain[Style.REGULAR]
        return all(
            not _needs_shaping(char) and any(ord(char) in _advances(face) for face in faces)
            for char in letterable(text)
        )

    def width_pt(self, text: str, size_pt: float, style: Style = Style.REGULAR) -> float:
        """Return the length of a text set on one line; no kerning, as the PDF draws it."""
        return sum(_advances(face)[ord(char)] for face, char in self._drawn(text, style)) * size_pt

    def _drawn(self, text: str, style: Style) -> Iterator[tuple[FontFace, str]]:
        """Yield each letter with the face that draws it."""
        barred = dict(self.barred).get(style)
        alone = {found.start() for found in _PRONOUN.finditer(text)} if barred else ()
        for at, char in enumerate(text):
            yield barred if barred and at in alone else self.face_of(char, style), char

    def runs(self, text: str, size_pt: float, style: Style = Style.REGULAR) -> tuple[Run, ...]:
        """Split a text where the font changes."""
        pieces: list[tuple[FontFace, str]] = []
        for face, char in self._drawn(text, style):
            if char == " " and pieces:
                face = pieces[-1][0] if ord(" ") in _advances(pieces[-1][0]) else face
            if pieces and pieces[-1][0].name == face.name:
                pieces[-1] = (face, pieces[-1][1] + char)
            else:
                pieces.append((face, char))
        return tuple(
            Run(text=piece, font=face.name, width_pt=_run_width(face, piece) * size_pt) for face, piece in pieces
        )


def _run_width(face: FontFace, text: str) -> float:
    advances = _advances(face)
    return sum(advances[ord(char)] for char in text)


def pick_fonts(texts: Iterable[str], *, font: Path | None = None, capitals: bool = True) -> Lettering:
    """Choose the fonts that letter all of these texts.

    Args:
        texts: Everything that will be lettered.
        font: A TrueType or OpenType file that a person prefers; what it lacks comes from the others.
        capitals: Letter in capitals, as comics have it; the text itself stays as it is written.

    Raises:
        FontError: A script needs shaping, or no font at hand has a letter; or `font` is not a font.
    """
    needed = {char for text in texts for char in letterable(text)} | set(" …?!♪")
    _refuse_shaping(needed)
    own = (read_face(font, f"own:{font.stem}"),) if font is not None else ()
    always = (*own, hand(Style.REGULAR, capitals=capitals), bundled(Style.REGULAR))
    missing = {char for char in needed if not any(ord(char) in _advances(face) for face in always)}
    system = tuple(_system_faces(missing)) if missing else ()
    chains = []
    for style in Style:
        # the upright cut stands behind the others: it has letters that they lack
        behind = (hand(style, capitals=capitals), bundled(style), bundled(Style.REGULAR))
        chains.append((style, tuple(dict.fromkeys((*own, *behind, *system)))))
    barred = tuple((style, barred_i(style)) for style in _CUTS) if capitals and not own else ()
    return Lettering(chains=tuple(chains), barred=barred)


@lru_cache
def hand(style: Style, *, capitals: bool = True) -> FontFace:
    """Return a cut of the program's own hand."""
    kind = "" if capitals else "Mixed"
    return _own(_SOUND if style is Style.SOUND else f"{_HAND}{kind}-{_CUTS[style]}")


@lru_cache
def barred_i(style: Style) -> FontFace:
    """Return the face of the I with bars."""
    return _own(f"{_HAND}Barred-{_CUTS[style]}")


def _own(name: str) -> FontFace:
    return FontFace(name=name, sha256=file_sha256(_bundled_path(name)))


def face_with(faces: Iterable[FontFace], text: str) -> FontFace:
    """Return the first face that has all letters of a text; raises FontError where none has."""
    for face in faces:
        if all(ord(char) in _advances(face) for char in text):
            return face
    raise _no_font(set(text))


def _refuse_shaping(chars: set[str]) -> None:
    for char in sorted(chars):
        if _needs_shaping(char):
            script = scripts.script(char)
            raise FontError(
                f"{scripts.script_name(script, default=script)} script needs shaping, which a later version brings",
                cure="choose another track with --language",
            )


def _needs_shaping(char: str) -> bool:
    script = scripts.script(char)
    return script in _NEED_SHAPING or scripts.script_horizontal_direction(script, default="LTR") == "RTL"


def _no_font(chars: set[str]) -> FontError:
    char = min(chars, key=_tells)
    script = scripts.script(char)
    called = _CALLED.get(script) or scripts.script_name(script, default="").replace("_", " ")
    if script in ("Zyyy", "Zinh", "Zzzz"):
        called = f"the sign U+{ord(char):04X} ({unicodedata.name(char, 'unnamed').lower()})"
    package = _PACKAGES.get(script, "fonts-noto-core")
    return FontError(f"no font at hand letters {called}", cure=f"install {package} or give a font with --font")


def _tells(char: str) -> tuple[int, str]:
    script = scripts.script(char)
    return (list(_CALLED).index(script) if script in _CALLED else len(_CALLED)), char


@lru_cache
def bundled(style: Style) -> FontFace:
    """Return a cut of DejaVu Sans from matplotlib's data.

    Raises:
        FontError: The installation lacks it.
    """
    path = _bundled_path(_DEJAVU[style])
    return FontFace(name=_DEJAVU[style], sha256=file_sha256(path))


def _bundled_path(name: str) -> Path:
    if name.startswith((_HAND, _SOUND)):
        path = _SHIPPED / f"{name}.ttf"
        if not path.is_file():
            raise FontError(f"the font {name} is missing from the installation", cure="run python -m layouts.hand")
        return path
    spec = find_spec("matplotlib")  # found, not imported: importing takes a second
    for place in (spec.submodule_search_locations or []) if spec else []:
        path = Path(place, "mpl-data", "fonts", "ttf", f"{name}.ttf")
        if path.is_file():
            return path
    raise FontError(f"the font {name} is missing from the installation", cure="install matplotlib again")


def face_path(face: FontFace) -> Path:
    """Return where a face's file lies on this machine; raises FontError where it is gone."""
    path = face.path or _bundled_path(face.name)
    if not path.is_file():
        raise FontError("the font is gone", cure="put it back, or run again to choose another", path=path)
    return path


def read_face(path: Path, name: str, index: int = 0) -> FontFace:
    """Look at a font file.

    Raises:
        FontError: It cannot be read, is not a font, or is of a kind that cannot be embedded.
    """
    try:
        with TTFont(path, fontNumber=index, lazy=True) as font:
            drawn = any(table in font for table in ("glyf", "CFF ", "CFF2"))
            plain = "glyf" in font and font.flavor is None and not _collection(path)
            mapped = bool(font.getBestCmap())
            closed = "OS/2" in font and font["OS/2"].fsType & 0x000F == 0x0002
    except OSError as error:
        raise FontError(
            f"the font cannot be read ({error.strerror or error})", cure="check the name", path=path
        ) from None
    except Exception as error:  # a broken file makes fontTools fail in many ways
        what = str(error) if isinstance(error, TTLibError) else type(error).__name__
        raise FontError(
            f"not a TrueType or OpenType font ({what})", cure="give a .ttf or .otf file", path=path
        ) from None
    if not drawn or not mapped:
        raise FontError("a font without letter outlines", cure="give another .ttf or .otf file", path=path)
    if closed:
        raise FontError("its licence bits forbid embedding", cure="give another font", path=path)
    return FontFace(name=name, path=path.absolute(), index=index, plain=plain, sha256=file_sha256(path))


@lru_cache(maxsize=64)
def _advances(face: FontFace) -> dict[int, float]:
    """Return the advance of each character that a face has, in sizes of the type."""
    with TTFont(face_path(face), fontNumber=face.index, lazy=True) as font:
        em = font["head"].unitsPerEm
        widths = font["hmtx"].metrics
        return {code: widths[glyph][0] / em for code, glyph in font.getBestCmap().items() if glyph in widths}


def _system_faces(missing: set[str]) -> Iterator[FontFace]:
    """Find faces of the system until every missing letter has one; the one that covers most comes first."""
    left = set(missing)
    while left:
        found = [(face, {char for char in left if ord(char) in _advances(face)}) for face in _candidates(min(left))]
        if not found:
            raise _no_font(left)
        face, covered = max(found, key=lambda pair: (len(pair[1]), pair[0].plain, _plain(pair[0])))
        if not covered:
            raise _no_font(left)
        yield face
        left -= covered


def _plain(face: FontFace) -> tuple[int, str]:
    name = face.name.lower()
    return sum((word in name) for word in ("sans", "regular")) - sum(w in name for w in ("mono", "serif", "bold")), name


@lru_cache(maxsize=256)
def _candidates(char: str) -> tuple[FontFace, ...]:
    listing = _fontconfig(f":charset={ord(char):x}")
    faces = []
    for line in sorted(set(listing.splitlines())):
        file, _, index = line.rpartition("|")
        try:
            face = read_face(Path(file), f"system:{Path(file).stem}:{index}", int(index or 0) & 0xFFFF)
            if ord(char) in _advances(face):
                faces.append(face)
        except (FontError, ValueError):
            continue
    return tuple(faces)


def _fontconfig(pattern: str) -> str:
    tool = shutil.which("fc-list")
    if tool is None:
        return ""
    try:
        done = subprocess.run(
            [tool, "--format", "%{file}|%{index}\n", pattern],
            capture_output=True,
            text=True,
            timeout=_FONTCONFIG_S,
            check=False,
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout


def truetype_file(face: FontFace, chars: Iterable[str]) -> io.BytesIO:
    """Return a face as a plain TrueType file that holds at least these letters; other kinds are converted."""
    path = face_path(face)
    if face.plain:
        return io.BytesIO(path.read_bytes())
    from layouts.postscript import as_truetype  # only few books need it

    return as_truetype(path, face.index, "".join(sorted(set(chars))))


def _collection(path: Path) -> bool:
    with path.open("rb") as stream:
        return stream.read(4) == b"ttcf"
