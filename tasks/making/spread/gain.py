"""When it gains to have a part of a film done by another worker, and how large a part.

A run on a pool begins 10 to 40 seconds after it is asked for (a worker looks for work every few seconds, then a process
starts and imports the program). So a worker is given minutes of work or none, all at once.
"""

from tasks.store.stages import BATCH

START_S = 30.0
"""How long it takes until a worker has begun."""
LEAST_S = 120.0
"""Of work, at this machine's pace, that a worker is given at least: a quarter of it may be lost on the way."""
_FINE = 8
"""Pictures in a job where others may paint too: small, so that nobody waits long for the last of them."""


def part_s(left_s: float, free: int) -> float:
    """Return how much of what is left one more worker should take, so that all have done at the same time.

    Each free worker takes as much as the others, and begins `START_S` later than this machine: with `n` of them
    `left - n * part = START_S + part`.

    Args:
        left_s: How long this machine alone would be busy with what nobody has begun.
        free: Workers that have nothing to do, the one that asks among them.

    Returns:
        Seconds at this machine's pace; 0 where it would not gain.
    """
    if free < 1:
        return 0.0
    part = (left_s - START_S) / (free + 1)
    return part if part >= LEAST_S else 0.0


def part_count(left: int, each_s: float, free: int) -> int:
    """Return how many of the jobs that are left one more worker should take.

    Args:
        left: Jobs that nobody has begun.
        each_s: How long this machine takes for one, with what it does beside it.
        free: As `part_s` takes it.
    """
    part = part_s(left * each_s, free)
    return min(left, round(part / each_s)) if part else 0


def spread_s(alone_s: float, workers: int) -> float:
    """Return how long a stage takes when workers help, all as quick as this machine.

    Args:
        alone_s: How long this machine alone would be busy with it.
        workers: Other workers that have nothing to do.
    """
    return alone_s - workers * part_s(alone_s, workers)


def paint_size(*, spread: bool) -> int:
    """Return how many pictures make a job; what is painted already is found whichever way it was batched."""
    return _FINE if spread else BATCH
