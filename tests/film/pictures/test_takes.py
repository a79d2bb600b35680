"""Takes: what is written over a picture and what nobody makes out come last, and are marked."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import pytest

from configs.units import Box, Face
from film.decoding.developing.picture import Picture
from film.decoding.probe import probe
from film.model import Keyframe
from film.pictures.appraisal import appraise, is_readable, limelight, signature
from film.pictures.faces import Heads
from film.pictures.keyframes import number_looks, pick, shun_soft
from film.pictures.moments import Stretch
from film.pictures.takes import Take, score
from tests.film.drawn import draw
from tests.film.pictures.test_keyframes import scene
from tests.film.pictures.test_writing import SIZE, ground, lettered
from tests.film.standin import shot_list


@pytest.fixture(autouse=True)
def no_weights(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("FILMCOMIC_WEIGHTS", raising=False)
    monkeypatch.setattr("configs.settings.weights_cache", lambda: tmp_path / "weights")


def picked(folder: Path, pictures: list[Picture], cuts: list[int]) -> list[Keyframe]:
    movie = probe(draw(folder / "film.mp4", pictures))
    shots = shot_list(movie, cuts)
    return pick(movie, shots, range(len(shots.shots)), [], folder)


def test_credits_are_cards_and_a_title_gives_way_to_its_picture(tmp_path: Path) -> None:
    blue = np.full((SIZE[1], SIZE[0], 3), (20, 30, 90), np.uint8)
    credits = lettered(blue, "PRODUCED BY", "Lena Roth", scale=1.4)
    titled = [lettered(ground(1), "NORTHERN LIGHT") if number < 15 else ground(1) for number in range(30)]
    signed = [lettered(ground(2), "BAKERY and CAFE")] * 12  # from end to end, and nothing moves
    found = picked(tmp_path, [credits] * 12 + titled + signed, [12, 42])
    assert [frame.card for frame in found] == [True, False, False]
    assert found[1].at_s >= 27 / 25


def smeared(picture: Picture, length: int) -> Picture:
    kernel = np.full((1, length), 1 / length, np.float32)
    return np.asarray(cv2.filter2D(picture, -1, kernel), np.uint8)


def readable(picture: Picture, stirred: float = 0.0, *, face: bool = False) -> bool:
    return is_readable(appraise(picture, ()), face=face, stirred=stirred)


def test_what_nobody_makes_out() -> None:
    picture = scene(1)
    assert readable(picture, 0.3)
    assert not readable(smeared(picture, 31), 0.3)
    assert not readable(smeared(picture, 31), 0.3, face=True)
    assert readable(smeared(picture, 31), 0.2, face=True)
    assert readable(cv2.GaussianBlur(picture, (0, 0), 2).astype(np.uint8))  # a shallow focus, and nothing moves
    night = (picture * 0.3).astype(np.uint8)
    assert readable(night)
    assert not readable((picture * 0.03).astype(np.uint8))
    veil = (40 + 0.1 * cv2.GaussianBlur(picture, (0, 0), 3)).astype(np.uint8)
    assert not readable(veil, face=True)


def test_glimmers_in_the_dark_show_no_shape() -> None:
    random = np.random.default_rng(2)
    dark = np.full((SIZE[1], SIZE[0], 3), 4, np.uint8)
    for x, y in random.integers(10, min(SIZE) - 10, (60, 2)).tolist():
        cv2.circle(dark, (x, y), 2, (210, 220, 230), -1)
    assert not readable(dark)
    shape = cv2.ellipse(dark.copy(), (SIZE[0] // 2, SIZE[1] // 2), (110, 80), 0, 0, 360, (210, 220, 230), -1)
    assert readable(np.asarray(shape, np.uint8))
    assert readable(dark, face=True)


def test_what_is_soft_beside_the_rest_of_its_film_is_not_shown() -> None:
    def told(*crisp: float) -> list[bool]:
        frames = [
            Keyframe(shot=at, at_s=Fraction(at), image=Path("a.jpg"), sha256="0" * 64, size_px=(640, 360), crisp=each)
            for at, each in enumerate(crisp)
        ]
        return [frame.readable for frame in shun_soft(frames)]

    assert told(0.5, 0.52, 0.48, 0.5, 0.35, 0.5, 1.0) == [True] * 4 + [False, True, True]
    assert all(told(*[0.35] * 7)), "a film that is soft all through"
    assert all(told(0.5, 0.3, 0.5)), "too few to know what is usual"


def test_another_frame_is_taken_where_it_moves_fast(tmp_path: Path) -> None:
    pictures = [scene(1, 9 * number) if number == 17 else smeared(scene(1, 9 * number), 41) for number in range(32)]
    (frame,) = picked(tmp_path, pictures, [])
    assert frame.readable
    (frame,) = picked(tmp_path, [smeared(one, 41) for one in pictures], [])
    assert not frame.readable


def test_pictures_that_look_the_same_have_one_number(tmp_path: Path) -> None:
    found = picked(tmp_path, [scene(number) for number in (1, 2, 1, 3) for _ in range(10)], [10, 20, 30])
    assert [frame.look for frame in number_looks(found, tmp_path)] == [0, 1, 0, 3]
    assert number_looks([], tmp_path) == []


def test_a_whole_figure_outweighs_nothing_and_a_face_outweighs_a_figure() -> None:
    picture = scene(1)
    beat = Stretch(shot=0, spoken=False, aim_s=1.0, times_s=(Fraction(1),), near=(1.0,))

    def rated(salience: float, faces: tuple[Face, ...] = ()) -> float:
        take = Take(
            Fraction(1),
            1.0,
            picture,
            Heads(faces=faces),
            replace(appraise(picture, ()), faces=0.6 if faces else 0.0),
            signature(picture),
            None,
            salience=salience,
        )
        return score(take, beat, [take])

    near = Face(box=Box(x0=0.4, y0=0.3, x1=0.5, y1=0.5), mouth=(0.45, 0.45), score=0.9)
    assert rated(1.0) > rated(0.1)
    assert rated(0.1, (near,)) > rated(1.0)


def test_a_subject_is_seen_well_in_light_and_in_focus() -> None:
    picture, box = scene(1), Box(x0=0.1, y0=0.1, x1=0.9, y1=0.9)
    clear = limelight(picture, box, face=False)
    dark = limelight((picture * 0.12).astype(np.uint8), box, face=False)
    soft = limelight(smeared(picture, 31), box, face=False)
    coarse = cv2.resize(picture, (picture.shape[1] // 8, picture.shape[0] // 8), interpolation=cv2.INTER_AREA)
    assert clear.lit > 0.9 and clear.sharp > 0.9
    assert dark.lit < 0.2 and dark.sharp > 0.5, "night is no smear"
    assert soft.sharp < 0.4 < clear.sharp and soft.lit > 0.5
    assert limelight(np.asarray(coarse, np.uint8), box, face=False).sharp < 0.5 * clear.sharp, "few pixels"


@pytest.mark.parametrize("box", [Box(x0=0, y0=0, x1=0.001, y1=0.001), Box(x0=0.999, y0=0.999, x1=1, y1=1)])
def test_a_subject_of_hardly_a_pixel_is_measured(box: Box) -> None:
    seen = limelight(scene(1), box, face=True)
    assert 0 <= seen.lit <= 1 and 0 <= seen.sharp <= 1


def test_only_the_subject_counts() -> None:
    picture = np.zeros((120, 200, 3), np.uint8)
    picture[30:90, 60:120] = scene(1)[:60, :60]
    lit = limelight(picture, Box(x0=0.3, y0=0.25, x1=0.6, y1=0.75), face=False).lit
    assert lit > 0.9 and limelight(picture, Box(x0=0.7, y0=0, x1=1, y1=1), face=False).lit == 0
