"""The watch itself: look, make what has come wholly, wait; once, or until a signal ends it."""

import time
from collections.abc import Callable

from configs.errors import FilmcomicError, InputError
from tasks.batch.folder.names import show_name
from tasks.batch.outcomes import FilmOutcome
from tasks.batch.watching.bell import LOOK_S, Bell
from tasks.batch.watching.inbox import FolderGone, Inbox, Make

_AGAIN_S = 60.0
"""How long to wait when a run could not do its work, for want of a server for example."""
_SHARE = 5.0
"""A look that takes long is followed by so many times as long without one."""


def watch_once(inbox: Inbox, make: Make, most_s: float | None = None) -> list[FilmOutcome]:
    """Make what is there, wait for what still comes, make that too, and end.

    Args:
        inbox: The folder.
        make: Makes the comics of a batch.
        most_s: Wait no longer than so many seconds for films that still grow; None for as long as it takes.

    Returns:
        What became of each film that was dealt with now: made, or failed.

    Raises:
        InputError: The folder is not there.
        FilmcomicError: A run could not do its work.
    """
    deadline = float("inf") if most_s is None else time.monotonic() + most_s
    outcomes: dict[object, FilmOutcome] = {}
    with inbox.open():
        while True:
            began = time.monotonic()
            try:
                ready = inbox.look()
            except FolderGone as gone:
                raise InputError(
                    f"the folder is gone ({gone.problem})", cure="start again when it is back", path=inbox.wish.folder
                ) from None
            dealt = [*inbox.refused, *(inbox.make(ready, make) if ready else ())]
            outcomes |= {each.film: each for each in dealt}
            if not ready and (not inbox.expected or time.monotonic() >= deadline):
                return list(outcomes.values())
            if not ready:
                time.sleep(_pause_s(inbox, began, LOOK_S))


def watch_on(inbox: Inbox, make: Make, bell: Bell, tell: Callable[[str], None]) -> None:
    """Make what comes, until a signal ends it while nothing is being made; that ends it well.

    Args:
        inbox: The folder.
        make: Makes the comics of a batch.
        bell: Tells when to look.
        tell: Called with each line for people.

    Raises:
        KeyboardInterrupt: A signal stopped a run.
        InputError: Another process watches the folder.
    """
    folder, hindered, over = show_name(inbox.wish.folder), "", ""
    try:
        with inbox.open():
            while True:
                pause_s, before = bell.pause_s, hindered
                bell.arm()
                began = time.monotonic()
                try:
                    ready = inbox.look()
                    pause_s = _pause_s(inbox, began, pause_s)
                    if ready:
                        inbox.make(ready, make)
                        pause_s = 0.0
                    hindered = ""
                except FolderGone as gone:
                    hindered, pause_s = f"{folder}: it is gone ({gone.problem}); it is waited for", LOOK_S
                    over = "it is there again"
                except FilmcomicError as error:
                    hindered, pause_s = f"{error}; it is tried again every minute", _AGAIN_S
                    over = "it goes on"
                if hindered != before:
                    tell(hindered or f"{folder}: {over}")
                bell.wait(pause_s)
    except KeyboardInterrupt:
        if inbox.making:
            raise
        tell(f"{folder}: it is no longer watched")


def _pause_s(inbox: Inbox, began_s: float, most_s: float) -> float:
    """Return how long to wait before the next look; a folder that takes long to look through is not worn out."""
    return min(most_s, max(inbox.pace_s, _SHARE * (time.monotonic() - began_s)))
