"""Where a film's timestamps start anew, leap ahead or stand still: its timeline, from the times of its packets."""

from bisect import bisect_right
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from film.decoding.timing.packets import PacketLog
from film.decoding.timing.rising import Rising
from film.model import Foothold, Passage, Timeline

_FOOTHOLDS_S = Fraction(3)
"""How far they lie apart: a compromise of what is decoded in vain and what is written down."""
_MOST_PASSAGES = 2000
"""A film with more of them has no clock that could be repaired."""
_LIVE_HOLE_S = 10
"""From this on a leap of a broadcast's clock is none of time: so players take it (ffmpeg's `dts_delta_threshold`)."""
_HOLE_S = 600
"""The same in files where a picture may well stand for minutes."""
_HABIT, _HELD_PERCENT = 5, 98
"""A hole is so many times as long as nearly all pictures stand."""
_HABITUAL = 20
"""Of so many pictures at most one comes after a hole: else it is slides that are shown."""
_AROUND_PACKETS = 500
"""So far sound and picture of one moment may lie apart in a file."""
_YOUNG = 25
"""Pictures after which a passage is no single slip of the clock any more."""
_WINDOW = 33
"""So far apart, in packets, stamps that are the same are taken for repeated ones."""
_NEAR_PACKETS = 3
"""A seam tears the packet before it, or one that was decoded shortly before that."""
_CREEP_S = Fraction(1, 400)
"""No camera takes pictures so fast: a muxer that was given no rising times writes them a tick apart."""

Ticks = NDArray[np.int64]


@dataclass
class _Streak:
    """Some packets whose stamps run on; all in ticks."""

    first: int
    """Packet."""
    low: int
    latest: int
    stuck: bool = False
    leap: bool = False
    """Whether it comes after a leap ahead."""
    falls: bool = False
    """Whether one is shown before the one that was decoded before it."""
    count: int = 1

    def add(self, stamp: int) -> None:
        self.falls = self.falls or stamp < self.latest
        self.low, self.latest = min(self.low, stamp), max(self.latest, stamp)
        self.count += 1


class TimingFacts(NamedTuple):
    """What a film's format and header say of its timestamps."""

    start_s: Fraction
    """The timestamp at which players start."""
    period_s: Fraction = Fraction(0)
    """After how long they begin again; 0: never."""
    live: bool = False
    """Whether the format is one for broadcasts, whose clocks may leap."""
    counted: bool = False
    """Whether the format numbers its blocks, so that seams show; else every jump passes for one."""
    reordered: int = 0
    """By how many places pictures may be shown earlier or later than they are decoded; 0: by none."""


def timeline_of(log: PacketLog, rate: Fraction, facts: TimingFacts) -> tuple[Fraction, Timeline]:
    """Return a film's rate and what its time is made of.

    Args:
        log: Its packets.
        rate: Pictures a second as its header says; one that counts a leap of the clock is put right.
        facts: What else is known.
    """
    if len(log.stamps) < 2:
        return rate, Timeline()
    stamps = _unwound(log, facts.start_s, facts.period_s)
    parts = _parted(log, stamps, 1 / rate, facts)
    usual_s = _usual_frame_s(parts, log, stamps)
    if len(parts) > 1 and usual_s is not None and not Fraction(1, 2) < rate * usual_s < 2:
        rate = 1 / usual_s
        parts = _parted(log, stamps, usual_s, facts)
    permuted = (facts.reordered and not any(part.falls for part in parts)) or _repeats(stamps)
    if not 1 < len(parts) <= _MOST_PASSAGES:
        return rate, Timeline(permuted=permuted)
    passages, end_s = _passages(parts, log, stamps, 1 / rate, facts)
    return rate, Timeline(
        passages=passages,
        footholds=_footholds(passages, parts, log, stamps, facts),
        end_s=_rounded(end_s),
        period_s=_rounded(facts.period_s),
        permuted=permuted,
    )


def _parted(log: PacketLog, stamps: list[int], frame_s: Fraction, facts: TimingFacts) -> list[_Streak]:
    frame = max(1, round(frame_s / log.unit_s))
    hole = round((_LIVE_HOLE_S if facts.live else _HOLE_S) / log.unit_s)
    rising = Rising(frame_s, facts.reordered) if facts.reordered else Rising(frame_s)
    return _without_gaps_that_are_none(_parts(stamps, rising, log.unit_s, frame, hole), log, stamps, hole)


def _usual_frame_s(parts: list[_Streak], log: PacketLog, stamps: list[int]) -> Fraction | None:
    """Return how long a picture usually stands, by the median; None where nothing tells it."""
    ends = [part.first for part in parts[1:]] + [len(stamps)]
    shown = [np.sort(np.asarray(stamps[part.first : end], np.int64)) for part, end in zip(parts, ends, strict=True)]
    steps = np.concatenate([np.diff(each) for each in shown])
    steps = steps[steps > int(_CREEP_S / log.unit_s)]
    return int(np.median(steps)) * log.unit_s if steps.size else None


def _unwound(log: PacketLog, start_s: Fraction, period_s: Fraction) -> list[int]:
    stamps = np.asarray(log.stamps, np.int64)
    start, period = round(start_s / log.unit_s), round(period_s / log.unit_s)
    if period > 0:
        far = np.abs(stamps - start) > period // 2
        stamps = np.where(far, stamps - np.rint((stamps - start) / period).astype(np.int64) * period, stamps)
    return [int(stamp) for stamp in stamps]


def _repeats(stamps: list[int]) -> bool:
    """Tell whether stamps near each other are the same."""
    array = np.asarray(stamps, np.int64)
    return any(bool((array[apart:] == array[:-apart]).any()) for apart in range(1, min(_WINDOW, len(array))))


def _parts(stamps: list[int], rising: Rising, unit_s: Fraction, frame: int, hole: int) -> list[_Streak]:
    """Part the packets as a clock does that goes through the pictures."""
    slight, late_most = round(rising.slight_s / unit_s), int(rising.late_most)
    creep = int(min(_CREEP_S / unit_s, Fraction(frame, 10)))
    part = _Streak(0, stamps[0], stamps[0])
    parts = [part]
    late = 0
    """How many packets in a row did not come later than the one before."""
    for at in range(1, len(stamps)):
        stamp = stamps[at]
        step = stamp - part.latest
        late = late + 1 if -slight <= step <= creep else 0
        expected = _expected(parts, frame) if step > slight else None
        resumes = expected is not None and abs(stamp - expected) <= slight
        if step < -slight or resumes or (step > hole and not part.stuck) or (part.stuck and not late):
            part = _Streak(at, stamp, stamp, leap=step > hole and not (part.stuck or resumes))
            parts.append(part)
        elif late > late_most and not part.stuck:
            part = _stuck(part, parts, stamps, at, late)
        else:
            part.add(stamp)
        if len(parts) > _MOST_PASSAGES:
            break
    return parts


def _stuck(part: _Streak, parts: list[_Streak], stamps: list[int], at: int, late: int) -> _Streak:
    """Part from a streak its end, which does not rise."""
    before, still = stamps[part.first : at - late + 1], stamps[at - late + 1 : at + 1]
    part.latest, part.low, part.count = max(before), min(before), len(before)
    parts.append(_Streak(at - late + 1, min(still), max(still), stuck=True, count=len(still)))
    return parts[-1]


def _expected(parts: list[_Streak], frame: int) -> int | None:
    """Return where the clock before the last leap would be by now, if that leap was a moment ago."""
    if len(parts) < 2 or parts[-1].stuck or parts[-1].count > _YOUNG:
        return None
    return parts[-2].latest + (parts[-1].count + 1) * frame


def _without_gaps_that_are_none(parts: list[_Streak], log: PacketLog, stamps: list[int], hole: int) -> list[_Streak]:
    """Join again what is parted by a hole that sound fills, or that is this film's habit."""
    leaps = sum(part.leap for part in parts)
    if not leaps:
        return parts
    steps = np.diff(np.sort(np.asarray(stamps, np.int64)))
    held = float(np.percentile(steps, _HELD_PERCENT))
    habitual = leaps * _HABITUAL > len(stamps)
    joined: list[_Streak] = []
    since = 0
    for part in parts:
        before = joined[-1] if joined else None
        if before is None or not part.leap:
            since = part.first
            joined.append(part)
            continue
        length = part.low - before.latest
        if habitual or length <= _HABIT * held or _is_filled(log, before.latest, part, since):
            before.latest, before.count = part.latest, before.count + part.count
            before.falls = before.falls or part.falls
        else:
            joined.append(part)
    return joined


def _is_filled(log: PacketLog, latest: int, part: _Streak, since: int) -> bool:
    start_s, end_s = float(latest * log.unit_s) + 1, float(part.low * log.unit_s) - 1
    return any(
        one.start_s < end_s and one.end_s > start_s
        for one in log.alongside
        if since - _AROUND_PACKETS <= one.packet <= part.first + _AROUND_PACKETS
    )


def _passages(
    parts: list[_Streak], log: PacketLog, stamps: list[int], frame_s: Fraction, facts: TimingFacts
) -> tuple[tuple[Passage, ...], Fraction]:
    """Put the parts one after the other, each beginning where the one before ends, and return where the last ends."""
    keys = list(log.keys)
    found: list[Passage] = []
    start_s = facts.start_s
    ends = [part.first for part in parts[1:]] + [len(stamps)]
    next_s = Fraction(0)
    for part, after in zip(parts, ends, strict=True):
        first_s, last_s = part.low * log.unit_s, part.latest * log.unit_s
        offset_s = first_s - next_s if found else start_s
        if found and found[-1].stuck and not part.leap:
            # A clock that stood still may come back to what it would be.
            usual_s = found[-2].offset_s if len(found) > 1 else start_s
            if next_s <= first_s - usual_s < next_s + _LIVE_HOLE_S:
                offset_s = usual_s
        key = bisect_right(keys, part.first - 1)
        cut = _is_seam(part, log, facts) and key < len(keys) and keys[key] < after
        whole = stamps[keys[key]] if cut else part.low
        found.append(
            Passage(
                first_stamp_s=_rounded(first_s),
                last_stamp_s=_rounded(last_s),
                whole_stamp_s=_rounded(whole * log.unit_s if found else first_s),
                offset_s=_rounded(offset_s) if found else offset_s,
                byte=log.bytes[part.first],
                stuck=part.stuck,
            )
        )
        if part.stuck:
            next_s += part.count * frame_s
        else:
            next_s = last_s - found[-1].offset_s + frame_s
    return tuple(found), next_s


def _is_seam(part: _Streak, log: PacketLog, facts: TimingFacts) -> bool:
    """Tell whether a part is a recording of its own, whose pictures build on none of those before it."""
    if part.stuck or not facts.live:
        return False
    if not facts.counted:
        return True
    return any(part.first - _NEAR_PACKETS <= packet <= part.first + 1 for packet in log.torn)


def _footholds(
    passages: tuple[Passage, ...], parts: list[_Streak], log: PacketLog, stamps: list[int], facts: TimingFacts
) -> tuple[Foothold, ...]:
    """Return key frames whose times are sure: not where timestamps stand still, for pictures may be reordered there."""
    firsts = [part.first for part in parts]
    found: list[Foothold] = []
    for packet in log.keys:
        at = bisect_right(firsts, packet) - 1
        passage = passages[at]
        nowhere = facts.live and log.bytes[packet] < 0  # it would have to be counted up to
        if passage.stuck or (nowhere and found):
            continue
        stamp_s = stamps[packet] * log.unit_s
        time_s = stamp_s - passage.offset_s
        if found and found[-1].passage == at and time_s < found[-1].time_s + _FOOTHOLDS_S:
            continue
        if not found or time_s > found[-1].time_s:
            rounded = _rounded(time_s), _rounded(stamp_s)
            found.append(
                Foothold(time_s=rounded[0], stamp_s=rounded[1], passage=at, byte=log.bytes[packet], packet=packet)
            )
    return tuple(found)


def _rounded(time_s: Fraction) -> Fraction:
    """Return whole microseconds, as times are written down: nothing may differ after that."""
    return Fraction(round(time_s * 1_000_000), 1_000_000)
