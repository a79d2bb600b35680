"""A comic in a PDF: what its metadata tell, and its pages drawn.

The series stands in the subject, as `filmcomic` writes it there; other programs' subjects are not looked into.
"""

import re
import threading
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2

from layouts.contacts.finished.finished import ComicFacts, ComicReader, UntoldError, issue_facts
from layouts.contacts.finished.zip_reading import as_jpeg

_MAKER = "filmcomic"
_SUBJECT = re.compile(r"A film comic(?: in the style [^;]*)?; (?P<series>.+?)(?: – (?P<issue>.+))?", re.DOTALL)
_PDFIUM = threading.Lock()
"""The library works in one thread at a time, whatever documents they have."""


class PdfComics(ComicReader):
    """See `ComicReader`."""

    suffix = ".pdf"
    media_type = "application/pdf"

    def facts(self, path: Path) -> ComicFacts:
        """See `ComicReader`."""
        try:
            with pikepdf.open(path, suppress_warnings=True) as pdf:
                told = {
                    key: str(pdf.docinfo[key])
                    for key in ("/Title", "/Author", "/Subject", "/Creator")
                    if key in pdf.docinfo
                }
                wishes: Any = pdf.Root.get("/ViewerPreferences", {})
                return ComicFacts(
                    **_series(told),
                    authors=[told["/Author"]] if told.get("/Author", "").strip() else [],
                    language=str(pdf.Root.get("/Lang", "")),
                    pages=len(pdf.pages),
                    rtl=str(wishes.get("/Direction", "")) == "/R2L",
                )
        except pikepdf.PasswordError:
            raise UntoldError("it is locked with a password") from None

    def picture(self, path: Path, number: int | None, most_px: tuple[int, int]) -> bytes:
        """See `ComicReader`."""
        with _PDFIUM:
            document = pypdfium2.PdfDocument(path)
            try:
                if not 0 <= (number or 0) < len(document):
                    raise UntoldError("there is no such page in it")
                page = document[number or 0]
                width, height = page.get_size()
                image = page.render(scale=min(most_px[0] / width, most_px[1] / height)).to_pil().convert("RGB")
                page.close()
            finally:
                document.close()
        return as_jpeg(image)


def _series(told: dict[str, str]) -> dict[str, Any]:
    """Return title, series, season and number."""
    title = told.get("/Title", "")
    subject = _SUBJECT.fullmatch(told.get("/Subject", "").strip()) if told.get("/Creator") == _MAKER else None
    if subject is None:
        return {"title": title}
    return {"title": title, "series": subject["series"], **issue_facts(subject["issue"] or "")}
