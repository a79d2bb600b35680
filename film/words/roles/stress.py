"""Words that are stressed, as `*this*`: those in italics among upright ones, and single ones in capitals.

Capitals stress a word that the film writes small elsewhere; of the others nobody can tell whether they are a name of
letters (FBI).
"""

import re
from collections.abc import Iterable, Sequence

from film.model import Line, LineKind

_SLANTED = re.compile(
    r"(?<!\w)(?:<\s?(?:i|em)\s?>([^<>{}\n:]{1,60})<\s?/\s?(?:i|em)\s?>|\{\\i1\}([^<>{}\n:]{1,60})\{\\i0?\})(?![\w:])",
    re.IGNORECASE,
)
_MAY_SLANT = re.compile(r"<\s?(?:i|em)\s?>|\\i1", re.IGNORECASE)
_LEADING = re.compile(r"^\s*[-–—>\[(（♪#*]")
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3041-\u30ff\u3400-\u9fff]")
"""Scripts without spaces between words, of which no single one could be parted."""
_WORD = re.compile(r"[^\W_](?:[\w'’-]*[^\W_])?")
_STRESSED = re.compile(r"(?<![\w*])\*([^\s*]+)\*(?![\w*])")
_MOST_WORDS = 3
_OTHERS = 2
"""For each stressed word a row has so many others at the least."""
_NO_STRESS = frozenset({"US", "IT", "AM", "PM", "OK", "WHO", "AIDS"})
"""What is short for something, though it is a word in small letters too."""
_SPOKEN = frozenset({
    LineKind.SPEECH, LineKind.SHOUT, LineKind.WHISPER, LineKind.THOUGHT, LineKind.RADIO, LineKind.NARRATION
})  # fmt: skip


def mark_slanted(row: str) -> str:
    """Return a row of mark-up with stars around each word in italics, where these are few among others."""
    if not _MAY_SLANT.search(row):
        return row
    slanted = [first or second for first, second in _SLANTED.findall(row)]
    stressed = sum(len(_WORD.findall(one)) for one in slanted)
    others = len(_WORD.findall(re.sub(r"<[^<>]*>|\{[^{}]*\}", " ", row))) - stressed
    if (
        _UNSPACED.search(row)
        or not 0 < stressed <= _MOST_WORDS
        or others < _OTHERS * stressed
        or any(map(_LEADING.match, slanted))
    ):
        return row
    return _SLANTED.sub(lambda match: _WORD.sub(r"*\g<0>*", match.group(1) or match.group(2)), row)


def stressed(lines: Sequence[Line]) -> tuple[Line, ...]:
    """Mark words in capitals among small ones that the film writes small elsewhere; only what is said has stress."""
    small = {word for line in lines for word in _WORD.findall(line.text) if word.islower()}
    return tuple(_told(line, small) for line in lines)


def unmarked(text: str) -> str:
    """Return a text without the marks of stress."""
    return _STRESSED.sub(r"\1", text) if "*" in text else text


def _told(line: Line, small: Iterable[str]) -> Line:
    if line.kind not in _SPOKEN:
        bare = unmarked(line.text)
        return line if bare == line.text else line.model_copy(update={"text": bare})
    if not _is_mixed(line.text):
        return line
    text = _WORD.sub(lambda match: f"*{match.group()}*" if _cries_out(match, small) else match.group(), line.text)
    return line if text == line.text else line.model_copy(update={"text": text})


def _is_mixed(text: str) -> bool:
    """Tell a text in which a word in capitals stands out: more than half of its words have small letters."""
    words = _WORD.findall(text)
    loud = sum(len(word) > 1 and word.isupper() for word in words)
    return 0 < loud <= _MOST_WORDS and any(map(str.islower, words)) and 2 * loud < len(words) + 1


def _cries_out(match: re.Match[str], small: Iterable[str]) -> bool:
    word, text = match.group(), match.string
    free = text[match.start() - 1 : match.start()] != "*" and text[match.end() : match.end() + 1] != "*"
    return free and len(word) > 1 and word.isupper() and word not in _NO_STRESS and word.lower() in small
