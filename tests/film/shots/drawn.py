"""Films drawn here: pictures that are known, without an encoder between."""

from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from film.decoding.frames import Batch
from film.model import Movie
from film.shots.shots import Survey

RATE = 24
Film = NDArray[np.uint8]
SIZE = (144, 256)
"""(height, width)."""


def drawing(seed: int) -> Film:
    """Return a picture with things in it: shapes with edges on a ground that changes slowly."""
    random = np.random.default_rng(seed)
    picture = cv2.resize(random.integers(0, 255, (3, 4, 3), np.uint8), (512, 288), interpolation=cv2.INTER_CUBIC)
    for _ in range(40):
        x, y, width, height = (int(value) for value in random.integers((0, 0, 8, 8), (512, 288, 70, 70)))
        colour = tuple(int(value) for value in random.integers(0, 255, 3))
        if random.random() < 0.5:
            cv2.rectangle(picture, (x, y), (x + width, y + height), colour, -1)
        else:
            cv2.ellipse(picture, (x, y), (width // 2, height // 2), 0, 0, 360, colour, -1, cv2.LINE_AA)
    return np.asarray(picture, np.uint8)


def blurred(seed: int, count: int) -> Film:
    """Return a camera moving over a picture out of focus."""
    return np.stack([cv2.GaussianBlur(frame, (0, 0), 12) for frame in pan(seed, count)])


def pan(seed: int, count: int, *, speed: float = 1.5, hold: int = 1) -> Film:
    """Return a camera moving over a picture; `hold` frames show the same (drawn on twos)."""
    picture = drawing(seed)
    offsets = [round(speed * (i - i % hold)) for i in range(count)]
    return np.stack([picture[60 : 60 + SIZE[0], 8 + x : 8 + x + SIZE[1]] for x in offsets])


def surveyed(film: Film) -> Survey:
    """Return what is gathered of a film."""
    movie = Movie(
        path=Path("/film"),
        sha256="",
        duration_s=Fraction(len(film), RATE),
        rate=Fraction(RATE),
        size_px=(SIZE[1], SIZE[0]),
    )
    survey = Survey(movie)
    for first in range(0, len(film), 16):
        part = film[first : first + 16]
        survey.add(Batch([Fraction(first + i, RATE) for i in range(len(part))], part))
    return survey
