"""A sound book that may be broken in one place, for the rules of the lint."""

from typing import Any, NamedTuple

from layouts.book.page import Book, PlacedPanel
from layouts.book.storyboard import Panel, Storyboard, sounds
from layouts.proof.lint.lint import Fault, lint
from layouts.proof.proof import Proof
from tests.layouts.sound_book import BOARD, BOOK

EDITORS = {"card", "unreadable", "repeat", "cut-head", "fled-tails", "title"}
"""Rules of an editor, proved by themselves."""
SPOKEN = tuple(one.text for page in BOARD.pages for each in page.panels for one in each.words if not sounds(one))
"""What a proof hears: noises are told by words of their own."""


class Case(NamedTuple):
    """A book that may be broken."""

    book: Book = BOOK
    board: Storyboard = BOARD
    heard: tuple[str, ...] | None = SPOKEN

    def faults(self) -> list[Fault]:
        return lint(Proof(self.book, self.board, self.heard))

    def panel(self, page: int, number: int, **change: Any) -> "Case":
        """Change a panel of the book; counted from 1, as people count."""
        panels = list(self.book.pages[page - 1].panels)
        panels[number - 1] = panels[number - 1].model_copy(update=change)
        pages = list(self.book.pages)
        pages[page - 1] = pages[page - 1].model_copy(update={"panels": tuple(panels)})
        return self._replace(book=self.book.model_copy(update={"pages": tuple(pages)}))

    def balloon(self, page: int, number: int, which: int, **change: Any) -> "Case":
        """Change a balloon of the book."""
        balloons = list(self.at(page, number).balloons)
        balloons[which - 1] = balloons[which - 1].model_copy(update=change)
        return self.panel(page, number, balloons=tuple(balloons))

    def told(self, page: int, number: int, **change: Any) -> "Case":
        """Change a panel of the storyboard."""
        panels = list(self.board.pages[page - 1].panels)
        panels[number - 1] = panels[number - 1].model_copy(update=change)
        pages = list(self.board.pages)
        pages[page - 1] = pages[page - 1].model_copy(update={"panels": tuple(panels)})
        return self._replace(board=self.board.model_copy(update={"pages": tuple(pages)}))

    def at(self, page: int, number: int) -> PlacedPanel:
        return self.book.pages[page - 1].panels[number - 1]

    def source(self, page: int, number: int) -> Panel:
        return self.board.pages[page - 1].panels[number - 1]


GOOD = Case()
