"""How much a beat matters: the room it asks for on the page, and how sorely it would be missed."""

from math import pow, sqrt

from layouts.telling.beats import Beat, Still

_ESTABLISHING = 1.5
_ACTION = 0.45
"""From this much motion on a silent panel counts as action."""
_ACTION_LOAD = 1.8
"""A page holds two or three panels of action."""
_REACTION = 0.85
_REACTION_WORTH = 1.7
_REACTION_S = 5
FACE = 0.2
"""From this height on a face shows what it feels."""
_EMPTY, _CLEAR = 0.8, 1.0
"""What a silent picture weighs in which nothing stands out, and one in which something does."""
_BLANK, _TELLING = 0.7, 1.2
"""Likewise what it is worth."""
_PLACE = 0.8
"""So clear a picture shows a place as well as any."""
_LONG_SHOT = 0.25
"""No face is higher than this in a long shot."""
_STRONG_WORDS = 14
_LOUD = 0.7

_USUAL_WEIGHT = 1.25
"""Of a panel with a line of dialogue; five of them make a page."""

_USUAL_ASPECT = 16 / 9
_LEAST_WEIGHT, _MOST_WEIGHT = 0.6, 3.0
_MOST_UNREADABLE = 1.0
"""What nobody makes out does not gain by being large."""


def shot_seconds(still: Still) -> float:
    """Return how long the still's shot lasts; never zero."""
    return max(float(still.end_s - still.start_s), 0.04)


def weigh(beat: Beat, *, opens_scene: bool, usual_s: float, reaction: bool = False) -> float:
    """Return the share of the page that a panel asks for; 1 is ordinary.

    Args:
        beat: What the panel will hold.
        opens_scene: It is the first of its scene: shown large, so that the reader sees where we are.
        usual_s: Middle duration of the film's shots.
        reaction: It is a silent face after a strong line.
    """
    still = beat.still
    weight = min(1.3, max(0.8, pow(shot_seconds(still) / usual_s, 0.25)))
    weight *= 0.95 + 0.85 * min(1.0, beat.words / 35)
    clear = clarity(still)
    if opens_scene:
        weight *= 1 + (_ESTABLISHING - 1) * min(1.0, clear / _PLACE)
    elif reaction or (not beat.parts and closeness(still) > 0.5):
        weight *= _REACTION  # a face fills a small panel well
    if not beat.parts:
        # a rush or a blast that nobody makes out does not gain by being large
        weight *= 1 + (0.6 * min(1.0, still.motion) + 0.25 * min(1.0, still.loudness)) * clear
        weight *= _EMPTY + (_CLEAR - _EMPTY) * clear
    most = _MOST_WEIGHT if still.readable else _MOST_UNREADABLE
    return round(min(most, max(_LEAST_WEIGHT, weight)), 2)


def load(beat: Beat, weight: float, *, calm: bool = False) -> float:
    """Return the room on a page in ordinary panels; action takes more, since its pages hold only 2 or 3.

    Wide pictures take less: more rows of them stand on a page.
    """
    width, height = beat.still.size_px
    flat = pow(min(1.0, _USUAL_ASPECT * height / width), 0.35)
    return weight / _USUAL_WEIGHT * flat * (_ACTION_LOAD if is_action(beat) and not calm else 1.0)


def is_action(beat: Beat) -> bool:
    """Tell whether a panel is silent and full of motion."""
    return not beat.parts and beat.still.motion >= _ACTION


def is_vista(still: Still) -> bool:
    """Tell whether a picture shows the place: a long shot that does not rush by."""
    return closeness(still) < _LONG_SHOT and still.motion < _ACTION


def is_strong(beat: Beat) -> bool:
    """Tell whether a beat ends with words that call for an answer: cried, asked, long or loud."""
    if not beat.parts:
        return False
    last = beat.parts[-1].text.rstrip("\"'»”’) ")
    return last.endswith(("!", "?")) or beat.words >= _STRONG_WORDS or beat.still.loudness >= _LOUD


def is_reaction(beat: Beat, before: Beat) -> bool:
    """Tell whether a beat is a silent face after a strong line."""
    soon = beat.still.at_s - before.still.at_s <= _REACTION_S and beat.still.scene == before.still.scene
    return not beat.parts and closeness(beat.still) >= FACE and soon and is_strong(before)


def peak(beat: Beat, usual_s: float, *, opens_scene: bool) -> float:
    """Return how big a moment is, by motion, loudness and length; a scene's opening vista counts for more."""
    still = beat.still
    length = min(1.0, sqrt(shot_seconds(still) / usual_s) / 2)
    vista = opens_scene and is_vista(still) and not beat.parts
    return 0.4 * min(1.0, still.motion) + 0.6 * min(1.0, still.loudness) + 0.4 * length + (0.3 if vista else 0.0)


def silent_worth(still: Still, *, opens_scene: bool, reaction: bool = False) -> float:
    """Return how much a silent panel of this still is worth to the story; only the order matters.

    Long shots, the first of a scene, faces, above all after a strong line, motion and noise are worth more.
    """
    worth = sqrt(min(20.0, shot_seconds(still)))
    worth *= 1 + 0.4 * min(2, len(still.faces)) * (0.5 + closeness(still))
    worth *= 1 + min(1.0, still.motion) + 0.5 * min(1.0, still.loudness)
    worth *= _REACTION_WORTH if reaction else 1.0
    worth *= _BLANK + (_TELLING - _BLANK) * clarity(still)
    return worth * (3.0 if opens_scene else 1.0)


def closeness(still: Still) -> float:
    """Return the height of the largest face, as a fraction of the picture's; 0 without one."""
    return max((face.box.height for face in still.faces), default=0.0)


def clarity(still: Still) -> float:
    """Return how soon a reader sees what a picture is of, 0 to 1: by a face, or by what stands out in it."""
    return max(still.salience, min(1.0, closeness(still) / FACE))
