"""A film is whole that can be read to the end that it promises; one that crashes its reader stops no other."""

import os
from pathlib import Path
from typing import Any

import pytest

from tasks.batch.watching import examining
from tasks.batch.watching.examining import Examined, examine
from tests.film.drawn import draw, numbered


def test_whole_cut_short_and_broken_are_told_apart(tmp_path: Path) -> None:
    whole = draw(tmp_path / "whole.mp4", numbered, count=20)
    odd = tmp_path / os.fsdecode(b"caf\xe9.mp4")
    odd.write_bytes(whole.read_bytes())
    matroska = draw(tmp_path / "a.mkv", numbered, count=200).read_bytes()
    short = tmp_path / "short.mkv"
    short.write_bytes(matroska[: len(matroska) // 2])
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(whole.read_bytes()[:900])
    found = examine([broken, whole, short, odd], tmp_path / "work")
    assert found[whole] == found[odd] == Examined()
    assert found[short] == Examined(whole=False)
    assert found[broken].problem.startswith(f"{broken}: its index (moov) is missing")


def test_a_film_that_crashes_its_reader_stops_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The stand-in answers for two films a time and dies at each film that is called crash."""
    script = """
while read -r film; do
    case "$film" in *6372617368*) kill -SEGV $$;; esac
    echo '{"whole": true}'
done
"""
    crash: dict[str, Any] = {**examining.python("x"), "args": ["sh", "-c", script]}
    monkeypatch.setattr(examining, "python", lambda module: crash)
    films = [Path(name) for name in ("/a.mp4", "/crash.mp4", "/b.mp4", "/c.mp4")]
    found = examine(films, tmp_path)
    assert [found[film].whole for film in films] == [True, False, True, True]
    assert found[films[1]].problem == "/crash.mp4: reading it crashes or never ends; convert it, or get another copy"
