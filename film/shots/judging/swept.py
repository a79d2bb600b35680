"""What speaks for a wipe and what against it, as a row of figures for the judge.

In a wipe a border passes over the picture, and behind it lies another shot. A body that crosses the picture, or a
camera that whips, changes as much, but in less order, and leaves something that can be made from what was before.
"""

import numpy as np
from numpy.typing import NDArray

from film.shots.evidence.front import Front
from film.shots.evidence.recent import Recent, shared_colours

NAMES = (
    "length, logarithm",
    "change near the front",
    "variance explained",
    "frames off what the front leaves, of the distance",
    "distance of old and new, logarithm",
    "change at once",
    "live cells that change",
    "change in one step",
    "frames before, logarithm",
    "frames after, logarithm",
    "colours of old and new shared",
    "likeness of old and new",
    "share in which the old is recognised in the new",
    "change that no movement explains",
    "likeness of a step, median",
    "contrast of the old, logarithm",
    "contrast of the new, logarithm",
    "live share",
)
_WORST = -1.0
_STEPS = 3


def figures(recent: Recent, first: int, last: int, front: Front, pace: float) -> NDArray[np.float32]:
    """Return the figures of a front, in the order of `NAMES`.

    Args:
        recent: Holds the frames.
        first: First frame of those the front was found in.
        last: End of those frames.
        front: Told in frames from `first`.
        pace: Frames per second over 24.
    """
    start, end = first + front.start, first + front.end
    cells = recent.live_cells(first)
    thumbs = recent.thumbs(start, end + 1)[[0, -1]].reshape(2, -1, 3)[:, cells.reshape(-1)]
    steps = np.linspace(start, end, _STEPS + 2).astype(int)[1:-1]
    row = (
        np.log(max(front.length, 1) / pace),
        front.near,
        max(front.explained, _WORST),
        front.off,
        np.log1p(front.distance),
        front.at_once,
        front.covered,
        front.stepped,
        np.log1p(front.start / pace),
        np.log1p((last - first - 1 - front.end) / pace),
        shared_colours(thumbs[0], thumbs[1]),
        recent.likeness(start, end),
        recent.kept(start, end),
        recent.unmoved(start, end),
        float(np.median([recent.step(int(step)) for step in steps])),
        np.log1p(float(thumbs[0].std(axis=0).mean())),
        np.log1p(float(thumbs[1].std(axis=0).mean())),
        float(cells.mean()),
    )
    return np.asarray(row, np.float32)
