"""Who is named as a speaker, and the paper of their balloons: a colour stays with somebody through the book.

Whoever says most keeps the usual white, so that most of a page stays calm; the others have pale colours that differ
from each other and from the captions' cream.
"""

from collections import Counter
from collections.abc import Iterable

from layouts.beats import Cue
from layouts.storyboard import SAID, Kind, Role

_PALE = ("#ffffff", "#d8ecff", "#e0f4da", "#ffe0e3", "#e9e0ff", "#ffe6cb", "#d4f3ef", "#f6ddf3")
_LEAST_LINES = 2
"""Who says less than this is a passer-by, and has white."""


def cast_of(cues: Iterable[Cue]) -> tuple[Role, ...]:
    """Return the named speakers, those who say most first."""
    said = Counter(cue.speaker for cue in cues if cue.speaker and (cue.kind in SAID or cue.kind is Kind.NARRATION))
    ranked = sorted(said, key=lambda name: (-said[name], name))
    coloured = [name for name in ranked if said[name] >= _LEAST_LINES]
    own = dict(zip(coloured, _PALE, strict=False))
    return tuple(Role(name=name, colour=own.get(name, _PALE[0])) for name in ranked)
