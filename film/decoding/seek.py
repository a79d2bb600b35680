"""Exact frames by time: seek to the key frame before, decode up to the timestamp.

Timestamps rule, never frame numbers: with variable frame rates, start offsets and edit lists nothing else names a
frame. A seek is believed only when the first frame after it is not late, nor near where timestamps were found out of
order; else it starts further back, at last from the beginning of the film. Where timestamps start anew they lead
nowhere: such a film's timeline has footholds, at which decoding begins.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from fractions import Fraction
from itertools import count
from typing import Any, Self

import av.error
from av.container import InputContainer
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from configs.errors import FilmError
from configs.units import WHOLE, Box
from film.decoding.developing.combs import Shown
from film.decoding.developing.picture import Developer, Picture
from film.decoding.developing.shape import Size
from film.decoding.source import open_film
from film.decoding.timing.clock import Clock
from film.decoding.timing.packets import BARE, BROADCAST, NO_PRESENTATION_TIMES
from film.model import Foothold, Movie

SLACK_S = Fraction(1, 1_000_000)
"""Times come back from JSON rounded to the microsecond."""
_STEPS_BACK_S = (Fraction(0), Fraction(2), Fraction(10))
"""How far before the wanted time a seek aims, one after the other, until it lands early enough."""
_WORTH_A_SEEK_S = Fraction(1, 4)
"""Decoding on is preferred when the next key frame is nearer than this to where the decoder stands."""
_DECODE_ON_S = Fraction(3, 2)
"""The same where the container tells nothing about its key frames."""
_RUN_UP_BYTES = 1 << 18
"""So much is read before a foothold, for pictures begin anywhere in a packet."""


class FrameReader:
    """Reads the frames shown at given times; cheapest when they are asked for in ascending order.

    Args:
        movie: The probed film.
        picture: The part inside letterbox bars, in fractions of the upright frame; what is returned is cropped to it.
        long_side_px: What would be longer is scaled down to this; None keeps every pixel.
        small_px: Upright (width, height) of small pictures, quickly made, where those are wanted.
    """

    def __init__(
        self,
        movie: Movie,
        picture: Box = WHOLE,
        *,
        long_side_px: int | None = None,
        small_px: Size | None = None,
    ) -> None:
        self.picture = picture
        self._movie = movie
        self._developer = Developer(movie, picture, long_side_px, size_px=small_px, quick=small_px is not None)
        self._stack = ExitStack()
        self._decoder: _Decoder | None = None
        self._seekable = True
        self.broken = 0
        """How many pictures of the walks so far were damaged or could not be decoded at all."""

    def __enter__(self) -> Self:
        """Open the film; raises FilmError."""
        self._decoder = _Decoder(self._reopened, self._movie)
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
        shown = self._decoder.shown_at(at_s, may_seek=self._seekable)
        if shown is None:
            shown = self._from_the_start(at_s)
        return self._decoder.time_of(shown.frame), self._developer.develop(shown)

    def walk(self, start_s: Fraction, end_s: Fraction) -> Iterator[tuple[Fraction, Picture]]:
        """Yield every frame that is shown in `[start_s, end_s)`, each as large as the film's canvas.

        Yields:
            The timestamp, of the first frame perhaps before the start, and the picture as in `read`.

        Raises:
            FilmError: Not one frame could be decoded.
        """
        if self._decoder is None:
            raise RuntimeError("a FrameReader is used inside a with block")
        shown: Shown | None = self._decoder.shown_at(start_s, may_seek=self._seekable) or self._from_the_start(start_s)
        decoder = self._decoder
        lost = decoder.lost
        while shown is not None and decoder.time_of(shown.frame) < end_s - SLACK_S:
            self.broken += shown.frame.is_corrupt + decoder.lost - lost
            lost = decoder.lost
            yield decoder.time_of(shown.frame), self._developer.on_canvas(shown)
            here, shown = shown, decoder.following()
            if shown is not None and shown.frame is here.frame:  # the first of the film, which starts late
                shown = decoder.following()

    @property
    def tick_s(self) -> Fraction:
        """The unit of the film's timestamps."""
        if self._decoder is None:
            raise RuntimeError("a FrameReader is used inside a with block")
        return self._decoder.tick_s

    def _from_the_start(self, at_s: Fraction) -> Shown:
        """Decode all that comes before: no seek lands early enough, or it is broken."""
        self._decoder = decoder = _Decoder(self._reopened, self._movie)
        shown = decoder.shown_at(at_s, may_seek=False) or decoder.first()
        if shown is None:
            raise FilmError("no frame of it can be decoded", cure="get an undamaged copy", path=self._movie.path)
        if decoder.time_of(shown.frame) <= at_s:
            self._seekable = False  # it would fail again
        return shown

    def _reopened(self) -> InputContainer:
        self._stack.close()
        movie = self._movie
        opened = open_film(movie.path, unedited=movie.unedited, until_byte=movie.until_byte)
        return self._stack.enter_context(opened)


class _Decoder:
    """Walks through the frames of one open film, forwards, and jumps where that is cheaper.

    Times are the film's.
    """

    _before: VideoFrame | None
    _current: VideoFrame | None
    _ahead: VideoFrame | None
    _landed_s: Fraction | None
    """Of the first frame since the last jump."""

    def __init__(self, reopened: Callable[[], InputContainer], movie: Movie) -> None:
        self._reopened = reopened
        self._movie = movie
        self._interlaced = movie.interlaced
        self._frame_s = 1 / movie.rate
        self._footholds = movie.timeline.footholds
        self._permuted = movie.timeline.permuted
        self.lost = 0
        """How many packets gave no picture, being broken."""
        self._open()
        self._ahead_s = self._told_ahead()
        self._from_here()
        self._fresh = True

    def _open(self) -> None:
        self._container = container = self._reopened()
        self._stream = _picture_stream(container, self._movie)
        self._stream.thread_type = "AUTO"
        self.tick_s = self._stream.time_base or Fraction(1, 1_000_000)
        self._step = max(1, int(1 / self._movie.rate / self.tick_s))
        self._formats = frozenset(container.format.name.split(","))

    def _told_ahead(self) -> Fraction:
        """Return when the first picture of a bare stream is said to be shown: some decoders hold one back."""
        if BARE.isdisjoint(self._formats):
            return Fraction(0)
        first = next(self._raw(lambda _: True), None)
        self._open()
        return Fraction(0) if first is None or first.dts is None else first.dts * self.tick_s

    def time_of(self, frame: VideoFrame) -> Fraction:
        """Return a frame's time in seconds, by which it follows the one before."""
        if not isinstance(frame.opaque, Fraction):
            raise TypeError("a frame that no clock has timed")
        return frame.opaque

    def following(self) -> Shown | None:
        """Step to the next frame, with its neighbours; None at the end."""
        frame = self._ahead or next(self._frames, None)
        if frame is None:
            self._ended = True
            return None
        self._before, self._current, self._ahead = self._current, frame, next(self._frames, None)
        return Shown(self._before, frame, self._ahead)

    def shown_at(self, at_s: Fraction, *, may_seek: bool) -> Shown | None:
        """Return the last frame that starts at or before a time; None when it cannot be reached from here."""
        if self._near(at_s) or (not may_seek and self._is_ahead(at_s)):
            return self._walk(at_s)
        if not may_seek:
            return None
        found: Shown | None = None
        for step_s in _STEPS_BACK_S:
            if step_s > 0 and at_s - step_s <= self._start_s():
                self._restart()  # no format surely finds its first key frame by a time before it
            elif not self._seek(at_s - step_s):
                break
            found = self._walk(at_s) or found
            if found is not None and not self._doubtful(at_s):
                break
        return found

    def _doubtful(self, at_s: Fraction) -> bool:
        """Whether frames before the one that a seek landed on may be shown later than its own stamp says."""
        permuted = self._permuted or self._clock.permuted
        return permuted and self._landed_s is not None and at_s < self._landed_s + self._clock.slight_s

    def _walk(self, at_s: Fraction) -> Shown | None:
        """Decode on until the time is reached; None when already the first frame is too late."""
        while not self._reached(at_s):
            frame = self._ahead or next(self._frames, None)
            if frame is None:
                self._ended = True
                break
            if self.time_of(frame) > at_s + SLACK_S:
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
            return self.time_of(self._ahead) > at_s + SLACK_S
        if self._current is None or self._wants_after(self._current):
            return False
        return self.time_of(self._current) >= at_s - SLACK_S

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
        return (self._stream.start_time or 0) * self.tick_s - self._movie.start_offset_s

    def _key_before(self, at_s: Fraction) -> tuple[Fraction, bool]:
        """Return the last key frame before that is known of, and whether there can be no later one.

        Some containers hold a whole index, others one that grows as they are read.
        """
        if self._footholds:
            return self._foothold_before(at_s).time_s, True
        offset_s = self._movie.start_offset_s
        entries, ticks = self._stream.index_entries, int((at_s + offset_s + SLACK_S) / self.tick_s)
        found = entries.search_timestamp(ticks) if len(entries) else -1
        key_s = entries[found].timestamp * self.tick_s - offset_s if found >= 0 else self._start_s()
        return key_s, len(entries) > 0 and entries[len(entries) - 1].timestamp > ticks

    def _is_ahead(self, at_s: Fraction) -> bool:
        return self._fresh if self._current is None else at_s >= self.time_of(self._current) - SLACK_S

    def first(self) -> Shown | None:
        """Return the frame that a walk met first, too late for the time asked."""
        return Shown(None, self._ahead, None) if self._ahead else None

    def _foothold_before(self, at_s: Fraction) -> Foothold:
        found = bisect_right(self._footholds, at_s + SLACK_S, key=lambda each: each.time_s)
        return self._footholds[max(found - 1, 0)]

    def _seek(self, at_s: Fraction) -> bool:
        try:
            if self._movie.timeline.passages and not self._footholds:
                return False
            if self._footholds:
                self._step_to(self._foothold_before(at_s))
                return True
            ticks = int((at_s + self._movie.start_offset_s + SLACK_S) // self.tick_s)
            self._container.seek(ticks, stream=self._stream)
        except (av.error.FFmpegError, OverflowError):
            return False
        self._begin(lambda packet: packet.is_keyframe)
        return True

    def _step_to(self, foothold: Foothold) -> None:
        """Go to where nothing but the place in the file leads: by its byte, or by counting what comes before it."""
        if foothold.byte >= 0 and not BROADCAST.isdisjoint(self._formats):
            options: dict[str, Any] = {"unsupported_byte_offset": True}
            self._container.seek(max(foothold.byte - _RUN_UP_BYTES, 0), **options)
            self._begin(lambda packet: packet.is_keyframe and packet.pos == foothold.byte, foothold)
            return
        self._open()
        packets = count()
        self._begin(lambda _: next(packets) == foothold.packet, foothold)

    def _restart(self) -> None:
        self._open()
        self._from_here()

    def _from_here(self) -> None:
        self._begin(lambda _: True, last=(self._stream.start_time or 0) - self._step)

    def _begin(
        self, begins: "Callable[[Packet[Any]], bool]", foothold: Foothold | None = None, *, last: int | None = None
    ) -> None:
        self._clock = Clock(self._movie, foothold)
        self._frames = self._decoded(begins, last)
        self._before = self._current = self._ahead = self._landed_s = None
        self._ended = self._fresh = False

    def _decoded(self, begins: "Callable[[Packet[Any]], bool]", last: int | None) -> Iterator[VideoFrame]:
        """Yield what can be decoded from here, each frame with its time.

        Args:
            begins: Tells of packets, one after the other, whether decoding begins with it: after a seek that is a key
                frame, while some formats land just anywhere.
            last: The timestamp before the first; None where it is not known.
        """
        in_decoding_order = not NO_PRESENTATION_TIMES.isdisjoint(self._formats)
        for frame in self._raw(begins):
            stamp = frame.dts if in_decoding_order else frame.pts
            if stamp is None and last is not None:  # as at the end of an AVI, or all through a bare stream
                stamp = last + self._step
            if stamp is None:
                continue
            frame.pts = last = stamp
            time_s = self._clock.read(stamp * self.tick_s - self._ahead_s)
            if time_s is not None:
                self._landed_s = time_s if self._landed_s is None else self._landed_s
                frame.opaque = time_s
                yield frame

    def _raw(self, begins: "Callable[[Packet[Any]], bool]") -> Iterator[VideoFrame]:
        """Yield frames as decoded; broken packets are passed over, a broken end is an end."""
        begun = False
        with suppress(av.error.FFmpegError, IndexError):  # PyAV has no place for a stream that begins on the way
            for packet in self._container.demux(self._stream):
                begun = begun or (bool(packet.size) and begins(packet))
                if begun:
                    try:
                        yield from packet.decode()
                    except av.error.InvalidDataError:
                        self.lost += 1
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
