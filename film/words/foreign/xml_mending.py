"""XML as people and programs write it: bare ampersands, HTML's characters and open breaks, prefixes without a meaning.

Every entity but XML's own five becomes a character or plain text here, so that none is left to expand; texts that
declare some are refused.
"""

import re
from html.entities import html5

_DECLARES = re.compile(r"<!ENTITY|<!DOCTYPE[^>\[]{0,2000}\[", re.IGNORECASE)
_DOCTYPE = re.compile(r"<!DOCTYPE[^>]{0,2000}>", re.IGNORECASE)
_AMPERSAND = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[0-9a-fA-F]{1,6});)(?:(\w{2,32});)?")
_NUMBER = re.compile(r"&#(?:(\d{1,7})|x([0-9a-fA-F]{1,6}));")
_OPEN_BREAK = re.compile(r"<((?:\w+:)?br)\s*>(?:\s*</\1\s*>)?", re.IGNORECASE)
_PREFIX = re.compile(r"[<\s/](?!xmlns:|xml:)([A-Za-z_][\w.-]*):[A-Za-z_][\w.-]*(?=[\s=>/])")
_DECLARED = re.compile(r"xmlns:([A-Za-z_][\w.-]*)\s*=")
_ROOT = re.compile(r"<(?:\w+:)?tt\b", re.IGNORECASE)


def mended_xml(text: str) -> str:
    """Return a text as a parser of XML takes it.

    Raises:
        ValueError: It declares entities, which can grow without end.
    """
    if _DECLARES.search(text):
        raise ValueError("declares entities of XML, which are not expanded")
    text = _DOCTYPE.sub("", text.lstrip("\ufeff \t\r\n"), count=1)
    text = _OPEN_BREAK.sub(r"<\1/>", _NUMBER.sub(_number, _AMPERSAND.sub(_ampersand, text)))
    root = _ROOT.search(text)
    lost = sorted(set(_PREFIX.findall(text)) - set(_DECLARED.findall(text))) if root else []
    if root and lost:
        told = "".join(f' xmlns:{one}="{one}"' for one in lost[:32])
        text = text[: root.end()] + told + text[root.end() :]
    return text


def _ampersand(match: re.Match[str]) -> str:
    name = match.group(1)
    meant = html5.get(f"{name};") if name else None
    if meant is None:
        return f"&amp;{match.group()[1:]}"
    return "".join(f"&#{ord(one)};" for one in meant)


def _number(match: re.Match[str]) -> str:
    """Leave out a number that is no character of XML, which would end the reading."""
    code = int(match[1]) if match[1] else int(match[2], 16)
    fine = code in {9, 10, 13} or 0x20 <= code < 0xD800 or 0xE000 <= code < 0xFFFE or 0x10000 <= code < 0x110000
    return match.group() if fine else ""
