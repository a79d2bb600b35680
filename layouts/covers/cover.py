"""The cover: the title over the best picture, and the small print."""

from pathlib import PurePath

from configs.recipes.page_settings import PageFormat
from configs.recipes.recipe import style_title
from layouts.book.crops import Sight, crop
from layouts.book.page import Cover, Rect, TextLine
from layouts.book.storyboard import Panel, Storyboard
from layouts.lettering.font_files import Style
from layouts.lettering.fonts import Lettering, letterable
from layouts.lettering.lettering import BalloonLines, blocks, straight

_TITLE_PT = (46.0, 40.0, 34.0, 29.0, 25.0, 21.0, 18.0, 15.0, 12.0)
_TITLE_LINES = 3
_PICTURE_MOST = 0.70
"""Of the page's height."""
_NARROWEST = 0.5
"""Of the picture's width that is shown, at the least; more where the film is small, lest it be blown up."""
_COARSEST_PPI = 48


def make_cover(storyboard: Storyboard, page: PageFormat, lettering: Lettering) -> Cover:
    """Compose the cover: dark ground, title on top, the best picture across the page below it."""
    panel = best_panel(storyboard)
    sight = Sight(panel.size_px or storyboard.film.size_px, panel.faces, panel.focus, panel.crop)
    shown = min(1.0, max(_NARROWEST, page.width_pt / 72 * _COARSEST_PPI / sight.size_px[0]))
    height = min(page.height_pt * _PICTURE_MOST, page.width_pt / (sight.aspect * shown))
    small = _imprint(storyboard, page, lettering)
    foot = page.margin_bottom_pt + page.type_pt * (2.6 + (len(small.lines) - 1) * page.leading)
    rect = Rect(x=0, y=page.height_pt - foot - height, width=page.width_pt, height=height)
    return Cover(
        at_s=panel.at_s,
        rect=rect,
        crop=crop(sight, rect.aspect),
        source_px=panel.size_px,
        title=_title(_lettered_title(storyboard, lettering), rect, page, lettering),
        imprint=_centred(
            small, rect.bottom + 2.6 * page.type_pt, page.type_pt, page.leading, Style.REGULAR, page, lettering
        ),
    )


def best_panel(storyboard: Storyboard) -> Panel:
    """Return the panel that stands for the film: heavy, with a good face, few words; the earliest among equals."""

    def merit(panel: Panel) -> float:
        # a face that the detector is sure of is well lit, and looks at the reader
        face = max((min(face.box.height, 0.5) * face.score**2 for face in panel.faces), default=0.0)
        return min(panel.weight, 1.2) + 6 * face + (0.3 if panel.focus is not None else 0)

    return max((panel for board in storyboard.pages for panel in board.panels), key=merit)


def _lettered_title(storyboard: Storyboard, lettering: Lettering) -> str:
    """Return the film's title, else its file's name, else a plain word: a cover must not stop a book."""
    for title in (storyboard.film.title, PurePath(storyboard.film.path).stem):
        if letterable(title) and lettering.covers(title):
            return letterable(title)
    return "Film comic"


def _title(title: str, rect: Rect, page: PageFormat, lettering: Lettering) -> tuple[TextLine, ...]:
    width = page.width_pt - 2 * page.margin_side_pt
    top, bottom = page.margin_top_pt, rect.y - page.margin_top_pt * 0.7
    for size in _TITLE_PT:
        found = blocks(title, lettering, size, style=Style.BOLD, profile=straight, widest_pt=width)
        words_whole = [one for one in found if " ".join(one.lines) == title]
        block = (words_whole or found)[0]
        tall = len(block.lines) * size * 1.15
        if words_whole and len(block.lines) <= _TITLE_LINES and tall <= bottom - top:
            break
    middle = (top + bottom) / 2
    first = middle - tall / 2 + 0.9 * size
    return _centred(block, first, size, 1.15, Style.BOLD, page, lettering)


def _imprint(storyboard: Storyboard, page: PageFormat, lettering: Lettering) -> BalloonLines:
    """Return the small lines: what this is and how it was made."""
    style = style_title(storyboard.style)
    style = style if lettering.covers(style) else style.partition(":")[0]
    film = storyboard.film
    issue = f"{film.series.issue}. " if film.series and film.series.issue else ""
    named = _lettered_title(storyboard, lettering) + (f" ({film.year})" if film.year else "")
    text = (
        f"{issue if lettering.covers(issue) else ''}A film comic of {named}. Drawn by filmcomic in the style {style}."
    )
    width = page.width_pt - 2 * page.margin_side_pt
    return blocks(text, lettering, page.type_pt, style=Style.REGULAR, profile=straight, widest_pt=width)[0]


def _centred(
    block: BalloonLines, first: float, size: float, leading: float, style: Style, page: PageFormat, lettering: Lettering
) -> tuple[TextLine, ...]:
    return tuple(
        TextLine(
            runs=lettering.runs(text, size, style),
            x=round((page.width_pt - width) / 2, 3),
            baseline=round(first + number * size * leading, 3),
            size_pt=size,
        )
        for number, (text, width) in enumerate(zip(block.lines, block.widths_pt, strict=True))
    )
