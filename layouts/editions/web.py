"""HTML: one page that holds the whole book and needs no network, with pages and a guided view, panel by panel."""

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from configs.bcp47 import language_tag
from layouts.book.page import Book, PlacedPanel
from layouts.editions.edition import Publisher, jpeg, open_pdf, panels_of, picture, said_in
from layouts.editions.pdf.outline import label
from layouts.editions.templates import stream_template

_HEIGHT_PX = 1700


class Web(Publisher):
    """The reader."""

    suffix = ".html"

    def publish(self, book: Book, pdf: Path, target: Path) -> None:
        """See `Publisher`."""
        pieces = stream_template(
            "reader.html",
            lang=language_tag(book.language) or "und",
            title=book.title or "Film comic",
            direction=book.format.direction,
            pages=_pages(book, pdf),  # one at a time: a book of two hours is large
        )
        with target.open("w", encoding="utf-8", newline="\n") as stream:
            stream.writelines(pieces)


def _pages(book: Book, pdf: Path) -> Iterator[dict[str, Any]]:
    scale = _HEIGHT_PX / book.format.height_pt
    with open_pdf(pdf) as document:
        for number, sheet in enumerate(book.sheets):
            drawn = picture(document, number, book, scale)
            high = sheet.trimmed_height_pt(book.format)
            yield {
                "called": "Cover" if number == 0 else f"Page {label(book, number)}",
                "width": drawn.width,
                "height": drawn.height,
                "data": base64.b64encode(jpeg(drawn)).decode(),
                "panels": [_panel(panel, book.format.width_pt, high) for panel in panels_of(sheet)],
            }


def _panel(panel: PlacedPanel, width: float, height: float) -> dict[str, Any]:
    rect = panel.rect
    box = [rect.x / width, rect.y / height, rect.width / width, rect.height / height]
    return {
        "place": "left:{:.3%};top:{:.3%};width:{:.3%};height:{:.3%}".format(*box),
        "box": [round(side, 5) for side in box],
        "told": panel.alt or "A picture.",
        "said": said_in(panel),
    }
