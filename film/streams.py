"""What a container tells of its streams: codec, language, title, flags."""

import re
from typing import Any

import av.stream
from av.container import InputContainer
from av.video.stream import VideoStream

from configs.bcp47 import language_tag
from configs.disk.untrusted import one_line
from film.languages import normal
from film.model import Stream, StreamKind

_PICTURE_SUBTITLES = frozenset(
    ["hdmv_pgs_subtitle", "pgssub", "dvd_subtitle", "dvdsub", "dvb_subtitle", "dvbsub", "xsub", "dvb_teletext"]
)
_WORDS_AS_DATA = frozenset(["mov"])
"""Containers whose WebVTT the library takes for data."""
_NO_TITLE = re.compile(r"handler|media|gpac|l-smash|mp4|iso|[@/©]|^\W*(?:vide|soun|text|subt|sbtl|clcp)", re.IGNORECASE)


def describe_streams(container: InputContainer, picture: VideoStream) -> tuple[Stream, ...]:
    """Return a film's streams: its picture, then sound, subtitles and what may be some, in the film's order."""
    kinds = {"audio", "subtitle"}
    if not _WORDS_AS_DATA.isdisjoint(container.format.name.split(",")):
        kinds.add("data")
    others = [s for s in container.streams if s.index != picture.index and s.type in kinds]
    return tuple(_describe(stream) for stream in (picture, *others))


def _describe(stream: Any) -> Stream:
    context = stream.codec_context
    codec = getattr(getattr(context, "codec", None), "canonical_name", None) or getattr(context, "name", None)
    flags = av.stream.Disposition
    return Stream(
        index=stream.index,
        kind=_kind(stream.type, codec or ""),
        codec=codec or "unknown",
        language=_language(str(stream.metadata.get("language", ""))),
        title=_title(stream.metadata),
        default=bool(stream.disposition & flags.default),
        forced=bool(stream.disposition & flags.forced),
        hearing_impaired=bool(stream.disposition & flags.hearing_impaired),
        commentary=bool(stream.disposition & flags.comment),
        descriptions=bool(stream.disposition & (flags.descriptions | flags.visual_impaired)),
    )


def _title(told: dict[str, str]) -> str:
    """Return a stream's title; an MP4 has it as its name, or as that of its handler, which mostly names a program."""
    handler = told.get("handler_name", "")
    named = told.get("title") or told.get("name") or ("" if _NO_TITLE.search(handler) else handler)
    return one_line(str(named))


def _language(told: str) -> str:
    """Return a track's language as the file writes it; empty where that is none, whatever else it may be."""
    return told if language_tag(normal(told)) else ""


def _kind(kind: str, codec: str) -> StreamKind:
    if kind == "subtitle":
        return StreamKind.PICTURE if codec in _PICTURE_SUBTITLES else StreamKind.TEXT
    return StreamKind(kind)
