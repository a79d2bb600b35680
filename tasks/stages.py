"""How every task of this program is cached, retried and run.

Prefect's cache holds small records (path and digest); the files lie in the film's store. A record whose files are
gone is not believed: the task runs again. What can pass (memory, input and output) is tried again with growing,
jittered pauses; a bad film or a wrong option is not.
"""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar, cast

from prefect import Task, task
from prefect.client.schemas.objects import State, TaskRun
from prefect.context import TaskRunContext
from prefect.futures import PrefectFuture
from prefect.task_runners import TaskRunner, ThreadPoolTaskRunner
from prefect.tasks import exponential_backoff

from configs.errors import FilmcomicError
from tasks.store import Artefact, Job

AnyJob = TypeVar("AnyJob", bound=Job)

BATCH = 32
"""Shots or pictures in one task: few enough to lose little to a crash, enough that the server is not flooded."""


def side_by_side() -> "TaskRunner[PrefectFuture[Any]]":
    """Return the task runner of our flows: a few threads, since OpenCV and ffmpeg use the cores by themselves."""
    return cast("TaskRunner[PrefectFuture[Any]]", ThreadPoolTaskRunner(max_workers=2))


def stage_task(name: str) -> Callable[[Callable[[AnyJob], Artefact]], Task[[AnyJob], Artefact]]:
    """Make a function of one job a Prefect task: cached by the job's key, retried on what can pass."""
    return task(
        name=name,
        cache_key_fn=_job_key,
        persist_result=True,
        result_serializer="json",
        retries=3,
        retry_delay_seconds=exponential_backoff(backoff_factor=2),
        retry_jitter_factor=0.5,
        retry_condition_fn=may_pass,
        log_prints=False,
    )


def may_pass(task: Task[..., Any], run: TaskRun, state: State[Any]) -> bool:
    """Tell whether trying again can help: memory and input/output may recover, a bad film does not."""
    error = state.result(raise_on_failure=False)
    if isinstance(error, MemoryError):
        return True  # also ours, which says what did not fit
    return isinstance(error, OSError) and not isinstance(error, FilmcomicError)


def run(stage: Task[[AnyJob], Artefact], job: AnyJob) -> Artefact:
    """Run one job and wait for it."""
    return stage.with_options(refresh_cache=not job.done())(job)


def run_all(
    stage: Task[[AnyJob], Artefact], jobs: Iterable[AnyJob], seen: Callable[[int], None] | None = None
) -> list[Artefact]:
    """Run jobs side by side on the flow's task runner; results in the order of the jobs.

    Args:
        stage: The task.
        jobs: Its inputs.
        seen: Called with the number of finished jobs whenever one more is done.
    """
    futures = [stage.with_options(refresh_cache=not job.done()).submit(job) for job in jobs]
    results = []
    for count, future in enumerate(futures, start=1):
        results.append(future.result())
        if seen is not None:
            seen(count)
    return results


def batches(items: Iterable[Any], size: int = BATCH) -> list[list[Any]]:
    """Cut a sequence into runs of at most `size`."""
    everything = list(items)
    return [everything[at : at + size] for at in range(0, len(everything), size)]


def _job_key(context: TaskRunContext, parameters: dict[str, Any]) -> str:
    job: Job = parameters["job"]
    return job.key
