"""Words that come from outside (films, their names, subtitles, storyboards, recipes): made harmless at the door.

One rule for all of them, because they all end in the same places: XML, which has no sign for most control characters
and ends at the first one; HTML; PDF; JSON; terminals, which obey some of them. What is taken out:

- terminals' escape sequences, whole: what they leave behind when only their first character goes is no word;
- control characters, which become spaces, or line ends where they part rows; NUL, which was never a space, goes;
- noncharacters (U+FFFE, U+FDD0...), which no font and no XML has;
- surrogates that stand alone; pairs become the character they mean, and a byte of a file name that is not UTF-8
  (Python keeps it as U+DC80 to U+DCFF) is read as Windows-1252, so that a film named `Caf` and byte E9 is Café;
- what embeds, overrides or isolates a direction: unclosed, it turns round whatever follows it on the page. The marks
  that only lean on their neighbours (U+200E, U+200F, U+061C) stay;
- characters for private use: only the font of whoever wrote them knows what they show, and one of them in one
  subtitle must not keep a film from being lettered.

Mark-up is not touched: `<script>` is a word like others here, and whoever writes HTML escapes it.
"""

import re

from pydantic import BeforeValidator

_ESCAPE = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|[\]PX^_][^\x07\x1b]{0,4096}(?:\x07|\x1b\\)|[ -/]*[0-~])")
_GONE = (
    "\x00\ufdd0-\ufdef\ufffe\uffff\U0001fffe\U0001ffff\U0002fffe\U0002ffff\U0003fffe\U0003ffff\U0004fffe\U0004ffff"
    "\U0005fffe\U0005ffff\U0006fffe\U0006ffff\U0007fffe\U0007ffff\U0008fffe\U0008ffff\U0009fffe\U0009ffff\U000afffe"
    "\U000affff\U000bfffe\U000bffff\U000cfffe\U000cffff\U000dfffe\U000dffff\U000efffe\U000effff\U000f0000-\U0010ffff"
    "\ue000-\uf8ff\u202a-\u202e\u2066-\u2069"
)
_SPACED = "\x01-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f"
_PARTING = "\x0b\x0c\x1c-\x1e\x85"
"""Controls that part rows, as `str.splitlines` knows them: XML has no sign for most."""
_SURROGATES = "\ud800-\udfff"
_HARM = re.compile(f"[{_GONE}{_SPACED}{_PARTING}{_SURROGATES}]")
_TAKEN = re.compile(f"[{_GONE}]")
_PRIVATE = re.compile("[\ue000-\uf8ff\U000f0000-\U0010ffff]")
_BLANK = re.compile(f"[{_SPACED}]")
_PARTS = re.compile(f"[{_PARTING}]")
_LONE = re.compile(f"[{_SURROGATES}]")
_ORDERS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufdd0-\ufdef\ufffe\uffff\ud800-\udfff]")
_PAIR = re.compile("[\ud800-\udbff][\udc00-\udfff]")


def harmless(text: str) -> str:
    """Return a text without what harms the places it goes to; rows, tabs and spaces stay as they are."""
    if all(map(str.isprintable, text.replace("\r", "").split("\n"))) or not _HARM.search(text):  # the first is quicker
        return text
    text = _LONE.sub(_byte, _PAIR.sub(_joined, text))
    text = _PARTS.sub("\n", _BLANK.sub(" ", _ESCAPE.sub("", text)))
    return _TAKEN.sub("", text)


def private_signs(text: str) -> int:
    """Count the characters for private use, which `harmless` takes out: people should hear of it."""
    return len(_PRIVATE.findall(text))


def one_line(text: str) -> str:
    """Return a harmless text on one line with single spaces: a title, a name."""
    return " ".join(harmless(text).split())


def is_text(name: str) -> bool:
    """Tell whether a file's name is text at all: Python keeps bytes that are not UTF-8 as lone surrogates."""
    return not _LONE.search(name)


def visible(text: str) -> str:
    r"""Return a text for a terminal: nothing in it is obeyed, and what was taken for an order shows as `\x1b`.

    For people only: unlike `harmless` it loses nothing, so that a file's name can still be told from another one's.
    Line ends stay, and so do the marks that lean on their neighbours: names in Arabic have them.
    """
    return _ORDERS.sub(lambda match: match.group().encode("unicode_escape").decode(), text)


def _joined(match: re.Match[str]) -> str:
    return match.group().encode("utf-16", "surrogatepass").decode("utf-16")


def _byte(match: re.Match[str]) -> str:
    value = ord(match.group()) - 0xDC00
    return bytes([value]).decode("cp1252", "ignore") if 0x80 <= value <= 0xFF else ""


def _of_one_line(value: object) -> object:
    return one_line(value) if isinstance(value, str) else value


def _of_rows(value: object) -> object:
    return harmless(value) if isinstance(value, str) else value


NAME = BeforeValidator(_of_one_line)
"""For fields of models that hold a title or a name from outside: harmless, on one line."""
TOLD = BeforeValidator(_of_rows)
"""For fields that hold any other text from outside: harmless, its rows as they were."""
