"""Rules for balloons: where they may stand, what they may cover, and in which order they are read."""

from collections.abc import Iterator
from itertools import combinations, pairwise

from layouts.balloons.grammar import paper_of, papers
from layouts.proof.proof import FaceInSight, Group, Place, Proof, ReadBalloon, box_of

_HAIR_PT = 0.5
_TOUCH_PT2 = 1.0
_GRAZED = 0.02
"""Share of a face that a balloon may graze."""
_LARGEST = 0.45
"""Of its panel, for one balloon (Webcomic Triage: 40 to 50 per cent)."""
_LEVEL = 0.5
"""Balloons that share so much of their height stand side by side."""

Found = Iterator[tuple[Place, str]]


def stays_in_the_panel(proof: Proof) -> Found:
    """A balloon lies in its panel, or at least in the live area."""
    live = box_of(proof.live)
    for panel in proof.panels:
        ground = panel.border.union(live).buffer(_HAIR_PT)
        for group in panel.groups:
            if not ground.contains(group.outline):
                yield group.balloons[0].place, "leaves its panel and the live area"
            elif panel.border.intersection(group.outline).area < 0.5 * group.outline.area:
                yield group.balloons[0].place, "stands mostly outside its panel"


def leaves_faces_free(proof: Proof) -> Found:
    """No balloon covers more than 2 % of a face, its own panel's or another's."""
    for page in proof.pages:
        faces = [face for panel in page.panels for face in panel.faces]
        for group in page.groups:
            covered = max(((_covered(group, face), at) for at, face in enumerate(faces)), default=(0.0, 0))
            if covered[0] > _GRAZED:
                yield _on(group, faces[covered[1]]).place, f"covers {100 * covered[0]:.0f} % of a face"


def _covered(group: Group, face: FaceInSight) -> float:
    return float(group.outline.intersection(face.shown).area / face.whole.area)


def _on(group: Group, face: FaceInSight) -> ReadBalloon:
    """Return the balloon of a group that lies on a face; the first where it is a tail or a bridge."""
    return max(group.balloons, key=lambda each: each.body.intersection(face.shown).area)


def stands_apart(proof: Proof) -> Found:
    """No balloon covers another; those of one voice may be bridged."""
    for page in proof.pages:
        for one, two in combinations(page.groups, 2):
            for first in one.balloons:
                for second in two.balloons:
                    if first.body.intersection(second.body).area > _TOUCH_PT2:
                        where = "" if first.place.panel == second.place.panel else f" of panel {first.place.panel}"
                        yield second.place, f"overlaps balloon {first.place.balloon}{where}"


def reads_in_order(proof: Proof) -> Found:
    """A balloon stands below the one before it, or beside it on the side to which one reads."""
    rtl = proof.book.format.direction == "rtl"
    for panel in proof.panels:
        for before, balloon in pairwise(panel.balloons):
            if not before.sound and not balloon.sound and _read_first(balloon, before, rtl):
                yield balloon.place, f"is read before balloon {before.place.balloon}"


def _read_first(one: ReadBalloon, other: ReadBalloon, rtl: bool) -> bool:
    """Tell whether the eye meets one balloon before the other."""
    a, b = one.placed.body, other.placed.body
    shared = min(a.bottom, b.bottom) - max(a.y, b.y)
    if shared <= _LEVEL * min(a.height, b.height):
        return a.centre[1] < b.centre[1] and not (b.x >= a.right if rtl else b.right <= a.x)
    return a.centre[0] > b.centre[0] if rtl else a.centre[0] < b.centre[0]


def leaves_the_picture_room(proof: Proof) -> Found:
    """One balloon takes no more than 45 % of its panel."""
    for panel in proof.panels:
        for balloon in panel.balloons:
            share = balloon.body.area / panel.border.area
            if share > _LARGEST:
                yield balloon.place, f"fills {100 * share:.0f} % of its panel"


def keeps_its_paper(proof: Proof) -> Found:
    """A named speaker's balloons are all of the colour that the cast says."""
    own = papers(proof.board.cast)
    for panel in proof.panels:
        for balloon in panel.balloons:
            number = balloon.placed.words_index
            if number < len(panel.words) and balloon.placed.paper != paper_of(panel.words[number], own):
                yield balloon.place, f"is not of {panel.words[number].speaker or 'nobody'}'s colour"
