"""What the name of a subtitle file tells after the film's: languages, forced, for the hard of hearing, descriptions.

Names are read word by word from their end, whatever parts the words: `film.en.default`, `film_track3_[eng]`,
`film (pt-BR)`, `2_English`. The first word that means nothing here ends the reading; it and all before it is left.
"""

import re
import unicodedata
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import pairwise

from film.languages import known, normal

_WORD = re.compile(r"[^\W_]+")
_SCRIPT = re.compile(r"han[st]|latn|cyrl")
_REGION = re.compile(rf"[a-z]{{2}}|\d{{3}}|{_SCRIPT.pattern}")
_COUNTED = re.compile(r"(?:track|stream|subs?|subtitles?)?\d{1,2}|\dcd|v\d")
_NOTED = re.compile(r"\d{2,3}fps|\d{6,}")
"""What programs and sites note: a rate, a number of theirs."""
_COPIED = re.compile(r" (?:- |\()(?:copy|kopie|copie|copia|kopia)")
_AFFIXED = re.compile(r"sub([a-z]{2,7})|([a-z]{2,7})subs?")
"""`vietsub`, `subita`."""
_CODE_PARTS = re.compile(r"[-_]|\s*[(\[]")
_FORCED = frozenset({
    "forced", "foreign", "форсированные", "надписи", "signs", "songs", "commentary", "comments", "erzwungen", "forcé",
    "forcés", "forzado", "forzados", "forzati", "forçada", "forçadas", "forçado", "gedwongen", "wymuszone",
})  # fmt: skip
_HEARING = frozenset({
    "sdh", "cc", "hi", "hoh", "hearing", "impaired", "deaf", "hearingimpaired", "closedcaptions", "closedcaption",
    "sme", "malentendants", "sordos", "udenti", "hörgeschädigte", "gehörlose", "слабослышащих",
})  # fmt: skip
_BEFORE_HEARING = frozenset({"hard of", "closed", "deaf and hard of", "sourds et", "para", "non", "für", "для"})
_CLOSED = frozenset(["captions", "caption"])
_NOT = frozenset({"non", "not", "without", "ohne", "sans", "sin", "senza", "sem", "zonder", "uden", "utan", "bez"})
"""`non-sdh`; but Italian for the deaf is `non udenti`."""
_NO = "no"
"""Norwegian, unless it stands between a language and what it denies: `en.no-hi`."""
_REMOVED = frozenset(["removed", "stripped"])
_DESCRIBED = "described"
DESCRIBING = (
    r"(?:audio|video|text|visual)[\W_]*(?:des[ck]r[iy]\w+|beschrijving)|descri(?:ption|zione)s?[\W_]+(?:audio|vid[eé]o)"
    r"|descripci(?:ón|on|ones) (?:de|en) (?:audio|texto)|descri(?:ção|cao) de [aá]udio|descriere audio|deskripsi audio"
    r"|descri(?:bed|ptive)[\W_]+(?:audio|video|text|narration|service|track|transcript)|dvs|syns?tolkn?ing"
    r"|kuvailutulkkaus|zvukov[ýy] popis|audiopopis|audionarr[aá]ci[oó]|sesli betimleme|тифлокоммент\w+|тифлокоментар\w*"
    r"|ауд[иі]о(?:дескрип|описани|опис)\w*|(?:ακουστικ|ηχητικ)\w+ περιγραφ\w+|音声ガイド|口述影像|화면 ?해설"
    r"|(?:ال)?وصف (?:ال)?صوتي|תיאור קולי|เสียงบรรยายภาพ|mô tả âm thanh|ऑडियो विवरण"
)
"""What words are called, in small letters, that tell what is to be seen. Sources: names of broadcasters and streams."""
_DESCRIBING_LAST = re.compile(rf"(?<!\w)(?:{DESCRIBING}|descriptions?|described|descriptive|(?<!\d.)(?<!\d..)ad)$")
"""`2000 AD` is a year."""
_PARTING = str.maketrans("._-", "   ")
_IDLE = frozenset({
    "full", "complete", "dialogue", "dialogues", "dialog", "sub", "subs", "subtitle", "subtitles", "track", "stream",
    "text", "und", "unk", "mul", "srt", "ass", "ssa", "vtt", "utf", "utf8", "ansi", "orig", "original", "regular",
    "normal", "retail", "sync", "synced", "fixed", "auto", "bilingual", "dual", "american", "america", "european",
    "ai", "whisper", "lyrics", "netflix", "amazon", "cc1", "полные", "captions", "caption",
    "fps", "resync", "resynced", "corrected", "translated", "nosdh", "nonsdh", "nohi", "nonhi", "nocc", "noncc",
    "addic7ed", "com",
    "org", "opensubtitles", "subscene", "podnapisi", "yify", "subgen", "tit", "titulky", "napisy", "legendas",
    "untertitel", "sottotitoli", "altyazı", "субтитры", "updated",
})  # fmt: skip
"""Words that change nothing."""
_SPOKEN = {
    "sc": "zh-hans", "tc": "zh-hant", "gb": "zh-hans", "big5": "zh-hant", "simplified": "zh-hans",
    "traditional": "zh-hant", "mandarin": "zh", "cantonese": "zh", "brazilian": "pt-br", "brazil": "pt-br",
    "castilian": "es-es", "latino": "es-419", "canadian": "fr-ca", "british": "en-gb", "farsi": "fa",
    "zhs": "zh-hans", "zht": "zh-hant", "brasil": "pt-br", "brasileiro": "pt-br", "castellano": "es-es",
    "español": "es", "espanol": "es", "français": "fr", "francais": "fr", "deutsch": "de", "italiano": "it",
    "português": "pt", "portugues": "pt", "nederlands": "nl", "polski": "pl", "русский": "ru", "українська": "uk",
    "čeština": "cs", "slovenčina": "sk", "magyar": "hu", "română": "ro", "ελληνικά": "el", "türkçe": "tr",
    "svenska": "sv", "norsk": "no", "dansk": "da", "suomi": "fi", "עברית": "he", "العربية": "ar", "فارسی": "fa",
    "tiếng": "vi", "việt": "vi", "ไทย": "th", "हिन्दी": "hi", "bahasa": "id",
    "scjp": "zh-hans ja", "tcjp": "zh-hant ja", "jpsc": "ja zh-hans", "jptc": "ja zh-hant",
    "한국어": "ko", "한글": "ko", "عربي": "ar",
    "рус": "ru", "русские": "ru", "укр": "uk", "українські": "uk",
    "vostfr": "fr", "vf": "fr", "vff": "fr", "vfq": "fr-ca", "legendado": "pt-br", "legendada": "pt-br",
    "bokmal": "nb", "creole": "ht", "flemish": "nl-be", "filipino": "tl", "myanmar": "my", "sinhalese": "si",
    "moldavian": "ro", "br": "pt-br", "pb": "pt-br", "zt": "zh-hant", "ze": "zh en", "ea": "es-419", "viet": "vi",
    "esp": "es",
}  # fmt: skip
"""What names call languages besides their codes and English names. `br` is Brazil's far oftener than Breton."""
_HAN = {
    "简体中文": "zh-hans", "簡體中文": "zh-hans", "繁體中文": "zh-hant", "繁体中文": "zh-hant", "简体": "zh-hans",
    "簡體": "zh-hans", "繁体": "zh-hant", "繁體": "zh-hant", "简中": "zh-hans", "繁中": "zh-hant", "日本語": "ja",
    "中文": "zh", "中字": "zh", "英文": "en", "英语": "en", "英語": "en", "日文": "ja", "日语": "ja", "日語": "ja",
    "韩文": "ko", "韩语": "ko", "韓文": "ko", "法语": "fr", "德语": "de", "俄语": "ru", "泰语": "th",
    "台灣": "", "台湾": "", "中国": "", "中國": "", "香港": "", "大陆": "",
    "双语": "", "雙語": "", "双字": "", "字幕": "", "特效": "", "官方": "", "简": "zh-hans", "簡": "zh-hans",
    "繁": "zh-hant", "中": "zh", "英": "en", "日": "ja", "韩": "ko", "韓": "ko", "法": "fr", "德": "de", "俄": "ru",
}  # fmt: skip
"""What stands in one word for languages: `简英双语`, `日本語字幕`; the longer ones first."""
_HAN_WORD = re.compile(f"(?:{'|'.join(_HAN)})+")
_HAN_PART = re.compile("|".join(_HAN))
_COUNTRIES = {
    "canada": "ca", "spain": "es", "portugal": "pt", "brazil": "br", "mexico": "mx", "argentina": "ar", "austria": "at",
    "switzerland": "ch", "belgium": "be", "germany": "de", "france": "fr", "kingdom": "gb", "states": "us",
    "australia": "au", "india": "in", "taiwan": "tw", "kong": "hk", "singapore": "sg", "netherlands": "nl",
    "cyrillic": "cyrl", "latin": "latn", "latinoamérica": "419", "latinoamerica": "419", "españa": "es", "méxico": "mx",
}  # fmt: skip
_BEFORE_COUNTRY = frozenset(["united", "hong"])
_IN_SCRIPTS = frozenset(["sr", "bs", "az", "uz", "kk", "tg"])
"""Languages that are written in Latin and other letters; `Spanish (Latin)` is where it is spoken."""
_ENGLISH = frozenset({"am", "as", "be", "el", "he", "hi", "id", "is", "it", "la", "my", "no", "or", "pa", "so", "ta"})
"""Codes that are words of titles where they begin with a capital and go on small: `This.Or`."""
_REGIONS_TOO = frozenset({"ar", "be", "ca", "my", "sa"})
"""Codes of languages that after another language's code are a country: `fr-CA`; `zh-en` are two languages."""


_YEAR = re.compile(r"19\d\d|20\d\d")
_NO_FILM = re.compile(
    r"(?<![a-z])(?:(?:cd|part|pt|disc|disk|teil|vol)[ ._-]?\d{1,2}"
    r"|sample|trailer|teaser|extras?|bonus|featurettes?|making)(?![a-z])"
)
_EPISODE = re.compile(
    r"s(\d{1,3})[ ._-]?e(\d{1,4})|(?<![a-z0-9])(\d{1,2})x(\d{2,3})(?!\d)"
    r"|season[ ._-]?(\d{1,2})[ ._-]*episode[ ._-]?(\d{1,3})"
)
_NUMBERED = re.compile(r"^\[[^\]]+\][ _.]?(?P<series>.+?)[ _]-[ _](?P<number>\d{2,4})(?:v\d)?(?=[ _.\[(]|$)")
"""Episodes of the first season as those who subtitle anime call them: `[Group] Series - 02 [1080p]`."""
_RELEASE = re.compile(
    r"\d{3,4}[pi]|[48]k|uhd|hdr(?:10)?|sdr|blu|bluray|b[dr]rip|bd|web|webrip|webdl|hdtv|dvd|dvdrip|hdrip|xvid|divx|remux"
    r"|[xh]26[45]|hevc|avc|av1|proper|repack|yify|yts|rarbg|amzn|nf|dsnp|10bit|8bit|aac|dts|ac3|ddp?5?"
)
"""Words of a release's name that are no longer the film's title."""


@dataclass(frozen=True, slots=True)
class NameTags:
    """What the end of a name tells."""

    languages: tuple[str, ...] = ()
    """In lower case, in the order of the name; several where each subtitle is in all of them."""
    forced: bool = False
    """Only what is foreign in the film, its signs, or somebody's comments on it."""
    hearing_impaired: bool = False
    described: bool = False
    """What is to be seen, for those who do not see."""
    default: bool = False
    left: str = ""
    """The beginning, which tells nothing."""


@dataclass(slots=True)
class _Reading:
    languages: list[str] = field(default_factory=list)
    flags: set[str] = field(default_factory=set)
    numbers: int = 0
    """Bare ones."""


def read_tags(name: str) -> NameTags:
    """Read a name from its end, without its suffix and without the film's own name.

    A number of one or two digits counts only besides something that is understood: `.en.1` is the first of two, and
    `.2` alone is another film.
    """
    name = name.casefold()
    words = list(_WORD.finditer(name))
    read = _Reading()
    at = len(words)
    while at:
        used = _take(name, words[:at], read)
        if not used:
            break
        at -= used
    left = name[: words[at - 1].end()] if at else ""
    if left and not read.languages and not left[0].isalnum():  # after a film's name: `.en - whatever`
        read.languages = _told_first(name, words[:at])
    if read.numbers and not read.languages and not read.flags:
        return NameTags(left=name)
    if "hi" in read.flags and not read.languages:
        read.flags.discard("hi")
        read.languages.append("hi")
    return NameTags(
        languages=_merged(read.languages),
        forced=bool(read.flags & _FORCED),
        hearing_impaired=bool(read.flags & _HEARING),
        described=_DESCRIBED in read.flags,
        default="default" in read.flags,
        left=left,
    )


def _told_first(name: str, words: list[re.Match[str]]) -> list[str]:
    """Return the language that the first word tells, where it is parted from what follows as codes are."""
    parted = name[words[0].end() : words[0].end() + 1]
    return _tongues(words[0].group()) if parted in {".", "-", " ", "_", "]", ")"} else []


def _take(name: str, words: list[re.Match[str]], read: _Reading) -> int:
    """Note what the last of some words tells; return how many words that took, 0 where it tells nothing."""
    word = words[-1].group()
    after_script = len(words) > 2 and _SCRIPT.fullmatch(words[-2].group())
    if (
        after_script
        and word not in _HEARING
        and _REGION.fullmatch(word)
        and name[words[-2].end() : words[-1].start()] in {"-", "_"}
        and (joined := _with_region(name, words[-3], words[-2]))
    ):
        read.languages.insert(0, joined)  # `zh-Hans-CN`: how it is written tells more than where
        return 3
    if len(words) > 1 and (joined := _with_region(name, words[-2], words[-1])):
        read.languages.insert(0, joined)
        return 2
    if word == "hi" and "hi" in read.flags and not read.languages:  # Hindi, for the hard of hearing
        read.languages.append("hi")
        return 1
    if word in _REMOVED and len(words) > 1 and words[-2].group() in _HEARING:
        return 2
    if (word in _HEARING or word in _FORCED) and _is_denied(name, words):
        return 2
    if word in _HEARING or (word in _CLOSED and len(words) > 1 and words[-2].group() == "closed"):
        return _take_hearing(words, read)
    if word in _FORCED or word in _IDLE or word == "default" or (word == "c" and "addic7ed" in read.flags):
        read.flags.add(word)
        return 1
    if (found := _country(words)) and found[1]:
        read.languages.insert(0, found[0])
        return found[1]
    if len(words) > 1 and (_NOTED.fullmatch(word) or _COPIED.fullmatch(name[words[-2].end() : words[-1].end()])):
        return 1
    if _COUNTED.fullmatch(word):
        read.numbers += word.isdecimal()
        return 1
    if spoken := _tongues(word):
        read.languages[:0] = spoken
        return 1
    described = _DESCRIBING_LAST.search(name[: words[-1].end()].translate(_PARTING))
    if described:
        read.flags.add(_DESCRIBED)
        return sum(each.start() >= described.start() for each in words)
    return 0


def _is_denied(name: str, words: list[re.Match[str]]) -> bool:
    """Tell whether the word before the last one says that the last one does not hold."""
    if len(words) < 2 or words[-2].group() not in {*_NOT, _NO}:
        return False
    if words[-2].group() != _NO:
        return words[-1].group() != "udenti"
    if len(words) < 3:
        return False
    tongue = _tongues(words[-3].group()) or (len(words) > 3 and _with_region(name, words[-4], words[-3]))
    apart, joint = (name[one.end() : two.start()].strip(" ") for one, two in pairwise(words[-3:]))
    return bool(tongue) and joint in {"-", "_", ""} and apart != joint


def _take_hearing(words: list[re.Match[str]], read: _Reading) -> int:
    """Note a word for those who do not hear, with what stands before it; return how many words that took."""
    before = [each.group() for each in words[-4:-1]]
    for count in range(len(before), 0, -1):
        if " ".join(before[-count:]) in _BEFORE_HEARING:
            read.flags.add("sdh")
            return count + 1
    read.flags.add(words[-1].group())
    return 1


def _country(words: list[re.Match[str]]) -> tuple[str, int]:
    """Return a language with the country that is named after it (`French (Canada)`), and how many words that took."""
    region = _COUNTRIES.get(words[-1].group(), "")
    at = -3 if len(words) > 2 and words[-2].group() in _BEFORE_COUNTRY else -2
    spoken = _tongues(words[at].group()) if region and len(words) >= -at else []
    if len(spoken) != 1 or "-" in spoken[0] or (region == "latn" and normal(spoken[0]) not in _IN_SCRIPTS):
        return "", 0
    return f"{spoken[0]}-{region}", -at


def _tongues(word: str) -> list[str]:
    """Return the languages that one word tells; none where it tells none."""
    if word in _SPOKEN:
        return _SPOKEN[word].split()
    if known(word):
        return [_code_of(word)]
    if _HAN_WORD.fullmatch(word):
        return [code for part in _HAN_PART.findall(word) if (code := _HAN[part])] or ["und"]
    affixed = _AFFIXED.fullmatch(word)
    inner = (affixed[1] or affixed[2]) if affixed else ""
    if inner in _SPOKEN:
        return _SPOKEN[inner].split()
    return [_code_of(inner)] if inner and known(inner) else []


def _code_of(word: str) -> str:
    """Return a code as it is written, a language's English name as its code."""
    return word if len(word) <= 3 else normal(word)


def _with_region(name: str, first: re.Match[str], second: re.Match[str]) -> str:
    """Return a language with its region or script (`pt-br`), empty where two words are none."""
    code, region = first.group(), second.group()
    if not known(code) or not _REGION.fullmatch(region) or region in _HEARING:
        return ""
    if region == "ad" and normal(code) != "ca":  # audio description, but in Andorra
        return ""
    between = name[first.end() : second.start()]
    if not _CODE_PARTS.fullmatch(between):
        return ""
    base = normal(code).partition("-")[0]
    bracketed_country = between not in {"-", "_"} and region in {"uk", "us"}
    another = known(region) and normal(region) != base and region not in _REGIONS_TOO and not bracketed_country
    if another and not (region == "es" and base in {"ca", "eu", "gl"}):
        return ""
    return f"{_code_of(code)}-{'gb' if region == 'uk' else region}"


def _merged(languages: list[str]) -> tuple[str, ...]:
    """Drop what says less of the same language: `pt-br pt` is `pt-br`; Latin beside Spanish is where it is spoken."""
    languages = [each for each in languages if normal(each)]
    bases = {normal(each).partition("-")[0] for each in languages}
    if bases & {"nb", "nn"}:
        languages = [each for each in languages if normal(each) != "no"]
    if "es" in bases:
        languages = ["es-419" if normal(each) == "la" else each for each in languages]
    found: dict[str, str] = {}
    for each in languages:
        base = normal(each).partition("-")[0]
        if base not in found or ("-" in normal(each) and "-" not in normal(found[base])):
            found[base] = each
    return tuple(found.values())


@lru_cache(maxsize=8192)
def episode_of(name: str) -> tuple[int, int] | None:
    """Return the season and the number of a series' episode (`S01E02`, `1x02`) that a name tells; None for none."""
    name = unicodedata.normalize("NFC", name).casefold()
    match = _EPISODE.search(name)
    if match:
        return int(match[1] or match[3] or match[5]), int(match[2] or match[4] or match[6])
    numbered = _NUMBERED.match(name)
    return (1, int(numbered["number"])) if numbered else None


@lru_cache(maxsize=8192)
def series_of(name: str) -> tuple[str, ...]:
    """Return the words of a name before its episode, without the year: the series."""
    name = name.casefold()
    match = _EPISODE.search(name)
    if match:
        return title_of(name[: match.start()])[0]
    numbered = _NUMBERED.match(unicodedata.normalize("NFC", name))
    return title_of(numbered["series"])[0] if numbered else ()


@lru_cache(maxsize=8192)
def parts_of(name: str) -> frozenset[str]:
    """Return what of a name says that it is a part of a film, or none of it: `cd2`, `trailer`."""
    return frozenset(re.sub(r"[ ._-]", "", match.group()) for match in _NO_FILM.finditer(name.casefold()))


@lru_cache(maxsize=8192)
def title_of(name: str) -> tuple[tuple[str, ...], str]:
    """Return the words of a film's or a subtitle file's name up to where its release is told, and its year or nothing.

    `The.Film.2019.1080p.WEB-GROUP` is (the, film) and 2019, `The Film.720p.en` is (the, film).
    """
    words = _WORD.findall(name.casefold())
    years = [at for at, word in enumerate(words) if at and _YEAR.fullmatch(word)]
    told = [at for at, word in enumerate(words) if at and _RELEASE.fullmatch(word)]
    if years or told:
        year = years[-1] if years and not (told and years[-1] > told[0]) else None
        end = min([*told, *([year] if year is not None else [])], default=len(words))
        return tuple(words[:end]), "" if year is None else words[year]
    end = len(_WORD.findall(read_tags(name).left))
    return tuple(words if any(word.isdecimal() for word in words[end:]) else words[:end]), ""


def title_language(title: str) -> str:
    """Return the language that a track's title tells (`Tiếng Việt`, `English [SDH]`, `jpn`); empty for none."""
    tags = read_tags(title)
    alone = len(_WORD.findall(title)) == 1
    return next(iter((tags if alone else read_whole(title)).languages), "")


def read_whole(name: str) -> NameTags:
    """Read a name that need not begin with a film's: codes of languages count only after a sign that parts words.

    `Let it` tells nothing, `Let.it` is in Italian, `This.Or` says or; `English` is a language by itself, `it` may be a
    film.
    """
    tags = read_tags(name)
    words = list(_WORD.finditer(name))
    codes = {words[at].group().casefold() for at in range(len(words)) if at == 0 or name[words[at].start() - 1] == " "}
    codes |= {word.group().casefold() for word in words if word.group().istitle()} & _ENGLISH
    kept = tuple(each for each in tags.languages if not (len(each) <= 3 and each in codes))
    return replace(tags, languages=kept)
