"""What a reader makes of each spoken balloon of a composed book, held against what was marked; pure.

A tail is followed from the middle of its balloon through its tip, as an eye does: the first head on that way is the one
that it aims at, a head hardly missed counts too. The film's heads come to the page through the crop of their panel.
What the program found in the picture plays no part, but for one thing: a tail that it gave no mouth leaves by the side.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from benchmarks.speakers.marks import NOBODY, Head, Marks
from layouts.book.crops import on_page, share_inside
from layouts.book.page import TAILED, Book, PlacedBalloon, PlacedPanel, Point, Rect, Shape
from layouts.book.storyboard import Storyboard
from layouts.proof.proof import Place, ReadPage

_SEEN, _HINTED = 0.5, 0.1
"""A head is in the panel when so much of it lies in the crop; between the two a tail may aim at it or leave."""
_ASTRAY_DEG = 10.0
"""By so much a tail may miss a head and still be read as aiming at it."""


class Aim(StrEnum):
    """What a balloon tells of who speaks."""

    RIGHT = "right"
    """Aims at who speaks; or leaves by the side, or is a caption, where who speaks is not in the panel."""
    WRONG = "wrong person"
    """Aims at somebody else's head, or has no tail where somebody else alone is in the panel."""
    FLED = "fled"
    """Leaves by the side, or has no tail, though who speaks is in the panel."""
    NOWHERE = "nowhere"
    """Aims into the panel, at what is no head."""
    UNMARKED = "unmarked"
    """Nobody has marked its words, or its picture."""


@dataclass(frozen=True)
class Judged:
    """A balloon, and what it tells of who speaks."""

    place: Place
    at_s: float
    """Of its picture."""
    text: str
    aim: Aim
    side: bool
    """Its tail leaves by the side."""
    speaker: str = ""
    """Who says it in truth."""
    aimed: str = ""
    """Whose head its tail aims at."""

    @property
    def hit(self) -> bool:
        """Whether its tail aims at the head of who speaks: not all that is right does, for not all are in sight."""
        return self.aim is Aim.RIGHT and bool(self.aimed)


def judge_book(book: Book, marks: Marks, board: Storyboard | None = None, shift_s: float = 0.0) -> Iterator[Judged]:
    """Judge every spoken balloon, in reading order: those with a tail, and captions that say a marked line.

    Args:
        book: As it was composed.
        marks: Of its film.
        board: As it was told for the book: its pages are the book's, but for a strip's. It knows when words are said.
        shift_s: What the book calls second 0 is this second of the marked film.
    """
    boards = board.pages if board is not None and not book.format.strip else ()
    for at, page in enumerate(book.pages):
        read = ReadPage(Place(page=page.number), page, boards[at] if at < len(boards) else None)
        for panel in read.panels:
            at_s = float(panel.placed.at_s) + shift_s
            tail: PlacedBalloon | None = None
            for each in panel.balloons:
                placed = each.placed
                if placed.shape not in TAILED and placed.shape is not Shape.CAPTION:
                    continue
                tail = tail if placed.joined else placed
                index = placed.words_index
                said = panel.words[index].start_s if index < len(panel.words) else None
                start_s = None if said is None else float(said) + shift_s
                line, heads = marks.line_of(each.text, start_s, at_s), marks.heads_at(at_s)
                if line is None and placed.shape not in TAILED:
                    continue  # tells of a place or a time
                side = placed.tip is not None and placed.mouth is None
                if line is None or heads is None or tail is None:
                    yield Judged(each.place, at_s, each.text, Aim.UNMARKED, side)
                    continue
                aim, aimed = judge(tail, panel.placed, heads, line.speaker)
                yield Judged(each.place, at_s, each.text, aim, side, line.speaker, aimed)


def judge(balloon: PlacedBalloon, panel: PlacedPanel, heads: Sequence[Head], speaker: str) -> tuple[Aim, str]:
    """Return what a balloon tells of its speaker, and at whom its tail aims (empty: at nobody).

    Args:
        balloon: The one that has the tail, where several are joined.
        panel: In which it stands.
        heads: All that its frame shows.
        speaker: Who says it in truth.
    """
    shown = [(head, share_inside(head.box, panel.crop)) for head in heads]
    there = [head for head, share in shown if share >= _HINTED and (head.seen or head.who == speaker)]
    if balloon.tip is None or balloon.mouth is None:
        if speaker == NOBODY and balloon.tip is not None:
            return Aim.NOWHERE, ""
        seen = {
            head.who: share * head.box.width * head.box.height for head, share in shown if head.seen and share >= _SEEN
        }
        if speaker in seen:
            return Aim.FLED, ""
        if seen and balloon.tip is None and balloon.shape in TAILED:
            return Aim.WRONG, max(seen, key=lambda who: seen[who])
        return Aim.RIGHT, ""
    placed = [(head.who, on_page(head.box, panel.crop, panel.rect)) for head in there]
    aimed = aimed_at(balloon.body.centre, balloon.tip, [(who, at) for who, at in placed if at is not None])
    if aimed is None:
        return Aim.NOWHERE, ""
    return (Aim.RIGHT if aimed == speaker else Aim.WRONG), aimed


def aimed_at(root: Point, tip: Point, heads: Sequence[tuple[str, Rect]]) -> str | None:
    """Return whose head a tail aims at: the first on its way, else the one that it misses least; None for nobody's.

    Args:
        root: The middle of the balloon.
        tip: Where the tail ends.
        heads: Names, and where their heads lie on the page.
    """
    met = [(_missed_deg(root, tip, at), _away(tip, at), at.area, who) for who, at in heads]
    hit = [one for one in met if one[0] == 0]
    if hit:
        return min(hit, key=lambda one: one[1:3])[3]
    near = [one for one in met if one[0] <= _ASTRAY_DEG]
    return min(near)[3] if near else None


def _away(point: Point, rect: Rect) -> float:
    across = max(rect.x - point[0], 0.0, point[0] - rect.right)
    down = max(rect.y - point[1], 0.0, point[1] - rect.bottom)
    return math.hypot(across, down)


def _missed_deg(root: Point, tip: Point, rect: Rect) -> float:
    """Return by how many degrees the way from root through tip misses a rectangle; 0 where it meets it."""
    if _away(tip, rect) == 0:
        return 0.0
    if _away(root, rect) == 0:  # the balloon lies on the head, and its tail leads away from it
        return 180.0
    way = math.atan2(tip[1] - root[1], tip[0] - root[0])
    turns = [_turn(math.atan2(y - root[1], x - root[0]) - way) for x, y in rect.corners]
    if min(turns) <= 0 <= max(turns) and max(turns) - min(turns) < math.pi:
        return 0.0
    return math.degrees(min(abs(turn) for turn in turns))


def _turn(angle: float) -> float:
    """Return an angle between -pi and pi."""
    return (angle + math.pi) % (2 * math.pi) - math.pi
