"""Names that are no text: a film is worked on by a link, and its comic lies beside it under its own name."""

import os
from pathlib import Path

import pytest

from configs.errors import FilmError, InputError
from film.words.subtitles.beside import find_beside
from tasks.batch.folder.plain import plain_folder, plain_names

STEM = os.fsdecode(b"Caf\xe9 \xff")


@pytest.fixture
def film(tmp_path: Path) -> Path:
    (tmp_path / f"{STEM}.mkv").write_bytes(b"film")
    return tmp_path / f"{STEM}.mkv"


def test_a_plain_name_stays_as_it_is(tmp_path: Path) -> None:
    with plain_names(tmp_path / "é.mkv", None, tmp_path / "work", ".pdf") as named:
        assert (named.film, named.out) == (tmp_path / "é.mkv", None)
        assert named.place(tmp_path / "é.pdf") == tmp_path / "é.pdf"
    assert not (tmp_path / "work").exists()


def test_a_film_of_bytes_has_its_words_beside_its_link(film: Path) -> None:
    film.with_name(f"{STEM}.en.srt").write_text("words")
    (film.parent / "other.srt").write_text("not its own")
    with plain_names(film, None, film.parent / "work", ".pdf") as named:
        str(named.film).encode()
        assert named.film.read_bytes() == b"film"
        assert [(one.path.read_text(), one.language) for one in find_beside(named.film)] == [("words", "en")]
    film.with_name(f"{STEM}.en.srt").unlink()
    with plain_names(film, None, film.parent / "work", ".pdf") as named:
        assert find_beside(named.film) == ()


def test_a_film_of_bytes_has_its_words_from_a_folder_of_subtitles(film: Path) -> None:
    (film.parent / "Subs").mkdir()
    for name in ("2_English.srt", "3_English.sdh.srt", "Portuguese (Brazil).forced.srt", "4_English AD.srt"):
        (film.parent / "Subs" / name).write_text(name)
    with plain_names(film, None, film.parent / "work", ".pdf") as named:
        found = {
            one.path.read_text(): (one.language, one.forced, one.hearing_impaired, one.described)
            for one in find_beside(named.film)
        }
    assert found == {
        "2_English.srt": ("en", False, False, False),
        "3_English.sdh.srt": ("en", False, True, False),
        "4_English AD.srt": ("en", False, False, True),
        "Portuguese (Brazil).forced.srt": ("pt-br", True, False, False),
    }
    film.with_name("another.mkv").write_bytes(b"film")
    with plain_names(film, None, film.parent / "work", ".pdf") as named:
        assert find_beside(named.film) == (), "nobody can tell whose these are"


def test_its_comic_is_put_beside_it_and_the_same_one_only_once(film: Path) -> None:
    with plain_names(film, None, film.parent / "work", ".pdf") as named:
        assert named.out is not None
        named.out.write_bytes(b"comic")
        comic = named.place(named.out)
        before, after = comic.stat(), named.place(named.out).stat()  # it is read, which the system may note
        assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
        named.out.write_bytes(b"another")
        assert named.place(named.out).read_bytes() == b"another"
    assert comic == film.with_suffix(".pdf")


def test_errors_name_the_film_and_not_its_link(film: Path) -> None:
    with pytest.raises(FilmError) as caught, plain_names(film, None, film.parent / "work", ".pdf") as named:
        raise FilmError("cannot be read", cure="copy it again", path=named.film)
    assert str(caught.value) == f"{film.parent}/Caf\ufffd \ufffd.mkv: cannot be read; copy it again"
    assert named.told(f"{named.film}: x") == f"{film.parent}/Caf\ufffd \ufffd.mkv: x"


def test_a_folder_of_bytes_is_used_by_a_link(tmp_path: Path) -> None:
    folder = tmp_path / STEM
    folder.mkdir()
    (folder / "a.mkv").write_bytes(b"film")
    found = plain_folder(folder, tmp_path / "work")
    str(found.link).encode()
    assert (found.link / "a.mkv").read_bytes() == b"film"
    assert found.real(found.link / "a.pdf") == folder / "a.pdf"


def test_a_work_folder_of_bytes_is_refused(film: Path) -> None:
    with (
        pytest.raises(InputError, match="--work"),
        plain_names(film, None, film.parent / STEM, ".pdf"),
    ):
        pass
