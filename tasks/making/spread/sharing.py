"""Jobs of one film shared out: this machine begins at once, other workers of the pool take parts that are worth it.

What a worker has done is found by its key, as after a crash; so the result is the same whoever did what. What no
worker takes up within a minute, what one leaves behind that was killed, and what fails elsewhere is done here, without
what was finished there. How long a job takes here is measured, not guessed: the first ones are always done here.
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import copy_context
from queue import Empty, SimpleQueue
from typing import Any

import httpx
from prefect import Task
from prefect.futures import PrefectFuture

from configs.errors import FilmcomicError
from tasks.console.progress import notice, stop_if_asked
from tasks.making.spread.gain import part_count
from tasks.making.spread.lending import lent
from tasks.serving.pools import CPU_POOL, TAKEN_WITHIN_S, others_online, run_on_pool
from tasks.store.handles import Kept
from tasks.store.order import Order
from tasks.store.stages import AT_ONCE, helped_by, run_here
from tasks.store.store import Job

PART_DEPLOYMENT = "make-part/make-part"
SHARED_STAGES = {"pick": "keyframes", "paint": "pictures"}
"""Stages whose jobs need nothing but the film and the store, and what a person calls them."""
_LOOK_S = 1.0

AnyTask = Task[[Any], Kept[Any]]
Seen = Callable[[int], None] | None


@contextmanager
def shared_with_pool(order: Order) -> Iterator[None]:
    """Share the work inside with other workers of the pool where that was asked for, as long as there are any."""
    film = order.film.name
    if not order.spread:
        yield
        return
    if not others_online(CPU_POOL):
        notice(f"no other worker of the pool {CPU_POOL} is online: {film} is made here alone")
    with helped_by(lambda stage, jobs, seen: shared_out(film, stage, jobs, seen)):
        yield


def shared_out(film: str, stage: AnyTask, jobs: Sequence[Job[Any]], seen: Seen) -> list[Kept[Any]]:
    """Have the jobs of a stage done, here and by the workers that are free; results in the order of the jobs."""
    missing = [at for at, job in enumerate(jobs) if job.found() is None] if stage.name in SHARED_STAGES else []
    workers = others_online(CPU_POOL) if len(missing) > AT_ONCE else 0
    if not workers:
        return run_here(stage, jobs, seen)
    return _Round(film, stage, jobs, missing, workers, seen).results()


class _Round:
    """One stage shared out; this machine takes jobs from the front, workers take theirs from the end."""

    def __init__(
        self, film: str, stage: AnyTask, jobs: Sequence[Job[Any]], missing: Sequence[int], workers: int, seen: Seen
    ) -> None:
        self._film, self._stage, self._jobs, self._seen = film, stage, jobs, seen
        self._left = deque(missing)
        self._free = workers
        self._here: dict[int, PrefectFuture[Any]] = {}
        self._away = 0
        self._made: dict[int, Kept[Any]] = {}
        self._done = 0
        self._known = len(jobs) - len(missing)
        self._events: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._over = threading.Event()
        self._began_s = time.monotonic()

    def results(self) -> list[Kept[Any]]:
        """Do all there is to do."""
        self._count(self._known)
        with ThreadPoolExecutor(self._free) as hands:
            try:
                while self._left or self._here or self._away:
                    self._begin_here()
                    self._send(hands)
                    self._next_event()()
            except BaseException:
                self._over.set()
                raise
        others = [at for at in range(len(self._jobs)) if at not in self._made]
        self._made |= zip(others, run_here(self._stage, [self._jobs[at] for at in others]), strict=True)
        return [self._made[at] for at in range(len(self._jobs))]

    def _begin_here(self) -> None:
        while self._left and len(self._here) < AT_ONCE:
            at = self._left.popleft()
            self._here[at] = future = self._stage.submit(self._jobs[at])
            future.add_done_callback(lambda _, at=at: self._events.put(lambda: self._end_here(at)))  # type: ignore[misc]

    def _end_here(self, at: int) -> None:
        self._made[at] = self._here.pop(at).result()
        self._count(1)

    def _send(self, hands: ThreadPoolExecutor) -> None:
        """Send parts to free workers, once it is known how long a job takes."""
        while len(self._made) >= AT_ONCE and self._free:
            each_s = (time.monotonic() - self._began_s) / len(self._made)
            count = part_count(len(self._left), each_s, self._free)
            if not count:
                return
            part = [self._left.pop() for _ in range(count)][::-1]
            self._free -= 1
            self._away += 1
            notice(f"{self._name(part)} go to another worker of the pool {CPU_POOL}")
            hands.submit(copy_context().run, self._ask, part)  # the context holds the run and its server

    def _name(self, part: Sequence[int]) -> str:
        return f"{self._film}: {SHARED_STAGES[self._stage.name]}, {len(part)} of {len(self._jobs)} jobs"

    def _ask(self, part: list[int]) -> None:
        """Have a part done by a worker and wait for it; in a thread of its own."""
        why = ""
        try:
            why = self._trouble(part)
        except FilmcomicError as error:  # that machine's trouble, or the film's: what is said here is what counts
            why = str(error)
        except httpx.HTTPError as error:
            why = f"the server does not answer ({type(error).__name__})"
        except BaseException as error:
            why = f"{type(error).__name__}: {error}"
        self._events.put(lambda: self._end_away(part, why))

    def _trouble(self, part: Sequence[int]) -> str:
        jobs = [self._jobs[at] for at in part]
        with lent(self._stage.name, jobs) as kept:
            sent = {"part": kept.model_dump(mode="json")}
            name, alive = self._name(part), self._stop_when_over
            outcome = run_on_pool(PART_DEPLOYMENT, sent, begin_within_s=TAKEN_WITHIN_S, name=name, alive=alive)
        if outcome.done and any(job.found() is None for job in jobs):
            return "what it has done did not come to this machine's store"
        return "" if outcome.done else outcome.why

    def _stop_when_over(self) -> None:
        if self._over.is_set():
            raise KeyboardInterrupt

    def _end_away(self, part: list[int], why: str) -> None:
        self._away -= 1
        if why:
            notice(f"{self._name(part)} are done here after all: {why}")
            self._left.extend(part)
        else:
            self._free += 1
            self._count(len(part))

    def _next_event(self) -> Callable[[], None]:
        while True:
            stop_if_asked()
            try:
                return self._events.get(timeout=_LOOK_S)
            except Empty:
                continue

    def _count(self, more: int) -> None:
        for _ in range(more):
            self._done += 1
            if self._seen is not None:
                self._seen(self._done)
