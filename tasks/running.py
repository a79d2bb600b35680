"""Running a flow from the command line: the server it goes to, and the display."""

from collections.abc import Callable
from typing import TypeVar

from tasks.dead_runs import crash_dead_runs, runs_noted
from tasks.heartbeats import EVERY_S, TAG
from tasks.progress import notice, stop_if_asked
from tasks.server import server_for_run
from tasks.terminal import showing

Result = TypeVar("Result")


def run_flow(flow: Callable[..., Result], **parameters: object) -> Result:
    """Run a flow on the server that is at hand, or on one of our own, and show how far it is.

    Raises:
        FilmcomicError: As the flow does.
        ServerError: The server that was named does not answer.
        KeyboardInterrupt: The run was stopped (`tasks/interrupts.py`).
    """
    from prefect import tags
    from prefect.settings import PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings

    stop_if_asked()
    with showing(), server_for_run(notice), runs_noted():
        crash_dead_runs()
        stop_if_asked()
        with tags(TAG), temporary_settings({PREFECT_FLOWS_HEARTBEAT_FREQUENCY: EVERY_S}):
            return flow(**parameters)
