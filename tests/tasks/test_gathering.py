"""Folders of films: what is taken for a film, and where each comic goes."""

from pathlib import Path

import pytest

from configs.errors import InputError, OutputError
from tasks.gathering import find_films, place_comics


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("b.mkv", "a.MP4", "a.srt", ".hidden.mp4", "deep/c.webm", "a.avi"):
        path = tmp_path / "films" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")
    return tmp_path / "films"


def test_films_are_found_in_order(folder: Path) -> None:
    assert [film.name for film in find_films(folder, recursive=False)] == ["a.MP4", "a.avi", "b.mkv"]
    assert [film.name for film in find_films(folder, recursive=True)][-1] == "c.webm"


@pytest.mark.parametrize("name", ["missing", "films/a.srt", "empty"])
def test_what_holds_no_film_is_told(folder: Path, name: str) -> None:
    (folder.parent / "empty").mkdir()
    with pytest.raises(InputError) as caught:
        find_films(folder.parent / name, recursive=False)
    assert str(folder.parent / name) in str(caught.value)


def test_comics_lie_beside_their_films_and_never_share_a_name(folder: Path) -> None:
    films = find_films(folder, recursive=True)
    placed = place_comics(films, folder, None)
    assert [placed[film].name for film in films] == ["a.MP4.pdf", "a.avi.pdf", "b.pdf", "c.pdf"]
    assert placed[films[-1]].parent == folder / "deep"


def test_comics_keep_the_tree_elsewhere(folder: Path, tmp_path: Path) -> None:
    films = find_films(folder, recursive=True)
    assert place_comics(films, folder, tmp_path / "out")[films[-1]] == tmp_path / "out" / "deep" / "c.pdf"
    with pytest.raises(OutputError):
        place_comics(films, folder, films[0])
