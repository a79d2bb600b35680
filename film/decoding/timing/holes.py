"""Parts that a broadcast has lost on its way: neither picture nor sound is there, and no decoder says so."""

from fractions import Fraction
from typing import NamedTuple

import numpy as np

from film.decoding.timing.packets import PacketLog

_LEAST_S = 2
"""Packets of sound that are nearer to each other count as going on (`PacketLog.alongside`)."""
_HABIT, _HELD_PERCENT = 5, 98
"""A hole is so many times as long as nearly all pictures stand."""
_INSIDE_S = 0.75
"""Sound and picture of one moment are lost at other moments."""


class Hole(NamedTuple):
    """A part that is missing."""

    at_s: Fraction
    """When its last picture before begins, from where players start."""
    length_s: Fraction


def holes_of(log: PacketLog, start_s: Fraction) -> tuple[Hole, ...]:
    """Return the parts that a film has lost, in their order.

    Args:
        log: Its packets; their clock does not start anew.
        start_s: The timestamp at which players start.
    """
    stamps = np.unique(np.asarray(log.stamps, np.int64))
    if stamps.size < 2:
        return ()
    steps = np.diff(stamps)
    least = max(_HABIT * float(np.percentile(steps, _HELD_PERCENT)), float(_LEAST_S / log.unit_s))
    found = []
    for at in np.flatnonzero(steps > least):
        begin_s, end_s = (int(stamps[index]) * log.unit_s for index in (at, at + 1))
        inner = float(begin_s) + _INSIDE_S, float(end_s) - _INSIDE_S
        if not any(one.start_s < inner[1] and one.end_s > inner[0] for one in log.alongside):
            found.append(Hole(begin_s - start_s, end_s - begin_s))
    return tuple(found)


def lost(log: PacketLog, start_s: Fraction) -> str:
    """Say what a film has lost, in words that follow its name; empty where nothing is. See `holes_of`."""
    holes = holes_of(log, start_s)
    if not holes:
        return ""
    lost_s, at_s = float(sum(hole.length_s for hole in holes)), float(holes[0].at_s)
    others = len(holes) - 1
    where = f"after {at_s:.2f} s" + (f" and at {others} more places" if others > 1 else " and once more" * others)
    return f"is damaged: about {lost_s:.1f} s of it is missing, {where}; what is there is used"
