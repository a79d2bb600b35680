"""What stands still beside the picture must not pass for likeness: bars, diagrams, logos."""

from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from film.decoding.ffmpeg import film_input
from film.decoding.probe import probe
from film.decoding.seek import FrameReader
from film.shots.evidence.likeness import Likeness, contrast, without_noise
from film.shots.shots import find_shots
from tests.film.programs import run
from tests.material import shared

CUTS = [52, 122, 158, 221, 309]
"""Of the first fourteen seconds of the battle."""
HIDDEN = {
    "bars above and below": "pad=iw:ih+150:0:75",
    "bars at the sides": "pad=iw+300:ih:150:0:gray",
    "a logo": "drawbox=x=20:y=20:w=120:h=80:color=red:t=fill",
    "a diagram that takes half": "pad=iw*2:ih:0:0:white,drawbox=x=700:y=40:w=200:h=100:color=blue:t=fill"
    ",drawbox=x=950:y=20:w=250:h=180:color=green:t=6,drawbox=x=720:y=180:w=400:h=8:color=black:t=fill",
}


def _cuts(path: Path) -> list[int]:
    return [shot.first_frame for shot in find_shots(probe(path)).shots[1:]]


@pytest.mark.parametrize("filters", HIDDEN.values(), ids=HIDDEN)
def test_cuts_are_found_beside_what_never_changes(tmp_path: Path, filters: str) -> None:
    battle = film_input(shared("films/tears_of_steel_battle.webm"), t=14)
    run(battle.output(str(tmp_path / "film.mkv"), vf=f"scale=640:-2,{filters}", crf=20, preset="ultrafast", an=None))
    assert _cuts(tmp_path / "film.mkv") == CUTS


def test_a_mirrored_film_has_the_same_likeness() -> None:
    """Optical flow searches from one side: what it finds of a fast movement depends on the way that it goes."""
    with FrameReader(probe(shared("films/tears_of_steel_battle.webm")), long_side_px=128) as reader:
        pictures = [
            np.ascontiguousarray(reader.read(Fraction(number, 24))[1].mean(axis=2).astype(np.uint8))
            for number in range(300, 320)
        ]
    likeness = Likeness()
    for old, new in pairwise(pictures):
        mirrored = np.ascontiguousarray(old[:, ::-1]), np.ascontiguousarray(new[:, ::-1])
        assert likeness.between(*mirrored) == pytest.approx(likeness.between(old, new), abs=1e-3)


def test_noise_is_no_contrast() -> None:
    random = np.random.default_rng(2)
    black = np.clip(random.normal(40, 8, (144, 256)), 0, 255).astype(np.uint8)
    assert contrast(black) == pytest.approx(8, abs=0.2)
    assert without_noise(contrast(black), black) < 2
    ramp = np.tile(np.linspace(20, 60, 256), (144, 1)).astype(np.uint8)
    assert without_noise(contrast(ramp), ramp) == pytest.approx(contrast(ramp), rel=0.05)


def test_movement_explains_a_pan_and_no_mixture() -> None:
    """In a slow pan over soft clouds the middle of a stretch is nearly the mean of its ends, as in a dissolve."""
    random = np.random.default_rng(5)
    one, other = (_clouds(random) for _ in range(2))
    likeness = Likeness()
    panned = likeness.unmoved(one[:, :128].copy(), one[:, 4:132].copy())
    mixed = likeness.unmoved(one[:, :128].copy(), (0.8 * one + 0.2 * other)[:, :128].astype(np.uint8))
    assert panned < 0.4 < 0.7 < mixed
    assert likeness.unmoved(one[:, :128].copy(), one[:, :128].copy()) == 1


def _clouds(random: np.random.Generator) -> NDArray[np.uint8]:
    return np.asarray(cv2.resize(random.integers(0, 256, (9, 17), np.uint8), (136, 72), interpolation=cv2.INTER_CUBIC))
