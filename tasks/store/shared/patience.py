"""Waiting for a far store that does not answer: with growing pauses, one line for a person, and an end."""

import threading
import time
from collections.abc import Callable
from typing import TypeVar

from configs.errors import StoreError
from tasks.console.progress import notice, stop_if_asked, stopping
from tasks.store.shared.far import PassingError

Result = TypeVar("Result")

PAUSES_S = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 30.0, 30.0, 30.0)
"""Between one try and the next: two and a half minutes in all, with what each try takes by itself."""


class Patience:
    """Asks one far store; what one thread has learnt of it holds for all of this process.

    Args:
        url: The store, for the lines.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._lock = threading.Lock()
        self._waiting = False
        self._gone = False

    def again(self) -> None:
        """Ask anew, after it was given up: another run has begun."""
        with self._lock:
            self._gone = False

    def ask(self, question: Callable[[], Result]) -> Result:
        """Ask until there is an answer.

        Raises:
            StoreError: It refuses, or has not answered for too long.
            KeyboardInterrupt: The run is to stop.
        """
        began_s = time.monotonic()
        for pause_s in (*PAUSES_S, None):
            try:
                answer = question()
            except PassingError:
                if self._gone or pause_s is None:
                    break
            else:
                self._tell_back()
                return answer
            self._tell_waiting()
            stopping.wait(pause_s)
            stop_if_asked()
        with self._lock:
            self._gone = True
        raise StoreError(
            f"the shared store has not answered for {time.monotonic() - began_s:.0f} s",
            cure="see whether it and the network are there, and run again: what is finished is kept on this machine "
            "and goes there at the next run",
            path=self._url,
        )

    def _tell_waiting(self) -> None:
        with self._lock:
            told, self._waiting = self._waiting, True
        if not told:
            notice(
                f"{self._url}: the shared store does not answer; waiting for it, {sum(PAUSES_S) / 60:.1f} min at most"
            )

    def _tell_back(self) -> None:
        if not self._waiting:
            return
        with self._lock:
            told, self._waiting = self._waiting, False
        if told:
            notice(f"{self._url}: the shared store answers again")
