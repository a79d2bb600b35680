"""From a storyboard to a book: every panel gets its place, its crop and its balloons. Geometry only."""

import math
from collections.abc import Sequence
from fractions import Fraction
from functools import partial

from configs.errors import StoryboardError
from configs.recipes.balloon_settings import USUAL, Costs
from configs.recipes.page_settings import PageFormat
from configs.recipes.recipe import style_title
from layouts.book.page import Book, Page, PlacedPanel
from layouts.book.storyboard import PageBoard, Storyboard
from layouts.book.suiting import halves, suited
from layouts.lettering.fonts import Lettering
from layouts.pages.cover import make_cover
from layouts.pages.describing import described
from layouts.pages.fitting import PageFitter
from layouts.pages.matter import Colophon, Matter
from layouts.pages.mirroring import mirrored_page, mirrored_storyboard
from layouts.pages.panels.tiers import Grid
from layouts.pages.strip import strip_pages

_REMEMBERED = 2
"""So many pages back grids are not to be repeated."""
_SIZE_STEPS = 8
"""Pictures are painted at so many sizes at most: eighths of the film's own."""


def compose(
    storyboard: Storyboard,
    page: PageFormat,
    lettering: Lettering,
    made: Colophon = Colophon(),  # noqa: B008
    costs: Costs = USUAL,
) -> Book:
    """Lay out all pages of a storyboard.

    Args:
        storyboard: What is told.
        page: The format.
        lettering: Fonts that have all its letters.
        made: For the small print.
        costs: What weighs the balloons' places against each other.

    Raises:
        StoryboardError: A page has too many panels, or a panel too many words; the message says which.
        FontError: A letter has no font.
    """
    return laid(storyboard, page, lettering, made, costs)[0]


def laid(
    storyboard: Storyboard,
    page: PageFormat,
    lettering: Lettering,
    made: Colophon = Colophon(),  # noqa: B008
    costs: Costs = USUAL,
) -> tuple[Book, Storyboard]:
    """Lay out all pages, and return the storyboard too as it was told: with a page for each page of the book.

    A small edition tells a page on several. A book that is read from the right is composed in a mirrored world.
    """
    rtl = page.direction == "rtl"
    told = suited(storyboard, page)
    seen = mirrored_storyboard(told) if rtl else told
    if page.strip:
        pages: Sequence[Page] = strip_pages(seen, page, partial(_alone, seen, lettering, costs))
    else:
        pages, boards = _pages(seen, page, lettering, costs)
        seen = seen.model_copy(update={"pages": boards})
    if rtl:
        pages = [mirrored_page(one, page.width_pt) for one in pages]
        seen = mirrored_storyboard(seen)
    matter = Matter(seen, pages, page, lettering, made)
    book = Book(
        title=storyboard.film.title,
        language=storyboard.language,
        style=style_title(storyboard.style),
        format=page,
        source_px=storyboard.film.size_px,
        fonts=lettering.faces,
        cover=make_cover(storyboard, page, lettering),
        front=matter.front(),
        pages=tuple(pages),
        back=matter.back(),
        foot=matter.foot(),
    )
    return book, seen


def _pages(
    storyboard: Storyboard, page: PageFormat, lettering: Lettering, costs: Costs
) -> tuple[list[Page], tuple[PageBoard, ...]]:
    """Compose all pages, read from left to right; one that is too full for a small edition becomes two."""
    pages: list[Page] = []
    told: list[PageBoard] = []
    grids: list[Grid] = []
    left = list(reversed(storyboard.pages))
    while left:
        board = left.pop()
        number = len(pages) + 1
        try:
            fitted = PageFitter(storyboard, page, lettering, number, board, grids, costs).fitted()
        except StoryboardError:
            if page.page_panels is None or len(board.panels) == 1:
                raise
            left += reversed(halves(board))
            continue
        pages.append(Page(number=number, panels=_told(board, fitted.panels), chapter=board.chapter))
        told.append(board)
        grids = [fitted.grid, *grids][:_REMEMBERED]
    return pages, tuple(told)


def _alone(
    storyboard: Storyboard, lettering: Lettering, costs: Costs, board: PageBoard, page: PageFormat
) -> tuple[PlacedPanel, ...]:
    """Place what stands side by side on a strip."""
    return _told(board, PageFitter(storyboard, page, lettering, 1, board, [], costs).fitted().panels)


def _told(board: PageBoard, panels: Sequence[PlacedPanel]) -> tuple[PlacedPanel, ...]:
    """Say of each panel what its picture shows."""
    return tuple(
        placed.model_copy(update={"alt": described(panel, placed, at)})
        for at, (panel, placed) in enumerate(zip(board.panels, panels, strict=True), start=1)
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
