"""The page before the story that tells again what happened in the episode before: its word, and a page of panels."""

from configs.errors import StoryboardError
from configs.recipes.balloon_settings import Costs
from configs.recipes.page_settings import PageFormat
from layouts.book.moving import lowered_panel
from layouts.book.page import GREY, Leaf, LeafKind, PlacedPanel, TextBlock, TextRole
from layouts.book.storyboard import PageBoard, Storyboard
from layouts.book.suiting import leave_out
from layouts.covers.leaves import bar
from layouts.covers.previously import Recap, previously
from layouts.covers.setting import HEAD, LARGE, PLAIN, Setter
from layouts.lettering.font_files import Style
from layouts.lettering.fonts import Lettering
from layouts.pages.describing import describe_panel
from layouts.pages.fitting import PageFitter
from layouts.pages.mirroring import mirrored_panel, mirrored_storyboard

_FEWEST = 2
_HEADS = (HEAD, 2.2, LARGE)
"""Sizes of the word that are tried until it stands on one line."""
_BELOW = 1.4
"""Air between the heading and the panels, in sizes of the type."""


def recap_leaf(recap: Recap, storyboard: Storyboard, page: PageFormat, lettering: Lettering, costs: Costs) -> Leaf:
    """Compose the recap: as many of its moments as a page of this format holds, in the order of the story.

    Args:
        recap: What is told again.
        storyboard: The comic that it stands before.
        page: The format.
        lettering: The fonts.
        costs: Of the balloons' places.

    Raises:
        StoryboardError: Not even two panels fit.
    """
    setter = Setter(page, lettering)
    head = _head(recap, storyboard.language, setter)
    top = max(block.rect.bottom for block in head) + setter.pt(_BELOW)
    rule = bar(setter, top, page.margin_side_pt)
    down = rule.rect.bottom + setter.pt(_BELOW) - page.margin_top_pt
    most = min(len(recap.moments), page.page_panels or len(recap.moments))
    for count in range(most, _FEWEST - 1, -1):
        try:
            panels = _panels(recap, count, storyboard, page, lettering, costs, down)
        except StoryboardError:
            if count == _FEWEST:
                raise
            continue
        break
    return Leaf(kind=LeafKind.RECAP, parts=(*head, rule, *panels))


def _head(recap: Recap, language: str, setter: Setter) -> list[TextBlock]:
    """Set the word at the page's top, and below it what the episode is called."""
    page = setter.page
    left, across = page.margin_side_pt, page.live_width_pt
    word = previously(language, setter.lettering)
    for size in _HEADS:
        y = page.margin_top_pt + setter.pt(0.8 * size)
        head = setter.block(word, y, size, role=TextRole.HEADING, style=Style.BOLD, x=left, width=across)
        if len(head.lines) == 1:
            break
    if not (told := setter.told(recap.episode)):
        return [head]
    y = head.lines[-1].baseline + setter.pt(1.8 * PLAIN)
    return [head, setter.block(told, y, PLAIN, colour=GREY, x=left, width=across)]


def _panels(
    recap: Recap,
    count: int,
    storyboard: Storyboard,
    page: PageFormat,
    lettering: Lettering,
    costs: Costs,
    down: float,
) -> tuple[PlacedPanel, ...]:
    """Place the weightiest moments below the heading, which ends so far below the upper margin."""
    rtl = page.direction == "rtl"
    told = PageBoard(panels=tuple(sorted(recap.moments[:count], key=lambda one: one.at_s)))
    board = leave_out(storyboard.model_copy(update={"pages": (told,)}), lettering.left_out)
    seen = mirrored_storyboard(board) if rtl else board
    rest = page.model_copy(update={"height_pt": page.height_pt - down})
    placed = PageFitter(seen, rest, lettering, 0, seen.pages[0], [], costs).fitted().panels
    panels = [lowered_panel(mirrored_panel(one, page.width_pt) if rtl else one, down) for one in placed]
    return tuple(
        panel.model_copy(update={"alt": describe_panel(one, panel, number, "from the episode before")})
        for number, (one, panel) in enumerate(zip(board.pages[0].panels, panels, strict=True), start=1)
    )
