"""What the story is told from: stills with the motion of their shots."""

from fractions import Fraction
from pathlib import Path

import pytest

from film.model import Dialogue, FrameStats, Keyframe, Line, LineKind, ShotList
from film.voices.loudness import Loudness
from tasks.making import telling
from tasks.making.hearing import MovingMouths
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


def _told(sounds: str, *, loudness: Loudness | None = None) -> list[tuple[str, str, float | None]]:
    said = (("GUNFIRE", LineKind.SOUND), ("LIONS WHIMPER", LineKind.SOUND), ("Run!", LineKind.SPEECH))
    lines = tuple(
        Line(index=at, start_s=Fraction(2 * at), end_s=Fraction(2 * at + 1), text=text, kind=kind)
        for at, (text, kind) in enumerate(said)
    )
    cues = telling._cues(
        Dialogue(lines=lines, language="en"),
        (Fraction(0), Fraction(9)),
        loudness or Loudness(),
        MovingMouths(),
        sounds,
    )
    return [(cue.kind.value, cue.text, cue.loud) for cue in cues]


def test_noises_become_sound_words_and_notes_as_the_recipe_says() -> None:
    run = ("speech", "Run!", None)
    assert _told("captions") == [("sound", "BLAM!", None), ("note", "lions whimper", None), run]
    assert _told("words") == [("sound", "BLAM!", None), run]
    assert _told("written") == [("sound", "GUNFIRE", None), ("sound", "LIONS WHIMPER", None), run]
    assert _told("none") == [run]


def test_a_sound_knows_how_loud_it_is() -> None:
    levels = (-10,) * 10 + (-60,) * 50
    assert _told("words", loudness=Loudness(levels_db=levels))[0] == ("sound", "BLAM!", 1.0)
