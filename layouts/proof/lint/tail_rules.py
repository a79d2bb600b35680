"""Rules for tails: whom they point at, how far they reach, what they must not cross.

A tail is short and straight, aims at the mouth and ends at half of the way or a little more (Blambot; Shooter); it
never touches a face, another tail or another balloon.
"""

import math
from collections.abc import Iterator
from itertools import combinations

from shapely.geometry import Point as Spot
from shapely.geometry.base import BaseGeometry
from shapely.ops import nearest_points

from layouts.book.page import TAILED, PlacedBalloon, Point
from layouts.book.storyboard import WordsKind
from layouts.proof.proof import Group, Place, Proof, ReadBalloon, ReadPage, ReadPanel, box_of

_TOUCH_PT2 = 0.5
_ASTRAY_DEG = 20.0
_NEAR_MOUTH = 0.7
"""Share of the way at which a tail is too near."""
_STUB, _FAR = 0.6, 2.5
"""In sizes of the type, as all lengths of tails here: shorter than the one is a stub where the face is still further
than the other."""
_LONGEST = 5.0
_SLACK_PT = 1.0

Found = Iterator[tuple[Place, str]]


def has_a_tail(proof: Proof) -> Found:
    """Words of which it is known who says them have a tail, each group of bridged balloons one."""
    for page in proof.pages:
        for panel in page.panels:
            for group in panel.groups:
                first = group.balloons[0].placed
                bare = first.shape in TAILED and all(each.placed.tip is None for each in group.balloons)
                if bare and _known(panel, first):
                    yield group.balloons[0].place, "has no tail, though it is known who speaks"


def _known(panel: ReadPanel, balloon: PlacedBalloon) -> bool:
    """Tell whether a face says the words, as far as told, or somebody outside; a face that is alone says them too."""
    words = panel.words[balloon.words_index] if balloon.words_index < len(panel.words) else None
    if words is None or words.off_screen or words.kind is WordsKind.RADIO or words.face is not None:
        return True
    return len(panel.faces) == 1 and not words.speaker


def crosses_nothing(proof: Proof) -> Found:
    """Tails cross neither each other nor another balloon."""
    for page in proof.pages:
        tails = list(_tails(page))
        for (_, one, first), (_, two, second) in combinations(tails, 2):
            if one.intersection(two).area > _TOUCH_PT2:
                yield second.place, f"its tail crosses that of {_called(first, second)}"
        for group, tail, balloon in tails:
            for other in page.groups:
                hit = [each for each in other.balloons if tail.intersection(each.body).area > _TOUCH_PT2]
                if other is not group and hit:
                    yield balloon.place, f"its tail goes through {_called(hit[0], balloon)}"


def _tails(page: ReadPage) -> Iterator[tuple[Group, BaseGeometry, ReadBalloon]]:
    for group in page.groups:
        for balloon in group.balloons:
            if (tail := group.tail(balloon)) is not None:
                yield group, tail, balloon


def _called(balloon: ReadBalloon, seen_from: ReadBalloon) -> str:
    near = balloon.place.panel == seen_from.place.panel
    return f"balloon {balloon.place.balloon}" + ("" if near else f" of panel {balloon.place.panel}")


def aims_at_a_mouth(proof: Proof) -> Found:
    """A tail that names a mouth points at it, and the mouth lies in a face; without faces, in what the panel shows."""
    for page in proof.pages:
        seen = [face.whole for panel in page.panels for face in panel.faces]
        seen += [panel.subject for panel in page.panels if not panel.faces and panel.subject is not None]
        faces = [box_of(one).buffer(_SLACK_PT) for one in seen]
        for group, tail, balloon in _tails(page):
            mouth, tip = balloon.placed.mouth, balloon.placed.tip
            if mouth is None or tip is None:
                continue
            if not any(face.contains(Spot(mouth)) for face in faces):
                yield balloon.place, "its tail aims at no face"
                continue
            away = _angle(_root(group, tail, balloon), tip, mouth)
            if away > _ASTRAY_DEG:
                yield balloon.place, f"its tail points {away:.0f} degrees past the mouth"


def _root(group: Group, tail: BaseGeometry, balloon: ReadBalloon) -> Point:
    """Return where a tail leaves its balloon: the middle of the line that both share."""
    bodies = [box_of(each.placed.body) for each in group.balloons]
    shared = tail.intersection(min(bodies, key=tail.distance).buffer(0.05))
    if shared.is_empty:  # a thought's bubbles stand apart
        nearest = nearest_points(balloon.outline, tail)[0]
        return float(nearest.x), float(nearest.y)
    return float(shared.centroid.x), float(shared.centroid.y)


def _angle(root: Point, tip: Point, mouth: Point) -> float:
    """Return by how many degrees the way to the tip differs from the way to the mouth."""
    one = math.atan2(tip[1] - root[1], tip[0] - root[0])
    other = math.atan2(mouth[1] - root[1], mouth[0] - root[0])
    return abs(math.degrees((one - other + math.pi) % (2 * math.pi) - math.pi))


def stops_on_the_way(proof: Proof) -> Found:
    """A tail ends before the face, at half of the way to the mouth or a little more where there is room."""
    for page in proof.pages:
        faces = [face.shown for panel in page.panels for face in panel.faces]
        for group, tail, balloon in _tails(page):
            tip, mouth = balloon.placed.tip, balloon.placed.mouth
            assert tip is not None
            if any(face.buffer(-0.1).contains(Spot(tip)) for face in faces):
                yield balloon.place, "its tail pokes a face"
            elif mouth is not None:
                told = _reach(_root(group, tail, balloon), tip, mouth, balloon, min_distance(tip, faces))
                if told:
                    yield balloon.place, told


def _reach(root: Point, tip: Point, mouth: Point, balloon: ReadBalloon, clear_pt: float) -> str:
    size = balloon.placed.lines[0].size_pt
    length, whole = math.dist(root, tip), math.dist(root, mouth)
    if length > _NEAR_MOUTH * whole and length > size:
        return f"its tail goes {100 * length / whole:.0f} % of the way to the mouth"
    if length < _STUB * size and clear_pt > _FAR * size:
        return f"its tail is a stub of {length:.1f} pt, {clear_pt:.0f} pt before the face"
    return ""


def min_distance(point: Point, shapes: list[BaseGeometry]) -> float:
    """Return how far the nearest of some shapes is; infinite without any."""
    return min((float(shape.distance(Spot(point))) for shape in shapes), default=math.inf)


def is_short(proof: Proof) -> Found:
    """No tail is longer than five sizes of the type."""
    for page in proof.pages:
        for group, tail, balloon in _tails(page):
            assert balloon.placed.tip is not None
            length = math.dist(_root(group, tail, balloon), balloon.placed.tip)
            if length > _LONGEST * balloon.placed.lines[0].size_pt:
                yield balloon.place, f"its tail is {length:.0f} pt long"
