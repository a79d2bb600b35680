"""What of a broadcast is in another codec is not read, and a line says from where."""

from pathlib import Path

import ffmpeg
import numpy as np
import pytest

from film.decoding.ffmpeg import film_input
from film.decoding.frames import SmallFrames
from film.decoding.probe import probe
from film.decoding.seek import FrameReader
from film.decoding.timing.recoded import recoding
from film.voices.loudness import measure
from tests.film.drawn import draw
from tests.film.joined import joined
from tests.film.programs import drawn_input, run

CODECS = {"MPEG-2": "mpeg2video", "H.264": "libx264", "HEVC": "libx265"}


def _part(path: Path, level: int, codec: str, spacing: int = 188) -> Path:
    """Write a second of one grey with a tone, in the coding of a broadcast."""
    grey = draw(path.with_suffix(".mkv"), [np.full((96, 128, 3), level, np.uint8)] * 25)
    options = {"mpegts_m2ts_mode": 1, "mpegts_start_pid": 0x1011} if spacing == 192 else {}
    tone = drawn_input("sine=d=1")
    quiet = {"x265-params": "log-level=none"} if codec == "libx265" else {}
    coded = {"vcodec": codec, "g": 12, "pix_fmt": "yuv420p", "acodec": "aac", "format": "mpegts"}
    run(ffmpeg.output(film_input(grey), tone, str(path), **coded, **options, **quiet))
    return path


@pytest.mark.parametrize(
    ("before", "after", "spacing"),
    [("MPEG-2", "H.264", 188), ("H.264", "MPEG-2", 188), ("H.264", "HEVC", 188), ("H.264", "MPEG-2", 192)],
)
def test_a_film_is_read_until_its_codec_changes(tmp_path: Path, before: str, after: str, spacing: int) -> None:
    parts = [
        _part(tmp_path / f"{name}.ts", level, CODECS[name], spacing) for name, level in ((before, 80), (after, 190))
    ]
    movie = probe(joined(tmp_path / "joined.ts", parts))
    assert float(movie.duration_s) == pytest.approx(1, abs=0.05) and movie.size_px == (128, 96)
    frames = SmallFrames(movie)
    pictures = np.concatenate([batch.pictures.copy() for batch in frames])
    assert len(pictures) == 25 and abs(pictures.mean() - 80) < 3
    assert frames.warnings == [
        f"joined.ts has its picture in {before} until {float(movie.duration_s):.2f} s and in {after} from there,"
        " where reading it ends; give its parts one by one"
    ]
    with FrameReader(movie) as reader:
        for at_s in (movie.duration_s / 2, movie.duration_s * 2):
            found_s, picture = reader.read(at_s)
            assert found_s < movie.duration_s and abs(picture.mean() - 80) < 3
    assert 9 <= len(measure(movie).levels_db) <= 11


def test_parts_of_one_codec_are_all_read(tmp_path: Path) -> None:
    parts = [_part(tmp_path / f"{level}.ts", level, "libx264") for level in (80, 190)]
    movie = probe(joined(tmp_path / "joined.ts", parts))
    assert movie.until_byte == 0 and float(movie.duration_s) == pytest.approx(2, abs=0.05)


def test_a_map_from_before_the_film_says_nothing(tmp_path: Path) -> None:
    old, new = _part(tmp_path / "old.ts", 80, "mpeg2video"), _part(tmp_path / "new.ts", 190, "libx264")
    path = tmp_path / "recorded.ts"
    path.write_bytes(old.read_bytes()[: 188 * 3] + new.read_bytes())  # its tables alone
    assert recoding(path, 0x100, "h264") is None
    assert recoding(joined(path, [new, old]), 0x100, "h264") is not None
    assert recoding(path, 0x101, "h264") is None
