"""The pen draws what is in focus, in long lines."""

import cv2
import numpy as np
import pytest

from stylize.classical.lines import in_focus
from stylize.classical.pen import draw_over
from stylize.classical.scale import Scale
from tests.stylize.drawings import Picture


def discs(blurred_px: float) -> Picture:
    """Two light discs on a dark ground, the right one as a lens out of focus shows it."""
    picture = np.full((400, 800, 3), 0.35, np.float32)
    for x in (200, 600):
        cv2.circle(picture, (x, 200), 110, (0.9, 0.8, 0.6), -1, cv2.LINE_AA)
    picture[:, 400:] = cv2.GaussianBlur(picture[:, 400:], (0, 0), blurred_px)
    return picture


def inked(painting: Picture, source: Picture, columns: slice) -> float:
    """Return the share of pixels that the pen has made dark."""
    drawn = draw_over(painting, source)
    return float((drawn[:, columns].mean(axis=-1) < 0.2).mean())


@pytest.mark.parametrize("enlarged", [1.0, 2.0])
def test_focus_is_told_by_the_width_of_edges(enlarged: float) -> None:
    light = cv2.GaussianBlur(discs(8 * enlarged), (0, 0), 0.6 * enlarged).mean(axis=-1)
    focus = in_focus(light, Scale(unit_px=0.57, enlarged=enlarged))
    assert focus.min() >= 0 and focus.max() <= 1
    assert focus[200, 90] > 0.9 and focus[200, 310] > 0.9
    assert focus[200, 490] < 0.3 and focus[200, 710] < 0.3


def test_what_is_out_of_focus_gets_no_line_though_the_painting_is_crisp() -> None:
    painting = discs(0.3)
    assert inked(painting, painting, np.s_[400:]) > 0.01, "the contour is drawn where the film is crisp"
    assert inked(painting, discs(9), np.s_[:400]) > 0.01
    assert inked(painting, discs(9), np.s_[400:]) < 0.001


def test_short_dashes_are_left_out_and_long_ones_drawn() -> None:
    ground = np.full((400, 800, 3), 0.8, np.float32)
    dashed = ground.copy()
    for x in range(40, 760, 60):
        cv2.line(dashed, (x, 200), (x + 9, 203), (0.45, 0.4, 0.4), 2, cv2.LINE_AA)
    whole = ground.copy()
    cv2.line(whole, (40, 200), (760, 230), (0.45, 0.4, 0.4), 2, cv2.LINE_AA)
    assert inked(dashed, dashed, np.s_[:]) == 0
    assert inked(whole, whole, np.s_[:]) > 0.002
