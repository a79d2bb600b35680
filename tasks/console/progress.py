"""How far a run is: stages tell, listeners show (the terminal, the dashboard's progress artifact).

This is the one place of the program with a register of listeners, since a stage runs in a thread of the flow's task
runner and must not know who looks on.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

STAGES = {
    "words": 2.0,
    "shots": 40.0,
    "keyframes": 19.0,
    "sound": 1.0,
    "storyboard": 1.0,
    "pictures": 30.0,
    "pages": 7.0,
}
"""The stages in order, and their usual share of a run in per cent."""


@dataclass(frozen=True)
class Step:
    """One report: a stage, and how much of it is done."""

    stage: str
    done: float
    total: float
    """In units of the stage: 1 for a share, else pieces."""

    @property
    def percent(self) -> float:
        """How much of the whole run is done, 0 to 100."""
        names = list(STAGES)
        before = sum(STAGES[name] for name in names[: names.index(self.stage)])
        return before + STAGES[self.stage] * min(1.0, self.done / self.total if self.total else 1.0)


@dataclass(frozen=True)
class Notice:
    """One line that a person should read: a warning, what a run will cost."""

    text: str


Listener = Callable[[Step | Notice], None]
_listeners: list[Listener] = []
_lock = threading.Lock()


@contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """Call the listener with every step and notice while the block runs; it is called from several threads."""
    with _lock:
        _listeners.append(listener)
    try:
        yield
    finally:
        with _lock:
            _listeners.remove(listener)


_aside = threading.Event()


@contextmanager
def aside() -> Iterator[None]:
    """Tell no steps while the block runs: they are another film's, and those of this one's run would go back."""
    _aside.set()
    try:
        yield
    finally:
        _aside.clear()


stopping = threading.Event()
"""Set when a person has asked the run to stop: every stage stops at its next report."""


def report(stage: str, done: float, total: float = 1.0) -> None:
    """Tell the listeners how far a stage is.

    Raises:
        KeyboardInterrupt: The run is to stop. Not an ordinary error, so that Prefect calls the task crashed, not
            failed, and does not try it again.
    """
    stop_if_asked()
    if not _aside.is_set():
        tell(Step(stage, done, total))


def notice(text: str) -> None:
    """Tell the listeners one line for a person."""
    tell(Notice(text))


def tell(event: Step | Notice) -> None:
    """Tell the listeners an event."""
    with _lock:
        listeners = list(_listeners)
    for listener in listeners:
        listener(event)


@contextmanager
def stage(name: str) -> Iterator[None]:
    """Report a stage as begun, and as done when the block ends well."""
    report(name, 0)
    yield
    report(name, 1)


def stop_if_asked() -> None:
    """Raise KeyboardInterrupt when the run is to stop; long loops call it between pieces."""
    if stopping.is_set():
        raise KeyboardInterrupt


class Tally:
    """Counts pieces of one stage that several threads finish."""

    def __init__(self, stage: str, total: int) -> None:
        self._stage = stage
        self._total = total
        self._done = 0
        self._lock = threading.Lock()
        report(stage, 0, max(1, total))

    def add(self, pieces: int = 1) -> None:
        """Count pieces as done and report."""
        with self._lock:
            self._done += pieces
            done = self._done
        report(self._stage, done, max(1, self._total))
