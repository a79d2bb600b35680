"""What a crop must keep: faces with their heads, a thing before a ground, all of a title."""

import cv2
import numpy as np
import pytest

from configs.units import Box, Face
from film.decoding.developing.picture import Picture
from film.pictures.appraisal import appraise, look_alike, signature
from film.pictures.faces import Heads
from film.pictures.focus import focus_of, heads, salience


def sky() -> Picture:
    ramp = np.linspace(90, 220, 180)[:, None, None] * np.array([0.7, 0.85, 1.0])
    return np.ascontiguousarray(np.broadcast_to(ramp, (180, 320, 3)).astype(np.uint8))


def with_disc(picture: Picture, centre: tuple[int, int], radius: int = 24) -> Picture:
    return np.asarray(cv2.circle(picture.copy(), centre, radius, (120, 40, 30), -1), np.uint8)


def face(x0: float, y0: float, x1: float, y1: float) -> Face:
    return Face(box=Box(x0=x0, y0=y0, x1=x1, y1=y1), mouth=((x0 + x1) / 2, y1 - 0.02), score=0.9)


@pytest.mark.parametrize("centre", [(160, 90), (80, 60), (250, 120)])
def test_a_thing_before_the_sky(centre: tuple[int, int]) -> None:
    focus = focus_of(with_disc(sky(), centre), Heads(), None)
    assert focus.centre == pytest.approx((centre[0] / 320, centre[1] / 180), abs=0.06)
    assert focus.x0 <= (centre[0] - 22) / 320
    assert focus.x1 >= (centre[0] + 22) / 320
    assert focus.width < 0.4


def test_what_may_be_a_head_is_kept_with_what_stands_out() -> None:
    likely = (face(0.8, 0.2, 0.88, 0.36),)
    focus = focus_of(with_disc(sky(), (80, 90)), Heads(likely=likely), None)
    assert focus.x0 < 0.2 and focus.x1 > 0.88
    assert focus.y0 < 0.2
    sure = Heads(faces=(face(0.4, 0.2, 0.5, 0.4),), likely=likely, sure=True)
    assert focus_of(with_disc(sky(), (80, 90)), sure, None).x1 < 0.6


def test_the_one_that_moves() -> None:
    both = with_disc(with_disc(sky(), (80, 90)), (240, 90))
    later = with_disc(with_disc(sky(), (80, 90)), (248, 84))
    assert focus_of(both, Heads(), later).centre[0] > 0.6


def test_somebody_who_stands_in_the_lower_edge() -> None:
    picture = sky()
    picture[70:, 130:190] = (60, 30, 30)
    focus = focus_of(picture, Heads(), None)
    assert focus.x0 <= 0.42
    assert focus.x1 >= 0.58
    assert focus.y1 > 0.85


def test_nothing_of_a_title_is_cut() -> None:
    card = np.zeros((180, 320, 3), np.uint8)
    card[80:100, 30:290:4] = 240
    focus = focus_of(card, Heads(), None)
    assert focus.x0 <= 30 / 320
    assert focus.x1 >= 286 / 320


def test_heads_of_all_who_matter() -> None:
    box = heads((face(0.2, 0.3, 0.3, 0.5), face(0.6, 0.3, 0.7, 0.5), face(0.9, 0.9, 0.92, 0.94)))
    assert box.x0 < 0.2 < 0.7 < box.x1 < 0.85
    assert box.y0 < 0.3


@pytest.mark.parametrize("shape", [(180, 320, 3), (8, 8, 3), (4, 900, 3), (700, 9, 3)])
@pytest.mark.parametrize("level", [0, 128, 255])
def test_flat_pictures(shape: tuple[int, int, int], level: int) -> None:
    flat = np.full(shape, level, np.uint8)
    assert focus_of(flat, Heads(), flat).width >= 0.25
    appraise(flat, ())


def test_alike() -> None:
    random = np.random.default_rng(3)
    picture = cv2.resize(random.integers(0, 255, (9, 16, 3), np.uint8), (320, 180), interpolation=cv2.INTER_CUBIC)
    sign = signature(np.asarray(picture, np.uint8))
    noisy = np.clip(picture.astype(int) + random.integers(-12, 13, picture.shape), 0, 255).astype(np.uint8)
    assert look_alike(sign, signature(noisy))
    assert look_alike(sign, signature(np.roll(picture, 2, axis=1)))
    assert not look_alike(sign, signature(np.ascontiguousarray(picture[:, ::-1])))
    assert not look_alike(sign, signature(np.zeros_like(picture)))
    assert look_alike(signature(np.zeros_like(picture)), signature(np.full_like(picture, 6)))


def test_light_and_darkness() -> None:
    full = np.asarray(cv2.resize(np.tile(np.arange(256, dtype=np.uint8), (90, 1)), (320, 180)), np.uint8)
    good = appraise(np.repeat(full[..., None], 3, axis=2), ())
    dim = appraise(np.repeat((full // 12)[..., None], 3, axis=2), ())
    black = appraise(np.zeros((180, 320, 3), np.uint8), ())
    assert good.light > dim.light > black.light
    assert black.dark
    assert not good.dark


def test_a_figure_is_salient_and_one_that_the_edge_cuts_is_not() -> None:
    whole, cut = with_disc(sky(), (160, 90), 36), with_disc(sky(), (160, 4), 36)
    assert salience(sky()) == 0
    assert salience(whole) > 0.5
    assert salience(cut) < 0.5 * salience(whole)
    # people stand in the lower edge
    standing = sky()
    standing[70:, 130:190] = (60, 30, 30)
    assert salience(standing) > 0.5


def test_boards_all_over_a_floor_are_not_salient() -> None:
    rng = np.random.default_rng(3)
    floor = rng.normal(0, 1, (180, 320, 1)) * 12 + np.array([150, 100, 60])
    assert salience(np.clip(floor, 0, 255).astype(np.uint8)) < 0.1


def test_nothing_is_salient_where_everything_is() -> None:
    dice = np.random.default_rng(5)
    crowd = sky()
    for _ in range(160):
        crowd = np.asarray(
            cv2.circle(
                crowd,
                tuple(int(side) for side in dice.integers((0, 0), (320, 180))),
                int(dice.integers(4, 14)),
                tuple(int(tone) for tone in dice.integers(20, 235, 3)),
                -1,
            ),
            np.uint8,
        )
    assert salience(crowd) < 0.5 < salience(with_disc(sky(), (160, 90), 40))
