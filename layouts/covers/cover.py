"""The cover: the leading figure from edge to edge, the title as display lettering, who is in it, the small print."""

from collections.abc import Sequence
from itertools import accumulate
from pathlib import PurePath

from configs.recipes.page_settings import PageFormat
from configs.recipes.recipe import style_title
from layouts.book.page import Cover, Rect, TextLine
from layouts.book.storyboard import Storyboard
from layouts.covers.leading import best_picture
from layouts.covers.lockup import lockups
from layouts.covers.sightings import lines_of
from layouts.lettering.font_files import Style
from layouts.lettering.fonts import Lettering, letterable
from layouts.lettering.lettering import blocks, straight

_TITLE_MOST, _TITLE_WANTED, _TITLE_LEAST = 0.231, 0.17, 0.05
"""Sizes of the title in widths of the page: of a US comic book 110, 80 and 24 points."""
_WIDTHS = (1.0, 0.8, 0.62)
"""Shares of the width that a title may take: in a narrow calm part it stands beside the figure."""
_EDGE = 0.12
"""How far a title's outline and shadow reach beyond its letters, in sizes of the type."""
_ISSUE, _CAST = 1.75, 1.6
"""In sizes of the type."""
_SMALL, _SMALL_PT = 0.9, 6.6
"""Of the small print, in sizes of the type and in points at the least."""
_NAMED_MOST = 4
_SAFE_PT = 12.0
"""From the trim, so that a knife cuts into no letter."""


def make_cover(storyboard: Storyboard, page: PageFormat, lettering: Lettering) -> Cover:
    """Compose the cover: the picture fills the whole sheet, bleed and all."""
    rect = Rect(x=0, y=0, width=page.width_pt, height=page.height_pt).inset(-page.bleed_pt)
    side, top = max(page.margin_side_pt * 0.75, _SAFE_PT), max(page.margin_top_pt * 0.8, _SAFE_PT)
    small = max(_SMALL_PT, _SMALL * page.type_pt)
    imprint = _lines(_imprint(storyboard, lettering), small, Style.REGULAR, page, lettering)
    cast = _lines(_billed(storyboard, lettering), _CAST * page.type_pt, Style.BOLD, page, lettering)
    foot = page.height_pt - max(_SAFE_PT, 0.45 * page.margin_bottom_pt)
    imprint = _lowered(imprint, foot - 0.3 * page.type_pt, page.leading)
    if cast:
        above = imprint[0].baseline - 1.9 * page.type_pt if imprint else foot
        cast = _lowered(cast, above, page.leading)
    foot = min((lines[0].baseline - lines[0].size_pt for lines in (imprint, cast) if lines), default=foot)
    issue = _lines(_issue(storyboard, lettering), _ISSUE * page.type_pt, Style.BOLD, page, lettering)
    below = len(issue) * _ISSUE * page.type_pt * page.leading + 0.9 * page.type_pt if issue else 0.0
    title = _lettered_title(storyboard, lettering)
    most, wanted, least = (share * page.width_pt for share in (_TITLE_MOST, _TITLE_WANTED, _TITLE_LEAST))
    edge = _EDGE * most
    below += edge if issue else 0.0
    room = Rect(x=side, y=top, width=page.width_pt - 2 * side, height=foot - top - 2.6 * page.type_pt).inset(edge)
    found = [
        one for share in _WIDTHS for one in lockups(title, lettering, share * room.width, most_pt=most, least_pt=least)
    ]
    shown = best_picture(storyboard, rect, room, found, wanted_pt=wanted, extra_pt=below)
    lockup, place, lean = shown.billing.lockup, shown.billing.rect, shown.billing.lean
    foot = place.y + lockup.height_pt + _EDGE * lockup.sizes_pt[-1]  # of the outline and the shadow
    first = foot + 0.9 * page.type_pt + 0.8 * _ISSUE * page.type_pt
    return Cover(
        at_s=shown.panel.at_s,
        rect=rect,
        crop=shown.crop,
        source_px=shown.panel.size_px,
        title=lockup.placed(place, lean, lettering),
        issue=_about(_lowered(issue, first, page.leading, down=True), place, lean, page),
        cast=cast,
        imprint=imprint,
    )


def _lettered_title(storyboard: Storyboard, lettering: Lettering) -> str:
    """Return the film's title, else its file's name, else a plain word: a cover must not stop a book."""
    for title in (storyboard.film.title, PurePath(storyboard.film.path).stem):
        if letterable(title) and lettering.covers(title):
            return letterable(title)
    return "Film comic"


def _issue(storyboard: Storyboard, lettering: Lettering) -> str:
    """Return what tells which episode this is."""
    series = storyboard.film.series
    text = letterable(series.issue) if series else ""
    return text if lettering.covers(text) else ""


def _billed(storyboard: Storyboard, lettering: Lettering) -> str:
    """Return the names of those who say most; nothing where fewer than two are named."""
    names = [letterable(name) for name, _ in lines_of(storyboard).most_common() if lettering.covers(name)]
    return " • ".join(names[:_NAMED_MOST]) if len(names) > 1 else ""


def _imprint(storyboard: Storyboard, lettering: Lettering) -> str:
    """Return the small print: what this is and how it was made."""
    style = style_title(storyboard.style)
    style = style if lettering.covers(style) else style.partition(":")[0]
    film = storyboard.film
    named = _lettered_title(storyboard, lettering) + (f" ({film.year})" if film.year else "")
    return f"A film comic of {named}. Drawn by filmcomic in the style {style}."


def _lines(text: str, size: float, style: Style, page: PageFormat, lettering: Lettering) -> tuple[TextLine, ...]:
    """Set a text in the middle of the page, its first baseline at 0."""
    if not text:
        return ()
    width = page.width_pt - 2 * max(page.margin_side_pt, _SAFE_PT)
    block = blocks(text, lettering, size, style=style, profile=straight, widest_pt=width)[0]
    return tuple(
        TextLine(
            runs=lettering.runs(line, size, style), x=round((page.width_pt - wide) / 2, 3), baseline=0, size_pt=size
        )
        for line, wide in zip(block.lines, block.widths_pt, strict=True)
    )


def _lowered(lines: Sequence[TextLine], at: float, leading: float, *, down: bool = False) -> tuple[TextLine, ...]:
    """Move lines so that the last baseline is at a height; or the first one, where they go down from it."""
    steps = list(accumulate((line.size_pt * leading for line in lines[1:]), initial=0.0)) if lines else []
    first = at if down or not steps else at - steps[-1]
    return tuple(
        line.model_copy(update={"baseline": round(first + step, 3)}) for line, step in zip(lines, steps, strict=True)
    )


def _about(lines: Sequence[TextLine], place: Rect, lean: float, page: PageFormat) -> tuple[TextLine, ...]:
    """Move lines to the side at which a title stands, not beyond the margins."""
    moved = []
    for line in lines:
        x = place.x + (place.width - line.width_pt) * lean
        x = min(max(x, page.margin_side_pt), page.width_pt - page.margin_side_pt - line.width_pt)
        moved.append(line.model_copy(update={"x": round(x, 3)}))
    return tuple(moved)
