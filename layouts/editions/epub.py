"""EPUB 3 with a fixed layout: a picture for each page, its words over it as text, its panels described."""

import html
import uuid
from collections.abc import Iterator
from pathlib import Path

from configs.units import text_sha256
from layouts.editions.base import Publisher, jpeg, opened, panels_of, picture
from layouts.editions.packing import pack
from layouts.finishing import language_tag
from layouts.outline import bookmarks, label
from layouts.page import Book, Page, PlacedBalloon, PlacedPanel, Rect

_HEIGHT_PX = 1800
_MODIFIED = "2000-01-01T00:00:00Z"
_COVER = ' properties="cover-image"'
_CONTAINER = """<?xml version="1.0" encoding="utf-8"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
  <rootfiles><rootfile full-path="OEBPS/book.opf" media-type="application/oebps-package+xml"/></rootfiles>
</container>
"""
_CSS = """html, body { margin: 0; padding: 0; background: #fff; }
img { position: absolute; left: 0; top: 0; width: 100%; height: 100%; }
figure, p { position: absolute; margin: 0; overflow: hidden; }
p { color: transparent; font-size: 14px; line-height: 1.2; text-align: center; }
"""
_XHTML = """<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE html>
<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops" lang="{lang}" xml:lang="{lang}">
<head>
<title>{title}</title>
{head}</head>
<body>
{body}
</body>
</html>
"""


class Epub(Publisher):
    """Pages as XHTML."""

    suffix = ".epub"

    def publish(self, book: Book, pdf: Path, target: Path) -> None:
        """See `Publisher`."""
        pack(target, self._files(book, pdf), squeeze=True)

    def _files(self, book: Book, pdf: Path) -> Iterator[tuple[str, bytes]]:
        yield "mimetype", b"application/epub+zip"
        yield "META-INF/container.xml", _CONTAINER.encode()
        scale, sizes = _HEIGHT_PX / book.format.height_pt, []
        with opened(pdf) as document:
            for number in range(len(book.sheets)):
                drawn = picture(document, number, book, scale)
                sizes.append(drawn.size)
                yield f"OEBPS/{_name(number)}.jpg", jpeg(drawn)
        for number, size in enumerate(sizes):
            yield f"OEBPS/{_name(number)}.xhtml", _page(book, number, size).encode()
        yield "OEBPS/page.css", _CSS.encode()
        yield "OEBPS/nav.xhtml", _nav(book).encode()
        yield "OEBPS/book.opf", _package(book).encode()


def _name(number: int) -> str:
    return f"page{number + 1:04}"


def _language(book: Book) -> str:
    return language_tag(book.language) or "und"


def _page(book: Book, number: int, size: tuple[int, int]) -> str:
    width, height = size
    sheet = book.sheets[number]
    high = (sheet.height_pt if isinstance(sheet, Page) else None) or book.format.height_pt
    whole = Rect(x=0, y=0, width=book.format.width_pt, height=high)
    parts = [f'<img src="{_name(number)}.jpg" alt="{html.escape(_called(book, number))}"/>']
    for panel in panels_of(sheet):
        parts.append(_figure(panel, whole))
        parts += [_words(balloon, whole) for balloon in panel.balloons]
    head = (
        f'<meta name="viewport" content="width={width}, height={height}"/>\n'
        '<link rel="stylesheet" type="text/css" href="page.css"/>\n'
    )
    title = html.escape(_called(book, number))
    return _XHTML.format(lang=_language(book), title=title, head=head, body="\n".join(parts))


def _called(book: Book, number: int) -> str:
    return book.title if number == 0 else f"Page {label(book, number)}"


def _figure(panel: PlacedPanel, whole: Rect) -> str:
    told = html.escape(panel.alt or "A picture.")
    return f'<figure style="{_place(panel.rect, whole)}" role="figure" aria-label="{told}"></figure>'


def _words(balloon: PlacedBalloon, whole: Rect) -> str:
    text = html.escape(" ".join(line.text for line in balloon.lines))
    return f'<p style="{_place(balloon.body, whole)}">{text}</p>'


def _place(rect: Rect, whole: Rect) -> str:
    shares = {
        "left": rect.x / whole.width,
        "top": rect.y / whole.height,
        "width": rect.width / whole.width,
        "height": rect.height / whole.height,
    }
    return "; ".join(f"{name}: {share:.3%}" for name, share in shares.items())


def _nav(book: Book) -> str:
    entries = "\n".join(
        f'<li><a href="{_name(sheet)}.xhtml">{html.escape(title)}</a></li>' for title, sheet in bookmarks(book)
    )
    body = f'<nav epub:type="toc" id="toc"><h1>Contents</h1><ol>\n{entries}\n</ol></nav>'
    return _XHTML.format(lang=_language(book), title="Contents", head="", body=body)


def _package(book: Book) -> str:
    numbers = range(len(book.sheets))
    pages = "\n".join(
        f'    <item id="{_name(at)}" href="{_name(at)}.xhtml" media-type="application/xhtml+xml"/>\n'
        f'    <item id="i{_name(at)}" href="{_name(at)}.jpg" media-type="image/jpeg"'
        f"{_COVER if at == 0 else ''}/>"
        for at in numbers
    )
    spine = "\n".join(f'    <itemref idref="{_name(at)}"/>' for at in numbers)
    identity = uuid.UUID(text_sha256(book.model_dump_json())[:32])
    turned = ' page-progression-direction="rtl"' if book.format.direction == "rtl" else ""
    features = "\n".join(
        f'    <meta property="schema:accessibilityFeature">{name}</meta>'
        for name in ("alternativeText", "readingOrder")
    )
    return f"""<?xml version="1.0" encoding="utf-8"?>
<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id" xml:lang="en">
  <metadata xmlns:dc="http://purl.org/dc/elements/1.1/">
    <dc:identifier id="id">urn:uuid:{identity}</dc:identifier>
    <dc:title>{html.escape(book.title or "Film comic")}</dc:title>
    <dc:language>{_language(book)}</dc:language>
    <dc:creator>filmcomic</dc:creator>
    <meta property="dcterms:modified">{_MODIFIED}</meta>
    <meta property="rendition:layout">pre-paginated</meta>
    <meta property="rendition:orientation">auto</meta>
    <meta property="rendition:spread">auto</meta>
    <meta property="schema:accessMode">visual</meta>
    <meta property="schema:accessMode">textual</meta>
    <meta property="schema:accessModeSufficient">visual,textual</meta>
{features}
    <meta property="schema:accessibilityHazard">none</meta>
    <meta property="schema:accessibilitySummary">Every panel is described, its words are text in reading order.</meta>
  </metadata>
  <manifest>
    <item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>
    <item id="css" href="page.css" media-type="text/css"/>
{pages}
  </manifest>
  <spine{turned}>
{spine}
  </spine>
</package>
"""
