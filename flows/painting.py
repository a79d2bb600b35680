"""Painting, on the GPU pool where one of its workers is online, else here; the same code in both places."""

from prefect import flow

from tasks.entering import enter
from tasks.painting import PaintJob, left_by_pool, paint_batches
from tasks.stages import side_by_side


@flow(name="paint-pictures", task_runner=side_by_side(), persist_result=True)
def paint_pictures(jobs: list[PaintJob]) -> int:
    """Paint batches of pictures into their film's store.

    Args:
        jobs: The batches; the store they name must be reachable under the same path.
    """
    enter()
    return len(paint_batches(jobs))


def paint_where_best(jobs: list[PaintJob]) -> None:
    """Paint on the `gpu` pool what gains from it, when a worker is online; the rest here."""
    if here := left_by_pool(jobs):
        paint_batches(here)
