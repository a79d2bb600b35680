"""Ctrl-C, SIGTERM and SIGHUP alike, from the first moment to the last: one line, and an exit code of its own each.

Before a command runs there is nothing to put in order, and a traceback from the middle of an import helps nobody: the
process leaves at once. While a command runs the first signal stops it as Ctrl-C does, so that what was begun is
cleaned up; a second one leaves at once. A signal that was ignored when the process was started (`nohup`, a script's
background job) stays ignored.

Only light modules are imported here, since this one comes before all others.
"""

import os
import signal
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Any

from tasks.console.progress import stopping

INTERRUPTED = "interrupted; what is finished is kept, and the same command goes on from there"

ENDING = tuple(number for number in signal.Signals if number.name in ("SIGINT", "SIGTERM", "SIGHUP"))
"""Signals that end a command; Windows has no SIGHUP."""


def leave_on_signals() -> None:
    """Until a command runs: say the line and leave."""
    for number in _heeded():
        signal.signal(number, _leave)


class Interruption:
    """Whether a signal has come that is to end the command, and which."""

    number: int | None = None
    """The first one, or None."""
    _raised = False

    @property
    def code(self) -> int | None:
        """The exit code that tells of it: 130, 143 or 129; None while none has come."""
        return None if self.number is None else 128 + self.number

    def note(self, number: int) -> None:
        """Remember the signal and let the stages, which run in other threads, stop at their next report."""
        if self.number is None:
            self.number = number
        stopping.set()

    def raise_once(self, number: int, frame: FrameType | None) -> None:
        """Stop the main thread as Ctrl-C does; leave at once when that was tried before."""
        self.note(number)
        if self._raised:
            _leave(self.number or number, frame)
        self._raised = True
        raise KeyboardInterrupt


@contextmanager
def interruptible() -> Iterator[Interruption]:
    """Let signals stop what the block does; handlers are as before when it ends.

    Outside the main thread, where Python cannot hear of signals, they do what they did.
    """
    seen = Interruption()
    if threading.current_thread() is not threading.main_thread():
        yield seen
        return
    before = {number: signal.signal(number, seen.raise_once) for number in _heeded()}
    unraisable = sys.unraisablehook
    sys.unraisablehook = lambda lost: None if isinstance(lost.exc_value, KeyboardInterrupt) else unraisable(lost)
    try:
        with _listening(seen):
            yield seen
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        sys.unraisablehook = unraisable
        stopping.clear()


@contextmanager
def _listening(seen: Interruption) -> Iterator[None]:
    """Note signals also while somebody else handles them.

    During a flow Prefect has a handler of its own for SIGTERM: it raises in the main thread, which then waits for the
    stages, and these would not hear of it. Python writes the number of every signal to the wake-up socket, whoever
    handles it.
    """
    reading, writing = socket.socketpair()
    writing.setblocking(False)
    before = signal.set_wakeup_fd(writing.fileno(), warn_on_full_buffer=False)

    def listen() -> None:
        while number := reading.recv(1):
            if number[0] in ENDING and signal.getsignal(number[0]) is not signal.SIG_IGN:
                seen.note(number[0])

    thread = threading.Thread(target=listen, name="signals", daemon=True)
    thread.start()
    try:
        yield
    finally:
        signal.set_wakeup_fd(before)
        writing.close()
        thread.join()
        reading.close()


def _heeded() -> list[signal.Signals]:
    return [number for number in ENDING if signal.getsignal(number) is not signal.SIG_IGN]


def _leave(number: int, frame: FrameType | None) -> Any:
    with suppress(OSError):  # the terminal may be what has gone
        os.write(2, f"filmcomic: {INTERRUPTED}\n".encode())
    os._exit(128 + number)
