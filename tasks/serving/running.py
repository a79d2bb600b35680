"""Running a flow from the command line: the server it goes to, and the display."""

from collections.abc import Callable
from typing import TypeVar

from tasks.console.progress import notice, stop_if_asked
from tasks.console.terminal import showing
from tasks.serving.rules.dead_runs import EVERY_S, TAG, crash_dead_runs, runs_noted
from tasks.serving.server import server_for_run

Result = TypeVar("Result")


def run_flow(flow: Callable[..., Result], **parameters: object) -> Result:
    """Run a flow on the server that is at hand, or on one of our own, and show how far it is.

    Raises:
        FilmcomicError: As the flow does.
        ServerError: The server that was named does not answer.
        KeyboardInterrupt: The run was stopped (`tasks/console/interrupts.py`).
    """
    from prefect import tags
    from prefect.settings import PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings

    stop_if_asked()
    with showing(), server_for_run(notice), runs_noted():
        crash_dead_runs()
        stop_if_asked()
        with tags(TAG), temporary_settings({PREFECT_FLOWS_HEARTBEAT_FREQUENCY: EVERY_S}):
            return flow(**parameters)
