"""The system tells of films that come, whatever their names, also after the folder itself went and came back."""

import os
import threading
import time
from pathlib import Path

import pytest

from tasks.batch.watching import bell as bells
from tasks.batch.watching.bell import Bell


def rings(bell: Bell, after: "threading.Timer") -> bool:
    """Tell whether something that happens in a moment ends the wait long before its time."""
    after.start()
    began = time.monotonic()
    bell.wait(20)
    after.join()
    return time.monotonic() - began < 10


def in_a_moment(work: object) -> threading.Timer:
    return threading.Timer(0.3, work)  # type: ignore[arg-type]


def test_it_rings_for_films_and_not_for_comics(tmp_path: Path) -> None:
    folder = tmp_path / "inbox"
    folder.mkdir()
    bell = Bell(folder, recursive=True, polling=False, tell=pytest.fail)
    bell.arm()
    assert rings(bell, in_a_moment(lambda: (folder / "a.mp4").write_bytes(b"x")))
    (folder / "a.pdf").write_bytes(b"its comic")
    began = time.monotonic()
    bell.wait(1.5)
    assert time.monotonic() - began >= 1.5
    odd = folder / os.fsdecode(b"caf\xe9.mp4")
    assert rings(bell, in_a_moment(lambda: odd.write_bytes(b"x"))), "a name that is no text"
    bell.arm()
    folder.rename(tmp_path / "away")
    folder.mkdir()
    bell.arm()
    assert rings(bell, in_a_moment(lambda: (folder / "b.mkv").write_bytes(b"x"))), "it listens to the new folder"


def test_without_the_system_it_goes_by_the_clock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []

    def full(*_: object, **__: object) -> object:
        raise OSError("OS file watch limit reached.")

    monkeypatch.setattr(bells, "watch", full)
    bell = Bell(tmp_path, recursive=False, polling=False, tell=told.append)
    bell.arm()
    bell.arm()
    assert len(told) == 1 and "watch limit reached" in told[0]
    assert bell.pause_s == bells.LOOK_S
