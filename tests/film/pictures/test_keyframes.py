"""Keyframes: the right frames, stored under their digests, none black, none twice."""

import hashlib
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from film.decoding.developing.picture import Picture
from film.decoding.probe import probe
from film.model import FrameStats, Keyframe, Line, Movie, ShotList
from film.pictures import keyframes
from film.pictures.keyframes import drop_duplicates, pick, read_frames
from film.pictures.moments import Figures, speaking_shots
from tests.calls import calls
from tests.film.drawn import draw
from tests.film.joined import joined, shape_of_square, squared
from tests.film.standin import hard_cuts, shot_list
from tests.material import shared

SIZE = (160, 90)


@pytest.fixture(autouse=True)
def no_weights(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("FILMCOMIC_WEIGHTS", raising=False)
    monkeypatch.setattr("configs.settings.weights_cache", lambda: tmp_path / "weights")


def scene(seed: int, shift: int = 0) -> Picture:
    """Draw a place of its own: coloured blocks, which may move sideways."""
    random = np.random.default_rng(seed)
    blocks = random.integers(30, 226, (6, 12, 3), np.uint8)
    picture = np.repeat(np.repeat(blocks, 15, axis=0), 15, axis=1)[: SIZE[1], :]
    return np.ascontiguousarray(np.roll(picture, shift, axis=1)[:, : SIZE[0]])


def blurred(picture: Picture) -> Picture:
    import cv2

    return np.asarray(cv2.blur(picture, (25, 25)), np.uint8)


def drawn(folder: Path, pictures: list[Picture], cuts: list[int]) -> tuple[Movie, ShotList]:
    movie = probe(draw(folder / "film.mp4", pictures))
    return movie, shot_list(movie, cuts)


def every(shots: ShotList) -> range:
    return range(len(shots.shots))


def said(start_s: float, end_s: float) -> Line:
    return Line(index=0, start_s=start_s, end_s=end_s, text="words")


BLACK = np.zeros((SIZE[1], SIZE[0], 3), np.uint8)


def test_one_picture_a_shot_stored_under_its_digest(tmp_path: Path) -> None:
    movie, shots = drawn(tmp_path, [scene(number // 25) for number in range(75)], [25, 50])
    folder = tmp_path / "store"
    found = pick(movie, shots, every(shots), [], folder)
    assert [keyframe.shot for keyframe in found] == [0, 1, 2]
    for keyframe in found:
        data = (folder / keyframe.image).read_bytes()
        assert hashlib.sha256(data).hexdigest() == keyframe.sha256
        assert keyframe.image == Path(f"{keyframe.sha256}.jpg")
        with Image.open(folder / keyframe.image) as image:
            assert image.size == keyframe.size_px == SIZE
            assert image.layer[0][1:3] == image.layer[1][1:3]  # type: ignore[attr-defined]  # chroma as fine as luma
            assert np.abs(np.asarray(image, int) - scene(keyframe.shot)).mean() < 12
    assert sorted(item.name for item in folder.iterdir()) == sorted(str(keyframe.image) for keyframe in found)


def test_batches_and_repetitions_agree(tmp_path: Path) -> None:
    movie, shots = drawn(tmp_path, [scene(number // 20, number) for number in range(80)], [20, 40, 60])
    whole = pick(movie, shots, every(shots), [], tmp_path / "a")
    parts = [keyframe for index in every(shots) for keyframe in pick(movie, shots, [index], [], tmp_path / "b")]
    assert parts == whole == pick(movie, shots, every(shots), [], tmp_path / "a")


def test_black_only_where_there_is_nothing_else(tmp_path: Path) -> None:
    pictures = [BLACK] * 40 + [scene(1)] * 10 + [BLACK] * 20 + [scene(2)] * 20
    movie, shots = drawn(tmp_path, pictures, [50, 70])
    found = pick(movie, shots, every(shots), [], tmp_path)
    assert [keyframe.shot for keyframe in found] == [0, 2]
    assert found[0].at_s >= Fraction(40, 25)
    spoken = pick(movie, shots, every(shots), [said(2.1, 2.7)], tmp_path)
    assert [keyframe.shot for keyframe in spoken] == [0, 1, 2]


def test_sharp_and_lit_frames(tmp_path: Path) -> None:
    pictures = [blurred(scene(1)) if not 30 <= number < 36 else scene(1) for number in range(60)]
    movie, shots = drawn(tmp_path, pictures, [])
    (keyframe,) = pick(movie, shots, [0], [], tmp_path)
    assert Fraction(30, 25) <= keyframe.at_s < Fraction(36, 25)


def test_flash_of_a_shot(tmp_path: Path) -> None:
    pictures = [scene(1)] * 30 + [scene(2)] * 5 + [scene(3)] * 30
    movie, shots = drawn(tmp_path, pictures, [30, 35])
    assert [keyframe.shot for keyframe in pick(movie, shots, every(shots), [], tmp_path)] == [0, 2]
    found = pick(movie, shots, every(shots), [said(1.2, 1.38)], tmp_path)
    assert [keyframe.shot for keyframe in found] == [0, 1, 2]


def test_long_shot_gives_more_only_where_it_changes(tmp_path: Path) -> None:
    still = drawn(tmp_path, [scene(1)] * 400, [])
    assert len(pick(*still, [0], [], tmp_path)) == 1
    changing = [scene(1 + number // 200, number // 200 * 40) for number in range(400)]
    moving = drawn(tmp_path, changing, [])
    found = pick(*moving, [0], [], tmp_path)
    assert len(found) == 2
    assert found[0].at_s < 8 <= found[1].at_s


def test_range(tmp_path: Path) -> None:
    movie, shots = drawn(tmp_path, [scene(number // 25) for number in range(75)], [25, 50])
    found = pick(movie, shots, every(shots), [], tmp_path, start_s=Fraction("1.5"), end_s=Fraction("2.4"))
    assert [keyframe.shot for keyframe in found] == [1, 2]
    assert all(Fraction("1.5") <= keyframe.at_s < Fraction("2.4") for keyframe in found)


def test_duplicates_over_the_whole_film(tmp_path: Path) -> None:
    pictures = [scene(1)] * 25 + [scene(1, 1)] * 25 + [scene(2)] * 25 + [scene(1)] * 25
    movie, shots = drawn(tmp_path, pictures, [25, 50, 75])
    found = pick(movie, shots, every(shots), [], tmp_path)
    assert [keyframe.shot for keyframe in found] == [0, 1, 2, 3]
    assert [keyframe.shot for keyframe in drop_duplicates(found, tmp_path)] == [0, 2, 3]
    assert [keyframe.shot for keyframe in drop_duplicates(found, tmp_path, keep={1})] == [1, 2, 3]
    assert [keyframe.shot for keyframe in drop_duplicates(found, tmp_path, keep={0, 1})] == [0, 1, 2, 3]
    assert drop_duplicates([], tmp_path) == []


def test_fades_of_one_picture_are_duplicates(tmp_path: Path) -> None:
    pictures = [scene(1)] * 25 + [(scene(1) * 0.8).astype(np.uint8)] * 25 + [scene(1)[::-1].copy()] * 25
    movie, shots = drawn(tmp_path, pictures, [25, 50])
    found = pick(movie, shots, every(shots), [], tmp_path)
    assert [keyframe.shot for keyframe in drop_duplicates(found, tmp_path)] == [0, 2]


@pytest.mark.parametrize("name", ["all_black_5s.mp4", "still_image_8s.mp4", "one_frame.mp4", "two_frames.mp4"])
def test_films_with_one_picture(tmp_path: Path, name: str) -> None:
    movie = probe(shared(f"nasty/{name}"))
    shots = shot_list(movie)
    found = pick(movie, shots, [0], [], tmp_path)
    assert len(found) == 1
    assert drop_duplicates(found, tmp_path) == found


def test_large_pictures_are_bounded(tmp_path: Path) -> None:
    movie = probe(shared("nasty/uhd_3840_5fps.mp4"))
    found = pick(movie, shot_list(movie), [0], [], tmp_path)
    assert max(found[0].size_px) == 2400


def test_a_film_that_changes_its_size_within_a_shot(tmp_path: Path) -> None:
    parts = [squared(tmp_path / f"{width}.mkv", (width, 180)) for width in (240, 320)]
    movie = probe(joined(tmp_path / "joined.mkv", parts))
    shots = shot_list(movie, [])
    found = list(read_frames(movie, shots, [Fraction(number, 25) for number in range(8, 18)], tmp_path))
    assert {keyframe.size_px for keyframe in found} == {(240, 180), (320, 180)}
    for keyframe in found:
        with Image.open(tmp_path / keyframe.image) as image:
            assert image.size == keyframe.size_px
            assert shape_of_square(np.asarray(image)) == pytest.approx(1, abs=0.04)


def test_frame_asked_for_by_time(tmp_path: Path) -> None:
    movie, shots = drawn(tmp_path, [scene(number // 25) for number in range(75)], [25, 50])
    (keyframe,) = read_frames(movie, shots, [Fraction("1.53")], tmp_path)
    assert (keyframe.shot, keyframe.at_s) == (1, Fraction(38, 25))
    assert (tmp_path / keyframe.image).is_file()
    assert [frame.shot for frame in read_frames(movie, shots, [Fraction(99), Fraction(-1)], tmp_path)] == [2, 0]


def test_the_battle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FILMCOMIC_WEIGHTS", str(shared("weights")))
    movie = probe(shared("films/tears_of_steel_battle.webm"))
    shots = shot_list(movie, hard_cuts("tears_of_steel_battle.webm"))
    lines = [Line(index=0, start_s="13.5", end_s="16", text="I know you are angry")]
    wanted = [2, 5, 6, 8, 12]
    found = pick(movie, shots, wanted, lines, tmp_path)
    by_shot: dict[int, list[Keyframe]] = {}
    for keyframe in found:
        shot = shots.shots[keyframe.shot]
        assert shot.clean_start_s <= keyframe.at_s < shot.clean_end_s
        by_shot.setdefault(keyframe.shot, []).append(keyframe)
    assert sorted(by_shot) == wanted
    assert 2 <= len(by_shot[5]) <= 4  # seventeen seconds of a man who turns his head
    for index in (2, 5, 8, 12):
        assert all(keyframe.faces for keyframe in by_shot[index])
        for keyframe in by_shot[index]:
            face, focus = keyframe.faces[0].box, keyframe.focus
            assert focus.x0 <= face.x0 < face.x1 <= focus.x1
            assert focus.y0 <= face.y0 < face.y1 <= focus.y1
    assert by_shot[6][0].faces == ()
    assert drop_duplicates(found, tmp_path, keep=speaking_shots(shots, lines)) == found


def test_batches_share_what_is_worked_out_of_the_whole_film(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    movie, shots = drawn(tmp_path, [scene(number // 20, number) for number in range(80)], [20, 40, 60])
    made: list[FrameStats] = []
    real = Figures.__init__
    monkeypatch.setattr(Figures, "__init__", lambda self, stats: made.append(stats) or real(self, stats))
    for index in every(shots):
        pick(movie, shots, [index], [], tmp_path)
    assert len(made) == 1


def test_twice_the_pictures_take_twice_the_work_to_compare(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a film that shows one picture from end to end, and in which somebody always speaks."""
    for name in ("_thumbnail", "signature"):
        monkeypatch.setattr(keyframes, name, lambda given: given)
    monkeypatch.setattr(keyframes, "look_alike", lambda one, other: True)

    def work(count: int) -> int:
        found = [Keyframe(shot=at, at_s=at, image=Path("0.jpg"), sha256="0", size_px=(9, 9)) for at in range(count)]
        assert drop_duplicates(found, Path(), keep=range(count)) == found
        return calls(lambda: drop_duplicates(found, Path(), keep=range(count)))

    assert work(200) < 3 * work(100)
