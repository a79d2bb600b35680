"""Fonts to letter with: which file holds which letter. No letter is ever dropped, and no sign in silence.

The program's own hand letters what it can (`layouts.lettering.hand`: Latin with Vietnamese, Cyrillic, Greek, music
notes). DejaVu Sans from matplotlib's wheel stands behind it, with Arabic and Hebrew too. What both lack is looked for
among the fonts of the system, asked from fontconfig where that is installed. Letters that join, stack or run from right
to left are shaped. A letter without a font stops the book, since words without it say something else; a sign without
one (an emoji, a symbol) is left out, and the lettering tells which.
"""

import re
import shutil
import subprocess
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import groupby
from pathlib import Path

from fontTools import unicodedata as scripts

from configs.errors import FontError
from configs.units import text_sha256
from layouts.book.page import FontFace, Run
from layouts.lettering.bidi import base_level, visual_runs
from layouts.lettering.font_files import (
    CUTS,
    Style,
    advances,
    barred_i_face,
    bundled_face,
    face_path,
    hand_face,
    read_face,
)
from layouts.lettering.shaping import JOINERS, is_vertical, needs_shaping, script_runs, shape

_PACKAGES = {"Hani": "fonts-noto-cjk", "Hira": "fonts-noto-cjk", "Kana": "fonts-noto-cjk", "Hang": "fonts-noto-cjk"}
_CALLED = {"Hira": "Japanese", "Kana": "Japanese", "Hang": "Korean", "Hani": "Chinese or Japanese"}
"""In the order in which they tell a text's language: kana stand beside Chinese characters, never the reverse."""
_NAMED = 5
"""So many signs are named."""
_SIGNS_CURE = "install fonts-symbola, which has most signs, or give a font that has them with --font"
_FONTCONFIG_S = 10
_SIGNS = frozenset({"So", "Sk", "Sm", "Sc", "Me", "Co", "Cn"})
"""Categories of what is no letter, digit, mark or punctuation: symbols, emoji, private and unknown characters."""
_FIRST_SHAPED = "\u0590"
"""No letter before this one is shaped: Latin, Greek, Cyrillic and Armenian."""


_PRONOUN = re.compile(r"(?<![^\W_])I(?![^\W_])")
"""The word `I`, also in I'm and I.O.U.: comics give bars to no other I."""


STRESSED = re.compile(r"(?<![\w*])\*([^\s*]+)\*(?![\w*])")
"""A stressed word in its stars."""


def unstressed(text: str) -> str:
    """Return a text without the stars around its stressed words."""
    return STRESSED.sub(r"\1", text) if "*" in text else text


def letterable(text: str) -> str:
    """Return the text as it is lettered: composed (NFC), single spaces, without invisible characters.

    Joiners stay where they change the letters beside them.
    """
    composed = unicodedata.normalize("NFC", text)
    kept = (char for at, char in enumerate(composed) if not _invisible(char) or _joins(composed, at))
    return " ".join("".join(kept).split())


def _joins(text: str, at: int) -> bool:
    return text[at] in JOINERS and 0 < at < len(text) - 1 and any(map(needs_shaping, text[at - 1] + text[at + 1]))


def _invisible(char: str) -> bool:
    kind = unicodedata.category(char)
    return kind == "Cf" or (kind == "Cc" and not char.isspace()) or 0xFE00 <= ord(char) <= 0xFE0F


@dataclass(frozen=True)
class Lettering:
    """The fonts of a book: for each cut a chain of faces, the first that has a letter draws it."""

    chains: tuple[tuple[Style, tuple[FontFace, ...]], ...]
    barred: tuple[tuple[Style, FontFace], ...] = ()
    """For each cut the face of the I that stands alone."""
    left_out: frozenset[str] = frozenset()
    """Signs that no font at hand has: they must be taken out of the words."""

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
            if ord(char) in advances(face):
                return face
        raise _no_font({char})

    def covers(self, text: str) -> bool:
        """Tell whether every letter of a text has a font, and can be set in lines."""
        faces = self._chain[Style.REGULAR]
        return all(
            char in JOINERS or (not is_vertical(char) and any(ord(char) in advances(face) for face in faces))
            for char in letterable(text)
        )

    def width_pt(self, text: str, size_pt: float, style: Style = Style.REGULAR) -> float:
        """Return the length of a text set on one line; no kerning, as the PDF draws it."""
        if _shaped(text):
            return sum(run.width_pt for run in self.runs(text, size_pt, style))
        return sum(advances(face)[ord(char)] for face, char in self._drawn(text, style)) * size_pt

    def _drawn(self, text: str, style: Style) -> Iterator[tuple[FontFace, str]]:
        """Yield each letter with the face that draws it."""
        barred = dict(self.barred).get(style)
        alone = {found.start() for found in _PRONOUN.finditer(text)} if barred else ()
        for at, char in enumerate(text):
            yield barred if barred and at in alone else self.face_of(char, style), char

    def runs(self, text: str, size_pt: float, style: Style = Style.REGULAR) -> tuple[Run, ...]:
        """Split a text where the font changes; runs of mixed directions come as they stand from left to right."""
        if _shaped(text):
            return tuple(self._shaped_runs(text, size_pt, style))
        pieces: list[tuple[FontFace, str]] = []
        for face, char in self._drawn(text, style):
            if char == " " and pieces:
                face = pieces[-1][0] if ord(" ") in advances(pieces[-1][0]) else face
            if pieces and pieces[-1][0].name == face.name:
                pieces[-1] = (face, pieces[-1][1] + char)
            else:
                pieces.append((face, char))
        return tuple(
            Run(text=piece, font=face.name, width_pt=_run_width(face, piece) * size_pt) for face, piece in pieces
        )

    def stressed_runs(self, text: str, size_pt: float, style: Style = Style.REGULAR) -> tuple[Run, ...]:
        """Return the runs of a text with stressed words (`*this*`), which are bold and slanted, without their stars."""
        if "*" not in text or _shaped(text):
            return self.runs(unstressed(text), size_pt, style)
        pieces = STRESSED.split(text)
        return tuple(
            run
            for at, piece in enumerate(pieces)
            if piece
            for run in self.runs(piece, size_pt, Style.BOLD_OBLIQUE if at % 2 else style)
        )

    def _shaped_runs(self, text: str, size_pt: float, style: Style) -> Iterator[Run]:
        for begin, end, level in visual_runs(text):
            parts, at = [], begin
            for face, piece in self._by_face(text[begin:end], style):
                parts.append((face, piece, at))
                at += len(piece)
            for face, piece, at in parts[::-1] if level % 2 else parts:
                if level % 2 == 0 and not _shaped(piece):
                    for run in self.runs(piece, size_pt, style):
                        yield run.model_copy(update={"order": at})
                    continue
                glyphs, width = shape(piece, face_path(face), face.index, bool(level % 2))
                yield Run(text=piece, font=face.name, width_pt=width * size_pt, glyphs=glyphs, order=at)

    def _by_face(self, text: str, style: Style) -> Iterator[tuple[FontFace, str]]:
        """Split a text where the script or the font changes: letters are shaped together in one font only."""
        for part in script_runs(text):
            letters = [char for char in part if char not in JOINERS]
            whole = next((one for one in self._chain[style] if all(ord(c) in advances(one) for c in letters)), None)
            if whole is not None:
                yield whole, part
                continue
            faces = [self.face_of(char, style) if char not in JOINERS else None for char in part]
            faces = [face or faces[max(0, at - 1)] or self._chain[style][-1] for at, face in enumerate(faces)]
            at = 0
            for face, group in groupby(faces):
                end = at + len(list(group))
                if face is not None:
                    yield face, part[at:end]
                at = end


def _shaped(text: str) -> bool:
    return bool(text) and max(text) >= _FIRST_SHAPED and any(map(needs_shaping, text))


def is_rtl(text: str) -> bool:
    """Tell whether a line is read from the right: its first letter is."""
    return bool(text) and max(text) >= _FIRST_SHAPED and base_level(text) == 1


def _run_width(face: FontFace, text: str) -> float:
    own = advances(face)
    return sum(own[ord(char)] for char in text)


def pick_fonts(
    texts: Iterable[str], *, font: Path | None = None, capitals: bool = True, hoped: Iterable[str] = ()
) -> Lettering:
    """Choose the fonts that letter all of these texts.

    Args:
        texts: Everything that will be lettered.
        font: A TrueType or OpenType file that a person prefers; what it lacks comes from the others.
        capitals: Letter in capitals, as comics have it; the text itself stays as it is written.
        hoped: What is lettered too where a font at hand has its letters, and left out elsewhere: titles, names.

    Raises:
        FontError: A script runs from top to bottom only, or no font at hand has a letter; or `font` is not a font.
            What is only a sign without a font is in `left_out` instead.
    """
    needed = ({char for text in texts for char in letterable(text)} | set(" …?!♪")) - set(JOINERS)
    _refuse_vertical(needed)
    own = (read_face(font, f"own:{font.stem}"),) if font is not None else ()
    always = (*own, hand_face(Style.REGULAR, capitals=capitals), bundled_face(Style.REGULAR))
    missing = {char for char in needed if not any(ord(char) in advances(face) for face in always)}
    system, left_out = _system_faces(missing) if missing else ((), frozenset())
    known = (*always, *system)
    wished = {char for text in hoped for char in letterable(text)} - set(JOINERS)
    lacking = {char for char in wished if not any(ord(char) in advances(face) for face in known)}
    system = (*system, *_hoped_faces(lacking))
    chains = []
    for style in Style:
        # the upright cut stands behind the others: it has letters that they lack
        behind = (hand_face(style, capitals=capitals), bundled_face(style), bundled_face(Style.REGULAR))
        chains.append((style, tuple(dict.fromkeys((*own, *behind, *system)))))
    barred = tuple((style, barred_i_face(style)) for style in CUTS) if capitals and not own else ()
    return Lettering(chains=tuple(chains), barred=barred, left_out=left_out)


def face_with(faces: Iterable[FontFace], text: str) -> FontFace:
    """Return the first face that has all letters of a text; raises FontError where none has."""
    for face in faces:
        if all(ord(char) in advances(face) for char in text):
            return face
    raise _no_font(set(text))


def _refuse_vertical(chars: Iterable[str]) -> None:
    for char in sorted(chars):
        if is_vertical(char):
            raise FontError(
                f"{scripts.script_name(scripts.script(char))} script runs from top to bottom, which is not done here",
                cure="choose another track with --language",
            )


def _no_font(chars: set[str]) -> FontError:
    char = min(chars, key=_tells)
    script, usual = scripts.script(char), "fonts-noto-core"
    called = _CALLED.get(script) or scripts.script_name(script, default="").replace("_", " ")
    if script in ("Zyyy", "Zinh", "Zzzz"):
        called = f"the sign U+{ord(char):04X} ({unicodedata.name(char, 'unnamed').lower()})"
        usual = "fonts-symbola"
    package = _PACKAGES.get(script, usual)
    return FontError(f"no font at hand letters {called}", cure=f"install {package} or give a font with --font")


def told_left_out(signs: Iterable[str]) -> str:
    """Say on one line which signs no font at hand has, and what has most of them."""
    every = sorted(signs)
    named = ", ".join(f"U+{ord(char):04X} ({unicodedata.name(char, 'unnamed').lower()})" for char in every[:_NAMED])
    more = f" and {len(every) - _NAMED} more" if len(every) > _NAMED else ""
    return f"no font at hand has {named}{more}: left out of the words; {_SIGNS_CURE}"


def _tells(char: str) -> tuple[int, str]:
    script = scripts.script(char)
    return (list(_CALLED).index(script) if script in _CALLED else len(_CALLED)), char


def _system_faces(missing: set[str]) -> tuple[tuple[FontFace, ...], frozenset[str]]:
    """Find faces of the system until every missing letter has one, those that cover most first; and signs without."""
    left, faces, left_out = set(missing), [], set()
    while left:
        wanted = min(left)
        if face := _fullest(wanted, left):
            faces.append(face)
            left -= _drawn_by(face, left)
        elif unicodedata.category(wanted) in _SIGNS:
            left_out.add(wanted)
            left.remove(wanted)
        else:
            raise _no_font({char for char in left if unicodedata.category(char) not in _SIGNS})
    return tuple(faces), frozenset(left_out)


def _hoped_faces(lacking: set[str]) -> tuple[FontFace, ...]:
    """Find faces of the system for letters that may be left out."""
    faces: list[FontFace] = []
    left = {char for char in lacking if not is_vertical(char)}
    while left:
        wanted = min(left)
        if face := _fullest(wanted, left):
            faces.append(face)
            left -= _drawn_by(face, left)
        left.discard(wanted)
    return tuple(faces)


def _fullest(wanted: str, left: set[str]) -> FontFace | None:
    """Return the face of the system that has a letter, and the most of the others."""
    faces = _candidates(wanted)
    return max(faces, key=lambda face: (len(_drawn_by(face, left)), face.plain, _plain(face)), default=None)


def _drawn_by(face: FontFace, chars: set[str]) -> set[str]:
    return {char for char in chars if ord(char) in advances(face)}


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
            if ord(char) in advances(face):
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
