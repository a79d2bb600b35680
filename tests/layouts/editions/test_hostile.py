"""One hostile string in every field of a storyboard, through every edition: words stay words, files stay whole."""

import io
import json
import re
import zipfile
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pikepdf
import pypdfium2
import pytest
from PIL import Image

from configs.recipes.page_settings import load_format
from configs.recipes.recipe import Recipe
from layouts.book.crops import painted_whole
from layouts.book.documents import load_storyboard, storyboard_text
from layouts.book.page import Book
from layouts.contacts.contact_page import ShotRow, Tile, contact_page
from layouts.editions.pdf.pdf import write_pdf
from layouts.editions.table import PUBLISHERS
from layouts.editions.templates import _engine, fill_template
from layouts.lettering.fonts import pick_fonts
from layouts.pages.compose import Colophon, compose_book
from tests.hostile import HOSTILE, WORDS, is_harmless
from tests.layouts.editions.test_editions import board


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A storyboard as somebody may have edited it: JSON with the string in every field that takes words."""
    data = json.loads(storyboard_text(board(pages=2, panels=2)))
    data["film"]["title"] = data["film"]["path"] = data["style"] = HOSTILE
    data["language"] = 'en-"><script>alert(9)</script>'
    data["cast"] = [{"name": HOSTILE}]
    for page in data["pages"]:
        page["chapter"] = HOSTILE
        page["panels"][0]["words"] = [{"text": HOSTILE, "speaker": HOSTILE}]
        page["panels"][1]["words"] = [{"text": HOSTILE, "kind": "narration"}]
    path = tmp_path_factory.mktemp("told") / "s.json"
    path.write_text(json.dumps(data))
    return path


def drawn(told: Path, edition: str, folder: Path) -> tuple[Book, Path]:
    page = load_format(edition)
    made = Colophon(credit=Recipe(credit=HOSTILE).credit)
    book, _ = compose_book(load_storyboard(told), page, pick_fonts(["a"]), made)
    Image.new("RGB", (96, 54), (90, 120, 160)).save(folder / "a.png")
    pictures = {panel.at_s: folder / "a.png" for one in book.pages for panel in one.panels}
    write_pdf(book, painted_whole(book, pictures), folder / "book.pdf")
    return book, folder / "book.pdf"


@pytest.fixture(scope="module")
def book(told: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Book, Path]:
    return drawn(told, "us", tmp_path_factory.mktemp("book"))


def test_every_field_of_a_storyboard_is_cleaned(told: Path) -> None:
    storyboard = load_storyboard(told)
    panels = [panel for page in storyboard.pages for panel in page.panels]
    words = [one for panel in panels for one in panel.words]
    texts = [
        storyboard.film.title,
        *(page.chapter for page in storyboard.pages),
        *(role.name for role in storyboard.cast),
    ]
    texts += [one.text for one in words] + [one.speaker for one in words if one.speaker]
    assert len(texts) == 1 + 2 + 1 + 4 + 2
    for text in texts:
        assert is_harmless(text) and all(word in text for word in WORDS)
    storyboard_text(storyboard).encode()


class _Tags(HTMLParser):
    """What is live in a page."""

    def __init__(self) -> None:
        super().__init__()
        self.scripts = 0
        self.handlers: list[str] = []
        self.addresses: list[str] = []
        self.languages: set[str] = set()
        self.words: list[str] = []
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.scripts += tag == "script"
        self.tags.add(tag)
        for name, value in attrs:
            if name.startswith("on"):
                self.handlers.append(name)
            elif name in ("src", "href"):
                self.addresses.append(value or "")
            elif name.endswith("lang"):
                self.languages.add(value or "")
            elif value:
                self.words.append(value)

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def looked_at(page: str) -> _Tags:
    tags = _Tags()
    tags.feed(page)
    tags.close()
    assert is_harmless(page) and not tags.handlers
    assert tags.languages <= {"en", "und"}, tags.languages
    assert all(word in " ".join(tags.words) for word in WORDS)
    return tags


def test_html(book: tuple[Book, Path], tmp_path: Path) -> None:
    PUBLISHERS[".html"].publish(*book, tmp_path / "a.html")
    page = (tmp_path / "a.html").read_text(encoding="utf-8")
    tags = looked_at(page)
    assert tags.scripts == 1 and all(address.startswith("data:") for address in tags.addresses)
    assert "und" in tags.languages and "{{7*7}}" in page and "49" not in "".join(w for w in tags.words if "RLO" in w)
    said = [words for words in tags.words if "RLO" in words]
    assert len(said) >= 4 and all("<script>alert(1)</script>" in words for words in said)
    assert page.count("</script") == 1


def test_a_page_shows_without_its_script_and_in_print(book: tuple[Book, Path], tmp_path: Path) -> None:
    PUBLISHERS[".html"].publish(*book, tmp_path / "a.html")
    page = (tmp_path / "a.html").read_text(encoding="utf-8")
    style = re.sub(r"/\*.*?\*/", "", page[page.index("<style>") : page.index("</style>")])
    hiding = [rule for rule in re.findall(r"[^{}]+\{[^{}]*\}", style) if "visibility: hidden" in rule]
    assert hiding and all(".reading" in rule for rule in hiding), "only the script's class hides a page"
    assert "@media print" in style and "<html lang=" in page and 'class="reading' not in page


def _xml(names: Iterator[tuple[str, bytes]]) -> Iterator[tuple[str, ElementTree.Element]]:
    for name, content in names:
        if name.endswith((".xhtml", ".opf", ".xml")):
            yield name, ElementTree.fromstring(content)


def _inside(path: Path) -> Iterator[tuple[str, bytes]]:
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            yield name, archive.read(name)


def test_epub(book: tuple[Book, Path], tmp_path: Path) -> None:
    PUBLISHERS[".epub"].publish(*book, tmp_path / "a.epub")
    told = 0
    for name, root in _xml(_inside(tmp_path / "a.epub")):
        everything = [text for node in root.iter() for text in (node.text, *node.attrib.values()) if text]
        assert all(map(is_harmless, everything)), name
        tags = {node.tag.rpartition("}")[2] for node in root.iter()}
        assert not tags & {"script", "img0"} and not any(
            key.startswith("on") for node in root.iter() for key in node.attrib
        )
        told += sum(all(word in text for word in WORDS) for text in everything)
        for node in root.iter():
            languages = {value for key, value in node.attrib.items() if key.endswith("lang")}
            assert languages <= {"en", "und"}
            if node.tag.endswith("}language"):
                assert node.text == "und"
    assert told >= 8


def test_epub_pages_know_their_side_and_who_can_read_them(book: tuple[Book, Path], tmp_path: Path) -> None:
    PUBLISHERS[".epub"].publish(*book, tmp_path / "a.epub")
    package = dict(_inside(tmp_path / "a.epub"))["OEBPS/book.opf"].decode()
    sides = re.findall(r'<itemref idref="page\d+" properties="page-spread-(\w+)"', package)
    assert sides[:3] == ["right", "left", "right"] and len(sides) == len(book[0].sheets)
    assert re.findall(r"accessModeSufficient\">([^<]+)<", package) == ["visual,textual", "textual"]


def test_cbz(book: tuple[Book, Path], tmp_path: Path) -> None:
    PUBLISHERS[".cbz"].publish(*book, tmp_path / "a.cbz")
    ((_, root),) = _xml(_inside(tmp_path / "a.cbz"))
    told = {child.tag: child.text or "" for child in root}
    assert told["Series"] == told["Title"] == book[0].title and told["Number"] == "1" and "LanguageISO" not in told
    assert all(word in told["Title"] for word in WORDS)
    assert any("RLO" in page.attrib.get("Bookmark", "") for page in root.iter("Page"))


def test_pdf(book: tuple[Book, Path]) -> None:
    with pikepdf.open(book[1]) as pdf:
        assert "/Lang" not in pdf.Root and "/JavaScript" not in str(pdf.Root.get("/Names", ""))
        titles = [str(pdf.docinfo["/Title"]), *(item.title for item in pdf.open_outline().root)]
        assert all(map(is_harmless, titles)) and sum("RLO" in title for title in titles) >= 3
        with pdf.open_metadata() as xmp:
            assert xmp["dc:title"] == book[0].title
    document = pypdfium2.PdfDocument(book[1])
    text = " ".join(document[at].get_textpage().get_text_range() for at in range(len(document)))
    document.close()
    assert all(word.upper() in text.upper() for word in WORDS)


def test_webtoon(told: Path, tmp_path: Path) -> None:
    data = json.loads(told.read_text())
    for panel in (panel for page in data["pages"] for panel in page["panels"]):
        panel["words"][0]["text"] = HOSTILE[HOSTILE.index("\x00") : HOSTILE.index("{{")]  # a strip is narrow
    (tmp_path / "short.json").write_text(json.dumps(data))
    PUBLISHERS[".zip"].publish(*drawn(tmp_path / "short.json", "webtoon", tmp_path), tmp_path / "a.zip")
    for name, content in _inside(tmp_path / "a.zip"):
        assert re.fullmatch(r"\d{4}\.(png|jpg)", name)
        Image.open(io.BytesIO(content)).verify()


def test_the_contact_sheet(tmp_path: Path) -> None:
    Image.new("RGB", (48, 20)).save(tmp_path / "p.jpg")
    tile = Tile(at_s=1, image=tmp_path / "p.jpg", chosen=True)
    rows = [ShotRow(shot=1, start_s=0, end_s=2, tiles=(tile,))]
    page = contact_page(HOSTILE, rows, tmp_path / "c.html").read_text(encoding="utf-8")
    tags = looked_at(page)
    assert tags.scripts == 1 and all(address.startswith("data:") for address in tags.addresses)


def test_every_template_escapes_and_misses_nothing(tmp_path: Path) -> None:
    engine = _engine()
    names = engine.list_templates(extensions=["html", "xhtml", "opf"])
    assert len(names) == 9 and engine.autoescape is True
    for name in names:
        source = (Path(engine.loader.searchpath[0]) / name).read_text()  # type: ignore[union-attr]
        assert "|safe" not in source.replace(" ", "") and "autoescape" not in source
    json_in_script = engine.from_string("<script>let a = {{ a | tojson }};</script>").render(a="</script><!--\u2028'\"")
    assert json_in_script.count("</script") == 1 and "<!--" not in json_in_script and "\u2028" not in json_in_script
    assert "&lt;b&gt;" in fill_template("nav.xhtml", lang="en", entries=[("<b>\x07", "a")])
