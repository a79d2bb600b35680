"""What lives in a picture: bars and diagrams do not, slow changes do, and noise alone is no life."""

import numpy as np
import pytest
from numpy.typing import NDArray

from film.shots.evidence.living import Living, judged_part

SIZE = (32, 18)


def _lived(frames: list[NDArray[np.uint8]], since: int = 1) -> NDArray[np.bool_]:
    living = Living(SIZE)
    for frame in frames:
        living.add(frame)
    return living.since(since)


def _moving(count: int, noise: float = 0.0) -> list[NDArray[np.uint8]]:
    """Return frames whose left half changes all the time."""
    random = np.random.default_rng(1)
    still = random.integers(0, 256, (18, 32, 3)).astype(np.float32)
    frames = []
    for _ in range(count):
        frame = still.copy()
        frame[:, :16] = random.integers(0, 256, (18, 16, 3))
        frames.append(np.clip(frame + random.normal(0, noise, frame.shape), 0, 255).astype(np.uint8))
    return frames


@pytest.mark.parametrize("noise", [0.0, 1.2])
def test_what_never_changes_does_not_live(noise: float) -> None:
    lives = _lived(_moving(60, noise))
    assert lives[:, :16].all()
    assert lives[:, 16:].mean() < 0.02


def test_a_slow_change_lives() -> None:
    frames = [np.full((18, 32, 3), 40 + i // 4, np.uint8) for i in range(40)]
    assert _lived(frames).all()


def test_what_changed_long_ago_lives_no_more() -> None:
    frames = [*_moving(10), *[_moving(1)[0]] * 30]
    assert not _lived(frames, since=20).any()


def test_the_judged_part_keeps_away_from_what_is_still() -> None:
    changed = np.ones((18, 32), np.bool_)
    assert judged_part(changed).all()
    changed[9, 15] = False  # a single cell belongs to the picture
    assert judged_part(changed).all()
    changed[:4] = False
    judged = judged_part(changed)
    assert not judged[:5].any()
    assert judged[5:].all()
    assert judged_part(np.zeros((18, 32), np.bool_)).all(), "a still picture is judged whole"
