"""How high a voice is: the pitch of a film's sound from moment to moment, and that of a line.

Each tenth of a second has the pitch at which its spectrum repeats itself, where it does so clearly. (Compressed
autocorrelation: Tolonen and Karjalainen, "A computationally efficient multipitch analysis model", 2000; here of one.)
Music and noise have pitches too: a line has one only where most of it agrees.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import log2

import numpy as np
from numpy.typing import NDArray

from configs.units import Frozen

SOUND_HZ = 16_000
"""Of the sound that is measured; a quarter of it is enough for the pitches of voices."""
STEPS_A_S = 10
_THINNED = 4
_RATE_HZ = SOUND_HZ // _THINNED
_FRAME = 256
_HOP = _RATE_HZ // STEPS_A_S // 2
_LOWEST_HZ, _OCTAVES, _AN_OCTAVE = 75, 2.4, 24
"""Of voices; and how many pitches are tried."""
_BAND_HZ = (70, 1100)
_CLEAR = 0.25
"""How much of its energy a frame must have at its pitch."""
_CHUNK = 64 * _HOP
_FEWEST_STEPS, _FEWEST_SHARE = 4, 0.2
_SPREAD, _AGREED = 0.4, 0.6
"""So many octaves hold such a share of a line's pitches; else it is not one voice."""
_LEAST_HZ = 80
"""A lower one is a rumble."""
_AROUND_S, _APART_S = 2.0, 0.2
_MUSIC_SHARE, _MUSIC_OCTAVES = 0.3, 0.2
"""A pitch that sounds before and after the line, for such a share of the time, is not the voice's."""

Floats = NDArray[np.float32]


class Voice(Frozen):
    """How high a line is spoken."""

    pitch_hz: float

    def octaves_from(self, other: "Voice") -> float:
        """Return how far apart two voices are."""
        return abs(log2(self.pitch_hz / other.pitch_hz))


class PitchMeter:
    """Takes the sound of a film piece by piece, at 16 kHz, and knows the pitch of each tenth of a second."""

    def __init__(self) -> None:
        self._odd: Floats = np.zeros(0, np.float32)
        self._held: list[Floats] = []
        self._length = 0
        self._first = 0
        self._found: dict[int, tuple[float, int]] = {}

    def add(self, at_s: float, samples: Floats) -> None:
        """Take samples that begin at a time, which mostly is where the last ones ended."""
        first = round(at_s * _RATE_HZ)
        samples = np.concatenate([self._odd, samples])
        whole = samples.size // _THINNED * _THINNED
        self._odd = samples[whole:]
        samples = samples[:whole].reshape(-1, _THINNED).mean(axis=1)
        if abs(first - self._first - self._length) > _HOP:
            self._measure()
            self._held, self._length, self._first = [], 0, first
        self._held.append(samples)
        self._length += samples.size
        if self._length >= _CHUNK:
            self._measure()

    def steps(self, count: int) -> tuple[int, ...]:
        """Return the pitches in Hz of so many tenths of a second, 0 where there is none."""
        self._measure()
        return tuple(self._found.get(step, (0.0, 0))[1] for step in range(count))

    def _measure(self) -> None:
        frames = max(0, (self._length - _FRAME) // _HOP + 1)
        if not frames:
            return
        sound = np.concatenate(self._held)
        windows = np.lib.stride_tricks.sliding_window_view(sound, _FRAME)[::_HOP][:frames]
        for number, (clear, pitch) in enumerate(zip(*pitches(windows), strict=True)):
            step = (self._first + number * _HOP + _FRAME // 2) * STEPS_A_S // _RATE_HZ
            if clear >= _CLEAR and clear > self._found.get(step, (0.0, 0))[0]:
                self._found[step] = (float(clear), round(float(pitch)))
        rest = sound[frames * _HOP :]
        self._held, self._length, self._first = [rest], rest.size, self._first + frames * _HOP


_WINDOW = np.hanning(_FRAME).astype(np.float32)
_BINS_HZ = np.fft.rfftfreq(2 * _FRAME, 1 / _RATE_HZ)
_IN_BAND = slice(*np.searchsorted(_BINS_HZ, _BAND_HZ))
_PITCHES_HZ = _LOWEST_HZ * 2.0 ** (np.arange(round(_OCTAVES * _AN_OCTAVE)) / _AN_OCTAVE)
_COSINES = np.cos(2 * np.pi * _BINS_HZ[_IN_BAND, None] / _PITCHES_HZ).astype(np.float32)


def pitches(windows: Floats) -> tuple[Floats, NDArray[np.float64]]:
    """Return how clear the pitch of each window is (0 to 1), and the pitch in Hz.

    Args:
        windows: Sound at 4 kHz, shape (count, 256).
    """
    spectrum = np.abs(np.fft.rfft(windows * _WINDOW, 2 * _FRAME, axis=1)[:, _IN_BAND]).astype(np.float32)
    alike = spectrum @ _COSINES / (spectrum.sum(axis=1, keepdims=True) + 1e-9)
    return np.asarray(alike.max(axis=1), np.float32), _PITCHES_HZ[alike.argmax(axis=1)]


def voices_of(steps: Sequence[int], spans: Mapping[int, tuple[Fraction, Fraction]]) -> dict[int, Voice]:
    """Return the voices of the lines whose pitch can be told, by the lines' indices.

    Args:
        steps: The film's pitches, as a `PitchMeter` tells them.
        spans: When each line is heard, in seconds.
    """
    heard = np.asarray(steps, np.float64)
    spoken = np.zeros(heard.size, np.bool_)
    parts = {index: slice(*(int(at_s * STEPS_A_S) for at_s in span)) for index, span in spans.items()}
    for part in parts.values():
        spoken[part] = True
    aside, around = round(_APART_S * STEPS_A_S), round(_AROUND_S * STEPS_A_S)
    found: dict[int, Voice] = {}
    for index, part in parts.items():
        voice = _voice(heard[part])
        before = slice(max(0, part.start - around), max(0, part.start - aside))
        after = slice(part.stop + aside, part.stop + around)
        silent = np.concatenate([heard[side][~spoken[side]] for side in (before, after)])
        if voice is not None and not _sounds(silent, voice):
            found[index] = voice
    return found


def _voice(heard: NDArray[np.float64]) -> Voice | None:
    """Return the voice of a line; None where its pitches do not agree."""
    clear = np.sort(np.log2(heard[heard > 0]))
    if clear.size < max(_FEWEST_STEPS, _FEWEST_SHARE * heard.size):
        return None
    ends = np.searchsorted(clear, clear + _SPREAD, side="right")
    most = int((ends - np.arange(clear.size)).argmax())
    agreed = clear[most : ends[most]]
    if agreed.size < _AGREED * clear.size:
        return None
    pitch_hz = round(float(2 ** np.median(agreed)), 1)
    return Voice(pitch_hz=pitch_hz) if pitch_hz >= _LEAST_HZ else None


def _sounds(around: NDArray[np.float64], voice: Voice) -> bool:
    """Tell whether a pitch is heard where nobody speaks: then it is the music's."""
    if not around.size:
        return False
    near = np.abs(np.log2(np.maximum(around, 1) / voice.pitch_hz)) <= _MUSIC_OCTAVES
    return float(near.mean()) >= _MUSIC_SHARE
