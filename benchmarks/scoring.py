"""Scoring found cuts against known ones; pure.

A hard cut counts when it is found within `SLACK` frames, a gradual change when one border lies inside it (with the same
slack at both ends). One border answers for one event and one event takes one border: a second one is a false alarm.
Borders inside ignored ranges count neither way.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

SLACK = 2


@dataclass
class Score:
    """What was found of what was to be found."""

    hits: Counter[str] = field(default_factory=Counter)
    """Events found, by kind."""
    events: Counter[str] = field(default_factory=Counter)
    """Events to be found, by kind."""
    false: Counter[str] = field(default_factory=Counter)
    """False alarms, by what they took for a cut: a distractor's kind, `second` or `other`."""
    missed: list[tuple[str, int]] = field(default_factory=list)
    """Kind and first frame of the events that were missed."""
    alarms: list[int] = field(default_factory=list)
    """Frames of the false alarms."""

    @property
    def precision(self) -> float:
        """Share of the found borders that are right."""
        found = self.hits.total() + self.false.total()
        return self.hits.total() / found if found else 1.0

    @property
    def recall(self) -> float:
        """Share of the events that were found."""
        return self.hits.total() / self.events.total() if self.events else 1.0

    @property
    def f1(self) -> float:
        """Harmonic mean of the two."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0

    def rate(self, kind: str) -> float:
        """Share of the events of a kind that were found."""
        return self.hits[kind] / self.events[kind] if self.events[kind] else 1.0

    def __add__(self, other: "Score") -> "Score":
        """Pool two films."""
        return Score(
            self.hits + other.hits,
            self.events + other.events,
            self.false + other.false,
            self.missed + other.missed,
            self.alarms + other.alarms,
        )


def score(found: Iterable[int], truth: Mapping[str, Any]) -> Score:
    """Score the borders found in one film.

    Args:
        found: First frames of new shots, without the film's first.
        truth: One film's entry of `cuts.json`.
    """
    events: Sequence[Mapping[str, Any]] = truth["events"]
    result = Score(events=Counter(event["kind"] for event in events))
    free: list[int] = []
    open_events = list(events)
    for frame in sorted(found):
        reached = [event for event in open_events if _inside(frame, event)]
        if reached:
            best = min(reached, key=lambda event: (abs(frame - (event["start"] + event["end"]) / 2), event["start"]))
            open_events.remove(best)
            result.hits[best["kind"]] += 1
        else:
            free.append(frame)
    result.missed = [(event["kind"], event["start"]) for event in open_events]
    for frame in free:
        if not any(first <= frame <= last for first, last in truth.get("ignore", [])):
            result.false[_mistaken_for(frame, truth)] += 1
            result.alarms.append(frame)
    return result


def _inside(frame: int, change: Mapping[str, Any]) -> bool:
    return bool(change["start"] - SLACK <= frame <= change["end"] + SLACK)


def _mistaken_for(frame: int, truth: Mapping[str, Any]) -> str:
    for distractor in truth.get("distractors", []):
        if _inside(frame, distractor):
            return str(distractor["kind"])
    return "second" if any(_inside(frame, event) for event in truth["events"]) else "other"
