"""The words inside the mark-up of one cue: tags, overrides, entities, invisible characters."""

import html
import re
import unicodedata
from itertools import pairwise

_DRAWS = re.compile(r"\\p[1-9]")
_OVERRIDE = re.compile(r"\{\s*\\[^{}]*\}")
_BRACES = re.compile(r"\{[^{}]*\}")
_REMARK = re.compile(r"\{[^{}\\]*\}")
_REMARKED = re.compile(r"\{[^{}\\]+(?=\\[^{}]*\})")
_READING = re.compile(r"<r[tp]\b[^<>]*>.*?(?:</r[tp]\s*>|(?=</ruby)|$)", re.DOTALL | re.IGNORECASE)
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_NAMES = "i|b|u|s|em|strong|strike|font|c|v|lang|ruby|rt|rp|rb|span|p|div|a|small|big|sub|sup|tt|body|center"
_TAG = re.compile(
    rf"<\s?/?\s?(?:{_NAMES})\s?/?>|</?(?:{_NAMES})\b[^<>\n]*>|<\d[\d:.,]*>",
    re.IGNORECASE,
)
_DEEPEST = 8
"""Tags can be nested so that stripping some makes others; nobody does it this often in good faith."""
_LONGEST = 20_000
"""Characters of one cue; a cue of words has 80, one of typesetting 2,000."""
_VOICE = re.compile(r"<v(?:\.[^\s<>]*)?\s+([^<>]*)>", re.IGNORECASE)
_ITALIC_OPEN = re.compile(r"<\s?(?:i|em)(?:[.\s][^<>]*)?>|\{[^{}]*\\i1[^{}]*\}", re.IGNORECASE)
_MAY_SLANT = re.compile(r"<\s?(?:i|em)|\\i1", re.IGNORECASE)
_ITALIC_SHUT = re.compile(r"<\s?/\s?(?:i|em)\s*>|\{[^{}]*\\i0[^{}]*\}", re.IGNORECASE)
_MARK = re.compile(r"<[^<>]*>|\{[^{}]*\}")
_MAY_PLACE = re.compile(r"\\(?:pos|move|an?[15-9])")
_PLACED = re.compile(r"\\(?:pos|move)\s*\(|\\an?[789](?!\d)|\\a(?:[5679]|1[01])(?!\d)")
_JUNK = re.compile("[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]")
_JOINER = re.compile("[\u200c\u200d]")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_ODD = re.compile(
    "[<>{&\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff]"
)
"""What calls for a closer look; most rows have nothing of it."""


def rows_of(markup: str) -> list[str]:
    """Part a cue's mark-up into its rows, whichever way the format breaks them; drawings are taken out.

    A text that ends in NUL and rubbish (seen in Matroska) ends there.
    """
    markup = markup[:_LONGEST].partition("\0")[0]
    if "<" in markup:
        markup = _BREAK.sub("\n", _without_drawings(markup))
    elif "\\" in markup:
        markup = _without_drawings(markup)
    if "\\" in markup:
        markup = markup.replace("\\N", "\n").replace("\\n", "\n").replace("\\h", " ")
    return [row for row in markup.splitlines() if row.strip()]


def _without_drawings(markup: str) -> str:
    """Take out what stands between an override that begins a drawing and one that ends it."""
    if "\\p" not in markup:
        return markup
    kept: list[str] = []
    at, drawing = 0, False
    for mark in _BRACES.finditer(markup):
        if drawing and "\\p0" in mark.group():
            at, drawing = mark.start(), False
        if not drawing and _DRAWS.search(mark.group()):
            kept.append(markup[at : mark.start()])
            drawing = True
    return "".join(kept if drawing else [*kept, markup[at:]])


def plain(row: str) -> str:
    """Return the words of one row of mark-up: NFC, single spaces, nothing that is not lettered.

    Tags and overrides go, entities are resolved, furigana readings are left out. Zero-width joiners stay where
    they shape letters (Persian, Indic scripts, emoji); other invisible and direction marks go: the page sets
    its own direction.
    """
    if not _ODD.search(row):
        return " ".join(unicodedata.normalize("NFC", row).split())
    text = _READING.sub("", row) if "<" in row else row
    text = _strip_tags(_OVERRIDE.sub("", text) if "{" in text else text)
    if "&" in text:
        text = _strip_tags(html.unescape(text))  # some writers escape their tags too
    if _ODD.search(text):
        text = _JOINER.sub(_keep_joiner, _JUNK.sub("", _CONTROL.sub(" ", text)))
    return " ".join(unicodedata.normalize("NFC", text).split())


def _strip_tags(text: str) -> str:
    if "<" not in text:
        return text
    for _ in range(_DEEPEST):
        stripped = _TAG.sub("", text)
        if stripped == text:
            return text
        text = stripped
    return text.replace("<", "").replace(">", "")


def _keep_joiner(match: re.Match[str]) -> str:
    text, at = match.string, match.start()
    inside = 0 < at < len(text) - 1 and _shapes(text[at - 1]) and _shapes(text[at + 1])
    return match.group() if inside else ""


def _shapes(letter: str) -> bool:
    """Tell whether a joiner beside this character can change how it looks: no Latin, no digits, no spaces."""
    return letter > "\u02ff" and unicodedata.category(letter)[0] in "LMS"


def without_comments(text: str) -> str:
    """Drop the remarks in braces that ASS authors leave; overrides stay for the questions below."""
    return _REMARKED.sub("{", _REMARK.sub("", text)) if "{" in text else text


def may_have_voices(markup: str) -> bool:
    """Tell at a glance whether a text may hold WebVTT voice tags."""
    return "<v" in markup or "<V" in markup


def voice_of(row: str) -> str:
    """Return the name in a row's WebVTT voice tag, empty where there is none."""
    match = _VOICE.search(row) if may_have_voices(row) else None
    return plain(match.group(1)) if match else ""


def part_voices(row: str) -> list[str]:
    """Part a row before each of its WebVTT voice tags."""
    parts: list[str] = []
    carried = ""
    borders = [0, *(match.start() for match in _VOICE.finditer(row)), len(row)]
    for begin, end in pairwise(borders):
        carried += row[begin:end]
        if plain(row[begin:end]):
            parts.append(carried)
            carried = ""
    return parts


def wholly_italic(markup: str, *, slanted: bool = False) -> bool:
    """Tell whether every word of a cue stands in italics.

    Args:
        markup: The whole cue.
        slanted: Its style is italic to begin with.
    """
    if not slanted and not _MAY_SLANT.search(markup):
        return False
    on, at, words = slanted, 0, False
    for mark in _MARK.finditer(markup):
        if plain(markup[at : mark.start()]):
            words = True
            if not on:
                return False
        on = True if _ITALIC_OPEN.match(mark.group()) else False if _ITALIC_SHUT.match(mark.group()) else on
        at = mark.end()
    rest = bool(plain(markup[at:]))
    return (on and (rest or words)) if rest else words


def is_placed(markup: str) -> bool:
    """Tell whether overrides put a cue at the top or at a point of the picture."""
    return _MAY_PLACE.search(markup) is not None and any(
        _PLACED.search(mark.group()) for mark in _OVERRIDE.finditer(markup)
    )
