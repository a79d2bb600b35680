"""Exact frames by time: seek to the key frame before, decode up to the timestamp.

Timestamps rule, never frame numbers: with variable frame rates, start offsets and edit lists nothing else names a
frame. A seek is believed only when the first frame after it is not late, nor near where timestamps were found out of
order; else it starts further back, at last from the beginning of the film.
"""

from collections.abc import Iterator
from contextlib import ExitStack, suppress
from fractions import Fraction
from typing import Self

import av.error
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from configs.errors import FilmError
from configs.units import WHOLE, Box
from film.decoding.developing.combs import Shown
from film.decoding.developing.picture import Developer, Picture
from film.decoding.frames import Rising
from film.decoding.source import open_film
from film.model import Movie

_SLACK_S = Fraction(1, 1_000_000)
"""Times come back from JSON rounded to the microsecond."""
_STEPS_BACK_S = (Fraction(0), Fraction(2), Fraction(10))
"""How far before the wanted time a seek aims, one after the other, until it lands early enough."""
_WORTH_A_SEEK_S = Fraction(1, 4)
"""Decoding on is preferred when the next key frame is nearer than this to where the decoder stands."""
_DECODE_ON_S = Fraction(3, 2)
"""The same where the container tells nothing about its key frames."""
_NO_PRESENTATION_TIMES = frozenset(["avi", "h264", "hevc", "m4v", "mpegvideo", "obu"])
"""Formats that know only the order of decoding; what is called presentation time there is a guess, out of order."""


class FrameReader:
    """Reads the frames shown at given times; cheapest when they are asked for in ascending order.

    Args:
        movie: The probed film.
        picture: The part inside letterbox bars, in fractions of the upright frame; what is returned is cropped to it.
        long_side_px: What would be longer is scaled down to this; None keeps every pixel.
    """

    def __init__(self, movie: Movie, picture: Box = WHOLE, *, long_side_px: int | None = None) -> None:
        self._movie = movie
        self._developer = Developer(movie, picture, long_side_px)
        self._stack = ExitStack()
        self._decoder: _Decoder | None = None
        self._seekable = True

    def __enter__(self) -> Self:
        """Open the film; raises FilmError."""
        self._reopen()
        return self

    def __exit__(self, *_: object) -> None:
        """Close the film."""
        self._stack.close()
        self._decoder = None

    def read(self, at_s: Fraction) -> tuple[Fraction, Picture]:
        """Return the frame that players show at a time, and its exact timestamp.

        Before the first frame that is the first one, after the last one the last.

        Returns:
            The timestamp in seconds from where players start, and the picture: RGB, uint8, shape (height, width, 3),
            upright, square pixels, SDR, deinterlaced, cropped to the picture inside the bars.

        Raises:
            FilmError: Not one frame could be decoded.
        """
        if self._decoder is None:
            raise RuntimeError("a FrameReader is used inside a with block")
        wanted_s = at_s + self._movie.start_offset_s
        shown = self._decoder.shown_at(wanted_s, may_seek=self._seekable)
        if shown is None:
            shown = self._from_the_start(wanted_s)
        exact_s = self._decoder.time_of(shown.frame) - self._movie.start_offset_s
        return exact_s, self._developer.develop(shown)

    def _from_the_start(self, wanted_s: Fraction) -> Shown:
        """Decode all that comes before: no seek lands early enough, or it is broken."""
        decoder = self._reopen()
        shown = decoder.shown_at(wanted_s, may_seek=False) or decoder.first()
        if shown is None:
            raise FilmError("no frame of it can be decoded", cure="get an undamaged copy", path=self._movie.path)
        if decoder.time_of(shown.frame) <= wanted_s:
            self._seekable = False  # it would fail again
        return shown

    def _reopen(self) -> "_Decoder":
        self._stack.close()
        self._decoder = _Decoder(self._stack.enter_context(open_film(self._movie.path)), self._movie)
        return self._decoder


class _Decoder:
    """Walks through the frames of one open film, forwards, and jumps where that is cheaper.

    Times here are those of the container, its start offset included.
    """

    def __init__(self, container: InputContainer, movie: Movie) -> None:
        self._container = container
        self._stream = _picture_stream(container, movie)
        self._stream.thread_type = "AUTO"
        self._tick_s = self._stream.time_base or Fraction(1, 1_000_000)
        self._in_decoding_order = not _NO_PRESENTATION_TIMES.isdisjoint(container.format.name.split(","))
        self._interlaced = movie.interlaced
        self._frame_s = 1 / movie.rate
        self._slight_s = Rising(self._frame_s).slight_s
        self._disordered = False
        self._landed_s: Fraction | None = None
        self._frames = self._decoded(sought=False)
        self._before: VideoFrame | None = None
        self._current: VideoFrame | None = None
        self._ahead: VideoFrame | None = None
        self._ended = False
        self._fresh = True

    def time_of(self, frame: VideoFrame) -> Fraction:
        """Return a frame's time in seconds, by which it follows the one before."""
        return frame.opaque if isinstance(frame.opaque, Fraction) else (frame.pts or 0) * self._tick_s

    def shown_at(self, at_s: Fraction, *, may_seek: bool) -> Shown | None:
        """Return the last frame that starts at or before a time; None when it cannot be reached from here."""
        if self._near(at_s) or (not may_seek and self._is_ahead(at_s)):
            return self._walk(at_s)
        if not may_seek:
            return None
        found: Shown | None = None
        for step_s in _STEPS_BACK_S:
            if not self._seek(at_s - step_s):
                break
            found = self._walk(at_s) or found
            if found is not None and not self._doubtful(at_s):
                break
        return found

    def _doubtful(self, at_s: Fraction) -> bool:
        """Whether frames before the one that a seek landed on may be shown later than its own stamp says."""
        return self._disordered and self._landed_s is not None and at_s < self._landed_s + self._slight_s

    def _walk(self, at_s: Fraction) -> Shown | None:
        """Decode on until the time is reached; None when already the first frame is too late."""
        while not self._reached(at_s):
            frame = self._ahead or next(self._frames, None)
            if frame is None:
                self._ended = True
                break
            if self.time_of(frame) > at_s + _SLACK_S:
                self._ahead = frame
                break
            self._ahead = None
            self._before, self._current = self._current, frame
        return Shown(self._before, self._current, self._ahead) if self._current else None

    def _reached(self, at_s: Fraction) -> bool:
        """Whether the current frame is the one shown, as far as that can be known without looking ahead."""
        if self._ended:
            return True
        if self._ahead is not None:
            return self.time_of(self._ahead) > at_s + _SLACK_S
        if self._current is None or self._wants_after(self._current):
            return False
        return self.time_of(self._current) >= at_s - _SLACK_S

    def _wants_after(self, frame: VideoFrame) -> bool:
        """Whether the next frame is needed: weaving fields looks at both neighbours, finding teeth at one of them."""
        return self._interlaced or frame.interlaced_frame or self._before is None

    def _near(self, at_s: Fraction) -> bool:
        """Whether walking on from here is as cheap as a seek, or cheaper."""
        if self._current is None:
            return self._fresh and at_s <= self._start_s() + _WORTH_A_SEEK_S
        if not self._is_ahead(at_s):
            return False
        here_s = self.time_of(self._current)
        key_s, certain = self._key_before(at_s)
        if key_s > here_s + _WORTH_A_SEEK_S:
            return False
        return certain or at_s <= here_s + _DECODE_ON_S

    def _start_s(self) -> Fraction:
        return (self._stream.start_time or 0) * self._tick_s

    def _key_before(self, at_s: Fraction) -> tuple[Fraction, bool]:
        """Return the last key frame before that is known of, and whether there can be no later one.

        Some containers hold a whole index, others one that grows as they are read.
        """
        entries, ticks = self._stream.index_entries, int((at_s + _SLACK_S) / self._tick_s)
        found = entries.search_timestamp(ticks) if len(entries) else -1
        key_s = entries[found].timestamp * self._tick_s if found >= 0 else self._start_s()
        return key_s, len(entries) > 0 and entries[len(entries) - 1].timestamp > ticks

    def _is_ahead(self, at_s: Fraction) -> bool:
        return self._fresh if self._current is None else at_s >= self.time_of(self._current) - _SLACK_S

    def first(self) -> Shown | None:
        """Return the frame that a walk met first, too late for the time asked."""
        return Shown(None, self._ahead, None) if self._ahead else None

    def _seek(self, at_s: Fraction) -> bool:
        try:
            self._container.seek(int((at_s + _SLACK_S) // self._tick_s), stream=self._stream)
        except (av.error.FFmpegError, OverflowError):
            return False
        self._rewind()
        return True

    def _rewind(self) -> None:
        self._frames = self._decoded(sought=True)
        self._before = self._current = self._ahead = self._landed_s = None
        self._ended = self._fresh = False

    def _decoded(self, *, sought: bool) -> Iterator[VideoFrame]:
        """Yield what can be decoded from here, each frame with its timestamp.

        After a seek decoding starts at a key frame: some formats land just anywhere.
        """
        step = max(1, int(self._frame_s / self._tick_s))
        last = None if sought else (self._stream.start_time or 0) - step
        rising = Rising(self._frame_s)
        for frame in self._raw(sought=sought):
            stamp = frame.dts if self._in_decoding_order else frame.pts
            if stamp is None and last is not None:  # as at the end of an AVI, or all through a bare stream
                stamp = last + step
            if stamp is not None:
                frame.pts = last = stamp
                time_s = rising.place(stamp * self._tick_s)
                if time_s is None:
                    rising.start(stamp * self._tick_s, stuck=False)
                elif time_s != stamp * self._tick_s:
                    self._disordered = True
                if sought and self._landed_s is None:
                    self._landed_s = time_s
                frame.opaque = time_s
                yield frame

    def _raw(self, *, sought: bool) -> Iterator[VideoFrame]:
        """Yield frames as decoded; broken packets are passed over, a broken end is an end."""
        with suppress(av.error.FFmpegError):
            for packet in self._container.demux(self._stream):
                sought = sought and not packet.is_keyframe
                if not sought:
                    with suppress(av.error.InvalidDataError):
                        yield from packet.decode()
            return
        with suppress(av.error.FFmpegError):
            yield from self._stream.codec_context.decode(None)


def _picture_stream(container: InputContainer, movie: Movie) -> VideoStream:
    """Return the stream that the probe took for the picture, in a film that may have covers and angles."""
    index = movie.streams[0].index if movie.streams else 0
    found = container.streams[index] if index < len(container.streams) else None
    if not isinstance(found, VideoStream):
        raise FilmError("is not the file that was probed", cure="start again", path=movie.path)
    return found
