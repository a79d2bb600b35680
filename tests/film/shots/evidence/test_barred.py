"""Bars of single shots: known from several of them, cut off dark ones too, never taken from a scene's own darkness."""

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from configs.units import WHOLE, Box
from film.shots.evidence.barred import BarVotes

Grey = NDArray[np.uint8]
SIZE = (144, 256)
SHOT = 60
"""Frames a shot."""


def bright(seed: int, height: int = SIZE[0], width: int = SIZE[1]) -> list[Grey]:
    noise = np.random.default_rng(seed)
    return [noise.integers(60, 220, (height, width), np.uint8) for _ in range(3)]


def dark(seed: int, height: int = SIZE[0], width: int = SIZE[1]) -> list[Grey]:
    """Black, with something lit that reaches the upper edge in one corner and drifts."""
    frames = []
    for step in range(3):
        frame = np.full((height, width), 4, np.uint8)
        frame[: height // 2 + 3 * step + seed, 20 + 5 * seed : 60 + 9 * step] = 110
        frames.append(frame)
    return frames


def inside(frames: Sequence[Grey], down: int = 0, across: int = 0) -> list[Grey]:
    """Put pictures between bars of so many lines."""
    return [np.pad(frame, ((down, down), (across, across)), constant_values=3) for frame in frames]


def told(*shots: Sequence[Grey]) -> list[Box | None]:
    votes = BarVotes()
    for frames in shots:
        for number in range(SHOT):
            votes.add(frames[number * len(frames) // SHOT])
    return votes.pictures([(SHOT * number, SHOT * (number + 1)) for number in range(len(shots))])


def letterboxed(seed: int, dim: bool = False) -> list[Grey]:
    return inside((dark if dim else bright)(seed, 144 - 2 * 18), down=18)


def test_each_shot_has_the_bars_that_it_has() -> None:
    pillars = inside(bright(5, width=192), across=32)
    found = told(bright(1), letterboxed(2), letterboxed(3), pillars, bright(4), pillars, letterboxed(6))
    for box, (down, across) in zip(found, [(0, 0), (18, 0), (18, 0), (0, 32), (0, 0), (0, 32), (18, 0)], strict=True):
        assert box is not None
        assert (box.y0 * 144, box.x0 * 256) == (pytest.approx(down, abs=1.1), pytest.approx(across, abs=1.1))
        assert (1 - box.y1, 1 - box.x1) == (pytest.approx(box.y0), pytest.approx(box.x0))


def test_a_dark_shot_of_a_known_format_loses_its_bars() -> None:
    found = told(letterboxed(1), letterboxed(2, dim=True), letterboxed(3))
    assert all(box is not None and box.y0 == pytest.approx(18 / 144, abs=0.008) for box in found)


def test_a_dark_edge_is_no_bar() -> None:
    """Neither of a film in the dark, nor of a dark shot of a joined one that shows something in the bars' place."""
    assert all(box in (None, WHOLE) for box in told(*(dark(seed) for seed in range(5))))
    found = told(letterboxed(1), letterboxed(2), dark(3), dark(4), bright(5))
    assert found[2] == found[3] == found[4] == WHOLE


def test_one_shot_alone_is_believed_only_in_a_usual_shape() -> None:
    door = inside(bright(2, width=150), across=53)
    assert told(bright(1), door, bright(3))[1] == WHOLE
    pillars = told(bright(1), inside(bright(2, width=192), across=32), bright(3))[1]
    assert pillars is not None and pillars.x0 == pytest.approx(32 / 256, abs=0.008)


def test_of_what_was_not_seen_nothing_is_told() -> None:
    black = [np.zeros(SIZE, np.uint8)]
    assert told(bright(1), black, bright(2)) == [WHOLE, None, WHOLE]
    assert BarVotes().pictures([]) == []
