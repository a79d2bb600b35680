"""What every kind of edition does, and what it is given."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import ClassVar

import pypdfium2
from PIL import Image

from layouts.book.page import Book, Cover, Leaf, Page, PlacedPanel

_QUALITY = 88


class Publisher(ABC):
    """Makes one kind of file of a book; the same book and PDF give the same bytes."""

    suffix: ClassVar[str]

    @abstractmethod
    def publish(self, book: Book, pdf: Path, target: Path) -> None:
        """Write the edition.

        Args:
            book: As it was composed.
            pdf: The book as it was drawn: one page for each of `book.sheets`.
            target: The file to be written; its folder is there.

        Raises:
            OSError: It cannot be written.
        """


@contextmanager
def open_pdf(pdf: Path) -> Iterator[pypdfium2.PdfDocument]:
    """Open a drawn book, and close it."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        yield document
    finally:
        document.close()


def picture(document: pypdfium2.PdfDocument, number: int, book: Book, scale: float) -> Image.Image:
    """Draw one sheet, trimmed; of a strip's slice only as much as it is high.

    Args:
        document: The drawn book.
        number: Of the sheet, from 0.
        book: What it shows.
        scale: Pixels to the point.
    """
    page, sheet = book.format, book.sheets[number]
    leaf = document[number]
    whole = leaf.render(scale=scale).to_pil().convert("RGB")
    leaf.close()
    slug = page.slug_pt * scale
    height = sheet.trimmed_height_pt(page)
    box = (round(slug), round(slug), round(slug + page.width_pt * scale), round(slug + height * scale))
    trimmed: Image.Image = whole.crop(box)
    return trimmed


def jpeg(image: Image.Image) -> bytes:
    """Return a picture as a JPEG file."""
    stream = BytesIO()
    image.save(stream, "JPEG", quality=_QUALITY, subsampling=0)
    return stream.getvalue()


def panels_of(sheet: Cover | Leaf | Page) -> tuple[PlacedPanel, ...]:
    """Return the panels of a sheet in reading order; a cover has none."""
    if isinstance(sheet, Page):
        return sheet.panels
    return sheet.pictures if isinstance(sheet, Leaf) else ()


def said_in(panel: PlacedPanel) -> list[str]:
    """Return what is said in a panel, a text for each balloon."""
    return [" ".join(line.text for line in balloon.lines) for balloon in panel.balloons]
