"""Marks that keep programs which guess at columns from reading a page's words out of order.

Readers such as pdftotext order blocks of text by Breuel's rules (High Performance Document Layout Analysis, 2003):
what overlaps sideways is read from above, else from the left, and a block counts as wide as what lies below it. On a
comic page that goes wrong between two panels of a row whose balloons stand at different heights, and where a balloon
stands below and left of the one before. An invisible blank (U+2800) in the gap between the two puts it
right; it is set only where it is needed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from layouts.page import PlacedBalloon, PlacedPanel, Rect

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


def marks(panels: Sequence[PlacedPanel]) -> list[Mark]:
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


def numbered(panels: Sequence[PlacedPanel]) -> Iterator[tuple[int, PlacedBalloon]]:
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
    if one.panel.rect.bottom <= two.panel.rect.y:
        if two.text.right <= one.text.x:
            left, right = min(each.rect.x for each in panels), max(each.rect.right for each in panels)
            yield Mark(number, left, two.panel.rect.y - 2 * _THIN_PT, right - left, _THIN_PT)
    elif one.body.right <= two.body.x:
        if one.panel is two.panel and two.text.y <= one.text.y + _SLACK_PT:
            x = (one.body.right + two.body.x - _THIN_PT) / 2
            top, bottom = min(one.body.y, two.body.y), max(one.body.bottom, two.body.bottom)
            yield Mark(number, x, top, _THIN_PT, bottom - top)
        elif one.panel is not two.panel and two.text.y <= one.text.y + _SLACK_PT:
            # as high as the row: a shorter one could itself be taken for something that stands between the two
            x = two.panel.rect.x - 2 * _THIN_PT
            yield Mark(number, x, two.panel.rect.y, _THIN_PT, two.panel.rect.height)
    elif two.text.right <= one.text.x:
        y = min(two.text.y - _SLACK_PT, max(one.text.y + _SLACK_PT, (one.text.bottom + two.text.y) / 2)) - _THIN_PT / 2
        yield Mark(number, two.text.x, y, one.text.right - two.text.x, _THIN_PT)
