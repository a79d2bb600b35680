"""What of a comic is drawn anew: counted against what the film's store holds, before anything is drawn."""

import json
from collections.abc import Mapping
from pathlib import Path

from configs.disk.sealed import digest, fetch_all, fetch_folder, sealed
from configs.units import Frozen, text_sha256
from layouts.book.crops import Excerpt, excerpt
from layouts.book.page import Book, Page
from tasks.console.progress import notice
from tasks.making.painting import Painting

DRAWN = Path("drawn")
"""Folder of the lists of pages that were drawn, relative to the film's store."""


class Redrawn(Frozen):
    """How much of a comic was new."""

    pages: int
    of_pages: int
    pictures: int

    def __str__(self) -> str:
        """Write it as `3 of 24 pages drawn anew, 2 pictures painted`."""
        page, picture = ("s" * (count != 1) for count in (self.of_pages, self.pictures))
        return f"{self.pages} of {self.of_pages} page{page} drawn anew, {self.pictures} picture{picture} painted"


def to_redraw(root: Path, book: Book, paintings: Mapping[Excerpt, Painting]) -> Redrawn:
    """Count the pages that no comic of this film has had yet, and the pictures that are not painted yet."""
    names = {one: painting.target.name for one, painting in paintings.items()}
    before = _drawn_before(root)
    fetch_all(root / painting.target for painting in paintings.values())
    missing = {painting.target for painting in paintings.values() if digest(root / painting.target, notice) is None}
    fresh = [digest for digest in page_digests(book, names) if digest not in before]
    return Redrawn(pages=len(fresh), of_pages=len(book.pages), pictures=len(missing))


def page_digests(book: Book, names: Mapping[Excerpt, str]) -> list[str]:
    """Return what each story page looks like as a digest: its geometry, words, fonts and paintings, not its number.

    Args:
        book: The composed book.
        names: The name of each painting, which is a digest itself.
    """
    ppi = book.format.ppi
    look = book.format.model_dump_json() + "".join(face.sha256 for face in book.fonts)
    painted = [
        [names[excerpt(panel.at_s, panel.crop, panel.rect, ppi)] for panel in page.panels] for page in book.pages
    ]
    return [text_sha256(f"{look} {_looks(page)} {art}") for page, art in zip(book.pages, painted, strict=True)]


def _looks(page: Page) -> str:
    return page.model_dump_json(exclude={"number", "chapter"})


def remember_drawn(root: Path, key: str, book: Book, names: Mapping[Excerpt, str]) -> None:
    """Note the pages of an edition as drawn; raises OutputError."""
    with sealed(root / DRAWN / f"{key}.json") as draft:
        draft.write_text(json.dumps(page_digests(book, names)), encoding="utf-8")


def _drawn_before(root: Path) -> set[str]:
    found: set[str] = set()
    fetch_folder(root / DRAWN)
    for path in (root / DRAWN).glob("*.json"):
        if digest(path, notice) is not None:
            found |= set(json.loads(path.read_bytes()))
    return found
