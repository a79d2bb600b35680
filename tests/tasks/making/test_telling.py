"""What the story is told from: stills with the motion of their shots."""

from fractions import Fraction
from pathlib import Path

import pytest

from film.model import FrameStats, Keyframe, ShotList
from film.voices.loudness import Loudness
from tasks.making import telling
from tests.film.pictures.test_moments import film, shot


class _Counted:
    """Figures of frames that count how often the column of times is asked for."""

    def __init__(self, stats: FrameStats) -> None:
        self._stats = stats
        self.asked = 0

    def __getattr__(self, name: str) -> object:
        self.asked += name == "time_s"
        return getattr(self._stats, name)


def test_the_figures_of_all_frames_are_gone_through_once() -> None:
    plain = film(*(shot(at, 2 * at, 2 * at + 2) for at in range(5)))
    change = tuple(8.0 * (at_s >= 2) + 8.0 * (at_s >= 4) for at_s in plain.stats.time_s)
    counted = _Counted(plain.stats.model_copy(update={"change": change}))
    listed = ShotList.model_construct(shots=plain.shots, scenes=plain.scenes, stats=counted)
    frames = tuple(
        Keyframe(shot=at, at_s=Fraction(2 * at), image=Path("0.jpg"), sha256="0", size_px=(9, 9)) for at in range(5)
    )
    stills = telling._stills(frames, listed, Loudness())
    assert [still.motion for still in stills] == pytest.approx([0, 0.5, 1, 1, 1])
    assert counted.asked == 1
