"""Insets: a small panel, a face or a detail, in a corner of the large one before it that has room to spare."""

from collections.abc import Iterator, Sequence

from configs.recipes.page_settings import PageFormat
from layouts.balloons.surroundings import Surroundings, standing_out_under
from layouts.book.page import PlacedPanel, Rect
from layouts.pages.panels.slants import bounds

_SIDE = (0.3, 0.38)
"""Width and height of an inset, as shares of its host's."""
_ASPECT = (0.85, 1.5)
_HOST_LEAST = 4.2
"""How many times its own area an inset needs around it."""
_HIDDEN = 0.12
"""The share of the host's subject that it may hide."""
_CALM, _BUSY = 0.2, 0.5
"""How much of what it hides may stand out: so much is nothing, and with so much it must not be; people stand out."""
_CORNERS = ((1.0, 1.0), (0.0, 1.0), (1.0, 0.0))
"""Right and left, bottom and top; not where the reader enters the panel."""


def inset_place(host: PlacedPanel, scene: Surroundings, page: PageFormat, *, forced: bool = False) -> Rect | None:
    """Find the corner of a panel in which an inset covers no face, no words and hardly anything of the subject.

    Args:
        host: The large panel, with its balloons.
        scene: It as its balloons see it.
        page: Gutters and the least size of panels.
        forced: Take the best corner whatever it covers.

    Returns:
        The inset's place inside the host's own outline, or None.
    """
    gap = page.gutter_down_pt
    room = scene.rect.inset(gap)
    size = _size(scene.rect, page)
    if size[0] > room.width or size[1] > room.height:
        return None
    places = list(_places(room, size))
    if not forced and size[0] * size[1] * _HOST_LEAST > scene.rect.area:
        return None
    costs = [_covered(place.inset(-0.5 * gap), host, scene) for place in places]
    best = min(range(len(places)), key=lambda at: (costs[at] + 0.01 * at, at))
    return places[best] if forced or costs[best] < 1.0 else None


def _size(inside: Rect, page: PageFormat) -> tuple[float, float]:
    width = max(page.panel_least_width_pt, _SIDE[0] * inside.width)
    height = max(page.panel_least_height_pt, _SIDE[1] * inside.height)
    low, high = _ASPECT
    if width / height > high:
        width = max(page.panel_least_width_pt, high * height)
    elif width / height < low:
        height = max(page.panel_least_height_pt, width / low)
    return width, height


def _places(room: Rect, size: tuple[float, float]) -> Iterator[Rect]:
    width, height = size
    for right, low in _CORNERS:
        yield Rect(
            x=room.x + right * (room.width - width), y=room.y + low * (room.height - height), width=width, height=height
        )


def _covered(place: Rect, host: PlacedPanel, scene: Surroundings) -> float:
    """Return how much stands against a place; from 1 on it must not be."""
    cost = sum(2.0 for head in scene.heads if place.overlap(head) > 1e-6)
    cost += sum(4.0 for body in _words(host) if place.overlap(body) > 1e-6)
    focus = scene.focus
    if focus is not None and focus.area < 0.6 * scene.rect.area:
        cost += place.overlap(focus) / focus.area / _HIDDEN
    return cost + max(0.0, standing_out_under(place, scene) - _CALM) / (_BUSY - _CALM)


def _words(host: PlacedPanel) -> Sequence[Rect]:
    return [bounds(balloon.outline) for balloon in host.balloons]
