"""Finished comics for tests: a real book in every kind of file, and small ones packed by hand."""

import io
import zipfile
from pathlib import Path

from PIL import Image

from configs.recipes.page_settings import load_format
from layouts.book.crops import painted_whole
from layouts.book.storyboard import Series
from layouts.editions.pdf.pdf import write_pdf
from layouts.editions.table import PUBLISHERS
from layouts.lettering.fonts import pick_fonts
from tests.layouts.boards import board, panel, words
from tests.layouts.composing import compose


def real_book(folder: Path, *, title: str, language: str, edition: str = "manga", series: Series | None = None) -> Path:
    """Compose and publish a book of one page; return its PDF, beside which lie `book.cbz` and `book.epub`."""
    told = board([panel(1, words("Here I am.")), panel(2)], language=language)
    told = told.model_copy(update={"film": told.film.model_copy(update={"title": title, "series": series})})
    book = compose(told, load_format(edition), pick_fonts(["a"]))
    Image.new("RGB", (96, 54), (200, 30, 30)).save(folder / "a.png")
    pdf = folder / "book.pdf"
    write_pdf(book, painted_whole(book, {each.at_s: folder / "a.png" for each in told.pages[0].panels}), pdf)
    for suffix in (".cbz", ".epub"):
        PUBLISHERS[suffix].publish(book, pdf, pdf.with_suffix(suffix))
    return pdf


def picture(shade: int, size_px: tuple[int, int] = (60, 90), kind: str = "JPEG", mode: str = "RGB") -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", size_px, (shade,) * 3).convert(mode).save(stream, kind)
    return stream.getvalue()


def cbz(path: Path, *shades: int, info: str = "", **told: str) -> Path:
    """Pack a page of each shade, and what ComicInfo.xml tells."""
    rows = "".join(f"<{name}>{text}</{name}>" for name, text in told.items())
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as archive:
        for number, shade in enumerate(shades, start=1):
            archive.writestr(f"page {number}.jpg", picture(shade))
        archive.writestr("ComicInfo.xml", info or f"<ComicInfo>{rows}</ComicInfo>")
    return path


def shade(jpeg: bytes) -> int:
    """Return the shade of a picture, to tens."""
    with Image.open(io.BytesIO(jpeg), formats=["JPEG"]) as image:
        level = image.convert("L").resize((1, 1)).getpixel((0, 0))
    assert isinstance(level, int)
    return round(level / 10) * 10
