"""How front and back matter is set: type of few sizes, flush on a grid that all its pages share."""

from configs.recipes.page_settings import PageFormat
from layouts.book.page import INK, Colour, Rect, TextBlock, TextLine, TextRole
from layouts.lettering.font_files import Style
from layouts.lettering.fonts import Lettering, is_rtl, letterable
from layouts.lettering.lettering import blocks, straight

SMALL, PLAIN, LARGE, HEAD = 0.95, 1.25, 1.6, 2.8
"""Sizes in sizes of the type."""
LEAD = 1.4
"""Baseline to baseline, in sizes of the line."""
_MARGIN = 1.6
"""In margins of the story's pages: type alone wants more air."""


class Setter:
    """Sets text on one format's pages.

    Args:
        page: The format.
        lettering: The fonts.
    """

    def __init__(self, page: PageFormat, lettering: Lettering) -> None:
        self.page, self.lettering = page, lettering
        side = min(page.margin_side_pt * _MARGIN, page.width_pt * 0.12)
        top, foot = page.margin_top_pt * _MARGIN, page.margin_bottom_pt * 1.2
        self.room = Rect(x=side, y=top, width=page.width_pt - 2 * side, height=page.height_pt - top - foot)
        """What the margins leave."""

    @property
    def sheet(self) -> Rect:
        """All of the page, with what is cut off."""
        return Rect(x=0, y=0, width=self.page.width_pt, height=self.page.height_pt).inset(-self.page.bleed_pt)

    def pt(self, size: float) -> float:
        """Return a size of type in points."""
        return size * self.page.type_pt

    def told(self, text: str) -> str:
        """Return a text as it can be lettered; nothing where it cannot."""
        return letterable(text) if letterable(text) and self.lettering.covers(text) else ""

    def heading(self, text: str) -> TextBlock:
        """Set a page's heading at its top."""
        return self.block(text, self.room.y + self.pt(HEAD), HEAD, role=TextRole.HEADING, style=Style.BOLD)

    def block(
        self,
        text: str,
        y: float,
        size: float,
        *,
        role: TextRole = TextRole.TEXT,
        style: Style = Style.REGULAR,
        colour: Colour = INK,
        x: float | None = None,
        width: float | None = None,
        aside: float | None = None,
        leads_to: int | None = None,
    ) -> TextBlock:
        """Set lines on the grid.

        Args:
            text: Letterable, not empty.
            y: The first baseline.
            size: In sizes of the type.
            role: What it is to those who hear the book.
            style: The cut.
            colour: Of the letters.
            x: The left edge of its column; left out, that of the page.
            width: Of its column; left out, what is left of the page.
            aside: 0 is flush left, 0.5 in the middle, 1 flush right; left out, the side on which one begins to read.
            leads_to: The story page that a click opens.
        """
        size_pt = self.pt(size)
        left = self.room.x if x is None else x
        room = self.room.right - left if width is None else width
        found = blocks(text, self.lettering, size_pt, style=style, profile=straight, widest_pt=room)[0]
        flush = aside if aside is not None else float(is_rtl(text))
        lines = tuple(
            TextLine(
                runs=self.lettering.runs(line, size_pt, style),
                x=round(left + (room - wide) * flush, 3),
                baseline=round(y + number * size_pt * LEAD, 3),
                size_pt=size_pt,
            )
            for number, (line, wide) in enumerate(zip(found.lines, found.widths_pt, strict=True))
        )
        return TextBlock(lines=lines, role=role, colour=colour, leads_to=leads_to)
