import errno
import math
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pikepdf
import pikepdf.pdfa
import pypdfium2
import pytest
from PIL import Image

from configs.bcp47 import language_tag
from configs.errors import FilmcomicError, OutputError
from configs.recipes.page_settings import load_format
from configs.units import Box
from layouts.book.crops import Art, excerpts, painted_whole, picture_needs
from layouts.book.page import Book, Rect
from layouts.book.storyboard import Storyboard
from layouts.editions.pdf import pdf
from layouts.editions.pdf.cutouts import cut_jpeg
from layouts.editions.pdf.pdf import write_pdf
from layouts.lettering.fonts import pick_fonts
from tests.layouts.boards import board, face, panel, texts, words
from tests.layouts.composing import compose

VIETNAMESE = "Điều gì đưa cô đến vùng đất của những người gác cổng?"
STORY = board(
    [
        panel(1, words("Trên dãy núi phía bắc…", "narration"), words(VIETNAMESE), faces=[face(0.5, 0.3, 0.65, 0.6)]),
        panel(2, words("Tôi đang tìm một người."), words("Привет, Καλημέρα")),
        panel(3, words("door slams", "sound")),
    ],
    [panel(4, words("ĐỪNG LẠI GẦN!")), panel(5, words("La la la", "song")), panel(1)],
    size_px=(320, 180),
    language="vi",
    chapters=["Mở đầu", ""],
)


def composed(storyboard: Storyboard, format_name: str = "us") -> Book:
    return compose(storyboard, load_format(format_name), pick_fonts([*texts(storyboard), storyboard.film.title]))


def draw(book: Book, pictures: Mapping[Fraction, Path], target: Path) -> None:
    write_pdf(book, painted_whole(book, pictures), target)


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> dict[Fraction, Path]:
    folder = tmp_path_factory.mktemp("paintings")
    noise = np.random.default_rng(7)
    made = {}
    for at in range(1, 6):
        path = folder / f"{at}.png"
        Image.fromarray(noise.integers(0, 255, (180, 320, 3), dtype=np.uint8)).save(path)
        made[Fraction(at)] = path
    return made


@pytest.fixture(scope="module")
def comic(pictures: dict[Fraction, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("out") / "comic.pdf"
    draw(composed(STORY), pictures, target)
    return target


def flat(text: str) -> str:
    return " ".join(text.split())


def test_a_sign_beyond_the_first_plane_is_found_as_what_it_is(pictures: dict[Fraction, Path], tmp_path: Path) -> None:
    """Of U+1F602, which DejaVu has, four digits were read: a Greek letter."""
    told = board([panel(1, words("So happy \U0001f602 today"))], size_px=(320, 180))
    draw(composed(told), pictures, tmp_path / "a.pdf")
    with pypdfium2.PdfDocument(tmp_path / "a.pdf") as document:
        found = flat(" ".join(page.get_textpage().get_text_range() for page in document))
    assert "happy \U0001f602 today" in found


def test_the_words_are_found_in_reading_order(comic: Path) -> None:
    document = pypdfium2.PdfDocument(comic)
    found = flat(" ".join(page.get_textpage().get_text_range() for page in document))
    place = -1
    for text in texts(STORY):
        place = found.find(text, place + 1)
        assert place >= 0, text
    assert found.count("door slams") == 1  # its halo is no text


def test_poppler_reads_the_same_words(comic: Path) -> None:
    if shutil.which("pdftotext") is None:
        pytest.skip("poppler is not installed")
    for mode in ([], ["-raw"]):
        done = subprocess.run(["pdftotext", *mode, str(comic), "-"], capture_output=True, text=True, check=True)
        found = flat(done.stdout)
        places = [found.find(text) for text in texts(STORY)]
        assert min(places) >= 0 and places == sorted(places)
    fonts = subprocess.run(["pdffonts", str(comic)], capture_output=True, text=True, check=True).stdout
    rows = fonts.splitlines()[2:]
    assert rows and all(row.split()[-5:-2] == ["yes", "yes", "yes"] for row in rows)  # embedded, subset, unicode


def test_all_fonts_are_embedded_and_pictures_are_jpeg(comic: Path) -> None:
    with pikepdf.open(comic) as book:
        fonts = [
            one for one in book.objects if isinstance(one, pikepdf.Dictionary) and one.get("/Type") == "/FontDescriptor"
        ]
        assert fonts and all("/FontFile2" in one for one in fonts)
        images = [one for one in book.objects if isinstance(one, pikepdf.Stream) and one.get("/Subtype") == "/Image"]
        assert len(images) == 7  # the cover's and six panels'
        assert all("/DCTDecode" in str(one.get("/Filter").unparse()) for one in images)
        used = {
            str(one.BaseFont)
            for one in book.objects
            if isinstance(one, pikepdf.Dictionary) and one.get("/Type") == "/Font"
        }
        assert not [name for name in used if "Helvetica" in name]


def test_qpdf_has_nothing_to_say(comic: Path) -> None:
    with pikepdf.open(comic) as book:
        assert book.check_pdf_syntax() == []


def test_title_author_language_labels_and_bookmarks(comic: Path) -> None:
    with pikepdf.open(comic) as book:
        assert str(book.docinfo["/Title"]) == "The Film"
        assert str(book.docinfo["/Author"]) == "filmcomic"
        assert str(book.Root.Lang) == "vi"
        assert len(book.pages) == 3
        assert [page.label for page in book.pages] == ["Cover", "1", "2"]
        with book.open_outline() as outline:
            assert [one.title for one in outline.root] == ["The Film", "Mở đầu"]
        with book.open_metadata() as xmp:
            assert xmp["dc:title"] == "The Film" and xmp["dc:creator"] == ["filmcomic"]


def test_a_book_without_chapters_has_bookmarks_too(pictures: dict[Fraction, Path], tmp_path: Path) -> None:
    pages = [[panel(1)] for _ in range(12)]
    draw(composed(board(*pages, size_px=(320, 180))), pictures, tmp_path / "a.pdf")
    with pikepdf.open(tmp_path / "a.pdf") as book, book.open_outline() as outline:
        assert [one.title for one in outline.root] == ["The Film", "Page 1", "Page 11", "Colophon"]


def test_languages_become_short_tags() -> None:
    told = {"vie": "vi", "eng": "en", "en": "en", "pt_BR": "pt-BR", "und": "", "": "", "tlh": "tlh", "?": ""}
    assert {name: language_tag(name) for name in told} == told


@pytest.mark.parametrize(("name", "size"), [("us", (477.0, 738.0)), ("a4", (595.276, 841.89))])
def test_pages_have_the_formats_size(
    name: str, size: tuple[float, float], pictures: dict[Fraction, Path], tmp_path: Path
) -> None:
    draw(composed(STORY, name), pictures, tmp_path / "a.pdf")
    with pikepdf.open(tmp_path / "a.pdf") as book:
        assert [float(side) for side in book.pages[1].mediabox][2:] == pytest.approx(size, abs=0.01)


def test_two_runs_in_two_places_give_the_same_bytes(
    comic: Path, pictures: dict[Fraction, Path], tmp_path: Path
) -> None:
    moved = {}
    for at, path in pictures.items():
        moved[at] = tmp_path / "elsewhere" / path.name
        moved[at].parent.mkdir(exist_ok=True)
        shutil.copyfile(path, moved[at])
    draw(Book.model_validate_json(composed(STORY).model_dump_json()), moved, tmp_path / "other name.pdf")
    assert (tmp_path / "other name.pdf").read_bytes() == comic.read_bytes()


def test_another_process_gives_the_same_bytes(comic: Path, pictures: dict[Fraction, Path], tmp_path: Path) -> None:
    book, target = tmp_path / "book.json", tmp_path / "fresh.pdf"
    book.write_text(composed(STORY).model_dump_json())
    code = (
        "import sys; from fractions import Fraction; from pathlib import Path\n"
        "from layouts.book.page import Book; from layouts.book.crops import painted_whole\n"
        "from layouts.editions.pdf.pdf import write_pdf\n"
        "folder = Path(sys.argv[2]); pictures = {Fraction(n): folder / f'{n}.png' for n in range(1, 6)}\n"
        "book = Book.model_validate_json(Path(sys.argv[1]).read_text())\n"
        "write_pdf(book, painted_whole(book, pictures), Path(sys.argv[3]))"
    )
    root = Path(pdf.__file__).parents[2]
    arguments = [sys.executable, "-c", code, str(book), str(pictures[Fraction(1)].parent), str(target)]
    subprocess.run(arguments, check=True, cwd=root, env={**os.environ, "PYTHONHASHSEED": "123"})
    assert target.read_bytes() == comic.read_bytes()


def test_a_picture_is_cut_to_its_crop_and_not_sharper_than_print(tmp_path: Path) -> None:
    source = tmp_path / "a.png"
    halves = np.zeros((400, 800, 3), np.uint8)
    halves[:, 400:] = 255
    Image.fromarray(halves).save(source)
    cut_jpeg(
        source,
        Box(x0=0.5, y0=0, x1=1, y1=0.5),
        Rect(x=0, y=0, width=72, height=36),
        tmp_path / "b.jpg",
        ppi=100,
        quality=90,
    )
    with Image.open(tmp_path / "b.jpg") as cut:
        assert cut.size == (100, 50)
        assert min(cut.getpixel((5, 5))) > 250
    cut_jpeg(
        source,
        Box(x0=0, y0=0, x1=0.5, y1=0.5),
        Rect(x=0, y=0, width=720, height=360),
        tmp_path / "c.jpg",
        ppi=250,
        quality=90,
    )
    with Image.open(tmp_path / "c.jpg") as cut:
        assert cut.size == (400, 200)  # never blown up


def test_a_part_is_drawn_as_the_whole_would_be(pictures: dict[Fraction, Path], tmp_path: Path) -> None:
    """Whole frames, and of the same paintings only the pixels that each panel shows and one more around."""
    book = composed(STORY)
    parts = {}
    for number, one in enumerate(excerpts(book)):
        with Image.open(pictures[one.at_s]) as whole:
            left, top = int(one.crop.x0 * 320 // 16 * 16), int(one.crop.y0 * 180 // 12 * 12)
            right, bottom = math.ceil(one.crop.x1 * 320), math.ceil(one.crop.y1 * 180)
            whole.crop((left, top, right, bottom)).save(tmp_path / f"{number}.png")
        part = Box(x0=left / 320, y0=top / 180, x1=right / 320, y1=bottom / 180)
        parts[one] = Art(tmp_path / f"{number}.png", part)
    draw(book, pictures, tmp_path / "whole.pdf")
    write_pdf(book, parts, tmp_path / "parts.pdf")
    sheets = []
    for name in ("whole", "parts"):
        with pypdfium2.PdfDocument(tmp_path / f"{name}.pdf") as document:
            sheets.append([page.render(scale=1).to_numpy().astype(int) for page in document])
    assert len(sheets[0]) > 2 and all(np.abs(one - two).mean() < 1 for one, two in zip(*sheets, strict=True))


def test_where_one_cannot_write_one_line_says_so(pictures: dict[Fraction, Path], tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(OutputError) as caught:
        draw(composed(STORY), pictures, tmp_path / "file" / "comic.pdf")
    assert "file" in str(caught.value) and "\n" not in str(caught.value)


def test_a_full_disk_leaves_the_old_comic(
    pictures: dict[Fraction, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "comic.pdf"
    target.write_bytes(b"old")

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(pdf, "finish", full)
    with pytest.raises(OutputError, match="disk is full"):
        draw(composed(STORY), pictures, target)
    assert target.read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["comic.pdf"]


def test_a_missing_picture_is_named_by_its_time(pictures: dict[Fraction, Path], tmp_path: Path) -> None:
    with pytest.raises(FilmcomicError, match=r"picture at 3\.000 s is missing"):
        draw(composed(STORY), {at: path for at, path in pictures.items() if at != 3}, tmp_path / "a.pdf")
    assert list(tmp_path.iterdir()) == []


def test_a_drawn_page_has_ink_where_the_words_are(comic: Path) -> None:
    book = composed(STORY)
    page = pypdfium2.PdfDocument(comic)[1].render(scale=2).to_numpy()[:, :, :3].mean(axis=2)
    for balloon in book.pages[0].panels[0].balloons:
        line = balloon.lines[0]
        rows = slice(int(2 * (line.baseline - line.size_pt)), int(2 * line.baseline))
        columns = slice(int(2 * line.x), int(2 * (line.x + line.width_pt)))
        patch = page[rows, columns]
        assert (patch < 100).mean() > 0.08 and (patch > 200).mean() > 0.4


def test_the_books_pictures_are_those_that_are_needed() -> None:
    assert set(picture_needs(composed(STORY))) == {Fraction(at) for at in range(1, 6)}
    assert re.fullmatch(r"[0-9a-f]{64}", composed(STORY).fonts[0].sha256)


def test_poppler_reads_panels_side_by_side_in_order(pictures: dict[Fraction, Path], tmp_path: Path) -> None:
    """Balloons of different heights in one row, and one below and left of another: columns are not to be guessed."""
    if shutil.which("pdftotext") is None:
        pytest.skip("poppler is not installed")
    low, high = face(0.1, 0.05, 0.6, 0.5), face(0.4, 0.6, 0.6, 0.9)
    tricky = [
        panel(1, words("First, far down here."), words("Second, to the right of it."), words("Third."), faces=[low]),
        panel(2, words("Fourth, up there."), words("Fifth, in a line that is much longer.", "narration"), faces=[high]),
        panel(3, words("Sixth.", "sound"), words("Seventh, left again."), faces=[low]),
        panel(4, words("Eighth, the last of all."), faces=[high]),
    ]
    storyboard = board(tricky, size_px=(320, 180))
    draw(composed(storyboard), pictures, tmp_path / "a.pdf")
    done = subprocess.run(["pdftotext", str(tmp_path / "a.pdf"), "-"], capture_output=True, text=True, check=True)
    places = [flat(done.stdout).find(text) for text in texts(storyboard)]
    assert min(places) >= 0 and places == sorted(places)


def test_the_tagged_structure_tells_the_words_in_order(pictures: dict[Fraction, Path], tmp_path: Path) -> None:
    storyboard = board(
        [panel(1, words("One word.")), panel(2, words("Two words."))],
        [panel(3, words("Three of them."))],
        size_px=(320, 180),
    )
    draw(composed(storyboard), pictures, tmp_path / "a.pdf")
    with pikepdf.open(tmp_path / "a.pdf") as pdf:
        assert pdf.Root.MarkInfo.Marked
        found = list(_elements(pdf.Root.StructTreeRoot.K))
        figures = [str(one.Alt) for one in found if one.S == "/Figure"]
        assert [text.partition(",")[0] for text in figures[1:]] == ["Panel 1", "Panel 2", "Panel 1"]
        paragraphs = [one for one in found if one.S == "/P"]
        assert len(paragraphs) >= 3
        for key, owners in _pairs(pdf.Root.StructTreeRoot.ParentTree.Nums):
            page = pdf.pages[int(key)]
            for mark, element in enumerate(owners):
                assert element.Pg.objgen == page.obj.objgen and mark in [int(kid) for kid in element.K]


def _elements(node: Any) -> Iterator[Any]:
    yield node
    for kid in node.get("/K", []):
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            yield from _elements(kid)


def _pairs(numbers: Any) -> list[tuple[Any, Any]]:
    return list(zip(list(numbers)[::2], list(numbers)[1::2], strict=True))


def test_the_file_says_that_it_is_archival(pictures: dict[Fraction, Path], tmp_path: Path) -> None:
    draw(composed(board([panel(1, words("A word."))], size_px=(320, 180))), pictures, tmp_path / "a.pdf")
    with pikepdf.open(tmp_path / "a.pdf") as pdf:
        with pdf.open_metadata() as xmp:
            assert (xmp["pdfaid:part"], xmp["pdfaid:conformance"]) == ("2", "B")
        (intent,) = pdf.Root.OutputIntents
        assert bytes(intent.DestOutputProfile.read_bytes())[36:40] == b"acsp"
        assert not any("/Trans" in page.obj for page in pdf.pages)
        report = pikepdf.pdfa.check(pdf, "2b")
        assert report.passed, report.summary()
