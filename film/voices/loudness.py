"""How loud a film is from moment to moment: what is cried, where it bangs, where it is still.

The sound is decoded once, mixed to one channel of 16 kHz. Levels are decibels relative to full scale (dBFS) of the
root mean square of a tenth of a second.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from fractions import Fraction
from functools import cached_property
from math import log10
from statistics import median

import av.error
import numpy as np
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.container import InputContainer
from numpy.typing import NDArray

from configs.units import Frozen
from film.decoding.source import open_film
from film.decoding.timing.clock import film_time
from film.model import Line, LineKind, Movie, Stream, StreamKind
from film.voices.pitch import SOUND_HZ, PitchMeter

STEP_S = Fraction(1, 10)
_SILENCE_DB = -80
_CRIED_DB = 2.5
"""Cries of compressed film sound stand out by this little; those of plain recordings by 6 and more."""
_FLAT_DB = 3.0
"""Sound that moves less tells nothing."""
_LONGEST_S = 12 * 3600
"""No film is longer; a broken timestamp may say so."""


class Loudness(Frozen):
    """The levels of a film's sound; none where it has no sound that can be read."""

    levels_db: tuple[int, ...] = ()
    """One for each tenth of a second from where players start, -80 (silence) to 0."""
    pitches_hz: tuple[int, ...] = ()
    """As many: how high what sounds is, among the pitches of voices; 0 where there is no clear one."""

    @cached_property
    def range_db(self) -> tuple[float, float]:
        """The levels between which the film moves: what it falls below, and rises above, for moments only."""
        quiet, loud = np.percentile(self.levels_db, (20, 97))
        return float(quiet), float(loud)

    def between(self, start_s: Fraction, end_s: Fraction) -> NDArray[np.int_]:
        """Return the levels of a stretch, one at the least where the film reaches so far."""
        first = max(0, int(start_s / STEP_S))
        after = max(first + 1, int(-(-end_s // STEP_S)))
        return np.asarray(self.levels_db[first:after], np.int_)

    def strong(self, start_s: Fraction, end_s: Fraction) -> float | None:
        """Return the level that a stretch reaches for a fifth of its time, in dBFS; None without sound."""
        levels = self.between(start_s, end_s)
        return float(np.percentile(levels, 80)) if levels.size else None


def cries(lines: Sequence[Line], loudness: Loudness) -> frozenset[int]:
    """Return the indices of the lines that are cried: an exclamation, louder than the film's talk usually is.

    What is loud is not always the voice, and what ends with an exclamation mark is not always loud: it takes both.
    """
    talk = {
        line.index: level
        for line in lines
        if line.kind is LineKind.SPEECH and (level := loudness.strong(line.start_s, line.end_s)) is not None
    }
    if not talk:
        return frozenset()
    usual = median(talk.values())
    loud = {index for index, level in talk.items() if level >= usual + _CRIED_DB}
    return frozenset(line.index for line in lines if line.index in loud and "!" in line.text)


def noise(loudness: Loudness, start_s: Fraction, end_s: Fraction) -> float:
    """Return how loud a stretch is for its film: 0 as its quiet moments, 1 as its loudest."""
    if not loudness.levels_db:
        return 0.0
    quiet, loud = loudness.range_db
    level = loudness.strong(start_s, end_s)
    if level is None or loud - quiet < _FLAT_DB:
        return 0.0
    return min(1.0, max(0.0, (level - quiet) / (loud - quiet)))


def measure(movie: Movie, *, progress: Callable[[float], None] | None = None) -> Loudness:
    """Return how loud a film is; of several sound tracks the default one counts.

    What cannot be decoded is silence: a film whose sound is damaged still becomes a comic.

    Args:
        movie: The probed film.
        progress: Called with the share that is done, 0 to 1.

    Raises:
        FilmError: The file cannot be opened any more.
    """
    sounds = [stream for stream in movie.streams if stream.kind is StreamKind.AUDIO]
    if not sounds:
        return Loudness()
    chosen = min(sounds, key=lambda stream: not stream.default)
    energy: dict[int, tuple[float, int]] = {}
    meter = PitchMeter()
    with open_film(movie.path, unedited=movie.unedited, until_byte=movie.until_byte) as container:
        for at_s, samples in _sound(container, chosen, movie):
            _add(energy, at_s, samples)
            meter.add(at_s, samples)
            if progress is not None and movie.duration_s:
                progress(min(1.0, max(0.0, at_s / float(movie.duration_s))))
    if not energy:
        return Loudness()
    last = min(max(energy), int(_LONGEST_S / STEP_S))
    levels = tuple(_decibels(*energy.get(step, (0.0, 0))) for step in range(last + 1))
    return Loudness(levels_db=levels, pitches_hz=meter.steps(last + 1))


def _add(energy: dict[int, tuple[float, int]], at_s: float, samples: NDArray[np.float32]) -> None:
    """Add the energy of samples to the steps that they fall into."""
    block = int(SOUND_HZ * STEP_S)
    first = round(at_s * SOUND_HZ)
    begin = 0
    while begin < samples.size:
        step = (first + begin) // block
        end = min(samples.size, (step + 1) * block - first)
        if step >= 0:
            part = samples[begin:end]
            before, count = energy.get(step, (0.0, 0))
            energy[step] = before + float(np.dot(part, part)), count + part.size
        begin = end


def _decibels(energy: float, count: int) -> int:
    if count == 0 or energy <= 0:
        return _SILENCE_DB
    return max(_SILENCE_DB, min(0, round(10 * log10(energy / count))))


def _sound(container: InputContainer, chosen: Stream, movie: Movie) -> Iterator[tuple[float, NDArray[np.float32]]]:
    """Yield stretches of one channel with the time at which each begins, in seconds from where players start."""
    stream = container.streams[chosen.index] if chosen.index < len(container.streams) else None
    if not isinstance(stream, AudioStream):
        return
    resampler = AudioResampler(format="flt", layout="mono", rate=SOUND_HZ)
    following_s, byte = 0.0, 0
    with suppress(av.error.FFmpegError, IndexError):  # PyAV has no place for a stream that begins on the way
        for packet in container.demux(stream):
            byte = byte if packet.pos is None else packet.pos  # of several packets in a block the first one has it
            with suppress(av.error.FFmpegError, ValueError):
                for frame in packet.decode():
                    at_s = following_s if frame.time is None else _film_time(movie, frame.time, byte)
                    for part in resampler.resample(frame):
                        samples = part.to_ndarray().ravel().astype(np.float32)
                        yield at_s, np.nan_to_num(samples)
                        at_s = following_s = at_s + samples.size / SOUND_HZ


def _film_time(movie: Movie, time_s: float, byte: int) -> float:
    if not movie.timeline.passages:  # nearly always, and fractions are slow
        return time_s - float(movie.start_offset_s)
    return float(film_time(movie, Fraction(time_s), byte))
