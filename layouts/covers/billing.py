"""Where a cover's title stands: large, in the calm of the picture, never on a head."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from configs.units import Box, Face
from layouts.book.crops import head, on_page
from layouts.book.page import Rect
from layouts.covers.lockup import Lockup

_STEPS = 15
"""Heights that are tried."""
_HEAD, _OTHER_HEAD, _SUBJECT, _BUSY = 16.0, 8.0, 1.6, 1.6
"""Cost of a whole head covered, of another's, of the whole subject, of what stands out most."""
_SUBJECT_MOST = 0.8
_HEAD_FROM_TO, _FIGURE_MOST = (-0.2, 0.4), 0.7
"""What of a figure's height is its head where no face was found, for what stands out in it is seldom all of it; what
fills more of the picture is no figure."""
_GRAZED = 0.02
_TOUCHED = 1.5
"""Cost of touching the leading head at all."""
_SMALLER = 1.8
"""Cost of each halving of the type."""
_LOW, _AMID = 0.3, 1.5
"""Cost of the page's foot, where no one looks for a title, and of its middle, where it cuts the picture in two."""
_MORE_LINES = 0.2
"""Cost of each line after the second."""
_ASIDE = 0.12
"""Cost of standing at a side: the middle looks calmest."""


@dataclass(frozen=True)
class Scene:
    """A cover's picture as its title sees it, on the page."""

    heads: tuple[Rect, ...]
    """The leading one first; where no face is known, what may be one."""
    faces: bool
    """Whether any face is known."""
    subject: Rect | None
    busy: NDArray[np.float64] | None
    crop: Box
    rect: Rect
    room: Rect
    """Where a title may stand."""

    def standing_out(self, rect: Rect) -> float:
        """Return how much stands out in a part of the page, 0 to 1."""
        if self.busy is None:
            return 0.5
        rows, columns = self.busy.shape
        crop, whole = self.crop, self.rect
        x0, x1 = (crop.x0 + (x - whole.x) / whole.width * crop.width for x in (rect.x, rect.right))
        y0, y1 = (crop.y0 + (y - whole.y) / whole.height * crop.height for y in (rect.y, rect.bottom))
        first, top = int(max(0, x0) * columns), int(max(0, y0) * rows)
        last, low = math.ceil(min(1, x1) * columns), math.ceil(min(1, y1) * rows)
        part = self.busy[top : max(low, top + 1), first : max(last, first + 1)]
        return float(part.mean()) if part.size else 0.5


class Billing(NamedTuple):
    """A title in its place."""

    cost: float
    lockup: Lockup
    rect: Rect
    lean: float


def scene(
    leading: Face | None,
    faces: Sequence[Face],
    focus: Box | None,
    busy: str,
    crop: Box,
    rect: Rect,
    room: Rect,
    *,
    figure: bool = False,
) -> Scene:
    """Return a picture as its title sees it.

    Args:
        leading: Whose head must stay free.
        faces: The others.
        focus: What the picture shows.
        busy: What stands out in it, as `Panel.busy` has it.
        crop: What of the picture is shown,
        rect: and where.
        room: Where a title may stand.
        figure: What it shows is known to be one thing, which has a head then, however large it is.
    """
    heads = [on_page(head(face), crop, rect) for face in ([leading] if leading else []) + list(faces)]
    if not heads and focus is not None:
        # no face is known: most figures have theirs at the top
        above, below = (focus.y0 + share * focus.height for share in _HEAD_FROM_TO)
        top = focus.model_copy(update={"y0": max(0.0, above), "y1": below})
        small = focus.width * focus.height < _FIGURE_MOST * crop.width
        heads = [on_page(top, crop, rect)] if figure or small else []
    rows = [[int(digit, 16) / 15 for digit in row] for row in busy.split()]
    even = rows and len({len(row) for row in rows}) == 1
    return Scene(
        heads=tuple(one for one in heads if one is not None),
        faces=leading is not None or bool(faces),
        subject=on_page(focus, crop, rect) if focus is not None else None,
        busy=np.array(rows) if even else None,
        crop=crop,
        rect=rect,
        room=room,
    )


def best_billing(found: Sequence[Lockup], seen: Scene, *, wanted_pt: float, extra_pt: float = 0.0) -> Billing:
    """Choose a title's lines, size and place.

    Args:
        found: The title in several ways, at least one.
        seen: The picture.
        wanted_pt: The size of type that is large enough.
        extra_pt: Height of what stands below the title and belongs to it.
    """
    return min(
        (place for lockup in found for place in _places(lockup, seen, wanted_pt, extra_pt)), key=lambda one: one.cost
    )


def _places(lockup: Lockup, seen: Scene, wanted_pt: float, extra_pt: float) -> Iterator[Billing]:
    room = seen.room
    width, height = lockup.width_pt, lockup.height_pt + extra_pt
    # a title that is too high for the room stands at its top all the same
    spare_x, spare_y = max(0.0, room.width - width), max(0.0, room.height - height)
    small = _SMALLER * max(0.0, math.log2(wanted_pt / lockup.size_pt))
    # a line that is larger than the smallest helps too
    small -= 0.25 * math.log2(max(lockup.sizes_pt) / lockup.size_pt)
    tall = 4.0 * max(0.0, height / room.height - 1) + 1.2 * max(0.0, height / room.height - 0.36)
    own = small + tall + _MORE_LINES * max(0, len(lockup.lines) - 2)
    for step in range(_STEPS if spare_y > 1 else 1):
        down = step / (_STEPS - 1)
        for lean in (0.5, 0.0, 1.0) if spare_x > 0.08 * room.width else (0.5,):
            rect = Rect(x=room.x + spare_x * lean, y=room.y + spare_y * down, width=width, height=height)
            place = _LOW * down + _AMID * (1 - abs(2 * down - 1)) * min(1.0, spare_y / room.height + 0.2)
            place += _ASIDE if lean != 0.5 else 0.0
            yield Billing(own + place + _covering(rect, seen), lockup, rect, lean)


def _covering(rect: Rect, seen: Scene) -> float:
    cost = _BUSY * seen.standing_out(rect)
    for number, one in enumerate(seen.heads):
        share = rect.overlap(one) / one.area
        if share > 0:
            cost += (_OTHER_HEAD if number else _HEAD) * share
            cost += _TOUCHED if number == 0 and share > _GRAZED else 0.0
    if not seen.faces and seen.subject is not None and seen.subject.area < _SUBJECT_MOST * seen.rect.area:
        cost += _SUBJECT * rect.overlap(seen.subject) / seen.subject.area
    return cost
