"""A composed book drawn as a PDF: pictures pass through as JPEG, balloons are vectors, words are text."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from fractions import Fraction
from pathlib import Path

import numpy as np
from PIL import Image
from reportlab import rl_config
from reportlab.pdfbase import pdfdoc, pdfmetrics
from reportlab.pdfbase.ttfonts import TTFError, TTFont
from reportlab.pdfgen.canvas import Canvas

from configs.disk.files import beside, output_error, temporary_folder
from configs.errors import FilmcomicError, FontError
from configs.units import Box, text_sha256
from layouts.book.crops import Art, Excerpt, excerpt
from layouts.book.page import Book, FontFace, Rect, TextLine
from layouts.editions.pdf.column_marks import BLANK
from layouts.editions.pdf.cutouts import Cuts
from layouts.editions.pdf.drawing import Pen
from layouts.editions.pdf.finishing import finish
from layouts.editions.pdf.sheets import Sheets
from layouts.editions.pdf.tagging import Element
from layouts.lettering.font_files import truetype_file
from layouts.lettering.tints import Pixels

_SHEETS_AT_ONCE = 40
_LOOKED_AT_PX = 72
"""Of the longer side of a picture that only its colours are taken from."""


def write_pdf(book: Book, pictures: Mapping[Excerpt, Art], target: Path, cuts: Cuts | None = None) -> None:
    """Draw a book, all or nothing; the same book and pictures give the same bytes.

    Args:
        book: The composed book.
        pictures: The painting of all that it shows (`layouts.book.crops.excerpts`).
        target: The PDF; an older file is replaced when the new one is complete.
        cuts: Where cut pictures are kept from one drawing to the next; left out, none are.

    Raises:
        OutputError: The place cannot be written to, or the disk is full.
        FilmcomicError: A picture is missing.
    """
    with beside(target) as draft, _folder(target) as folder:
        try:
            drawn, tree = _draw(book, pictures, folder, cuts or Cuts(folder))
            finish(book, drawn, tree, draft)
        except OSError as error:
            if error.filename is None or str(error.filename).startswith(str(folder)):
                raise output_error(error, target) from error
            raise


@contextmanager
def _folder(target: Path) -> Iterator[Path]:
    """Yield a folder beside the target that is gone afterwards: the same disk, so a full one shows early."""
    with ExitStack() as ending:
        try:
            folder = ending.enter_context(temporary_folder(target.parent))
        except OSError as error:
            raise output_error(error, target) from error
        yield folder


@contextmanager
def _binary_streams() -> Iterator[None]:
    """Keep reportlab from wrapping JPEG bytes in text, which costs a quarter more."""
    before = rl_config.useA85
    rl_config.useA85 = 0
    try:
        yield
    finally:
        rl_config.useA85 = before


def _draw(book: Book, pictures: Mapping[Excerpt, Art], folder: Path, cuts: Cuts) -> tuple[list[Path], Element]:
    """Draw the sheets into files of so many each, since the drawing library keeps a whole file in memory."""
    sheets, drawn = Sheets(book), []
    numbers = range(len(book.sheets))
    with _binary_streams():
        names = _register(book)
        for first in range(0, len(numbers), _SHEETS_AT_ONCE):
            drawn.append(folder / f"drawn{first}.pdf")
            canvas = _canvas(book, drawn[-1], names)
            art = _Art(canvas, book, pictures, cuts)
            pen = Pen(canvas, book.format, names, {face.name: face for face in book.fonts})
            for number in numbers[first : first + _SHEETS_AT_ONCE]:
                sheets.draw(number, canvas, pen, art)
                canvas.showPage()
            canvas.save()
    return drawn, sheets.tree


def _canvas(book: Book, target: Path, names: Mapping[str, str]) -> Canvas:
    page = book.format
    return Canvas(
        str(target),
        pagesize=(page.width_pt + 2 * page.slug_pt, page.height_pt + 2 * page.slug_pt),
        invariant=1,
        pageCompression=1,
        initialFontName=names[book.fonts[0].name],
        initialFontSize=page.type_pt,
    )


def _register(book: Book) -> dict[str, str]:
    """Make the book's fonts known to reportlab; return its name for each face."""
    chars: dict[str, set[str]] = {face.name: set(f"0123456789 {BLANK}") for face in book.fonts}
    for line in _all_lines(book):
        for run in line.runs:
            chars[run.font] |= set(run.text)
    names = {}
    for face in book.fonts:
        name = f"{face.name}-{face.sha256[:8]}"
        if not face.plain:
            name += f"-{text_sha256(''.join(sorted(chars[face.name])))[:8]}"  # holds only this book's letters
        if name not in pdfmetrics.getRegisteredFontNames():
            pdfmetrics.registerFont(_embeddable(face, name, chars[face.name]))
        names[face.name] = name
    return names


def _embeddable(face: FontFace, name: str, chars: set[str]) -> TTFont:
    try:
        return TTFont(name, truetype_file(face, chars))
    except TTFError as error:
        raise FontError(
            f"the font cannot be embedded ({error})", cure="give another font with --font", path=face.path
        ) from None


def _all_lines(book: Book) -> Iterator[TextLine]:
    yield from (*book.cover.title, *book.cover.issue, *book.cover.cast, *book.cover.imprint, *book.foot)
    for leaf in (*book.front, *book.back):
        yield from leaf.lines
    for page in book.pages:
        for panel in page.panels:
            for balloon in panel.balloons:
                yield from balloon.lines


class _Art:
    """Cuts pictures out of painted frames, one at a time, and puts them on the canvas."""

    def __init__(self, canvas: Canvas, book: Book, pictures: Mapping[Excerpt, Art], cuts: Cuts) -> None:
        self._canvas, self._book, self._pictures, self._cuts = canvas, book, pictures, cuts
        self._count = 0

    def picture(self, at_s: Fraction, crop: Box, rect: Rect) -> None:
        """Draw the cropped frame into a rectangle of the page."""
        jpeg = self._cut(at_s, crop, rect)
        name = f"picture{self._count}"  # by number, never by path: the bytes must not know where they were made
        self._count += 1
        _add_jpeg(self._canvas, name, jpeg)
        canvas, height = self._canvas, self._book.format.height_pt
        canvas.saveState()
        canvas.translate(rect.x, height - rect.bottom)
        canvas.scale(rect.width, rect.height)
        canvas._code.append(f"/{canvas._doc.getXObjectName(name)} Do")
        canvas.restoreState()
        canvas._formsinuse.append(name)

    def look(self, at_s: Fraction, crop: Box, rect: Rect) -> Pixels:
        """Return what is drawn there, small."""
        with Image.open(self._cut(at_s, crop, rect)) as picture:
            picture.draft("RGB", (_LOOKED_AT_PX, _LOOKED_AT_PX))
            picture.thumbnail((_LOOKED_AT_PX, _LOOKED_AT_PX), Image.Resampling.BOX)
            return np.asarray(picture.convert("RGB"))

    def _cut(self, at_s: Fraction, crop: Box, rect: Rect) -> Path:
        page = self._book.format
        art = self._pictures.get(excerpt(at_s, crop, rect, page.ppi))
        if art is None or not art.path.is_file():
            missing = f"the painted picture at {float(at_s):.3f} s is missing"
            raise FilmcomicError(missing, cure="run again", path=art and art.path)
        return self._cuts.jpeg(art.path, art.inside(crop), rect, ppi=page.ppi, quality=page.jpeg_quality)


def _add_jpeg(canvas: Canvas, name: str, jpeg: Path) -> None:
    """Add a JPEG file byte by byte; `drawImage` would name it by its path."""
    image = pdfdoc.PDFImageXObject(name, str(jpeg))
    image.name = name
    canvas._setXObjects(image)
    canvas._doc.Reference(image, canvas._doc.getXObjectName(name))
    canvas._doc.addForm(name, image)
    canvas._currentPageHasImages = 1
