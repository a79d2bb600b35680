"""From a storyboard to a book: every panel gets its place, its crop and its balloons. Geometry only."""

from collections.abc import Sequence
from functools import partial

from configs.errors import StoryboardError
from configs.recipes.balloon_settings import USUAL, Costs
from configs.recipes.page_settings import PageFormat
from configs.recipes.recipe import style_title
from layouts.book.page import Book, Page, PlacedPanel
from layouts.book.storyboard import PageBoard, Storyboard
from layouts.book.suiting import halve_page, leave_out, suit_to_format
from layouts.covers.cover import make_cover
from layouts.covers.matter import Colophon, Matter
from layouts.covers.previously import Recap
from layouts.lettering.fonts import Lettering
from layouts.pages.describing import describe_panel
from layouts.pages.fitting import PageFitter
from layouts.pages.mirroring import mirrored_page, mirrored_storyboard
from layouts.pages.panels.tiers import Grid
from layouts.pages.recap_page import recap_leaf
from layouts.pages.strip import strip_pages

_REMEMBERED = 2
"""So many pages back grids are not to be repeated."""


def compose_book(
    storyboard: Storyboard,
    page: PageFormat,
    lettering: Lettering,
    made: Colophon = Colophon(),  # noqa: B008
    costs: Costs = USUAL,
    recap: Recap | None = None,
) -> tuple[Book, Storyboard]:
    """Lay out all pages of a storyboard, and return it too as it was told: with a page for each page of the book.
    A small edition tells a page on several. A book that is read from the right is composed in a mirrored world.

    Args:
        storyboard: What is told.
        page: The format.
        lettering: Fonts that have all its letters.
        made: For the small print.
        costs: What weighs the balloons' places against each other.
        recap: What is told of the episode before, if anything.

    Raises:
        StoryboardError: A page has too many panels, or a panel too many words; the message says which.
        FontError: A letter has no font.
    """
    rtl = page.direction == "rtl"
    told = suit_to_format(leave_out(storyboard, lettering.left_out), page)
    seen = mirrored_storyboard(told) if rtl else told
    if page.strip:
        pages: Sequence[Page] = strip_pages(seen, page, partial(_alone, seen, lettering, costs))
    else:
        pages, boards = _pages(seen, page, lettering, costs)
        seen = seen.model_copy(update={"pages": boards})
    if rtl:
        pages = [mirrored_page(one, page.width_pt) for one in pages]
        seen = mirrored_storyboard(seen)
    cover = make_cover(storyboard, page, lettering)
    before = None if recap is None else recap_leaf(recap, storyboard, page, lettering, costs)
    matter = Matter(seen, pages, page, lettering, made, cover.at_s, before)
    book = Book(
        title=storyboard.film.whole_title,
        series=storyboard.film.series,
        language=storyboard.language,
        style=style_title(storyboard.style),
        format=page,
        source_px=storyboard.film.size_px,
        fonts=lettering.faces,
        cover=cover,
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
            left += reversed(halve_page(board))
            continue
        pages.append(Page(number=number, panels=_described(board, fitted.panels), chapter=board.chapter))
        told.append(board)
        grids = [fitted.grid, *grids][:_REMEMBERED]
    return pages, tuple(told)


def _alone(
    storyboard: Storyboard, lettering: Lettering, costs: Costs, board: PageBoard, page: PageFormat
) -> tuple[PlacedPanel, ...]:
    """Place what stands side by side on a strip."""
    return _described(board, PageFitter(storyboard, page, lettering, 1, board, [], costs).fitted().panels)


def _described(board: PageBoard, panels: Sequence[PlacedPanel]) -> tuple[PlacedPanel, ...]:
    """Say of each panel what its picture shows."""
    return tuple(
        placed.model_copy(update={"alt": describe_panel(panel, placed, at)})
        for at, (panel, placed) in enumerate(zip(board.panels, panels, strict=True), start=1)
    )
