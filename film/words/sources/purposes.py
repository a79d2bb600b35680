"""What a track of words is for, told by its flags and by its title: many files have the one without the other.

Where neither tells, what it holds beside another track of its language does.
"""

import re
import unicodedata
from dataclasses import dataclass
from enum import IntEnum
from typing import Self

from film.model import Stream
from film.words.subtitles import markup
from film.words.subtitles.formats import Reading
from film.words.subtitles.naming import DESCRIBING

_COMMENTARY = re.compile(
    r"\bcommentar|\bcomments?\b|kommentar|\bcommenta(?:ire|ar)|\bcomentari|\bcomentári|\bcomment[oi]\b|\bkoment[aá][rř]"
    r"|\bkommentti|\byorum|\bкоммент|\bкоментар|解説|コメンタリ|评论|評論"
)
_PARTS = re.compile(
    r"\bsigns?\b|\bsongs?\b|\bs ?[&+/] ?s\b|\bkaraoke|\blyrics\b|\btypeset|\bforced\b|\bforcé|\bfor[cç]ad|\bforçats\b"
    r"|\bforza[dt]|\bfran[cç]ais\W+forces?\b|\bv(?:f|ff|fq|o)\W+forces?\b|\berzwungen|\bzwangs|\bteiluntertitel"
    r"|\bgeforceerd|\bgedwongen|\btvingad|\btvungen|\btvunget|\bpakotettu|\bwymuszon|\bvynucen|\bvynúten|\bkényszer"
    r"|\bzorunlu|\bforeign\b(?! affairs)|\bnon[- ]english\b|\bnur fremdsprach|\bfremdsprachige (?:teile|stellen)"
    r"|\bschilder\b|\bpanneaux\b|\bcarteles\b|\bletreros\b|\bcartelli\b|\bнадписи\b|\bфорс|強制|强制"
)
"""What only a part of the words is called. Sources: titles in people's files, in the larger languages."""
_WHOLE = re.compile(
    r"\bfull\b|(?<!foreign )(?<!english )\bdialog|\bcomplete|\bwhole\b|\bvollständig|\bkomplett|\bcomplet"
    r"|\bintégra|\bintegra|\bvolledig|\bpełne|\bplné\b|\bteljes\b|\bполн|完整"
)
"""`Full Subtitles, Signs & Songs` is the whole."""
_IMPAIRED = re.compile(
    r"\bsdh\b|\bcc\d?\b|\bhoh\b|[\[(]hi[\])]|\bclosed[- ]?caption|\bcaptions\b|\bhearing\b|\bdeaf\b|\bhörgeschäd"
    r"|\bgehörlos|\bschwerhörig|\bmal ?entendant|\bsourds?\b|\bsme\b|\bsord[oi]s?\b|\bnon udenti\b|\bsurd[oe]s?\b"
    r"|\bslechthorend|\bdoven\b|\bhörselskad|\bhørehæmm|\bhørselshemm|\bkuulovamm|\bniesłysz|\bneslyš|\bhallássérült"
    r"|\bişitme engel|\bглух|\bслабослыш|聴覚障害|听障|聽障"
)
_DESCRIBED = re.compile(
    rf"\b(?:{DESCRIBING})|(?:^|[^\W\d]\W+|[(\[])ad[)\]]?$"
    r"|^(?:\w+\W+)?(?<!sound )(?<!noise )(?<!music )descriptions?\W*$"
    r"|\bfor (?:the )?blind\b|\bvisually impaired\b|\bsehbehindert|\b(?:für|voor) blinde|\bhörfilm|\baveugles?\b"
    r"|\bmalvoyant|\b(?:para )?(?:ciegos|cegos)\b|\b(?:non |ipo)vedenti\b|\bniewidom|\bnevidom"
    r"|\bnevidiac|\bслабовидящ|\bнезряч|視覚障害|视障|視障"
)
"""A title that speaks of the deaf as well may be that of all words."""


class Purpose(IntEnum):
    """What a track is for, the most wanted first."""

    FULL = 0
    HEARING_IMPAIRED = 1
    """All that is said, and what is heard besides."""
    FORCED = 2
    """Signs, songs and foreign words alone, for those who understand the rest."""
    COMMENTARY = 3
    DESCRIBED = 4
    """What is to be seen, for those who do not see."""


PURPOSE_NAMES = {
    Purpose.FULL: "all that is said",
    Purpose.HEARING_IMPAIRED: "for the hard of hearing",
    Purpose.FORCED: "signs, songs or foreign words alone",
    Purpose.COMMENTARY: "a commentary",
    Purpose.DESCRIBED: "what is to be seen, for those who do not see",
}
"""What people are told of a purpose."""


def purpose_of(stream: Stream) -> Purpose:
    """Tell what a track is for, by its flags and by its title; a title that speaks of all words beats the flag."""
    title = unicodedata.normalize("NFC", stream.title).casefold().replace("_", " ")
    heard = stream.hearing_impaired or _IMPAIRED.search(title)
    if stream.descriptions or (_DESCRIBED.search(title) and not heard):
        return Purpose.DESCRIBED
    if stream.commentary or _COMMENTARY.search(title):
        return Purpose.COMMENTARY
    if (stream.forced or _PARTS.search(title)) and not _WHOLE.search(title):
        return Purpose.FORCED
    return Purpose.HEARING_IMPAIRED if heard else Purpose.FULL


_HARDLY, _SOME, _MUCH = 0.1, 0.3, 0.6
"""Of another track's letters: signs and foreign words alone are seldom more than the first; with songs, or typeset,
they may be up to the others, and then have to look it. A commentary hardly says ten times what a quiet film does."""
_MOSTLY = 0.5
_LETTERS_LEAST = 200
"""Of fewer words nothing can be told."""


@dataclass(frozen=True, slots=True)
class Holding:
    """What a track holds: each text once, as a sign that is drawn frame by frame repeats it."""

    texts: frozenset[str]
    letters: int
    shown: float
    """What share of the texts stands in the picture, 0 to 1: placed, in a style of signs, or all in capitals."""

    @classmethod
    def of(cls, reading: Reading) -> Self:
        """Look through a track's cues."""
        texts: dict[str, bool] = {}
        for cue in reading.cues:
            text = " ".join(filter(None, map(markup.plain, markup.rows_of(cue.text))))
            texts[text] = cue.sign or markup.is_placed(cue.text) or text.isupper()
        texts.pop("", None)
        shown = sum(texts.values()) / len(texts) if texts else 0.0
        return cls(frozenset(texts), sum(map(len, texts)), shown)

    def is_part_of(self, other: Self) -> bool:
        """Tell whether this is signs, songs or foreign words, and another track in its language is all that is said."""
        if not self.texts or other.letters < _LETTERS_LEAST or other.shown > _MOSTLY:
            return False
        share = self.letters / other.letters
        common = len(self.texts & other.texts) / len(self.texts)
        looks_it = (share < _MUCH and self.shown > _MOSTLY) or (share < _SOME and common > _MOSTLY)
        return share < _HARDLY or looks_it
