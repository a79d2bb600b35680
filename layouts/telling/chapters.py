"""Chapters for films that have none: a long film is parted where a scene ends and people fall silent."""

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

from layouts.book.copyfitting import word_count
from layouts.book.storyboard import SAID
from layouts.telling.beats import Still, TimedWords

_LONG_S = Fraction(30 * 60)
"""Shorter films have no chapters."""
_CHAPTER_S = Fraction(11 * 60)
_MOST = 24
_PAUSE_MOST_S, _PAUSE_WORTH = 20.0, 0.35
_TITLE_WORDS, _TITLE_LEAST = 7, 3


def scene_chapters(stills: Sequence[Still], cues: Sequence[TimedWords]) -> list[tuple[Fraction, str]]:
    """Return where chapters begin, and their titles: of like length, opened by a scene after a pause in the talk.

    A title is what is said first in the chapter. Films of less than half an hour have none.

    Args:
        stills: In order of time, at least one.
        cues: In order of time.
    """
    begin_s, end_s = stills[0].start_s, max(still.end_s for still in stills)
    if end_s - begin_s < _LONG_S:
        return []
    marks = [begin_s, *(after.start_s for before, after in pairwise(stills) if before.scene != after.scene)]
    marks = sorted({mark for mark in marks if begin_s <= mark < end_s})
    count = min(_MOST, len(marks), max(2, round((end_s - begin_s) / _CHAPTER_S)))
    starts = _parted(marks, end_s, count, cues)
    return [(at_s, _title(number, at_s, until_s, cues)) for number, (at_s, until_s) in enumerate(
        zip(starts, [*starts[1:], end_s], strict=True), start=1
    )]  # fmt: skip


def _parted(marks: Sequence[Fraction], end_s: Fraction, count: int, cues: Sequence[TimedWords]) -> list[Fraction]:
    """Choose the first mark and so many others that the parts are of like length and begin after a pause."""
    ideal = float(end_s - marks[0]) / count
    worth = [0.0, *(_PAUSE_WORTH * min(1.0, pause / _PAUSE_MOST_S) for pause in _pauses(marks[1:], cues))]
    edges = [*map(float, marks), float(end_s)]
    rows: list[dict[int, tuple[float, int]]] = [{0: (0.0, -1)}]
    for number in range(1, count + 1):
        row: dict[int, tuple[float, int]] = {}
        for at in range(number, len(edges)):
            gain = worth[at] if at < len(marks) else 0.0
            found = [
                (cost + ((edges[at] - edges[before]) / ideal - 1) ** 2 - gain, before)
                for before, (cost, _) in rows[-1].items()
                if before < at
            ]
            if found:
                row[at] = min(found)
        rows.append(row)
    chosen, at = [], len(marks)
    for row in reversed(rows[1:]):
        at = row[at][1]
        chosen.append(marks[at])
    return chosen[::-1]


def _pauses(marks: Sequence[Fraction], cues: Sequence[TimedWords]) -> list[float]:
    """Return how long nobody speaks around each mark, in seconds."""
    said = [(cue.start_s, cue.end_s) for cue in cues if cue.kind in SAID]
    pauses, at = [], 0
    last_s: Fraction | None = None
    for mark in marks:
        while at < len(said) and said[at][0] < mark:
            last_s = max(last_s or said[at][1], said[at][1])
            at += 1
        before = float(mark - last_s) if last_s is not None else _PAUSE_MOST_S
        after = float(said[at][0] - mark) if at < len(said) else _PAUSE_MOST_S
        pauses.append(max(0.0, before) + after)
    return pauses


def _title(number: int, start_s: Fraction, end_s: Fraction, cues: Sequence[TimedWords]) -> str:
    inside = [cue.text for cue in cues if cue.kind in SAID and start_s <= cue.start_s < end_s]
    said = next((text for text in inside if word_count(text) >= _TITLE_LEAST), "")
    said = said.replace("*", "")  # around stressed words
    words = said.split()
    if not words:
        return str(number)
    short = " ".join(words[:_TITLE_WORDS]).rstrip(",;:-–— ")
    return f"{number}. {short}…" if len(words) > _TITLE_WORDS else f"{number}. {said}"
