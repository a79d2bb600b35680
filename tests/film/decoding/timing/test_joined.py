"""Recordings joined byte by byte, and other films with a broken clock: the one pass and the reader time them alike."""

import random
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from film.decoding.ffmpeg import film_input
from film.decoding.probe import probe
from film.decoding.seek import FrameReader
from film.model import Movie
from film.shots.shots import find_shots
from film.words.dialogue import listen
from tests.film.drawn import Picture, draw, number_of, numbered, passed
from tests.film.programs import run
from tests.material import shared

FRAME_S = Fraction(1, 25)


def _part(path: Path, first: int, count: int, **options: str) -> Path:
    options = {"g": "24", "sc_threshold": "0", **options}
    return draw(path, lambda number: numbered(first + number), count=count, options=options)


def _as_mpeg2(part: Path, suffix: str) -> Path:
    target = part.with_name(f"{part.stem}_mpeg2{suffix}")
    run(film_input(part).output(str(target), vcodec="mpeg2video", bf=2, g=15, **{"q:v": 2}))
    return target


def _joined(target: Path, parts: Sequence[Path]) -> Movie:
    target.write_bytes(b"".join(part.read_bytes() for part in parts))
    return _probed(target)


def _probed(path: Path) -> Movie:
    """Probe a film and hand it on as tasks do."""
    return Movie.model_validate_json(probe(path).model_dump_json())


def _offset(source: Path, target: Path, seconds: float) -> Path:
    run(film_input(source).output(str(target), c="copy", output_ts_offset=seconds))
    return target


def _check_reader(movie: Movie, times_s: Sequence[Fraction], numbers: Sequence[int]) -> None:
    """Each time of the pass names the same picture to a reader, at once and in whatever order."""
    order = list(range(len(times_s)))
    random.Random(5).shuffle(order)
    asked = [Fraction(str(round(float(at_s), 6))) for at_s in times_s]
    for index in order[:6]:
        with FrameReader(movie) as fresh:
            at_s, picture = fresh.read(asked[index])
        assert (number_of(picture), at_s) == (numbers[index], pytest.approx(times_s[index], abs=2e-6))
    with FrameReader(movie) as reader:
        for index in order[6:36]:
            at_s, picture = reader.read(asked[index])
            assert (number_of(picture), at_s) == (numbers[index], pytest.approx(times_s[index], abs=2e-6))


@pytest.mark.parametrize(("suffix", "mpeg2"), [(".ts", False), (".ts", True), (".vob", True)])
def test_recordings_joined_byte_by_byte_are_one_film(tmp_path: Path, suffix: str, mpeg2: bool) -> None:
    parts = [_part(tmp_path / f"part{first}.ts", first, count) for first, count in ((0, 60), (80, 75), (180, 50))]
    parts = [_as_mpeg2(part, suffix) for part in parts] if mpeg2 else parts
    movie = _joined(tmp_path / f"joined{suffix}", parts)
    times_s, numbers, warnings = passed(movie)
    assert numbers == [*range(60), *range(80, 155), *range(180, 230)]
    assert times_s == pytest.approx([FRAME_S * number for number in range(185)], abs=0.05)
    assert movie.duration_s == pytest.approx(185 * FRAME_S, abs=0.05)
    assert len(warnings) == 1
    assert "jump back at 2.4" in warnings[0]
    _check_reader(movie, times_s, numbers)
    assert find_shots(movie).shots[-1].end_s <= movie.duration_s


@pytest.mark.parametrize("at_s", [3600, 700, 2**33 / 90_000 - 1])
@pytest.mark.parametrize("first", [True, False])
def test_a_part_with_a_clock_far_ahead(tmp_path: Path, at_s: float, first: bool) -> None:
    """By an hour, by some minutes, and just before the clock of the format begins again; whichever comes first."""
    near, far = _part(tmp_path / "near.ts", 0, 50), _part(tmp_path / "part.ts", 100, 60)
    far = _offset(far, tmp_path / "far.ts", at_s)
    movie = _joined(tmp_path / "joined.ts", [far, near] if first else [near, far])
    times_s, numbers, warnings = passed(movie)
    seen = list(range(50)), list(range(100, 160))
    assert numbers == ([*seen[1], *seen[0]] if first else [*seen[0], *seen[1]])
    assert times_s == pytest.approx([FRAME_S * number for number in range(110)], abs=0.05)
    assert movie.duration_s == pytest.approx(110 * FRAME_S, abs=0.05)
    assert len(warnings) == 1
    _check_reader(movie, times_s, numbers)


def test_a_part_of_another_size(tmp_path: Path) -> None:
    def larger(number: int) -> Picture:
        return numbered(100 + number, (192, 128))

    parts = [_part(tmp_path / "part.ts", 0, 50), draw(tmp_path / "large.ts", larger, count=50)]
    movie = _joined(tmp_path / "joined.ts", parts)
    times_s, numbers, _ = passed(movie)
    assert numbers == [*range(50), *range(100, 150)]
    _check_reader(movie, times_s, numbers)


def test_a_part_that_starts_between_key_frames_gives_no_picture_before_the_first(tmp_path: Path) -> None:
    whole = _part(tmp_path / "whole.ts", 100, 100).read_bytes()
    rest = tmp_path / "rest.ts"
    rest.write_bytes(whole[len(whole) // 3 // 188 * 188 :])
    movie = _joined(tmp_path / "joined.ts", [_part(tmp_path / "part.ts", 0, 50), rest])
    times_s, numbers, warnings = passed(movie)
    assert numbers[:49] == list(range(49))
    whole = next(at for at in range(49, len(numbers)) if numbers[at:] == list(range(numbers[at], 200)))
    assert whole <= 50
    assert (numbers[whole] - 100) % 24 == 0
    # where it stands in the film is told by its own clock, not by what was left out
    assert times_s[-1] - times_s[whole] == FRAME_S * (len(numbers) - 1 - whole)
    assert not [line for line in warnings if "is damaged" in line]
    _check_reader(movie, times_s, numbers)


@pytest.mark.parametrize("suffix", [".mkv", ".flv"])
def test_a_clock_that_a_muxer_let_stand_still(tmp_path: Path, suffix: str) -> None:
    """As muxers write what starts anew: each timestamp a tick after the one before."""
    good, path = _part(tmp_path / f"good{suffix}", 0, 150, bf="0"), tmp_path / f"bad{suffix}"
    back = "if(lt(N,50),0,1)*1.6/TB"
    run(film_input(good).output(str(path), c="copy", **{"bsf:v": f"setts=pts='PTS-{back}':dts='DTS-{back}'"}))
    movie = _probed(path)
    times_s, numbers, warnings = passed(movie)
    assert numbers == list(range(150))
    assert times_s == pytest.approx([FRAME_S * number for number in range(150)], abs=0.2)
    assert times_s[-1] < movie.duration_s == pytest.approx(6, abs=0.1)
    assert len(warnings) == 1
    _check_reader(movie, times_s, numbers)


def _foot(picture: Picture) -> int:
    """Read the number in sixteen cells at a picture's foot, the lowest bit at the left."""
    height, width = picture.shape[:2]
    row = picture[height * 92 // 100 : height * 95 // 100].mean(axis=(0, 2))
    cells = [row[(2 * cell + 1) * width // 32 - 3 : (2 * cell + 1) * width // 32 + 3].mean() for cell in range(16)]
    return sum(1 << place for place, light in enumerate(np.asarray(cells) > 125) if light)


@pytest.mark.parametrize("name", ["01_joined_by_bytes", "02_gap_forward_1h"])
def test_words_shots_and_pictures_of_a_joined_film_agree(name: str) -> None:
    path = shared(f"field/film/{name}.ts")
    movie = _probed(path)
    assert movie.duration_s == 20
    lines = listen(movie, subtitles=path.with_suffix(".srt"))
    assert [line.start_s for line in lines.lines] == [1, 11, 17]
    assert lines.warnings == ()
    found = find_shots(movie)
    assert found.shots[-1].end_s == 20
    assert [line for line in found.warnings if "its timestamps" not in line] == []
    with FrameReader(movie) as reader:
        for at_s in (1, 11, 17, 19, 9):
            second, number = divmod(at_s * 24, 240)
            assert _foot(reader.read(Fraction(at_s))[1]) == second * 1000 + number


@pytest.mark.parametrize(
    ("name", "cuts", "ends"),
    [
        ("13_duplicate_timestamps.mkv", [2.167, 5.083, 6.583, 9.208, 12.875, 29.792], 29.96),
        ("32_bframes_naively_muxed.mkv", [2.167, 5.083, 6.583, 9.208, 12.875], 20),
        ("03_pts_wraps_at_5s.ts", [2.167, 5.083, 6.583, 9.208], 10),
    ],
)
def test_a_disordered_clock_moves_no_cut(name: str, cuts: list[float], ends: float) -> None:
    movie = _probed(shared(f"field/film/{name}"))
    found = find_shots(movie).shots
    assert [shot.start_s for shot in found[1:]] == pytest.approx(cuts, abs=1 / 24)
    assert found[-1].end_s <= movie.duration_s == pytest.approx(ends, abs=1 / 24)
