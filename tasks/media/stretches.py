"""A film painted in stretches: each a file of its own in the film's store, so that a run goes on where it was stopped.

What is carried from frame to frame within a shot goes on over the border of two stretches; it lies beside the first
one until the second is done, and is painted anew where it is missing.
"""

import threading
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from fractions import Fraction
from itertools import pairwise
from math import ceil
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from configs.disk.sealed import digest, remove_sealed, sealed
from configs.units import Frozen, Seconds
from film.decoding.developing.picture import Picture
from film.decoding.seek import SLACK_S, FrameReader
from film.encoding.encoder import Encoder, fine_tick_s
from film.model import Movie, Shot
from film.pictures.faces import FaceFinder, make_finder
from stylize.styles.steady.steady import Steady
from stylize.styles.steady.unsteady import Unsteady, paint_shades
from tasks.console.progress import Tally, notice, stop_if_asked
from tasks.making.painting import Manner, stylizer_of
from tasks.store.handles import Kept
from tasks.store.stages import stage_task
from tasks.store.store import FilmJob, save

_LENGTH_S = Fraction(4)
"""What a killed run may lose of a film, and of how much the state of a style is kept."""
_MOST_STRETCHES = 600
"""A long film is cut into longer ones: each is a task that the server writes down."""
_BATCH = 8

_tallies: dict[str, Tally] = {}
"""By the digest of a film that this process is painting: what counts its frames."""
_counted: dict[str, int] = {}
"""By the key of a stretch: how many of its frames were counted."""
_lock = threading.Lock()


class StretchSpan(Frozen):
    """A stretch of a film, `[start_s, end_s)`, to be painted in one go."""

    start_s: Seconds
    end_s: Seconds
    since_s: Seconds
    """Where the shot began that goes on at its start; the start itself where nothing goes on."""
    cuts: tuple[Seconds, ...] = ()
    """Where shots begin within it."""

    @property
    def goes_on(self) -> bool:
        """Whether it begins within a shot."""
        return self.since_s < self.start_s


class PaintedStretch(Frozen):
    """A stretch as it lies in the store."""

    video: Path
    """An MP4, relative to the store; empty where no frame begins in the stretch."""
    frames: int
    first: int
    """When the first frame is shown: in ticks, from the film's start."""
    last: int
    ticks_a_second: int
    per_tick: int = 1
    """A tick lasts so many parts of a second of which there are `ticks_a_second`."""

    broken: int = 0
    """How many of the film's pictures were damaged or could not be decoded there."""

    @property
    def tick_s(self) -> Fraction:
        """The unit of its times."""
        return Fraction(self.per_tick, self.ticks_a_second)


class StretchJob(FilmJob[PaintedStretch]):
    """Paint and encode a stretch of a film."""

    stage: ClassVar[str] = "stretch"
    manner: Manner
    span: StretchSpan
    from_s: Seconds
    """Where the range begins that is painted: the frame shown there is shown from then on."""
    codec: str
    steady: bool
    every: int
    detector: str
    """Who looks for faces; empty: nobody."""
    before: Path | None = None
    """Where the state lies with which the stretch before ended; relative to the store."""
    handed_on: bool = False
    """Whether the next stretch goes on with the same shot."""

    def identity(self) -> dict[str, Any]:
        """The film, the style, which frames, and how they are encoded."""
        span = self.span
        return {
            "film": self.movie.sha256,
            "manner": self.manner.digest,
            "span": [str(time_s) for time_s in (span.start_s, span.end_s, span.since_s, *span.cuts)],
            "from": str(self.from_s),
            "codec": self.codec,
            "steady": self.steady,
            "every": self.every,
            "detector": self.detector,
        }

    @property
    def video(self) -> Path:
        """Where the encoded frames lie; relative to the store."""
        return self.target.with_suffix(".mp4")

    @property
    def after(self) -> Path:
        """Where the state lies with which the stretch ends; relative to the store."""
        return self.target.with_suffix(".npz")

    def complete(self, result: Kept[PaintedStretch]) -> bool:
        """Tell whether the encoded frames are there, whole."""
        return digest(self.root / result.load().video, notice) is not None


def plan_spans(start_s: Fraction, end_s: Fraction, shots: Sequence[Shot]) -> list[StretchSpan]:
    """Cut a range of a film into stretches: several short shots make one, a long shot makes several.

    Args:
        start_s: Where the range begins.
        end_s: Where it ends.
        shots: Its shots; none: each frame is painted for itself, and stretches begin anywhere.
    """
    length_s = max(_LENGTH_S, (end_s - start_s) / _MOST_STRETCHES)
    if not shots:
        return [StretchSpan(start_s=a, end_s=b, since_s=a) for a, b in pairwise(_divided(start_s, end_s, length_s))]
    begins = [start_s, *(shot.start_s for shot in shots if start_s < shot.start_s < end_s)]
    spans: list[StretchSpan] = []
    gathered: list[Fraction] = []
    for begin_s, finish_s in pairwise([*begins, end_s]):
        if gathered and finish_s - gathered[0] > length_s:
            spans.append(_whole(gathered, begin_s))
            gathered = []
        if finish_s - begin_s > length_s:
            spans += [
                StretchSpan(start_s=a, end_s=b, since_s=begin_s)
                for a, b in pairwise(_divided(begin_s, finish_s, length_s))
            ]
        else:
            gathered.append(begin_s)
    return [*spans, _whole(gathered, end_s)] if gathered else spans


def _whole(begins: Sequence[Fraction], end_s: Fraction) -> StretchSpan:
    return StretchSpan(start_s=begins[0], end_s=end_s, since_s=begins[0], cuts=tuple(begins[1:]))


def _divided(start_s: Fraction, end_s: Fraction, length_s: Fraction) -> list[Fraction]:
    """Return the borders of equal parts, in whole microseconds, as times are written down."""
    parts = max(1, ceil((end_s - start_s) / length_s))
    inner = (start_s + (end_s - start_s) * part / parts for part in range(1, parts))
    return [start_s, *(Fraction(round(border_s * 1_000_000), 1_000_000) for border_s in inner), end_s]


@stage_task("stretch")
def paint_stretch(job: StretchJob) -> Kept[PaintedStretch]:
    """Paint the frames of a stretch one after another and encode them as they come; few are ever in memory."""
    span, movie = job.span, job.movie
    with stylizer_of(job.manner) as stylizer, FrameReader(movie) as reader, sealed(job.root / job.video) as draft:
        make = Steady if job.steady else Unsteady
        painter = make(stylizer, dials=job.manner.dials, every=job.every)
        brush = _Brush(painter, make_finder() if job.detector else None, job.steady, stylizer.batch_limit)
        if span.goes_on:
            _go_on(brush, job, reader)
        before = reader.broken
        tick_s = fine_tick_s(reader.tick_s)
        with Encoder(draft, movie.size_px, movie.rate, tick_s, job.codec) as encoder:
            for times_s, frames in brush.painted(reader, span.start_s, span.end_s, job.from_s, span.cuts):
                for time_s, frame in zip(times_s, frames, strict=True):
                    encoder.add(frame, round((max(time_s, job.from_s) - job.from_s) / tick_s))
                _count(job, len(frames))
        if not encoder.count:
            draft.touch()  # a picture that stands for longer than a stretch
        if job.handed_on:
            with sealed(job.root / job.after) as state, state.open("wb") as file:
                np.savez(file, **painter.state())  # type: ignore[arg-type]
    made = PaintedStretch(
        video=job.video,
        frames=encoder.count,
        first=encoder.first,
        last=encoder.last,
        ticks_a_second=tick_s.denominator,
        per_tick=tick_s.numerator,
        broken=reader.broken - before,
    )
    return save(job, made)


class _Brush:
    """Takes frames from a film to a painter, in batches that no cut lies within."""

    def __init__(self, painter: Steady | Unsteady, finder: FaceFinder | None, steady: bool, limit: int) -> None:
        self.painter = painter
        self._finder = finder
        self._limit = 1 if steady else max(1, min(_BATCH, limit))

    def painted(
        self,
        reader: FrameReader,
        start_s: Fraction,
        end_s: Fraction,
        from_s: Fraction,
        cuts: Sequence[Fraction],
    ) -> Iterator[tuple[list[Fraction], npt.NDArray[np.uint8]]]:
        """Yield the times and paintings of the frames in `[start_s, end_s)`.

        The frame that is shown when a stretch begins belongs to the one before, but for the first of all.
        """
        coming = deque(cuts)
        times_s: list[Fraction] = []
        frames: list[Picture] = []
        for time_s, frame in reader.walk(start_s, end_s):
            if time_s < start_s - SLACK_S and start_s > from_s:
                continue
            cut = bool(coming) and time_s >= coming[0] - SLACK_S
            if frames and (cut or len(frames) == self._limit):
                yield times_s, self._paint(frames)
                times_s, frames = [], []
            if cut:
                self.painter.cut()
                while coming and time_s >= coming[0] - SLACK_S:
                    coming.popleft()
            times_s.append(time_s)
            frames.append(frame)
        if frames:
            yield times_s, self._paint(frames)

    def _paint(self, frames: Sequence[Picture]) -> npt.NDArray[np.uint8]:
        stop_if_asked()
        faces = [self._finder.find(frame) for frame in frames] if self._finder else ()
        return paint_shades(self.painter, np.stack(frames), faces)


def _go_on(brush: _Brush, job: StretchJob, reader: FrameReader) -> None:
    """Bring a painter to where the stretch before ended: by its state, or by painting the shot so far."""
    if job.before is not None and digest(job.root / job.before, notice) is not None:
        with np.load(job.root / job.before, allow_pickle=False) as state:
            brush.painter.restore(dict(state))
        return
    for _ in brush.painted(reader, job.span.since_s, job.span.start_s, job.from_s, ()):
        pass


@contextmanager
def counting(movie: Movie, tally: Tally) -> Iterator[None]:
    """Count the frames of a film while they are painted in this process."""
    with _lock:
        _tallies[movie.sha256] = tally
    try:
        yield
    finally:
        with _lock:
            _tallies.pop(movie.sha256, None)


def count_done(job: StretchJob, stretch: Kept[PaintedStretch]) -> None:
    """Count those frames of a finished stretch that were not counted: it was there already, or painted elsewhere."""
    with _lock:
        counted = _counted.get(job.key, 0)
    _count(job, max(0, stretch.load().frames - counted))
    with _lock:
        _counted.pop(job.key, None)


def _count(job: StretchJob, frames: int) -> None:
    with _lock:
        tally = _tallies.get(job.movie.sha256)
        if tally is not None:
            _counted[job.key] = _counted.get(job.key, 0) + frames
    if tally is not None:
        tally.add(frames)


def forget_state(job: StretchJob) -> None:
    """Remove the state with which a stretch ended, once nothing goes on from it."""
    remove_sealed(job.root / job.after)
