"""Painting, on the GPU pool where one of its workers is online, else here; the same code in both places."""

from typing import Any

from prefect import State, flow

from tasks.console.progress import Tally
from tasks.making.painting import PaintJob, left_by_pool, paint_batches, paint_or_give_back, tell_terms
from tasks.media.clips import paint_stretches, send_stretches, stretches_or_give_back
from tasks.media.stretches import PaintedStretch, StretchJob
from tasks.serving.entering import enter
from tasks.serving.pools import given_back_state
from tasks.store.handles import Kept
from tasks.store.stages import side_by_side


@flow(name="paint-pictures", task_runner=side_by_side(), persist_result=True, result_serializer="json")
def paint_pictures(jobs: list[PaintJob]) -> int | State[Any]:
    """Paint batches of pictures into their film's store; give back what cannot be painted here as it was ordered.

    Args:
        jobs: The batches; the store they name must be reachable under the same path, or under the same URL.
    """
    enter()
    why = paint_or_give_back(jobs)
    return given_back_state(why) if why else len(jobs)


@flow(name="paint-film", task_runner=side_by_side(), persist_result=True, result_serializer="json")
def paint_film(jobs: list[StretchJob]) -> int | State[Any]:
    """Paint the stretches of a film into its store, or give them back where they cannot be painted as ordered."""
    enter()
    why = stretches_or_give_back(jobs)
    return given_back_state(why) if why else len(jobs)


def paint_film_where_best(jobs: list[StretchJob]) -> list[Kept[PaintedStretch]]:
    """Paint the stretches of a film on the `gpu` pool where that is quicker and a worker is online, else here."""
    send_stretches(jobs)
    return paint_stretches(jobs)


def paint_where_best(jobs: list[PaintJob], tally: Tally | None = None) -> None:
    """Paint on the `gpu` pool what gains from it, when a worker is online; the rest here.

    Args:
        jobs: The batches.
        tally: Counts them where they are a part of more, for which the terms of the style were told.
    """
    if tally is None:
        tell_terms(job.manner for job in jobs)
    here = left_by_pool(jobs)
    if tally is not None:
        tally.add(len(jobs) - len(here))
    if here:
        paint_batches(here, tally)
