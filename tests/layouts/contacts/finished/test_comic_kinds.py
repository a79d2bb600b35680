"""Finished comics read back: ours in every kind of file, other people's, and files made to do damage."""

import io
import zipfile
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from configs.errors import InputError
from layouts.book.storyboard import Series
from layouts.contacts.finished.comic_kinds import COMIC_KINDS, draw_page, read_comic
from layouts.contacts.finished.zip_reading import small_jpeg
from tests.hostile import HOSTILE, is_harmless
from tests.layouts.finished_comics import cbz, picture, real_book, shade

SIZE_PX = (200, 300)


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    series = Series(name="The Show", season=2, number=3, part="Pilot")
    return real_book(tmp_path_factory.mktemp("book"), title="The Show", language="vi", series=series)


@pytest.mark.parametrize("suffix", COMIC_KINDS)
def test_our_own_comics_tell_what_they_are(book: Path, suffix: str) -> None:
    told = read_comic(book.with_suffix(suffix))
    assert (told.series, told.number, told.language, told.rtl) == ("The Show", "3", "vi", True)
    assert (told.title, told.volume, told.pages) == ("Pilot", 2, 2)


@pytest.mark.parametrize("suffix", COMIC_KINDS)
def test_our_own_comics_show_their_pages(book: Path, suffix: str) -> None:
    path = book.with_suffix(suffix)
    for number in (None, 0, 1):
        with Image.open(io.BytesIO(draw_page(path, number, SIZE_PX)), formats=["JPEG"]) as page:
            assert page.width <= SIZE_PX[0] and page.height <= SIZE_PX[1] and page.height > 0.9 * SIZE_PX[1]
            red, green, _ = page.convert("RGB").resize((1, 1)).getpixel((0, 0))  # type: ignore[misc]
            assert red > green + 20, "the panels' red is on it"
    for number in (-1, 2):
        with pytest.raises(InputError, match="no such page"):
            draw_page(path, number, SIZE_PX)


def test_a_film_that_is_no_episode_is_in_no_series(tmp_path: Path) -> None:
    pdf = real_book(tmp_path, title="The Film", language="", edition="phone")
    for suffix in COMIC_KINDS:
        told = read_comic(pdf.with_suffix(suffix))
        assert (told.title, told.series, told.number, told.language, told.rtl) == ("The Film", "", "", "", False)


def test_pages_of_a_cbz_come_as_people_count(tmp_path: Path) -> None:
    path = cbz(tmp_path / "a.cbz", *range(10, 230, 20), Writer="A, B", Penciller="B")
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("__MACOSX/._page 1.jpg", b"")
        archive.writestr(".hidden.jpg", b"")
    told = read_comic(path)
    assert told.pages == 11 and told.authors == ("A", "B")
    assert [shade(draw_page(path, number, SIZE_PX)) for number in (None, 0, 1, 10)] == [10, 10, 30, 210]


def test_pictures_are_handed_on_or_made_small() -> None:
    fitting = picture(90)
    assert small_jpeg(fitting, SIZE_PX) is fitting
    for kind, mode in (("PNG", "RGBA"), ("PNG", "P"), ("WEBP", "RGB"), ("JPEG", "CMYK"), ("JPEG", "RGB")):
        with Image.open(io.BytesIO(small_jpeg(picture(90, (900, 900), kind, mode), SIZE_PX))) as made:
            assert (made.format, made.mode, made.size) == ("JPEG", "RGB", (200, 200))


def broken(folder: Path, how: str) -> Path:
    path = folder / f"a{'.pdf' if 'pdf' in how else '.epub' if 'epub' in how else '.cbz'}"
    if how in ("empty", "empty pdf"):
        path.write_bytes(b"")
    elif how in ("text", "text pdf", "text epub"):
        path.write_text("no comic")
    elif how == "cut":
        path.write_bytes(cbz(path, 10, 20).read_bytes()[:-30])
    elif how == "without pages":
        cbz(path)
    elif how == "locked pdf":
        pdf = pikepdf.new()
        pdf.add_blank_page()
        pdf.save(path, encryption=pikepdf.Encryption(user="secret", owner="secret"))
    else:
        bomb = '<!DOCTYPE a [<!ENTITY b "bb">]><container>&b;</container>'
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("META-INF/container.xml", bomb if "bomb" in how else "<container/>")
    return path


@pytest.mark.parametrize(
    ("how", "told"),
    [
        ("empty", "is empty"),
        ("empty pdf", "is empty"),
        ("text", "no zip file"),
        ("text pdf", "damaged"),
        ("text epub", "no zip file"),
        ("cut", "no zip file"),
        ("without pages", "no page"),
        ("locked pdf", "password"),
        ("bomb epub", "entities"),
        ("no package epub", "not named"),
    ],
)
def test_what_is_wrong_is_told_in_a_few_words(tmp_path: Path, how: str, told: str) -> None:
    with pytest.raises(InputError, match=told) as found:
        read_comic(broken(tmp_path, how))
    assert len(found.value.problem) < 60


def test_a_damaged_page_is_one_that_cannot_be_drawn(tmp_path: Path) -> None:
    path = tmp_path / "a.cbz"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("1.jpg", picture(10, (900, 900))[:500])
        archive.writestr("2.jpg", b"<svg/>")
    assert read_comic(path).pages == 2
    for number in (None, 0, 1):
        with pytest.raises(InputError):
            draw_page(path, number, SIZE_PX)


def test_words_from_a_file_are_harmless(tmp_path: Path) -> None:
    shown = HOSTILE.encode("utf-8", "replace").decode()
    pdf = pikepdf.new()
    pdf.add_blank_page()
    pdf.docinfo["/Title"], pdf.docinfo["/Author"] = shown, shown * 50
    pdf.Root.Lang = pikepdf.String("<b>")
    pdf.save(tmp_path / "a.pdf")
    told = read_comic(tmp_path / "a.pdf")
    assert is_harmless(told.title) and is_harmless(told.authors[0]) and len(told.authors[0]) <= 300
    assert told.language == ""


def test_a_damaged_comic_info_does_not_hide_the_pages(tmp_path: Path) -> None:
    assert read_comic(cbz(tmp_path / "a.cbz", 10, info="<ComicInfo><Title>")).pages == 1
