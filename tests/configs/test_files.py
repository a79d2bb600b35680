"""Writing beside and renaming: whole or not at all."""

import errno
from pathlib import Path

import pytest

from configs.errors import OutputError
from configs.files import beside, write_text


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    target = tmp_path / "comic.pdf"
    target.write_text("old")
    with pytest.raises(RuntimeError), beside(target) as draft:
        draft.write_text("half")
        raise RuntimeError
    assert [path.name for path in tmp_path.iterdir()] == ["comic.pdf"] and target.read_text() == "old"


def test_folders_are_made_and_the_suffix_is_kept(tmp_path: Path) -> None:
    with beside(tmp_path / "a" / "b" / "x.png") as draft:
        assert draft.suffix == ".png"
        draft.write_bytes(b"1")
    assert (tmp_path / "a/b/x.png").read_bytes() == b"1"


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EACCES, errno.EROFS])
def test_what_the_system_refuses_is_told_in_one_line(tmp_path: Path, number: int) -> None:
    with pytest.raises(OutputError) as caught, beside(tmp_path / "x.pdf"):
        raise OSError(number, "refused")
    assert str(tmp_path / "x.pdf") in str(caught.value) and caught.value.exit_code == 2
    assert list(tmp_path.iterdir()) == []


def test_an_input_that_cannot_be_read_is_not_blamed_on_the_output(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), beside(tmp_path / "x.pdf"):
        (tmp_path / "missing").read_text()


def test_a_file_in_place_of_a_folder(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("")
    with pytest.raises(OutputError, match=r"a/x\.json"):
        write_text(tmp_path / "a" / "x.json", "{}")
