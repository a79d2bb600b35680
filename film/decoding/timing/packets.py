"""All packets of a film gone through without decoding any: when its pictures come, and where everything ends."""

from array import array
from contextlib import suppress
from dataclasses import dataclass, field
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


def _longs() -> "array[int]":
    return array("q")


@dataclass
class PacketLog:
    """What the packets of a film tell of its time."""

    unit_s: Fraction
    """The unit of the picture's timestamps."""
    stamps: "array[int]" = field(default_factory=_longs)
    """Of the picture's packets in the order of decoding: when each is shown, or else decoded."""
    bytes: "array[int]" = field(default_factory=_longs)
    """Where each of them lies in the file; -1: not known."""
    keys: "array[int]" = field(default_factory=_longs)
    """Which of them decoding can begin with."""
    torn: set[int] = field(default_factory=set)
    """Which of them miss something of what lay around them in the file, as at the seams of a broadcast."""
    last_byte: int = 0
    """Where the last of all packets begins."""
    edited_out: int = 0
    """How many of them the container's edit list cuts."""
    lasts_told: bool = False
    """Whether the last of them says how long it stands."""
    alongside: list[Alongside] = field(default_factory=list)
    """Sound and words."""
    held_s: Fraction = Fraction(0)
    """How long a picture stands until the next one comes, at most."""
    picture_end_s: Fraction | None = None
    """Where the picture ends by the container's own clock; None where none of its packets has a time."""
    any_end_s: Fraction | None = None
    """The same over all streams: sound may go on longer than the picture."""


def read_packets(container: InputContainer, picture: int, *, timeless: bool) -> PacketLog:
    """Go through all packets of a film without decoding any.

    Args:
        container: The film, just opened: it is read to its end.
        picture: Index of the stream that is the picture.
        timeless: Whether its packets have no times of their own, as those of a bare stream: ffmpeg makes some up.
    """
    walk = _Walk(container, picture, timeless=timeless)
    # What comes after an error cannot be reached; PyAV has no place for a stream that begins on the way.
    with suppress(av.error.FFmpegError, IndexError):
        walk.go(container)
    return walk.finish()


@dataclass(slots=True)
class _GoingOn:
    """An `Alongside` that has not ended yet, in the stream's ticks."""

    start: int
    end: int
    packet: int


class _Walk:
    """Counts in the streams' own ticks: fractions are slow, and a film has a million packets."""

    def __init__(self, container: InputContainer, picture: int, *, timeless: bool) -> None:
        self._picture, self._timeless = picture, timeless
        self._units = {stream.index: Fraction(stream.time_base or _MICROSECOND) for stream in container.streams}
        self._told_of = {s.index for s in container.streams if s.type in ("audio", "subtitle") and s.index != picture}
        self._ends: dict[int, int] = {}
        self._held = 0
        self._together = {index: round(_TOGETHER_S / unit_s) for index, unit_s in self._units.items()}
        self._going_on: dict[int, _GoingOn] = {}
        self._log = PacketLog(unit_s=self._units.get(picture, _MICROSECOND))

    def go(self, container: InputContainer) -> None:
        """Take in every packet."""
        untimed = 0
        latest: int | None = None
        log, ends, picture = self._log, self._ends, self._picture
        for packet in container.demux():
            index, shown, decoded, lasts = packet.stream_index, packet.pts, packet.dts, packet.duration or 0
            start = None if self._timeless else decoded if shown is None else shown
            if start is None and index == picture:
                start, untimed = untimed, untimed + lasts
            if start is None or not packet.size:
                continue
            end = start + lasts
            if packet.pos is not None and packet.pos > log.last_byte:
                log.last_byte = packet.pos
            ends[index] = max(ends.get(index, end), end)
            if index != picture:
                if index in self._told_of:
                    self._hear(index, start, end)
                continue
            log.edited_out += packet.is_discard
            if packet.is_corrupt:
                log.torn.add(len(log.stamps))
            if packet.is_keyframe:
                log.keys.append(len(log.stamps))
            log.stamps.append(start)
            log.bytes.append(_UNKNOWN if packet.pos is None else packet.pos)
            log.lasts_told = lasts > 0
            if latest is None or start > latest:
                self._held = max(self._held, 0 if latest is None else start - latest)
                latest = start

    def finish(self) -> PacketLog:
        """Return what was found."""
        log, ends = self._log, self._ends
        log.alongside += [self._told(index, one) for index, one in self._going_on.items()]
        log.held_s = self._held * log.unit_s
        log.picture_end_s = ends[self._picture] * log.unit_s if self._picture in ends else None
        log.any_end_s = max((end * self._units[at] for at, end in ends.items() if at in self._units), default=None)
        return log

    def _hear(self, index: int, start: int, end: int) -> None:
        now = self._going_on.get(index)
        if now is not None and abs(start - now.end) < self._together[index]:
            now.end = max(now.end, end)
            return
        if now is not None:
            self._log.alongside.append(self._told(index, now))
        self._going_on[index] = _GoingOn(start, end, len(self._log.stamps))

    def _told(self, index: int, one: _GoingOn) -> Alongside:
        unit_s = float(self._units[index])
        return Alongside(one.start * unit_s, one.end * unit_s, one.packet)
