"""Films that cannot be read are known without a run, when nothing else is to be done."""

from pathlib import Path

import pytest

import tasks.batch.apart.refusing
from tasks.batch.apart.refusing import all_refused
from tests.film.drawn import draw, numbered


def test_refusals_are_told_when_there_is_nothing_else(tmp_path: Path) -> None:
    films = [tmp_path / name for name in ("a.mkv", "two\nlines.mkv")]
    for film in films:
        film.write_bytes(b"\0" * 5000)
    told = all_refused(films)
    assert list(told) == films and all("cannot be read" in line and "\n" not in line for line in told.values())
    odd = tmp_path / "b\udcff.mkv"
    odd.write_bytes(b"\0" * 5000)
    assert all_refused([*films, odd]) == {}, "it is left to a run, which works on it under another name"
    assert all_refused([films[0], draw(tmp_path / "good.mp4", numbered, count=5), films[1]]) == {}


def test_a_film_that_crashes_what_opens_it_is_left_to_a_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    crash = {**tasks.batch.apart.refusing.python("x"), "args": ["sh", "-c", "kill -SEGV $$"]}
    monkeypatch.setattr(tasks.batch.apart.refusing, "python", lambda module: crash)
    assert all_refused([tmp_path / "a.mkv"]) == {}
