"""Fades: stretches of frames that show nothing (black, white, any even colour) and what leads into and out of them.

One stretch gives one border, wherever and however often the picture's change was noticed on the way; only between two
hard cuts a longer black stretch counts as a shot of its own. The blacks before the first and after the last picture
give none.
"""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from film.model import Transition
from film.shots.evidence.likeness import FLAT_CONTRAST

_LONGEST_FADE_S = 3.0
_LOOK_BACK = 6
_STEEP = 0.5
"""A hard cut to or from nothing takes at least this share of the picture's contrast at once; a fade, less."""
_BLINK_S = 0.75
"""With all that leads into and out of it a blink is over after this; the same picture may also come back by a fade."""
_CARD_S = 0.5
"""A black stretch between two hard cuts is a shot of its own from this length on."""
_RISE = 0.15

Values = NDArray[np.float64]


class Fade(NamedTuple):
    """A stretch that shows nothing, [first, end), and the changes around it."""

    first: int
    end: int
    out_from: int
    """Where the picture starts to go: the first frame that is less than whole. `first` itself after a hard cut."""
    in_until: int
    """Where the next picture is whole: the first such frame. `end` itself for a hard cut."""
    hard_out: bool
    hard_in: bool


class Boundary(NamedTuple):
    """Where a new shot begins, and the frames [start, end) around it that belong to the change."""

    frame: int
    transition: Transition
    start: int
    end: int


def find_fades(contrast: Values, rate: float) -> list[Fade]:
    """Find the stretches that show nothing.

    Args:
        contrast: Standard deviation of lightness of every frame, 0 to 255.
        rate: Frames per second, roughly.
    """
    flat = np.concatenate([[0], (contrast < FLAT_CONTRAST).astype(np.int8), [0]])
    edges = np.flatnonzero(np.diff(flat))
    reach = max(4, round(_LONGEST_FADE_S * rate))
    return [
        _describe(contrast, int(first), int(end), reach) for first, end in zip(edges[::2], edges[1::2], strict=True)
    ]


def _describe(contrast: Values, first: int, end: int, reach: int) -> Fade:
    before = contrast[max(0, first - reach) : first][::-1]
    after = contrast[end : end + reach]
    hard_out, hard_in = _is_hard(contrast[first], before), _is_hard(contrast[end - 1], after)
    return Fade(
        first,
        end,
        out_from=first if hard_out else first - _length(before),
        in_until=end if hard_in else end + _length(after),
        hard_out=bool(hard_out),
        hard_in=bool(hard_in),
    )


def _is_hard(edge: float, away: Values) -> bool:
    """Tell it from the contrast at the stretch's edge and going away from there: a hard cut is whole at once."""
    return len(away) > 0 and away[0] - edge > _STEEP * float(np.median(away[: 1 + _LOOK_BACK]))


def _length(away: Values) -> int:
    """Return for how many frames the contrast keeps rising; single frames may hold it up."""
    length, held = 0, 0
    for i in range(1, len(away)):
        if away[i] > away[length] + _RISE:
            length, held = i, 0
        elif (held := held + 1) > 2:
            break
    return length + 1 if len(away) else 0


def fade_borders(fades: list[Fade], count: int, rate: float, returns: frozenset[int]) -> list[Boundary]:
    """Turn stretches into borders.

    Args:
        fades: What `find_fades` found.
        count: Number of frames of the film.
        rate: Frames per second, roughly.
        returns: First frames of stretches after which the same picture is there again: blinks and flashes.
    """
    borders: list[Boundary] = []
    for fade in fades:
        if fade.first == 0 or fade.end == count or _is_blink(fade, rate, returns):
            continue
        borders.extend(_borders(fade, rate))
    return borders


def _is_blink(fade: Fade, rate: float, returns: frozenset[int]) -> bool:
    return fade.first in returns and fade.in_until - fade.out_from <= max(_BLINK_S * rate, 3)


def _borders(fade: Fade, rate: float) -> list[Boundary]:
    if fade.hard_out and fade.hard_in and fade.end - fade.first >= _CARD_S * rate:
        return [Boundary(at, Transition.HARD, at, at) for at in (fade.first, fade.end)]
    if fade.hard_in:
        return [Boundary(fade.end, Transition.HARD, fade.out_from, fade.end)]
    middle = fade.first if fade.hard_out else (fade.first + fade.end) // 2
    return [Boundary(middle, Transition.FADE, fade.out_from, fade.in_until)]


def frames_covered(spans: Iterable[tuple[int, int]], count: int, slack: int = 0) -> NDArray[np.bool_]:
    """Tell for each of the frames whether it lies in one of some stretches, their ends and the slack included."""
    inside = np.zeros(count, np.bool_)
    for first, last in spans:
        inside[max(0, first - slack) : last + slack + 1] = True
    return inside
