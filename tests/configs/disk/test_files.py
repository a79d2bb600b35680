"""Writing beside and renaming: whole or not at all."""

import errno
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from configs.disk.files import beside, check_writable, is_same, sweep, temporary_folder, write_text
from configs.errors import OutputError
from tests.material import ROOT


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


def test_what_is_written_is_on_the_disk_before_it_takes_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A power cut after the rename must not leave an empty file where the old one was."""
    done: list[str] = []
    replace = Path.replace

    def replaced(draft: Path, target: Path) -> Path:
        done.append("renamed")
        return replace(draft, target)

    monkeypatch.setattr(os, "fsync", lambda number: done.append("flushed"))
    monkeypatch.setattr(Path, "replace", replaced)
    write_text(tmp_path / "a.json", "{}")
    assert done == ["flushed", "renamed"]


@pytest.mark.parametrize("name", [f"{'漫' * 83}.pdf", f"{'😀' * 62}.pdf", f"{'x' * 251}.pdf", "a" * 255])
def test_a_name_as_long_as_the_file_system_bears_is_written(tmp_path: Path, name: str) -> None:
    check_writable(tmp_path / name)
    write_text(tmp_path / name, "{}")
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_name_that_is_too_long_is_told_before_the_work(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="too long"):
        check_writable(tmp_path / f"{'漫' * 84}.pdf")


def test_trying_a_place_at_the_same_time_disturbs_nobody(tmp_path: Path) -> None:
    failed: list[Exception] = []

    def try_often() -> None:
        try:
            for _ in range(200):
                check_writable(tmp_path / "comic.pdf")
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=try_often) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == [] and list(tmp_path.iterdir()) == []


def test_leftovers_of_the_dead_are_swept_and_those_of_the_living_stay(tmp_path: Path) -> None:
    code = """
import os, signal, sys
from pathlib import Path
from configs.disk.files import beside, temporary_folder
with beside(Path(sys.argv[1], "comic.pdf")) as draft, temporary_folder(Path(sys.argv[1])) as folder:
    draft.write_bytes(b"half")
    (folder / "drawn0.pdf").write_bytes(b"half")
    os.kill(os.getpid(), signal.SIGKILL)
"""
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], cwd=ROOT, check=False)
    left = {path.name for path in tmp_path.iterdir()}
    assert len(left) == 2
    strangers = [tmp_path / ".comic.part.pdf", tmp_path / ".filmcomic-of-somebody", tmp_path / "comic.pdf"]
    for path in strangers:
        path.write_text("")
    with beside(tmp_path / "other.pdf") as draft, temporary_folder(tmp_path) as folder:
        draft.write_bytes(b"more")
        sweep(tmp_path)
        assert draft.exists() and folder.is_dir()
    assert {path.name for path in tmp_path.iterdir()} == {"other.pdf", *(path.name for path in strangers)}


def test_what_is_the_same_is_known_by_its_content(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"a")
    assert is_same(tmp_path / "a", "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb")
    assert not is_same(tmp_path / "a", "0" * 64) and not is_same(tmp_path / "b", "0" * 64)
    assert not is_same(tmp_path, "0" * 64)
