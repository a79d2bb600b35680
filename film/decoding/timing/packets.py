"""All packets of a film gone through without decoding any: when its pictures come, and where everything ends."""

from array import array
from contextlib import suppress
from fractions import Fraction
from typing import NamedTuple

import av
import av.error
from av.container import InputContainer

BROADCAST = frozenset(["mpegts", "mpeg"])
"""Formats that may be joined byte by byte and read from anywhere; their clocks begin again when they are full."""
BARE = frozenset(["h264", "hevc", "m4v", "mpegvideo", "obu"])
"""Streams without a container: nothing is promised, and the rate is first of all the demuxer's own guess of 25."""
NO_PRESENTATION_TIMES = BARE | {"avi"}
"""Formats that know only the order of decoding; what is called presentation time there is a guess, out of order."""

_MICROSECOND = Fraction(1, av.time_base)
_TOGETHER_S = 2
"""Packets of one stream that are nearer to each other leave no hole between them."""
_UNKNOWN = -1


class Alongside(NamedTuple):
    """A stretch in which a stream other than the picture goes on, in seconds of the container."""

    start_s: float
    end_s: float
    packet: int
    """How many of the picture's packets come before it in the file."""


class PacketLog:
    """What the packets of a film tell of its time; fractions would be slow, and a film has a million packets.

    Args:
        container: A film, just opened: it is read to its end.
        picture: Index of the stream that is the picture.
        timeless: Whether its packets have no times of their own, as those of a bare stream: ffmpeg makes some up.
    """

    def __init__(self, container: InputContainer, picture: int, *, timeless: bool) -> None:
        self.unit_s = Fraction(1)
        """The unit of the picture's timestamps."""
        self.stamps = array("q")
        """Of the picture's packets in the order of decoding: when each is shown, or else decoded."""
        self.bytes = array("q")
        """Where each of them lies in the file; -1: not known."""
        self.keys = array("q")
        """Which of them decoding can begin with."""
        self.decoding = array("q")
        """When each is decoded, or else shown."""
        self.lasts_told = False
        """Whether the last of them says how long it stands."""
        self.heard: list[Alongside] = []
        self._held = 0
        self._ends: dict[int, int] = {}
        self._picture = picture
        self._units = {stream.index: Fraction(stream.time_base or _MICROSECOND) for stream in container.streams}
        self._told_of = {s.index for s in container.streams if s.type in ("audio", "subtitle") and s.index != picture}
        self.unit_s = self._units.get(picture, _MICROSECOND)
        going_on: dict[int, Alongside] = {}
        with suppress(av.error.FFmpegError):  # what comes after that cannot be reached
            self._go_through(container, going_on, timeless=timeless)
        self.heard.extend(going_on.values())

    @property
    def picture_end_s(self) -> Fraction | None:
        """Where the picture ends by the container's own clock; None where none of its packets has a time."""
        end = self._ends.get(self._picture)
        return None if end is None else end * self.unit_s

    @property
    def any_end_s(self) -> Fraction | None:
        """The same over all streams: sound may go on longer than the picture."""
        return max((end * self._units[at] for at, end in self._ends.items() if at in self._units), default=None)

    @property
    def held_s(self) -> Fraction:
        """How long a picture stands until the next one comes, at most."""
        return self._held * self.unit_s

    def _go_through(self, container: InputContainer, going_on: dict[int, Alongside], *, timeless: bool) -> None:
        untimed = 0
        latest: int | None = None
        ends = self._ends
        for packet in container.demux():
            index, shown, decoded, lasts = packet.stream_index, packet.pts, packet.dts, packet.duration or 0
            is_picture = index == self._picture
            start = None if timeless else decoded if shown is None else shown
            if start is None and is_picture:
                start, untimed = untimed, untimed + lasts
            if start is None or not packet.size:
                continue
            end = start + lasts
            ends[index] = max(ends.get(index, end), end)
            if not is_picture:
                if index in self._told_of:
                    self._hear(going_on, index, start, end)
                continue
            if packet.is_keyframe:
                self.keys.append(len(self.stamps))
            self.stamps.append(start)
            self.decoding.append(start if decoded is None else decoded)
            self.bytes.append(_UNKNOWN if packet.pos is None else packet.pos)
            self.lasts_told = lasts > 0
            if latest is None or start > latest:
                self._held = max(self._held, 0 if latest is None else start - latest)
                latest = start

    def _hear(self, going_on: dict[int, Alongside], index: int, start: int, end: int) -> None:
        unit_s = float(self._units.get(index, _MICROSECOND))
        start_s, end_s = start * unit_s, end * unit_s
        now = going_on.get(index)
        if now is not None and abs(start_s - now.end_s) < _TOGETHER_S:
            going_on[index] = now._replace(end_s=max(now.end_s, end_s))
            return
        if now is not None:
            self.heard.append(now)
        going_on[index] = Alongside(start_s, end_s, len(self.stamps))
