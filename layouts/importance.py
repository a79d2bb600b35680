"""How much a beat matters: the room it asks for on the page, and how sorely it would be missed."""

from math import pow, sqrt

from layouts.beats import Beat, Still

_ESTABLISHING = 1.5
_ACTION = 0.5
"""From this much motion on a silent panel counts as action."""

_USUAL_WEIGHT = 1.25
"""Of a panel with a line of dialogue; five of them make a page."""

_LEAST_WEIGHT, _MOST_WEIGHT = 0.6, 3.0


def shot_seconds(still: Still) -> float:
    """Return how long the still's shot lasts; never zero."""
    return max(float(still.end_s - still.start_s), 0.04)


def weigh(beat: Beat, *, opens_scene: bool, usual_s: float) -> float:
    """Return the share of the page that a panel asks for; 1 is ordinary.

    Args:
        beat: What the panel will hold.
        opens_scene: It is the first of its scene: shown large, so that the reader sees where we are.
        usual_s: Middle duration of the film's shots.
    """
    still = beat.still
    weight = min(1.3, max(0.8, pow(shot_seconds(still) / usual_s, 0.25)))
    weight *= 0.95 + 0.85 * min(1.0, beat.words / 35)
    if opens_scene:
        weight *= _ESTABLISHING
    elif not beat.parts and _closeness(still) > 0.5:
        weight *= 0.85  # a face fills a small panel well
    if not beat.parts:
        weight *= 1 + 0.6 * min(1.0, still.motion)
    return round(min(_MOST_WEIGHT, max(_LEAST_WEIGHT, weight)), 2)


def load(beat: Beat, weight: float) -> float:
    """Return the room on a page in ordinary panels; action takes more, since its pages hold only 2 to 4."""
    return weight / _USUAL_WEIGHT * (1.25 if is_action(beat) else 1.0)


def is_action(beat: Beat) -> bool:
    """Tell whether a panel is silent and full of motion."""
    return not beat.parts and beat.still.motion >= _ACTION


def silent_worth(still: Still, *, opens_scene: bool) -> float:
    """Return how much a silent panel of this still is worth to the story; only the order matters.

    Long shots, the first of a scene, faces and motion are worth more.
    """
    worth = sqrt(min(20.0, shot_seconds(still)))
    worth *= 1 + 0.4 * min(2, len(still.faces)) * (0.5 + _closeness(still))
    worth *= 1 + min(1.0, still.motion)
    return worth * (3.0 if opens_scene else 1.0)


def _closeness(still: Still) -> float:
    """Height of the largest face, as a fraction of the picture's."""
    return max((face.box.height for face in still.faces), default=0.0)
