"""A strip to scroll: one panel below the other, air where time passes, cut into slices between panels.

A reader scrolls through it on a telephone: the gap is the pause. Panels of one scene stand near each other, a new
scene comes after a gap of its own, a chapter after a long one (Webtoon's guides ask for 200 to 250 px at the least
between scenes and about 1000 for a jump in time, of 800 px across).
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from configs.errors import StoryboardError
from configs.recipes.page_settings import PageFormat
from layouts.book.crops import Sight, aspect_least, on_page
from layouts.book.moving import lowered_panel
from layouts.book.page import Page, PlacedPanel
from layouts.book.storyboard import PageBoard, Panel, Storyboard

Lay = Callable[[PageBoard, PageFormat], tuple[PlacedPanel, ...]]
"""Places the panels of one page."""

_LEAD_PT = 16.0
"""Air above the first panel and below the last."""
_SHOT = 0.64
"""The gap between panels of one shot, in gutters; likewise below."""
_SCENE = 2.8
_CHAPTER = 7.0
_SMALL = 0.9
"""Silent panels of no more weight may stand side by side."""
_ASPECT = 1.45
"""Width by height of an ordinary panel: what a film shows is wider, but a telephone is held upright."""
_WIDEST = 1.7
_TALLEST = 0.72
_GROWTH = (1.0, 1.2, 1.45, 1.75, 2.1, 2.6)
"""Heights that are tried, in wanted ones, until the words leave the faces free."""
_TOLERATED = 0.02
_MOST = 0.94
"""The share of a slice's height that a panel takes at the most, so that no cut goes through one."""
_STEP_PT = 0.25
"""Slices end on whole pixels of the strip: four to the point."""


@dataclass(frozen=True)
class Tier:
    """What stands side by side on the strip: one panel, or two small ones."""

    panels: tuple[Panel, ...]
    chapter: str = ""


@dataclass(frozen=True)
class _PlacedTier:
    """A tier in its place."""

    top: float
    bottom: float
    panels: tuple[PlacedPanel, ...]
    chapter: str


def strip_pages(storyboard: Storyboard, page: PageFormat, lay: Lay) -> tuple[Page, ...]:
    """Lay out a storyboard as a strip, and cut it into slices.

    Args:
        storyboard: Panels with no more balloons than the strip allows; where its pages end does not matter.
        page: The strip; its height is that of the highest slice.
        lay: Places the panels of one page.

    Returns:
        The slices, from the top on; each as high as `Page.height_pt` says.

    Raises:
        StoryboardError: A panel's words do not fit on a slice.
    """
    laid = list(_stacked(list(tiers(storyboard)), storyboard, page, lay))
    total = laid[-1].bottom + _LEAD_PT
    bounds = [0.0, *cuts([(tier.top, tier.bottom) for tier in laid], total, page.height_pt)]
    return tuple(
        _slice(number, [tier for tier in laid if top <= tier.top < bottom], top, bottom)
        for number, (top, bottom) in enumerate(pairwise(bounds), start=1)
    )


def tiers(storyboard: Storyboard) -> Iterator[Tier]:
    """Yield what stands side by side: panels alone, and two small silent ones of a scene together."""
    panels = [
        (panel, board.chapter if number == 0 else "")
        for board in storyboard.pages
        for number, panel in enumerate(board.panels)
    ]
    at = 0
    while at < len(panels):
        panel, chapter = panels[at]
        after = panels[at + 1] if at + 1 < len(panels) else None
        if after is not None and not after[1] and _beside(panel, after[0]):
            yield Tier((panel, after[0]), chapter)
            at += 2
        else:
            yield Tier((panel,), chapter)
            at += 1


def cuts(solid: Sequence[tuple[float, float]], total: float, most_pt: float) -> list[float]:
    """Return where a strip is cut: the ends of its slices, the strip's own end last.

    Args:
        solid: What must not be cut, as (top, bottom), from the top on; no two overlap.
        total: The strip's height.
        most_pt: The most height of a slice; what is solid and higher is cut all the same.
    """
    ends: list[float] = []
    start = 0.0
    while total - start > most_pt + 1e-6:
        limit = start + most_pt
        barred = next(((top, bottom) for top, bottom in solid if top < limit < bottom), None)
        end = limit
        if barred is not None and barred[0] > start:
            before = max((bottom for _, bottom in solid if bottom <= barred[0]), default=start)
            end = (max(before, start) + barred[0]) / 2  # in the middle of the gap
        end = max(start + _STEP_PT, end // _STEP_PT * _STEP_PT)
        ends.append(end)
        start = end
    return [*ends, -(-total // _STEP_PT) * _STEP_PT]


def _beside(one: Panel, other: Panel) -> bool:
    silent = not one.words and not other.words
    return silent and not other.opens_scene and max(one.weight, other.weight) <= _SMALL and one.at_s != other.at_s


def _stacked(told: Sequence[Tier], storyboard: Storyboard, page: PageFormat, lay: Lay) -> Iterator[_PlacedTier]:
    y = _LEAD_PT
    for number, tier in enumerate(told):
        if number:
            y += _gap(told[number - 1], tier, page)
        panels = _fitted(tier, storyboard, page, lay)
        top = min(panel.rect.y for panel in panels)
        panels = tuple(lowered_panel(panel, y - top) for panel in panels)
        bottom = max(panel.rect.bottom for panel in panels)
        yield _PlacedTier(y, bottom, panels, tier.chapter)
        y = bottom


def _gap(before: Tier, tier: Tier, page: PageFormat) -> float:
    last, first = before.panels[-1], tier.panels[0]
    if tier.chapter:
        return _CHAPTER * page.gutter_down_pt
    if first.opens_scene:
        return _SCENE * page.gutter_down_pt
    same = last.shot is not None and last.shot == first.shot
    return (_SHOT if same else 1.0) * page.gutter_down_pt


def _fitted(tier: Tier, storyboard: Storyboard, page: PageFormat, lay: Lay) -> tuple[PlacedPanel, ...]:
    """Place a tier as low as its words allow without covering a face."""
    wanted = _wanted_height(tier, storyboard, page)
    most = _MOST * page.height_pt
    best: tuple[float, tuple[PlacedPanel, ...]] | None = None
    fault: StoryboardError | None = None
    for height in dict.fromkeys(min(most, wanted * growth) for growth in _GROWTH):
        whole = page.model_copy(update={"height_pt": height + page.margin_top_pt + page.margin_bottom_pt})
        try:
            panels = lay(PageBoard(panels=tier.panels), whole)
        except StoryboardError as error:
            fault = error
            continue
        covered = _covered(tier.panels, panels)
        if best is None or covered < best[0] - _TOLERATED:
            best = covered, panels
        if covered <= _TOLERATED:
            break
    if best is None:
        assert fault is not None
        raise fault
    return best[1]


def _wanted_height(tier: Tier, storyboard: Storyboard, page: PageFormat) -> float:
    width = (page.live_width_pt - page.gutter_across_pt * (len(tier.panels) - 1)) / len(tier.panels)
    return max(width / _aspect(panel, storyboard.film.size_px, len(tier.panels)) for panel in tier.panels)


def _aspect(panel: Panel, size_px: tuple[int, int], abreast: int) -> float:
    """Return the shape that a panel is to have: taller the more it weighs, not so tall that faces are cut."""
    sight = Sight(panel.size_px or size_px, panel.faces, panel.focus, panel.crop, wordy=bool(panel.words))
    if abreast > 1:
        return max(0.8, min(1.0, sight.aspect))
    wanted = _ASPECT / panel.weight**0.4
    return float(min(_WIDEST, max(_TALLEST, wanted, min(aspect_least(sight), sight.aspect))))


def _covered(told: Sequence[Panel], placed: Sequence[PlacedPanel]) -> float:
    """Return the largest share of a face that a balloon lies on."""
    shares = [0.0]
    for panel, on in zip(told, placed, strict=True):
        faces = [face for face in (on_page(face.box, on.crop, on.rect) for face in panel.faces) if face is not None]
        shares += [balloon.body.overlap(face) / face.area for balloon in on.balloons for face in faces]
    return max(shares)


def _slice(number: int, laid: Sequence[_PlacedTier], top: float, bottom: float) -> Page:
    return Page(
        number=number,
        panels=tuple(lowered_panel(panel, -top) for tier in laid for panel in tier.panels),
        chapter=next((tier.chapter for tier in laid if tier.chapter), ""),
        height_pt=bottom - top,
    )
