"""The kinds of file that a finished comic can be read from."""

import zipfile
import zlib
from pathlib import Path

import pikepdf
import pypdfium2
from PIL import Image
from pydantic import ValidationError

from configs.errors import InputError
from layouts.contacts.finished.cbz_reading import CbzComics
from layouts.contacts.finished.epub_reading import EpubComics
from layouts.contacts.finished.finished import ComicFacts, ComicReader, UntoldError
from layouts.contacts.finished.pdf_reading import PdfComics

COMIC_KINDS: dict[str, ComicReader] = {reader.suffix: reader for reader in (PdfComics(), CbzComics(), EpubComics())}
"""By the ending of the name, in small letters."""

BROKEN = (
    *(UntoldError, pikepdf.PdfError, pypdfium2.PdfiumError, zipfile.BadZipFile, zlib.error, ValidationError),
    *(Image.DecompressionBombError, OSError, SyntaxError, ValueError, LookupError, EOFError, TypeError, AttributeError),
    *(RuntimeError, ArithmeticError, MemoryError),
)
"""What libraries raise for files that are damaged, or made to do damage."""
_CURE = "make it again"


def read_comic(path: Path) -> ComicFacts:
    """Return what a file tells of the comic in it.

    Raises:
        InputError: It is of no kind of `COMIC_KINDS`, is damaged, or cannot be read; its problem is a few words.
    """
    if path.suffix.lower() not in COMIC_KINDS:
        raise InputError(f"it is no comic that is read here ({', '.join(COMIC_KINDS)})", path=path)
    try:
        if path.stat().st_size == 0:
            raise UntoldError("it is empty")
        return COMIC_KINDS[path.suffix.lower()].facts(path)
    except BROKEN as error:
        raise InputError(_problem(error), cure=_CURE, path=path) from error


def draw_page(path: Path, number: int | None, most_px: tuple[int, int]) -> bytes:
    """Return a page as a JPEG file.

    Args:
        path: The comic.
        number: Of the page, from 0; None: the cover.
        most_px: Width and height that it fits into.

    Raises:
        InputError: As `read_comic`, or there is no such page.
    """
    try:
        return COMIC_KINDS[path.suffix.lower()].picture(path, number, most_px)
    except BROKEN as error:
        raise InputError(_problem(error), cure=_CURE, path=path) from error


def _problem(error: Exception) -> str:
    """Say what is wrong in our own words: a library's may hold whatever the file does."""
    if isinstance(error, UntoldError):
        return str(error)
    if isinstance(error, OSError) and error.strerror:
        return f"it cannot be read ({error.strerror})"
    return "it is damaged"
