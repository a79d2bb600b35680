"""Writing in pictures: names on a plain ground and over a picture are seen, what only stands in rows is not."""

import cv2
import numpy as np
import pytest

from film.decoding.developing.picture import Picture
from film.pictures.writing import on_plain_ground, stays_in, writing_in
from tests.material import shared

SIZE = (640, 270)


def ground(seed: int = 0) -> Picture:
    """Draw a landscape: soft hills, with grain."""
    random = np.random.default_rng(seed)
    hills = cv2.resize(random.integers(40, 150, (6, 9, 3), np.uint8), SIZE, interpolation=cv2.INTER_CUBIC)
    return np.clip(hills.astype(int) + random.integers(-4, 5, hills.shape), 0, 255).astype(np.uint8)


def lettered(picture: Picture, *lines: str, scale: float = 0.8, colour: int = 250) -> Picture:
    written = picture.copy()
    for row, line in enumerate(lines):
        place = (150, 110 + row * round(45 * scale))
        cv2.putText(written, line, place, cv2.FONT_HERSHEY_DUPLEX, scale, (colour,) * 3, 1, cv2.LINE_AA)
    return written


@pytest.mark.parametrize("colour", [250, 5])
@pytest.mark.parametrize("scale", [0.5, 0.8, 1.4])
def test_a_name_is_seen_whatever_it_stands_on(scale: float, colour: int) -> None:
    plain = np.full((SIZE[1], SIZE[0], 3), 128, np.uint8)
    for picture in (plain, ground()):
        found = writing_in(lettered(picture, "Directed by", "Jonas Olsen", scale=scale, colour=colour))
        assert found.strokes >= 7
        assert found.place is not None
        assert 0.15 < found.place[0] < 0.3


def test_a_plain_ground_is_told_from_a_picture() -> None:
    plain = np.zeros((SIZE[1], SIZE[0], 3), np.uint8)
    assert on_plain_ground(lettered(plain, "THE END"))
    assert not on_plain_ground(plain)
    assert not on_plain_ground(lettered(ground(), "THE END"))


def test_fading_letters_are_known_from_those_that_are_not() -> None:
    titled = lettered(ground(), "NORTHERN LIGHT")
    found = writing_in(titled)
    fading = (0.8 * ground().astype(float) + 0.2 * titled.astype(float)).astype(np.uint8)
    assert stays_in(found, titled, fading)
    assert not stays_in(found, titled, ground())
    assert not stays_in(found, titled, ground(1))


def fence() -> Picture:
    picture = ground()
    for x in range(40, 600, 24):
        cv2.rectangle(picture, (x, 120), (x + 7, 190), (235, 235, 230), -1, cv2.LINE_AA)
    return picture


def windows() -> Picture:
    picture = np.full((SIZE[1], SIZE[0], 3), 30, np.uint8)
    for x in range(60, 560, 26):
        for y in range(50, 220, 34):
            cv2.rectangle(picture, (x, y), (x + 12, y + 18), (240, 220, 150), -1)
    return picture


def twigs() -> Picture:
    random, picture = np.random.default_rng(3), ground()
    for _ in range(150):
        x, y = random.integers(0, SIZE[0]), random.integers(40, 220)
        cv2.line(
            picture, (x, y), (x + random.integers(-14, 15), y - random.integers(4, 30)), (20, 25, 20), 2, cv2.LINE_AA
        )
    return cv2.GaussianBlur(picture, (0, 0), 0.8).astype(np.uint8)


@pytest.mark.parametrize("draw", [ground, fence, windows, twigs])
def test_what_stands_in_rows_is_no_writing(draw: object) -> None:
    assert callable(draw)
    assert writing_in(draw()).strokes < 5


def test_a_film_without_words_in_its_pictures() -> None:
    reader = cv2.VideoCapture(str(shared("films/tears_of_steel_battle.webm")))
    for number in range(600):
        assert reader.grab()
        if number % 60 == 0:
            picture = cv2.cvtColor(reader.retrieve()[1], cv2.COLOR_BGR2RGB)
            assert writing_in(np.asarray(picture, np.uint8)).strokes < 5
