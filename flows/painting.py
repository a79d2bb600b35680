"""Painting, on the GPU pool where one of its workers is online, else here; the same code in both places."""

from prefect import flow

from tasks.drawing import PaintJob, paint_batches, painted_on_pool
from tasks.stages import side_by_side


@flow(name="paint-pictures", task_runner=side_by_side(), persist_result=True)
def paint_pictures(jobs: list[PaintJob]) -> int:
    """Paint batches of pictures into their film's store.

    Args:
        jobs: The batches; the store they name must be reachable under the same path.
    """
    return len(paint_batches(jobs))


def paint_where_best(jobs: list[PaintJob]) -> None:
    """Paint on the `gpu` pool when the style gains from it and a worker is online; else here."""
    if not painted_on_pool(jobs):
        paint_batches(jobs)
