"""HTML: one page that holds the whole book and needs no network, with pages and a guided view, panel by panel."""

import base64
import html
import json
from collections.abc import Iterator
from pathlib import Path
from string import Template

from layouts.editions.base import Publisher, jpeg, opened, panels_of, picture, said_in
from layouts.finishing import language_tag
from layouts.outline import label
from layouts.page import Book, Page, PlacedPanel

_HEIGHT_PX = 1700
_TEMPLATE = Path(__file__).parent / "reader.html"


class Web(Publisher):
    """The reader."""

    suffix = ".html"

    def publish(self, book: Book, pdf: Path, target: Path) -> None:
        """See `Publisher`."""
        frame = Template(_TEMPLATE.read_text(encoding="utf-8")).substitute(
            lang=language_tag(book.language) or "und",
            title=html.escape(book.title or "Film comic"),
            direction=book.format.direction,
            pages="@PAGES@",
        )
        before, after = frame.split("@PAGES@")
        with target.open("w", encoding="utf-8", newline="\n") as stream:
            stream.write(before)
            for page in _pages(book, pdf):  # one at a time: a book of two hours is large
                stream.write(page)
            stream.write(after)


def _pages(book: Book, pdf: Path) -> Iterator[str]:
    scale = _HEIGHT_PX / book.format.height_pt
    with opened(pdf) as document:
        for number, sheet in enumerate(book.sheets):
            drawn = picture(document, number, book, scale)
            data = base64.b64encode(jpeg(drawn)).decode()
            high = (sheet.height_pt if isinstance(sheet, Page) else None) or book.format.height_pt
            panels = "".join(_panel(panel, book.format.width_pt, high) for panel in panels_of(sheet))
            called = "Cover" if number == 0 else f"Page {label(book, number)}"
            yield (
                f'<section class="page" aria-label="{html.escape(called)}" data-label="{html.escape(called)}">'
                f'<img width="{drawn.width}" height="{drawn.height}" alt="" '
                f'src="data:image/jpeg;base64,{data}">{panels}</section>\n'
            )


def _panel(panel: PlacedPanel, width: float, height: float) -> str:
    rect = panel.rect
    box = [rect.x / width, rect.y / height, rect.width / width, rect.height / height]
    place = "left:{:.3%};top:{:.3%};width:{:.3%};height:{:.3%}".format(*box)
    said = "".join(f"<p>{html.escape(text)}</p>" for text in said_in(panel))
    told = html.escape(panel.alt or "A picture.")
    return (
        f'<figure style="{place}" data-box="{html.escape(json.dumps([round(side, 5) for side in box]))}">'
        f"<figcaption>{told}</figcaption>{said}</figure>"
    )
