"""Names of languages as films and their subtitles write them, and which of them mean the same.

Codes are langcodes' matter: ISO 639-1, 639-2 in both forms, 639-3, retired ones. Two small tables stay our own. One
holds the languages that films are subtitled in, with their English names: langcodes needs a package of 13 MB to know
names, in every language of the world, and it takes any of 8000 codes for a language, `the` and `cut` among them, which
in the name of a file are words. The other holds what is wrong and yet common in the names of files.

A code that langcodes does not know is compared as it is written.
"""

from functools import lru_cache

import langcodes

_TABLE = """
af Afrikaans|am Amharic|ar Arabic|as Assamese|az Azerbaijani|be Belarusian|bg Bulgarian|bn Bengali|bo Tibetan
bs Bosnian|ca Catalan|cs Czech|cy Welsh|da Danish|de German|el Greek|en English|eo Esperanto|es Spanish|et Estonian
eu Basque|fa Persian|fi Finnish|fr French|ga Irish|gd Gaelic|gl Galician|gu Gujarati|ha Hausa|he Hebrew|hi Hindi
hr Croatian|hu Hungarian|hy Armenian|id Indonesian|ig Igbo|is Icelandic|it Italian|ja Japanese|jv Javanese|ka Georgian
kk Kazakh|km Khmer|kn Kannada|ko Korean|ku Kurdish|ky Kyrgyz|la Latin|lb Luxembourgish|lo Lao|lt Lithuanian|lv Latvian
mi Maori|mk Macedonian|ml Malayalam|mn Mongolian|mr Marathi|ms Malay|mt Maltese|my Burmese|nb Bokmål|ne Nepali
nl Dutch|nn Nynorsk|no Norwegian|oc Occitan|or Odia|pa Punjabi|pl Polish|ps Pashto|pt Portuguese|qu Quechua
ro Romanian|ru Russian|sa Sanskrit|sd Sindhi|si Sinhala|sk Slovak|sl Slovenian|so Somali|sq Albanian|sr Serbian
sv Swedish|sw Swahili|ta Tamil|te Telugu|tg Tajik|th Thai|tk Turkmen|tl Tagalog|tr Turkish|tt Tatar|ug Uyghur
uk Ukrainian|ur Urdu|uz Uzbek|vi Vietnamese|xh Xhosa|yi Yiddish|yo Yoruba|zh Chinese|zu Zulu
ast Asturian|ceb Cebuano|fo Faroese|gsw Alemannic|haw Hawaiian|hmn Hmong|ht Haitian|kl Greenlandic|mg Malagasy
rm Romansh|rw Kinyarwanda|sn Shona
"""

_ALSO = {
    "chs": "zh-hans", "cht": "zh-hant", "pob": "pt-br", "jp": "ja", "vn": "vi", "kr": "ko", "cz": "cs", "gr": "el",
    "yue": "zh", "arz": "ar", "arb": "ar", "ary": "ar", "apc": "ar", "ajp": "ar",
}  # fmt: skip
"""What is wrong and yet common in file names; and Cantonese, which is written as Chinese."""

_NOTHING = frozenset({"", "und", "unk", "mis", "zxx", "mul", "qaa"})
_NAMES = dict(entry.split(" ") for entry in _TABLE.strip().replace("\n", "|").split("|"))
_CODES = {name.casefold(): code for code, name in _NAMES.items()}


def normal(tag: str) -> str:
    """Return a tag in its normal form: `vie` becomes `vi`, `pt_BR` becomes `pt-br`, `und` becomes empty.

    A tag that nobody knows comes back in lower case.
    """
    written = tag.strip().casefold().replace("_", "-")
    written = _ALSO.get(written, written)
    base, dash, region = written.partition("-")
    if base in _NOTHING:
        return ""
    return (_CODES.get(base) or _code(_ALSO.get(base, base))) + dash + region


@lru_cache(maxsize=1024)
def _code(base: str) -> str:
    """Return the shortest code of the language that a code stands for; the same where it stands for none."""
    if not base.isascii() or not langcodes.tag_is_valid(base):
        return base
    code = langcodes.standardize_tag(base, macro=True).partition("-")[0]
    return "tl" if code == "fil" else code  # Filipino is Tagalog to a reader, and of the two the one with two letters


def known(tag: str) -> bool:
    """Tell whether a tag is a language of the table, with or without a region (`en`, `fra`, `pt-BR`)."""
    base, _, region = normal(tag).partition("-")
    return base in _NAMES and len(region) <= 8


def closeness(asked: str, offered: str) -> int:
    """Return how well an offered language serves the one asked for.

    Returns:
        2 for the same language and region, 1 for the same language, 0 for another or an unknown one.
    """
    asked, offered = normal(asked), normal(offered)
    if not asked or not offered:
        return 0
    if asked == offered:
        return 2
    return int(asked.split("-")[0] == offered.split("-")[0])


def spoken_name(tag: str) -> str:
    """Return a tag for people: `Vietnamese (vie)`, the bare tag where the table has no name for it."""
    name = _NAMES.get(normal(tag).partition("-")[0])
    return f"{name} ({tag})" if name else tag
