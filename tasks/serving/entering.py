"""The door of every flow: nothing is done for a run that names a place it may not use, and its process is noted."""

from configs.disk.roots import check_places
from tasks.serving.rules.dead_runs import note_run


def enter() -> None:
    """Begin the current flow run: check every path among its parameters, and note which process it runs in.

    Raises:
        PlaceError: A path lies outside the folders that this worker may use.
    """
    from prefect.context import FlowRunContext

    context = FlowRunContext.get()
    if context is None or context.flow_run is None:
        return
    check_places(context.parameters or {})
    note_run(context.flow_run.id)
