"""How high a voice is, in tones whose pitch is known."""

from fractions import Fraction

import numpy as np
import pytest

from film.voices.pitch import SOUND_HZ, PitchMeter, Voice, voices_of

SECOND = np.arange(SOUND_HZ) / SOUND_HZ


def voice(pitch_hz: float) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    """A second of a tone with the overtones of a voice."""
    return sum(np.sin(2 * np.pi * pitch_hz * n * SECOND) / n for n in range(1, 9)).astype(np.float32)  # type: ignore[union-attr]


def heard(*seconds: np.ndarray[tuple[int], np.dtype[np.float32]], piece: int = 1024) -> tuple[int, ...]:
    meter, sound = PitchMeter(), np.concatenate(seconds)
    for begin in range(0, sound.size, piece):
        meter.add(begin / SOUND_HZ, sound[begin : begin + piece])
    return meter.steps(10 * len(seconds))


@pytest.mark.parametrize("pitch_hz", [90, 125, 180, 260, 340])
@pytest.mark.parametrize("piece", [1024, 1537])
def test_tones(pitch_hz: float, piece: int) -> None:
    steps = heard(voice(pitch_hz), piece=piece)
    assert len(steps) == 10
    assert steps[1:9] == pytest.approx([pitch_hz] * 8, rel=0.04)


def test_noise_and_silence_have_no_pitch() -> None:
    noise = np.random.default_rng(1).normal(size=SOUND_HZ).astype(np.float32)
    assert sum(map(bool, heard(np.zeros(SOUND_HZ, np.float32), noise))) <= 2


def test_a_gap_in_the_sound_stays_one() -> None:
    meter = PitchMeter()
    meter.add(0.0, voice(120))
    meter.add(3.0, voice(240))
    steps = meter.steps(40)
    assert steps[5] == pytest.approx(120, rel=0.04) and steps[20] == 0 and steps[35] == pytest.approx(240, rel=0.04)


def test_the_voice_of_a_line_is_what_most_of_it_agrees_in() -> None:
    span = {0: (Fraction(1), Fraction(2))}
    assert voices_of([0] * 10 + [100] * 7 + [0, 300, 0], span) == {0: Voice(pitch_hz=100)}
    assert voices_of([0] * 10 + [100] * 5 + [300] * 5, span) == {}
    assert voices_of([0] * 10 + [100, 0, 0, 0, 0, 0, 0, 0, 0, 100], span) == {}
    assert voices_of([100] * 30, span) == {}, "the music goes on before and after"
    assert voices_of([], span) == {}
    assert Voice(pitch_hz=100).octaves_from(Voice(pitch_hz=200)) == pytest.approx(1)
