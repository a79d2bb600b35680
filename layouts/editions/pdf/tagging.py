"""What a drawn book means to programs that read it aloud: its structure, gathered while it is drawn.

A tagged PDF (ISO 32000-1, 14.8) holds a tree beside its pages. Its leaves point at marked stretches of the pages'
content; what no leaf points at is marked as an artifact: borders, page numbers, marks for the printer.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from reportlab.pdfgen.canvas import Canvas

from layouts.book.page import Rect


@dataclass
class Element:
    """A node of the tree."""

    tag: str
    """A standard structure type: `Sect`, `Figure`, `P`..."""
    title: str = ""
    alt: str = ""
    children: list["Element"] = field(default_factory=list)
    marks: list[tuple[int, int]] = field(default_factory=list)
    """Marked content: the sheet of the book, and the number of the mark on it."""
    link: tuple[int, Rect] | None = None
    """The sheet that a click opens, and where to click; the link lies on the sheet of the first mark."""

    def add(self, tag: str, *, title: str = "", alt: str = "") -> "Element":
        """Append a child and return it."""
        child = Element(tag, title=title, alt=alt)
        self.children.append(child)
        return child

    def walk(self) -> Iterator["Element"]:
        """Yield this node and all below it, in reading order."""
        yield self
        for child in self.children:
            yield from child.walk()


class Tagger:
    """Marks what is drawn on a canvas, sheet by sheet; what is not marked is an artifact."""

    def __init__(self) -> None:
        self._canvas: Canvas | None = None
        self._sheet, self._count = -1, 0

    @contextmanager
    def sheet(self, canvas: Canvas, number: int) -> Iterator[None]:
        """Draw one sheet of the book."""
        self._canvas, self._sheet, self._count = canvas, number, 0
        self._emit("/Artifact BMC")
        yield
        self._emit("EMC")

    @contextmanager
    def marked(self, element: Element) -> Iterator[None]:
        """Mark what is drawn as an element's content; do not nest."""
        self._emit("EMC", f"/{element.tag} <</MCID {self._count}>> BDC")
        element.marks.append((self._sheet, self._count))
        self._count += 1
        yield
        self._emit("EMC", "/Artifact BMC")

    def _emit(self, *operators: str) -> None:
        assert self._canvas is not None
        self._canvas._code.extend(operators)
