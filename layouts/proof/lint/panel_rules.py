"""Rules for panels: their order on the page and in time, their room, and how sharp their pictures are."""

from collections.abc import Iterator
from itertools import combinations, pairwise

from layouts.book.crops import picture_needs
from layouts.book.storyboard import Framing
from layouts.proof.eye_order import reading_order
from layouts.proof.proof import Place, Proof, ReadPage, ReadPanel, box_of

_HAIR_PT = 0.5
"""Nobody sees less."""
_LEAST_GUTTER = 0.6
"""Of the format's narrower gutter: slants and rounding take a little."""
_INSET_LEAST = 0.5
"""An inset may be so much narrower than other panels."""
_SOFT = 0.97
_FINE_PPI = 150.0
"""Art with fewer pixels to the inch looks soft in print, whatever the format asks for."""
_MORE = 1.1
"""Nobody sees a smaller gain in pixels."""

Found = Iterator[tuple[Place, str]]


def reads_in_order(proof: Proof) -> Found:
    """The order in which panels are listed is the one that their places give; an inset lies in the panel before."""
    rtl = proof.book.format.direction == "rtl"
    for page in proof.pages:
        yield from _page_order(page, rtl)


def _page_order(page: ReadPage, rtl: bool) -> Found:
    own = [panel for panel in page.panels if panel.frame is not Framing.INSET]
    order = reading_order([panel.border for panel in own], rtl=rtl)
    if order is None:
        yield page.place, "no gutter runs through between its panels: the eye finds no order"
    elif order != list(range(len(own))):
        first = next(at for at, index in enumerate(order) if index != at)
        read = own[order[first]].place.panel
        yield own[first].place, f"is told here, but the eye reads panel {read} before it"
    host: ReadPanel | None = None
    for panel in page.panels:
        if panel.frame is not Framing.INSET:
            host = panel
        elif host is None or not host.border.buffer(_HAIR_PT).contains(panel.border):
            yield panel.place, "is an inset, but does not lie in the panel before it"


def goes_on_in_time(proof: Proof) -> Found:
    """Reading order is time order, of pictures and of words."""
    for before, panel in pairwise(proof.panels):
        if panel.placed.at_s < before.placed.at_s:
            yield (
                panel.place,
                f"is from {_s(panel.placed.at_s)}, before the panel ahead of it ({_s(before.placed.at_s)})",
            )
    last_s = None
    for page in proof.pages:
        for panel in page.panels:
            for words in panel.words:
                if words.start_s is None:
                    continue
                if last_s is not None and words.start_s < last_s:
                    yield (
                        panel.place,
                        f'"{words.text[:30]}" is said at {_s(words.start_s)}, before what stands ahead of it',
                    )
                last_s = max(words.start_s, last_s or words.start_s)


def stays_on_the_page(proof: Proof) -> Found:
    """A panel lies inside the live area, one that bleeds inside the paper."""
    live, paper = (box_of(rect).buffer(_HAIR_PT) for rect in (proof.live, proof.paper))
    for panel in proof.panels:
        if not paper.contains(panel.border):
            yield panel.place, "leaves the paper"
        elif panel.frame not in (Framing.BLEED, Framing.INSET) and not live.contains(panel.border):
            yield panel.place, "leaves the live area"


def keeps_gutters(proof: Proof) -> Found:
    """Between two panels lies a gutter."""
    page_format = proof.book.format
    least = _LEAST_GUTTER * min(page_format.gutter_across_pt, page_format.gutter_down_pt)
    for page in proof.pages:
        for one, two in combinations(page.panels, 2):
            if Framing.INSET in (one.frame, two.frame):
                continue
            if one.border.intersection(two.border).area > _HAIR_PT:
                yield two.place, f"overlaps panel {one.place.panel}"
            elif (gap := one.border.distance(two.border)) < least and Framing.BLEED not in (one.frame, two.frame):
                yield two.place, f"only {gap:.1f} pt lie between it and panel {one.place.panel}"


def is_large_enough(proof: Proof) -> Found:
    """No panel is smaller than the format's least."""
    page = proof.book.format
    for panel in proof.panels:
        share = _INSET_LEAST if panel.frame is Framing.INSET else 1.0
        rect = panel.placed.rect
        width = panel.border.area / rect.height  # of a slanted one: its middle
        if width < share * page.panel_least_width_pt - _HAIR_PT:
            yield panel.place, f"is {width:.0f} pt wide, less than {page.panel_least_width_pt:g}"
        elif rect.height < share * page.panel_least_height_pt - _HAIR_PT:
            yield panel.place, f"is {rect.height:.0f} pt high, less than {page.panel_least_height_pt:g}"


def is_sharp(proof: Proof) -> Found:
    """A picture is as sharp as the format asks, or as the film can be."""
    book = proof.book
    wanted = book.format.ppi
    needs = picture_needs(book)
    for panel in proof.panels:
        placed = panel.placed
        painted = needs[placed.at_s][0]
        ppi = painted * placed.crop.width / (placed.rect.width / 72)
        if ppi < _SOFT * wanted and painted < (placed.source_px or book.source_px)[0]:
            yield panel.place, f"is painted for {ppi:.0f} pixels to the inch, though the film has more"


def is_fine_enough(proof: Proof) -> Found:
    """Art has 150 pixels to the inch, unless the film has no more in a panel of that shape and size.

    What the film would give is counted by its own pixels: those of the widest crop of the panel's shape. A small film
    that is shown as widely as can be is therefore never at fault.
    """
    for panel in proof.panels:
        placed = panel.placed
        width, height = placed.source_px or proof.book.source_px
        inches = placed.rect.width / 72
        ppi, most = placed.crop.width * width / inches, min(width, height * placed.rect.aspect) / inches
        if ppi < min(_FINE_PPI, most / _MORE):
            yield (
                panel.place,
                f"shows so little of its picture that {ppi:.0f} pixels to the inch are left; all of it has {most:.0f}",
            )


def _s(at_s: object) -> str:
    return f"{float(at_s):.2f} s"  # type: ignore[arg-type]
