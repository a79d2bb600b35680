"""SAMI: the mark-up of Microsoft's players, in which most Korean subtitles are written; several languages in a file.

Its tags are hardly ever closed and often broken, so it is parted at them rather than parsed. A `SYNC` says when its
paragraphs begin, and seldom when they end; each stands until the next of its class, which may be blank. Source:
Microsoft, SAMI 1.0.
"""

import html
import re
from collections import defaultdict
from dataclasses import replace
from fractions import Fraction

from film.languages import closeness, known, normal
from film.words.subtitles import markup
from film.words.subtitles.cues import MOST_CUES, Cue, TooManyCuesError
from film.words.subtitles.formats import Reading

_COMMENT = re.compile(r"<!--.*?(?:-->|$)", re.DOTALL)
_CLASS = re.compile(r"\.([^\s.{}#:;]{1,64})\s*\{([^{}]{0,2000})\}")
_TONGUE = re.compile(r"\blang\s*:\s*[\"']?([A-Za-z_-]{2,20})", re.IGNORECASE)
_NAME = re.compile(r"\bname\s*:\s*[\"']?([^;\"'}]{1,60})", re.IGNORECASE)
_SYNC = re.compile(r"<\s*sync\b([^<>]{0,300})>?", re.IGNORECASE)
_START = re.compile(r"\bstart\s*=\s*[\"']?\s*(-?\d{1,10})", re.IGNORECASE)
_ENDS = re.compile(r"\bend\s*=\s*[\"']?\s*(\d{1,10})", re.IGNORECASE)
_PARAGRAPH = re.compile(r"<\s*p\b([^<>]{0,300})>?", re.IGNORECASE)
_OF_CLASS = re.compile(r"\bclass\s*=\s*[\"']?\s*([^\s\"'<>]{1,64})", re.IGNORECASE)
_OF_ID = re.compile(r"\bid\s*=\s*[\"']?\s*source\b", re.IGNORECASE)
_END = re.compile(r"<\s*/\s*(?:body|sami)\b", re.IGNORECASE)
_FRAME = re.compile(r"<\s*/?\s*(?:p|sync|table|tr|td|body)\b[^<>]{0,300}>?", re.IGNORECASE)
_GUESSED = {"kr": "ko", "ko": "ko", "en": "en", "eg": "en", "us": "en", "jp": "ja", "ja": "ja", "cn": "zh", "zh": "zh"}
"""Languages by how the names of classes begin that nobody declared: `KRCC`, `EGCC`."""
_WHOLE = 0.5
"""A class with less than this share of the most cues is not what the file is for: its translator's name, notes."""


def read_sami(text: str, *, language: str = "") -> Reading:
    """Read the text of a SAMI file.

    Args:
        text: Decoded.
        language: What is asked for, where the file has several; empty for its first.

    Returns:
        The cues of one class, the language it is in, and what was lost.

    Raises:
        TooManyCuesError: There are more than `MOST_CUES`.
    """
    tongues = declared_tongues(text)
    said, dropped = _said(text, tongues)
    shown = {name: cues for name, found in said.items() if (cues := _until_next(found))}
    whole = _whole(shown)

    def served(name: str) -> tuple[int, bool]:
        return closeness(language, tongues.get(name, "")), name in whole

    wanted = max(shown, key=served, default="")
    told = "1 subtitle" if dropped == 1 else f"{dropped} subtitles"
    warnings = (f"{told} without a readable start left out",) if dropped else ()
    return Reading(tuple(shown.get(wanted, ())), tongues.get(wanted, ""), warnings)


def _whole(shown: dict[str, list[Cue]]) -> list[str]:
    """Return the classes that have about as much to say as any other."""
    most = max(map(len, shown.values()), default=0)
    return [name for name, cues in shown.items() if len(cues) >= _WHOLE * most]


def tongues_inside(text: str) -> tuple[str, ...]:
    """Return the languages that a SAMI text has all its words in, in its order; none for any other text."""
    if not _SYNC.search(text[: 1 << 16]):
        return ()
    tongues = declared_tongues(text)
    if len(set(tongues.values()) - {""}) < 2:
        return tuple(filter(None, dict.fromkeys(tongues.values())))
    try:
        said, _ = _said(text, tongues)
        whole = _whole({name: cues for name, found in said.items() if (cues := _until_next(found))})
    except TooManyCuesError:  # whoever reads it says so
        return ()
    return tuple(dict.fromkeys(tongue for name, tongue in tongues.items() if tongue and name in whole))


def declared_tongues(text: str) -> dict[str, str]:
    """Return the languages of a file's classes by their names in lower case, in the order in which it has them."""
    body = re.search(r"<\s*body\b", text, re.IGNORECASE)
    head = text[: body.start() if body else 1 << 16]
    found: dict[str, str] = {}
    for match in _CLASS.finditer(head):
        name, told = match[1].casefold(), match[2]
        code, called = _TONGUE.search(told), _NAME.search(told)
        if code and known(code[1]):
            found[name] = normal(code[1])
        elif called and known(called[1].strip().split()[0] if called[1].strip() else ""):
            found[name] = normal(called[1].strip().split()[0])
        elif code or called:
            found[name] = _GUESSED.get(name[:2], "")
    if not found:  # nothing is declared: how the first paragraphs' classes are called
        names = (match[1].casefold() for match in _OF_CLASS.finditer(text[: 1 << 16]))
        found = {name: _GUESSED[name[:2]] for name in dict.fromkeys(names) if name[:2] in _GUESSED}
    return found


def _said(text: str, tongues: dict[str, str]) -> tuple[dict[str, list[Cue]], int]:
    """Return what each class says and when, blanks included, and how many paragraphs have no time."""
    said: defaultdict[str, list[Cue]] = defaultdict(list)
    dropped = count = 0
    syncs = list(_SYNC.finditer(text))
    for at, sync in enumerate(syncs):
        inner = text[sync.end() : syncs[at + 1].start() if at + 1 < len(syncs) else len(text)]
        inner = _END.split(inner, maxsplit=1)[0]
        start = _START.search(sync[1])
        paragraphs = _paragraphs(_COMMENT.sub("", inner) if "<!--" in inner else inner, tongues)
        count += len(paragraphs)
        if count > 2 * MOST_CUES:
            raise TooManyCuesError
        if start is None:
            dropped += sum(bool(_words(words)) for _, _, words in paragraphs)
            continue
        start_s = Fraction(int(start[1]), 1000)
        ends = _ENDS.search(sync[1])
        end_s = max(start_s, Fraction(int(ends[1]), 1000)) if ends else start_s
        speakers: dict[str, str] = {}
        for name, names_speaker, words in paragraphs:
            if names_speaker:
                speakers[name] = markup.plain(words)
            else:
                said[name].append(Cue(start_s, end_s, _words(words), speakers.get(name, "")))
    return dict(said), dropped


def _paragraphs(inner: str, tongues: dict[str, str]) -> list[tuple[str, bool, str]]:
    """Part what a SYNC holds: class, whether it names who speaks, and the words with their mark-up."""
    marks = list(_PARAGRAPH.finditer(inner))
    first = next(iter(tongues), "")
    if not marks:
        return [(first, False, inner)]
    found = []
    for at, mark in enumerate(marks):
        words = inner[mark.end() : marks[at + 1].start() if at + 1 < len(marks) else len(inner)]
        named = _OF_CLASS.search(mark[1])
        name = named[1].casefold() if named else first
        if tongues and name not in tongues:  # a slip of whoever typed it
            name = first
        found.append((name, bool(_OF_ID.search(mark[1])), words))
    return found


def _words(words: str) -> str:
    """Return a paragraph's mark-up with the rows that it breaks itself; empty where nothing would be seen."""
    text = " ".join(_FRAME.sub(" ", words).split())
    return text if html.unescape(re.sub(r"<[^<>]*>", "", text)).strip(" \t\xa0\u200b") else ""


def _until_next(found: list[Cue]) -> list[Cue]:
    """Let each cue stand until the next moment or to an earlier end of its own.

    What begins together is joined, and blanks are left out.
    """
    moments: dict[Fraction, Cue] = {}
    for cue in sorted(found, key=lambda one: one.start_s):
        held = moments.get(cue.start_s)
        if held is not None:
            text = "\n".join(filter(None, (held.text, cue.text)))
            cue = replace(held, text=text, end_s=max(held.end_s, cue.end_s))
        moments[cue.start_s] = cue
    ordered = list(moments.values())
    nexts_s = [*(one.start_s for one in ordered[1:]), None]
    cues = [replace(one, end_s=_end(one, next_s)) for one, next_s in zip(ordered, nexts_s, strict=True)]
    cues = [one for one in cues if one.text]
    if len(cues) > MOST_CUES:
        raise TooManyCuesError
    return cues


def _end(cue: Cue, next_s: Fraction | None) -> Fraction:
    told_s = [each for each in (cue.end_s if cue.end_s > cue.start_s else None, next_s) if each is not None]
    return min(told_s, default=cue.start_s)
