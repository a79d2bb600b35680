"""Pictures of finished pages, drawn from the PDF itself: what the reader will see."""

from pathlib import Path

import pypdfium2

from configs.disk.files import beside
from configs.errors import InputError

_QUALITY = 88


def page_pictures(pdf: Path, folder: Path, first: int = 4, width_px: int = 700) -> list[Path]:
    """Draw the first pages of a PDF.

    Args:
        pdf: The comic.
        folder: Where `page-001.jpg` and so on are written, each all or nothing.
        first: The most pages.
        width_px: Width of each picture; the height follows the page.

    Raises:
        InputError: The file is not a PDF that can be drawn.
        OutputError: A picture cannot be written.
    """
    try:
        document = pypdfium2.PdfDocument(pdf)
    except (pypdfium2.PdfiumError, FileNotFoundError) as error:
        raise InputError("is not a PDF that can be drawn", cure="make the comic again", path=pdf) from error
    try:
        return [_draw(document, number, folder, width_px) for number in range(min(first, len(document)))]
    finally:
        document.close()


def _draw(document: pypdfium2.PdfDocument, number: int, folder: Path, width_px: int) -> Path:
    target = folder / f"page-{number + 1:03}.jpg"
    page = document[number]
    picture = page.render(scale=width_px / page.get_width()).to_pil().convert("RGB")
    page.close()
    with beside(target) as draft:
        picture.save(draft, format="JPEG", quality=_QUALITY)
    return target
