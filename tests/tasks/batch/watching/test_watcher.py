"""The watch without its flow: what is made is only noted, so that what it looks at and tells can be seen."""

import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from configs.errors import BatchError, InputError, ServerError
from configs.recipes.recipe import Recipe
from tasks.batch.outcomes import FilmOutcome, tell_end
from tasks.batch.watching import inbox as inboxes
from tasks.batch.watching import watcher
from tasks.batch.watching.bell import Bell
from tasks.batch.watching.examining import Examined
from tasks.batch.watching.inbox import Inbox, WatchWish
from tasks.batch.watching.watcher import watch_on, watch_once
from tasks.console.progress import tell

SETTLE_S = 0.2


class Batch:
    """Stands for the flow: notes which films are asked for, and tells that they are made."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.problem: Exception | None = None

    def __call__(self, folder: Path, only: tuple[str, ...], **_: object) -> None:
        self.asked += only
        if isinstance(self.problem, ServerError):
            raise self.problem
        for name in only:
            told = str(self.problem or "")
            outcome = FilmOutcome(film=folder / name, comic=None if told else folder / "a.pdf", problem=told)
            tell(tell_end(outcome, 1, 1))
        if self.problem:
            raise self.problem


@pytest.fixture
def film(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What is taken for a film: how films are opened is seen in test_examining.py."""
    monkeypatch.setattr(inboxes, "examine", lambda films, work: dict.fromkeys(films, Examined()))
    film = tmp_path / "film.mp4"
    film.write_bytes(b"film")
    return film


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "inbox"
    folder.mkdir()
    return folder


@pytest.fixture
def told() -> list[str]:
    return []


def inbox(folder: Path, told: list[str], **more: object) -> Inbox:
    recipe = Recipe(style="ink-line")
    return Inbox(WatchWish(folder, None, recipe, None, settle_s=SETTLE_S, **more), told.append)  # type: ignore[arg-type]


def put(film: Path, target: Path) -> None:
    target.write_bytes(film.read_bytes())


def test_each_film_is_made_once_and_again_when_it_changes(film: Path, folder: Path, told: list[str]) -> None:
    make = Batch()
    for name in ("a.mp4", "b.part.mp4", "c.mp4.part", ".d.mp4.Xa3b4C", "notes.txt"):
        put(film, folder / name)
    for _ in range(2):
        watch_once(inbox(folder, told), make)
    assert make.asked == ["a.mp4"]
    assert told == ["left out, named as what a copier has not finished: b.part.mp4"] * 2, "once by each process"
    (folder / "a.srt").write_text("1\n00:00:00,000 --> 00:00:00,500\nWords that came late.\n")
    watch_once(inbox(folder, told), make)
    assert make.asked == ["a.mp4"] * 2
    (folder / "a.toml").write_text('style = "ink-noir"\n')
    watch_once(inbox(folder, told), make)
    assert make.asked == ["a.mp4"] * 3
    with pytest.raises(InputError, match="cannot be watched"):
        inbox(folder / "none", told)


def test_a_failure_is_told_by_its_run_and_not_tried_in_a_loop(film: Path, folder: Path, told: list[str]) -> None:
    make = Batch()
    make.problem = BatchError("no words")
    put(film, folder / "a.mp4")
    assert [each.word for each in watch_once(inbox(folder, told), make)] == ["failed"]
    assert watch_once(inbox(folder, told), make) == [] and make.asked == ["a.mp4"]


def test_a_film_that_never_settles_is_left_after_a_while(film: Path, folder: Path, told: list[str]) -> None:
    grown = folder / "grown.mp4"
    ended = threading.Event()

    def grow() -> None:
        while not ended.wait(0.05):
            with grown.open("ab") as stream:
                stream.write(b"x")

    thread = threading.Thread(target=grow)
    thread.start()
    put(film, folder / "a.mp4")
    (folder / "b.mp4").write_bytes(b"")
    (folder / "b.mp4.crdownload").write_bytes(b"half of it")
    make = Batch()
    watch_once(inbox(folder, told), make, most_s=2)
    ended.set()
    thread.join()
    assert make.asked == ["a.mp4"] and told == ["b.mp4: waits until b.mp4.crdownload beside it is gone"]


def watching(one: Inbox, make: Batch, told: list[str], steps: Callable[[], None]) -> None:
    """Watch by the clock while steps are taken, then stop as Ctrl-C does."""

    class Clock(Bell):
        def wait(self, most_s: float) -> None:
            if not thread.is_alive():
                raise KeyboardInterrupt
            time.sleep(min(most_s, 0.05))

    thread = threading.Thread(target=steps)
    thread.start()
    watch_on(one, make, Clock(one.wish.folder, False, True, told.append), told.append)


def until(what: Callable[[], object]) -> None:
    deadline = time.monotonic() + 20
    while not what():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_share_that_goes_is_waited_for_and_told_once(film: Path, folder: Path, told: list[str]) -> None:
    make, away = Batch(), folder.with_name("away")
    put(film, folder / "a.mp4")

    def steps() -> None:
        until(lambda: make.asked)
        folder.rename(away)
        until(lambda: told)
        time.sleep(0.3)
        put(film, away / "b.mp4")
        away.rename(folder)
        until(lambda: len(make.asked) == 2)

    watching(inbox(folder, told), make, told, steps)
    assert make.asked == ["a.mp4", "b.mp4"]
    assert told == [
        f"{folder}: it is gone (no such file or directory); it is waited for",
        f"{folder}: it is there again",
        f"{folder}: it is no longer watched",
    ]
    folder.rename(away)
    inbox(folder, told)  # it is known: a service that starts while its share is away waits too
    with pytest.raises(InputError, match="the folder is gone"):
        watch_once(inbox(folder, told), make)


def test_a_server_that_is_away_is_told_once(
    film: Path, folder: Path, told: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    make = Batch()
    make.problem = ServerError("does not answer")
    put(film, folder / os.fsdecode(b"caf\xe9.mp4"))

    def steps() -> None:
        until(lambda: len(make.asked) > 2)
        make.problem = None
        until(lambda: len(told) > 1)

    watching(inbox(folder, told), make, told, steps)
    assert set(make.asked) == {"caf\\xe9.mp4"}
    assert told[0] == "does not answer; it is tried again every minute" and told[1].endswith("it goes on")
    assert len(told) == 3 and watcher._AGAIN_S == 60


def test_a_run_that_tells_nothing_of_a_film_is_not_repeated(film: Path, folder: Path, told: list[str]) -> None:
    asked: list[str] = []
    put(film, folder / "a.mp4")
    for _ in range(2):
        watch_once(inbox(folder, told), lambda only, **_: asked.extend(only))
    assert asked == ["a.mp4"]


def test_what_is_cut_short_gets_more_time_and_what_is_broken_is_told_once(
    film: Path, folder: Path, told: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    found = {"short.mkv": Examined(whole=False), "broken.mp4": Examined(problem="broken.mp4: no film", whole=False)}
    monkeypatch.setattr(inboxes, "examine", lambda films, work: {film: found[film.name] for film in films})
    make, began = Batch(), time.monotonic()
    for name in found:
        put(film, folder / name)
    ended = watch_once(inbox(folder, told), make)
    assert time.monotonic() - began >= 6 * SETTLE_S
    assert make.asked == ["short.mkv"] and sorted(each.word for each in ended) == ["failed", "made"]
    assert watch_once(inbox(folder, told), make) == [] and told == ["failed: broken.mp4: no film"]
    put(film, folder / "broken.mp4")
    watch_once(inbox(folder, told), make)
    assert told == ["failed: broken.mp4: no film"] * 2, "it has changed"
