"""Words broken into lines that fill a balloon: every number of lines is tried, the shape decides."""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate

from layouts.lettering.font_files import Style
from layouts.lettering.fonts import Lettering, unstressed
from layouts.lettering.shaping import clusters, unspaced

_NOT_FIRST = frozenset(
    "、。，．・：；？！）］｝」』】〉》〕…‥ーゝゞ々ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮ゛゜%),.:;?!]}»”’"
)
_NOT_LAST = frozenset("（［｛「『【〈《〔([{«“‘")

_SLIMMEST = 0.7
"""Width by height at which more lines make no sense any more."""

_ASTRAY = 2.5
"""Lines by which a break may be off its place before the search drops it."""

Profile = Callable[[int, int], float]
"""The share of the widest line that a line may take: (line, of how many) -> 0..1."""


@dataclass(frozen=True)
class Atom:
    """What is never broken: a word, or one character of a script that is written without spaces."""

    text: str
    width_pt: float
    space_pt: float
    """The space before it when it does not begin a line; 0 within such scripts."""


@dataclass(frozen=True)
class BalloonLines:
    """Lines of one balloon, before it has a place."""

    lines: tuple[str, ...]
    widths_pt: tuple[float, ...]
    ragged: float
    """How badly they fill the shape; 0 is perfect, 1 is poor."""

    @property
    def width_pt(self) -> float:
        """The longest line."""
        return max(self.widths_pt)


def oval(line: int, count: int) -> float:
    """The profile of a balloon: widest in the middle."""
    away = abs(line - (count - 1) / 2) / (count / 2 + 0.4)
    return float((1 - away * away) ** 0.5)


def straight(line: int, count: int) -> float:
    """The profile of a caption."""
    return 1.0


@lru_cache(maxsize=1024)  # pages are tried with several layouts: the same words come back
def blocks(
    text: str, lettering: Lettering, size_pt: float, *, style: Style, profile: Profile, widest_pt: float
) -> tuple[BalloonLines, ...]:
    """Break a text into 1, 2, 3... lines, each number in its best way, up to the narrowest that makes sense.

    Args:
        text: Letterable text, not empty; where it has rows, parted by line ends, that fit, they are its lines.
        lettering: Measures it.
        size_pt: The type's size.
        style: The type's cut.
        profile: The shape to fill.
        widest_pt: No line is longer; a single word that is longer is broken.

    Returns:
        At least one block, fewest lines first.
    """
    if "\n" in text and (rows := _rows(text, lettering, size_pt, style)).width_pt <= widest_pt:
        return (rows,)
    atoms = _fitting(_atoms(text, lettering, size_pt, style), lettering, size_pt, style, widest_pt)
    total = sum(atom.width_pt + atom.space_pt for atom in atoms)
    found = []
    for count in range(max(1, int(total / widest_pt)), len(atoms) + 1):
        block = _balanced(atoms, count, profile)
        if block is None or block.width_pt > widest_pt + 1e-6:
            continue
        found.append(block)
        if block.width_pt < _SLIMMEST * count * size_pt and len(found) > 1:
            break
    return tuple(found)


def _rows(text: str, lettering: Lettering, size_pt: float, style: Style) -> BalloonLines:
    """Return lines that stand as they are written."""
    lines = tuple(text.split("\n"))
    return BalloonLines(lines, tuple(lettering.width_pt(line, size_pt, style) for line in lines), ragged=0.0)


def _atoms(text: str, lettering: Lettering, size_pt: float, style: Style) -> list[Atom]:
    space = lettering.width_pt(" ", size_pt, style)
    atoms = []
    for word in text.split():
        for number, piece in enumerate(_pieces(word)):
            width = sum(run.width_pt for run in lettering.stressed_runs(piece, size_pt, style))
            atoms.append(Atom(piece, width, 0 if number else space))
    return atoms


def _pieces(word: str) -> list[str]:
    """Split a word where a line may end: between characters of Chinese and Japanese, by the rules of kinsoku."""
    if unspaced(word):  # without a dictionary no one can tell the words: any cluster may begin a line
        return clusters(word)
    pieces: list[str] = []
    for char in word:
        joined = pieces and (
            not (_wide(char) or _wide(pieces[-1][-1])) or char in _NOT_FIRST or pieces[-1][-1] in _NOT_LAST
        )
        if joined:
            pieces[-1] += char
        else:
            pieces.append(char)
    return pieces


def _wide(char: str) -> bool:
    return unicodedata.east_asian_width(char) in "WF" and not 0xAC00 <= ord(char) <= 0xD7AF  # Korean has spaces


def _fitting(atoms: list[Atom], lettering: Lettering, size_pt: float, style: Style, widest_pt: float) -> list[Atom]:
    """Break words that are longer than a line into equal parts: the last resort."""
    fitting = []
    for atom in atoms:
        parts = 1
        pieces = [atom]
        while max(piece.width_pt for piece in pieces) > widest_pt and parts < len(atom.text):
            parts += 1
            letters = clusters(unstressed(atom.text))
            step = -(-len(letters) // parts)
            cut = ["".join(letters[at : at + step]) for at in range(0, len(letters), step)]
            pieces = [
                Atom(part, lettering.width_pt(part, size_pt, style), 0 if number else atom.space_pt)
                for number, part in enumerate(cut)
            ]
        fitting += pieces
    return fitting


def _balanced(atoms: list[Atom], count: int, profile: Profile) -> BalloonLines | None:
    """Break into exactly `count` lines so that they follow the profile best (dynamic programming)."""
    size = len(atoms)
    ends = list(accumulate(atom.width_pt + atom.space_pt for atom in atoms))

    def width(first: int, after: int) -> float:
        return ends[after - 1] - (ends[first - 1] if first else 0) - atoms[first].space_pt

    shares = [profile(line, count) for line in range(count)]
    unit = max(width(0, size) / sum(shares), 1e-6)
    best: list[dict[int, tuple[float, int]]] = [{0: (0.0, -1)}]
    for line in range(count):
        row: dict[int, tuple[float, int]] = {}
        target = unit * shares[line]
        due = unit * sum(shares[:line])
        for first, (cost, _) in best[-1].items():
            if abs((ends[first - 1] if first else 0) - due) > _ASTRAY * unit and first != line:
                continue
            for after in range(first + 1, size - (count - line - 1) + 1):
                over = width(first, after) - target
                if over > 1.2 * unit and after > first + 1:
                    break
                total = cost + (over / unit) ** 2 + _lonely(atoms, first, after, over / unit)
                if after not in row or total < row[after][0]:
                    row[after] = (total, first)
        best.append(row)
    if size not in best[-1]:
        return None
    return _trace(atoms, best, size, width)


def _lonely(atoms: list[Atom], first: int, after: int, over: float) -> float:
    """Punish a line that holds one short word, and one that parts a sentence's first word from the rest."""
    text = atoms[after - 1].text
    alone = 0.25 if after - first == 1 and over < -0.4 else 0.0
    torn = 0.12 if after - first > 1 and atoms[after - 2].text[-1] in ".!?…" and text[-1] not in ".!?…" else 0.0
    return alone + torn


def _trace(
    atoms: list[Atom], best: list[dict[int, tuple[float, int]]], size: int, width: Callable[[int, int], float]
) -> BalloonLines:
    spans = []
    after = size
    for row in reversed(best[1:]):
        first = row[after][1]
        spans.append((first, after))
        after = first
    spans.reverse()
    lines = []
    for first, end in spans:
        parts = [(" " if atom.space_pt else "") + atom.text for atom in atoms[first:end]]
        lines.append("".join(parts).strip())
    ragged = best[-1][size][0] / len(spans)
    return BalloonLines(tuple(lines), tuple(width(first, end) for first, end in spans), min(1.0, ragged * 4))
