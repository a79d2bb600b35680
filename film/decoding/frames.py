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
from itertools import islice
from pathlib import Path
from typing import IO, NamedTuple

import numpy as np
from numpy.typing import NDArray

from configs.disk.files import temporary_folder
from configs.disk.untrusted import one_line
from configs.errors import FilmError
from film.decoding.developing.filters import filter_chain
from film.decoding.developing.shape import FRAMES
from film.decoding.developing.transfer import IPT
from film.decoding.ffmpeg import FfmpegEndedError, FfmpegError, cure_of, film_input, piping
from film.decoding.seek import FrameReader
from film.decoding.source import UNEDITED
from film.decoding.timing.clock import Clock, breaks
from film.decoding.within import small_within
from film.model import Movie

AREA_PX = 256 * 144
"""Pixels of a small picture without still edges: PySceneDetect's usual 256 px for 16:9, as much for any other shape."""

_BATCH = 16
_WHOLE_PX = 0.25
"""A line counts as inside when no more of it than this is a bar."""
_UNSMOOTHED_FROM = 3
"""From this reduction on the decoder need not smooth the edges of its blocks (a fifth of its time): the small picture
changes by less than one level of 255 on average. Otherwise only frames that no other builds on are left unsmoothed."""
_ONE_THREAD_PX = 1024 * 576
"""Up to this size one thread decodes as fast as shots are looked for, for less work in all than several."""
_QUICK = frozenset(["h264", "mpeg4", "mpeg2video", "mpeg1video", "vp8"])
_STAMP = re.compile(rb"(-?\d+) (\d+)/(\d+) (-?\d+) (\d+)/(\d+)\n")
_STAMP_FORMAT = "{ptsi} {tbi} {pts} {tb}"
"""The decoder's timestamp and its unit; after it ffmpeg's own estimate, for frames that carry none."""
_NO_STAMP = -(1 << 63)
_TROUBLE = re.compile(r"error|invalid|corrupt|missing|truncat|partial", re.IGNORECASE)
_OF_ORDER_ALONE = "non monotonically increasing dts"
"""ffmpeg's word for timestamps that do not rise: no picture is hurt by it, and the clock makes up for it."""
_NOTHING = "it gives none"
_LOST_WORTH_TELLING_S = Fraction(1)
Pictures = NDArray[np.uint8]
"""BGR, shape (frames, height, width, 3), uint8."""


class Batch(NamedTuple):
    """Some consecutive frames; the pictures are valid until the next batch is asked for."""

    times_s: list[Fraction]
    pictures: Pictures


def small_size(movie: Movie) -> tuple[int, int]:
    """Return the (width, height) of a film's small pictures: upright, same shape, never enlarged.

    They are larger where there are bars or still edges: a film is seen as finely inside them as without them.
    """
    width, height = movie.size_px
    scale = min(1.0, math.sqrt(AREA_PX / (width * height * movie.inside.width * movie.inside.height)))
    return max(2, round(width * scale)), max(2, round(height * scale))


def small_between(movie: Movie, start_s: Fraction, end_s: Fraction) -> Iterator[Batch]:
    """Yield the small frames shown in a range of a film, without going through all of it.

    Raises:
        FilmError: Not one frame can be decoded.
    """
    with FrameReader(movie, small_px=small_size(movie)) as reader:
        frames = reader.walk(start_s, end_s)
        while batch := list(islice(frames, _BATCH)):
            yield Batch([time_s for time_s, _ in batch], np.stack([picture[..., ::-1] for _, picture in batch]))


def inside_px(movie: Movie) -> tuple[slice, slice]:
    """Return the rows and columns of the small pictures that lie wholly in the film's living part."""
    width, height = small_size(movie)
    box = movie.inside
    rows = slice(math.ceil(box.y0 * height - _WHOLE_PX), max(math.floor(box.y1 * height + _WHOLE_PX), 1))
    columns = slice(math.ceil(box.x0 * width - _WHOLE_PX), max(math.floor(box.x1 * width + _WHOLE_PX), 1))
    return rows, columns


class SmallFrames:
    """The small frames of a film, in display order, to be gone through once.

    Damage ends nothing early: what decodes is handed out, and `warnings` says afterwards what was lost.

    Args:
        movie: The probed film.
    """

    def __init__(self, movie: Movie) -> None:
        self._movie = movie
        self._times = _StampReader(movie)
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
                    batch = self._batch(pictures.reshape(-1, height, width, 3), lines)
                    if batch.times_s:
                        yield batch
                failure = one_line(pipe.failure())
                if failure or self.count == 0:  # whether nothing is to be had of it, another decoder says
                    raise FfmpegError(failure or _NOTHING)
                trouble = [line for line in pipe.log().splitlines() if _TROUBLE.search(line)]
                self._conclude(broken=bool(pipe.code) or any(_OF_ORDER_ALONE not in line for line in trouble))

    def _within(self, failure: FfmpegError | None = None) -> Iterator[Batch]:
        """Yield what PyAV makes of the film, from where the program gave up, and say so."""
        done, stopped_s, name = self._taken, float(self._times.clock.end_s), self._movie.path.name
        trouble: list[str] = []
        with suppress(FilmError) if failure else nullcontext():
            for pictures, lines in small_within(self._movie, small_size(self._movie), _BATCH, done, trouble):
                batch = self._batch(pictures, io.BytesIO(lines))
                if batch.times_s:
                    yield batch
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
        # every pixel counts: by two of each line alone copies of a film, encoded anew, had other cuts
        chain = filter_chain(self._movie, size_px, flags="area", careful=False)
        # `copyts` keeps the container's own timestamps: the start offset comes off here, exactly.
        unsmoothed = "all" if self._movie.size_px[0] >= _UNSMOOTHED_FROM * size_px[0] else "noref"
        options = {"noautorotate": None, "max_error_rate": 1, "copyts": None, "skip_loop_filter": unsmoothed}
        options |= UNEDITED if self._movie.unedited else {}
        if math.prod(self._movie.size_px) <= _ONE_THREAD_PX and self._movie.streams[0].codec in _QUICK:
            options["threads"] = 1
        source = film_input(self._movie.path, until_byte=self._movie.until_byte, **options)
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
        read_s = [self._times.read(lines.readline()) for _ in pictures]
        times_s = [time_s for time_s in read_s if time_s is not None]
        if len(times_s) < len(read_s):
            pictures = pictures[[time_s is not None for time_s in read_s]]
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
                f"{self._movie.path.name} is damaged: it ends at {float(self._times.clock.end_s):.2f} s"
                f" of the {float(self._movie.promised_s):.2f} s promised; what is there is used"
            )
            self.warnings.extend(self._times.warnings)
            return
        lost_s = self._movie.duration_s - self._times.clock.end_s
        eyes = 2 if self._movie.stereo == FRAMES else 1
        promised = max(self.count, round(self._movie.duration_s * self._movie.rate / eyes))
        # The last of some slides may stand as long as any other: how long is not known here.
        worth_telling_s = max(_LOST_WORTH_TELLING_S, self._movie.duration_s / 50, self._times.held_s)
        if lost_s > worth_telling_s or (broken and self.count < promised):
            self.warnings.append(
                f"{self._movie.path.name} is damaged: about {promised} pictures promised, {self.count} readable,"
                f" the last at {float(self._times.clock.last_s or 0):.2f} s of {float(self._movie.duration_s):.2f} s"
            )
        elif broken:
            self.warnings.append(f"{self._movie.path.name} is damaged: some of its pictures may be broken")
        self.warnings.extend(self._times.warnings)


class _StampReader:
    """Reads the times of pictures from the lines that ffmpeg writes of them."""

    def __init__(self, movie: Movie) -> None:
        self._name = movie.path.name
        self._movie = movie
        self.clock = Clock(movie)
        self.held_s = Fraction(0)
        """How long a frame stood until the next one came, at most."""

    def read(self, line: bytes) -> Fraction | None:
        """Return the time of the next frame from its line of the file; None where it is no whole picture."""
        match = _STAMP.fullmatch(line)
        if match is None:
            raise FfmpegError("ffmpeg wrote a picture without its time")
        numbers = [int(group) for group in match.groups()]
        untold = numbers[0] == _NO_STAMP
        ticks, numerator, denominator = numbers[3:] if untold else numbers[:3]
        before_s = self.clock.last_s
        # Where timestamps start anew, ffmpeg's own estimate is one of the wrong part.
        guess = untold and before_s is not None and bool(self._movie.timeline.passages)
        time_s = self.clock.read(None if guess else Fraction(ticks * numerator, denominator))
        if before_s is not None and time_s is not None:
            self.held_s = max(self.held_s, time_s - before_s)
        return time_s

    @property
    def warnings(self) -> list[str]:
        """One line where the timestamps had to be repaired."""
        what, at_s, more = self._repaired()
        if not what:
            return self._unread()
        others = f", and {more} more times" if more > 1 else ", and once more" if more else ""
        return [
            f"{self._name}: its timestamps {what} at {float(at_s):.2f} s{others}; the film is taken as going on",
            *self._unread(),
        ]

    def _unread(self) -> list[str]:
        if not self._movie.unread_share:
            return []
        what = f"{self._movie.unread_share:.0%} of the file is another recording behind its end"
        return [f"{self._name}: {what}, which is not read; join them with ffmpeg's concat"]

    def _repaired(self) -> tuple[str, Fraction, int]:
        found = breaks(self._movie)
        found += [("stand still" if stuck else "jump back", at_s) for at_s, stuck in self.clock.strayed[:1]]
        return (*found[0], len(found) - 1) if found else ("", Fraction(0), 0)
