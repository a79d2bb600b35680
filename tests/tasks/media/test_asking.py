"""Which files are photos and which are films, and where each goes; no input is ever overwritten."""

import os
from pathlib import Path

import pytest

from configs.errors import FilmcomicError, InputError, OutputError
from configs.recipes.recipe import Recipe
from tasks.media.asking import MediaOrder, check_media, take_media

INK = Recipe(style="ink-line")


def take(folder: Path, *names: str, out: str) -> MediaOrder:
    return take_media([folder / name for name in names], folder / out, INK, folder / "work")


def placed(order: MediaOrder) -> dict[str, str]:
    """Return the names of all outputs by their inputs'."""
    photos = {piece.source.name: piece.out.name for piece in order.photos}
    return photos | {clip.film.name: clip.out.name for clip in order.clips}


def test_a_folder_is_taken_by_its_names(tmp_path: Path) -> None:
    films = tmp_path / "in"
    films.mkdir()
    for name in ("a.JPG", "b.bmp", "c.mkv", "d.avi", "e.txt", "f.gif", ".g.png", "h.heic"):
        (films / name).touch()
    order = take(tmp_path, "in", out="out")
    assert placed(order) == {
        "a.JPG": "a.JPG", "b.bmp": "b.png", "c.mkv": "c.mkv", "d.avi": "d.mp4", "f.gif": "f.png", "h.heic": "h.png"
    }  # fmt: skip
    assert {piece.out.parent for piece in order.photos} == {tmp_path / "out"}
    assert [clip.film.name for clip in order.clips] == ["c.mkv", "d.avi"]


@pytest.mark.parametrize(
    ("name", "out", "kind"),
    [
        ("a.jpg", "b.webp", "photos"),
        ("a.gif", "b.mp4", "clips"),
        ("a.mkv", "b.webm", "clips"),
        ("a", "b.tif", "photos"),
    ],
)
def test_of_a_single_file_the_outputs_ending_decides(name: str, out: str, kind: str, tmp_path: Path) -> None:
    (tmp_path / name).touch()
    order = take(tmp_path, name, out=out)
    assert placed(order) == {name: out} and len(getattr(order, kind)) == 1


def test_a_name_that_is_no_text_keeps_no_other_from_being_painted(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / os.fsdecode(b"b\xff.jpg")).touch()
    with pytest.raises(InputError, match=r"b\ufffd\.jpg: its name.* is not UTF-8; rename it"):
        take(tmp_path, "in", out="out")
    (folder / "a.jpg").touch()
    order = take(tmp_path, "in", out="out")
    assert placed(order) == {"a.jpg": "a.jpg"} and order.count == 2
    assert [str(fault) for fault in order.faults()] == [
        f"{folder}/b\ufffd.jpg: its name, or that of a folder on the way, is not UTF-8; rename it"
    ]


def test_no_input_is_overwritten(tmp_path: Path) -> None:
    for name in ("a.jpg", "b.jpg"):
        (tmp_path / name).write_bytes(name.encode())
    (tmp_path / "other.jpg").symlink_to("a.jpg")
    for names, out in [(("a.jpg",), "a.jpg"), (("a.jpg",), "other.jpg"), (("a.jpg", "b.jpg"), "."), (("a.jpg",), ".")]:
        with pytest.raises(OutputError, match=r"one of the inputs, which are not overwritten; choose another -o"):
            take(tmp_path, *names, out=out)
    assert (tmp_path / "a.jpg").read_bytes() == b"a.jpg"


@pytest.mark.parametrize(
    ("names", "out", "told"),
    [
        ((), "out", "nothing is named"),
        (("a.jpg",), "b.psd", r"no \.psd is written; end the name in one of \.jpg"),
        (("a.gif", "a.bmp"), "out", r"would both be .*a\.png; rename one"),
        (("a.jpg", "b.jpg"), "file", r"file: is a file, and more than one is to be made; give a folder"),
        (("empty",), "out", r"empty: no photo and no film lies in it"),
    ],
)
def test_what_cannot_be_is_refused_at_once(names: tuple[str, ...], out: str, told: str, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").touch()
    with pytest.raises(FilmcomicError, match=told):
        take(tmp_path, *names, out=out)


def test_the_only_input_is_looked_at_before_a_server_is_brought_up(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(b"\0\0\0\x18ftypheic\0\0\0\0")
    (tmp_path / "a.mp4").write_bytes(b"no film")
    for name, told in [
        ("a.jpg", "HEIC"),
        ("a.mp4", "cannot be read as a film"),
        ("b.mp4", "no such file"),
        ("b.jpg", "no such file"),
    ]:
        with pytest.raises(InputError, match=told):
            check_media([tmp_path / name], tmp_path / f"out{Path(name).suffix}", INK, tmp_path / "work")
