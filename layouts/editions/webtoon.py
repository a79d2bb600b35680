"""Webtoon: the strip's slices as pictures in a zip file, ready to be sent to a site that scrolls."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from PIL import Image

from layouts.book.page import Book, Leaf, LeafKind, Page, Sheet
from layouts.editions.cbz import scale_of
from layouts.editions.edition import Publisher, jpeg, open_pdf, picture
from layouts.editions.packing import pack

_MOST_BYTES = 2_000_000
"""Sites take no larger slices."""


class Webtoon(Publisher):
    """Slices as PNG; one that would be too large for a site as JPEG."""

    suffix = ".zip"

    def publish(self, book: Book, pdf: Path, target: Path) -> None:
        """See `Publisher`; books of pages become one picture a page."""
        pack(target, self._slices(book, pdf))

    def _slices(self, book: Book, pdf: Path) -> Iterator[tuple[str, bytes]]:
        with open_pdf(pdf) as document:
            numbers = [number for number, sheet in enumerate(book.sheets) if number == 0 or _told(sheet)]
            for place, number in enumerate(numbers, start=1):
                content, suffix = _small_enough(picture(document, number, book, scale_of(book)))
                yield f"{place:04}{suffix}", content


def _told(sheet: Sheet) -> bool:
    """Tell whether a sheet is a part of the story, or of the one before it."""
    return isinstance(sheet, Page) or (isinstance(sheet, Leaf) and sheet.kind is LeafKind.RECAP)


def _small_enough(drawn: Image.Image) -> tuple[bytes, str]:
    stream = BytesIO()
    drawn.save(stream, "PNG", optimize=False, compress_level=6)
    return (stream.getvalue(), ".png") if stream.tell() <= _MOST_BYTES else (jpeg(drawn), ".jpg")
