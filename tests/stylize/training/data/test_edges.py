"""Edge smoothing against a walk over the pixels one by one, as the original does it."""

import cv2
import numpy as np
import pytest

from stylize.training.data.edges import remove_colour, smooth_edges


def drawing(seed: int = 0) -> np.ndarray:
    """A dark disc and a bright bar on soft ground, touching the border."""
    picture = np.full((48, 64, 3), 200, np.uint8)
    picture[:, :, 2] = np.linspace(90, 140, 64).astype(np.uint8)
    cv2.circle(picture, (20, 24), 12, (20, 40, 60), -1)
    cv2.rectangle(picture, (50, 0), (63, 20), (250, 240, 10), -1)
    return picture


def walked(picture: np.ndarray) -> np.ndarray:
    """The same by hand: a binomial 5x5 sum around every pixel of the dilated edges."""
    window = np.outer([1, 4, 6, 4, 1], [1, 4, 6, 4, 1]) / 256
    edges = cv2.Canny(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), 100, 200)
    padded = np.pad(picture.astype(float), ((2, 2), (2, 2), (0, 0)), mode="reflect")
    result = picture.astype(float)
    for y, x in np.ndindex(edges.shape):
        if edges[max(0, y - 2) : y + 3, max(0, x - 2) : x + 3].any():
            for channel in range(3):
                result[y, x, channel] = (padded[y : y + 5, x : x + 5, channel] * window).sum()
    return result


def test_it_is_the_walk_over_the_edges() -> None:
    picture = drawing()
    smooth = smooth_edges(picture)
    assert smooth.dtype == np.uint8 and smooth.shape == picture.shape
    assert np.abs(smooth - walked(picture)).max() <= 1
    changed = (smooth != picture).any(axis=2)
    assert 0.05 < changed.mean() < 0.5


def test_a_picture_without_edges_stays() -> None:
    soft = np.repeat(np.linspace(50, 90, 40)[None, :, None], 30, axis=0).repeat(3, axis=2).astype(np.uint8)
    assert np.array_equal(smooth_edges(soft), soft)


@pytest.mark.parametrize(("colour", "grey"), [((255, 0, 0), 76), ((0, 255, 0), 150), ((0, 0, 255), 29)])
def test_grey_is_luma_three_times(colour: tuple[int, int, int], grey: int) -> None:
    """0.299 R + 0.587 G + 0.114 B."""
    assert remove_colour(np.full((2, 2, 3), colour, np.uint8)).tolist() == [[[grey] * 3] * 2] * 2
