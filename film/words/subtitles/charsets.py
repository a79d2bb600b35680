"""Bytes to text: which encoding a subtitle file is in.

Byte order mark first, then strict UTF-8, then the encoding that a mark-up names, then the legacy ones of the language
if that is known, then charset-normalizer, whose verdict on Latin script is not trusted: short French in Windows-1252
comes out as Windows-1250 (`déjà` as `déjŕ`). Of several readings the one is taken whose letters one language has.
"""

import codecs
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence

from charset_normalizer import from_bytes

from film.languages import normal

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it starts with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

_LEGACY = {
    "cp1250": "bs cs hr hu pl ro sk sl sq sr",
    "cp1251": "be bg kk ky mk mn ru sr tg tt uk uz",
    "cp1252": "af ca da de en es eu fi fr ga gl id is it nb nl nn no pt sv",
    "iso8859_3": "eo mt",
    "cp1253": "el",
    "cp1254": "az tr",
    "cp1255": "he yi",
    "cp1256": "ar fa ur",
    "cp1257": "et lt lv",
    "cp1258": "vi",
    "cp874": "th",
    "koi8-r": "ru bg",
    "koi8-u": "uk",
    "cp866": "ru be bg uk",
    "cp932": "ja",
    "euc_jp": "ja",
    "cp949": "ko",
    "gb18030": "zh",
    "big5hkscs": "zh",
    # of other systems, seldom and last
    "iso8859_2": "bs cs hr hu pl ro sk sl sq sr",
    "iso8859_5": "be bg mk ru sr uk",
    "iso8859_6": "ar",
    "iso8859_15": "da de et fi fr is nl no pt sv",
    "cp737": "el",
    "cp850": "da de es fi fr it nl no pt sv",
    "cp852": "bs cs hr hu pl ro sk sl sr",
    "cp857": "tr",
    "mac_cyrillic": "be bg mk ru sr uk",
    "mac_greek": "el",
    "mac_iceland": "is",
    "mac_latin2": "cs hu pl sk",
    "mac_roman": "ca da de es fi fr it nl no pt sv",
    "mac_turkish": "tr",
}
"""Encodings by the languages that were written in them, the likeliest first."""

_ALPHABETS = {
    "ar": "ابتثجحخدذرزسشصضطظعغفقكلمنهويىءآأؤإئةـ",
    "az": "çəğıöşüİ", "be": "абвгдеёжзійклмнопрстуўфхцчшыьэюя", "bg": "абвгдежзийклмнопрстуфхцчшщъьюяѝ",
    "ca": "àçèéíïòóúü", "cs": "áčďéěíňóřšťúůýž", "da": "æøåéèêóôäöü", "de": "äöüßéàêç", "en": "éèêñïöüæœ",
    "el": "αβγδεζηθικλμνξοπρσςτυφχψωάέήίόύώϊϋΐΰ", "es": "áéíñóúüç", "et": "äõöüšž", "fi": "äöåšžé",
    "fr": "àâæçéèêëîïôœùûüÿñ", "hr": "čćđšž", "hu": "áéíóöőúüű", "is": "áðéíóúýþæö", "it": "àèéìíîòóùú",
    "lt": "ąčęėįšųūž", "lv": "āčēģīķļņōŗšūž", "mk": "абвгдѓежзѕијклљмнњопрстќуфхцчџшѐѝ", "mt": "ċġħżàèìòùî",
    "nl": "áéèëïíóöüçêñú", "no": "æøåéèêóòôäöü", "pl": "ąćęłńóśźż", "pt": "áâãàçéêíóôõúü", "ro": "ăâîşţșț",
    "ru": "абвгдеёжзийклмнопрстуфхцчшщъыьэюя", "sk": "áäčďéíĺľňóôŕšťúýž", "sl": "čšžćđ", "sq": "çë",
    "sr": "čćđšžабвгдђежзијклљмнњопрстћуфхцчџш", "sv": "åäöéàüèáæø", "tr": "çğıöşüâîûİ",
    "uk": "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя",
}  # fmt: skip
"""The letters beyond ASCII that languages are written with, small."""
_SEVEN_BIT = {b"\x1b$": "iso2022_jp_2", b"~{": "hz"}
"""Encodings whose texts are valid UTF-8 too, and what tells them."""
_BYTES_OF = tuple(
    {ord(bytes([byte]).decode(name, "ignore") or chr(byte)): byte for byte in range(128, 256)}
    for name in ("cp1252", "cp1250", "cp1251")
)
"""The bytes that legacy encodings have for letters; the letters of UTF-8 read as these are never words."""
_WORD_MARKS = frozenset("’‘ʼ·‧…–—-")
"""What may stand between two letters."""

_NAMED = re.compile(rb"(?:encoding|charset)\s*=\s*[\"']?([A-Za-z0-9_-]{3,20})")
_WIDER = {
    "euc_kr": "cp949", "shift_jis": "cp932", "gb2312": "gb18030", "gbk": "gb18030", "big5": "big5hkscs",
    "iso8859-1": "cp1252", "iso8859-9": "cp1254", "iso8859-11": "cp874", "tis-620": "cp874",
}  # fmt: skip
"""Encodings as mark-up names them, and what programs mean that write the name."""
_JUDGED = 20_000
"""So many characters are looked at to choose among readings."""
_MIXED = 5
"""Rows in two encodings: one in so many is in UTF-8, which no row in another is by chance."""
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\r\f\v\x1a\x1b"))
_BY_BYTE = ("cp1251", "cp1253", "cp1255", "cp1256", "cp874", "koi8-r", "cp866", "iso8859_5")
_LATIN = (
    *("cp1252", "cp1250", "cp1254", "cp1257", "iso8859_2", "iso8859_15"),
    *("cp850", "cp852", "cp857", "mac_roman", "mac_latin2", "mac_turkish", "mac_iceland"),
)


def decode(data: bytes, language: str = "") -> tuple[str, str]:
    """Turn the bytes of a subtitle file into text.

    Args:
        data: The whole file.
        language: What is known of its language, as any ISO 639 code; it tells legacy encodings apart.

    Returns:
        The text, without a byte order mark, and the name of the encoding it was read as. Bytes that no encoding
        explains become U+FFFD rather than an error.
    """
    for mark, name in _MARKS:
        if data.startswith(mark):
            return data.decode(name, errors="replace").lstrip("\ufeff"), name
    wide = _wide(data)
    if wide:
        return data.decode(wide, errors="replace"), wide
    for sign, name in _SEVEN_BIT.items():
        if sign in data and (text := _strict(data, name)) is not None:
            return text, name
    text = _strict(data, "utf-8")
    if text is not None:
        return _once(text), "utf-8"
    named = _named(data)
    if named and (text := _strict(data, named)) is not None:
        return text, named
    return _legacy(data, normal(language).partition("-")[0])


def _once(text: str) -> str:
    """Undo what a program did that took UTF-8 for a legacy encoding and wrote it as UTF-8 again (`Ã©` for `é`)."""
    if text.isascii():
        return text
    for bytes_of in _BYTES_OF:
        try:
            return text.translate(bytes_of).encode("latin-1").decode("utf-8")
        except UnicodeError:
            continue
    return text


def _named(data: bytes) -> str:
    """Return the legacy encoding that a mark-up names; empty where it names none, or a wide one, which this is not."""
    found = _NAMED.search(data[:2048]) if data.lstrip()[:1] == b"<" else None
    try:
        name = codecs.lookup(found[1].decode()).name if found else ""
    except LookupError:
        return ""
    name = _WIDER.get(name, name)
    return name if name in _LEGACY or name.startswith(("iso8859", "mac")) else ""


def is_binary(data: bytes) -> bool:
    """Tell bytes that are no text in any encoding: zero bytes among many other controls.

    A few zero bytes alone are a text that was damaged, or written by a program that ends its rows with them.
    """
    head = data[: 1 << 16]
    if b"\0" not in head or any(head.startswith(mark) for mark, _ in _MARKS) or _wide(data):
        return False
    return (len(head) - len(head.translate(None, _CONTROLS))) * 20 > len(head)


def _wide(data: bytes) -> str:
    """Recognise UTF-16 without a mark by the zero bytes of its digits, arrows and line ends."""
    head = data[: 1 << 16]
    pairs = len(head) // 2
    if pairs < 8 or b"\0" not in head:
        return ""
    low, high = head[0 : 2 * pairs : 2].count(0), head[1 : 2 * pairs : 2].count(0)
    if high > pairs // 5 and low * 8 < high:
        return "utf-16-le"
    return "utf-16-be" if low > pairs // 5 and high * 8 < low else ""


def _strict(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _legacy(data: bytes, language: str) -> tuple[str, str]:
    rows = [row for row in data.splitlines() if not row.isascii()]
    telling = b"\n".join(rows)
    if _damaged_utf8(telling):
        return data.decode("utf-8", errors="replace"), "utf-8"
    others = [row for row in rows if _strict(row, "utf-8") is None]
    if (len(rows) - len(others)) * _MIXED > len(rows):  # files joined by bytes
        name = _legacy(b"\n".join(others), language)[1]
        read = (_strict(row, "utf-8") or row.decode(name, "replace") for row in data.splitlines(keepends=True))
        return "".join(read), name
    names = [name for name, languages in _LEGACY.items() if language in languages.split()]
    readings = [(name, text) for name in names if (text := _strict(telling, name)) is not None]
    if not readings:
        readings = _nearly(telling, names) or _detect(telling)
    alphabets = [_ALPHABETS[language]] if language in _ALPHABETS else [] if names else list(_ALPHABETS.values())
    name = min(readings, key=lambda reading: _strangeness(reading[1][:_JUDGED], alphabets))[0]
    return data.decode(name, errors="replace"), name


def _nearly(telling: bytes, names: list[str]) -> list[tuple[str, str]]:
    """Return the readings in which all but a few bytes mean something: a file was cut, or a byte lost."""
    readings = [(name, telling.decode(name, errors="replace")) for name in names]
    return [(name, text) for name, text in readings if text.count("\ufffd") * 50 <= sum(one > "\x7f" for one in text)]


def _detect(telling: bytes) -> list[tuple[str, str]]:
    """Ask charset-normalizer; a verdict for Latin script is only a candidate among its neighbours."""
    for name in ("cp932", "euc_jp"):  # a few words of Japanese are taken for Korean
        text = _strict(telling, name)
        if text is not None and _hiragana_share(text) > 0.2:
            return [(name, text)]
    best = from_bytes(telling).best()
    # the library knows encodings of mainframes too, in which a timing is none
    if best is not None and b"0:,->".decode(best.encoding, "replace") == "0:,->":
        text = str(best)
        if _narrow_kana(text):  # few wrote them, and capitals of Cyrillic are the same bytes
            return [(name, text) for name in _BY_BYTE if (text := _strict(telling, name)) is not None]
        if not _mostly_latin(text):
            return [(best.encoding, text)]
    readings = [(name, text) for name in _LATIN if (text := _strict(telling, name)) is not None]
    return readings or [("latin-1", telling.decode("latin-1"))]


def _narrow_kana(text: str) -> bool:
    """Tell whether most letters are katakana of half the width."""
    letters = [letter for letter in text if letter > "\x7f" and letter.isalpha()]
    return 2 * sum("\uff61" <= letter <= "\uff9f" for letter in letters) > len(letters)


def _hiragana_share(text: str) -> float:
    telling = [letter for letter in text if letter > "\x7f"]
    return sum("\u3041" <= letter <= "\u309f" for letter in telling) / max(1, len(telling))


def _damaged_utf8(data: bytes) -> bool:
    """Tell UTF-8 with a few broken bytes from a legacy encoding: nearly all of its sequences hold together."""
    text = data.decode("utf-8", errors="replace")
    good = sum(1 for letter in text if letter > "\x7f" and letter != "\ufffd")
    return good > 8 * text.count("\ufffd")


def _mostly_latin(text: str) -> bool:
    letters = [letter for letter in text if letter.isalpha()]
    return sum(letter < "\u0250" for letter in letters) * 2 > len(letters)


def _strangeness(text: str, alphabets: Sequence[str]) -> int:
    """Count what hardly stands inside words, smaller for a likelier reading.

    Symbols between letters, capitals after small ones, controls, rarities; and letters of no alphabet, or of another
    than most are of.

    Args:
        text: The rows that are not ASCII alone.
        alphabets: Of the languages that may be meant; none where that tells nothing.
    """
    strange = 0
    before, after = " ", [*text[1:], " "]
    for letter, following in zip(text, after, strict=True):
        category = unicodedata.category(letter)
        if category in {"Cc", "Co", "Cn"} and letter not in "\r\n\t":
            strange += 4
        symbol_in_word = letter > "\x7f" and category[0] in "SN" and before.isalpha()
        mark_in_word = "\x7f" < letter < "\u2e80" and category[0] == "P" and before.isalpha() and following.isalpha()
        box_drawing = "\u2500" <= letter <= "\u25ff"  # the wrong DOS page
        if (
            symbol_in_word
            or box_drawing
            or (mark_in_word and letter not in _WORD_MARKS)
            or (before.islower() and letter.isupper())
        ):
            strange += 2
        before = letter
    small = (letter.lower() for letter in text if letter > "\x7f" and letter.isalpha())
    told = Counter(letter if len(letter) == 1 else "İ" for letter in small)
    foreign = (sum(told[letter] for letter in told if letter not in alphabet) for alphabet in alphabets)
    return strange + min(foreign, default=0)
