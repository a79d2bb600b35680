"""The structure tree of a tagged PDF, written with pikepdf from what was gathered while drawing."""

from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name

from configs.recipes.page_settings import PageFormat
from layouts.book.page import Rect
from layouts.editions.pdf.tagging import Element

OWN_LANGUAGE = "en"
"""Of the program's own words: descriptions of pictures."""


def add_structure(pdf: pikepdf.Pdf, tree: Element, page: PageFormat, language: str) -> None:
    """Make a PDF a tagged one.

    Args:
        pdf: All sheets in order, their content marked.
        tree: The document; its marks name the sheets.
        page: The format: links are placed on the trimmed page.
        language: Of the book, a BCP 47 tag, or empty.
    """
    writer = _Writer(pdf, page, language)
    root = pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot))
    root.K = writer.element(tree, root)
    root.ParentTree = pdf.make_indirect(Dictionary(Nums=Array(writer.parents())))
    root.ParentTreeNextKey = writer.next_key
    pdf.Root.StructTreeRoot = root
    pdf.Root.MarkInfo = Dictionary(Marked=True)


class _Writer:
    def __init__(self, pdf: pikepdf.Pdf, page: PageFormat, language: str) -> None:
        self._pdf, self._format, self._language = pdf, page, language
        self._pages = [one.obj for one in pdf.pages]
        self._owners: list[dict[int, Any]] = [{} for _ in self._pages]
        self._links: list[Any] = []
        for number, one in enumerate(self._pages):
            one.StructParents = number
            one.Tabs = Name.S

    @property
    def next_key(self) -> int:
        return len(self._pages) + len(self._links)

    def parents(self) -> list[Any]:
        """Return the number tree that leads from marks and links back to their elements."""
        found: list[Any] = []
        for number, owners in enumerate(self._owners):
            found += [number, self._pdf.make_indirect(Array([owners[mark] for mark in sorted(owners)]))]
        for number, element in enumerate(self._links, len(self._pages)):
            found += [number, element]
        return found

    def element(self, node: Element, parent: Any) -> Any:
        """Write a node and all below it."""
        made = self._pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name(f"/{node.tag}"), P=parent))
        if node.title:
            made.T = pikepdf.String(node.title)
        if node.alt:
            made.Alt = pikepdf.String(node.alt)
            if self._language.partition("-")[0] != OWN_LANGUAGE:
                made.Lang = pikepdf.String(OWN_LANGUAGE)
        kids: list[Any] = []
        for sheet, mark in node.marks:
            self._owners[sheet][mark] = made
            made.Pg = self._pages[sheet]
            kids.append(mark)
        if node.link is not None:
            kids.append(self._link(made, node.marks[0][0], *node.link))
        kids += [self.element(child, made) for child in node.children]
        made.K = Array(kids)
        return made

    def _link(self, element: Any, sheet: int, leads_to: int, rect: Rect) -> Any:
        slug, height = self._format.slug_pt, self._format.height_pt
        corners = (rect.x + slug, height - rect.bottom + slug, rect.right + slug, height - rect.y + slug)
        annotation = self._pdf.make_indirect(
            Dictionary(
                Type=Name.Annot,
                Subtype=Name.Link,
                Rect=Array([round(side, 3) for side in corners]),
                Border=Array([0, 0, 0]),
                F=4,  # printed: archives want it said
                Dest=Array([self._pages[leads_to], Name.Fit]),
                StructParent=self.next_key,
                Contents=pikepdf.String(f"Go to {self._pages_label(leads_to)}"),
            )
        )
        self._links.append(element)
        page = self._pages[sheet]
        if "/Annots" not in page:
            page.Annots = Array()
        page.Annots.append(annotation)
        return Dictionary(Type=Name.OBJR, Obj=annotation, Pg=page)

    def _pages_label(self, sheet: int) -> str:
        return f"page {pikepdf.Page(self._pages[sheet]).label}"
