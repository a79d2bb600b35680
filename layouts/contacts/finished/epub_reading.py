"""A comic in an EPUB: what its package tells, and the picture of each page of its spine."""

import posixpath
import re
import zipfile
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree

from layouts.contacts.finished.finished import ComicFacts, ComicReader, UntoldError, issue_facts
from layouts.contacts.finished.zip_reading import entry, opened, small_jpeg, xml

_OPF = "{http://www.idpf.org/2007/opf}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_HREF = "{http://www.w3.org/1999/xlink}href"


class _Package(NamedTuple):
    """The package, and where its paths start."""

    root: ElementTree.Element
    folder: str

    @property
    def manifest(self) -> dict[str, ElementTree.Element]:
        return {item.get("id", ""): item for item in self.root.iterfind(f"{_OPF}manifest/{_OPF}item")}

    @property
    def spine(self) -> ElementTree.Element:
        spine = self.root.find(f"{_OPF}spine")
        if spine is None or not len(spine):
            raise UntoldError("there is no page in it")
        return spine

    def texts(self, name: str) -> list[str]:
        """Return all texts of an element of Dublin Core."""
        return [text for each in self.root.iter(_DC + name) if (text := (each.text or "").strip())]

    def meta(self, name: str) -> str:
        """Return the first value of a property, empty where there is none."""
        found = (each for each in self.root.iter(f"{_OPF}meta") if each.get("property") == name)
        return next(((each.text or "").strip() for each in found), "")


class EpubComics(ComicReader):
    """See `ComicReader`."""

    suffix = ".epub"
    media_type = "application/epub+zip"

    def facts(self, path: Path) -> ComicFacts:
        """See `ComicReader`."""
        with opened(path) as archive:
            package = _package(archive)
            return ComicFacts(
                **_series(package),
                language=next(iter(package.texts("language")), ""),
                authors=package.texts("creator")[:20],
                pages=len(package.spine),
                rtl=package.spine.get("page-progression-direction") == "rtl",
            )

    def picture(self, path: Path, number: int | None, most_px: tuple[int, int]) -> bytes:
        """See `ComicReader`."""
        with opened(path) as archive:
            package = _package(archive)
            name = (_cover(package) if number is None else "") or _pictured(archive, package, number or 0)
            return small_jpeg(entry(archive, name), most_px)


def _series(package: _Package) -> dict[str, Any]:
    """Return title, series, season and number; our own titles are `Series – Season 1, episode 2: Part`."""
    title, series = next(iter(package.texts("title")), ""), package.meta("belongs-to-collection")
    issue = title.removeprefix(f"{series} – ") if series and title.startswith(f"{series} – ") else ""
    return {"title": title, "series": series, "number": package.meta("group-position"), **issue_facts(issue)}


def _package(archive: zipfile.ZipFile) -> _Package:
    container = xml(archive, "META-INF/container.xml")
    found = [each.get("full-path", "") for each in container.iter() if each.tag.endswith("}rootfile")]
    if not found:
        raise UntoldError("its package is not named")
    return _Package(xml(archive, found[0]), posixpath.dirname(found[0]))


def _cover(package: _Package) -> str:
    """Return the name of the cover's picture, or nothing."""
    for item in package.manifest.values():
        if "cover-image" in item.get("properties", "").split():
            return _within(package.folder, item.get("href", ""))
    return ""


def _pictured(archive: zipfile.ZipFile, package: _Package, number: int) -> str:
    """Return the name of the first picture on a page."""
    spine: list[Any] = list(package.spine)
    if not 0 <= number < len(spine):
        raise UntoldError("there is no such page in it")
    item = package.manifest.get(spine[number].get("idref", ""))
    if item is None:
        raise UntoldError("a page is missing in it")
    page = _within(package.folder, item.get("href", ""))
    if re.match(r"image/(?!svg)", item.get("media-type", "")):
        return page
    for element in xml(archive, page).iter():
        source = element.get("src") if element.tag.endswith("}img") else element.get(_HREF) or element.get("href")
        if source and element.tag.endswith(("}img", "}image")):
            return _within(posixpath.dirname(page), source)
    raise UntoldError("there is no picture on this page")


def _within(folder: str, address: str) -> str:
    """Return the name of an entry by an address that is relative to a folder of the archive."""
    return posixpath.normpath(posixpath.join(folder, unquote(urlsplit(address).path)))
