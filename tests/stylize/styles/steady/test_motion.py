"""Movement that is known is found, and what was hidden is not trusted."""

import numpy as np
import pytest

from stylize.styles.steady.motion import carried, follow
from tests.stylize.drawings import plain
from tests.stylize.styles.steady.moving import crossed, panned, texture

INNER = np.s_[12:-12, 12:-12]


@pytest.mark.parametrize("step_px", [0, 1, 3, 6])
def test_a_pan_is_found_and_trusted(step_px: int) -> None:
    before, after = panned(2, step_px)
    motion = follow(before, after)
    columns = np.arange(96, dtype=np.float32)[None, :]
    assert np.abs(motion.origin[..., 0] - columns - step_px)[INNER].max() < 0.3
    assert motion.trust[INNER].min() > 0.9
    assert np.abs(carried(before, motion.origin) - after)[INNER].max() < 0.03


def test_a_still_picture_is_carried_as_it_is() -> None:
    picture = texture(96, 64)
    motion = follow(picture, picture)
    assert np.array_equal(carried(picture, motion.origin), picture)
    assert motion.trust.min() == 1


def test_what_comes_to_light_is_not_trusted() -> None:
    (before, after), (was, _) = crossed(2, 6)
    trust = follow(before, after).trust
    assert trust[30:54, was.start : was.start + 6].mean() < 0.2
    assert trust[66:, :].mean() > 0.95, "the ground far from it is"


def test_another_picture_is_not_trusted() -> None:
    before = texture(96, 64)
    assert follow(before, 1 - before).trust.mean() < 0.1


@pytest.mark.parametrize("size", [(8, 8), (8, 200), (17, 16), (33, 20)])
def test_small_pictures_can_be_followed(size: tuple[int, int]) -> None:
    motion = follow(plain(*size), plain(*size))
    assert motion.origin.shape == (size[1], size[0], 2) and motion.trust.shape == (size[1], size[0])
    assert motion.trust.min() == 1


def test_large_frames_are_searched_small() -> None:
    before, after = panned(2, 8, width=1280, height=720)
    motion = follow(before, after)
    columns = np.arange(1280, dtype=np.float32)[None, :]
    assert np.abs(motion.origin[..., 0] - columns - 8)[40:-40, 40:-40].mean() < 0.2
    assert motion.trust[40:-40, 40:-40].mean() > 0.9
