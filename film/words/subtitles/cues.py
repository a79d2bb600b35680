"""A cue as its file or track writes it: times and mark-up, before any cleaning."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction

MOST_CUES = 24 * 3600 * 3
"""A day of film with three in every second; a file with more is damaged, or meant to keep a machine busy."""


class TooManyCuesError(ValueError):
    """There are more than `MOST_CUES`."""


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


@contextmanager
def nothing_collected() -> Iterator[None]:
    """Let Python's search for garbage rest while hundreds of thousands of cues are made, which all stay.

    It would walk over them again and again, a third of the time. Other threads' garbage waits for these seconds.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
