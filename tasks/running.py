"""Running a flow from the command line: the server it goes to, and the display."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TypeVar

from tasks.progress import notice, stopping
from tasks.server import server_for_run
from tasks.terminal import showing

Result = TypeVar("Result")

_INTERRUPTED = 130


def run_flow(flow: Callable[..., Result], **parameters: object) -> Result:
    """Run a flow on the server that is at hand, or on one of our own, and show how far it is.

    Raises:
        FilmcomicError: As the flow does.
        ServerError: The server that was named does not answer.
    """
    with _stoppable(), showing(), server_for_run(notice):
        return flow(**parameters)


@contextmanager
def _stoppable() -> Iterator[None]:
    """Let the first Ctrl-C (or SIGTERM) stop the stages at their next report; a second one leaves at once.

    Prefect's threads are waited for when a flow is interrupted, so they must hear of it. What they have finished is
    in the store; a server of our own that is left behind is adopted by the next run.
    """

    def stop(number: int, frame: FrameType | None) -> None:
        if stopping.is_set():
            os._exit(_INTERRUPTED)
        stopping.set()
        raise KeyboardInterrupt

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        stopping.clear()
