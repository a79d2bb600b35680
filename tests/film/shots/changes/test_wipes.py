"""Wipes of every kind are one border; bodies that cross the picture, and what is scrolled, are none."""

import cv2
import numpy as np

from benchmarks.transitions.wiping import wiped
from film.model import Transition
from tests.film.shots.drawn import RATE, SIZE, Film, drawing, pan, surveyed


def test_a_wipe_is_one_border_and_no_keyframe_lies_inside() -> None:
    missed = []
    for seed in range(16):
        made = wiped(np.random.default_rng(seed), pan(2 * seed, 70, speed=0.4), pan(2 * seed + 1, 70, speed=0.4))
        assert made is not None
        film, (first, last) = made
        before, *others = surveyed(film).shots()
        if not others:
            missed.append(seed)
            continue
        (after,) = others
        assert after.transition is Transition.WIPE
        assert first - 1 <= after.first_frame <= last + 1
        assert before.clean_end_s * RATE <= first + 2
        assert after.clean_start_s * RATE >= last - 1
    assert len(missed) <= 2, "softer ones look like dissolves"


def test_a_body_that_crosses_the_picture_is_no_wipe() -> None:
    film = pan(3, 120, speed=0.3).copy()
    body = cv2.resize(drawing(4), (150, 130))
    for k, left in enumerate(np.linspace(-150, SIZE[1], 60).astype(int)):
        start, end = max(0, left), min(SIZE[1], left + 150)
        film[30 + k, 14:, start:end] = body[:, start - left : end - left]
    assert len(surveyed(film).shots()) == 1


def test_a_text_that_is_scrolled_is_no_wipe() -> None:
    page = np.full((700, SIZE[1], 3), 250, np.uint8)
    for line in range(20, 700, 22):
        cv2.putText(page, f"line {line} of a long text", (10 + line % 40, line), 0, 0.5, (20, 20, 20), 1)
    tops = np.concatenate([np.zeros(40), np.linspace(0, 400, 60), np.full(40, 400)]).astype(int)
    film: Film = np.stack([page[top : top + SIZE[0]] for top in tops])
    assert len(surveyed(film).shots()) == 1
