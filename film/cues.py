"""A cue as its file or track writes it: times and mark-up, before any cleaning."""

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Cue:
    """One subtitle with its times; zero where players start the film."""

    start_s: Fraction
    end_s: Fraction
    """Not after `start_s` where the file says nothing sensible; cleaning gives such a cue a short duration."""
    text: str
    """With its mark-up (tags, overrides, entities); its rows are parted by `\\n`."""
    speaker: str = ""
    """As the format names it apart from the text (ASS); names inside the text are found by cleaning."""
    italic: bool = False
    """Its style is slanted."""
    sign: bool = False
    """Its style or place says that it is writing in the picture."""
