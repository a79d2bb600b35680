"""Balloons for the words of a panel: which shape, which face speaks, where the tail ends; text set into the outline."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from shapely.geometry import LineString, Polygon, box
from shapely.ops import unary_union

from configs.recipes.balloon_settings import USUAL, Costs
from configs.recipes.page_settings import PageFormat
from configs.units import Box, Face
from layouts.balloons.grammar import STYLES, from_outside, goes_on, paper_of, shape_of, speakers, text_on_page, turn_of
from layouts.balloons.placing import Item, Placing, aim_of, place
from layouts.balloons.shapes import Form, aslope, body_polygon, first_baseline, form
from layouts.balloons.surroundings import Surroundings
from layouts.balloons.tails import bridge, bubble_shapes, bubbles, leaving, with_tail
from layouts.book.crops import head, on_page
from layouts.book.page import TAILED, Bubble, Colour, PlacedBalloon, Point, Rect, Shape, TextLine
from layouts.book.storyboard import Words
from layouts.lettering.font_files import Style
from layouts.lettering.fonts import Lettering, is_rtl
from layouts.lettering.lettering import blocks, oval, straight

USUAL_SHARE = 0.46
"""The share of a panel that its words take as long as the page can give more room."""
LARGEST_SHARE = 0.62
LEAST_PT = 6.5
"""Greko's 6.35 to 6.75 for dense printed copy."""
_SOUND_SIZES = (0.9, 3.0)
"""Of the softest sound and of the loudest, in sizes of sounds' usual type."""
_SMALLER_SOUND, _SMALLER_WORSE = 0.68, 0.5
"""A sound that would cover a face may be so much smaller, which is somewhat worse."""
_RISE_MOST = 1.4
"""How far a sound's line rises at the most, in sizes of its type."""
_SIZES = {Shape.NOTE: 0.86, Shape.SHOUT: 1.15}
"""Of other words, in sizes of the type."""
_FORMS = 5
_TAIL_LONGEST = 4.6
"""In sizes of the type; likewise below."""
_TAIL_BASE = 1.05
_NECK_LONGEST = 3.5
_CLEAR_OF_FACE_PT = 2.0
_CLEAR_SUBJECT, _UPRIGHT, _ROOM_ABOVE = 0.35, 0.85, 0.1
"""What is no larger than that, of the panel, about as high as wide, and leaves room above, may be a figure."""
_VOICED = frozenset({Shape.SPEECH, Shape.SHOUT, Shape.WHISPER})
"""What somebody says aloud, near by: thoughts and songs come from nowhere that a panel's side could show."""
_INTO_SUBJECT = 0.15
"""How far below its top a subject's head is, of its height."""


def size_of(words: Words, page: PageFormat) -> float:
    """Return the size of words' letters, in points: of sounds the larger the louder, of notes small."""
    shape = shape_of(words)
    if shape is Shape.SOUND:
        softest, loudest = _SOUND_SIZES
        return page.sound_pt if words.loud is None else page.sound_pt * (softest + (loudest - softest) * words.loud)
    return max(LEAST_PT, page.type_pt * _SIZES.get(shape, 1.0))


@lru_cache(maxsize=2048)  # a page is tried with several layouts: the same words come back
def forms(words: Words, room_pt: float, page: PageFormat, lettering: Lettering) -> tuple[Form, ...]:
    """Return the best forms that words can take in a panel of some width, best first; the narrowest is kept too.

    Args:
        words: What is said.
        room_pt: The width inside the panel's margins.
        page: Type and leading.
        lettering: The fonts.
    """
    shape = shape_of(words)
    size, style = size_of(words, page), STYLES[shape]
    profile = oval if shape in TAILED else straight
    widest = max((room_pt - 2 * size) // size * size, 4 * size)  # in steps, so that equal ones are known already
    text = text_on_page(words)
    if shape is Shape.SOUND:
        found = _sound_forms(words, text, size, room_pt, page, lettering)
    else:
        found = [form(shape, block, page, size) for block in blocks(
            text, lettering, size, style=style, profile=profile, widest_pt=widest
        )]  # fmt: skip
    fitting = [one for one in found if one.width_pt <= room_pt + 1e-6]
    ranked = sorted(fitting or found[-1:], key=lambda one: one.badness)[:_FORMS]
    smallest = min(found, key=lambda one: one.area)
    return tuple(ranked if smallest in ranked or smallest not in fitting else [*ranked, smallest])


def _sound_forms(
    words: Words, text: str, size: float, room_pt: float, page: PageFormat, lettering: Lettering
) -> list[Form]:
    """Return the forms of a sound, aslope: as large as it is loud and its panel lets it be, and somewhat smaller."""
    largest = _within(text, size, room_pt, page, lettering)
    found = []
    for own in dict.fromkeys((largest, max(min(largest, page.sound_pt), _SMALLER_SOUND * largest))):
        widest = max(room_pt - 0.9 * own, 4 * own)
        for block in blocks(text, lettering, own, style=Style.SOUND, profile=straight, widest_pt=widest):
            # a long word rises little
            most = math.degrees(math.asin(min(1.0, _RISE_MOST * own / max(block.width_pt, own))))
            turn = max(-most, min(most, turn_of(words)))
            one = form(Shape.SOUND, block, page, own, turn)
            found.append(one if own == largest else replace(one, badness=one.badness + _SMALLER_WORSE))
    return found


def _within(text: str, size: float, room_pt: float, page: PageFormat, lettering: Lettering) -> float:
    """Return the size at which the longest word of a sound fits its panel; never below the usual one."""
    widest = max(lettering.width_pt(word, size, Style.SOUND) for word in text.split()) + 0.9 * size
    return size if widest <= room_pt else max(min(size, page.sound_pt), size * room_pt / widest)


def scene_of(rect: Rect, crop: Box, faces: Sequence[Face], focus: Box | None, busy: str = "") -> Surroundings:
    """Return a panel as its balloons see it: what of the faces and of the subject is in sight, on the page."""
    seen = [(face, on_page(face.box, crop, rect), on_page(head(face), crop, rect)) for face in faces]
    kept = [
        (number, face, on, around)
        for number, (face, on, around) in enumerate(seen)
        if on is not None and around is not None
    ]
    mouths = []
    for _, face, on, _ in kept:
        x = rect.x + (face.mouth[0] - crop.x0) / crop.width * rect.width
        y = rect.y + (face.mouth[1] - crop.y0) / crop.height * rect.height
        mouths.append((min(max(x, on.x), on.right), min(max(y, on.y), on.bottom)))
    return Surroundings(
        rect=rect,
        heads=tuple(around for _, _, _, around in kept),
        faces=tuple(on for _, _, on, _ in kept),
        mouths=tuple(mouths),
        numbers=tuple(number for number, _, _, _ in kept),
        busy=_grid(busy),
        picture=Rect(
            x=rect.x - crop.x0 / crop.width * rect.width,
            y=rect.y - crop.y0 / crop.height * rect.height,
            width=rect.width / crop.width,
            height=rect.height / crop.height,
        ),
        focus=on_page(focus, crop, rect) if focus is not None else None,
    )


@lru_cache(maxsize=512)
def _grid(busy: str) -> NDArray[np.float64] | None:
    """Read the digits of a panel; None where they are not all of one row's length."""
    rows = [[int(digit, 16) / 15 for digit in row] for row in busy.split()]
    return np.array(rows) if rows and len({len(row) for row in rows}) == 1 else None


def fill(
    words: Sequence[Words],
    scene: Surroundings,
    page: PageFormat,
    lettering: Lettering,
    *,
    most_share: float,
    papers: Mapping[str, Colour] | None = None,
    costs: Costs = USUAL,
) -> tuple[Placing, tuple[PlacedBalloon, ...]] | None:
    """Place all words of a panel; None where they do not fit into the share of it that they may take.

    Args:
        words: In reading order.
        scene: The panel.
        page: Type, borders and gaps.
        lettering: The fonts.
        most_share: The share of the panel that words may take.
        papers: The grounds of the speakers that have their own.
        costs: What weighs the balloons' places against each other.
    """
    margin = page.panel_border_pt / 2 + 0.45 * page.type_pt
    who = speakers(words, scene)
    joined = [index > 0 and goes_on(words[index - 1], one) for index, one in enumerate(words)]
    top = _top(scene)
    items = [
        Item(
            forms=forms(one, scene.rect.width - 2 * margin, page, lettering),
            speaker=speaker,
            target=None if from_outside(one, speaker) else top,
            tailed=shape_of(one) in TAILED
            and not linked
            and (speaker is not None or top is not None or from_outside(one, speaker) or _unseen(one, scene)),
            joined=linked,
            spot=_on_page(one.spot, scene.rect),
        )
        for one, speaker, linked in zip(words, who, joined, strict=True)
    ]
    placing = place(items, scene, margin_pt=margin, gap_pt=0.4 * page.type_pt, most_share=most_share, costs=costs)
    if placing is None:
        return None
    balloons = [
        _balloon(index, one, body, item, scene, placing, page, lettering).model_copy(
            update={"paper": paper_of(words[index], papers or {})}
        )
        for index, (one, body, item) in enumerate(zip(placing.forms, placing.bodies, items, strict=True))
    ]
    return placing, _bridged(balloons, joined, page)


def _top(scene: Surroundings) -> Point | None:
    """Return the top of what a panel without a face shows, where it is one clear thing; None elsewhere."""
    subject, rect = scene.focus, scene.rect
    if scene.faces or subject is None or subject.area > _CLEAR_SUBJECT * rect.area:
        return None
    if subject.height < _UPRIGHT * subject.width or subject.y < rect.y + _ROOM_ABOVE * rect.height:
        return None
    return subject.centre[0], subject.y + _INTO_SUBJECT * subject.height


def _unseen(words: Words, scene: Surroundings) -> bool:
    """Tell whether words are said by somebody of whom the panel shows nothing: their tail leaves by its side."""
    return not scene.faces and shape_of(words) in _VOICED


def _on_page(spot: Point | None, rect: Rect) -> Point | None:
    return None if spot is None else (rect.x + spot[0] * rect.width, rect.y + spot[1] * rect.height)


def _bridged(balloons: Sequence[PlacedBalloon], joined: Sequence[bool], page: PageFormat) -> tuple[PlacedBalloon, ...]:
    """Join balloons of one voice into one outline, group by group."""
    done: list[PlacedBalloon] = []
    group: list[int] = []
    for index, balloon in enumerate(balloons):
        group = [*group, index] if joined[index] else [index]
        done.append(balloon)
        if len(group) == 1:
            continue
        neck = bridge(done[index - 1].body, balloon.body, 0.95 * page.type_pt)
        one, other = Polygon(done[index - 1].outline), Polygon(balloon.outline)
        whole = unary_union([one, other, neck])
        barred = any(neck.intersects(box(*_bounds(done[at].body))) for at in range(index) if at not in group)
        if whole.geom_type != "Polygon" or one.distance(other) > _NECK_LONGEST * page.type_pt or barred:
            group = [index]  # too far apart: each stands alone
            continue
        outline = _rounded(whole)
        for at in group:
            done[at] = done[at].model_copy(update={"outline": outline, "joined": at != group[0]})
    return tuple(done)


def _rounded(polygon: Polygon) -> tuple[Point, ...]:
    return tuple((round(x, 3), round(y, 3)) for x, y in polygon.exterior.coords[:-1])


def _balloon(
    index: int,
    shaped: Form,
    body: Rect,
    item: Item,
    scene: Surroundings,
    placing: Placing,
    page: PageFormat,
    lettering: Lettering,
) -> PlacedBalloon:
    polygon = aslope(shaped, body, page) if shaped.turn else body_polygon(shaped.shape, body)
    aim = aim_of(item, scene)
    mouth = aim[0] if aim is not None else None
    tip = _tip(body, item, scene, page) if item.tailed else None
    trail: tuple[Bubble, ...] = ()
    if tip is not None:
        others = [
            body_polygon(other.shape, at)
            for number, (other, at) in enumerate(zip(placing.forms, placing.bodies, strict=True))
            if number != index
        ]
        if shaped.shape is Shape.THOUGHT:
            trail = _trail(body, tip, others)
            tip = trail[-1].centre if trail else None
        else:
            polygon, tip = _grown(polygon, body, tip, others, page, bolt=shaped.shape is Shape.RADIO)
    return PlacedBalloon(
        shape=shaped.shape,
        words_index=index,
        body=body,
        outline=_rounded(polygon),
        lines=_lines(shaped, body, page, lettering),
        tip=tip,
        mouth=mouth if tip is not None else None,
        bubbles=trail,
        turn=shaped.turn,
    )


def _shortened(body: Rect, tip: Point) -> list[Point]:
    """Return the ends of a tail that is whole, and of two shorter ones."""
    edge = leaving(body, tip)
    return [(edge[0] + share * (tip[0] - edge[0]), edge[1] + share * (tip[1] - edge[1])) for share in (1.0, 0.7, 0.45)]


def _grown(
    polygon: Polygon, body: Rect, tip: Point, others: Sequence[Polygon], page: PageFormat, *, bolt: bool
) -> tuple[Polygon, Point | None]:
    """Return a balloon with its tail, shorter where another balloon is in the way; a tail across one misleads."""
    for end in _shortened(body, tip):
        joined = with_tail(polygon, body, end, _TAIL_BASE * page.type_pt, bolt=bolt)
        if joined is not polygon and not any(joined.intersects(other) for other in others):
            return joined, end
    return polygon, None


def _trail(body: Rect, tip: Point, others: Sequence[Polygon]) -> tuple[Bubble, ...]:
    """Return the bubbles of a thought; fewer points of the way where another balloon is in it."""
    for end in _shortened(body, tip):
        trail = bubbles(leaving(body, tip), end)
        if trail and not any(one.intersects(other) for one in bubble_shapes(trail) for other in others):
            return trail
    return ()


def _bounds(rect: Rect) -> tuple[float, float, float, float]:
    return rect.x, rect.y, rect.right, rect.bottom


def _tip(body: Rect, item: Item, scene: Surroundings, page: PageFormat) -> Point | None:
    """Return where the tail ends: on the way to the mouth, short of every face; at the border without a face."""
    rect = scene.rect
    aim = aim_of(item, scene)
    if aim is None:
        left = body.centre[0] < rect.centre[0]
        border = page.panel_border_pt / 2
        x = rect.x + border if left else rect.right - border
        return x, min(body.bottom + 0.35 * page.type_pt, rect.bottom - 0.4 * page.type_pt)
    mouth = aim[0]
    edge = leaving(body, mouth)
    whole = math.dist(edge, mouth)
    if whole < 1e-6 or (body.x < mouth[0] < body.right and body.y < mouth[1] < body.bottom):
        return None
    way = min(0.56 * whole, _TAIL_LONGEST * page.type_pt)
    target = (edge[0] + (mouth[0] - edge[0]) * way / whole, edge[1] + (mouth[1] - edge[1]) * way / whole)
    line = LineString([edge, target])
    for face in scene.faces:
        free = line.difference(Polygon(face.inset(-_CLEAR_OF_FACE_PT).corners))
        parts = [part for part in getattr(free, "geoms", [free]) if not part.is_empty]
        near = [part for part in parts if part.distance(LineString([edge, edge]).centroid) < 1e-6]
        line = near[0] if near else LineString([edge, edge])
    tip = line.coords[-1]
    return (tip[0], tip[1]) if math.dist(edge, tip) > 2.0 else None


def _lines(shaped: Form, body: Rect, page: PageFormat, lettering: Lettering) -> tuple[TextLine, ...]:
    size, style = shaped.size_pt, STYLES[shaped.shape]
    baseline = first_baseline(body, len(shaped.block.lines), size, page.leading)
    lines = []
    for number, (text, width) in enumerate(zip(shaped.block.lines, shaped.block.widths_pt, strict=True)):
        x = body.centre[0] - width / 2
        if shaped.shape is Shape.CAPTION:  # set from the side on which one begins to read
            aside = (shaped.block.width_pt - width) / 2
            x += aside if is_rtl(shaped.block.lines[0]) else -aside
        lines.append(
            TextLine(
                runs=lettering.stressed_runs(text, size, style),
                x=round(x, 3),
                baseline=round(baseline + number * page.leading * size, 3),
                size_pt=size,
            )
        )
    return tuple(lines)
