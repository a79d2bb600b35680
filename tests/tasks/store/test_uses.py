"""Who uses a store, when it was used last, which layout a work folder has: noted, and believed no longer than true."""

import os
import time
from pathlib import Path

import pytest

from configs.disk.processes import mark
from configs.errors import OutputError
from tasks.store import uses
from tasks.store.store import open_store
from tasks.store.uses import LAYOUT, check_layout, forget, last_use_s, note_use, upkeep_folder, users_of


def dead_mark() -> str:
    """The mark of a process of this machine that has ended."""
    host, pid, born = mark().split("-")
    return f"{host}-{pid}-{'0' if born[0] != '0' else '1'}{born[1:]}"


def test_whoever_opens_a_store_uses_it_until_its_process_ends(tmp_path: Path) -> None:
    root = tmp_path / "work" / ("ab" * 8)
    assert users_of(root) == [] and last_use_s(root) is None
    open_store(root)
    (user,) = users_of(root)
    assert user.here and user.pid == os.getpid() and time.time() - user.since_s < 60
    assert users_of(root.with_name("cd" * 8)) == []
    uses._end_use(upkeep_folder(root) / mark(), os.getpid() + 1)
    assert users_of(root), "a child that ends is not its parent"
    used_s = last_use_s(root)
    uses._end_use(upkeep_folder(root) / mark(), os.getpid())
    assert users_of(root) == [] and last_use_s(root) == used_s


def test_a_process_that_was_killed_is_no_user(tmp_path: Path) -> None:
    root = tmp_path / "store"
    folder = upkeep_folder(root)
    folder.mkdir(parents=True)
    (folder / dead_mark()).touch()
    assert users_of(root) == []
    note_use(root)
    assert [note.name for note in folder.iterdir()] == [mark()], "the next one sweeps"


def test_a_process_of_another_machine_is_believed_for_a_day(tmp_path: Path) -> None:
    root = tmp_path / "store"
    folder = upkeep_folder(root)
    folder.mkdir(parents=True)
    note = folder / "ffffff-12-abcdef12"
    note.touch()
    assert [user.here for user in users_of(root)] == [False]
    os.utime(note, (time.time() - 90_000, time.time() - 90_000))
    assert users_of(root) == []
    assert users_of(root, changed_s=time.time() - 60), "it has written since"
    note_use(root)
    assert note.exists(), "who cannot be asked is not swept"


def test_forgetting_leaves_who_uses_a_new_store(tmp_path: Path) -> None:
    root = tmp_path / "store"
    note_use(root)
    (upkeep_folder(root) / "a.json").write_text("{}")
    forget(root)
    assert [note.name for note in upkeep_folder(root).iterdir()] == [mark()]
    uses._end_use(upkeep_folder(root) / mark(), os.getpid())
    forget(root)
    assert not upkeep_folder(root).exists()


def test_a_work_folder_of_a_newer_release_is_refused_and_an_older_one_read(tmp_path: Path) -> None:
    work = tmp_path / "work"
    assert check_layout(work) == 0
    open_store(work / "store")
    assert check_layout(work) == LAYOUT
    note = work / uses.UPKEEP / "layout"
    for told, wrong in ((str(LAYOUT + 1), "of a newer release"), ("", "does not tell"), ("\xb2", "does not tell")):
        note.write_bytes(told.encode("latin-1"))
        with pytest.raises(OutputError, match=wrong) as caught:
            open_store(work / "other")
        assert caught.value.cure and "\n" not in str(caught.value) and not (work / "other").exists()
