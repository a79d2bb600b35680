"""Making a story shorter: silent beats are left out by worth, beats with words are merged; no word is lost.

Both take one pass with a heap: thousands of beats cost no more than sorting them.
"""

from collections.abc import Sequence
from dataclasses import replace
from heapq import heapify, heappop, heappush
from math import sqrt

from configs.units import WHOLE, Box
from layouts.telling.beats import Beat, Limits, Part, Still
from layouts.telling.importance import is_reaction, silent_worth

_SAME_SHOT = 0.35
"""A second silent panel of a shot that already has one tells less."""

_CROSS_BALLOONS = 3
"""So many balloons at most where words move to the picture of another shot."""

_CLOSE_HEADS, _CLOSE_LEAST, _CLOSE_MOST = (2.4, 1.5), 0.42, 0.62
"""Height of a part that is shown of a picture: in heights of its face, at ease and at least, and in parts of the
picture's."""
_CLOSE_ASPECT, _CLOSE_WIDE = 1.5, 0.7
_CLOSE_PX = 240
"""A part lower than this would be coarse in print."""
_FACE_ABOVE = 0.42
"""Where the middle of a face stands in it, from the top."""
_OTHER_PART = 0.35
"""Parts of one picture that share more than this of what both cover look the same."""


def opens_scene(beats: Sequence[Beat]) -> list[bool]:
    """Tell for each beat whether it is the first of its scene."""
    return [at == 0 or beat.still.scene != beats[at - 1].still.scene for at, beat in enumerate(beats)]


class _Chain:
    """The beats that are left, each knowing its neighbours."""

    def __init__(self, count: int) -> None:
        self._before = list(range(-1, count - 1))
        self._after = [*range(1, count), -1]
        self.alive = [True] * count
        self.count = count

    def before(self, at: int) -> int | None:
        return self._before[at] if self._before[at] >= 0 else None

    def after(self, at: int) -> int | None:
        return self._after[at] if self._after[at] >= 0 else None

    def drop(self, at: int) -> None:
        before, after = self._before[at], self._after[at]
        if before >= 0:
            self._after[before] = after
        if after >= 0:
            self._before[after] = before
        self.alive[at] = False
        self.count -= 1


def silent_order(beats: Sequence[Beat]) -> list[int]:
    """Return the numbers of the silent beats, the least missed first.

    What a beat is worth rises with the hole it would leave in time, so the thinned story stays even. A silent film
    keeps its last beat: it is not in the list.
    """
    opens, chain = opens_scene(beats), _Chain(len(beats))
    reacts = [at > 0 and is_reaction(beat, beats[at - 1]) for at, beat in enumerate(beats)]
    worth = [
        0.0 if beat.parts else silent_worth(beat.still, opens_scene=opens[at], reaction=reacts[at])
        for at, beat in enumerate(beats)
    ]

    def cost(at: int) -> float:
        before, after = chain.before(at), chain.after(at)
        begin = beats[before].still.at_s if before is not None else beats[at].still.start_s
        end = beats[after].still.at_s if after is not None else beats[at].still.end_s
        near = [other for other in (before, after) if other is not None]
        same = any(beats[other].still.shot == beats[at].still.shot for other in near)
        return worth[at] * sqrt(max(0.04, float(end - begin))) * (_SAME_SHOT if same else 1.0)

    heap = [(cost(at), at) for at, beat in enumerate(beats) if not beat.parts]
    heapify(heap)
    order: list[int] = []
    while heap and chain.count > 1:
        told, at = heappop(heap)
        if (now := cost(at)) > told:  # a neighbour has gone meanwhile
            heappush(heap, (now, at))
            continue
        chain.drop(at)
        order.append(at)
    return order


def drop_beats(beats: Sequence[Beat], dropped: Sequence[int]) -> list[Beat]:
    """Return the beats but those with these numbers."""
    gone = set(dropped)
    return [beat for at, beat in enumerate(beats) if at not in gone]


def merge_beats(beats: Sequence[Beat], target: int, *, words: int, balloons: int) -> list[Beat]:
    """Merge neighbours with words, of one shot or one scene, until `target` beats are left or no more fit.

    The cheapest first: few words, same shot. The picture of the beat that says and shows more is kept.

    Args:
        beats: In order.
        target: How many beats would do.
        words: The most of a merged panel.
        balloons: The most of a merged panel; across shots never more than three.
    """
    left, chain = list(beats), _Chain(len(beats))
    version = [0] * len(left)

    def offer(at: int | None) -> None:
        after = chain.after(at) if at is not None else None
        if at is not None and after is not None and _mergeable(left[at], left[after], words, balloons):
            heappush(heap, (_merge_cost(left[at], left[after]), at, version[at], version[after]))

    heap: list[tuple[float, int, int, int]] = []
    for at in range(len(left)):
        offer(at)
    while heap and chain.count > target:
        _, at, mine, others = heappop(heap)
        after = chain.after(at)
        if after is None or not chain.alive[at] or (version[at], version[after]) != (mine, others):
            continue
        left[at] = _merged(left[at], left[after])
        version[at] += 1
        version[after] += 1
        chain.drop(after)
        offer(chain.before(at))
        offer(at)
    return [beat for beat, alive in zip(left, chain.alive, strict=True) if alive]


def tell_apart(beats: Sequence[Beat], limits: Limits) -> list[Beat]:
    """Show no picture twice: what was shown already goes where nothing is said, else another part of it is shown.

    Where there is no other part the words join those of the panel before, if it has the same picture and holds them.

    Args:
        beats: In order.
        limits: How much a panel holds.
    """
    told: list[Beat] = []
    shown: dict[tuple[str, object], list[Box]] = {}
    for beat in beats:
        look = ("look", beat.still.look) if beat.still.look >= 0 else ("at", beat.still.at_s)
        before = shown.setdefault(look, [])
        if not before:
            before.append(WHOLE)
            told.append(beat)
        elif beat.parts:
            part = next((part for part in _parts_of(beat) if all(_differ(part, other) for other in before)), None)
            if part is not None:
                before.append(part)
                told.append(replace(beat, crop=part))
            elif _joins(told[-1], beat, limits):
                told[-1] = replace(told[-1], parts=told[-1].parts + beat.parts)
            else:
                told.append(replace(beat, crop=_part_again(beat, told[-1], before)))
    return told


def _part_again(beat: Beat, last: Beat, shown: Sequence[Box]) -> Box | None:
    """Return the part that was shown longest ago, where all have been: at least the panel before shows another."""
    parts = [part for part in _parts_of(beat) if part != last.crop]
    return max(
        parts, key=lambda part: -max((at for at, other in enumerate(shown) if other == part), default=-1), default=None
    )


def _joins(one: Beat, other: Beat, limits: Limits) -> bool:
    """Tell whether a panel holds the next one's words too."""
    same = one.still.at_s == other.still.at_s or one.still.look == other.still.look >= 0
    fits = one.words + other.words <= limits.panel_words and len(one.parts) + len(other.parts) <= limits.panel_balloons
    return same and fits


def _parts_of(beat: Beat) -> list[Box]:
    """Return parts of a picture that are worth a panel: about the speaker, other faces, the subject, either side."""
    still = beat.still
    speaking = [face for part in beat.parts for at_s, face in part.cue.faces if at_s == still.at_s]
    order = sorted(range(len(still.faces)), key=lambda at: (at not in speaking, at))
    close = [_part(still, still.faces[at].box, _FACE_ABOVE, _CLOSE_HEADS) for at in order]
    if not still.faces and still.focus != WHOLE:
        close.append(_part(still, still.focus, 0.5, (1.1, 1.0)))
    wide = [_part(still, Box(x0=x, y0=0.49, x1=x + 0.02, y1=0.51), 0.5, (_CLOSE_MOST / 0.02,)) for x in (0, 0.98, 0.49)]
    return [
        part for part in (*close, *wide) if part is not None and not any(_cuts(part, one.box) for one in still.faces)
    ]


def _part(still: Still, subject: Box, above: float, heights: tuple[float, ...]) -> Box | None:
    """Return the part of a still about something, None where that would be nearly all of it, or coarse."""
    fitting = [height for ease in heights if (height := max(_CLOSE_LEAST, ease * subject.height)) <= _CLOSE_MOST + 1e-9]
    height = fitting[0] if fitting else 1.0
    width = height * _CLOSE_ASPECT * still.size_px[1] / still.size_px[0]
    if not fitting or not subject.width <= width <= _CLOSE_WIDE or height * still.size_px[1] < _CLOSE_PX:
        return None
    x, y = subject.centre
    x0, y0 = min(max(0.0, x - width / 2), 1 - width), min(max(0.0, y - above * height), 1 - height)
    return Box(x0=round(x0, 4), y0=round(y0, 4), x1=round(x0 + width, 4), y1=round(y0 + height, 4))


def _cuts(part: Box, face: Box) -> bool:
    """Tell whether a part shows some of a face and not all of it."""
    within = part.x0 <= face.x0 and part.y0 <= face.y0 and face.x1 <= part.x1 and face.y1 <= part.y1
    outside = face.x1 <= part.x0 or part.x1 <= face.x0 or face.y1 <= part.y0 or part.y1 <= face.y0
    return not (within or outside)


def _differ(one: Box, other: Box) -> bool:
    """Tell whether two parts of a picture look like two pictures."""
    across = max(0.0, min(one.x1, other.x1) - max(one.x0, other.x0))
    down = max(0.0, min(one.y1, other.y1) - max(one.y0, other.y0))
    shared, sizes = across * down, one.width * one.height + other.width * other.height
    return shared <= _OTHER_PART * (sizes - shared)


def tightest(beats: Sequence[Beat], limits: Limits) -> list[Beat]:
    """Fill pages with all the words they hold, scene by scene; nothing silent is kept.

    Each page takes as many words as any number of panels lets it: since a page that could hold more never holds less,
    no other way needs fewer pages.
    """
    told = [(beat.still, part) for beat in beats for part in beat.parts]
    packed: list[Beat] = []
    start = 0
    while start < len(told):
        pages = [_fill(told, start, count, limits) for count in range(1, limits.page_panels + 1)]
        page = max(pages, key=lambda panels: panels[-1][1] if panels else start)
        for begin, end in page:
            packed.append(_panel(told[begin:end], packed[-1].still if packed else None))
        start = page[-1][1]
    return packed


def _fill(told: Sequence[tuple[Still, Part]], start: int, count: int, limits: Limits) -> list[tuple[int, int]]:
    """Fill one page of at most `count` panels from `start` on; a panel stays within its scene."""
    panels: list[tuple[int, int]] = []
    cap, page, panel = limits.panel_cap(count), 0, 0
    for at in range(start, len(told)):
        still, part = told[at]
        page += part.words
        panel += part.words
        begin = panels[-1][0] if panels else at
        new = not panels or at - begin >= limits.panel_balloons or told[begin][0].scene != still.scene or panel > cap
        if page > limits.page_words or (new and (len(panels) == count or (part.words > cap and count > 1))):
            break
        if new:
            panels.append((at, at + 1))
            panel = part.words
        else:
            panels[-1] = (begin, at + 1)
    return panels


def _panel(told: Sequence[tuple[Still, Part]], before: Still | None) -> Beat:
    """Make a panel of words and the best of their stills, another than in the panel before where there is one."""
    fresh = [still for still, _ in told if still != before] or [told[0][0]]
    still = max(fresh, key=lambda still: silent_worth(still, opens_scene=False))
    return Beat(still, tuple(part for _, part in told))


def _mergeable(one: Beat, other: Beat, words: int, balloons: int) -> bool:
    if not (one.parts and other.parts) or one.still.scene != other.still.scene:
        return False
    if one.still.shot != other.still.shot:
        balloons = min(balloons, _CROSS_BALLOONS)
    return one.words + other.words <= words and len(one.parts) + len(other.parts) <= balloons


def _merge_cost(one: Beat, other: Beat) -> float:
    across = 0.0 if one.still.shot == other.still.shot else 1.0
    apart_s = float(other.parts[0].start_s - one.parts[-1].start_s)
    return (one.words + other.words) / 20 + across + min(2.0, max(0.0, apart_s) / 10)


def _merged(one: Beat, other: Beat) -> Beat:
    kept = max(one, other, key=lambda beat: beat.words / 10 + silent_worth(beat.still, opens_scene=False))
    return Beat(kept.still, one.parts + other.parts, kept.crop)
