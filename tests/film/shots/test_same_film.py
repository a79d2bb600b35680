"""The same film told by other files has the same shots: joined from parts, with doubled timestamps, mirrored."""

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest

from film.decoding.ffmpeg import film_input
from film.decoding.probe import probe
from film.model import ShotList
from film.shots.shots import find_shots
from tests.film.programs import run
from tests.material import shared

START_S, LENGTH_S = 40, 24


def _shots(path: Path) -> ShotList:
    movie = probe(path)
    found = find_shots(movie)
    assert found.shots[-1].end_s <= movie.duration_s
    return found


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A piece of a film with sound, small, with a key frame every two seconds."""
    path = tmp_path_factory.mktemp("film") / "film.mp4"
    source = film_input(shared("films/sintel_775s.mp4"), ss=START_S, t=LENGTH_S)
    run(source.output(str(path), vcodec="libx264", preset="veryfast", g=48, s="320x136", acodec="aac"))
    return path


@pytest.fixture(scope="module")
def own(film: Path) -> ShotList:
    return _shots(film)


def _with_restarts(film: Path, target: Path) -> None:
    parts = target.with_name("part%d.ts")
    run(film_input(film).output(str(parts), c="copy", f="segment", segment_time=8, reset_timestamps=1))
    target.write_bytes(b"".join(part.read_bytes() for part in sorted(target.parent.glob("part*.ts"))))


def _with_doubled_stamps(film: Path, target: Path) -> None:
    setts = "setts=ts='TS-if(eq(mod(N,120),119),1/24/TB,0)'"
    run(film_input(film).output(str(target), c="copy", **{"bsf:v": setts}))


def _mirrored(film: Path, target: Path) -> None:
    run(film_input(film, display_hflip=None).output(str(target), c="copy"))


@pytest.mark.parametrize(
    ("change", "suffix"),
    [(_with_restarts, ".ts"), (_with_doubled_stamps, ".mkv"), (_with_doubled_stamps, ".mp4"), (_mirrored, ".mp4")],
)
def test_the_same_film_has_the_same_shots(
    tmp_path: Path, film: Path, own: ShotList, change: Callable[[Path, Path], None], suffix: str
) -> None:
    path = tmp_path / f"film{suffix}"
    change(film, path)
    found = _shots(path)
    assert len(found.shots) == len(own.shots) > 8
    for one, other in zip(own.shots, found.shots, strict=True):
        assert abs(one.start_s - other.start_s) <= Fraction(2, 24)
    assert abs(found.shots[-1].end_s - own.shots[-1].end_s) <= Fraction(2, 24)
    assert not [line for line in found.warnings if "its timestamps" not in line]
