"""CBZ: a picture for each page, and ComicInfo.xml as readers of comics know it (Anansi's schema 2.0)."""

from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

from configs.bcp47 import language_tag
from configs.disk.untrusted import one_line
from layouts.book.page import Book, Cover, Page
from layouts.editions.edition import Publisher, jpeg, open_pdf, picture
from layouts.editions.packing import pack
from layouts.editions.pdf.outline import bookmarks

_HEIGHT_PX = 2200


class Cbz(Publisher):
    """Pages as JPEG."""

    suffix = ".cbz"

    def publish(self, book: Book, pdf: Path, target: Path) -> None:
        """See `Publisher`."""
        pack(target, self._files(book, pdf))

    def _files(self, book: Book, pdf: Path) -> Iterator[tuple[str, bytes]]:
        scale = scale_of(book)
        sizes: list[tuple[int, int, int]] = []
        with open_pdf(pdf) as document:
            for number in range(len(book.sheets)):
                drawn = picture(document, number, book, scale)
                content = jpeg(drawn)
                sizes.append((drawn.width, drawn.height, len(content)))
                yield f"{number + 1:04}.jpg", content
        yield "ComicInfo.xml", comic_info(book, sizes)


def scale_of(book: Book) -> float:
    """Return pixels to the point: sharp on a tablet, and exactly the strip's own width for strips."""
    return book.format.ppi / 72 if book.format.strip else _HEIGHT_PX / book.format.height_pt


def comic_info(book: Book, sizes: list[tuple[int, int, int]]) -> bytes:
    """Return ComicInfo.xml; the schema wants its elements in this order.

    Args:
        book: What is told of.
        sizes: Width, height and bytes of each page's picture.
    """
    root = ElementTree.Element("ComicInfo")
    language = language_tag(book.language)
    series = book.series
    number = None if series is None else series.number
    told = {
        "Title": (series.part if series else "") or book.title,
        "Series": series.name if series else book.title,
        "Number": str(number) if number is not None else "1" if book.title else "",
        "Volume": str(series.season) if series and series.season is not None else "",
        "Summary": f"A film comic in the style {book.style}." if book.style else "A film comic.",
        "Writer": "",
        "Genre": "Film comic",
        "PageCount": str(len(sizes)),
        "LanguageISO": language.partition("-")[0],
        "Format": "Film comic",
        "Manga": "YesAndRightToLeft" if book.format.direction == "rtl" else "No",
    }
    for name, value in told.items():
        if value:
            ElementTree.SubElement(root, name).text = one_line(value)
    marked = {sheet: title for title, sheet in reversed(bookmarks(book))}
    pages = ElementTree.SubElement(root, "Pages")
    for number, (width, height, size) in enumerate(sizes):
        page = {"Image": str(number), "ImageSize": str(size), "ImageWidth": str(width), "ImageHeight": str(height)}
        if kind := _kind(book, number):
            page["Type"] = kind
        if number in marked:
            page["Bookmark"] = one_line(marked[number])
        ElementTree.SubElement(pages, "Page", page)
    ElementTree.indent(root)
    text: str = ElementTree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{text}\n'.encode()


def _kind(book: Book, number: int) -> str:
    sheet = book.sheets[number]
    return "FrontCover" if isinstance(sheet, Cover) else "Story" if isinstance(sheet, Page) else "Other"
