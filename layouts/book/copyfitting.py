"""Words to comic length: how much room a text takes, and where a long one may be broken.

Limits are those of comics editors (25 words a balloon, 35 a panel at six panels, 210 a page). Text written without
spaces is counted by its characters.
"""

import re
import unicodedata
from collections.abc import Iterator
from itertools import pairwise
from math import ceil
from typing import NamedTuple

BALLOON_WORDS = 25

_UNSPACED = re.compile(
    "[\u3041-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
    "|([\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff])"
)
"""Scripts that put no spaces between words: kana and Han; as a group Thai, Lao, Burmese, Khmer."""

_PIECE = re.compile(r"[^ \t\r\n\u3000]+")
"""What a line break may never part; a no-break space is inside it."""

_HAN_WORDS = 0.5
_THAI_WORDS = 0.25
_LONG_LETTERS = 15
"""A word longer than this takes the room of two."""

_CLOSERS = "\"'”’»›)]}』」）】》〉"
_OPENERS = "\"'“‘«‹([{『「（【《〈¿¡"
_SENTENCE_ENDS = ".!?…。！？｡؟।♪♫"
_CLAUSE_ENDS = ";:—–؛；：-"
_COMMAS = ",、，،"
_ABBREVIATION = re.compile(r"^\W*(?:\w|Mr|Mrs|Ms|Dr|St|Prof|Sr|Jr|Lt|Sgt|Capt|vs|No|Mme|Mlle|Hr|Fr|TS|ThS)\.$")
_LINK_WORDS = (  # they open a phrase, in the languages most subtitles are in
    "and but or because that which who when where while if so than then with for from into "
    "và nhưng hoặc vì rằng khi nếu mà để thì với "
    "et mais ou parce que qui quand où si donc avec pour "
    "und aber oder weil dass wenn wo mit für y pero o porque e ma perché che con per"
)
_LINKS = frozenset(_LINK_WORDS.split())

_SENTENCE, _CLAUSE, _COMMA, _PHRASE, _SOLID, _WORD, _NAME, _NEVER = 0.0, 1.0, 1.6, 3.0, 4.0, 5.0, 8.0, 60.0
_PART_COST = 12.0
_BALANCE_COST = 6.0


class _Atom(NamedTuple):
    """The least that may stand alone in a balloon: a word, or a character of an unspaced script."""

    start: int
    end: int
    words: float
    joined: bool
    """No space before the next one."""


def word_count(text: str) -> int:
    """Return how many words' room a text takes: the words between its spaces.

    Two Han or kana characters, or four of Thai, Lao, Khmer or Burmese, count as one word; so do each 15 letters of a
    very long one.
    """
    return ceil(sum(_room(piece) for piece in _PIECE.findall(text)))


def split_words(text: str, most: int = BALLOON_WORDS) -> list[str]:
    """Break a text into the fewest parts of at most `most` words, at the best borders there are.

    Sentences first, then clauses, commas and phrases; parts of like length. Every character but the spaces at the
    borders is kept, in order. A text that is short enough comes back as it is; an empty one as no part.
    """
    text = text.strip()
    if word_count(text) <= most:
        return [text] if text else []
    atoms = list(_atoms(text))
    return [text[atoms[i].start : atoms[j - 1].end] for i, j in _best_parts(atoms, _borders(text, atoms), most)]


def ends_sentence(text: str) -> bool:
    """Tell whether a text comes to its end with a full stop or the like; an ellipsis does not end one."""
    bare = text.rstrip(_CLOSERS + " ")
    return bool(bare) and bare[-1] in _SENTENCE_ENDS and not bare.endswith(("...", "…")) and not _abbreviates(bare)


def runs_on(before: str, after: str) -> bool:
    """Tell whether a sentence begun in one text goes on in the next.

    It takes evidence on both sides: no end in the first, and a small letter or an ellipsis at the start of the second.
    """
    start = after.lstrip(_OPENERS + " ")
    return bool(start) and not ends_sentence(before) and (start[0].islower() or start.startswith(("...", "…")))


def _room(piece: str) -> float:
    if not _UNSPACED.search(piece):
        return ceil(len(piece) / _LONG_LETTERS)
    return sum(atom.words for atom in _characters(piece, 0))


def _atoms(text: str) -> Iterator[_Atom]:
    for piece in _PIECE.finditer(text):
        if _UNSPACED.search(piece[0]):
            yield from _characters(piece[0], piece.start())
        else:
            yield from _letters(piece[0], piece.start())


def _letters(piece: str, at: int) -> Iterator[_Atom]:
    """One atom for a word; several only for a run of letters that no balloon could hold."""
    step = len(piece) if len(piece) <= 4 * _LONG_LETTERS else _LONG_LETTERS
    for start in range(0, len(piece), step):
        end = min(start + step, len(piece))
        yield _Atom(at + start, at + end, ceil((end - start) / _LONG_LETTERS), end < len(piece))


def _characters(piece: str, at: int) -> Iterator[_Atom]:
    """One atom for each character of an unspaced script; runs of other letters stay whole."""
    start = 0
    while start < len(piece):
        kind = _UNSPACED.match(piece, start)
        end = start + 1
        while end < len(piece) and (
            unicodedata.combining(piece[end]) or (kind is None and not _UNSPACED.match(piece, end))
        ):
            end += 1
        words = 1.0 if kind is None and any(map(str.isalnum, piece[start:end])) else _HAN_WORDS
        yield _Atom(at + start, at + end, _THAI_WORDS if kind and kind[1] else words, end < len(piece))
        start = end


def _borders(text: str, atoms: list[_Atom]) -> list[float]:
    """Return what it costs to break after each atom."""
    costs = []
    for atom, following in pairwise(atoms):
        piece, then = text[atom.start : atom.end], text[following.start : following.end]
        costs.append(_border(piece, then, atom.joined))
    return [*costs, 0.0]


def _border(piece: str, then: str, joined: bool) -> float:
    last = piece.rstrip(_CLOSERS)[-1:]
    if then.lstrip(_CLOSERS)[:1] in (*_SENTENCE_ENDS, *_CLAUSE_ENDS[:-1], *_COMMAS, "") or piece in _OPENERS:
        return _NEVER
    if last and last in _SENTENCE_ENDS:
        return _NAME if _abbreviates(piece) else _SENTENCE
    if last and (last in _CLAUSE_ENDS or last in _COMMAS):
        return _CLAUSE if last in _CLAUSE_ENDS else _COMMA
    if joined:
        return _SOLID
    if then.lower() in _LINKS:
        return _PHRASE
    return _NAME if piece[:1].isupper() and then[:1].isupper() else _WORD


def _abbreviates(text: str) -> bool:
    last = text.split()[-1] if text.split() else ""
    return last.lower() != "i." and bool(_ABBREVIATION.match(last)) and not last[:-1].isdigit()


def _best_parts(atoms: list[_Atom], borders: list[float], most: int) -> list[tuple[int, int]]:
    """Choose the parts by dynamic programming: few parts, good borders, like lengths."""
    total = sum(atom.words for atom in atoms)
    ideal = total / ceil(total / most)
    best: list[tuple[float, int]] = [(0.0, 0)]
    for end in range(1, len(atoms) + 1):
        room, options = 0.0, []
        for start in range(end - 1, -1, -1):
            room += atoms[start].words
            if room > most and start < end - 1:
                break
            cost = _PART_COST + borders[end - 1] + _BALANCE_COST * ((room - ideal) / most) ** 2
            options.append((best[start][0] + cost, start))
        best.append(min(options))
    return _walk_back([start for _, start in best])


def _walk_back(starts: list[int]) -> list[tuple[int, int]]:
    parts, end = [], len(starts) - 1
    while end > 0:
        parts.append((starts[end], end))
        end = starts[end]
    return parts[::-1]
