"""What the ffmpeg program says when it fails decides what a person is told."""

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from configs.errors import FilmError
from film.decoding.ffmpeg import cause, cure_of
from film.decoding.frames import SmallFrames
from film.decoding.probe import probe
from tests.film.drawn import draw, number_of, numbered


def test_a_filter_that_fails_is_no_damage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    movie = probe(draw(tmp_path / "sound.mp4", numbered, count=4))
    chain = "setparams=colorspace=bt709:color_trc=bt709:color_primaries=bt709,crop=9:9:exact=1,zscale=t=linear"
    monkeypatch.setattr("film.decoding.frames.filter_chain", lambda *_, **__: chain)
    monkeypatch.setattr("film.decoding.frames.small_within", lambda *_: iter(()))
    with pytest.raises(FilmError, match=r"sound\.mp4: ffmpeg cannot .*divisible.*; convert it to H\.264") as refused:
        list(SmallFrames(movie))
    assert "undamaged" not in str(refused.value)
    assert "@ 0x" not in str(refused.value)


def test_where_the_program_fails_pyav_serves(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    movie = probe(draw(tmp_path / "sound.mp4", numbered))
    wanted = [(at_s, picture.copy()) for batch in SmallFrames(movie) for at_s, picture in zip(*batch, strict=True)]
    monkeypatch.setattr("film.decoding.frames.filter_chain", lambda *_, **__: "crop=1:1:exact=1,zscale=t=linear:npl=0")
    frames = SmallFrames(movie)
    served = [(at_s, picture.copy()) for batch in frames for at_s, picture in zip(*batch, strict=True)]
    assert [at_s for at_s, _ in served] == [at_s for at_s, _ in wanted]
    assert [number_of(picture) for _, picture in served] == list(range(60))
    assert max(np.abs(one.astype(int) - other).mean() for (_, one), (_, other) in zip(served, wanted, strict=True)) < 3
    assert len(frames.warnings) == 1
    assert frames.warnings[0].startswith("sound.mp4: ffmpeg cannot make small pictures of it (")
    assert "PyAV does" in frames.warnings[0]
    assert "damaged" not in frames.warnings[0]


def test_a_program_that_fails_half_way_is_told_with_its_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake = tmp_path / "ffmpeg"
    # three small pictures with their times, then a filter gives up
    fake.write_text(
        '#!/bin/sh\nfor word; do test "$before" = -stats_enc_pre:0 -o "$before" = -stats_enc_pre && stamps=$word;'
        ' before=$word; done\nprintf "0 1/25 0 1/25\\n1 1/25 1 1/25\\n2 1/25 2 1/25\\n" > "$stamps"\n'
        "head -c 55296 /dev/zero\n"
        'echo "[vf#0:0 @ 0x1] Error while filtering: Cannot allocate memory" >&2\nexit 244\n'
    )
    fake.chmod(0o755)
    movie = probe(draw(tmp_path / "sound.mp4", numbered, count=50))
    monkeypatch.setattr("film.decoding.ffmpeg.executable", lambda: str(fake))
    frames = SmallFrames(movie)
    served = [(at_s, number_of(picture)) for batch in frames for at_s, picture in zip(*batch, strict=True)]
    assert [at_s for at_s, _ in served] == [Fraction(number, 25) for number in range(50)]
    assert [number for _, number in served] == [0, 0, 0, *range(3, 50)]  # the first three came from the program
    assert len(frames.warnings) == 1
    assert "sound.mp4: ffmpeg stopped at 0.12 s (Error while filtering: Cannot allocate memory)" in frames.warnings[0]
    assert "PyAV went on from there" in frames.warnings[0]
    assert "damaged" not in frames.warnings[0]


def test_a_program_that_fails_where_pyav_does_too_tells_the_cure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    movie = probe(draw(tmp_path / "sound.mp4", numbered))
    monkeypatch.setattr("film.decoding.frames.filter_chain", lambda *_, **__: "crop=1:1:exact=1,zscale=t=linear:npl=0")

    def broken(*_: object) -> Iterator[tuple[NDArray[np.uint8], bytes]]:
        raise FilmError("cannot be read as a film", cure="none", path=movie.path)
        yield

    monkeypatch.setattr("film.decoding.frames.small_within", broken)
    with pytest.raises(FilmError, match=r"sound\.mp4: ffmpeg cannot make small pictures of it"):
        list(SmallFrames(movie))


def test_a_program_that_was_killed_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake = tmp_path / "ffmpeg"
    fake.write_text("#!/bin/sh\nkill -9 $$\n")
    fake.chmod(0o755)
    movie = probe(draw(tmp_path / "sound.mp4", numbered, count=4))
    monkeypatch.setattr("film.decoding.ffmpeg.executable", lambda: str(fake))
    with pytest.raises(FilmError, match=r"sound\.mp4: ffmpeg was ended by SIGKILL; free some memory"):
        list(SmallFrames(movie))


@pytest.mark.parametrize(
    ("log", "told"),
    [
        ("", ""),
        ("[vist#0:0/h264 @ 0x1] [dec:h264 @ 0x2] Decoding error: Invalid data found when processing input\n", ""),
        ("[vf#0:0 @ 0x1] Task finished with error code: -17 (File exists)\n[out#0 @ 0x2] Nothing was written", "-17"),
        (
            "[h264 @ 0x1] corrupt\n[Parsed_zscale_2 @ 0x2] code 1027: must be divisible\n[vf#0:0 @ 0x3] Error",
            "code 1027",
        ),
        ("[vost#0:0 @ 0x1] [enc:rawvideo @ 0x2] No space left on device\n", "No space left on device"),
        (
            "[h264 @ 0x1] Invalid data found\n[vost#0:0 @ 0x1] [enc:rawvideo @ 0x2] No space left on device\n"
            "[out#0 @ 0x2] Conversion failed",
            "No space left on device",
        ),
        (
            "[dec:h264 @ 0x2] Decoding error: Invalid data found when processing input\n"
            "[vost#0:0/rawvideo @ 0x1] [enc:rawvideo @ 0x2] Could not open encoder before EOF\n"
            "[vost#0:0/rawvideo @ 0x1] Task finished with error code: -22 (Invalid argument)\n"
            "[out#0/rawvideo @ 0x3] Nothing was written into output file\n",
            "",
        ),
    ],
)
def test_the_cause_is_found_in_the_log(log: str, told: str) -> None:
    assert told in cause(log)
    assert bool(cause(log)) == bool(told)
    assert not cause(log).startswith("[")


@pytest.mark.parametrize(
    ("told", "helps"),
    [
        ("Unrecognized option 'stats_enc_pre'.", "IMAGEIO_FFMPEG_EXE"),
        ("No such filter: 'zscale'", "IMAGEIO_FFMPEG_EXE"),
        ("Error muxing a packet: No space left on device", "make room"),
        ("Error while filtering: Cannot allocate memory", "free some memory"),
        ("code 1027: image dimensions must be divisible by subsampling factor", "convert it"),
    ],
)
def test_the_cure_fits_the_cause(told: str, helps: str) -> None:
    assert helps in cure_of(told)


@pytest.mark.parametrize(("program", "told"), [("/bin/false", "it gives none"), ("/nowhere/ffmpeg", "be started")])
def test_a_program_that_does_nothing_is_no_damage(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: str, told: str
) -> None:
    movie = probe(draw(tmp_path / "sound.mp4", numbered, count=4))
    monkeypatch.setattr("film.decoding.ffmpeg.executable", lambda: program)
    frames = SmallFrames(movie)
    assert sum(len(batch.times_s) for batch in frames) == 4
    assert len(frames.warnings) == 1
    assert told in frames.warnings[0]
    assert "damaged" not in frames.warnings[0]
    monkeypatch.setattr("film.decoding.frames.small_within", lambda *_: iter(()))
    with pytest.raises(FilmError, match=r"none of its pictures can be decoded" if "false" in program else "started"):
        list(SmallFrames(movie))


def test_a_program_that_is_too_old_is_not_the_films_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake = tmp_path / "ffmpeg"
    fake.write_text("#!/bin/sh\necho \"Unrecognized option 'stats_enc_pre'.\" >&2\nexit 8\n")
    fake.chmod(0o755)
    movie = probe(draw(tmp_path / "sound.mp4", numbered, count=4))
    monkeypatch.setattr("film.decoding.ffmpeg.executable", lambda: str(fake))
    frames = SmallFrames(movie)
    assert sum(len(batch.times_s) for batch in frames) == 4
    assert "stats_enc_pre" in frames.warnings[0]
    assert "unset IMAGEIO_FFMPEG_EXE" in frames.warnings[0]
