"""What was marked by eye in a film: who says each line, and where the heads are (see `marks/README.md`)."""

from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from configs.units import Box, Frozen

FOLDER = Path(__file__).parent / "marks"
NOBODY = "nobody"
"""Says what is told by a card or by a voice that belongs to no one."""
_NEAR_S = 20.0
"""So far from its line words may be shown, where only their letters tell which line they are."""
_SLACK_S = 0.2
_SIDES = ("x0", "y0", "x1", "y1")


def _box(written: Any) -> Any:
    return dict(zip(_SIDES, written, strict=True)) if isinstance(written, list) else written


class Head(Frozen):
    """A head with its hair, in fractions of the picture inside the bars; seen from any side."""

    who: str
    box: Annotated[Box, BeforeValidator(_box)]
    seen: bool = True
    """Whether a stranger would see it: not so where it is a reflection, hardly lit, or mostly behind something."""


class Moment(Frozen):
    """All heads of one frame that somebody could take for a speaker."""

    at_s: float
    heads: tuple[Head, ...]


class MarkedShot(Frozen):
    """A shot, half-open in seconds, and the moments of it that were looked at."""

    start_s: float
    end_s: float
    moments: tuple[Moment, ...] = Field(min_length=1)

    def heads_at(self, at_s: float) -> tuple[Head, ...]:
        """Return the heads at a time: moved evenly between two moments that both have them, else as in the nearest."""
        nearest = min(self.moments, key=lambda one: abs(one.at_s - at_s))
        for before, after in pairwise(self.moments):
            if before.at_s <= at_s <= after.at_s:
                share = (at_s - before.at_s) / max(after.at_s - before.at_s, 1e-9)
                return tuple(_between(head, before, after, share) for head in nearest.heads)
        return nearest.heads


def _between(head: Head, before: Moment, after: Moment, share: float) -> Head:
    ends = [next((one.box for one in moment.heads if one.who == head.who), None) for moment in (before, after)]
    if ends[0] is None or ends[1] is None:
        return head
    one, two = ends[0], ends[1]
    sides = {side: (1 - share) * getattr(one, side) + share * getattr(two, side) for side in _SIDES}
    return head.model_copy(update={"box": Box(**sides)})


class MarkedLine(Frozen):
    """Words of the subtitles, and who says them."""

    start_s: float
    end_s: float
    speaker: str
    text: str

    def away_s(self, at_s: float) -> float:
        """Return how far a time is from the line; 0 while it is heard."""
        return max(0.0, self.start_s - at_s, at_s - self.end_s)


class Marks(Frozen):
    """All that was marked in a film."""

    film: str
    sha256: str
    looked_at: str
    """How it was marked, in words."""
    lines: tuple[MarkedLine, ...]
    shots: tuple[MarkedShot, ...]

    def heads_at(self, at_s: float) -> tuple[Head, ...] | None:
        """Return the heads of the frame at a time; None where its shot is not marked."""
        shot = next((one for one in self.shots if one.start_s <= at_s + 1e-3 < one.end_s), None)
        return None if shot is None else shot.heads_at(at_s)

    def line_of(self, text: str, start_s: float | None, shown_s: float) -> MarkedLine | None:
        """Return the line that words are, or are a part of: by their letters, else by when they are said.

        Args:
            text: The words.
            start_s: When they are said, where that is known.
            shown_s: The time of the picture that they stand in.
        """
        told = letters(text)
        alike = [line for line in self.lines if told in letters(line.text) or letters(line.text) in told]
        at_s = shown_s if start_s is None else start_s
        near = [line for line in alike if told and line.away_s(at_s) <= _NEAR_S]
        if not near and start_s is not None:
            near = [line for line in self.lines if line.away_s(start_s) <= _SLACK_S]
        return min(near, key=lambda line: line.away_s(at_s), default=None)


def letters(text: str) -> str:
    """Return a text's letters and digits alone, without case."""
    return "".join(char for char in text.casefold() if char.isalnum())


def load_marks(name: str) -> Marks:
    """Read the marks of a film, by its file's stem."""
    return Marks.model_validate_json((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


def marks_by_film() -> dict[str, Marks]:
    """Return all marks, by the digest of their film."""
    found = (load_marks(path.stem) for path in sorted(FOLDER.glob("*.json")))
    return {marks.sha256: marks for marks in found}
