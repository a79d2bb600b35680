"""From a storyboard to a book: every panel gets its place, its crop and its balloons. Geometry only."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from configs.errors import StoryboardError
from configs.pages import PageFormat
from layouts.balloons import LARGEST_SHARE, USUAL_SHARE, fill, forms, scene_of
from layouts.cover import make_cover
from layouts.crops import Sight, aspect_least, aspect_most, crop, head, zoom_for
from layouts.fonts import Lettering
from layouts.page import Book, Page, PlacedPanel, Rect
from layouts.storyboard import PageBoard, Panel, Storyboard
from layouts.tiers import PanelNeed, arrange

_TRIES = 7
_GROWTH = 1.3
_TOLERATED = 0.02
"""Share of a face that a balloon may graze before the panel asks for more room."""
_SIZE_STEPS = 8
"""Pictures are painted at so many sizes at most: eighths of the film's own."""


def compose(storyboard: Storyboard, page: PageFormat, lettering: Lettering) -> Book:
    """Lay out all pages of a storyboard.

    Args:
        storyboard: What is told.
        page: The format.
        lettering: Fonts that have all its letters.

    Raises:
        StoryboardError: A page has too many panels, or a panel too many words; the message says which.
        FontError: A letter has no font.
    """
    pages = tuple(
        Page(
            number=number, panels=_Composer(storyboard, page, lettering, number, board).panels(), chapter=board.chapter
        )
        for number, board in enumerate(storyboard.pages, start=1)
    )
    return Book(
        title=storyboard.film.title,
        language=storyboard.language,
        style=storyboard.style,
        format=page,
        source_px=storyboard.film.size_px,
        fonts=lettering.faces,
        cover=make_cover(storyboard, page, lettering),
        pages=pages,
    )


def picture_needs(book: Book, ppi: float | None = None) -> dict[Fraction, tuple[int, int]]:
    """Return the size (width, height) in pixels at which each frame must be painted, whole.

    Sizes are eighths of the source's, so that few sizes occur and batches are full; never above the source's own.

    Args:
        book: The composed book.
        ppi: Pixels to the inch at trim; the format's own when left out.
    """
    wanted: dict[Fraction, float] = {}
    shown = [(panel.at_s, panel.rect, panel.crop) for one in book.pages for panel in one.panels]
    for at_s, rect, box in [*shown, (book.cover.at_s, book.cover.rect, book.cover.crop)]:
        across = rect.width / 72 * (ppi or book.format.ppi) / box.width
        wanted[at_s] = max(wanted.get(at_s, 0.0), across / book.source_px[0])
    return {at_s: _stepped(share, book.source_px) for at_s, share in sorted(wanted.items())}


def _stepped(share: float, source_px: tuple[int, int]) -> tuple[int, int]:
    step = min(_SIZE_STEPS, max(1, math.ceil(share * _SIZE_STEPS - 1e-9)))
    width, height = (max(1, round(side * step / _SIZE_STEPS)) for side in source_px)
    return width, height


@dataclass(frozen=True)
class _Filled:
    """A panel in its place, and how well its words stand in it."""

    panel: PlacedPanel | None
    covered: float
    cost: float


@dataclass
class _Composer:
    """One page: tiers are laid, words are placed, panels whose words do not fit grow, and so on."""

    storyboard: Storyboard
    page: PageFormat
    lettering: Lettering
    number: int
    board: PageBoard

    def panels(self) -> tuple[PlacedPanel, ...]:
        best: tuple[tuple[int, float, float], list[_Filled]] | None = None
        for most in (USUAL_SHARE, LARGEST_SHARE):
            needs = [self._need(panel, most) for panel in self.board.panels]
            for _ in range(_TRIES):
                rects = arrange(needs, self.page)
                if rects is None:
                    break
                filled = self._fill(rects, most)
                merit = (
                    sum(one.panel is None for one in filled),
                    round(sum(max(0.0, one.covered - _TOLERATED) for one in filled), 3),
                    sum(one.cost for one in filled),
                )
                if best is None or merit < best[0]:
                    best = merit, filled
                if merit[:2] == (0, 0.0):
                    break
                needs = [
                    need.grown(_GROWTH) if one.panel is None or one.covered > _TOLERATED else need
                    for need, one in zip(needs, filled, strict=True)
                ]
            if best is not None and best[0][0] == 0:
                break
        if best is None or best[0][0]:
            raise self._too_full(best[1] if best else None)
        return tuple(one.panel for one in best[1] if one.panel is not None)

    def _need(self, panel: Panel, most: float) -> PanelNeed:
        sight = self._sight(panel)
        need = PanelNeed(
            weight=panel.weight, aspect=sight.aspect, aspect_least=aspect_least(sight), aspect_most=aspect_most(sight)
        )
        if not panel.words:
            return need
        margin = self.page.panel_border_pt + 0.9 * self.page.type_pt
        width = height = area = 0.0
        for words in panel.words:
            choice = forms(words, self.page.live_width_pt - margin, self.page, self.lettering)
            fine = [form for form in choice if form.badness < choice[0].badness + 0.5]
            slim = min(fine, key=lambda form: form.width_pt)
            width, height = max(width, slim.width_pt), max(height, min(form.height_pt for form in fine))
            area += min(form.area for form in fine)
        heads = sum(head(face).width * head(face).height for face in panel.faces)
        share = min(most, max(0.25, 0.8 - heads)) * 0.92
        return replace(
            need,
            width_pt=min(width + margin, self.page.live_width_pt),
            height_pt=min(height + margin, self.page.live_height_pt),
            area_pt2=area / share,
        )

    def _sight(self, panel: Panel) -> Sight:
        return Sight(self.storyboard.film.size_px, panel.faces, panel.focus, panel.crop, wordy=bool(panel.words))

    def _fill(self, rects: Sequence[Rect], most: float) -> list[_Filled]:
        filled = []
        previous: float | None = None
        for panel, rect in zip(self.board.panels, rects, strict=True):
            sight = self._sight(panel)
            zoom = zoom_for(sight, rect, self.page.ppi, previous=previous)
            box = crop(sight, rect.aspect, zoom=zoom)
            previous = panel.faces[0].box.height / box.height if panel.faces else None
            scene = scene_of(rect, box, panel.faces, panel.focus)
            done = fill(panel.words, scene, self.page, self.lettering, most=most)
            if done is None:
                filled.append(_Filled(None, 0.0, 0.0))
                continue
            placing, balloons = done
            placed = PlacedPanel(at_s=panel.at_s, rect=rect, corners=rect.corners, crop=box, balloons=balloons)
            filled.append(_Filled(placed, placing.covered, placing.cost))
        return filled

    def _too_full(self, filled: Sequence[_Filled] | None) -> StoryboardError:
        cure = "move panels or words to another page, or shorten them"
        if filled is None:
            bare = [PanelNeed() for _ in self.board.panels]
            if arrange(bare, self.page) is None:
                count = len(self.board.panels)
                return StoryboardError(f"page {self.number}: {count} panels do not fit on a page", cure=cure)
            words = [sum(len(one.text) for one in panel.words) for panel in self.board.panels]
            panel = words.index(max(words)) + 1
        else:
            panel = next(index for index, one in enumerate(filled, start=1) if one.panel is None)
        return StoryboardError(f"page {self.number}, panel {panel}: the words do not fit", cure=cure)
