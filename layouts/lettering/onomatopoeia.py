"""Sound words: what a described noise sounds like. `gunfire` is BLAM!, `knocking on door` is KNOCK KNOCK.

The words of each language lie in `onomatopoeia.toml` beside this; they are chosen by what the description is about, its
head (McCloud, "Making Comics", 2006, chapter 3: a sound is shown by its own letters, not told).
"""

import re
import tomllib
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

_MARKS = ' \t\n.,;:!?…¡¿"“”„«»()[]*~–—。！？、،؟।'
_DRAWN_OUT = re.compile(r"([^\W\d_])\1\1", re.IGNORECASE)
_MOST_WORDS = 9
"""A longer description is a sentence."""


class _Lexicon(NamedTuple):
    """The sound words of one language."""

    head_last: bool
    own: frozenset[str]
    """The sound words themselves, one by one, in small letters."""
    inside: bool
    """Its words are not parted by spaces: a key is looked for anywhere."""
    links: frozenset[str]
    cut: frozenset[str]
    silent: tuple[str, ...]
    keys: tuple[tuple[re.Pattern[str], str], ...]
    """What matches a description, and its sound word; the longest first."""


def sound_word(description: str, language: str = "") -> str | None:
    """Return what a described noise sounds like, in the description's language; None where there is no word for it.

    What is a sound word already, or drawn out as one (`MAMAAAA`), comes back as it is.

    Args:
        description: As subtitles have it, without brackets: `door slams`.
        language: Of the description, as a tag (`en`, `pt-br`); where it is not known every language is tried.
    """
    small = " ".join(description.casefold().split())
    if _DRAWN_OUT.search(small) and len(small.split()) <= 2:
        return description
    base = language.partition("-")[0]
    lexicons = [one for code, one in _lexicons().items() if base in ("", code)]
    tokens = _tokens(small)
    if tokens and any(one.own.issuperset(tokens) for one in lexicons):
        return description
    return next((word for one in lexicons if (word := _heard(small, one))), None)


def _heard(small: str, lexicon: _Lexicon) -> str | None:
    if lexicon.inside:
        return next((word for key, word in lexicon.keys if key.search(small)), None)
    tokens = _tokens(small)
    if not 0 < len(tokens) <= _MOST_WORDS or any(one in f" {' '.join(tokens)} " for one in lexicon.silent):
        return None
    told = _without(tokens, lexicon)
    if not told:
        return None
    text = " ".join(told)
    if lexicon.head_last:
        return next((word for key, word in lexicon.keys if (at := key.search(text)) and at.end() == len(text)), None)
    return next((word for key, word in lexicon.keys if key.search(text)), None)


def _without(tokens: Sequence[str], lexicon: _Lexicon) -> list[str]:
    """Return the words of a description without what stands around its head."""
    end = next((at for at, token in enumerate(tokens) if at and token in lexicon.cut), len(tokens))
    return [token for token in tokens[:end] if token not in lexicon.links] or [*tokens[:end]]


@cache
def _lexicons() -> dict[str, _Lexicon]:
    told = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
    return {code: _lexicon(entry) for code, entry in told.items()}


def _lexicon(entry: dict[str, Any]) -> _Lexicon:
    inside = bool(entry.get("inside"))
    keys = [(key, word) for word, told in entry["words"] for key in told.split()]
    ranked = sorted(keys, key=lambda pair: -len(pair[0]))
    return _Lexicon(
        head_last=entry.get("head") == "last",
        own=frozenset(token for word, _ in entry["words"] for token in _tokens(word.casefold())),
        inside=inside,
        links=frozenset(entry.get("links", "").split()),
        cut=frozenset(entry.get("cut", "").split()),
        silent=tuple(f" {one.replace('_', ' ')} " for one in entry.get("silent", "").split()),
        keys=tuple((_pattern(key, inside=inside), word) for key, word in ranked),
    )


def _tokens(small: str) -> list[str]:
    return [token for word in small.split() if (token := word.strip(_MARKS))]


def _pattern(key: str, *, inside: bool) -> re.Pattern[str]:
    if inside:
        return re.compile(re.escape(key.casefold().replace("_", "")))
    parts = [" ".join(re.escape(word).replace(r"\*", r"[^\s]*") for word in part.split("_")) for part in key.split("+")]
    return re.compile(r"(?<!\S)" + r"(?!\S).*(?<!\S)".join(parts) + r"(?!\S)")
