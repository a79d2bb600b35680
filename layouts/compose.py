"""From a storyboard to a book: every panel gets its place, its crop and its balloons. Geometry only."""

import math
from fractions import Fraction

from configs.pages import PageFormat
from layouts.cover import make_cover
from layouts.describing import described
from layouts.fitting import PageFitter
from layouts.fonts import Lettering
from layouts.matter import Made, Matter
from layouts.page import Book, Page
from layouts.storyboard import Storyboard
from layouts.tiers import Grid

_REMEMBERED = 2
"""So many pages back grids are not to be repeated."""
_SIZE_STEPS = 8
"""Pictures are painted at so many sizes at most: eighths of the film's own."""


def compose(storyboard: Storyboard, page: PageFormat, lettering: Lettering, made: Made = Made()) -> Book:  # noqa: B008
    """Lay out all pages of a storyboard.

    Args:
        storyboard: What is told.
        page: The format.
        lettering: Fonts that have all its letters.
        made: For the small print.

    Raises:
        StoryboardError: A page has too many panels, or a panel too many words; the message says which.
        FontError: A letter has no font.
    """
    pages: list[Page] = []
    seen: list[Grid] = []
    for number, board in enumerate(storyboard.pages, start=1):
        fitted = PageFitter(storyboard, page, lettering, number, board, seen).fitted()
        panels = tuple(
            placed.model_copy(update={"alt": described(panel, placed, at)})
            for at, (panel, placed) in enumerate(zip(board.panels, fitted.panels, strict=True), start=1)
        )
        pages.append(Page(number=number, panels=panels, chapter=board.chapter))
        seen = [fitted.grid, *seen][:_REMEMBERED]
    matter = Matter(storyboard, pages, page, lettering, made)
    return Book(
        title=storyboard.film.title,
        language=storyboard.language,
        style=storyboard.style,
        format=page,
        source_px=storyboard.film.size_px,
        fonts=lettering.faces,
        cover=make_cover(storyboard, page, lettering),
        front=matter.front(),
        pages=tuple(pages),
        back=matter.back(),
        foot=matter.foot(),
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
    shown += [(one.at_s, one.rect, one.crop) for leaf in (*book.front, *book.back) for one in leaf.pictures]
    for at_s, rect, box in [*shown, (book.cover.at_s, book.cover.rect, book.cover.crop)]:
        across = rect.width / 72 * (ppi or book.format.ppi) / box.width
        wanted[at_s] = max(wanted.get(at_s, 0.0), across / book.source_px[0])
    return {at_s: _stepped(share, book.source_px) for at_s, share in sorted(wanted.items())}


def _stepped(share: float, source_px: tuple[int, int]) -> tuple[int, int]:
    step = min(_SIZE_STEPS, max(1, math.ceil(share * _SIZE_STEPS - 1e-9)))
    width, height = (max(1, round(side * step / _SIZE_STEPS)) for side in source_px)
    return width, height
