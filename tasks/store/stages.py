"""How every task of this program is cached, retried and run.

Everything that is made lies in the film's store under a key of all that decides it, sealed with the digest of its
content; a task first looks there, whoever made it and under whatever Prefect home, and the dashboard calls such a task
run Cached. What can pass (memory, input and output) is tried again with growing, jittered pauses; a bad film or a
wrong option is not.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, TypeVar, cast

from prefect import Task, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State, TaskRun
from prefect.context import TaskRunContext
from prefect.futures import PrefectFuture
from prefect.states import Completed
from prefect.task_runners import TaskRunner, ThreadPoolTaskRunner
from prefect.tasks import exponential_backoff

from configs.errors import FilmcomicError
from tasks.store.handles import Kept, Made
from tasks.store.store import Job

AnyJob = TypeVar("AnyJob", bound=Job[Any])
Item = TypeVar("Item")

BATCH = 32
"""Shots or pictures in one task: few enough to lose little to a crash, enough that the server is not flooded."""


AT_ONCE = 2
"""So many jobs run side by side: OpenCV and ffmpeg use the cores by themselves."""


def side_by_side() -> "TaskRunner[PrefectFuture[Any]]":
    """Return the task runner of our flows: a few threads."""
    return cast("TaskRunner[PrefectFuture[Any]]", ThreadPoolTaskRunner(max_workers=AT_ONCE))


def stage_task(name: str) -> Callable[[Callable[[AnyJob], Kept[Made]]], Task[[AnyJob], Kept[Made]]]:
    """Make a function of one job a Prefect task: what is in the store is not made again, what can pass is retried."""

    def decorate(make: Callable[[AnyJob], Kept[Made]]) -> Task[[AnyJob], Kept[Made]]:
        @wraps(make)
        def found_or_made(job: AnyJob) -> Kept[Made]:
            found = job.found()
            if found is None:
                return make(job)
            if TaskRunContext.get() is None:
                return found
            return cast(Kept[Made], Completed(name="Cached", message="It lies in the film's store.", data=found))

        staged = task(
            name=name,
            cache_policy=NO_CACHE,  # Prefect's records lie in one home, and are believed unchecked
            persist_result=False,
            retries=3,
            retry_delay_seconds=exponential_backoff(backoff_factor=2),
            retry_jitter_factor=0.5,
            retry_condition_fn=may_pass,
            log_prints=False,
        )(found_or_made)
        return cast("Task[[AnyJob], Kept[Made]]", staged)

    return decorate


def may_pass(task: Task[..., Any], run: TaskRun, state: State[Any]) -> bool:
    """Tell whether trying again can help: memory and input/output may recover, a bad film does not."""
    error = state.result(raise_on_failure=False)
    if isinstance(error, MemoryError):
        return True  # also ours, which says what did not fit
    return isinstance(error, OSError) and not isinstance(error, FilmcomicError)


Lookout = Callable[[str, Sequence[Job[Any]]], list[Kept[Any]]]
"""Is told the name of a stage and its jobs; returns what is in the store, and raises where not all of it is."""

_lookout: ContextVar[Lookout | None] = ContextVar("lookout", default=None)


@contextmanager
def looking_ahead(lookout: Lookout) -> Iterator[None]:
    """Run nothing inside: the jobs of every stage are shown to the lookout, which returns what is there already."""
    token = _lookout.set(lookout)
    try:
        yield
    finally:
        _lookout.reset(token)


Helpers = Callable[["Task[[Any], Kept[Any]]", Sequence[Job[Any]], Callable[[int], None] | None], list[Kept[Any]]]
"""Has the jobs of a stage done, here and elsewhere: as `run_all`."""

_helpers: ContextVar[Helpers | None] = ContextVar("helpers", default=None)


@contextmanager
def helped_by(helpers: Helpers) -> Iterator[None]:
    """Let others have a hand in the jobs of stages inside."""
    token = _helpers.set(helpers)
    try:
        yield
    finally:
        _helpers.reset(token)


def run_one(stage: Task[[AnyJob], Kept[Made]], job: AnyJob) -> Kept[Made]:
    """Run one job and wait for it."""
    if (lookout := _lookout.get()) is not None:
        return lookout(stage.name, [job])[0]
    return stage(job, return_state=True).result()


def run_all(
    stage: Task[[AnyJob], Kept[Made]], jobs: Iterable[AnyJob], seen: Callable[[int], None] | None = None
) -> list[Kept[Made]]:
    """Run jobs side by side on the flow's task runner; results in the order of the jobs.

    Args:
        stage: The task.
        jobs: Its inputs.
        seen: Called with the number of finished jobs whenever one more is done.
    """
    if (lookout := _lookout.get()) is not None:
        return lookout(stage.name, list(jobs))
    if (helpers := _helpers.get()) is not None:
        return helpers(stage, list(jobs), seen)
    return run_here(stage, jobs, seen)


def run_here(
    stage: Task[[AnyJob], Kept[Made]], jobs: Iterable[AnyJob], seen: Callable[[int], None] | None = None
) -> list[Kept[Made]]:
    """Run jobs side by side on this machine; as `run_all`."""
    futures = [stage.submit(job) for job in jobs]
    results = []
    for count, future in enumerate(futures, start=1):
        results.append(future.result())
        if seen is not None:
            seen(count)
    return results


def batches(items: Iterable[Item], size: int = BATCH) -> list[list[Item]]:
    """Cut a sequence into runs of at most `size`."""
    everything = list(items)
    return [everything[at : at + size] for at in range(0, len(everything), size)]
