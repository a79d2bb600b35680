"""A gallery of styles: one picture in every style, on one page of HTML that holds all it shows and runs no script.

A painting is wiped over with what it was painted from by strips that lie across it: each, hovered over or tapped, shows
the source as far as itself.
"""

import base64
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from configs.disk.files import beside
from configs.disk.untrusted import one_line
from configs.units import Frozen
from layouts.contacts.contact import thumbnail
from layouts.editions.templates import stream_template

_QUALITY = 86
_STRIPS = 20
"""So many places of the wipe: as fine as a finger, and few enough to be written out for every picture."""


class GalleryCard(Frozen):
    """One painting and what is told of it."""

    name: str
    description: str
    licence: str
    seconds: float
    """Of the processor, to paint it."""
    picture: Path


def gallery_page(
    title: str,
    before: Path,
    cards: Sequence[GalleryCard],
    target: Path,
    *,
    size_px: tuple[int, int],
    foot: Sequence[str] = (),
) -> Path:
    """Write the page, one picture in memory at a time; one that cannot be read is grey.

    Args:
        title: Of the page.
        before: What was painted; it may be larger.
        cards: The paintings.
        target: The HTML file, all or nothing.
        size_px: Width and height at which the pictures are held: that of the paintings.
        foot: Lines at the foot: to whom the picture belongs.

    Raises:
        OutputError: The target cannot be written.
    """
    source = _jpeg(before, size_px)
    step = 100 / _STRIPS
    pieces = stream_template(
        "gallery.html",
        title=one_line(title),
        width=size_px[0],
        height=size_px[1],
        before=base64.b64encode(source).decode(),
        before_size=file_size(len(source)),
        cards=(_filled(card, size_px) for card in cards),
        step=f"{step:g}",
        zones=[{"left": f"{step * at:g}", "rest": f"{100 - step * (at + 1):g}"} for at in range(_STRIPS)],
        foot=[one_line(line) for line in foot],
    )
    with beside(target) as draft, draft.open("w", encoding="utf-8") as page:
        page.writelines(pieces)
    return target


def file_size(size_bytes: int) -> str:
    """Write a size for readers: `87 kB`, `1.2 MB`."""
    return f"{size_bytes / 1e6:.1f} MB" if size_bytes >= 999_500 else f"{max(1, round(size_bytes / 1000))} kB"


def seconds_text(seconds: float) -> str:
    """Write a time for readers, to two digits: `0.25 s`, `3.1 s`, `240 s`."""
    return f"{float(f'{seconds:.2g}'):g} s" if seconds >= 0.01 else "less than 0.01 s"


def _filled(card: GalleryCard, size_px: tuple[int, int]) -> dict[str, Any]:
    data = _jpeg(card.picture, size_px)
    return {
        "name": one_line(card.name),
        "description": one_line(card.description),
        "facts": f"{seconds_text(card.seconds)} · {file_size(len(data))}",
        "licence": one_line(card.licence) or "licence not told",
        "data": base64.b64encode(data).decode(),
    }


def _jpeg(picture: Path, size_px: tuple[int, int]) -> bytes:
    stream = io.BytesIO()
    thumbnail(picture, size_px).save(stream, "JPEG", quality=_QUALITY, optimize=True)
    return stream.getvalue()
