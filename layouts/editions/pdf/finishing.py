"""What makes a drawn PDF a book for programs: metadata, language, page labels, an identity made of its content.

It says of itself what a PDF must say to be kept for long: PDF/A-2b (ISO 19005-2).
"""

import re
from collections.abc import Sequence
from contextlib import ExitStack
from functools import lru_cache
from pathlib import Path
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, OutlineItem
from PIL import ImageCms

from configs.bcp47 import language_tag
from layouts.book.page import Book
from layouts.editions.pdf.outline import bookmarks, label, sheet_of
from layouts.editions.pdf.structure import add_structure
from layouts.editions.pdf.tagging import Element

_LONG = re.compile(rb"<([0-9A-Fa-f]{5,6})>")
"""The number of a character that has more than four digits."""
_DATED = slice(24, 36)
_MADE_ON = bytes.fromhex("07d0 0001 0001 0000 0000 0000")
"""1 January 2000, as ICC.1 writes dates: the library would write the time at which it runs."""


def finish(book: Book, drawn: Sequence[Path], tree: Element, target: Path) -> None:
    """Join what was drawn and add what the drawing library has no words for.

    Args:
        book: What the PDF shows.
        drawn: The sheets as they were drawn, in one file or several.
        tree: Their structure.
        target: Where the finished one is written.

    Raises:
        OSError: The target cannot be written.
    """
    language = language_tag(book.language)
    with ExitStack() as stack:
        pdf = stack.enter_context(pikepdf.new())
        for path in drawn:
            pdf.pages.extend(stack.enter_context(pikepdf.open(path)).pages)
        pdf.Root.PageLabels = Dictionary(Nums=Array(_labels(book)))
        pdf.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
        if language:
            pdf.Root.Lang = pikepdf.String(language)
        if book.format.direction == "rtl":
            pdf.Root.ViewerPreferences.Direction = Name.R2L
        _set_boxes(pdf, book)
        add_structure(pdf, tree, book.format, language)
        with pdf.open_outline() as outline:
            outline.root.extend(OutlineItem(title, sheet, "Fit") for title, sheet in bookmarks(book))
        _mend_to_unicode(pdf)
        _make_archival(pdf)
        _describe(pdf, book, language)
        pdf.save(target, min_version="1.7", deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)


def _mend_to_unicode(pdf: pikepdf.Pdf) -> None:
    """Write characters beyond U+FFFF as surrogate pairs, as ISO 32000-1 (9.10.3) asks: reportlab writes their number.

    Readers take four digits of it and find another letter in the words than what they see.
    """
    for font in pdf.objects:
        if isinstance(font, Dictionary) and "/ToUnicode" in font:
            written = font.ToUnicode.read_bytes()
            mended = _LONG.sub(
                lambda found: b"<%s>" % chr(int(found[1], 16)).encode("utf-16-be").hex().encode(), written
            )
            if mended != written:
                font.ToUnicode.write(mended)


def _set_boxes(pdf: pikepdf.Pdf, book: Book) -> None:
    """Tell printers where to cut."""
    page = book.format
    for name, beyond in (("/TrimBox", 0.0), ("/BleedBox", page.bleed_pt)):
        low = page.slug_pt - beyond
        box = [low, low, low + page.width_pt + 2 * beyond, low + page.height_pt + 2 * beyond]
        for sheet in pdf.pages:
            sheet.obj[name] = Array([round(side, 3) for side in box])


def _describe(pdf: pikepdf.Pdf, book: Book, language: str) -> None:
    """Write who, what and how: the old way and as XMP, which must agree."""
    told = _information(book)
    for key, value in told.items():
        pdf.docinfo[key] = value
    with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as xmp:
        xmp["dc:title"] = book.title
        xmp["dc:creator"] = [told["/Author"]]
        xmp["dc:description"] = told["/Subject"]
        xmp["pdf:Producer"] = told["/Producer"]
        xmp["xmp:CreatorTool"] = told["/Creator"]
        if language:
            xmp["dc:language"] = [language]
        _claim(xmp)


def _labels(book: Book) -> list[Any]:
    """Return the number tree of page labels: the cover by name, front matter in Roman figures, the story from 1 on."""
    labels: list[Any] = [0, Dictionary(P=pikepdf.String(label(book, 0)))]
    if book.front:
        labels += [1, Dictionary(S=Name.r, St=1)]
    labels += [sheet_of(book, 1), Dictionary(S=Name.D, St=1)]
    for behind in range(sheet_of(book, len(book.pages)) + 1, len(book.sheets)):
        labels += [behind, Dictionary(P=pikepdf.String(label(book, behind)))]
    return labels


def _information(book: Book) -> dict[str, str]:
    return {
        "/Title": book.title,
        "/Author": "filmcomic",
        "/Subject": _subject(book),
        "/Creator": "filmcomic",
        "/Producer": "filmcomic",
    }


def _subject(book: Book) -> str:
    told = f"A film comic in the style {book.style}" if book.style else "A film comic"
    of = "" if book.series is None else " – ".join(filter(None, (book.series.name, book.series.issue)))
    return f"{told}; {of}" if of else told


def _make_archival(pdf: pikepdf.Pdf) -> None:
    """Say what the colours mean, and take out what archives refuse."""
    for page in pdf.pages:
        for key in ("/Trans", "/Dur"):
            if key in page.obj:
                del page.obj[key]
    profile = pdf.make_stream(srgb_profile(), N=3)
    pdf.Root.OutputIntents = Array([
        Dictionary(
            Type=Name.OutputIntent,
            S=Name.GTS_PDFA1,
            OutputConditionIdentifier=pikepdf.String("sRGB"),
            Info=pikepdf.String("sRGB"),
            DestOutputProfile=profile,
        )
    ])  # fmt: skip


def _claim(xmp: pikepdf.models.PdfMetadata) -> None:
    """Write into the metadata which standard the file keeps."""
    xmp["pdfaid:part"] = "2"
    xmp["pdfaid:conformance"] = "B"


@lru_cache
def srgb_profile() -> bytes:
    """Return an ICC profile of sRGB that is the same every time."""
    made = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    made[_DATED] = _MADE_ON
    return bytes(made)
