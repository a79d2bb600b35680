"""Two tellings of the same words compared: what is lost, doubled or changed. Case and punctuation do not count."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

_WORD = re.compile(r"\w+(?:['’]\w+)*")
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3041-\u30ff\u3400-\u9fff\uf900-\ufaff]")
"""Scripts without spaces between words: Thai and its neighbours, kana and Han; read letter by letter."""


@dataclass(frozen=True)
class Change:
    """A passage that differs."""

    wanted: tuple[str, ...]
    said: tuple[str, ...]
    at: int
    """Where it begins, as a number of words of what is said."""
    doubled: bool = False
    """What is said too much stands right beside it already."""


_SHOWN = 8
"""So many words of a passage are quoted."""


def describe_change(change: Change) -> str:
    """Say what a change is, in few words."""
    lost, said = _quoted(change.wanted), _quoted(change.said)
    if change.doubled:
        return f"{said} is doubled"
    if change.wanted and change.said:
        return f"says {said} for {lost}"
    return f"{lost} is lost" if change.wanted else f"{said} is added"


def _quoted(words: Sequence[str]) -> str:
    more = f" and {len(words) - _SHOWN} more words" if len(words) > _SHOWN else ""
    return f'"{" ".join(words[:_SHOWN])}"{more}'


def tokens(text: str) -> list[str]:
    """Return the words of a text, small, composed, without punctuation."""
    small = unicodedata.normalize("NFC", text.casefold()).replace("’", "'")
    return [piece for word in _WORD.findall(small) for piece in _pieces(word)]


def _pieces(word: str) -> list[str]:
    return list(word) if _UNSPACED.search(word) else [word]


def compare(wanted: Sequence[str], said: Sequence[str]) -> list[Change]:
    """Return where what is said differs from what was wanted, in order; nothing where only line breaks do."""
    one, other = _all(wanted), _all(said)
    if "".join(one) == "".join(other):
        return []
    return list(_changes(one, other))


def coverage(wanted: Sequence[str], said: Sequence[str]) -> float:
    """Return the share of the wanted words that are said, in order, 0 to 1; 1 where none are wanted."""
    one, other = _all(wanted), _all(said)
    if not one:
        return 1.0
    blocks = SequenceMatcher(None, one, other, autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks) / len(one)


def _all(texts: Sequence[str]) -> list[str]:
    return [word for text in texts for word in tokens(text)]


def _changes(one: list[str], other: list[str]) -> Iterator[Change]:
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        if tag == "equal" or "".join(one[i1:i2]) == "".join(other[j1:j2]):
            continue
        extra = other[j1:j2]
        doubled = tag == "insert" and extra in (other[j1 - len(extra) : j1], other[j2 : j2 + len(extra)])
        yield Change(tuple(one[i1:i2]), tuple(extra), j1, doubled)
