"""Who is seen speaking: which of the people whom the words name has which face, and who of them leads."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from configs.units import Box, Face
from layouts.book.crops import share_inside
from layouts.book.storyboard import SAID, Panel, Storyboard, Words, WordsKind

_SURE = 2
"""So many pictures must agree on who has a face."""
_SAME_FACE = 0.3
"""Faces of one shot that share so much of the smaller one are one person's."""


class Portrait(NamedTuple):
    """A picture in which somebody speaks who is in sight."""

    name: str
    panel: Panel
    face: Face


def lines_of(storyboard: Storyboard) -> Counter[str]:
    """Count the lines of everybody who is named and seen to say at least one of them: narrators lead no film."""
    said: Counter[str] = Counter()
    in_sight: set[str] = set()
    for panel in all_panels(storyboard):
        for words in panel.words:
            if words.speaker and words.kind in SAID:
                said[words.speaker] += 1
                if panel.faces and _visible(words):
                    in_sight.add(words.speaker)
    return Counter({name: count for name, count in said.items() if name in in_sight})


def all_panels(storyboard: Storyboard) -> Iterator[Panel]:
    """Yield the panels in reading order."""
    return (panel for board in storyboard.pages for panel in board.panels)


def sightings(storyboard: Storyboard) -> list[Portrait]:
    """Return where named people are seen to speak; a face that two of them would have is nobody's, or the likelier's.

    Only what is sure counts: the storyboard names the face, or there is one face and one voice in the panel.
    """
    found = [one for panel in all_panels(storyboard) for one in _seen(panel)]
    groups: list[list[Portrait]] = []
    for one in found:
        group = next((group for group in groups if any(_same(one, other) for other in group)), None)
        if group is None:
            groups.append([one])
        else:
            group.append(one)
    kept: list[Portrait] = []
    for group in groups:
        (name, most), *rest = Counter(one.name for one in group).most_common(2)
        if not rest or most > rest[0][1]:
            kept += [one for one in group if one.name == name]
    return kept


def portraits(storyboard: Storyboard, most: int) -> list[Portrait]:
    """Return the best picture of everybody who is seen speaking in two pictures at least, who says most first.

    Args:
        storyboard: The comic.
        most: No more than so many.
    """
    said = lines_of(storyboard)
    seen: dict[str, list[Portrait]] = {}
    for one in sightings(storyboard):
        seen.setdefault(one.name, []).append(one)
    sure = {name: them for name, them in seen.items() if len({one.panel.at_s for one in them}) >= _SURE}
    order = sorted(sure, key=lambda name: (-said[name], name))[:most]
    return [max(sure[name], key=lambda one: one.face.box.height * one.face.score) for name in order]


def _visible(words: Words) -> bool:
    return words.kind in SAID and words.kind is not WordsKind.RADIO and not words.off_screen


def _seen(panel: Panel) -> Iterator[Portrait]:
    spoken = [words for words in panel.words if words.kind in SAID and words.kind is not WordsKind.RADIO]
    named = [words for words in spoken if words.speaker and _visible(words)]
    alone = len(panel.faces) == 1 and len({words.speaker for words in spoken}) == 1
    told: set[str] = set()
    for words in named:
        at = words.face or (1 if alone else 0)
        if 0 < at <= len(panel.faces) and words.speaker not in told:
            told.add(words.speaker)
            yield Portrait(words.speaker, panel, panel.faces[at - 1])


def _same(one: Portrait, other: Portrait) -> bool:
    """Tell whether two sightings are of one face: in one shot, in one place."""
    together = one.panel.at_s == other.panel.at_s or (one.panel.shot is not None and one.panel.shot == other.panel.shot)
    return together and _overlap(one.face.box, other.face.box) > _SAME_FACE


def _overlap(one: Box, other: Box) -> float:
    return max(share_inside(one, other), share_inside(other, one))


def other_faces(panel: Panel, face: Face | None) -> Sequence[Face]:
    """Return a panel's faces without one of them."""
    return [each for each in panel.faces if each is not face]
