"""Where everything stands in the finished book: bookmarks and page labels, by the number of the sheet."""

from collections.abc import Iterator

from layouts.book.page import Book, Leaf, LeafKind, Page, TextBlock, TextRole

_PAGES_TO_A_BOOKMARK = 10
_NAMES = {LeafKind.CONTENTS: "Contents", LeafKind.CAST: "Who is who", LeafKind.COLOPHON: "Colophon"}
_ROMAN = ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))


def sheet_of(book: Book, page: int) -> int:
    """Return the sheet, counted from 0, that a story page is on."""
    return len(book.front) + page


def bookmarks(book: Book) -> list[tuple[str, int]]:
    """Return the bookmarks in order: title and sheet; chapters, or every tenth page where there are none."""
    found = [(book.title or "Cover", 0)]
    for number, leaf in enumerate(book.front, start=1):
        name = _heading(leaf) if leaf.kind is LeafKind.RECAP else _NAMES.get(leaf.kind)
        if name and name not in {name for name, _ in found[1:]}:
            found.append((name, number))
    found += _pages(book)
    behind = sheet_of(book, len(book.pages)) + 1
    found += [(_NAMES[leaf.kind], number) for number, leaf in enumerate(book.back, behind) if leaf.kind in _NAMES]
    return found


def _heading(leaf: Leaf) -> str:
    """Return what stands at the top of a leaf."""
    heads = (part for part in leaf.parts if isinstance(part, TextBlock) and part.role is TextRole.HEADING)
    return " ".join(line.text for head in heads for line in head.lines)


def _pages(book: Book) -> Iterator[tuple[str, int]]:
    told = any(page.chapter for page in book.pages)
    for page in book.pages:
        if page.chapter:
            yield page.chapter, sheet_of(book, page.number)
        elif not told and page.number % _PAGES_TO_A_BOOKMARK == 1:
            yield f"Page {page.number}", sheet_of(book, page.number)


def chapters(book: Book) -> Iterator[tuple[str, tuple[Page, ...]]]:
    """Yield the story's parts, each with its title and pages; what comes before the first chapter has none."""
    title = ""
    pages: list[Page] = []
    for page in book.pages:
        if page.chapter and pages:
            yield title, tuple(pages)
            pages = []
        title = page.chapter or title
        pages.append(page)
    yield title, tuple(pages)


def label(book: Book, sheet: int) -> str:
    """Return what a sheet is called: `Cover`, `iv`, `12`, `Colophon`."""
    if sheet == 0:
        return "Cover"
    if sheet <= len(book.front):
        return roman(sheet)
    behind = sheet - sheet_of(book, len(book.pages))
    return str(sheet - len(book.front)) if behind <= 0 else _NAMES.get(book.back[behind - 1].kind, f"+{behind}")


def roman(number: int) -> str:
    """Return a number from 1 to 89 in small Roman figures."""
    written = ""
    for value, letters in _ROMAN:
        while number >= value:
            written, number = written + letters, number - value
    return written
