"""Which picture stands on the cover, and which part of it: the figure who leads, tall, well lit, sharp, its head whole.

Where nobody is seen it is the animal or the thing that stands out most.
"""

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from configs.units import Box, Face
from layouts.book.crops import Sight, crop, head, share_inside
from layouts.book.page import Rect
from layouts.book.storyboard import Framing, Panel, Storyboard
from layouts.covers.billing import Billing, best_billing, scene
from layouts.covers.lockup import Lockup
from layouts.covers.sightings import all_panels, lines_of, other_faces, sightings

_TRIED = 12
"""So many of the best panels are tried with the title on them."""
_ZOOMS = (1.0, 1.25, 1.55)
_LEANS = (0.0, 0.14, -0.12)
"""How far, in heights of the page, the head is moved down or up to make room for the title."""
_SMALLEST, _SMALL, _LARGE, _LARGEST = 0.07, 0.3, 0.58, 1.1
"""Shares of the page's height: a head that is hardly seen, one from which on a figure fills a cover, up to which the
title has room beside it, one that is all there is."""
_FINE_PPI, _COARSEST_PPI = 150.0, 36.0
"""Pixels of the film to the inch that a cover wants, and that looking closer must leave."""
_EDGE = 0.05
"""Share of the film at its beginning and end where titles and credits run."""
_SURE_FROM, _SURE_TO = 0.8, 0.94
"""Between these lie the scores of faces that are found at all and of those seen best."""
_CUT, _OTHER_CUT = 4.0, 2.0
"""Cost of the leading head cut off, by its share, and of another one."""
_AIR, _CRAMPED = 0.4, 1.2
"""Room beside a head, in its widths, and the cost of having none."""
_PROFILE = 1.6
"""Cost of a mouth off the middle of its face, by widths of that."""
_LIT, _SHARP = 1.4, 2.2
"""What good light and sharp contours are worth."""
_FACELESS, _STANDS_OUT = 3.0, 2.6
"""Cost of having no face, and what a figure gains that stands out whole."""
_FIGURE = 0.6
"""From this salience on what stands out is a figure."""
_FIGURE_SMALL, _FIGURE_LARGE = 0.15, 0.5
"""Shares of the page's height: a figure that is hardly seen, one that fills a cover."""
_PLAIN_CUT, _TOP, _TOP_CUT = 2.0, 0.4, 3.0
"""Cost of what is cut off a figure without a face; what of its height its head is in, and the cost of that cut off."""
_KNOWN, _KNOWN_PAGES = 0.5, 0.2
"""Cost of a picture that the reader meets again at once, in this first part of the book, or as a splash."""
_ASTRAY = 0.8
"""Cost of the first shot and of a film's edges: places, titles and credits."""


@dataclass(frozen=True)
class CoverPicture:
    """What a cover shows, and where its title stands."""

    panel: Panel
    crop: Box
    billing: Billing


@dataclass(frozen=True)
class _Candidate:
    """A panel with the face that would lead, and what speaks for it before it is cropped."""

    panel: Panel
    face: Face | None
    merit: float


def best_picture(
    storyboard: Storyboard, rect: Rect, room: Rect, titles: Sequence[Lockup], *, wanted_pt: float, extra_pt: float
) -> CoverPicture:
    """Choose the cover's picture, its crop and its title's place together: a good face without room is none.

    Args:
        storyboard: The comic.
        rect: What the picture fills.
        room: Where a title may stand.
        titles: The title in several ways.
        wanted_pt: The size of type that is large enough.
        extra_pt: Height of what stands below the title.
    """
    best: tuple[float, CoverPicture] | None = None
    for one in _ranked(storyboard, rect)[:_TRIED]:
        for box in _crops(_sight(storyboard, one), rect):
            panel = one.panel
            others, figure = other_faces(panel, one.face), panel.salience >= _FIGURE and panel.focus is not None
            seen = scene(one.face, others, panel.focus, panel.busy, box, rect, room, figure=figure)
            billing = best_billing(titles, seen, wanted_pt=wanted_pt, extra_pt=extra_pt)
            merit = one.merit + _framed(storyboard, one, box, rect) - 0.7 * billing.cost
            if best is None or merit > best[0]:
                best = merit, CoverPicture(panel, box, billing)
    assert best is not None, "a storyboard has a panel"
    return best[1]


def _ranked(storyboard: Storyboard, rect: Rect) -> list[_Candidate]:
    """Return the panels, the likeliest cover first; the earliest among equals."""
    found = []
    for one in _candidates(storyboard):
        box = crop(_sight(storyboard, one), rect.aspect)
        found.append((one.merit + _framed(storyboard, one, box, rect), one))
    return [one for _, one in sorted(found, key=lambda pair: -pair[0])]


def _candidates(storyboard: Storyboard) -> Iterator[_Candidate]:
    said = lines_of(storyboard)
    most = max(said.values(), default=0)
    leads = {(one.panel.at_s, one.name): one for one in sightings(storyboard)}
    known = _met_again(storyboard)
    opening = next(all_panels(storyboard)).shot or 0
    lasts_s = float(storyboard.film.duration_s) or 1.0
    for panel in {panel.at_s: panel for panel in all_panels(storyboard)}.values():
        own = [one for (at_s, _), one in leads.items() if at_s == panel.at_s]
        lead = max(own, key=lambda one: said[one.name], default=None)
        face = lead.face if lead else max(panel.faces, key=lambda one: one.box.height, default=None)
        merit = 0.35 * min(panel.weight, 2.0)
        merit += said[lead.name] / most if lead and most else 0.0
        merit += _LIT * panel.lit + _SHARP * panel.sharp
        merit -= _KNOWN if panel.at_s in known else 0.0
        at = float(panel.at_s) / lasts_s
        merit -= _ASTRAY if not _EDGE < at < 1 - _EDGE or panel.shot == opening else 0.0
        yield _Candidate(panel, face, merit)


def _sight(storyboard: Storyboard, one: _Candidate) -> Sight:
    panel = one.panel
    faces = ([one.face] if one.face else []) + list(other_faces(panel, one.face))
    return Sight(panel.size_px or storyboard.film.size_px, tuple(faces), panel.focus, panel.crop)


def _crops(sight: Sight, rect: Rect) -> Iterator[Box]:
    """Yield parts of a picture that have the cover's shape; those that are alike once."""
    told: set[tuple[float, ...]] = set()
    spare = crop(sight, rect.aspect).width * sight.size_px[0] / (rect.width / 72 * _COARSEST_PPI)
    for zoom, lean in itertools.product([one for one in _ZOOMS if one <= max(1.0, spare)], _LEANS):
        box = crop(replace(sight, lean=(0.0, lean)), rect.aspect, zoom=zoom)
        key = tuple(round(side, 3) for side in (box.x0, box.y0, box.x1, box.y1))
        if key not in told:
            told.add(key)
            yield box


def _framed(storyboard: Storyboard, one: _Candidate, box: Box, rect: Rect) -> float:
    """Return what speaks for a crop: how large, whole and sharp its figure is."""
    panel = one.panel
    across = box.width * (panel.size_px or storyboard.film.size_px)[0]
    merit = 0.5 * min(0.0, math.log2(across / (rect.width / 72 * _FINE_PPI)))
    if one.face is None:
        return merit + _faceless(panel, box) - _FACELESS
    around = head(one.face)
    tall = one.face.box.height / box.height
    sure = min(1.0, max(0.0, (one.face.score - _SURE_FROM) / (_SURE_TO - _SURE_FROM)))
    merit += 1.4 * _fitting(tall) + 1.5 * sure  # what a detector is sure of is well lit and in full view
    # of a face that begins at the picture's edge the film itself shows no hair
    hair = min(1.0, one.face.box.y0 / (0.22 * one.face.box.height))
    merit -= _CUT * (1 - share_inside(around, box)) + 0.7 * (1 - hair)
    merit -= _CRAMPED * (1 - share_inside(_with_air(around), box))
    mouth_off = abs((one.face.mouth[0] - one.face.box.centre[0]) / one.face.box.width)
    merit -= _PROFILE * max(0.0, mouth_off - 0.12)
    for other in other_faces(panel, one.face):
        seen = share_inside(other.box, box)
        merit -= _OTHER_CUT * min(seen, 1 - seen) * 2
    return merit


def _faceless(panel: Panel, box: Box) -> float:
    """Return what speaks for a crop in which no face is known: how large and how whole what stands out stands in it."""
    if panel.focus is None:
        return 0.4 * panel.salience
    held, tall = share_inside(panel.focus, box), min(1.0, panel.focus.height / box.height)
    large = min(1.0, max(0.0, (tall - _FIGURE_SMALL) / (_FIGURE_LARGE - _FIGURE_SMALL)))
    top = panel.focus.model_copy(update={"y1": panel.focus.y0 + _TOP * panel.focus.height})
    cut = _PLAIN_CUT * (1 - held) + _TOP_CUT * (1 - share_inside(top, box))
    return (_STANDS_OUT * (0.5 + 0.5 * large) - cut) * panel.salience + 0.4 * held


def _met_again(storyboard: Storyboard) -> set[Fraction]:
    """Return the times of the pictures that would be no news inside the book."""
    soon = math.ceil(_KNOWN_PAGES * len(storyboard.pages)) if len(storyboard.pages) > 1 else 0
    first = [panel.at_s for board in storyboard.pages[:soon] for panel in board.panels]
    return {*first, *(panel.at_s for panel in all_panels(storyboard) if panel.frame is Framing.BLEED)}


def _with_air(around: Box) -> Box:
    """Return a head with what a detector leaves out of it: a hood, a hat, an ear, and some air."""
    across, up = _AIR * around.width, 0.5 * _AIR * around.height
    x0, x1 = max(0.0, around.x0 - across), min(1.0, around.x1 + across)
    return Box(x0=x0, y0=max(0.0, around.y0 - up), x1=x1, y1=around.y1)


def _fitting(tall: float) -> float:
    """Return how well a head's height suits a cover, 0 to 1."""
    if tall < _SMALL:
        return max(0.0, (tall - _SMALLEST) / (_SMALL - _SMALLEST))
    return 1.0 if tall < _LARGE else max(0.0, 1 - (tall - _LARGE) / (_LARGEST - _LARGE))
