"""Folders of films: what is taken for a film, and that nothing is left out in silence."""

from pathlib import Path

import pytest

from configs.errors import InputError
from tasks.batch.folder.finding import gather_films


def fill(folder: Path, *names: str) -> Path:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return fill(tmp_path / "films", "b.mkv", "a.MP4", "a.srt", ".hidden.mp4", "deep/c.webm", "a.avi")


def taken(folder: Path, recursive: bool = True, **asked: object) -> tuple[list[str], str]:
    """Return the films, relative to the folder, and all that is told."""
    found = gather_films(folder, recursive, **asked)  # type: ignore[arg-type]
    return [str(film.relative_to(folder)) for film in found.films], "\n".join(found.notes)


def test_films_are_found_in_order(folder: Path) -> None:
    assert taken(folder, recursive=False)[0] == ["a.MP4", "a.avi", "b.mkv"]
    assert taken(folder)[0][-1] == "deep/c.webm"


def test_films_that_are_read_or_refused_by_name_are_found(tmp_path: Path) -> None:
    names = ["a.RMVB", "b.wtv", "c.dvr-ms", "d.mjpeg", "e.hevc", "f.m2v", "g.divx", "h.f4v", "i.3g2", "j.vro"]
    fill(tmp_path, "list.m3u8", "cut.ffconcat", "song.ogg", "cover.png", "words.sub", "words.idx", *names)
    assert taken(tmp_path) == (names, "")


@pytest.mark.parametrize("name", ["missing", "films/a.srt", "empty"])
def test_what_holds_no_film_is_told(folder: Path, name: str) -> None:
    (folder.parent / "empty").mkdir()
    with pytest.raises(InputError) as caught:
        gather_films(folder.parent / name, recursive=False)
    assert str(folder.parent / name) in str(caught.value)


def test_hidden_and_system_folders_are_not_looked_into_and_told(folder: Path) -> None:
    names = [".Trash-1000/files/x.mkv", "deep/@eaDir/c.webm", "#recycle/y.mp4", "lost+found/z.mp4", ".git/a.mp4"]
    films, told = taken(fill(folder, *names))
    assert films == ["a.MP4", "a.avi", "b.mkv", "deep/c.webm"]
    for name in (".Trash-1000/", "@eaDir/", "#recycle/", "lost+found/", ".hidden.mp4"):
        assert name in told
    assert "\n" not in told


def test_a_linked_folder_is_looked_through_once(folder: Path) -> None:
    fill(folder.parent / "elsewhere", "linked.mp4", "more/far.mp4")
    (folder / "Linked").symlink_to("../elsewhere")
    (folder / "Again").symlink_to("../elsewhere")
    (folder / "film link.mp4").symlink_to("b.mkv")
    films, told = taken(folder)
    assert films[-1] == "film link.mp4" or "film link.mp4" in films
    assert [name for name in films if "linked.mp4" in name or "far.mp4" in name] == [
        "Again/linked.mp4",
        "Again/more/far.mp4",
    ]
    assert "Linked" in told and "already" in told


def test_links_in_a_circle_end_and_are_told(folder: Path) -> None:
    (folder / "deep" / "top").symlink_to("..")
    (folder / "above").symlink_to("../..")
    (folder / "itself").symlink_to("itself")
    (folder / "gone.mp4").symlink_to("nothing.mp4")
    fill(folder.parent, "beside.mp4")
    films, told = taken(folder)
    assert films == ["a.MP4", "a.avi", "b.mkv", "deep/c.webm"]
    assert "deep/top" in told and "above" in told


def test_a_folder_that_cannot_be_read_is_one_line(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(folder, "locked/x.mkv")
    inside = Path.iterdir

    def refused(path: Path) -> object:
        if path.name == "locked":
            raise PermissionError(13, "Permission denied", str(path))
        return inside(path)

    monkeypatch.setattr(Path, "iterdir", refused)  # rights do not bind root, whom tests may run as
    films, told = taken(folder)
    assert films == ["a.MP4", "a.avi", "b.mkv", "deep/c.webm"]
    assert "locked cannot be read (Permission denied)" in told


def test_folders_as_deep_as_the_system_bears_are_looked_through(tmp_path: Path) -> None:
    fill(tmp_path, "/".join(["d"] * 900) + "/x.mkv")
    assert len(gather_films(tmp_path, recursive=True).films) == 1


def test_extras_are_left_out_and_told_unless_asked_for(folder: Path) -> None:
    fill(folder, "b-trailer.mp4", "b.sample.mkv", "sample/x.mkv")
    films, told = taken(folder)
    assert films == ["a.MP4", "a.avi", "b.mkv", "deep/c.webm"]
    assert "b-trailer.mp4" in told and "b.sample.mkv" in told and "sample/x.mkv" in told and "--extras" in told
    assert len(taken(folder, extras=True)[0]) == 7


def test_a_folder_of_trailers_gives_their_comics(tmp_path: Path) -> None:
    films, told = taken(fill(tmp_path / "Trailers", "a-trailer.mp4", "b-trailer.mp4"))
    assert films == ["a-trailer.mp4", "b-trailer.mp4"] and "trailers" in told


def test_excluded_names_are_left_out_and_told(folder: Path) -> None:
    films, told = taken(folder, exclude=("A.*", "deep", "*.none"))
    assert films == ["b.mkv"]
    assert "a.MP4" in told and "deep/c.webm" in told and "--exclude *.none: no film" in told
    with pytest.raises(InputError, match="--exclude"):
        gather_films(folder, recursive=True, exclude=("*",))


def test_a_name_of_two_lines_or_of_bytes_is_told_in_one(folder: Path) -> None:
    fill(folder, "two\nlines-trailer.mp4", "byte\udcff-trailer.mp4")
    _, told = taken(folder)
    assert (
        "two lines-trailer.mp4" in told
        and "byte\ufffd-trailer.mp4" in told
        and "\n" not in told.replace(".hidden.mp4\n", "")
    )


def test_the_work_folder_is_no_folder_of_films(folder: Path) -> None:
    fill(folder, "work/names/x/b.mkv")
    assert taken(folder, work=folder / "work")[0] == ["a.MP4", "a.avi", "b.mkv", "deep/c.webm"]
