"""`make comic FILM=...`: the name reaches the program as it was given."""

import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from tests.material import ROOT

NAMES = [
    *(
        "plain.mkv",
        "two words.mkv",
        "$HOME.mkv",
        "a$b.mkv",
        "a#b.mkv",
        "it's `id`.mkv",
        'a"b".mkv',
        "-x.mkv",
        "a%b\\c.mkv",
    ),
    *(
        "two\nlines.mkv",
        "x=y:z.mkv",
        "{a}[b]*?.mkv",
        "a;b&c|d>e.mkv",
        "$(shell touch made-by-make)",
        "$(error x)",
        "b\udcff.mkv",
    ),
]


@pytest.fixture
def venv(tmp_path: Path) -> Path:
    """An environment that is made already, and whose program only says what it was given."""
    if shutil.which("make") is None:
        pytest.skip("make is not installed")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "python").write_text("")
    program = tmp_path / "bin" / "filmcomic"
    program.write_text('#!/bin/sh\nprintf "%s\\0" "$@"\n')
    program.chmod(0o755)
    for name in (".installed", ".torch"):
        (tmp_path / name).write_text("")
        os.utime(tmp_path / name, (time.time() + 60,) * 2)
    return tmp_path


def given(venv: Path, *arguments: str, **environment: str) -> list[str]:
    """Return the arguments that the program got."""
    command = ["make", "-s", "-C", str(ROOT), f"VENV={venv}", *arguments]
    done = subprocess.run(command, env={**os.environ, **environment}, capture_output=True, check=True)
    assert not (ROOT / "made-by-make").exists()
    return [os.fsdecode(word) for word in done.stdout.split(b"\0")[:-1]]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_taken_as_it_is(venv: Path, name: str) -> None:
    words = given(venv, "comic", f"FILM={name}", f"OUT=to {name}", "STYLE=ink-line", "ARGS=--pages 3")
    assert words == ["make", "-o", f"to {name}", "--style", "ink-line", "--pages", "3", "--", name]


def test_a_film_may_be_named_by_the_environment(venv: Path) -> None:
    assert given(venv, "comic", FILM="$HOME.mkv")[-2:] == ["--", "$HOME.mkv"]
    assert given(venv, "demo")[:2] == ["demo", "--style"]
