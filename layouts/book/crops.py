"""Which part of a picture a panel shows: faces whole, the subject in sight, room in front of a look.

And which parts of pictures a book shows, how large, and how large a picture must be painted for them.
"""

import itertools
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

from configs.units import WHOLE, Box, Face, Frozen, Seconds
from layouts.book.page import Book, Cover, PlacedPanel, Rect

_STEPS, _STEPS_BOTH = 33, 13
"""Places tried along an axis: when one is free, and when both are."""
_HAIR = 0.22
"""How far, in heights of the face, hair and hat reach above a detector's box."""
_ZOOM_MOST = 1.5
_ZOOM_LEAST = 1.12
"""Less than this is not seen."""
_LARGE = 0.5
"""A subject that takes so much of the panel's height is close already."""
_SLACK = 1.05
"""How much larger than a face the least crop of it is."""
_AHEAD = 0.14
"""By how much of the panel's width the subject of a look or a move stands off the middle, at the most."""
_FACELESS = (0.75, 0.92)
"""Without a face nobody knows what may go: so much of a picture's width and of its height is shown at the least."""
_FROM_BELOW = 1.5
"""Cost of cutting a picture without a face at its top rather than at its foot: heads are above."""
_SIZE_STEPS = 8
"""Pictures are painted at so many sizes at most: eighths of the film's own."""


@dataclass(frozen=True)
class Sight:
    """A picture and what matters in it; boxes in fractions of the picture."""

    size_px: tuple[int, int]
    faces: tuple[Face, ...] = ()
    focus: Box | None = None
    locked: Box | None = None
    wordy: bool = False
    """Words will stand above the heads: leave them room."""
    heading: float = 0.0
    """Where the subject moves: -1 to the left, 1 to the right."""
    lean: tuple[float, float] = (0.0, 0.0)
    """Where it is wanted besides, off its usual place; in fractions of the panel."""

    @property
    def aspect(self) -> float:
        """Width by height of the picture, or of the crop that a person has locked."""
        own = self.size_px[0] / self.size_px[1]
        return own if self.locked is None else own * self.locked.width / self.locked.height


def head(face: Face) -> Box:
    """Return the face's box with hair and chin, inside the picture."""
    box = face.box
    return Box(
        x0=max(0.0, box.x0 - 0.06 * box.width),
        y0=max(0.0, box.y0 - _HAIR * box.height),
        x1=min(1.0, box.x1 + 0.06 * box.width),
        y1=min(1.0, box.y1 + 0.04 * box.height),
    )


def aspect_least(sight: Sight) -> float:
    """Return the narrowest panel whose full-height crop still shows what must be seen."""
    if sight.locked is not None:
        return sight.aspect * 0.85
    own = sight.size_px[0] / sight.size_px[1]
    heads = [head(face) for face in sight.faces]
    if heads:
        span = max(box.x1 for box in heads) - min(box.x0 for box in heads)
        return max(0.5, own * min(1.0, span * 1.25))
    focus = sight.focus.width if sight.focus is not None and sight.focus.width < 0.95 else 0.0
    return max(0.5, own * max(_FACELESS[0], focus))


def aspect_most(sight: Sight) -> float:
    """Return the widest panel whose full-width crop still shows what must be seen from top to bottom."""
    if sight.locked is not None:
        return sight.aspect * 1.15
    own = sight.size_px[0] / sight.size_px[1]
    heads = [head(face) for face in sight.faces]
    if heads:
        span = max(box.y1 for box in heads) - min(box.y0 for box in heads)
        return own / min(1.0, span * 1.1)
    return own / _FACELESS[1]


def crop(sight: Sight, panel_aspect: float, *, zoom: float = 1.0) -> Box:
    """Choose the part of the picture that fills a panel.

    Args:
        sight: The picture.
        panel_aspect: Width by height of the panel.
        zoom: How much closer than needed to look; 1 shows as much as the panel's shape allows.

    Returns:
        A box of exactly the panel's shape, inside the picture: inside the locked crop where there is one, unless that
        shows a face whole which the panel's shape would cut.
    """
    bounds = sight.locked or WHOLE
    relative = panel_aspect / (sight.size_px[0] / sight.size_px[1])  # the box's shape in fractions of the picture
    width = min(bounds.width, bounds.height * relative) / zoom
    height = min(bounds.height, width / relative)
    if sight.locked is not None and (more := _short_by(sight, width, height)) > 1:
        bounds, width = WHOLE, min(1.0, relative, width * more)
        height = min(1.0, width / relative)
    both = bounds.width - width > 1e-9 and bounds.height - height > 1e-9
    lefts = _places(bounds.x0, bounds.x1, width, _STEPS_BOTH if both else _STEPS)
    tops = _places(bounds.y0, bounds.y1, height, _STEPS_BOTH if both else _STEPS)
    boxes = [_box(left, top, width, height) for left, top in itertools.product(lefts, tops)]
    return min(boxes, key=lambda box: _cost(sight, box))


def _short_by(sight: Sight, width: float, height: float) -> float:
    """Return how many times larger a crop has to be for the faces that the lock shows whole, each by itself."""
    lock = sight.locked or WHOLE
    inside = [face.box for face in sight.faces if share_inside(face.box, lock) > 1 - 1e-6]
    return max((max(face.width / width, face.height / height) * _SLACK for face in inside), default=1.0)


def _places(low: float, high: float, size: float, steps: int) -> list[float]:
    spare = high - low - size
    if spare <= 1e-9:
        return [low]
    return [low + spare * step / (steps - 1) for step in range(steps)]


def _box(left: float, top: float, width: float, height: float) -> Box:
    x0, y0 = max(0.0, left), max(0.0, top)
    return Box(x0=x0, y0=y0, x1=min(1.0, x0 + width), y1=min(1.0, y0 + height))


def share_inside(box: Box, inside: Box) -> float:
    """Return the share of a box that lies inside another."""
    across = min(box.x1, inside.x1) - max(box.x0, inside.x0)
    down = min(box.y1, inside.y1) - max(box.y0, inside.y0)
    return max(0.0, across) * max(0.0, down) / (box.width * box.height)


def _cost(sight: Sight, box: Box) -> float:
    cost = 0.0
    for rank, face in enumerate(sight.faces):
        seen, whole = share_inside(face.box, box), share_inside(head(face), box)
        size = 1.0 / (1 + rank)
        if seen < 0.02:
            cost += 6 * size  # out of sight altogether: a pity, but clean
        else:
            cost += (9 * size + 8) * (1 - seen) + (2 * size + 2) * (1 - whole)  # a cut face is never clean
    focus = sight.focus
    if focus is not None:
        # whoever makes room for words beside a face gives up some of what is around it
        held = (0.3 if any(sight.lean) else 1.0) if sight.faces else 5.0
        cost += held * (1 - share_inside(focus, box))
    if not sight.faces:
        cost += _FROM_BELOW * (box.y0 - (sight.locked or WHOLE).y0)
    return cost + _composition(sight, box)


def _composition(sight: Sight, box: Box) -> float:
    """Cost of where the subject stands in the crop: lead room ahead, room for words above."""
    if sight.faces:
        face = sight.faces[0]
        x, y = face.box.centre
        # a mouth off the middle of its face tells where the head is turned
        turned = (face.mouth[0] - x) / face.box.width
        wanted_x = 0.5 - max(-_AHEAD, min(_AHEAD, turned * 0.9 + 0.5 * _AHEAD * sight.heading))
        wanted_y = 0.56 if sight.wordy else 0.42
    else:
        x, y = (sight.focus or WHOLE).centre
        wanted_x, wanted_y = 0.5 - _AHEAD * sight.heading, 0.56 if sight.wordy else 0.5
        if sight.focus is not None and sight.focus.height > 0.97 * box.height:
            # more subject than room: what stands above is more likely its head
            y, wanted_y = sight.focus.y0, 0.04
    wanted_x, wanted_y = wanted_x + sight.lean[0], wanted_y + sight.lean[1]
    return 1.2 * ((x - box.x0) / box.width - wanted_x) ** 2 + 0.9 * ((y - box.y0) / box.height - wanted_y) ** 2


def nearness(sight: Sight, box: Box) -> float:
    """Return the share of the panel's height that the subject takes: how near the camera seems."""
    if sight.faces:
        return sight.faces[0].box.height / box.height
    return (sight.focus or WHOLE).height / box.height


def zoom_for(sight: Sight, rect: Rect, ppi: float, *, previous: float | None) -> float:
    """Return a zoom that sets a panel apart from the one before it, where the film has the pixels.

    Args:
        sight: The picture.
        rect: The panel.
        ppi: Pixels to the inch that must remain.
        previous: The `nearness` of the previous panel; None where it need not differ.

    Returns:
        At least 1; more only where a face would have nearly the same size as in the panel before. What else a picture
        shows is not known well enough to come closer to it.
    """
    if sight.locked is not None or previous is None or not sight.faces:
        return 1.0
    base = crop(sight, rect.aspect)
    mine = nearness(sight, base)
    if abs(mine / previous - 1) > 0.2 or mine > _LARGE:
        return 1.0
    spare = base.width * sight.size_px[0] / (rect.width / 72 * ppi)
    zoom = min(_ZOOM_MOST, spare, 0.52 / mine)
    if zoom <= _ZOOM_LEAST:
        return 1.0
    closer = crop(sight, rect.aspect, zoom=zoom)
    kept = all(share_inside(head(face), closer) >= share_inside(head(face), base) - 1e-6 for face in sight.faces)
    return zoom if kept else 1.0


def on_page(box: Box, crop_box: Box, rect: Rect) -> Rect | None:
    """Return where a box of the picture lies on the page, cut to the panel; None where it is out of sight."""
    scale_x, scale_y = rect.width / crop_box.width, rect.height / crop_box.height
    x0 = rect.x + max(0.0, box.x0 - crop_box.x0) * scale_x
    y0 = rect.y + max(0.0, box.y0 - crop_box.y0) * scale_y
    x1 = rect.x + min(crop_box.width, box.x1 - crop_box.x0) * scale_x
    y1 = rect.y + min(crop_box.height, box.y1 - crop_box.y0) * scale_y
    if x1 - x0 < 1e-6 or y1 - y0 < 1e-6:
        return None
    return Rect(x=x0, y=y0, width=x1 - x0, height=y1 - y0)


class Excerpt(Frozen):
    """A part of a frame as a book prints it."""

    at_s: Seconds
    crop: Box
    width_px: int
    """As many pixels across as are printed."""


class Art(NamedTuple):
    """A painting of a frame, or of a part of it."""

    path: Path
    part: Box = WHOLE
    """What of the frame is painted."""

    def inside(self, crop: Box) -> Box:
        """Return where a crop of the frame lies in the painting, in fractions of that; its outside is left out."""
        part = self.part
        xs = (min(1.0, max(0.0, (x - part.x0) / part.width)) for x in (crop.x0, crop.x1))
        ys = (min(1.0, max(0.0, (y - part.y0) / part.height)) for y in (crop.y0, crop.y1))
        (x0, x1), (y0, y1) = xs, ys
        return Box(x0=x0, y0=y0, x1=x1, y1=y1)


def excerpt(at_s: Fraction, crop: Box, rect: Rect, ppi: float) -> Excerpt:
    """Tell how a part of a frame is printed in its place."""
    return Excerpt(at_s=at_s, crop=crop, width_px=max(1, round(rect.width / 72 * ppi)))


def excerpts(book: Book) -> tuple[Excerpt, ...]:
    """Return all that a book shows, each once, in order of time."""
    ppi = book.format.ppi
    found = {excerpt(one.at_s, one.crop, one.rect, ppi): None for one in _pictures(book)}
    return tuple(sorted(found, key=lambda one: (one.at_s, one.width_px, one.crop.model_dump_json())))


def painted_whole(book: Book, pictures: Mapping[Fraction, Path]) -> dict[Excerpt, Art]:
    """Return the art of a book whose frames are painted whole, by their times; what is missing is left out."""
    return {one: Art(pictures[one.at_s]) for one in excerpts(book) if one.at_s in pictures}


def _pictures(book: Book) -> Iterator[PlacedPanel | Cover]:
    for page in book.pages:
        yield from page.panels
    for leaf in (*book.front, *book.back):
        yield from leaf.pictures
    yield book.cover


def picture_needs(book: Book) -> dict[Fraction, tuple[int, int]]:
    """Return the size (width, height) in pixels at which each frame must be painted, whole.

    Sizes are eighths of the source's, so that few sizes occur and batches are full; never above the source's own.
    """
    wanted: dict[Fraction, float] = {}
    sources: dict[Fraction, tuple[int, int]] = {}
    for one in _pictures(book):
        source = sources[one.at_s] = one.source_px or book.source_px
        across = one.rect.width / 72 * book.format.ppi / one.crop.width
        wanted[one.at_s] = max(wanted.get(one.at_s, 0.0), across / source[0])
    return {at_s: _stepped(share, sources[at_s]) for at_s, share in sorted(wanted.items())}


def _stepped(share: float, source_px: tuple[int, int]) -> tuple[int, int]:
    step = min(_SIZE_STEPS, max(1, math.ceil(share * _SIZE_STEPS - 1e-9)))
    width, height = (max(1, round(side * step / _SIZE_STEPS)) for side in source_px)
    return width, height
