"""Pictures from all over a film, in whatever way it can be entered."""

import os
from fractions import Fraction
from functools import partial
from pathlib import Path

import av
import pytest

from film.decoding.developing.excerpts import PLACES, _Excerpt, by_bytes, by_time
from film.decoding.source import open_film, open_part
from tests.film.joined import joined, squared

SIZES = [(240, 180), (320, 180), (160, 90)]


def parts(folder: Path, suffix: str) -> list[Path]:
    return [squared(folder / f"{size[0]}{suffix}", size) for size in SIZES]


@pytest.mark.parametrize("suffix", [".mkv", ".mp4"])
def test_all_parts_are_seen_by_time(tmp_path: Path, suffix: str) -> None:
    with open_film(joined(tmp_path / f"joined{suffix}", parts(tmp_path, suffix))) as container:
        frames = by_time(container, container.streams.video[0], Fraction(0), Fraction(39, 25))
    assert len(frames) == PLACES
    assert {(frame.width, frame.height) for frame in frames} == set(SIZES)


@pytest.mark.parametrize(("suffix", "form"), [(".ts", "mpegts"), (".h264", "h264")])
def test_all_parts_are_seen_by_bytes(tmp_path: Path, suffix: str, form: str) -> None:
    path = joined(tmp_path / f"joined{suffix}", parts(tmp_path, suffix))
    with open_film(path) as container:
        ident = container.streams.video[0].id
    frames = by_bytes(path, partial(open_part, form=form), ident)
    assert {(240, 180), (320, 180), (160, 90)} >= {(frame.width, frame.height) for frame in frames} >= {(320, 180)}


def test_what_cannot_be_entered_gives_nothing(tmp_path: Path) -> None:
    path = tmp_path / "noise.ts"
    path.write_bytes(os.urandom(50_000))
    assert by_bytes(path, partial(open_part, form="mpegts"), 256) == []
    with open_film(squared(tmp_path / "short.mkv", (160, 90))) as container:
        assert by_time(container, container.streams.video[0], Fraction(0), Fraction(1, 25)) == []


def test_a_part_of_a_file_is_a_file(tmp_path: Path) -> None:
    path = tmp_path / "numbers"
    path.write_bytes(bytes(range(100)))
    with path.open("rb") as whole:
        part = _Excerpt(whole, 10, 20)
        assert part.read(4) == bytes([10, 11, 12, 13])
        assert part.tell() == 4
        assert part.seek(-2, os.SEEK_END) == 18
        assert part.read() == bytes([28, 29])
        assert part.read(1) == b""
        assert part.seek(-50, os.SEEK_CUR) == 0
        assert part.readable() and part.seekable()


def test_a_part_is_opened_as_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "list.m3u8"
    path.write_bytes(b"#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1:9/a.ts\n")
    with path.open("rb") as whole, pytest.raises(av.error.FFmpegError), open_part(_Excerpt(whole, 0, 60), "mpegts"):
        pass
    with path.open("rb") as whole, pytest.raises(av.error.FFmpegError), open_part(_Excerpt(whole, 0, 60), "hls"):
        pass
