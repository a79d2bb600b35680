"""Painting, on the GPU pool where one of its workers is online, else here; the same code in both places."""

from typing import Any

from prefect import State, flow

from tasks.making.painting import PaintJob, left_by_pool, paint_batches, paint_or_give_back, tell_terms
from tasks.serving.entering import enter
from tasks.serving.pools import given_back_state
from tasks.store.stages import side_by_side


@flow(name="paint-pictures", task_runner=side_by_side(), persist_result=True)
def paint_pictures(jobs: list[PaintJob]) -> int | State[Any]:
    """Paint batches of pictures into their film's store; give back what cannot be painted here as it was ordered.

    Args:
        jobs: The batches; the store they name must be reachable under the same path.
    """
    enter()
    why = paint_or_give_back(jobs)
    return given_back_state(why) if why else len(jobs)


def paint_where_best(jobs: list[PaintJob]) -> None:
    """Paint on the `gpu` pool what gains from it, when a worker is online; the rest here."""
    tell_terms(jobs)
    if here := left_by_pool(jobs):
        paint_batches(here)
