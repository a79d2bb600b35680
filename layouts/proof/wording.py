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
_SHORT_WORDS = 400
"""Tellings, and what differs in longer ones, are compared word by word up to here: it costs the square of this."""
_RUN_WORDS = 5
"""Longer ones are laid beside each other by runs of so many words, of which hardly two are the same."""

Block = tuple[int, int, int]
"""Where a passage that both have begins in the one and in the other, and its length."""


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
    return sum(size for _, _, size in _blocks(one, other)) / len(one)


def _all(texts: Sequence[str]) -> list[str]:
    return [word for text in texts for word in tokens(text)]


def _changes(one: list[str], other: list[str]) -> Iterator[Change]:
    i1 = j1 = 0
    for i2, j2, size in _blocks(one, other):
        extra = other[j1:j2]
        if "".join(one[i1:i2]) == "".join(extra):
            i1, j1 = i2 + size, j2 + size
            continue
        doubled = i1 == i2 and extra in (other[j1 - len(extra) : j1], other[j2 : j2 + len(extra)])
        yield Change(tuple(one[i1:i2]), tuple(extra), j1, doubled)
        i1, j1 = i2 + size, j2 + size


def _blocks(one: list[str], other: list[str]) -> list[Block]:
    """Return the passages that both have, in order, at last an empty one at both ends; neighbours are not joined."""
    if min(len(one), len(other)) <= _SHORT_WORDS:
        return _shared(one, other)
    blocks: list[Block] = []
    i = j = 0
    for i2, j2, runs in [*_shared(_runs(one), _runs(other))[:-1], (len(one), len(other), 0)]:
        done = max(0, i - i2, j - j2)  # runs overlap, and so do passages of them
        i2, j2, size = i2 + done, j2 + done, runs + (_RUN_WORDS - 1 if runs else 0) - done
        if runs and size <= 0:
            continue
        between, beside = one[i:i2], other[j:j2]
        if min(len(between), len(beside)) <= _SHORT_WORDS:  # else they have not one run in common
            blocks += [(i + at, j + there, length) for at, there, length in _shared(between, beside)[:-1]]
        blocks.append((i2, j2, size))
        i, j = i2 + size, j2 + size
    return blocks


def _shared(one: Sequence[object], other: Sequence[object]) -> list[Block]:
    blocks = SequenceMatcher(None, one, other, autojunk=False).get_matching_blocks()
    return [(block.a, block.b, block.size) for block in blocks]


def _runs(words: list[str]) -> list[tuple[str, ...]]:
    return list(zip(*(words[at:] for at in range(_RUN_WORDS)), strict=False))
