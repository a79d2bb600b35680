"""What the ffmpeg program says when it fails decides what a person is told."""

from pathlib import Path

import pytest

from configs.errors import FilmError
from film.decoding.ffmpeg import cause, cure_of
from film.decoding.frames import SmallFrames
from film.decoding.probe import probe
from tests.film.drawn import draw, numbered


def test_a_filter_that_fails_is_no_damage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    movie = probe(draw(tmp_path / "sound.mp4", numbered, count=4))
    chain = "setparams=colorspace=bt709:color_trc=bt709:color_primaries=bt709,crop=9:9:exact=1,zscale=t=linear"
    monkeypatch.setattr("film.decoding.frames.filter_chain", lambda *_, **__: chain)
    with pytest.raises(FilmError, match=r"sound\.mp4: ffmpeg cannot .*divisible.*; convert it to H\.264") as refused:
        list(SmallFrames(movie))
    assert "undamaged" not in str(refused.value)
    assert "@ 0x" not in str(refused.value)


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
    assert sum(len(batch.times_s) for batch in frames) == 3
    assert len(frames.warnings) == 1
    assert "sound.mp4: ffmpeg stopped at 0.12 s of 2.00 s (Error while filtering: Cannot allocate" in frames.warnings[0]
    assert "damaged" not in frames.warnings[0]


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


def test_a_program_that_is_too_old_is_not_the_films_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake = tmp_path / "ffmpeg"
    fake.write_text("#!/bin/sh\necho \"Unrecognized option 'stats_enc_pre'.\" >&2\nexit 8\n")
    fake.chmod(0o755)
    movie = probe(draw(tmp_path / "sound.mp4", numbered, count=4))
    monkeypatch.setattr("film.decoding.ffmpeg.executable", lambda: str(fake))
    with pytest.raises(FilmError, match=r"ffmpeg cannot .*stats_enc_pre.*; unset IMAGEIO_FFMPEG_EXE"):
        list(SmallFrames(movie))
