"""Marks that keep programs which guess at columns from reading a page's words out of order.

Readers such as pdftotext order blocks of text by Breuel's rules (High Performance Document Layout Analysis, 2003):
what overlaps sideways is read from above, else from the left, and a block counts as wide as what lies below it. On a
comic page that goes wrong between two panels side by side whose balloons stand at different heights, and where a
balloon stands below and left of the one before. An invisible blank (U+2800) in the gap between the two puts it
right; it is set only where it is needed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from layouts.book.gutters import parting
from layouts.book.page import PlacedBalloon, PlacedPanel, Rect

BLANK = "\u2800"
_THIN_PT = 1.0
_SLACK_PT = 0.1


@dataclass(frozen=True)
class Mark:
    """An invisible blank on the page, written before the balloon with this number."""

    before: int
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class _Told:
    """A balloon's words on the page."""

    panel: PlacedPanel
    body: Rect
    text: Rect


def find_marks(panels: Sequence[PlacedPanel]) -> list[Mark]:
    """Return the marks that a page needs.

    Args:
        panels: Of one page, in reading order; balloons are numbered through in that order.
    """
    told = [_Told(panel, balloon.body, _text(balloon)) for panel in panels for balloon in panel.balloons]
    found: dict[tuple[int, ...], Mark] = {}
    for later, two in enumerate(told):
        for one in told[:later]:
            for mark in _between(one, two, later, panels):
                found.setdefault((round(mark.x), round(mark.y), round(mark.width), round(mark.height)), mark)
    return sorted(found.values(), key=lambda mark: (mark.before, mark.y, mark.x))


def number_balloons(panels: Sequence[PlacedPanel]) -> Iterator[tuple[int, PlacedBalloon]]:
    """Yield the balloons of a page with their numbers."""
    yield from enumerate(balloon for panel in panels for balloon in panel.balloons)


def _text(balloon: PlacedBalloon) -> Rect:
    first, last = balloon.lines[0], balloon.lines[-1]
    left = min(line.x for line in balloon.lines)
    right = max(line.x + line.width_pt for line in balloon.lines)
    top = first.baseline - 0.76 * first.size_pt
    return Rect(x=left, y=top, width=right - left, height=last.baseline + 0.24 * last.size_pt - top)


def _between(one: _Told, two: _Told, number: int, panels: Sequence[PlacedPanel]) -> Iterator[Mark]:
    """Yield what must stand between two balloons, the second of which is read later."""
    cut = _cut(one, two, panels)
    if cut is not None and cut.level:
        if two.text.right <= one.text.x:
            left, right = cut.around.x, cut.around.right
            yield Mark(number, left, _below(one, two, cut.beyond.y - 2 * _THIN_PT), right - left, _THIN_PT)
    elif one.body.right <= two.body.x:
        if two.text.y > one.text.y + _SLACK_PT:
            return
        if cut is None:
            x = (one.body.right + two.body.x - _THIN_PT) / 2
            top, bottom = min(one.body.y, two.body.y), max(one.body.bottom, two.body.bottom)
        else:
            # as high as all that stands there: a shorter one could itself be taken for something between the two
            x = min(two.text.x - 2 * _THIN_PT, max(one.text.right + _THIN_PT, cut.beyond.x - 2 * _THIN_PT))
            top, bottom = cut.around.y, cut.around.bottom
        yield Mark(number, x, top, _THIN_PT, bottom - top)
    elif two.text.right <= one.text.x:
        y = _below(one, two, (one.text.bottom + two.text.y) / 2) - _THIN_PT / 2
        yield Mark(number, two.text.x, y, one.text.right - two.text.x, _THIN_PT)


def _below(one: _Told, two: _Told, wanted: float) -> float:
    """Return a height below the top of one text and above that of the other, as near to the wanted one as can be."""
    return min(two.text.y - _SLACK_PT, max(one.text.y + _SLACK_PT, wanted))


class _Parting(NamedTuple):
    """The gutter between two panels: what it goes through, and what lies beyond it."""

    level: bool
    around: Rect
    beyond: Rect


def _cut(one: _Told, two: _Told, panels: Sequence[PlacedPanel]) -> _Parting | None:
    if one.panel is two.panel:
        return None
    outlines = [panel.corners for panel in panels]
    places = [next(at for at, panel in enumerate(panels) if panel is told.panel) for told in (one, two)]
    found = parting(outlines, *places)
    if found is None:
        return None
    return _Parting(found.level, _around(found.around, panels), _around(found.beyond, panels))


def _around(some: Sequence[int], panels: Sequence[PlacedPanel]) -> Rect:
    rects = [panels[at].rect for at in some]
    x, y = min(rect.x for rect in rects), min(rect.y for rect in rects)
    right, bottom = max(rect.right for rect in rects), max(rect.bottom for rect in rects)
    return Rect(x=x, y=y, width=right - x, height=bottom - y)
