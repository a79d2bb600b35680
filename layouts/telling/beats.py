"""What a story is made of: stills and cues go in, beats become panels."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from configs.units import WHOLE, Box, Face, Frozen, Seconds
from layouts.book.copyfitting import BALLOON_WORDS
from layouts.book.storyboard import WordsKind


class Still(Frozen):
    """A frame of the film that may become a panel."""

    at_s: Seconds
    shot: int
    scene: int
    start_s: Seconds
    """Where its shot begins and ends, `[start_s, end_s)`."""
    end_s: Seconds
    size_px: tuple[int, int]
    faces: tuple[Face, ...] = ()
    focus: Box = WHOLE
    busy: str = ""
    """As `Panel.busy` has it."""
    seen: str = ""
    """As `Panel.seen` has it."""
    card: bool = False
    """A title or credits: no panel of the story."""
    readable: bool = True
    """A reader makes out at a glance what it shows."""
    salience: float = 1.0
    """How strongly one thing stands out whole from what is around it, 0 (a bare floor, a sky, clutter) to 1."""
    lit: float = 1.0
    """How well its subject is lit, 0 to 1; likewise how sharply it is seen."""
    sharp: float = 1.0
    look: int = -1
    """Stills of one number look the same to a reader; -1: like no other."""
    motion: float = 0.0
    """How much moves in the shot, 0 (nothing) to 1 (all of it)."""
    loudness: float = 0.0
    """How loud the shot is, 0 (as the film's quiet ones) to 1 (as its loudest)."""


class TimedWords(Frozen):
    """Words said or shown, `[start_s, end_s)`."""

    index: int
    start_s: Seconds
    end_s: Seconds
    text: str
    kind: WordsKind = WordsKind.SPEECH
    speaker: str = ""
    off_screen: bool = False
    """Whoever says it is out of the picture."""
    foreign: bool = False
    """In another language than the film's."""
    described: bool = False
    """It says what its picture shows, for those who do not see."""
    loud: float | None = None
    """As `Words.loud` has it."""
    faces: tuple[tuple[Seconds, int], ...] = ()
    """Who was seen to speak: for stills of that time the face that says it, an index into theirs."""
    unseen: tuple[Seconds, ...] = ()
    """Stills of these times show faces, but not whoever says it."""


class Limits(Frozen):
    """How many words fit where; the figures of comics editors."""

    balloon_words: int = BALLOON_WORDS
    panel_words: int = 35
    page_words: int = 210
    page_panels: int = 9
    """At the very most; an ordinary page has 4 to 6."""
    panel_balloons: int = 4

    def panel_cap(self, panels: int) -> int:
        """Return the most words of one panel on a page of so many panels: 35 up to six, 26 at eight, 23 at nine."""
        return min(self.panel_words, self.page_words // max(1, panels))


@dataclass(frozen=True, slots=True)
class Part:
    """What one balloon holds: a cue, a part of a long one, or two short ones joined."""

    text: str
    words: int
    cue: TimedWords
    """The first of those that it is made of."""
    start_s: Fraction
    goes_on: bool = False
    """Its sentence goes on in the next part."""


@dataclass(frozen=True, slots=True)
class Beat:
    """One panel to be: a still and the words in it."""

    still: Still
    parts: tuple[Part, ...] = ()
    crop: Box | None = None
    """The part of the still that is shown, where the whole of it is shown elsewhere."""
    words: int = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "words", sum(part.words for part in self.parts))


def share_out(parts: Sequence[Part], words: int, balloons: int) -> list[tuple[Part, ...]]:
    """Cut a run of parts into the fewest panels of like length that hold them.

    Args:
        parts: In order.
        words: The most of one panel; a part that is longer stands alone.
        balloons: The most of one panel.
    """
    best: list[tuple[float, int]] = [(0.0, 0)]
    for end in range(1, len(parts) + 1):
        total, options = 0, []
        cut = 0.6 if end < len(parts) and parts[end - 1].goes_on else 0.0
        for start in range(end - 1, max(-1, end - 1 - balloons), -1):
            total += parts[start].words
            if total > words and start < end - 1:
                break
            options.append((best[start][0] + 1 + cut + 0.5 * (total / words) ** 2, start))
        best.append(min(options))
    groups, end = [], len(parts)
    while end > 0:
        groups.append(tuple(parts[best[end][1] : end]))
        end = best[end][1]
    return groups[::-1]
