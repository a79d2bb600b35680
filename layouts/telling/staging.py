"""Staging: where a scene is shown, who reacts, which picture is a splash, where the reader is to be surprised.

Conventions of the trade: a scene opens with a long shot that shows the place; a silent face follows a strong line; the
biggest moments get a splash, seldom; what surprises waits behind a page turn.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise
from math import pow

from layouts.book.storyboard import Framing
from layouts.telling.beats import Beat, Still
from layouts.telling.importance import clarity, closeness, is_action, is_reaction, is_vista, load, peak, weigh
from layouts.telling.thinning import opens_scene

_SPLASH_WEIGHT = 3.4
"""More than half of a page."""
_WHOLE_PAGE_WEIGHT = 6.0
_WHOLE_PAGE_ASPECT = 0.66
"""Of a page: a picture whose subject is no wider than that, by the picture's height, fills one."""
_WHOLE_PAGE_PX = 700
_SPLASH_PAGES = 8
"""At most one splash in so many pages."""
_SPLASH_APART = 0.55
"""They keep this share of their mean distance at the least."""
_SPLASH_WORDS = 14
_SPLASH_MOTION = 0.85
"""What moves more is smeared as like as not, unless a face is clear."""
_SPLASH_OPENING = 0.35
"""How much more of a peak the opening vista is."""
_SPLASH_FACE = 0.5
"""Likewise a face well seen: people are what a reader looks for."""
_SHORTEST_BOOK = 2.2
"""Pages from which on there is a splash at all."""

_INSET_HOST = 1.5
"""A panel of this weight has room for an inset."""
_INSET_FACE = 0.14
_HOST_WORDS = 12
_INSET_APART = 2.5
_INSET_LOAD = 0.25

_NEAR = 0.3
"""A scene whose first face is this high does not show its place."""

_LEAD = 1.35
"""How much heavier the panel that leads a page is than the next one."""
_LEAD_PANELS = 3
"""A page of fewer has no need of one."""
_LEAD_FACES = (0.2, 0.35, 0.7)
"""Heights of a face that may lead: the least, from where on it is well seen, and the most."""
_LEAD_CALM = 0.3
"""What moves more has no clear outlines, unless a face is clear."""
_LEAD_PLACE = 0.5
"""How much must stand out in a place that leads."""
_SPLASH_CLEAR = 0.2
"""With less a splash is a bare wall."""

_SLANT_FROM, _SLANT_SHARE, _SLANT_CALM = 0.4, 0.5, 0.6
_SLANT_LEAST, _SLANT_GROWTH = 4.0, 8.0

_REVEAL_SCENE, _REVEAL_SPLASH, _REVEAL_PEAK = 1.4, 3.2, 1.2
_PEAKS = 12
"""One in so many panels is a peak that waits for the turn of a page."""


@dataclass(frozen=True)
class Staged:
    """How a beat stands on the page."""

    weight: float
    load: float
    """The room that it asks for, in ordinary panels."""
    frame: Framing = Framing.BOX
    reveal: float = 0.0
    """How much it gains by being the first thing seen after a page is turned."""
    alone: bool = False
    """May have a page to itself."""


def stage(
    beats: Sequence[Beat], usual_s: float, *, capacity: float, most: int | None = None, showy: bool = True
) -> list[Staged]:
    """Decide weight and frame of every beat.

    Args:
        beats: Of the whole book, in order.
        usual_s: Middle duration of the film's shots.
        capacity: Ordinary panels of a page.
        most: The most pages, where there is such a limit.
        showy: There is room for splashes and insets.
    """
    opens = [*opens_scene(beats), True]
    staged: list[Staged] = []
    peaks: list[float] = []
    for at, beat in enumerate(beats):
        # only a scene of more than one panel has one that opens it
        reaction = at > 0 and is_reaction(beat, beats[at - 1])
        opening = opens[at] and not opens[at + 1]
        weight = weigh(beat, opens_scene=opening, reaction=reaction, usual_s=usual_s)
        staged.append(Staged(weight, load(beat, weight), reveal=_REVEAL_SCENE if opens[at] else 0.0))
        peaks.append(peak(beat, usual_s, opens_scene=opening))
    _mark_peaks(staged, peaks)
    if showy:
        _make_splashes(beats, staged, peaks, _splash_room(staged, capacity, most))
        _make_insets(beats, staged, capacity)
    return staged


def _splash_room(staged: Sequence[Staged], capacity: float, most: int | None) -> int:
    """Return how many splashes the book may have."""
    pages = sum(each.load for each in staged) / capacity
    pages = pages if most is None else min(pages, most)
    return max(1, int(pages / _SPLASH_PAGES)) if pages >= _SHORTEST_BOOK else 0


def _mark_peaks(staged: list[Staged], peaks: Sequence[float]) -> None:
    ranked = sorted(range(len(peaks)), key=lambda at: (-peaks[at], at))
    for at in ranked[: len(peaks) // _PEAKS]:
        staged[at] = replace(staged[at], reveal=max(staged[at].reveal, _REVEAL_PEAK))


def _make_splashes(beats: Sequence[Beat], staged: list[Staged], peaks: Sequence[float], room: int) -> None:
    """Make splashes of the highest peaks, well apart; the opening vista is a likely one."""
    begins = [0.0, *accumulate(each.load for each in staged)]
    apart = _SPLASH_APART * begins[-1] / max(1, room)
    fit = [at for at, beat in enumerate(beats) if _may_splash(beat)]
    worth = {at: peaks[at] + _splash_worth(at, beats[at].still) for at in fit}
    chosen: list[int] = []
    for at in sorted(fit, key=lambda one: (-worth[one], one)):
        if len(chosen) == room:
            break
        if all(abs(begins[at] - begins[other]) >= apart for other in chosen):
            chosen.append(at)
            alone = fills_page(beats[at])
            weight = _WHOLE_PAGE_WEIGHT if alone else _splash_weight(beats[at])
            reveal = max(staged[at].reveal, _REVEAL_SPLASH)
            asked = load(Beat(beats[at].still), weight, calm=True)
            staged[at] = Staged(weight, asked, Framing.BLEED, reveal, alone=alone)


def _splash_worth(at: int, still: Still) -> float:
    """Return how much better a splash a picture is than its peak tells."""
    face = min(1.0, closeness(still) / _LEAD_FACES[1]) if _shows_whole_face(still) else 0.0
    return _SPLASH_FACE * face + (_SPLASH_OPENING if at == 0 and is_vista(still) else 0.0)


def _may_splash(beat: Beat) -> bool:
    """Tell whether a beat may be shown large: few words, and all of a picture in which something is to be seen."""
    few = beat.words <= _SPLASH_WORDS and len(beat.parts) < 2
    clear = closeness(beat.still) >= _LEAD_FACES[0] or beat.still.motion < _SPLASH_MOTION
    shows = clarity(beat.still) >= _SPLASH_CLEAR
    return few and clear and shows and beat.still.readable and beat.crop is None


def _splash_weight(beat: Beat) -> float:
    """Return less for wide pictures, of which a high panel would cut away too much."""
    width, height = beat.still.size_px
    return round(_SPLASH_WEIGHT * pow(min(1.0, 16 / 9 * height / width), 0.7), 2)


def fills_page(beat: Beat) -> bool:
    """Tell whether a picture is fit to fill a whole page: upright, or large with somebody who is a slim subject."""
    width, height = beat.still.size_px
    if width / height <= 1.1:
        return True
    if not beat.still.faces:  # nobody knows what else may go
        return False
    slim = beat.still.focus.width * width <= _WHOLE_PAGE_ASPECT * height * beat.still.focus.height
    return height >= _WHOLE_PAGE_PX and slim and beat.still.focus.height >= 0.5


def _make_insets(beats: Sequence[Beat], staged: list[Staged], capacity: float) -> None:
    """Set a silent face into the large picture before it, now and then."""
    since = capacity * _INSET_APART
    for at, (before, beat) in enumerate(pairwise(beats), start=1):
        since += staged[at - 1].load
        if since >= capacity * _INSET_APART and _holds(before, staged[at - 1], beat, staged[at]):
            staged[at] = replace(staged[at], frame=Framing.INSET, load=_INSET_LOAD)
            since = 0.0


def _holds(before: Beat, host: Staged, beat: Beat, staged: Staged) -> bool:
    """Tell whether a large picture may hold the next one: a silent face of the same scene."""
    large = host.weight >= _INSET_HOST and before.words <= _HOST_WORDS and closeness(before.still) < _NEAR
    face = not beat.parts and closeness(beat.still) >= _INSET_FACE and staged.frame is Framing.BOX
    return large and face and before.still.scene == beat.still.scene and before.still.shot != beat.still.shot


def lead_pages(beats: Sequence[Beat], staged: Sequence[Staged], pages: Sequence[range], usual_s: float) -> list[Staged]:
    """Let one panel of each page lead: pages of panels all alike are dull, and tell nobody where to look first.

    What leads must be clear at a glance: a face, or a place that is shown; a smear or an empty floor, enlarged, is what
    readers like least. A page without either has no leader, and a splash leads by itself.
    """
    led = list(staged)
    for page in pages:
        own = [at for at in page if staged[at].frame is not Framing.INSET]
        if len(own) < _LEAD_PANELS or any(staged[at].frame is Framing.BLEED for at in own):
            continue
        clear = [at for at in own if _leads(beats[at], staged[at])]
        if clear:
            first = max(clear, key=lambda at: (_lead_worth(beats[at], staged[at], usual_s), -at))
            others = max(staged[at].weight for at in own if at != first)
            led[first] = replace(staged[first], weight=round(max(staged[first].weight, _LEAD * others), 2))
    return led


def _leads(beat: Beat, staged: Staged) -> bool:
    """Tell whether a picture may be the largest of its page."""
    still, (least, _, most) = beat.still, _LEAD_FACES
    calm = still.motion < _LEAD_CALM
    place = staged.reveal > 0 and is_vista(still) and calm and clarity(still) >= _LEAD_PLACE
    face = least <= closeness(still) <= most and _shows_whole_face(still)
    return still.readable and (face or place)


def _shows_whole_face(still: Still) -> bool:
    """Tell whether the picture's own edge leaves its largest face whole: a mouth and a chin, enlarged, are nobody."""
    box = max(still.faces, key=lambda one: one.box.height).box if still.faces else None
    return box is not None and box.x0 > 0 and box.y0 > 0 and box.x1 < 1 and box.y1 < 1


def _lead_worth(beat: Beat, staged: Staged, usual_s: float) -> float:
    face = min(1.0, closeness(beat.still) / _LEAD_FACES[1])
    calm = 1 - min(1.0, beat.still.motion / _LEAD_CALM)
    return staged.weight + peak(beat, usual_s, opens_scene=staged.reveal > 0) + face + 0.5 * calm


def wild_from(beats: Sequence[Beat]) -> float:
    """Return the motion from which on a picture is wild for this film: an action film does not lean on every page."""
    motions = sorted(beat.still.motion for beat in beats)
    return max(_SLANT_FROM, motions[int(_SLANT_CALM * len(motions))])


def slant_of(beats: Sequence[Beat], number: int, wild: float) -> float:
    """Return how far a page's gutters lean: only where most of it is action, the more the wilder, by turns.

    Args:
        beats: Of the page.
        number: Of the page.
        wild: The motion from which on a picture is wild.
    """
    moved = [beat.still.motion for beat in beats if beat.still.motion >= wild]
    if len(beats) < 2 or len(moved) < _SLANT_SHARE * len(beats) or not any(map(is_action, beats)):
        return 0.0
    degrees = _SLANT_LEAST + _SLANT_GROWTH * (sum(moved) / len(moved) - _SLANT_FROM)
    return round(degrees, 1) * (1 if number % 2 else -1)
