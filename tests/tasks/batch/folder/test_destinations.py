"""Where comics go: a name of its own for every film, on every disk."""

import os
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from configs.errors import OutputError
from tasks.batch.folder.destinations import place_comics

FOLDER = Path("films")


def names(*films: str) -> list[str]:
    return [comic.name for comic in place_comics([FOLDER / film for film in films], FOLDER, None).values()]


def test_comics_lie_beside_their_films_and_never_share_a_name() -> None:
    placed = place_comics([FOLDER / "a.MP4", FOLDER / "a.avi", FOLDER / "b.mkv", FOLDER / "deep/c.webm"], FOLDER, None)
    assert [str(comic) for comic in placed.values()] == [
        "films/a.MP4.pdf",
        "films/a.avi.pdf",
        "films/b.pdf",
        "films/deep/c.pdf",
    ]


def test_comics_keep_the_tree_elsewhere(tmp_path: Path) -> None:
    film = tmp_path / "films" / "deep" / "c.webm"
    assert place_comics([film], tmp_path / "films", tmp_path / "out")[film] == tmp_path / "out" / "deep" / "c.pdf"
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError):
        place_comics([film], tmp_path / "films", tmp_path / "file")


def test_a_film_named_like_anothers_comic_gets_its_own() -> None:
    assert names("ep1.mkv", "ep1.mp4", "ep1.mkv.mp4") == ["ep1.mkv.pdf", "ep1.mp4.pdf", "ep1.mkv.mp4.pdf"]


COMPOSED, APART = (unicodedata.normalize(form, "é.mkv") for form in ("NFC", "NFD"))
TWINS = [("A.mkv", "a.mkv"), (COMPOSED, APART), ("Straße.mkv", "STRASSE.mkv")]


def test_names_that_some_disks_take_for_one_are_told_apart() -> None:
    assert names("A.mkv", "a.mp4") == ["A.mkv.pdf", "a.mp4.pdf"]
    assert len(set(names("a.mkv", "a.MKV"))) == 2


@pytest.mark.parametrize("twins", TWINS)
def test_twins_beside_each_other_are_on_a_disk_that_tells_them_apart(twins: tuple[str, str]) -> None:
    assert names(*twins) == [f"{name[:-4]}.pdf" for name in twins]


@pytest.mark.parametrize("twins", TWINS)
def test_twins_get_names_of_their_own_on_another_disk(twins: tuple[str, str], tmp_path: Path) -> None:
    comics = list(place_comics([FOLDER / name for name in twins], FOLDER, tmp_path).values())
    assert [comic.name.partition("~")[0] for comic in comics] == list(twins)
    assert comics[0].name[-10:] != comics[1].name[-10:]


def test_folders_that_some_disks_take_for_one_are_told_apart(tmp_path: Path) -> None:
    films = [tmp_path / "Show" / "a.mkv", tmp_path / "show" / "a.mkv"]
    comics = place_comics(films, tmp_path, tmp_path / "out").values()
    assert len({str(comic).casefold() for comic in comics}) == 2


def test_a_comic_is_not_named_like_a_folder_of_comics(tmp_path: Path) -> None:
    films = [tmp_path / "a.mkv", tmp_path / "a.pdf" / "b.mkv"]
    assert place_comics(films, tmp_path, tmp_path / "out")[films[0]].name == "a.mkv.pdf"


@pytest.mark.parametrize("stem", ["x" * 252, "漫" * 84, "\U0001f3ac" * 63, "\udcff" * 252])
def test_a_name_too_long_with_its_suffix_is_cut_at_a_letter(stem: str) -> None:
    (name,) = names(f"{stem}.ts")
    assert len(os.fsencode(name)) <= 255 and name.endswith(".pdf") and name.startswith(stem[:40])
    assert len(set(names(f"{stem}.ts", f"{stem}.TS"))) == 2


@given(
    st.lists(st.text("aAé.\u0301", min_size=1, max_size=4), min_size=1, max_size=8), st.sampled_from([".pdf", ".mkv"])
)
def test_no_two_films_ever_share_a_comic(stems: list[str], suffix: str) -> None:
    films = sorted({FOLDER / f"{stem}{kind}" for stem in stems for kind in (".mkv", ".MKV", ".mp4", ".pdf.mkv")})
    placed = place_comics(films, FOLDER, Path("out"), suffix)
    assert list(placed) == films
    folded = {unicodedata.normalize("NFC", str(comic)).casefold() for comic in placed.values()}
    assert len(folded) == len(films)
    assert placed == place_comics(films, FOLDER, Path("out"), suffix), "the same at every run"
    assert len(set(place_comics(films, FOLDER, None, suffix).values())) == len(films)
