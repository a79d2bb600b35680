"""Captions as they stand on a screen, and sentences made of rows that roll up it one by one."""

import re
from fractions import Fraction
from typing import NamedTuple

_PAUSE_S = Fraction(5, 2)
"""Rolling words after such a pause begin anew."""
_MOST_ROWS = 4
"""Rows of rolling words that are joined to one caption at most."""
_SENTENCE = re.compile(r"(?<=[.!?…♪])[\"”’')\]]*(?=\s|$)")
_TURN = re.compile(r"\s*(?=(?<!>)>>)")


class Caption(NamedTuple):
    """Words on the screen."""

    start_s: Fraction
    end_s: Fraction
    text: str
    """Its rows parted by line ends; no mark-up."""
    italic: bool
    """Every letter is slanted."""


class Sentences:
    """Joins rows that roll up to sentences."""

    def __init__(self) -> None:
        self._held: list[Caption] = []
        self._touched_s = Fraction(0)

    @property
    def begun(self) -> bool:
        """Whether rows wait for their rest."""
        return bool(self._held)

    def add(self, row: Caption, touched_s: Fraction) -> list[Caption]:
        """Take a row and when its last letter came, and return what is complete by it."""
        ready: list[Caption] = []
        if row.start_s - self._touched_s > _PAUSE_S:
            ready += self.end()
        self._touched_s = touched_s
        for part in row.text.split("\n"):
            if part.startswith(">>"):
                ready += self.end()
            self._held.append(row._replace(text=part))
        return ready + self._whole()

    def _whole(self) -> list[Caption]:
        """Take out what ends with a sentence; what begins in the last row waits for its rest."""
        if not self._held or not (last := self._held[-1]).text:
            return []
        ends = [match.end() for match in _SENTENCE.finditer(last.text)]
        if ends and ends[-1] == len(last.text.rstrip()):
            return self.end()
        if ends and len(self._held) > 1:
            rest = last.text[ends[-1] :].strip()
            self._held[-1] = last._replace(text=last.text[: ends[-1]])
            ready = self.end()
            self._held = [last._replace(text=rest)]
            return ready
        return self.end() if len(self._held) >= _MOST_ROWS else []

    def end(self) -> list[Caption]:
        """Return what is held as one caption."""
        held, self._held = [each for each in self._held if each.text], []
        if not held:
            return []
        text = " ".join(each.text for each in held)
        return [Caption(held[0].start_s, held[-1].end_s, text, all(each.italic for each in held))]


def part_turns(row: str) -> list[str]:
    """Part a row before each `>>` that tells of another speaker."""
    return [part for part in _TURN.split(row) if part.strip()]
