"""Which moments of a shot are worth a look, from the figures of the one pass: nothing is decoded here.

A shot is cut into beats, one picture each: about one for every two or three cues, and one for every few seconds
where something may have changed. For each beat a few candidates are named; whoever decodes them decides.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from configs.units import to_seconds
from film.model import FrameStats, Line, Shot, ShotList

_FLASH_S = Fraction(3, 10)
_CUES_PER_BEAT = 2.5
_BEAT_S = 6.5
_MOST_BEATS = 12
_CANDIDATES = 4
_APART = 0.14
"""Candidates keep this part of their beat's frames between them."""
_LEAST_FRAMES = 5
"""Of a beat shorter than three times this all frames are near what it is about."""
_ROUNDED_S = 1e-3
"""By so much a time may be off in containers that count milliseconds."""
_CALM, _CALM_APART = 4, 0.07
"""So many calm frames are named besides, this part of their beat's frames from each other and from the candidates."""
_STIR_FRAMES = 2
_STIR_CONTRAST = 6.0
"""Pictures of less contrast are counted as if they had this much."""
_DARK_LUMA = 14.0
_FLAT_CONTRAST = 5.0
_FAINT_CONTRAST = 12.0
_FAINT_SHARE = 0.3
_TALK_LEAD_S = 0.8
"""How long after a cue begins the speaker is surely talking."""
_USUAL_PLACE = 0.45
"""Where in a beat without words the picture is taken, when nothing speaks for another place."""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Stretch:
    """A stretch of a shot that may get a picture."""

    shot: int
    spoken: bool
    """Whether words are said in it."""
    aim_s: float
    """The moment it is about."""
    times_s: tuple[Fraction, ...]
    """The candidates, in order of time."""
    near: tuple[float, ...]
    """How near each is to that moment, 0 to 1, counted in frames."""
    calm: tuple[tuple[Fraction, float], ...] = ()
    """Others, with how near they are: where least moves, for when nothing can be made out in any candidate."""


class Figures:
    """The figures of every frame as arrays, with the stretch of each shot at hand."""

    def __init__(self, stats: FrameStats) -> None:
        self.time_s: Floats = np.asarray(stats.time_s, np.float64)
        self.luma: Floats = np.asarray(stats.luma, np.float64)
        self.contrast: Floats = np.asarray(stats.contrast, np.float64)
        self.sharpness: Floats = np.asarray(stats.sharpness, np.float64)
        self.change: Floats = np.asarray(stats.change, np.float64)

    def between(self, start_s: Fraction, end_s: Fraction) -> slice:
        """Return the frames that start in `[start_s, end_s)`."""
        first, last = np.searchsorted(self.time_s, [float(start_s) - 1e-6, float(end_s) - 1e-6])
        return slice(int(first), int(last))

    def stirred(self, at_s: Fraction, shot: Shot) -> float:
        """Return how much moves about a moment of a shot: the middle change between frames, in parts of the contrast.

        0 is nothing; from some 0.1 on much of the picture moves. Cuts are left out.
        """
        part = self.between(shot.start_s, shot.end_s)
        at = min(int(np.searchsorted(self.time_s, float(at_s) - _ROUNDED_S)), self.time_s.size - 1)
        first, end = max(part.start + 1, at - _STIR_FRAMES), min(part.stop, at + _STIR_FRAMES + 1)
        moved = self.change[first:end]
        return float(np.median(moved)) / max(_STIR_CONTRAST, float(self.contrast[at])) if moved.size else 0.0

    @cached_property
    def usual_contrast(self) -> float:
        """The contrast of the film's middling frame, those that show nothing left out; 0 where there is none."""
        showing = self.contrast[~self.dark(slice(None))]
        return float(np.median(showing)) if showing.size else 0.0

    def faint(self, part: slice) -> NDArray[np.bool_]:
        """Tell which frames of a stretch are hardly to be made out beside the rest of the film: deep in a fade."""
        return self.contrast[part] < min(_FAINT_CONTRAST, _FAINT_SHARE * self.usual_contrast)

    def dark(self, part: slice) -> NDArray[np.bool_]:
        """Tell which frames of a stretch show nothing: black, or one flat dark tone."""
        return (self.luma[part] < _DARK_LUMA) & (self.contrast[part] < _FLAT_CONTRAST)


def spoken_in(shot: Shot, lines: Sequence[Line]) -> list[Line]:
    """Return the lines that belong to a shot: the better part of their time lies in it, or half a second does."""
    return [line for line in lines if _belongs(line, shot)]


def spoken_by_shot(shots: Sequence[Shot], lines: Sequence[Line]) -> dict[int, list[Line]]:
    """Return what `spoken_in` does for many shots at once: each line is held against the shots that it touches alone.

    Args:
        shots: In order of time; none overlaps another.
        lines: In any order.

    Returns:
        The lines of each shot in which words are said, in the order given, by the shot's index.
    """
    found: dict[int, list[Line]] = {}
    for line, (first, end) in zip(lines, touched([(shot.start_s, shot.end_s) for shot in shots], lines), strict=True):
        for shot in shots[first:end]:
            if _belongs(line, shot):
                found.setdefault(shot.index, []).append(line)
    return found


def touched(spans: Sequence[tuple[Fraction, Fraction]], lines: Sequence[Line]) -> list[tuple[int, int]]:
    """Return for each line which stretches of time it touches, if only at their ends: a half-open range of numbers.

    Args:
        spans: Begin and end of each stretch, in order of time; none overlaps another.
        lines: In any order.
    """
    starts, ends = [start for start, _ in spans], [end for _, end in spans]
    return [(bisect_left(ends, line.start_s), bisect_right(starts, line.end_s)) for line in lines]


def speaking_shots(shots: ShotList, lines: Sequence[Line]) -> frozenset[int]:
    """Return the indices of the shots in which words are said."""
    return frozenset(spoken_by_shot(shots.shots, lines))


class Moments:
    """What of a film, or of a range of it, may be shown; whatever does not depend on words is worked out once.

    Args:
        shots: All shots of the film.
        start_s: Nothing is shown from before this time.
        end_s: Nothing is shown from this time on.
    """

    def __init__(self, shots: ShotList, start_s: Fraction | None, end_s: Fraction | None) -> None:
        self._shots = shots.shots
        self._range = start_s, end_s
        self._inside = {shot.index: span for shot in shots.shots if (span := usable(shot, start_s, end_s))}
        self.figures = Figures(shots.stats)
        self._showing = frozenset(
            shot.index
            for shot in shots.shots
            if shot.index in self._inside and _shows_something(shot, self._inside[shot.index], self.figures)
        )

    def worthy(self, lines: Sequence[Line]) -> frozenset[int]:
        """Return the indices of the shots that get a picture at all, where these lines are said.

        A flash of a shot and one that is black or faint all through get none, unless words are said in them; where
        no shot is left the one that shows most is taken, so that every film has one picture.
        """
        worthy = self._showing | (spoken_by_shot(self._shots, lines).keys() & self._inside.keys())
        if not worthy and self._inside:
            most = max(self._inside, key=lambda index: (_most_contrast(self._inside[index], self.figures), -index))
            return frozenset([most])
        return worthy

    def beats(self, shot: Shot, lines: Sequence[Line]) -> list[Stretch]:
        """Return a shot's beats, as `beats_of` does."""
        start_s, end_s = self._range
        return beats_of(shot, self.figures, lines, start_s=start_s, end_s=end_s)


class _Same:
    """A value that equals itself alone: comparing what was measured of every frame takes longer than it saves."""

    def __init__(self, value: ShotList) -> None:
        self.value = value

    def __hash__(self) -> int:
        return id(self.value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.value is self.value


def moments_of(shots: ShotList, start_s: Fraction | None = None, end_s: Fraction | None = None) -> Moments:
    """Return the moments of a film's range; kept for the next batch of the same list of shots."""
    return _moments(_Same(shots), start_s, end_s)


@lru_cache(maxsize=2)
def _moments(shots: _Same, start_s: Fraction | None, end_s: Fraction | None) -> Moments:
    return Moments(shots.value, start_s, end_s)


def worthy_shots(
    shots: ShotList, lines: Sequence[Line], *, start_s: Fraction | None = None, end_s: Fraction | None = None
) -> frozenset[int]:
    """Return the indices of the shots that get a picture at all (`Moments.worthy`)."""
    return moments_of(shots, start_s, end_s).worthy(lines)


def usable(shot: Shot, start_s: Fraction | None, end_s: Fraction | None) -> tuple[Fraction, Fraction] | None:
    """Return the part of a shot that is clear of transitions and inside the asked range; None where it is outside.

    Where the transitions leave nothing the middle between them is used.
    """
    first, last = max(shot.start_s, start_s or shot.start_s), min(shot.end_s, end_s or shot.end_s)
    if first >= last:
        return None
    clean_first, clean_last = max(first, shot.clean_start_s), min(last, shot.clean_end_s)
    if clean_first < clean_last:
        return clean_first, clean_last
    middle = min(max((shot.clean_start_s + shot.clean_end_s) / 2, first), last)
    return max(first, middle - Fraction(1, 20)), min(last, middle + Fraction(1, 20))


def beats_of(
    shot: Shot,
    figures: Figures,
    lines: Sequence[Line],
    *,
    start_s: Fraction | None = None,
    end_s: Fraction | None = None,
) -> list[Stretch]:
    """Cut a shot into beats and name the candidates of each."""
    span = usable(shot, start_s, end_s)
    if span is None:
        return []
    words = spoken_in(shot, lines)
    count = _count(float(span[1] - span[0]), len(words))
    step_s = (span[1] - span[0]) / count
    edges = [span[0] + step_s * number for number in range(count)] + [span[1]]
    return [_beat(shot, figures, words, (first, last)) for first, last in pairwise(edges)]


def _count(length_s: float, cues: int) -> int:
    by_time = 1 + int(length_s / _BEAT_S)
    by_words = int(np.ceil(cues / _CUES_PER_BEAT))
    return min(_MOST_BEATS, max(by_time, by_words))


def _beat(shot: Shot, figures: Figures, words: Sequence[Line], span: tuple[Fraction, Fraction]) -> Stretch:
    moments = [at for line in words if span[0] <= (at := _moment(line)) < span[1]]
    aim_s = float(moments[0] if moments else span[0] + (span[1] - span[0]) * to_seconds(_USUAL_PLACE))
    times_s, near, calm = _candidates(figures, span, aim_s)
    return Stretch(shot=shot.index, spoken=bool(moments), aim_s=aim_s, times_s=times_s, near=near, calm=calm)


def _moment(line: Line) -> Fraction:
    """Return when a line is surely being said."""
    return line.start_s + min((line.end_s - line.start_s) / 2, to_seconds(_TALK_LEAD_S))


def _candidates(
    figures: Figures, span: tuple[Fraction, Fraction], aim_s: float
) -> tuple[tuple[Fraction, ...], tuple[float, ...], tuple[tuple[Fraction, float], ...]]:
    """Name the most promising frames of a stretch, some way apart, and tell how near each is to its moment; calm ones.

    What is near is told by counting frames, not by their times: another file of the same film may have rounded,
    repeated or shifted timestamps, and where a hair decides what is too near, all that are named after it change.
    """
    part = figures.between(*span)
    times_s = figures.time_s[part]
    if times_s.size == 0:  # between two frames: the one shown then
        return (to_seconds(round(aim_s, 6)),), (1.0,), ()
    near = _nearness(times_s, aim_s)
    scores = _promise(figures, part, near)
    chosen = sorted(_apart(scores, _APART * times_s.size, _CANDIDATES, ()))
    calm = _apart(-figures.change[part] - 1e3 * figures.dark(part), _CALM_APART * times_s.size, _CALM, chosen)
    exact = [to_seconds(float(times_s[index])) for index in (*chosen, *calm)]
    nearness = [float(near[index]) for index in (*chosen, *calm)]
    named = len(chosen)
    return tuple(exact[:named]), tuple(nearness[:named]), tuple(zip(exact[named:], nearness[named:], strict=True))


def _apart(scores: Floats, apart: float, most: int, taken: Sequence[int]) -> list[int]:
    """Return the frames that score most, best first, each so many frames away from the others and from those taken."""
    chosen: list[int] = []
    for index in np.argsort(-scores, kind="stable"):
        if all(abs(index - other) >= apart for other in (*taken, *chosen)):
            chosen.append(int(index))
        if len(chosen) == most:
            break
    return chosen


def _nearness(times_s: Floats, aim_s: float) -> Floats:
    """Return how near frames are to the one that begins at a moment, 0 to 1, for the length of their stretch."""
    count = times_s.size
    away = np.abs(np.arange(count) - int(np.searchsorted(times_s, aim_s - _ROUNDED_S)))
    return np.asarray(np.exp(-((away / max(0.35 * count, _LEAST_FRAMES)) ** 2)), np.float64)


def _promise(figures: Figures, part: slice, near: Floats) -> Floats:
    """Rate frames by sharpness within their stretch, stillness, light and nearness to its moment."""
    sharpness = np.sqrt(np.maximum(figures.sharpness[part], 0))
    sharp = sharpness / max(float(sharpness.max()), 1e-6)
    following = np.append(figures.change[part.start + 1 : part.stop], 0.0)  # what moves now blurs this frame too
    motion = np.maximum(figures.change[part], following[: sharp.size])
    still = 1 / (1 + motion / 4)
    light = np.clip(figures.luma[part] / 50, 0, 1) * np.clip((250 - figures.luma[part]) / 40, 0, 1)
    rich = figures.contrast[part] / max(float(figures.contrast[part].max()), 1e-6)
    return np.asarray(
        sharp + 0.5 * still + 0.6 * light + 0.4 * rich + 0.5 * near - 3.0 * figures.dark(part), np.float64
    )


def _shows_something(shot: Shot, span: tuple[Fraction, Fraction], figures: Figures) -> bool:
    part = figures.between(*span)
    return shot.end_s - shot.start_s >= _FLASH_S and bool((~(figures.dark(part) | figures.faint(part))).any())


def _most_contrast(span: tuple[Fraction, Fraction], figures: Figures) -> float:
    return float(figures.contrast[figures.between(*span)].max(initial=0.0))


def _belongs(line: Line, shot: Shot) -> bool:
    shared_s = min(shot.end_s, line.end_s) - max(shot.start_s, line.start_s)
    return shared_s >= min(Fraction(1, 2), (line.end_s - line.start_s) / 2)
