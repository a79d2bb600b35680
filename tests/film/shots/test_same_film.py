"""The same film told by other files has the same shots: joined, with doubled timestamps, mirrored, behind bars."""

from collections.abc import Callable
from fractions import Fraction
from functools import partial
from pathlib import Path

import pytest

from benchmarks.same_shots import mirrored, with_bars, with_doubled_stamps, with_restarts
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


def _mirrored_by_matrix(film: Path, folder: Path) -> Path:
    path = folder / "mirrored_by_matrix.mp4"
    run(film_input(film, display_hflip=None).output(str(path), c="copy"))
    return path


COPIES: dict[str, Callable[[Path, Path], Path]] = {
    "clock restarts": partial(with_restarts, part_s=8),
    "doubled stamps in Matroska": with_doubled_stamps,
    "doubled stamps in MP4": partial(with_doubled_stamps, ending="mp4"),
    "mirrored by its matrix": _mirrored_by_matrix,
    "mirrored": mirrored,
    "with bars": with_bars,
}


@pytest.mark.parametrize("copy", COPIES.values(), ids=COPIES)
def test_the_same_film_has_the_same_shots(
    tmp_path: Path, film: Path, own: ShotList, copy: Callable[[Path, Path], Path]
) -> None:
    found = _shots(copy(film, tmp_path))
    assert len(found.shots) == len(own.shots) > 8
    for one, other in zip(own.shots, found.shots, strict=True):
        assert abs(one.start_s - other.start_s) <= Fraction(2, 24)
    assert abs(found.shots[-1].end_s - own.shots[-1].end_s) <= Fraction(2, 24)
    assert not [line for line in found.warnings if "its timestamps" not in line]
