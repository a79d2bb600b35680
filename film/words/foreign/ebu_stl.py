"""EBU STL, the binary subtitles of European broadcasters (EBU Tech 3264): read by ttconv, block by block.

What the library cannot take of a block loses that block alone. Its document is walked here rather than turned into
another format, so that times stay exact.
"""

import logging
from fractions import Fraction
from typing import Any

from film.languages import known, normal
from film.words.subtitles.cues import MOST_CUES, Cue, TooManyCuesError
from film.words.subtitles.formats import Reading

_HEAD_BYTES = 1024
_BLOCK_BYTES = 128
_REMARK_AT = 15
"""Where a block tells that it is a remark, which is not shown."""


def is_ebu_stl(data: bytes) -> bool:
    """Tell EBU STL by its head: a code page, and the name of its rate."""
    return data[:3].isdigit() and data[3:6] == b"STL" and len(data) >= _HEAD_BYTES


def read_ebu_stl(data: bytes) -> Reading:
    """Read the bytes of an EBU STL file; times count from the start of the programme that its head tells.

    Raises:
        TooManyCuesError: There are more than `MOST_CUES`.
        ValueError: Its head cannot be read.
    """
    blocks = [data[at : at + _BLOCK_BYTES] for at in range(_HEAD_BYTES, len(data), _BLOCK_BYTES)]
    if len(blocks) > MOST_CUES:
        raise TooManyCuesError
    blocks = [one for one in blocks if one.strip(b"\0 \x1a")]
    document, dropped = _document(data[:_HEAD_BYTES], blocks, "TCP")
    if blocks and not (found := _cues(document)):  # the programme's start is told and its blocks count from zero
        document, dropped = _document(data[:_HEAD_BYTES], blocks, None)
        found = _cues(document)
    cues = sorted(found if blocks else [], key=lambda cue: cue.start_s)
    language = normal(document.get_lang() or "")
    told = "1 block" if dropped == 1 else f"{dropped} blocks"
    warnings = (f"{told} that cannot be read left out",) if dropped else ()
    return Reading(tuple(cues), language if known(language) else "", warnings)


def _document(head: bytes, blocks: list[bytes], start: str | None) -> tuple[Any, int]:
    """Return the library's document of a head and its blocks, and how many of these are lost."""
    from ttconv.stl.datafile import DataFile  # a tenth of a second, which few films need

    logging.getLogger("ttconv").setLevel(logging.CRITICAL)  # what matters of it is told by whoever reads
    try:
        file = DataFile(head, start_tc=start)
    except Exception:  # the library lets out whatever a damaged field causes
        raise ValueError("an EBU STL file whose head cannot be read") from None
    dropped = 0
    for block in blocks:
        if len(block) == _BLOCK_BYTES and block[_REMARK_AT] == 1:
            continue
        try:
            file.process_tti_block(block)
        except Exception:
            dropped += 1
    return file.get_document(), dropped


def _cues(document: Any) -> list[Cue]:
    from ttconv import model

    cues = []
    for paragraph in document.get_body().dfs_iterator():
        if isinstance(paragraph, model.P):
            timed = [one for one in paragraph.dfs_iterator() if isinstance(one, (model.P, model.Span))]
            begins = [one.get_begin() for one in timed if one.get_begin() is not None]
            ends = [one.get_end() for one in timed if one.get_end() is not None]
            text = "".join(map(_text, paragraph.dfs_iterator())).strip()
            if begins and text:
                start_s = Fraction(min(begins))
                cues.append(Cue(start_s, Fraction(max(ends, default=start_s)), text))
    return cues


def _text(part: Any) -> str:
    """Return a leaf's text as mark-up, a row's end for a break, nothing for what holds others."""
    from ttconv import model
    from ttconv.style_properties import FontStyleType, StyleProperties

    if isinstance(part, model.Br):
        return "\n"
    if not isinstance(part, model.Text):
        return ""
    text = " ".join(part.get_text().split(" "))
    slanted = part.parent().get_style(StyleProperties.FontStyle) is FontStyleType.italic
    return f"<i>{text}</i>" if slanted and text.strip() else str(text)
