"""Scenes that subtitles name: `[Scene: the harbour]`, `INT. KITCHEN - NIGHT`, `[Later]`.

Nobody says them, and they are no sounds: they become captions. What they say is kept as it is, but for the label.
"""

import re

from film.words.roles import datelines

_LONGEST = 80
"""No heading has more letters."""
_SCENE = (
    r"sc[eéè]ne|szene|escena|scena|scén|cena|сцена|sahne|kohtaus|scéna|jelenet|σκηνή|cảnh|場面|シーン|场景|場景|장면"
)
_PLACE = r"location|setting|place|ort|schauplatz|lieu|décor|lugar|luogo|local|место|địa điểm|場所|地点|地點|장소"
_LABEL = r"(?: ?\d{1,3}[a-z]?)?\s?[:：]\s*"
_NAMED = re.compile(rf"(?:{_SCENE}){_LABEL}(.+)", re.IGNORECASE | re.DOTALL)
_IN_BRACKETS = re.compile(rf"(?:{_SCENE}|{_PLACE}){_LABEL}(.+)", re.IGNORECASE | re.DOTALL)
_INSIDE = r"INT(?:[EÉ]RIEUR|ERIOR|ERNO)?|EXT(?:[EÉ]RIEUR|ERIOR|ERNO)?|I/E|INNEN|AUSSEN|AUẞEN|ИНТ|НАТ|ЭКСТ"
_SLUG = re.compile(
    rf"(?:\d{{1,3}}[A-Z]?[.)]? )?(?:{_INSIDE})(\.?)(?:\s?/\s?(?:{_INSIDE})\.?)?\s+([^\W\d_].+)", re.DOTALL
)
_SLUG_SMALL = re.compile(r"(?:Int|Ext|Innen|Außen|Инт|Нат)\.\s+([^\W\d_].*\s[-–—]\s.+)", re.DOTALL)
_SLUG_STARTS = frozenset("IEAИНЭ0123456789")
_DASH = re.compile(r"\s[-–—]\s")
_SAID = ".!?…。！？"


def heading_of(text: str) -> str:
    """Return what a heading of a scene says without its label (`KITCHEN - NIGHT`); empty where a text is none.

    Args:
        text: All of a cue, or of what stands in brackets.
    """
    if not text or len(text) > _LONGEST or text[-1] in _SAID:
        return ""
    if (":" in text or "：" in text) and (named := _NAMED.fullmatch(text)):
        return str(named[1])
    if text[0] not in _SLUG_STARTS:  # most are not, and the questions below are slow
        return ""
    slug = _SLUG.fullmatch(text)
    if slug and text.isupper() and (slug[1] or _DASH.search(slug[2])):
        return str(slug[2])
    small = _SLUG_SMALL.fullmatch(text)
    return str(small[1]) if small else ""


def caption_of(group: str) -> str:
    """Return the caption that a group in brackets is: a scene, a place, a time; empty where it is a sound or a name."""
    if not group:
        return ""
    if datelines.passes_time(group) or datelines.gives_date(group) or datelines.gives_place(group):
        return group
    placed = _IN_BRACKETS.fullmatch(group) if len(group) <= _LONGEST and group[-1] not in _SAID else None
    return str(placed[1]) if placed else heading_of(group)
