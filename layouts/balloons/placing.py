"""Where balloons go in a panel: a search over a grid of places, in the order in which they are read.

A beam of partial solutions is carried from balloon to balloon. Overlaps and wrong reading order are ruled out; faces
cost most; then the subject, long or crossing tails, low places and ugly line breaks. What each costs, and why, is in
`configs.recipes.balloon_settings`; here are only the numbers of the search and of tails as they are drawn.
"""

import math
from collections.abc import Container, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from configs.recipes.balloon_settings import USUAL, Costs
from layouts.balloons.shapes import Form
from layouts.balloons.surroundings import Numbers, Surroundings, standing_out
from layouts.book.page import Point, Rect, Shape

_BEAM = 10
_GRID = 15
_CELLS = 4
_ALONG = np.array([[0.2], [0.3], [0.4], [0.55], [0.7], [0.85], [1.0]])
"""Where on the way from the middle of a balloon to its tail's end the way is looked at."""
_TAIL_HALF_PT = 3.0
"""Half the width of a tail as it is drawn."""
_REACH = 0.55
"""Share of the way from balloon to mouth at which a tail ends, as it is drawn."""
_TOP_PT = 4.0
"""The top of a subject, which has no face to keep off."""
_LEAVES_PT = 3.0
"""Below its balloon a tail leaves by the panel's side."""
_SLACK_PT = 1.0
"""By so little a balloon may stand lower than a head's top and still be above it."""


@dataclass(frozen=True)
class Item:
    """Words to place: the forms that they may take, and the face that says them (an index, or None)."""

    forms: tuple[Form, ...]
    speaker: int | None
    tailed: bool
    """Has a tail: to its speaker's mouth, else to its target, or out of the panel's side where there is neither."""
    target: Point | None = None
    """The top of what the panel shows, where no face says the words."""
    joined: bool = False
    """Goes on from the item before: no tail of its own, and close by."""
    spot: Point | None = None
    """Where its middle stands, locked by a person."""


@dataclass(frozen=True)
class Placing:
    """All balloons of a panel in their places."""

    forms: tuple[Form, ...]
    bodies: tuple[Rect, ...]
    cost: float
    covered: float
    """The largest share of any face that a balloon covers."""


@dataclass(frozen=True)
class _Places:
    """All candidate places of one item as columns of numbers."""

    form: NDArray[np.intp]
    x: Numbers
    y: Numbers
    w: Numbers
    h: Numbers
    cost: Numbers
    tip_x: Numbers
    tip_y: Numbers
    cell: NDArray[np.intp]
    """The form and the part of the panel, as one number: candidates of one cell are much alike."""

    def rect(self, index: int) -> Rect:
        x, y, w, h = (float(column[index]) for column in (self.x, self.y, self.w, self.h))
        return Rect(x=x, y=y, width=w, height=h)


@dataclass(frozen=True)
class _Partial:
    cost: float
    chosen: tuple[tuple[Form, Rect, tuple[float, float] | None], ...]


@dataclass(frozen=True, slots=True)
class _Next:
    """A partial solution with one more balloon, not yet written down: most are dropped."""

    cost: float
    partial: _Partial
    places: _Places
    at: int

    def carried_on(self, item: Item) -> _Partial:
        places, index = self.places, self.at
        tip = (float(places.tip_x[index]), float(places.tip_y[index])) if item.tailed else None
        chosen = (item.forms[int(places.form[index])], places.rect(index), tip)
        return _Partial(self.cost, (*self.partial.chosen, chosen))


def place(
    items: Sequence[Item],
    scene: Surroundings,
    *,
    margin_pt: float,
    gap_pt: float,
    most_share: float,
    costs: Costs = USUAL,
) -> Placing | None:
    """Find places for all balloons of a panel.

    Args:
        items: In reading order.
        scene: The panel.
        margin_pt: Kept free along the panel's border.
        gap_pt: Kept free between balloons.
        most_share: The share of the panel that balloons may take together.
        costs: What weighs places against each other.

    Returns:
        The best placing found, or None where they do not fit.
    """
    if sum(min(form.area for form in item.forms) for item in items) > most_share * scene.rect.area:
        return None
    locked = {number for number, item in enumerate(items) if item.spot is not None}
    beam = [_Partial(0.0, ())]
    for number, item in enumerate(items):
        rest = sum(min(form.area for form in later.forms) for later in items[number + 1 :])
        places = _candidates(item, scene, margin_pt, costs)
        if places is None:
            return None
        grown: list[_Next] = []
        for partial in beam:
            used = sum(body.area for _, body, _ in partial.chosen) + rest
            fits = used + places.w * places.h <= most_share * scene.rect.area
            cost = places.cost + _between(places, partial, item, gap_pt, locked, costs)
            cost = np.where(fits, cost, np.inf)
            grown += _best_spread(places, cost, partial)
            if (
                partial.chosen
                and item.spot is None
                and (close := _candidates(item, scene, margin_pt, costs, (partial.chosen[-1][1], gap_pt)))
            ):
                fits = used + close.w * close.h <= most_share * scene.rect.area
                cost = close.cost + _between(close, partial, item, gap_pt, locked, costs)
                grown += _best_spread(close, np.where(fits, cost, np.inf), partial)
        beam = [each.carried_on(item) for each in sorted(grown, key=lambda each: each.cost)[:_BEAM]]
        if not beam:
            return None
    best = beam[0]
    bodies = tuple(body for _, body, _ in best.chosen)
    covered = max((body.overlap(face) / face.area for body in bodies for face in scene.faces), default=0.0)
    return Placing(tuple(form for form, _, _ in best.chosen), bodies, best.cost, covered)


def _candidates(
    item: Item, scene: Surroundings, margin_pt: float, costs: Costs, near: tuple[Rect, float] | None = None
) -> _Places | None:
    """List the places of an item: a grid over the panel, or right beside and below the balloon before it."""
    columns = []
    for index, form in enumerate(item.forms):
        aside = margin_pt + (costs.unseen_room_pt if item.tailed and aim_of(item, scene) is None else 0.0)
        left, right = scene.rect.x + aside, scene.rect.right - aside - form.width_pt
        top, bottom = scene.rect.y + margin_pt, scene.rect.bottom - margin_pt - form.height_pt
        if right < left - 1e-6 or bottom < top - 1e-6:
            continue
        if item.spot is not None:
            xs, ys = _held(item.spot, form, (left, top, right, bottom))
        elif near is None:
            xs, ys = np.meshgrid(np.linspace(left, max(left, right), _GRID), np.linspace(top, max(top, bottom), _GRID))
        else:
            xs, ys = _beside(form, *near)
        inside = (xs >= left - 1e-6) & (xs <= right + 1e-6) & (ys >= top - 1e-6) & (ys <= bottom + 1e-6)
        xs, ys = xs[inside], ys[inside]
        ones = np.ones(xs.size)
        columns.append((index * ones, xs, ys, form.width_pt * ones, form.height_pt * ones, form.badness * ones))
    if not columns:
        return None
    table = [np.concatenate(parts) for parts in zip(*columns, strict=True)]
    forms, x, y, w, h, badness = table
    if not x.size:
        return None
    tip_x, tip_y, tail_cost = _tails(item, scene, costs, x, y, w, h)
    cost = costs.ill_shaped * badness + tail_cost + _ground(item, scene, costs, x, y, w, h)
    cells = [forms, *(_CELLS * (side - side.min()) // (np.ptp(side) + 1e-9) for side in (x, y))]
    cell = (cells[0] * _CELLS + cells[1]) * _CELLS + cells[2]
    return _Places(forms.astype(np.intp), x, y, w, h, cost, tip_x, tip_y, cell.astype(np.intp))


def _held(spot: Point, form: Form, room: tuple[float, float, float, float]) -> tuple[Numbers, Numbers]:
    """Return the one place of a locked balloon: about its spot, moved into the panel where it would leave it."""
    left, top, right, bottom = room
    x, y = spot[0] - form.width_pt / 2, spot[1] - form.height_pt / 2
    return np.array([min(max(x, left), max(left, right))]), np.array([min(max(y, top), max(top, bottom))])


def _beside(form: Form, before: Rect, gap_pt: float) -> tuple[Numbers, Numbers]:
    """Return places next to a balloon: on its right at several heights, and below it from left to right."""
    steps = np.linspace(0, 1, 5)
    gap = gap_pt + 0.01
    heights = before.y + steps * max(0.0, before.height - form.height_pt)
    lefts = before.x - 0.5 * form.width_pt + steps * before.width
    xs = np.concatenate([np.full(5, before.right + gap), lefts])
    ys = np.concatenate([heights, np.full(5, before.bottom + gap)])
    return xs, ys


def _ground(item: Item, scene: Surroundings, costs: Costs, x: Numbers, y: Numbers, w: Numbers, h: Numbers) -> Numbers:
    """Cost of what a balloon covers and of how far from the top it stands."""
    rect, is_sound, subject = scene.rect, item.forms[0].shape is Shape.SOUND, _subject(scene, costs)
    cost: Numbers = costs.low * (y - rect.y) / rect.height
    for face, head in zip(scene.faces, scene.heads, strict=True):
        onto = _overlap(x, y, w, h, face) / face.area
        cost = cost + costs.face * onto + np.where(onto > costs.face_grazed, costs.face_touched, 0)
        cost = cost + costs.head * _overlap(x, y, w, h, head) / head.area
        above = (x < head.right) & (x + w > head.x) & (y + h <= head.y + _SLACK_PT)
        cost = cost + np.where(above & (head.y - (y + h) < costs.hat_pt), costs.hat, 0)
    if subject is not None:
        covered = costs.subject_by_faces if scene.faces else costs.subject
        cost = cost + covered * _overlap(x, y, w, h, subject) / subject.area
    if scene.busy is not None and scene.picture is not None:
        cost = cost + costs.busy * standing_out(scene.busy, scene.picture, x, y, w, h)
    if not item.tailed and not is_sound:
        cost = cost + costs.untailed_low * (y - rect.y) / rect.height + costs.untailed_right * (x - rect.x) / rect.width
    if is_sound and subject is not None:
        away = np.hypot(*_gaps(x, y, w, h, subject))
        cost = cost - costs.sound_lifted * (y - rect.y) / rect.height
        cost = cost + costs.sound_away * away / math.hypot(rect.width, rect.height)
    middle = np.abs(x + w / 2 - rect.centre[0]) / rect.width
    return cost + costs.off_middle * middle


def _subject(scene: Surroundings, costs: Costs) -> Rect | None:
    """Return what the panel shows, where that is less than the whole picture; a sound most likely comes from it."""
    focus = scene.focus
    return focus if focus is not None and focus.area < costs.subject_most * scene.rect.area else None


def _tails(
    item: Item, scene: Surroundings, costs: Costs, x: Numbers, y: Numbers, w: Numbers, h: Numbers
) -> tuple[Numbers, Numbers, Numbers]:
    """Return where each candidate's tail would end and what that costs."""
    centre_x, centre_y = x + w / 2, y + h / 2
    rect = scene.rect
    if not item.tailed:
        return centre_x, centre_y, np.zeros_like(x)
    aim = aim_of(item, scene)
    if aim is None:
        to_left = centre_x < rect.centre[0]
        aside = np.where(to_left, x - rect.x, rect.right - x - w)
        cost = costs.unseen_aside * aside / rect.width + np.where(aside > costs.unseen_far_pt, costs.unseen_far, 0)
        return np.where(to_left, rect.x, rect.right), y + h + _LEAVES_PT, cost
    mouth, face = aim
    near_x, near_y = np.clip(mouth[0], x, x + w), np.clip(mouth[1], y, y + h)
    away = np.hypot(mouth[0] - near_x, mouth[1] - near_y)
    diagonal = math.hypot(rect.width, rect.height)
    gap = np.hypot(*_gaps(x, y, w, h, face))
    cost = costs.tail_long * away / diagonal + costs.tail_short * np.maximum(0, costs.tail_least_pt - gap)
    cost = cost + np.where(gap < costs.tail_cramped_pt, costs.tail_cramped, 0)
    cost = cost + np.where(y > mouth[1], costs.tail_up, 0)
    tip_x, tip_y = near_x + _REACH * (mouth[0] - near_x), near_y + _REACH * (mouth[1] - near_y)
    for index, other in enumerate(scene.faces):
        if index != item.speaker:
            cost = cost + costs.tail_on_face * _touched(_way(centre_x, tip_x), _way(centre_y, tip_y), other)
    return tip_x, tip_y, cost


def aim_of(item: Item, scene: Surroundings) -> tuple[Point, Rect] | None:
    """Return the mouth that a tail aims at and the face that it keeps off; None where it leaves by the side."""
    if item.speaker is not None:
        return scene.mouths[item.speaker], scene.faces[item.speaker]
    if item.target is None:
        return None
    x, y = item.target
    return item.target, Rect(x=x - _TOP_PT / 2, y=y, width=_TOP_PT, height=_TOP_PT)


def _gaps(x: Numbers, y: Numbers, w: Numbers, h: Numbers, other: Rect) -> tuple[Numbers, Numbers]:
    """Return how far each place is from a rectangle, across and down; 0 where they overlap that way."""
    across = np.maximum(0, np.maximum(other.x - x - w, x - other.right))
    return across, np.maximum(0, np.maximum(other.y - y - h, y - other.bottom))


def _between(
    places: _Places, partial: _Partial, item: Item, gap_pt: float, locked: Container[int], costs: Costs
) -> Numbers:
    """Cost of each candidate given the balloons placed before; infinite where it overlaps or reads out of order."""
    cost = np.zeros_like(places.x)
    centre_x, centre_y = places.x + places.w / 2, places.y + places.h / 2
    for number, (_, body, tip) in enumerate(partial.chosen):
        apart_x = np.maximum(places.x - body.right, body.x - places.x - places.w)
        apart_y = np.maximum(places.y - body.bottom, body.y - places.y - places.h)
        cost = np.where(np.maximum(apart_x, apart_y) < gap_pt, np.inf, cost)
        below = places.y >= body.bottom - costs.order_overlap * np.minimum(places.h, body.height)
        level = (places.y >= body.y - costs.order_rise_pt) & (centre_y >= body.centre[1] - costs.order_level_pt)
        right = (places.x >= body.right) & level
        held = item.spot is not None or number in locked
        # a person who locks a balloon answers for the order
        cost = np.where(below | right, cost, cost + costs.locked_astray if held else np.inf)
        if item.joined and body is partial.chosen[-1][1]:
            cost = cost + costs.joined_apart * np.maximum(0, np.maximum(apart_x, apart_y) - gap_pt)
            cost = cost + costs.joined_askew * np.maximum(0, np.minimum(apart_x, apart_y) + costs.neck_pt)
        cost = cost + np.where(below & (places.x + places.w < body.x), costs.back, 0)
        if tip is not None:
            under = _under(places, _way(body.centre[0], tip[0]), _way(body.centre[1], tip[1]))
            cost = cost + costs.tail_under_balloon * under
            if item.tailed:
                crossing = _cross(body.centre, tip, centre_x, centre_y, places.tip_x, places.tip_y)
                cost = cost + np.where(crossing, costs.tails_crossed, 0)
        if item.tailed:
            through = _touched(_way(centre_x, places.tip_x), _way(centre_y, places.tip_y), body)
            cost = cost + costs.tail_on_balloon * through
    return cost


def _best_spread(places: _Places, cost: Numbers, partial: _Partial) -> list[_Next]:
    """Return the best candidate of each form and each quarter of the panel: near-twins teach the search nothing."""
    order = np.argsort(cost, kind="stable")[: 40 * _CELLS]
    order = order[np.isfinite(cost[order])]
    first = np.sort(np.unique(places.cell[order], return_index=True)[1])[: 2 * _BEAM]
    return [_Next(partial.cost + float(cost[index]), partial, places, index) for index in order[first].tolist()]


def _overlap(x: Numbers, y: Numbers, w: Numbers, h: Numbers, other: Rect) -> Numbers:
    across = np.minimum(x + w, other.right) - np.maximum(x, other.x)
    down = np.minimum(y + h, other.bottom) - np.maximum(y, other.y)
    shared: Numbers = np.maximum(0, across) * np.maximum(0, down)
    return shared


def _way(start: Numbers | float, end: Numbers | float) -> Numbers:
    """Return some places on the way, one row each."""
    return np.asarray(start + _ALONG * (end - start))


def _touched(x: Numbers, y: Numbers, rect: Rect) -> NDArray[np.bool_]:
    """Tell for each way whether it goes through a rectangle."""
    inside = (x > rect.x) & (x < rect.right) & (y > rect.y) & (y < rect.bottom)
    return np.asarray(inside.any(axis=0))


def _under(places: _Places, x: Numbers, y: Numbers) -> NDArray[np.bool_]:
    """Tell for each place whether a way goes through it."""
    left, top, edge = places.x - _TAIL_HALF_PT, places.y - _TAIL_HALF_PT, 2 * _TAIL_HALF_PT
    inside = (x > left) & (x < left + places.w + edge) & (y > top) & (y < top + places.h + edge)
    return np.asarray(inside.any(axis=0))


def _cross(a: Point, b: Point, cx: Numbers, cy: Numbers, dx: Numbers, dy: Numbers) -> NDArray[np.bool_]:
    """Tell for each segment c-d whether it crosses the segment a-b."""

    def side(
        px: Numbers | float, py: Numbers | float, qx: Numbers | float, qy: Numbers | float,
        rx: Numbers | float, ry: Numbers | float,
    ) -> Numbers:  # fmt: skip
        return np.asarray((qx - px) * (ry - py) - (qy - py) * (rx - px))

    one = side(a[0], a[1], b[0], b[1], cx, cy) * side(a[0], a[1], b[0], b[1], dx, dy) < 0
    two = side(cx, cy, dx, dy, a[0], a[1]) * side(cx, cy, dx, dy, b[0], b[1]) < 0
    return np.asarray(one & two)
