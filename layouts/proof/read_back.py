"""What a finished PDF says of itself: sizes, letters, pictures, fonts and tags, read from the file alone."""

import ctypes
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pikepdf
import pypdfium2
import pypdfium2.raw as pdfium
from PIL import Image

from configs.errors import InputError
from layouts.book.page import Rect

_INVISIBLE = 3
"""The text render mode of marks that only programs read."""
_BARS_PX, _BARS_LEAST_PX = 256, 24
"""The size at which bars are looked for, and the height below which there are none."""
_BLACK, _FLAT, _BAR_LEAST = 14.0, 3.0, 0.02
"""A bar's rows are no lighter than this and no more varied, of 255; each bar takes this share of the side at least.
What lies between them is twice as light right at their edges: a night that fades into black has no bars."""
_SHOWS_TEXT = frozenset(("Tj", "TJ", "'", '"'))


@dataclass(frozen=True)
class Letters:
    """A run of visible text."""

    text: str
    size_pt: float
    rect: Rect


@dataclass(frozen=True)
class Printed:
    """A picture on the page."""

    size_px: tuple[int, int]
    rect: Rect
    bars: float = 0.0
    """Share of its height or width that is black bars on opposite sides; 0 without."""

    @property
    def ppi(self) -> float:
        """Pixels to the inch, across."""
        return self.size_px[0] / max(self.rect.width / 72, 1e-6)


@dataclass(frozen=True)
class PageReadBack:
    """One page of the file; rectangles have their origin at the top left of the trimmed page."""

    label: str
    """As a viewer shows it: `Cover`, `1`."""
    trim: tuple[float, float]
    """Width and height in points."""
    letters: tuple[Letters, ...]
    pictures: tuple[Printed, ...]
    text: str
    """As programs read it."""
    drawn: tuple[int | None, ...]
    """Marks (MCID) of its pieces of text in the order in which they are drawn; None: text without a mark."""
    told: tuple[int, ...]
    """The same marks in the order of the tagged structure; empty without one."""


@dataclass(frozen=True)
class Printout:
    """A PDF, read back."""

    sheets: tuple[PageReadBack, ...]
    tagged: bool
    outline: tuple[str, ...]
    title: str
    language: str
    loose_fonts: tuple[str, ...]
    """Fonts that are not embedded."""


def read_pdf(path: Path) -> Printout:
    """Read a PDF back.

    Raises:
        InputError: The file is not there or is no PDF that can be read.
    """
    try:
        with closing(pypdfium2.PdfDocument(path)) as drawn, pikepdf.open(path) as pdf:
            marks = _structure(pdf)
            sheets = tuple(_sheet(drawn, pdf, number, marks) for number in range(len(drawn)))
            return Printout(
                sheets=sheets,
                tagged="/StructTreeRoot" in pdf.Root,
                outline=tuple(str(entry.title) for entry in pdf.open_outline().root),
                title=str(pdf.docinfo.get("/Title", "")),
                language=str(pdf.Root.get("/Lang", "")),
                loose_fonts=tuple(sorted({name for page in pdf.pages for name in _loose_fonts(page)})),
            )
    except (pypdfium2.PdfiumError, pikepdf.PdfError, OSError) as error:
        what = error.strerror if isinstance(error, OSError) and error.strerror else "not a PDF that can be read"
        raise InputError(what, cure="give a comic that was made as PDF", path=path) from error


def _sheet(drawn: pypdfium2.PdfDocument, pdf: pikepdf.Pdf, number: int, marks: dict[Any, list[int]]) -> PageReadBack:
    with closing(drawn[number]) as page, closing(page.get_textpage()) as text:
        left, bottom, right, top = page.get_trimbox()
        objects = list(page.get_objects(max_depth=4))
        return PageReadBack(
            label=drawn.get_page_label(number) or str(number + 1),
            trim=(right - left, top - bottom),
            letters=tuple(_letters(objects, text, left, top)),
            pictures=tuple(_pictures(objects, left, top)),
            text=text.get_text_range().replace("\ufffe", "-"),
            drawn=tuple(_drawn(pdf.pages[number])),
            told=tuple(marks.get(pdf.pages[number].objgen, ())),
        )


def _letters(objects: Sequence[Any], page: Any, left: float, top: float) -> Iterator[Letters]:
    for each in objects:
        if each.type != pdfium.FPDF_PAGEOBJ_TEXT or pdfium.FPDFTextObj_GetTextRenderMode(each) == _INVISIBLE:
            continue
        text = _text_of(each, page)
        size = ctypes.c_float()
        if text.strip() and pdfium.FPDFTextObj_GetFontSize(each, size):
            matrix = each.get_matrix()
            scale = (matrix.c**2 + matrix.d**2) ** 0.5
            yield Letters(text=text.strip(), size_pt=round(size.value * scale, 2), rect=_rect(each, left, top))


def _text_of(each: Any, page: Any) -> str:
    length = pdfium.FPDFTextObj_GetText(each, page, None, 0)
    buffer = (ctypes.c_ushort * max(1, length // 2))()
    pdfium.FPDFTextObj_GetText(each, page, buffer, length)
    return bytes(buffer).decode("utf-16-le", "replace").rstrip("\0")


def _pictures(objects: Sequence[Any], left: float, top: float) -> Iterator[Printed]:
    width, height = ctypes.c_uint(), ctypes.c_uint()
    for each in objects:
        if each.type == pdfium.FPDF_PAGEOBJ_IMAGE and pdfium.FPDFImageObj_GetImagePixelSize(each, width, height):
            size = (width.value, height.value)
            yield Printed(size_px=size, rect=_rect(each, left, top), bars=bars_of(_grey(each)))


def _grey(image: Any) -> npt.NDArray[np.float32]:
    """Return a picture's lightness, small: bars need no detail."""
    grey = image.get_bitmap(render=False).to_pil().convert("L")  # not closed: it is the file's own
    grey.thumbnail((_BARS_PX, _BARS_PX), Image.Resampling.BOX)
    return np.asarray(grey, np.float32)


def bars_of(grey: npt.NDArray[np.float32]) -> float:
    """Return the share of a picture (H, W; 0 to 255) that is black bars of like size on opposite sides."""
    return max(_bars_across(grey), _bars_across(grey.T))


def _bars_across(grey: npt.NDArray[np.float32]) -> float:
    flat = (grey.mean(axis=1) < _BLACK) & (grey.std(axis=1) < _FLAT)
    if flat.all() or grey.shape[0] < _BARS_LEAST_PX:
        return 0.0
    top, bottom = int(np.argmin(flat)), int(np.argmin(flat[::-1]))
    within = grey[top : len(grey) - bottom]
    edges = min(float(within[1:3].mean()), float(within[-3:-1].mean())) if len(within) > 3 else 0.0
    if min(top, bottom) < _BAR_LEAST * len(grey) or max(top, bottom) > 2 * min(top, bottom) or edges < 2 * _BLACK:
        return 0.0
    return (top + bottom) / len(grey)


def _rect(each: Any, left: float, top: float) -> Rect:
    x0, y0, x1, y1 = (ctypes.c_float() for _ in range(4))
    pdfium.FPDFPageObj_GetBounds(each, x0, y0, x1, y1)
    return Rect(x=x0.value - left, y=top - y1.value, width=x1.value - x0.value, height=y1.value - y0.value)


def _drawn(page: pikepdf.Page) -> Iterator[int | None]:
    """Yield the mark of each piece of text in the order of drawing, without artefacts; equal neighbours once."""
    open_marks: list[int | str] = []
    last: int | str | None = "none yet"
    for step in pikepdf.parse_content_stream(page):
        operator = str(step.operator)
        if operator in ("BDC", "BMC"):
            open_marks.append(_mark(list(step.operands)))
        elif operator == "EMC" and open_marks:
            open_marks.pop()
        elif operator in _SHOWS_TEXT and "/Artifact" not in open_marks:
            mark = next((each for each in reversed(open_marks) if isinstance(each, int)), None)
            if mark is None or mark != last:
                yield mark
            last = mark


def _mark(operands: Sequence[Any]) -> int | str:
    given = operands[1] if len(operands) > 1 else None
    if isinstance(given, pikepdf.Dictionary) and "/MCID" in given:
        return int(given.MCID)
    return str(operands[0]) if operands else ""


def _structure(pdf: pikepdf.Pdf) -> dict[Any, list[int]]:
    """Return the marks of each page, by its object number, in the order of the tagged structure."""
    found: dict[Any, list[int]] = {}
    root = pdf.Root.get("/StructTreeRoot")
    if root is not None:
        _walk(root.get("/K"), None, found)
    return found


def _walk(node: Any, page: Any, found: dict[Any, list[int]]) -> None:
    if node is None:
        return
    if isinstance(node, pikepdf.Array):
        for kid in node:
            _walk(kid, page, found)
    elif isinstance(node, pikepdf.Dictionary):
        page = node.get("/Pg", page)
        if "/MCID" in node:
            found.setdefault(page.objgen, []).append(int(node.MCID))
        else:
            _walk(node.get("/K"), page, found)
    elif page is not None:
        found.setdefault(page.objgen, []).append(int(node))


def _loose_fonts(page: pikepdf.Page) -> Iterator[str]:
    for font in dict(page.resources.get("/Font", {})).values():
        inner = font.DescendantFonts[0] if "/DescendantFonts" in font else font
        described: Any = inner.get("/FontDescriptor", {})
        embedded = any(key in described for key in ("/FontFile", "/FontFile2", "/FontFile3"))
        if not embedded and str(font.get("/Subtype")) != "/Type3":
            yield str(font.get("/BaseFont", "a font without a name")).lstrip("/")
