"""What makes a drawn PDF a book for programs: metadata, language, page labels, an identity made of its content."""

from pathlib import Path
from typing import Any

import pikepdf

from layouts.page import Book

_TWO_LETTERS = {
    "alb": "sq", "ara": "ar", "bul": "bg", "cat": "ca", "ces": "cs", "chi": "zh", "cze": "cs", "dan": "da", "deu": "de",
    "dut": "nl", "ell": "el", "eng": "en", "est": "et", "fin": "fi", "fra": "fr", "fre": "fr", "ger": "de", "gre": "el",
    "heb": "he", "hin": "hi", "hrv": "hr", "hun": "hu", "ice": "is", "ind": "id", "isl": "is", "ita": "it", "jpn": "ja",
    "kor": "ko", "lav": "lv", "lit": "lt", "mac": "mk", "may": "ms", "mkd": "mk", "msa": "ms", "nld": "nl", "nor": "no",
    "nob": "nb", "per": "fa", "fas": "fa", "pol": "pl", "por": "pt", "ron": "ro", "rum": "ro", "rus": "ru", "slk": "sk",
    "slo": "sk", "slv": "sl", "spa": "es", "sqi": "sq", "srp": "sr", "swe": "sv", "tha": "th", "tur": "tr", "ukr": "uk",
    "vie": "vi", "zho": "zh",
}  # fmt: skip
"""ISO 639-2 as films write it to ISO 639-1, which PDF (BCP 47) wants where there is one."""


def finish(book: Book, drawn: Path, target: Path) -> None:
    """Add what the drawing library has no words for.

    Args:
        book: What the PDF shows.
        drawn: The PDF as it was drawn.
        target: Where the finished one is written.

    Raises:
        OSError: The target cannot be written.
    """
    language = language_tag(book.language)
    with pikepdf.open(drawn) as pdf:
        if language:
            pdf.Root.Lang = pikepdf.String(language)
        pdf.Root.PageLabels = pikepdf.Dictionary(Nums=pikepdf.Array(_labels()))
        pdf.Root.ViewerPreferences = pikepdf.Dictionary(DisplayDocTitle=True)
        for key in ("/CreationDate", "/ModDate", "/Trapped", "/Keywords"):
            if key in pdf.docinfo:
                del pdf.docinfo[key]
        for key, value in _information(book).items():
            pdf.docinfo[key] = value
        with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as xmp:
            xmp["dc:title"] = book.title
            xmp["dc:creator"] = ["filmcomic"]
            xmp["dc:description"] = _information(book)["/Subject"]
            xmp["pdf:Producer"] = "filmcomic"
            if language:
                xmp["dc:language"] = [language]
        pdf.save(target, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)


def language_tag(language: str) -> str:
    """Return a language as BCP 47 has it: `vie` becomes `vi`; empty for one that is unknown."""
    first, _, rest = language.strip().replace("_", "-").partition("-")
    first = _TWO_LETTERS.get(first.lower(), first.lower())
    if first in ("", "und", "mul", "zxx") or not first.isascii() or not first.isalpha():
        return ""
    return f"{first}-{rest}" if rest else first


def _labels() -> list[Any]:
    return [0, pikepdf.Dictionary(P=pikepdf.String("Cover")), 1, pikepdf.Dictionary(S=pikepdf.Name.D, St=1)]


def _information(book: Book) -> dict[str, str]:
    return {
        "/Title": book.title,
        "/Author": "filmcomic",
        "/Subject": f"A film comic in the style {book.style}" if book.style else "A film comic",
        "/Creator": "filmcomic",
        "/Producer": "filmcomic",
    }
