"""Every frame of a film once, small, with its exact timestamp: the one pass that finds the shots.

ffmpeg decodes and scales in its own process and hands the small pictures over through a pipe; `-fps_mode passthrough`
keeps it from dropping or repeating any. The times come from the decoder's own timestamps, which ffmpeg writes to a file
beside (`-stats_enc_pre`), one line per frame and always before the frame itself. Where the program cannot follow or
gives up, `film.decoding.within` decodes instead.
"""

import io
import math
import re
from collections.abc import Iterator
from contextlib import nullcontext, suppress
from fractions import Fraction
from pathlib import Path
from typing import IO, NamedTuple

import numpy as np
from numpy.typing import NDArray

from configs.disk.files import temporary_folder
from configs.disk.untrusted import one_line
from configs.errors import FilmError
from film.decoding.developing.filters import filter_chain
from film.decoding.developing.transfer import IPT
from film.decoding.ffmpeg import FfmpegEndedError, FfmpegError, cure_of, film_input, piping
from film.decoding.within import small_within
from film.model import Movie

AREA_PX = 256 * 144
"""Pixels of a small picture: PySceneDetect's usual 256 px for 16:9, and as much for any other shape."""

_BATCH = 16
_UNSMOOTHED_FROM = 3
"""From this reduction on the decoder need not smooth the edges of its blocks (a fifth of its time): the small picture
changes by less than one level of 255 on average. Otherwise only frames that no other builds on are left unsmoothed."""
_STAMP = re.compile(rb"(-?\d+) (\d+)/(\d+) (-?\d+) (\d+)/(\d+)\n")
_STAMP_FORMAT = "{ptsi} {tbi} {pts} {tb}"
"""The decoder's timestamp and its unit; after it ffmpeg's own estimate, for frames that carry none."""
_NO_STAMP = -(1 << 63)
_TROUBLE = re.compile(r"error|invalid|corrupt|missing|truncat|partial", re.IGNORECASE)
_OF_ORDER_ALONE = "non monotonically increasing dts"
"""ffmpeg's word for timestamps that do not rise: no picture is hurt by it, and the clock makes up for it."""
_NOTHING = "it gives none"
_LOST_WORTH_TELLING_S = Fraction(1)
_REORDERED_MOST = 16
"""Frames: no format lets one be shown by more places earlier or later than it is decoded."""
_REORDERED_SURELY = 4
"""Frames that encoders commonly reorder by: so few are no recording of their own, however slow they follow."""
_SLIGHT_S = Fraction(1)
"""What jumps back by more is no matter of order."""

Pictures = NDArray[np.uint8]
"""BGR, shape (frames, height, width, 3), uint8."""


class Batch(NamedTuple):
    """Some consecutive frames; the pictures are valid until the next batch is asked for."""

    times_s: list[Fraction]
    pictures: Pictures


def small_size(movie: Movie) -> tuple[int, int]:
    """Return the (width, height) of a film's small pictures: upright, same shape, never enlarged."""
    width, height = movie.size_px
    scale = min(1.0, math.sqrt(AREA_PX / (width * height)))
    return max(2, round(width * scale)), max(2, round(height * scale))


class SmallFrames:
    """The small frames of a film, in display order, to be gone through once.

    Damage ends nothing early: what decodes is handed out, and `warnings` says afterwards what was lost.

    Args:
        movie: The probed film.
    """

    def __init__(self, movie: Movie) -> None:
        self._movie = movie
        self._clock = _Clock(movie)
        self.count = 0
        self._taken = 0
        self.warnings = [f"{movie.path.name} {note}" for note in movie.notes]

    def __iter__(self) -> Iterator[Batch]:
        """Yield batches; raises FilmError when not one frame decodes or the decoder hangs."""
        if self._movie.varied or self._movie.hdr == IPT:  # as no chain of filters can follow
            yield from self._within()
            return
        try:
            yield from self._piped()
        except FfmpegEndedError as error:
            raise FilmError(error.problem, cure=error.cure, path=self._movie.path) from error
        except FfmpegError as error:
            yield from self._within(error)

    def _piped(self) -> Iterator[Batch]:
        """Yield what the ffmpeg program makes of the film; raises FfmpegError where it gives up."""
        width, height = small_size(self._movie)
        frame_bytes = width * height * 3
        with temporary_folder() as folder:
            stamps = folder / "stamps"
            stamps.touch()
            node = self._graph((width, height), stamps)
            with piping(node, block_bytes=_BATCH * frame_bytes) as pipe, stamps.open("rb") as lines:
                for block in pipe.blocks():
                    pictures = np.frombuffer(block, np.uint8, len(block) // frame_bytes * frame_bytes)
                    yield self._batch(pictures.reshape(-1, height, width, 3), lines)
                failure = one_line(pipe.failure())
                if failure or self.count == 0:  # whether nothing is to be had of it, another decoder says
                    raise FfmpegError(failure or _NOTHING)
                trouble = [line for line in pipe.log().splitlines() if _TROUBLE.search(line)]
                self._conclude(broken=bool(pipe.code) or any(_OF_ORDER_ALONE not in line for line in trouble))

    def _within(self, failure: FfmpegError | None = None) -> Iterator[Batch]:
        """Yield what PyAV makes of the film, from where the program gave up, and say so."""
        done, stopped_s, name = self._taken, float(self._clock.end_s), self._movie.path.name
        trouble: list[str] = []
        with suppress(FilmError) if failure else nullcontext():
            for pictures, lines in small_within(self._movie, small_size(self._movie), _BATCH, done, trouble):
                yield self._batch(pictures, io.BytesIO(lines))
        if failure is not None:
            cure = failure.cure or cure_of(failure.problem)
            if self.count == 0 and failure.problem != _NOTHING:
                problem = f"ffmpeg cannot make small pictures of it ({failure.problem})"
                raise FilmError(problem, cure=cure, path=self._movie.path)
            if done == 0:
                told = f"ffmpeg cannot make small pictures of it ({failure.problem}); PyAV does, but slower"
                helps = failure.cure or cure_of(failure.problem, "")
                told += f"; {helps}" if helps else ""
            else:
                told = f"ffmpeg stopped at {stopped_s:.2f} s ({failure.problem})"
                told += "; PyAV went on from there" if self._taken > done else f"; {cure}"
            self.warnings.append(f"{name}: {told}")
        self._conclude(broken=bool(trouble))

    def _graph(self, size_px: tuple[int, int], stamps: Path) -> object:
        chain = filter_chain(self._movie, size_px, flags="fast_bilinear", careful=False)
        # `copyts` keeps the container's own timestamps: the start offset comes off here, exactly.
        unsmoothed = "all" if self._movie.size_px[0] >= _UNSMOOTHED_FROM * size_px[0] else "noref"
        source = film_input(
            self._movie.path, noautorotate=None, max_error_rate=1, copyts=None, skip_loop_filter=unsmoothed
        )
        return source.output(
            "pipe:1",
            map=f"0:{self._movie.streams[0].index}",
            vf=chain,
            format="rawvideo",
            pix_fmt="bgr24",
            fps_mode="passthrough",
            enc_time_base="demux",
            stats_enc_pre=str(stamps),
            stats_enc_pre_fmt=_STAMP_FORMAT,
        )

    def _batch(self, pictures: Pictures, lines: IO[bytes]) -> Batch:
        self._taken += len(pictures)
        times_s = [self._clock.read(lines.readline()) for _ in pictures]
        self.count += len(times_s)
        return Batch(times_s, pictures)

    def _conclude(self, *, broken: bool) -> None:
        """Say what was lost.

        Args:
            broken: Whether the decoder has complained.
        """
        if self.count == 0:
            raise FilmError("none of its pictures can be decoded", cure="get an undamaged copy", path=self._movie.path)
        if self._movie.promised_s > 0:
            self.warnings.append(
                f"{self._movie.path.name} is damaged: it ends at {float(self._clock.end_s):.2f} s"
                f" of the {float(self._movie.promised_s):.2f} s promised; what is there is used"
            )
            self.warnings.extend(self._clock.warnings)
            return
        lost_s = self._movie.duration_s - self._clock.end_s
        promised = max(self.count, round(self._movie.duration_s * self._movie.rate))
        # The last of some slides may stand as long as any other: how long is not known here.
        worth_telling_s = max(_LOST_WORTH_TELLING_S, self._movie.duration_s / 50, self._clock.held_s)
        if lost_s > worth_telling_s or (broken and self.count < promised):
            self.warnings.append(
                f"{self._movie.path.name} is damaged: about {promised} pictures promised, {self.count} readable,"
                f" the last at {float(self._clock.last_s or 0):.2f} s of {float(self._movie.duration_s):.2f} s"
            )
        elif broken:
            self.warnings.append(f"{self._movie.path.name} is damaged: some of its pictures may be broken")
        self.warnings.extend(self._clock.warnings)


class Rising:
    """Keeps times rising: one that repeats, or lies slightly before others, comes shortly after the frame before.

    Stamps are repeated by careless rounding, and permuted where frames that build on later ones (B-frames) got their
    time of decoding for that of display. Neither moves the stamps around them: those are taken as they are.

    Args:
        frame_s: How long a frame stands on average.
    """

    def __init__(self, frame_s: Fraction) -> None:
        self._frame_s = frame_s
        self.slight_s = max(_REORDERED_SURELY * frame_s, min(_SLIGHT_S, _REORDERED_MOST * frame_s))
        """What may lie before the latest time and be a matter of order."""
        self._late_most = max(Fraction(_REORDERED_MOST), _SLIGHT_S / frame_s)
        self._latest_s = Fraction(0)  # of the times as they were given
        self._late = 0
        self.last_s: Fraction | None = None
        self.stuck = False
        """Whether the times no longer rise, for longer than a wrong order explains."""

    @property
    def end_s(self) -> Fraction:
        """Where the last frame ends."""
        return Fraction(0) if self.last_s is None else self._latest_s + self._frame_s

    def place(self, time_s: Fraction) -> Fraction | None:
        """Return the time of the next frame; None where the times start anew: then `start` says how to go on."""
        if self.last_s is None or time_s > self.last_s:
            return self.start(time_s, stuck=False)
        if self.stuck or time_s < self._latest_s - self.slight_s:
            return None
        if self._late >= self._late_most:
            self._latest_s += self._late * self._frame_s
            self.stuck = True
            return None
        self._late += 1
        self._latest_s = max(self._latest_s, time_s)
        # Ever closer to half a frame after the latest and never beyond, so as not to overtake the next.
        self.last_s += (self._latest_s + self._frame_s / 2 - self.last_s) / (self._late + 1)
        return self.last_s

    def start(self, time_s: Fraction, *, stuck: bool) -> Fraction:
        """Take a time as it is, whatever came before, and return it."""
        self._late, self.stuck = 0, stuck
        self.last_s = self._latest_s = time_s
        return time_s


class _Clock:
    """Turns the decoder's timestamps into seconds from where players start, and keeps them rising."""

    def __init__(self, movie: Movie) -> None:
        self._name = movie.path.name
        self._offset_s = movie.start_offset_s
        self._rising = Rising(1 / movie.rate)
        self.held_s = Fraction(0)
        """How long a frame stood until the next one came, at most."""
        self.warnings: list[str] = []

    @property
    def last_s(self) -> Fraction | None:
        """When the last frame starts."""
        return self._rising.last_s

    @property
    def end_s(self) -> Fraction:
        """Where the last frame ends."""
        return self._rising.end_s

    def read(self, line: bytes) -> Fraction:
        """Return the time of the next frame from its line of the file."""
        match = _STAMP.fullmatch(line)
        if match is None:
            raise FfmpegError("ffmpeg wrote a picture without its time")
        numbers = [int(group) for group in match.groups()]
        ticks, numerator, denominator = numbers[3:] if numbers[0] == _NO_STAMP else numbers[:3]
        given_s, before_s = Fraction(ticks * numerator, denominator) - self._offset_s, self.last_s
        time_s = self._rising.place(given_s)
        if time_s is None:
            time_s = self._carry_on(given_s)
        if before_s is not None:
            self.held_s = max(self.held_s, time_s - before_s)
        return time_s

    def _carry_on(self, given_s: Fraction) -> Fraction:
        # Timestamps that start anew (recordings joined byte by byte) or stand still are taken as going on.
        if not self.warnings:
            what = "stand still" if self._rising.stuck else "jump back"
            self.warnings.append(f"{self._name}: its timestamps {what} at {float(self.end_s):.2f} s")
        self._offset_s -= self.end_s - given_s
        return self._rising.start(self.end_s, stuck=self._rising.stuck)
