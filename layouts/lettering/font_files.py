"""Font files: those that come with the program, those that a person gives, and what is in them."""

import io
from collections.abc import Iterable
from enum import StrEnum
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from fontTools.ttLib import TTFont, TTLibError

from configs.disk.files import is_same
from configs.errors import FontError
from configs.units import file_sha256
from layouts.book.page import FontFace


class Style(StrEnum):
    """The cuts that lettering asks for."""

    REGULAR = "regular"
    BOLD = "bold"
    OBLIQUE = "oblique"
    BOLD_OBLIQUE = "bold oblique"
    SOUND = "sound"
    """Of sounds lettered into the picture."""
    TITLE = "title"
    """Of the title on the cover: heavy, drawn with a flat brush."""


_DEJAVU = {
    Style.REGULAR: "DejaVuSans",
    Style.BOLD: "DejaVuSans-Bold",
    Style.OBLIQUE: "DejaVuSans-Oblique",
    Style.BOLD_OBLIQUE: "DejaVuSans-BoldOblique",
    Style.SOUND: "DejaVuSans-BoldOblique",
    Style.TITLE: "DejaVuSans-Bold",
}

CUTS = {Style.REGULAR: "Regular", Style.BOLD: "Bold", Style.OBLIQUE: "Oblique", Style.BOLD_OBLIQUE: "BoldOblique"}
_HAND, _SOUND, _TITLE = "FilmcomicHand", "FilmcomicSound", "FilmcomicTitle"
_DISPLAY = {Style.SOUND: _SOUND, Style.TITLE: _TITLE}
_SHIPPED = Path(__file__).parent / "hand" / "shipped"


@lru_cache
def hand_face(style: Style, *, capitals: bool = True) -> FontFace:
    """Return a cut of the program's own hand."""
    kind = "" if capitals else "Mixed"
    return _own(_DISPLAY[style] if style in _DISPLAY else f"{_HAND}{kind}-{CUTS[style]}")


@lru_cache
def barred_i_face(style: Style) -> FontFace:
    """Return the face of the I with bars."""
    return _own(f"{_HAND}Barred-{CUTS[style]}")


def _own(name: str) -> FontFace:
    return FontFace(name=name, sha256=file_sha256(_bundled_path(name)))


@lru_cache
def bundled_face(style: Style) -> FontFace:
    """Return a cut of DejaVu Sans from matplotlib's data.

    Raises:
        FontError: The installation lacks it.
    """
    path = _bundled_path(_DEJAVU[style])
    return FontFace(name=_DEJAVU[style], sha256=file_sha256(path))


def _bundled_path(name: str) -> Path:
    if name.startswith((_HAND, _SOUND, _TITLE)):
        path = _SHIPPED / f"{name}.ttf"
        if not path.is_file():
            cure = "run python -m layouts.lettering.hand"
            raise FontError(f"the font {name} is missing from the installation", cure=cure)
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
def advances(face: FontFace) -> dict[int, float]:
    """Return the advance of each character that a face has, in sizes of the type."""
    with TTFont(face_path(face), fontNumber=face.index, lazy=True) as font:
        em = font["head"].unitsPerEm
        widths = font["hmtx"].metrics
        return {code: widths[glyph][0] / em for code, glyph in font.getBestCmap().items() if glyph in widths}


def truetype_file(face: FontFace, chars: Iterable[str]) -> io.BytesIO:
    """Return a face as a plain TrueType file that holds at least these letters; other kinds are converted.

    Raises:
        FontError: It is another file than the one that the book was composed with.
    """
    path = face_path(face)
    if not is_same(path, face.sha256):
        raise FontError("the font was changed while the comic was made", cure="run again", path=path)
    if face.plain:
        return io.BytesIO(path.read_bytes())
    from layouts.lettering.postscript import as_truetype  # only few books need it

    return as_truetype(path, face.index, "".join(sorted(set(chars))))


def _collection(path: Path) -> bool:
    with path.open("rb") as stream:
        return stream.read(4) == b"ttcf"
