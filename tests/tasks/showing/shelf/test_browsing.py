"""The comics of a folder: which are found, which are left out, and what is read again."""

import os
import shutil
from pathlib import Path

import pytest

from configs.disk.files import beside
from configs.errors import InputError
from tasks.showing.shelf import browsing
from tasks.showing.shelf.browsing import ComicShelf, drawn_page, matching
from tests.layouts.finished_comics import cbz, real_book, shade


def names(shelf: ComicShelf) -> list[str]:
    return [one.entry.name for one in shelf.look()]


def test_comics_of_all_folders_are_found_and_nothing_hidden(tmp_path: Path) -> None:
    for name in ("b.cbz", "below/deep/a.CBZ", ".c.cbz", ".hidden/d.cbz", "@eaDir/e.cbz", "f.zip", "g.cbz.part"):
        cbz(tmp_path / name, 10)
    (tmp_path / "h.cbz").mkdir()
    with beside(tmp_path / "new.cbz") as draft:
        cbz(draft, 10)
        assert names(ComicShelf(tmp_path)) == ["a.CBZ", "b.cbz"], "a half-written one is none yet"
    found = {one.entry.name: one.entry.folder for one in ComicShelf(tmp_path).look()}
    assert found == {"a.CBZ": "below/deep", "b.cbz": "", "new.cbz": ""}


def test_links_out_of_the_folder_are_refused(tmp_path: Path) -> None:
    inside, outside = tmp_path / "in", tmp_path / "out"
    cbz(outside / "secret.cbz", 10)
    cbz(inside / "a.cbz", 10)
    (inside / "b.cbz").symlink_to("a.cbz")
    (inside / "out.cbz").symlink_to(outside / "secret.cbz")
    (inside / "gone.cbz").symlink_to("nothing.cbz")
    (inside / "ring.cbz").symlink_to("ring.cbz")
    (inside / "folder").symlink_to(outside)
    shelf = ComicShelf(inside)
    assert names(shelf) == ["a.cbz", "b.cbz"] and "out.cbz" in shelf.outside
    assert names(ComicShelf(inside / "folder")) == ["secret.cbz"], "a link that was asked for is followed"


def test_a_file_that_became_a_link_out_is_refused_at_once(tmp_path: Path) -> None:
    shelf = ComicShelf(cbz(tmp_path / "in" / "a.cbz", 10).parent)
    (one,) = shelf.look()
    one.path.unlink()
    one.path.symlink_to(cbz(tmp_path / "b.cbz", 10))
    assert shelf.find(one.entry.key) is None


def test_comics_are_read_once_until_they_change(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read = []
    real = browsing.read_comic
    monkeypatch.setattr(browsing, "read_comic", lambda path: (read.append(path.name), real(path))[1])
    cbz(tmp_path / "a.cbz", 10)
    cbz(tmp_path / "b.cbz", 10)
    shelf = ComicShelf(tmp_path)
    for _ in range(2):
        shelf.look()
    assert sorted(read) == ["a.cbz", "b.cbz"]
    cbz(tmp_path / "b.cbz", 10, 20)
    assert [one.entry.facts.pages for one in shelf.look() if one.entry.facts] == [1, 2]
    assert sorted(read) == ["a.cbz", "b.cbz", "b.cbz"]


def test_what_comes_and_goes_is_seen_at_the_next_look(tmp_path: Path) -> None:
    shelf = ComicShelf(tmp_path)
    assert shelf.look() == []
    cbz(tmp_path / "a.cbz", 10)
    (one,) = shelf.look()
    assert shelf.find(one.entry.key) == one and shade(drawn_page(one, None, (99, 99))) == 10
    cbz(tmp_path / "a.cbz", 200)
    again = shelf.find(one.entry.key)
    assert again is not None and again.tag != one.tag and shade(drawn_page(again, None, (99, 99))) == 200
    one.path.unlink()
    assert shelf.find(one.entry.key) is None and shelf.look() == []


def test_a_key_is_no_path(tmp_path: Path) -> None:
    shelf = ComicShelf(cbz(tmp_path / "in" / "a.cbz", 10).parent)
    shelf.look()
    for key in ("a.cbz", "../in/a.cbz", str(tmp_path / "in" / "a.cbz"), "", "\x00"):
        assert shelf.find(key) is None


def test_a_shelf_is_in_order_and_damaged_ones_come_last(tmp_path: Path) -> None:
    cbz(tmp_path / "1.cbz", 10, Title="Part", Series="Éclair", Number="10")
    cbz(tmp_path / "2.cbz", 10, Title="Part", Series="Éclair", Number="9")
    cbz(tmp_path / "3.cbz", 10, Title="Zebra")
    cbz(tmp_path / "film 10.cbz", 10)
    cbz(tmp_path / "film 9.cbz", 10)
    (tmp_path / "0.cbz").write_text("damaged")
    assert names(ComicShelf(tmp_path)) == ["2.cbz", "1.cbz", "film 9.cbz", "film 10.cbz", "3.cbz", "0.cbz"]


def test_files_of_one_name_are_one_comic(tmp_path: Path) -> None:
    pdf = real_book(tmp_path, title="The Film", language="")
    cbz(tmp_path / "below" / "book.cbz", 10, Title="Other")
    pdf.with_suffix(".epub").write_text("damaged")
    other, film, damaged = ComicShelf(tmp_path).look()
    assert [one.name for one in film.entry.files] == ["book.pdf", "book.cbz"] and "PDF, CBZ" in film.entry.details
    assert (other.entry.folder, damaged.entry.name) == ("below", "book.epub") and not other.entry.others
    assert matching([film], "book.cbz") == [film]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", 3),
        ("ECLAIR", 1),
        ("pilot show", 1),
        ("show pilot", 1),
        ("ann", 1),
        ("film", 1),
        ("film show", 0),
        (".cbz", 3),
    ],
)
def test_a_search_asks_for_all_words_whatever_their_accents(tmp_path: Path, query: str, found: int) -> None:
    cbz(tmp_path / "a.cbz", 10, Title="Éclair")
    cbz(tmp_path / "b.cbz", 10, Title="Pilot", Series="The Show", Writer="Ann")
    (tmp_path / "film.cbz").write_text("damaged")
    assert len(matching(ComicShelf(tmp_path).look(), query)) == found


def test_names_that_are_no_text_have_comics_too(tmp_path: Path) -> None:
    cbz(tmp_path / "a.cbz", 10)
    shutil.move(tmp_path / "a.cbz", os.fsencode(tmp_path) + b"/caf\xe9.cbz")
    (one,) = (shelf := ComicShelf(tmp_path)).look()
    assert one.entry.title == "café" and shelf.find(one.entry.key) == one


@pytest.mark.parametrize(("name", "told"), [("none", "no such folder"), ("a.cbz", "not a folder")])
def test_a_shelf_is_a_folder(tmp_path: Path, name: str, told: str) -> None:
    cbz(tmp_path / "a.cbz", 10)
    with pytest.raises(InputError, match=told):
        ComicShelf(tmp_path / name)
