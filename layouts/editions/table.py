"""The table of the kinds of edition: a new one is one file and one line here."""

import shutil
from pathlib import Path

from layouts.book.page import Book
from layouts.editions.cbz import Cbz
from layouts.editions.edition import Publisher
from layouts.editions.epub import Epub
from layouts.editions.web import Web
from layouts.editions.webtoon import Webtoon


class Pdf(Publisher):
    """The book as it was drawn."""

    suffix = ".pdf"

    def publish(self, book: Book, pdf: Path, target: Path) -> None:
        """See `Publisher`."""
        shutil.copyfile(pdf, target)


PUBLISHERS: dict[str, Publisher] = {one.suffix: one for one in (Pdf(), Cbz(), Epub(), Web(), Webtoon())}
"""By the suffix of the file."""
