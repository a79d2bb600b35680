"""The shelf of finished comics as pages of HTML, which are read without scripts: covers with a search, and a reader."""

from collections.abc import Sequence
from typing import Annotated
from urllib.parse import urlencode

from configs.disk.untrusted import NAME
from configs.units import Frozen
from layouts.contacts.finished.finished import ComicFacts
from layouts.contacts.gallery_page import file_size
from layouts.editions.templates import fill_template

SHELF_STYLE, SHELF_SCRIPT = "shelf.css", "shelf.js"


class ShelfEntry(Frozen):
    """One file of the shelf."""

    key: str
    """Its name in addresses: hexadecimal figures."""
    name: Annotated[str, NAME]
    """Of the file, with its ending."""
    folder: Annotated[str, NAME] = ""
    """In which it lies below the shelf's, with `/` between names."""
    media_type: str
    size_bytes: int
    changed_s: float
    """Seconds since the epoch."""
    facts: ComicFacts | None
    """None: it cannot be read."""
    fault: Annotated[str, NAME] = ""
    """What is wrong with it."""
    others: tuple["ShelfEntry", ...] = ()
    """The same comic in other kinds of file."""

    @property
    def files(self) -> tuple["ShelfEntry", ...]:
        """All files of the comic, this one first."""
        return (self, *self.others)

    @property
    def title(self) -> str:
        """As it is called, by its file's name where it does not say."""
        return (self.facts.title if self.facts else "") or self.stem

    @property
    def stem(self) -> str:
        """The file's name without its ending."""
        return self.name.rpartition(".")[0] or self.name

    @property
    def kind(self) -> str:
        """The kind of file: `PDF`."""
        return self.name.rpartition(".")[2].upper()

    @property
    def issue(self) -> str:
        """Its place in a series: `Series, season 1, number 2`; empty for what is in none."""
        if self.facts is None or not self.facts.series:
            return ""
        season = "" if self.facts.volume is None else f"season {self.facts.volume}"
        number = self.facts.number and f"number {self.facts.number}"
        return ", ".join(filter(None, (self.facts.series, season, number)))

    @property
    def details(self) -> str:
        """The rest in a line: `24 pages · en · PDF, 6.0 MB`; `24 pages · en · PDF, EPUB`."""
        files = ", ".join([one.kind for one in self.files] if self.others else [self.kind, self.size])
        if self.facts is None:
            return files
        pages = "1 page" if self.facts.pages == 1 else f"{self.facts.pages} pages"
        return " · ".join(filter(None, (pages, self.facts.language, files)))

    @property
    def size(self) -> str:
        """The file's size: `6.0 MB`."""
        return file_size(self.size_bytes)


class Leafed(Frozen):
    """A part of a longer list."""

    entries: tuple[ShelfEntry, ...]
    page: int
    """From 1."""
    pages: int
    total: int
    """Entries on all pages."""
    each: int
    """Entries on a page."""


def leaf(entries: Sequence[ShelfEntry], page: int, each: int) -> Leafed:
    """Return a page of a list; a number beyond its ends means the page there."""
    pages = max(1, -(-len(entries) // each))
    page = min(max(1, page), pages)
    return Leafed(
        entries=tuple(entries[(page - 1) * each : page * each]), page=page, pages=pages, total=len(entries), each=each
    )


def shelf_page(title: str, shown: Leafed, *, query: str, newest: bool, catalogue: str) -> str:
    """Return the page with the covers.

    Args:
        title: Of the shelf.
        shown: What is on it.
        query: What was searched for.
        newest: Whether the newest come first.
        catalogue: Address of the OPDS catalogue, for people to copy.
    """
    asked = {"q": query} if query else {}
    order = {"sort": "new"} if newest else {}

    def address(**more: object) -> str:
        return "/?" + urlencode({**asked, **more}, errors="replace")

    return fill_template(
        "shelf.html",
        title=title,
        shown=shown,
        faulty=sum(entry.facts is None for entry in shown.entries),
        query=query,
        newest=newest,
        catalogue=catalogue,
        by_title=address(),
        by_date=address(sort="new"),
        before=address(**order, page=shown.page - 1) if shown.page > 1 else "",
        behind=address(**order, page=shown.page + 1) if shown.page < shown.pages else "",
    )


def reading_page(entry: ShelfEntry, page: int) -> str:
    """Return the page that shows one page of a comic.

    Args:
        entry: The comic.
        page: From 1; a number beyond the ends means the page there.
    """
    last = entry.facts.pages if entry.facts else 1
    page = min(max(1, page), last)
    return fill_template(
        "shelf_comic.html",
        entry=entry,
        page=page,
        last=last,
        rtl=bool(entry.facts and entry.facts.rtl),
        authors=", ".join(entry.facts.authors) if entry.facts else "",
    )


def sorry_page(told: str) -> str:
    """Return a page that says in a sentence why there is nothing to see."""
    return fill_template("shelf_sorry.html", told=told)


def shelf_asset(name: str) -> str:
    """Return `SHELF_STYLE` or `SHELF_SCRIPT`."""
    return fill_template(name)
