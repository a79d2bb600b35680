"""EPUB 3 with a fixed layout: a picture for each page, its words over it as text, its panels described.

Templates and a ZIP file are all that it takes, and the same comic gives the same bytes. Of the libraries EbookLib is
under the AGPL, and mkepub writes flowing text, not pages of a fixed layout, and makes up an identity and a date for it.
"""

import uuid
from collections.abc import Iterator
from pathlib import Path

from configs.bcp47 import language_tag
from configs.units import text_sha256
from layouts.book.page import Book, Rect
from layouts.editions.edition import Publisher, jpeg, open_pdf, panels_of, picture, said_in
from layouts.editions.packing import pack
from layouts.editions.pdf.outline import bookmarks, label
from layouts.editions.templates import fill_template

_HEIGHT_PX = 1800
_MODIFIED = "2000-01-01T00:00:00Z"


class Epub(Publisher):
    """Pages as XHTML."""

    suffix = ".epub"

    def publish(self, book: Book, pdf: Path, target: Path) -> None:
        """See `Publisher`."""
        pack(target, self._files(book, pdf), squeeze=True)

    def _files(self, book: Book, pdf: Path) -> Iterator[tuple[str, bytes]]:
        yield "mimetype", b"application/epub+zip"
        yield "META-INF/container.xml", fill_template("container.xml").encode()
        scale, sizes = _HEIGHT_PX / book.format.height_pt, []
        with open_pdf(pdf) as document:
            for number in range(len(book.sheets)):
                drawn = picture(document, number, book, scale)
                sizes.append(drawn.size)
                yield f"OEBPS/{_name(number)}.jpg", jpeg(drawn)
        for number, size in enumerate(sizes):
            yield f"OEBPS/{_name(number)}.xhtml", _page(book, number, size).encode()
        yield "OEBPS/page.css", fill_template("page.css").encode()
        yield "OEBPS/nav.xhtml", _nav(book).encode()
        yield "OEBPS/book.opf", _package(book).encode()


def _name(number: int) -> str:
    return f"page{number + 1:04}"


def _language(book: Book) -> str:
    return language_tag(book.language) or "und"


def _page(book: Book, number: int, size: tuple[int, int]) -> str:
    sheet = book.sheets[number]
    high = sheet.trimmed_height_pt(book.format)
    whole = Rect(x=0, y=0, width=book.format.width_pt, height=high)
    return fill_template(
        "page.xhtml",
        lang=_language(book),
        english=number > 0,
        called=book.title if number == 0 else f"Page {label(book, number)}",
        name=_name(number),
        width=size[0],
        height=size[1],
        panels=[
            {
                "place": _place(panel.rect, whole),
                "told": panel.alt or "A picture.",
                "words": list(zip((_place(one.body, whole) for one in panel.balloons), said_in(panel), strict=True)),
            }
            for panel in panels_of(sheet)
        ],
    )


def _place(rect: Rect, whole: Rect) -> str:
    shares = {
        "left": rect.x / whole.width,
        "top": rect.y / whole.height,
        "width": rect.width / whole.width,
        "height": rect.height / whole.height,
    }
    return "; ".join(f"{name}: {share:.3%}" for name, share in shares.items())


def _nav(book: Book) -> str:
    entries = [(title, _name(sheet)) for title, sheet in bookmarks(book)]
    return fill_template("nav.xhtml", lang=_language(book), entries=entries)


def _package(book: Book) -> str:
    return fill_template(
        "book.opf",
        lang=_language(book),
        title=book.title or "Film comic",
        series=book.series,
        identity=uuid.UUID(text_sha256(book.model_dump_json())[:32]),
        modified=_MODIFIED,
        rtl=book.format.direction == "rtl",
        names=[(_name(at), _side(book, at)) for at in range(len(book.sheets))],
    )


def _side(book: Book, number: int) -> str:
    """Return the side of the spread that a sheet lies on, the cover as a right-hand page is; a strip has none."""
    if book.format.strip:
        return ""
    return "right" if (number % 2 == 0) == (book.format.direction != "rtl") else "left"
