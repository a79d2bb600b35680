"""From a film to its shots and scenes, in one pass over small frames.

Hard cuts, dissolves, wipes and fades are looked for at once (`film.shots.changes`) while ffmpeg decodes ahead in its
own process; what each has found is then merged, so that one change gives one border.
"""

from array import array
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from fractions import Fraction

import cv2
import numpy as np
from numpy.typing import NDArray

from configs.units import WHOLE, Box
from film.decoding.developing.bars import BarFinder
from film.decoding.frames import Batch, SmallFrames, inside_px, small_between
from film.model import Movie, Shot, ShotList, Transition
from film.shots.changes.blinks import BlinkFinder
from film.shots.changes.cuts import CutFinder
from film.shots.changes.dissolves import DissolveFinder, middle_of
from film.shots.changes.fades import Boundary, fade_borders, find_fades, frames_covered
from film.shots.changes.wipes import Wipe, WipeFinder
from film.shots.evidence.barred import BarVotes
from film.shots.evidence.likeness import FLAT_CONTRAST
from film.shots.evidence.recent import Recent
from film.shots.judging.gradual import Judged
from film.shots.judging.judge import Judges, learned
from film.shots.meter import Meter
from film.shots.scenes import PaletteMeter, group

_SLACK_FRAMES = 2
_DIM = 12.0
"""Contrast below which steps of a fade may look like cuts."""
_DISSOLVE_S = 1.0
"""Dissolves take at least this long when frames are kept out of them: between moving shots only a part is found."""
_SOFT = 0.2
"""Frames beside a wipe that are kept out of its shots, of its length."""
_NEAR_S = 0.4
"""Two gradual changes nearer than this are one."""


Note = Callable[[str, int, float], None]
"""Is told of each decision which judge took it (a field of `Judges`), on which frame, and how likely it is a change."""


def _unnoted(judge: str, frame: int, sure: float) -> None:
    """Keep nothing."""


def find_shots(
    movie: Movie,
    *,
    progress: Callable[[float], None] | None = None,
    judges: Judges | None = None,
    note: Note = _unnoted,
) -> ShotList:
    """Find the shots and scenes of a film.

    Args:
        movie: The probed film.
        progress: Is told how much is done, 0 to 1.
        judges: Who decides what is a cut or a dissolve; the shipped ones by default.
        note: Is told of all that is decided.

    Raises:
        FilmError: Not one frame can be decoded, or the decoder hangs.
    """
    frames = SmallFrames(movie)
    survey = Survey(movie, judges, note)
    with _one_thread():
        for batch in frames:
            survey.add(batch)
            if progress is not None and movie.duration_s > 0:
                progress(min(1.0, max(0.0, float(batch.times_s[-1] / movie.duration_s))))
    shots = survey.shots()
    if progress is not None:
        progress(1.0)
    return ShotList(
        shots=shots,
        scenes=survey.scenes(shots),
        picture=survey.bars.picture(),
        stats=survey.meter.stats(),
        warnings=tuple(frames.warnings),
    )


def find_shots_between(movie: Movie, start_s: Fraction, end_s: Fraction) -> tuple[Shot, ...]:
    """Find the shots of a range of a film, without going through all of it.

    Raises:
        FilmError: Not one frame can be decoded.
    """
    survey = Survey(movie)
    with _one_thread():
        for batch in small_between(movie, start_s, end_s):
            survey.add(batch)
    return survey.shots()


@contextmanager
def _one_thread() -> Iterator[None]:
    """Keep OpenCV from sharing out pictures that are far too small for it; the other cores decode."""
    before = cv2.getNumThreads()
    cv2.setNumThreads(1)
    try:
        yield
    finally:
        cv2.setNumThreads(before)


class Survey:
    """Everything that is gathered in the pass."""

    def __init__(self, movie: Movie, judges: Judges | None = None, note: Note = _unnoted) -> None:
        judges = judges or learned()

        def cut(frame: int, row: NDArray[np.float32]) -> float:
            sure = float(judges.cuts.probability(row))
            note("cuts", frame, sure)
            return sure

        def dissolve(group: Sequence[Judged], row: NDArray[np.float32]) -> float:
            sure = float(judges.groups.probability(row))
            note("groups", middle_of(group), sure)
            return sure

        def wipe(found: Wipe, row: NDArray[np.float32]) -> float:
            sure = float(judges.wipes.probability(row))
            note("wipes", found.middle, sure)
            return sure

        self._movie = movie
        self._rate = float(movie.rate)
        self._cropped = movie.inside != WHOLE
        self._inside = inside_px(movie)
        rows, columns = self._inside
        self._recent = Recent((columns.stop - columns.start, rows.stop - rows.start))
        self._cuts = CutFinder(
            self._recent,
            self._rate,
            lambda seen: float(judges.cut_glances.probability(seen)),
            cut,
        )
        self._dissolves = DissolveFinder(
            self._recent,
            self._rate,
            self._cuts.cuts,
            lambda seen: float(judges.window_glances.probability(seen)),
            lambda _, row: float(judges.windows.probability(row)),
            dissolve,
        )
        self._wipes = WipeFinder(self._recent, self._rate, self._cuts.cuts, wipe)
        self._contrast = array("d")
        self._blinks = BlinkFinder(self._recent)
        self._palette = PaletteMeter()
        self.bars = BarFinder()
        self._votes = BarVotes()
        self.meter = Meter()

    def add(self, batch: Batch) -> None:
        """Take in the next frames."""
        for time_s, picture in zip(batch.times_s, batch.pictures, strict=True):
            light = self.meter.light(picture)
            self.bars.add(light.grey, light.mean)
            self._votes.add(light.grey)
            if self._cropped:
                picture = np.ascontiguousarray(picture[self._inside])
                light = self.meter.light(picture)
            reduced = self._recent.add(picture)
            self._palette.add(reduced.thumb)
            change = self._cuts.add(reduced.half)
            self.meter.add(time_s, light, change)
            contrast = self._recent.contrast(light.grey, light.contrast)
            self._contrast.append(contrast)
            self._blinks.add(contrast)
        self._dissolves.add()
        self._wipes.add()

    def shots(self) -> tuple[Shot, ...]:
        """Return the shots, once all frames are in."""
        borders = self._borders()
        count = len(self.meter.times_s)
        starts = [Boundary(0, Transition.START, 0, self._first_picture()), *borders]
        ends = [border.frame for border in starts[1:]] + [count]
        closings = [border.start for border in starts[1:]] + [self._last_picture(count)]
        spans = [_clean(start, end, closing) for start, end, closing in zip(starts, ends, closings, strict=True)]
        pictures = self._votes.pictures(spans)
        return tuple(
            self._shot(index, start, end, clean, picture)
            for index, (start, end, clean, picture) in enumerate(zip(starts, ends, spans, pictures, strict=True))
        )

    def scenes(self, shots: Sequence[Shot]) -> tuple[tuple[int, int], ...]:
        """Group the shots."""
        ends = [shot.first_frame for shot in shots[1:]] + [len(self.meter.times_s)]
        histograms = [self._palette.of(shot.first_frame, end) for shot, end in zip(shots, ends, strict=True)]
        return group(histograms, [shot.transition is Transition.FADE for shot in shots])

    def _borders(self) -> list[Boundary]:
        contrast = np.asarray(self._contrast)
        cuts = self._cuts.finish()
        self._fades = find_fades(contrast, self._rate)
        fades = fade_borders(self._fades, len(contrast), self._rate, self._blinks.returns())
        self._near_fade = frames_covered(((fade.first, fade.end) for fade in self._fades), len(contrast), _SLACK_FRAMES)
        self._in_fade = frames_covered(((fade.out_from, fade.in_until) for fade in self._fades), len(contrast))
        around = frames_covered(((fade.out_from, fade.in_until) for fade in self._fades), len(contrast), _SLACK_FRAMES)
        hard = [Boundary(cut, Transition.HARD, cut - 1, cut + 1) for cut in cuts if not self._is_fading(cut)]
        least = round(_DISSOLVE_S / 2 * self._rate)
        wipes = [wipe for wipe in self._wipes.finish() if not around[wipe.middle]]
        dissolves = [
            Boundary(middle, Transition.DISSOLVE, min(start, middle - least), max(end, middle + least) + 1)
            for start, middle, end in self._dissolves.finish()
            if not around[middle] and contrast[[start, end]].min() >= FLAT_CONTRAST
            if not any(wipe.start <= middle <= wipe.end for wipe in wipes)  # what is soft about their border
        ]
        swept = [Boundary(wipe.middle, Transition.WIPE, *_with_soft_edges(wipe)) for wipe in wipes]
        return _merged([*hard, *fades, *dissolves, *swept], _NEAR_S * self._rate)

    def _is_fading(self, cut: int) -> bool:
        """Tell whether a cut is a step of a fade, which nothing but its last steps look like."""
        dim = min(self._contrast[cut - 1 : cut + 1]) < _DIM
        return bool(self._near_fade[cut] or (dim and self._in_fade[cut]))

    def _first_picture(self) -> int:
        return next((fade.in_until for fade in self._fades if fade.first == 0), 0)

    def _last_picture(self, count: int) -> int:
        return next((fade.out_from for fade in self._fades if fade.end == count), count)

    def _shot(self, index: int, opening: Boundary, end: int, clean: tuple[int, int], picture: Box | None) -> Shot:
        start, (clean_start, clean_end) = opening.frame, clean
        return Shot(
            index=index,
            start_s=self._time(start),
            end_s=self._time(end),
            first_frame=start,
            transition=opening.transition,
            clean_start_s=self._time(clean_start),
            clean_end_s=self._time(clean_end),
            picture=picture,
        )

    def _time(self, frame: int) -> Fraction:
        """Return where a frame starts; after the last one, where that one ends."""
        times_s = self.meter.times_s
        if frame < len(times_s):
            return times_s[frame]
        last_s = times_s[-1] - times_s[-2] if len(times_s) > 1 else 1 / self._movie.rate
        left_s = self._movie.duration_s - times_s[-1]
        return times_s[-1] + (min(last_s, left_s) if left_s > 0 else last_s)


def _clean(opening: Boundary, end: int, closing: int) -> tuple[int, int]:
    """Return the frames of a shot that are clear of transitions: first and end."""
    start = opening.frame
    # Of a shot that is nothing but its transitions, the middle is as good as it gets.
    clean_start = min(max(opening.end, start), end - 1)
    clean_end = min(max(closing, start), end)
    if clean_start >= clean_end:
        clean_start = min(max((clean_start + clean_end) // 2, start), end - 1)
        clean_end = clean_start + 1
    return clean_start, clean_end


def _with_soft_edges(wipe: Wipe) -> tuple[int, int]:
    """Return the frames [start, end) of a wipe: the front is where its border is half way, and borders may be wide."""
    soft = round(_SOFT * (wipe.end - wipe.start))
    return max(0, wipe.start + 1 - soft), wipe.end + soft


def _merged(borders: Sequence[Boundary], near: float) -> list[Boundary]:
    """Leave one border of those that stand for one change: the firmer one, of two as firm the first."""
    kept: list[Boundary] = []
    for border in sorted(borders, key=lambda border: border.frame):
        if not kept or border.frame - kept[-1].frame > _distance(kept[-1], border, near):
            kept.append(border)
        elif _firm(border) > _firm(kept[-1]):
            kept[-1] = border
    return kept


def _firm(border: Boundary) -> int:
    gradual = (Transition.DISSOLVE, Transition.WIPE)
    return gradual.index(border.transition) if border.transition in gradual else len(gradual)


def _distance(left: Boundary, right: Boundary, near: float) -> float:
    both_hard = left.transition is Transition.HARD and right.transition is Transition.HARD
    return 1 if both_hard else near
