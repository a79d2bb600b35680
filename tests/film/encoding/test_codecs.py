"""Which codecs are at hand is asked of the program and the library themselves."""

import stat
from pathlib import Path

import pytest

from film.decoding.ffmpeg import FfmpegError
from film.encoding.codecs import DECODED, library_facts, program_facts


def program(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    path = folder / "ffmpeg"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("IMAGEIO_FFMPEG_EXE", str(path))


def test_what_is_installed_has_all_of_it() -> None:
    told = program_facts()
    assert (told.too_old, told.undecoded, told.missing_filters) == (False, (), ()) and told.version
    assert (library_facts().undecoded, library_facts().unencoded) == ((), ())


@pytest.mark.parametrize(
    ("first", "version", "too_old"),
    [
        ("ffmpeg version 5.1.9-0+deb12u1 Copyright", "5.1.9", True),
        ("ffmpeg version n9.0.2-17-g2a571b6068-20260930 Copyright", "9.0.2", False),
        ("ffmpeg version N-119035-g1234567 Copyright", "", False),
    ],
)
def test_a_poor_program_is_seen_through(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, first: str, version: str, too_old: bool
) -> None:
    rows = " V....D av1                  needs a graphics card"
    program(tmp_path, monkeypatch, f"case $2 in -version) echo '{first}';; *) echo '{rows}';; esac")
    told = program_facts()
    assert (told.version, told.too_old) == (version, too_old)
    assert told.undecoded == tuple(DECODED) and "zscale" in told.missing_filters


def test_a_program_that_does_not_run_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(tmp_path, monkeypatch, "exit 1")
    with pytest.raises(FfmpegError, match="does not run"):
        program_facts()
