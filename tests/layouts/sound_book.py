"""A book without a fault, laid out by hand: two pages whose every place is known, whatever the composer would do.

Page 1: two people talk, two captions, one person alone, a sound. Page 2: a wide panel, another, and two side by side.
"""

from collections.abc import Sequence
from typing import Any

from shapely.geometry import Polygon
from shapely.ops import unary_union

from configs.recipes.page_settings import load_format
from configs.units import WHOLE, Box, Face
from layouts.book.page import Book, Cover, Page, PlacedBalloon, PlacedPanel, Point, Rect, Shape, TextLine
from layouts.book.storyboard import Storyboard
from layouts.lettering.fonts import pick_fonts
from tests.layouts.boards import board, panel, texts, words

US = load_format("us")
SIZE_PX = (1920, 1080)


def rect(x: float, y: float, width: float, height: float) -> Rect:
    return Rect(x=x, y=y, width=width, height=height)


def oval(body: Rect, tip: Point | None = None) -> tuple[Point, ...]:
    """Return a balloon's outline: a rounded box, with a plain tail from its middle."""
    across, down = 0.3 * body.width, 0.3 * body.height
    inner = Polygon(body.inset(min(across, down)).corners)
    shape = inner.buffer(min(across, down))
    if tip is not None:
        x, y = body.centre
        shape = unary_union([shape, Polygon([(x - 4, y), (x + 4, y), tip])])
    return tuple(shape.exterior.coords[:-1])


def lettered(body: Rect, lines: Sequence[str], size_pt: float = US.type_pt) -> tuple[TextLine, ...]:
    """Set lines into the middle of a body."""
    first = body.centre[1] - (len(lines) - 1) * 0.5 * US.leading * size_pt + 0.3 * size_pt
    done = []
    for number, text in enumerate(lines):
        runs = LETTERING.runs(text, size_pt)
        x = body.centre[0] - sum(run.width_pt for run in runs) / 2
        done.append(TextLine(runs=runs, x=x, baseline=first + number * US.leading * size_pt, size_pt=size_pt))
    return tuple(done)


def balloon(number: int, body: Rect, *lines: str, **more: Any) -> PlacedBalloon:
    shape = more.pop("shape", Shape.SPEECH)
    outline = oval(body, more.get("tip")) if shape is Shape.SPEECH else body.corners
    size = US.sound_pt if shape is Shape.SOUND else US.type_pt
    return PlacedBalloon(
        shape=shape, words_index=number, body=body, outline=outline, lines=lettered(body, lines, size), **more
    )


def framing(shown: Rect) -> Box:
    """Return the middle of the picture, as wide as a panel is."""
    width = min(1.0, shown.aspect * SIZE_PX[1] / SIZE_PX[0])
    height = min(1.0, SIZE_PX[0] / SIZE_PX[1] / shown.aspect)
    return Box(x0=(1 - width) / 2, y0=(1 - height) / 2, x1=(1 + width) / 2, y1=(1 + height) / 2)


def in_picture(on_page: Rect, shown: Rect, crop: Box) -> Box:
    """Return which part of the picture lies in a rectangle of the page."""
    across, down = crop.width / shown.width, crop.height / shown.height
    x, y = crop.x0 + (on_page.x - shown.x) * across, crop.y0 + (on_page.y - shown.y) * down
    return Box(x0=x, y0=y, x1=x + on_page.width * across, y1=y + on_page.height * down)


def face_at(on_page: Rect, shown: Rect) -> Face:
    box = in_picture(on_page, shown, framing(shown))
    return Face(box=box, mouth=(box.centre[0], box.y0 + 0.75 * box.height), score=0.9)


TALK, CAPTIONS, ALONE, NOISE = rect(24, 25, 429, 260), rect(24, 294, 211, 180), rect(241.5, 294, 211.5, 180), rect(
    24, 483, 429, 222
)  # fmt: skip
ANN, BO, SHE = rect(90, 115, 60, 80), rect(310, 115, 60, 80), rect(340, 370, 70, 90)
QUIET = (rect(24, 25, 429, 300), rect(24, 334, 429, 150), rect(24, 493, 211, 212), rect(241.5, 493, 211.5, 212))

BOARD: Storyboard = board(
    [
        panel(
            1,
            words("Where have you been all this time?", speaker="ANN", start_s=1),
            words("Out on the ice.", speaker="BO", start_s=3),
            faces=[face_at(ANN, TALK), face_at(BO, TALK)],
        ),
        panel(5, words("Years went by.", "narration"), words("Nobody came.", "narration")),
        panel(6, words("We waited.", start_s=6), faces=[face_at(SHE, ALONE)]),
        panel(7, words("door slams", "sound")),
    ],
    [panel(8), panel(9), panel(10), panel(11)],
    size_px=SIZE_PX,
)
LETTERING = pick_fonts([*texts(BOARD), BOARD.film.title])

_BALLOONS: dict[float, tuple[PlacedBalloon, ...]] = {
    1: (
        balloon(0, rect(50, 42, 140, 44), "Where have you", "been all this time?", tip=(120, 108), mouth=(120, 175)),
        balloon(1, rect(280, 60, 120, 34), "Out on the ice.", tip=(340, 108), mouth=(340, 175)),
    ),
    5: (
        balloon(0, rect(28, 298, 100, 20), "Years went by.", shape=Shape.CAPTION),
        balloon(1, rect(28, 330, 100, 20), "Nobody came.", shape=Shape.CAPTION),
    ),
    6: (balloon(0, rect(252, 302, 80, 34), "We waited.", tip=(330, 363), mouth=(375, 437.5)),),
    7: (balloon(0, rect(40, 640, 100, 24), "door slams", shape=Shape.SOUND),),
}


def _page(number: int, places: Sequence[Rect]) -> Page:
    shown = [
        PlacedPanel(
            at_s=one.at_s,
            rect=place,
            corners=place.corners,
            crop=framing(place),
            balloons=_BALLOONS.get(float(one.at_s), ()),
        )
        for one, place in zip(BOARD.pages[number - 1].panels, places, strict=True)
    ]
    return Page(number=number, panels=tuple(shown))


BOOK = Book(
    title="The Film",
    language="en",
    style="ink-line",
    format=US,
    source_px=SIZE_PX,
    fonts=LETTERING.faces,
    cover=Cover(
        at_s=BOARD.pages[0].panels[0].at_s,
        rect=rect(0, 200, 477, 268),
        crop=WHOLE,
        title=lettered(rect(24, 40, 429, 100), ["The Film"], 40),
        imprint=lettered(rect(24, 660, 429, 20), ["A film comic."]),
    ),
    pages=(_page(1, (TALK, CAPTIONS, ALONE, NOISE)), _page(2, QUIET)),
)
