"""A comic in a CBZ: its pictures in the order of their names, and what ComicInfo.xml (Anansi's schema) tells."""

import re
import zipfile
from pathlib import Path, PurePosixPath
from typing import Any

from layouts.contacts.finished.finished import ComicFacts, ComicReader, UntoldError
from layouts.contacts.finished.zip_reading import PICTURES, entry, opened, small_jpeg, xml

_INFO = "comicinfo.xml"
_AUTHORS = ("Writer", "Penciller", "Inker", "Colorist", "CoverArtist")


class CbzComics(ComicReader):
    """See `ComicReader`."""

    suffix = ".cbz"
    media_type = "application/vnd.comicbook+zip"

    def facts(self, path: Path) -> ComicFacts:
        """See `ComicReader`."""
        with opened(path) as archive:
            told = _information(archive)
            return ComicFacts(**_series(told), pages=len(_pages(archive)), **_rest(told))

    def picture(self, path: Path, number: int | None, most_px: tuple[int, int]) -> bytes:
        """See `ComicReader`."""
        with opened(path) as archive:
            pages = _pages(archive)
            if not 0 <= (number or 0) < len(pages):
                raise UntoldError("there is no such page in it")
            return small_jpeg(entry(archive, pages[number or 0]), most_px)


def natural(name: str) -> list[tuple[int, str]]:
    """Return a key by which `page 9` comes before `page 10`."""
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"(\d{1,18})", name.casefold())]


def _pages(archive: zipfile.ZipFile) -> list[str]:
    """Return the names of the pictures in order, without what systems put beside them."""
    names = [
        name
        for name in archive.namelist()
        if PurePosixPath(name).suffix.lower() in PICTURES
        and not any(part.startswith((".", "__MACOSX")) for part in PurePosixPath(name).parts)
    ]
    if not names:
        raise UntoldError("there is no page in it")
    return sorted(names, key=natural)


def _information(archive: zipfile.ZipFile) -> dict[str, str]:
    """Return what ComicInfo.xml tells; a damaged one tells nothing, and the pages can be read all the same."""
    found = [name for name in archive.namelist() if name.lower() == _INFO]
    try:
        return {child.tag: (child.text or "").strip() for child in xml(archive, found[0])} if found else {}
    except UntoldError:
        return {}


def _series(told: dict[str, str]) -> dict[str, Any]:
    title, series = told.get("Title", ""), told.get("Series", "")
    if series == title:  # a comic that is no part of anything: catalogues want a series all the same
        return {"title": title}
    volume = told.get("Volume", "")
    return {
        "title": title,
        "series": series,
        "volume": int(volume) if re.fullmatch(r"\d{1,6}", volume, re.ASCII) else None,
        "number": told.get("Number", ""),
    }


def _rest(told: dict[str, str]) -> dict[str, Any]:
    names = [name.strip() for key in _AUTHORS for name in told.get(key, "").split(",")]
    return {
        "language": told.get("LanguageISO", ""),
        "authors": list(dict.fromkeys(filter(None, names)))[:20],
        "rtl": told.get("Manga") == "YesAndRightToLeft",
    }
