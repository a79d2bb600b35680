"""The pages that tell no story: title page, contents, who is who, colophon."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from configs.units import Face
from layouts.book.crops import Sight, crop, head
from layouts.book.page import ACCENT, GREY, HAIR, Leaf, LeafKind, PlacedPanel, Rect, Rule, TextBlock, TextRole
from layouts.book.storyboard import Framing, Panel
from layouts.covers.lockup import lockups
from layouts.covers.setting import LARGE, LEAD, PLAIN, SMALL, Setter
from layouts.covers.sightings import Portrait
from layouts.lettering.font_files import Style

Part = Rule | TextBlock | PlacedPanel

_TITLE_HIGH = 0.52
"""Share of the title page that its picture takes."""
_TITLE_MOST, _TITLE_LEAST, _TITLE_LINES = 0.12, 0.035, 3
"""Sizes of its title in widths of the page, and its lines at the most."""
_BAR, _BAR_PT = 0.14, 2.0
ENTRIES = 26
"""Chapters on a page of contents."""
_PICTURED = 10
"""So many at the most have their picture beside them."""
_PICTURE_ASPECT = 16 / 9
_CAST_FEW = 4
_CAST_GAP = 2.2
_PORTRAIT, _PORTRAIT_ZOOM = 0.66, 3.5
"""Share of a portrait's height that the head takes, and how close that may bring it."""
_LABELS = 0.26
"""Share of the colophon's width that its labels take."""


class ContentsEntry(NamedTuple):
    """A line of the contents."""

    title: str
    page: int
    panel: Panel
    """The first one."""


def bar(setter: Setter, y: float, x: float | None = None) -> Rule:
    """Return the short thick line that parts a title from what is below it; it begins where the text does, or at x."""
    room = setter.room
    left = room.x if x is None else x
    return Rule(rect=Rect(x=left, y=y, width=room.width * _BAR, height=_BAR_PT), colour=ACCENT)


def title_page(
    setter: Setter, title: str, below: Sequence[str], credit: str, panel: Panel | None, size_px: tuple[int, int]
) -> Leaf:
    """Set the title under a picture; without one it stands where the eye falls first.

    Args:
        setter: Sets.
        title: The film's.
        below: Lines of what the book is, the weightiest first.
        credit: To whom the film belongs, perhaps nothing.
        panel: What the picture shows.
        size_px: Size of the film's picture.
    """
    sheet, room, page = setter.sheet, setter.room, setter.page
    parts: list[Part] = []
    y = 0.3 * page.height_pt
    if panel is not None:
        high = page.height_pt * _TITLE_HIGH - sheet.y
        rect = sheet.model_copy(update={"height": high})
        parts.append(picture(panel, rect, size_px, alt="A picture from the film."))
        y = rect.bottom + setter.pt(4)
    most, least = _TITLE_MOST * page.width_pt, _TITLE_LEAST * page.width_pt
    found = list(lockups(title, setter.lettering, room.width, most_pt=most, least_pt=least))
    few = [one for one in found if len(one.lines) <= _TITLE_LINES] or found[:1]
    lockup = max(few, key=lambda one: one.size_pt - 0.1 * most * len(one.lines))
    rect = Rect(x=room.x, y=y, width=room.width, height=lockup.height_pt)
    first = setter.block(title, y, PLAIN)  # on the side on which its letters are read
    aside = 1.0 if first.lines[0].x > room.x + 1 else 0.0
    parts.append(TextBlock(lines=lockup.placed(rect, aside, setter.lettering), role=TextRole.TITLE))
    y = rect.bottom + setter.pt(2.2)
    parts.append(bar(setter, y))
    y += setter.pt(1.2)
    for number, text in enumerate(below):
        size, style = (LARGE, Style.BOLD) if number == 0 else (PLAIN, Style.REGULAR)
        y += LEAD * setter.pt(size)
        parts.append(setter.block(text, y, size, style=style))
        y = parts[-1].lines[-1].baseline  # type: ignore[union-attr]
    if credit:
        block = setter.block(credit, 0, SMALL, colour=GREY)
        lift = (len(block.lines) - 1) * LEAD * setter.pt(SMALL)
        parts.append(setter.block(credit, room.bottom - lift, SMALL, colour=GREY))
    return Leaf(kind=LeafKind.TITLE, parts=tuple(parts))


def frontispiece(setter: Setter, panel: Panel, size_px: tuple[int, int]) -> Leaf:
    """Show a picture from edge to edge, facing the title page."""
    return Leaf(
        kind=LeafKind.FRONTISPIECE,
        parts=(picture(panel, setter.sheet, size_px, alt="A picture from the film."),),
    )


def contents_page(setter: Setter, entries: Sequence[ContentsEntry], size_px: tuple[int, int]) -> Leaf:
    """Set a line for each chapter; few have their pictures beside them."""
    room = setter.room
    parts: list[Part] = [setter.heading("Contents")]
    top = room.y + setter.pt(6)
    pictured = len(entries) <= _PICTURED
    step = min(setter.pt(10.5 if pictured else 2.9), (room.bottom - top) / (len(entries) if pictured else ENTRIES))
    size = LARGE if pictured else PLAIN
    for number, entry in enumerate(entries):
        y = top + number * step
        middle = y + step / 2 + 0.36 * setter.pt(size)
        left = room.x
        parts.append(Rule(rect=Rect(x=room.x, y=y, width=room.width, height=0.5), colour=HAIR))
        if pictured:
            high = step - setter.pt(1.6)
            rect = Rect(x=left, y=y + (step - high) / 2, width=high * _PICTURE_ASPECT, height=high)
            parts.append(picture(entry.panel, rect, size_px))
            left = rect.right + setter.pt(2)
        parts.append(_entry(setter, entry, left, middle, size))
    return Leaf(kind=LeafKind.CONTENTS, parts=tuple(parts))


def _entry(setter: Setter, entry: ContentsEntry, left: float, y: float, size: float) -> TextBlock:
    number = str(entry.page)
    figures = setter.lettering.width_pt(number, setter.pt(size), Style.BOLD)
    room = setter.room.right - left - figures - 2 * setter.pt(size)
    told = setter.block(entry.title, y, size, x=left, width=room, aside=0)
    first = told.lines[0]
    if len(told.lines) > 1:
        first = setter.block(f"{first.text.strip()}…", y, size, x=left, aside=0).lines[0]
    last = setter.block(number, y, size, style=Style.BOLD, aside=1.0).lines[0]
    return TextBlock(lines=(first, last), role=TextRole.ENTRY, leads_to=entry.page)


def cast_page(
    setter: Setter, cast: Sequence[Portrait], first_pages: Mapping[str, int], size_px: tuple[int, int]
) -> Leaf:
    """Show the face of everybody who is known, with the name and the page of the first words.

    Args:
        setter: Sets.
        cast: Who, and the picture of each.
        first_pages: The page on which each of them speaks first, by name.
        size_px: Size of the film's picture.
    """
    room = setter.room
    parts: list[Part] = [setter.heading("Who is who")]
    top, below = room.y + setter.pt(6), setter.pt(4.4)
    across = 2 if len(cast) <= _CAST_FEW else 3
    gap = setter.pt(_CAST_GAP)
    rows = -(-len(cast) // across)
    side = (room.width - gap * (across - 1)) / across
    high = min(side, (room.bottom - top) / rows - below - gap)
    for number, one in enumerate(cast):
        row, column = divmod(number, across)
        rect = Rect(x=room.x + column * (side + gap), y=top + row * (high + below + gap), width=side, height=high)
        parts.append(_portrait(one, rect, size_px))
        y = rect.bottom + setter.pt(1.9)
        name = setter.block(one.name, y, PLAIN, x=rect.x, width=side, style=Style.BOLD, aside=0)
        parts.append(name)
        if (page := first_pages.get(one.name)) and len(name.lines) == 1:
            told = f"From page {page}"
            parts.append(setter.block(told, y + setter.pt(1.6), SMALL, x=rect.x, colour=GREY, leads_to=page))
    return Leaf(kind=LeafKind.CAST, parts=tuple(parts))


def colophon(setter: Setter, told: Sequence[tuple[str, str]]) -> Leaf:
    """Set the small print at the foot of its page: what each line is about on the left, what it says on the right.

    Args:
        setter: Sets.
        told: Labels and texts; of what cannot be lettered nothing is told.
    """
    room, size_pt = setter.room, setter.pt(SMALL)
    column = room.x + room.width * _LABELS
    rows = [(label, setter.told(text)) for label, text in told if setter.told(text)]
    lines = sum(len(setter.block(text, 0, SMALL, x=column).lines) for _, text in rows)
    y = room.bottom - (lines - 1) * LEAD * size_pt - (len(rows) - 1) * 0.9 * size_pt
    parts: list[Part] = [bar(setter, y - setter.pt(3))]
    for label, text in rows:
        parts.append(setter.block(label, y, SMALL, style=Style.BOLD, aside=0))
        block = setter.block(text, y, SMALL, x=column, colour=GREY, aside=0)
        parts.append(block)
        y = block.lines[-1].baseline + (LEAD + 0.9) * size_pt
    return Leaf(kind=LeafKind.COLOPHON, parts=tuple(parts))


def picture(panel: Panel, rect: Rect, size_px: tuple[int, int], alt: str = "") -> PlacedPanel:
    """Place a panel's picture; one without a word of what it shows is decoration."""
    sight = Sight(panel.size_px or size_px, panel.faces, panel.focus, panel.crop)
    return _placed(panel, rect, sight, 1.0, alt, Framing.BORDERLESS)


def _portrait(one: Portrait, rect: Rect, size_px: tuple[int, int]) -> PlacedPanel:
    face: Face = one.face
    sight = Sight(one.panel.size_px or size_px, (face,), None, one.panel.crop)
    # as much zoom as makes the head fill its share of what a panel of this shape would show
    around = head(face).height / crop(sight, rect.aspect).height
    zoom = max(1.0, min(_PORTRAIT_ZOOM, _PORTRAIT / around))
    return _placed(one.panel, rect, sight, zoom, f"The face of {one.name}.", Framing.BOX)


def _placed(panel: Panel, rect: Rect, sight: Sight, zoom: float, alt: str, frame: Framing) -> PlacedPanel:
    return PlacedPanel(
        at_s=panel.at_s,
        rect=rect,
        corners=rect.corners,
        crop=crop(sight, rect.aspect, zoom=zoom),
        source_px=panel.size_px,
        frame=frame,
        alt=alt,
    )
