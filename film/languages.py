"""Names of languages: ISO 639-1, 639-2 (both forms) and English names, and which of them mean the same.

A table of the languages that films are subtitled in; a code that it does not hold is compared as it is written.
"""

_TABLE = """
af afr Afrikaans|am amh Amharic|ar ara Arabic|as asm Assamese|az aze Azerbaijani|be bel Belarusian|bg bul Bulgarian
bn ben Bengali|bo bod/tib Tibetan|bs bos Bosnian|ca cat Catalan|cs ces/cze Czech|cy cym/wel Welsh|da dan Danish
de deu/ger German|el ell/gre Greek|en eng English|eo epo Esperanto|es spa Spanish|et est Estonian|eu eus/baq Basque
fa fas/per Persian|fi fin Finnish|fr fra/fre French|ga gle Irish|gd gla Gaelic|gl glg Galician|gu guj Gujarati
ha hau Hausa|he heb Hebrew|hi hin Hindi|hr hrv Croatian|hu hun Hungarian|hy hye/arm Armenian|id ind Indonesian
ig ibo Igbo|is isl/ice Icelandic|it ita Italian|ja jpn Japanese|jv jav Javanese|ka kat/geo Georgian|kk kaz Kazakh
km khm Khmer|kn kan Kannada|ko kor Korean|ku kur Kurdish|ky kir Kyrgyz|la lat Latin|lb ltz Luxembourgish|lo lao Lao
lt lit Lithuanian|lv lav Latvian|mi mri/mao Maori|mk mkd/mac Macedonian|ml mal Malayalam|mn mon Mongolian
mr mar Marathi|ms msa/may Malay|mt mlt Maltese|my mya/bur Burmese|nb nob Bokmål|ne nep Nepali|nl nld/dut Dutch
nn nno Nynorsk|no nor Norwegian|oc oci Occitan|or ori Odia|pa pan Punjabi|pl pol Polish|ps pus Pashto
pt por Portuguese|qu que Quechua|ro ron/rum Romanian|ru rus Russian|sa san Sanskrit|sd snd Sindhi|si sin Sinhala
sk slk/slo Slovak|sl slv Slovenian|so som Somali|sq sqi/alb Albanian|sr srp Serbian|sv swe Swedish|sw swa Swahili
ta tam Tamil|te tel Telugu|tg tgk Tajik|th tha Thai|tk tuk Turkmen|tl tgl Tagalog|tr tur Turkish|tt tat Tatar
ug uig Uyghur|uk ukr Ukrainian|ur urd Urdu|uz uzb Uzbek|vi vie Vietnamese|xh xho Xhosa|yi yid Yiddish|yo yor Yoruba
zh zho/chi Chinese|zu zul Zulu
"""

_ALSO = {
    "fil": "tl", "iw": "he", "in": "id", "ji": "yi", "scc": "sr", "scr": "hr", "mo": "ro", "cmn": "zh", "yue": "zh",
    "chs": "zh-hans", "cht": "zh-hant", "pob": "pt-br", "jp": "ja", "vn": "vi", "kr": "ko", "cz": "cs", "gr": "el",
}  # fmt: skip
"""Retired codes, and ones that are wrong and yet common in file names."""

_NOTHING = frozenset({"", "und", "unk", "mis", "zxx", "mul", "qaa"})


def _read_table() -> tuple[dict[str, str], dict[str, str]]:
    codes: dict[str, str] = {}
    names: dict[str, str] = {}
    for entry in _TABLE.replace("\n", "|").strip("|").split("|"):
        short, long, name = entry.split(" ")
        names[short] = name
        for spelling in (short, name.casefold(), *long.split("/")):
            codes[spelling] = short
    return codes, names


_CODES, _NAMES = _read_table()


def normal(tag: str) -> str:
    """Return a tag in its normal form: `vie` becomes `vi`, `pt_BR` becomes `pt-br`, `und` becomes empty.

    A tag that the table does not hold comes back in lower case.
    """
    written = tag.strip().casefold().replace("_", "-")
    written = _ALSO.get(written, written)
    base, dash, region = written.partition("-")
    if base in _NOTHING:
        return ""
    return _CODES.get(_ALSO.get(base, base), base) + dash + region


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
