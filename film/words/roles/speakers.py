"""Who speaks, and what is only heard: names, brackets, dashes and notes in rows that have no tags any more."""

import re
from collections.abc import Container, Iterable

_DASH = re.compile(r"^(?:>{2,3}\s*|[-‐‑–—−]{1,2}(?:\s+|(?=[^\s\d\-‐‑–—−])))")
_DASHES = ">-‐‑–—−"
_SECOND_DASH = re.compile(r"(?<=[.!?…。？！\"”'])\s+[-–—](?:\s+|(?=[^\W\d_]))(?=[^\Wa-z_]|[¿¡\"“'\[(])")
_OPEN, _SHUT = "[(（【［", "])）】］"
_NOTE = re.compile("[♩♪♫♬♭♮♯🎵🎶🎼]+")
_ORDINARY = re.compile("[^\\W_][^:：\\]】］♩♪♫♬♭♮♯🎵🎶🎼]*")
_STARS = re.compile(r"^\*{1,3}([^*]+)\*{1,3}$")
_HASH = re.compile(r"^[#¶]\s*(.+?)\s*[#¶]?$")
_UPPER_NAME = re.compile(r"^((?:[^\W\d_]|[.'’\-&#/ ]|\d(?=[^:]*:)){2,40}?)\s?[:：]\s+(?=\S)")
_NAME = re.compile(r"^([^\W\d_][\w.'’\-]*(?:\s[\w.'’\-#]+){0,2})\s?(?::\s+|：\s*)(?=\S)")
_DIRECTED_NAME = re.compile(
    r"^([^\W\d_](?:[^\W_]|[.'’\-&#/ ]){0,39}?)\s?[\[(（]([^\[\](){}（）]{1,40})[\])）]\s?(?::\s+|：\s*)(?=\S)"
)
_BRACKET_NAME = re.compile(r"^[\[(（【［]\s*([^\[\](){}（）【】［］]{1,40}?)\s*[\])）】］]\s*[:：]\s*(?=\S)")
_NO_NAMES = frozenset({
    "warning", "note", "ps", "p.s", "ok", "attention", "danger", "caution", "notice", "remember",
    "and", "but", "so", "now", "then", "question", "answer",
})  # fmt: skip
_TONE = re.compile(r"^(?:in|on|over|with|to|through|as)\s", re.IGNORECASE)
_MANNER = re.compile(r"(?:ing|ly|ING|LY)$")
_NARRATORS = frozenset({
    "narrator", "narration", "voice-over", "voiceover", "voice over", "v.o.", "vo", "erzähler", "erzählerin",
    "narrateur", "narratrice", "voix off", "narrador", "narradora", "voz en off", "narratore", "verteller",
    "berättare", "fortæller", "forteller", "kertoja", "narrátor", "vypravěč", "рассказчик", "диктор", "оповідач",
    "người dẫn chuyện", "người kể chuyện", "ナレーター", "ナレーション", "旁白", "내레이션", "내레이터", "الراوي",
})  # fmt: skip


def is_ordinary(text: str) -> bool:
    """Tell at a glance a text that begins with a word and holds nothing that any question here asks for."""
    return "  " not in text and _ORDINARY.fullmatch(text) is not None


def part_dashes(rows: list[str]) -> list[str]:
    """Join the rows of a cue into what each speaker says: a leading dash (or `>>`) starts another speaker.

    A cue whose one dash leads its first row has one speaker.
    """
    if not any(row[:1] in _DASHES and _DASH.match(row) for row in rows):
        return [" ".join(rows)] if rows else []
    parts: list[list[str]] = []
    for row in rows:
        dash = _DASH.match(row)
        if dash or not parts:
            parts.append([])
        parts[-1].append(row[dash.end() :] if dash else row)
    joined = [" ".join(part) for part in parts]
    if len(rows) == 1:  # both on one row: "- Where? - There."
        joined = [piece for part in joined for piece in _SECOND_DASH.split(part)]
    return [part for part in joined if part.strip()]


def take_dash(text: str) -> str:
    """Return a text without a dash that leads it."""
    return _DASH.sub("", text, count=1) if text[:1] in _DASHES else text


def take_sounds(text: str) -> tuple[str, str, str]:
    """Part a text into the sound before its words, its words, and the sound after them.

    `[door slams] Who is there? [silence]` gives all three; brackets in the middle stay with the words. Of round
    brackets only a leading group is taken: a trailing one is more often part of what is said.
    """
    before = after = ""
    end = _group_end(text)
    if end:
        before, text = text[1 : end - 1], text[end:].strip()
    begin = _group_begin(text) if text.endswith(("]", "】", "］")) else None
    if begin is not None:
        after, text = text[begin + 1 : -1], text[:begin].strip()
    return before.strip(), text, after.strip()


def _group_end(text: str) -> int:
    """Return where the bracket that opens a text is closed, 0 where none opens it or none closes."""
    if not text or text[0] not in _OPEN:
        return 0
    depth = 0
    for at, letter in enumerate(text):
        depth += (letter in _OPEN) - (letter in _SHUT)
        if depth == 0:
            return at + 1
    return 0


def _group_begin(text: str) -> int | None:
    depth = 0
    for at in range(len(text) - 1, 0, -1):
        depth += (text[at] in _SHUT) - (text[at] in _OPEN)
        if depth == 0:
            return at
    return None


def take_stars(text: str) -> tuple[str, bool]:
    """Return a text without stars around it, and whether it was a sound (`**yawns**`); long ones are said."""
    match = _STARS.match(text) if text.startswith("*") else None
    if match is None:
        return text, False
    words = match.group(1).strip()
    return words, len(words.split()) <= 2 and words[-1:] not in {".", "!", "?", "…"}


def take_song(text: str) -> tuple[str, bool]:
    """Return a text without its music notes, and whether it had any (`♪ la la ♪`, `# la la #`)."""
    bare = " ".join((text if text.isascii() else _NOTE.sub(" ", text)).split())
    if bare != text:
        return bare, True
    match = _HASH.match(text) if text[:1] in "#¶" else None
    if match and (text.startswith("¶") or text.endswith("#")):
        return match.group(1), True
    return text, False


def looks_like_name(words: str) -> bool:
    """Tell whether a bracketed group before words names who says them (`[Mary]`, `[GUARD #2]`) or is a sound."""
    parts = words.split()
    if not 0 < len(parts) <= 3 or not any(letter.isalpha() for letter in words) or words[-1] in ".!?…":
        return False
    if words.isupper():  # [WIND HOWLS] is heard, [SYNTHETIC] speaks
        return len(parts) == 1 or parts[-1].startswith("#") or parts[0].rstrip(".") in {"MR", "MRS", "MS", "DR"}
    if words.casefold() == words.upper():  # a script without capitals: Japanese names its speakers so
        return len(parts) == 1 and len(words) <= 8
    return all(part[0].isupper() or part[0] in "#0123456789" for part in parts)


def is_tone(words: str) -> bool:
    """Tell whether a bracketed group says how the next words are spoken (`[whispering]`, `(in French)`)."""
    parts = words.split()
    if not 0 < len(parts) <= 3:
        return False
    manner = _MANNER.search(words) and not (parts[0][:1].isupper() and not words.isupper())
    return bool(_TONE.match(words) or manner)


def narrates(name: str) -> bool:
    """Tell whether a speaker's name says that nobody in the picture speaks."""
    return name.casefold() in _NARRATORS


def take_name(text: str, known: Container[str]) -> tuple[str, str]:
    """Part a speaker's name from the front of a text.

    `JOHN: Run!` and `(John): Run!` always; `John: Run!` only where `known` has the name: "Listen: run!" names
    nobody.

    Returns:
        The name, empty where there is none, and the words.
    """
    if not _has_colon(text):
        return "", text
    bracketed = _BRACKET_NAME.match(text)
    if bracketed:
        return bracketed.group(1).rstrip(":： "), text[bracketed.end() :]
    upper = _UPPER_NAME.match(text)
    if upper and upper.group(1).isupper() and upper.group(1).casefold() not in _NO_NAMES:
        return upper.group(1).strip(), text[upper.end() :]
    name = _NAME.match(text)
    if name and name.group(1).casefold() in known:
        return name.group(1), text[name.end() :]
    return "", text


def _has_colon(text: str) -> bool:
    return ":" in text or "：" in text


def take_directed_name(text: str) -> tuple[str, str, str]:
    """Part a speaker's name and the direction beside it from the front of a text: `MARY (O.S.): Come!`.

    Returns:
        The name, the direction and the words; the first two are empty where there is no such thing.
    """
    match = _DIRECTED_NAME.match(text) if _has_colon(text) else None
    if match is None or match.group(1).casefold() in _NO_NAMES:
        return "", "", text
    return match.group(1).strip(), match.group(2).strip(), text[match.end() :]


def known_names(rows: Iterable[str], voices: Iterable[str] = ()) -> frozenset[str]:
    """Return, in folded case, the names that lead rows with a colon at least twice, and the voices' names.

    Only capitalised ones (or ones of a script without case) count.
    """
    seen: dict[str, int] = {}
    for row in rows:
        match = _NAME.match(take_dash(row)) if _has_colon(row) else None
        if match and not match.group(1)[0].islower():
            name = match.group(1).casefold()
            seen[name] = seen.get(name, 0) + 1
    often = {name for name, times in seen.items() if times >= 2 and name not in _NO_NAMES}
    return frozenset(often | {voice.casefold() for voice in voices if voice})
