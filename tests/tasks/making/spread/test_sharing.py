"""One stage shared out: whoever does what, whatever becomes of a worker, all is there and nothing was done twice."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, ClassVar

import pytest

from configs.errors import FilmcomicError
from configs.recipes.recipe import Recipe
from configs.units import Frozen
from tasks.making.spread import sharing
from tasks.making.spread.lending import FilmPart
from tasks.serving.pools import PoolOutcome
from tasks.store.handles import Kept
from tasks.store.order import Order
from tasks.store.store import Job, save

COUNT = 12


class Number(Frozen):
    number: int


class NumberJob(Job[Number]):
    stage: ClassVar[str] = "numbers"
    number: int

    def identity(self) -> dict[str, Any]:
        return {"number": self.number}


class Stage:
    """A stand-in for a task: makes numbers, two at a time, slowly enough that others come to the rest."""

    name = "pick"

    def __init__(self) -> None:
        self.made: Counter[int] = Counter()
        self.refuses = -1
        self._pool = ThreadPoolExecutor(2)

    def submit(self, job: NumberJob) -> "Future[Kept[Number]]":
        return self._pool.submit(self.fn, job)

    def fn(self, job: NumberJob) -> Kept[Number]:
        if (found := job.found()) is not None:
            return found
        time.sleep(0.05)
        if job.number == self.refuses:
            raise FilmcomicError("it is broken")
        self.made[job.number] += 1
        return save(job, Number(number=job.number))


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch) -> Stage:
    monkeypatch.setattr("tasks.making.spread.gain.START_S", 0.0)
    monkeypatch.setattr("tasks.making.spread.gain.LEAST_S", 0.05)
    monkeypatch.setattr(sharing, "run_here", lambda stage, jobs, seen=None: [stage.fn(job) for job in jobs])
    return Stage()


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    heard: list[str] = []
    monkeypatch.setattr(sharing, "notice", heard.append)
    return heard


Answer = Callable[[list[NumberJob], Callable[[], None]], PoolOutcome]


def share(
    root: Path, stage: Stage, answer: Answer, monkeypatch: pytest.MonkeyPatch, workers: int = 1
) -> tuple[list[int], list[list[int]], list[int]]:
    """Share numbers out; return what was made, what each worker was asked for, and the counts that were told."""
    asked: list[list[int]] = []

    def run_on_pool(deployment: str, sent: dict[str, Any], *, alive: Callable[[], None], **_: object) -> PoolOutcome:
        assert deployment == "make-part/make-part"
        jobs = [NumberJob.model_validate(one) for one in Kept[FilmPart].model_validate(sent["part"]).load().jobs]
        asked.append([job.number for job in jobs])
        return answer(jobs, alive)

    monkeypatch.setattr(sharing, "others_online", lambda pool: workers)
    monkeypatch.setattr(sharing, "run_on_pool", run_on_pool)
    seen: list[int] = []
    jobs = [NumberJob(root=root, number=number) for number in range(COUNT)]
    made = sharing.shared_out("a.mkv", stage, jobs, seen.append)  # type: ignore[arg-type]
    assert not list(root.glob("parts/*/*")), "what was sent is gone"
    return [one.load().number for one in made], asked, seen


def test_a_worker_takes_the_end_and_nothing_is_done_twice(
    tmp_path: Path, stage: Stage, told: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def does(jobs: Sequence[NumberJob], alive: object) -> PoolOutcome:
        for job in jobs:
            stage.fn(job)
        return PoolOutcome(done=True)

    made, asked, seen = share(tmp_path, stage, does, monkeypatch, workers=2)
    assert made == list(range(COUNT)) and seen == list(range(1, COUNT + 1))
    assert all(part == sorted(part) for part in asked) and max(map(max, asked)) == COUNT - 1
    assert not any(0 in part for part in asked), "how long a job takes is seen here first"
    assert set(stage.made.values()) == {1} and len(stage.made) == COUNT
    assert all("go to another worker" in line for line in told)
    made, asked, _ = share(tmp_path, stage, does, monkeypatch)
    assert made == list(range(COUNT)) and not asked and set(stage.made.values()) == {1}, "what is there is not sent"


def crashes(stage: Stage) -> Answer:
    def does(jobs: list[NumberJob], alive: object) -> PoolOutcome:
        stage.fn(jobs[0])
        return PoolOutcome(done=False, why="the run crashed on its worker")

    return does


def fails(stage: Stage) -> Answer:
    def does(jobs: list[NumberJob], alive: object) -> PoolOutcome:
        raise FilmcomicError("it failed on its worker")

    return does


def lies(stage: Stage) -> Answer:
    return lambda jobs, alive: PoolOutcome(done=True)


def takes_nothing(stage: Stage) -> Answer:
    return lambda jobs, alive: PoolOutcome(done=False, why="the workers of cpu are gone, or have other work")


@pytest.mark.parametrize(
    ("kind", "why"),
    [
        (crashes, "crashed"),
        (fails, "failed on its worker"),
        (lies, "did not come to this machine's store"),
        (takes_nothing, "have other work"),
    ],
)
def test_what_a_worker_does_not_do_is_done_here(
    kind: Callable[[Stage], Answer],
    why: str,
    tmp_path: Path,
    stage: Stage,
    told: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Also what one leaves behind that was killed, without what it had finished; and it is not asked again."""
    made, asked, seen = share(tmp_path, stage, kind(stage), monkeypatch)
    assert made == list(range(COUNT)) and len(asked) == 1 and seen[-1] == COUNT
    assert set(stage.made.values()) == {1} and len(stage.made) == COUNT
    assert len(told) == 2 and why in told[1] and "done here after all" in told[1]


def test_a_run_that_fails_here_calls_off_what_it_has_sent(
    tmp_path: Path, stage: Stage, told: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    called_off = threading.Event()
    stage.refuses = 4

    def waits(jobs: list[NumberJob], alive: Callable[[], None]) -> PoolOutcome:
        end_s = time.monotonic() + 10
        while time.monotonic() < end_s:
            try:
                alive()
            except KeyboardInterrupt:
                called_off.set()
                raise
            time.sleep(0.01)
        return PoolOutcome(done=False)

    with pytest.raises(FilmcomicError, match="broken"):
        share(tmp_path, stage, waits, monkeypatch)
    assert called_off.is_set()


@pytest.fixture
def shared(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    found: list[str] = []
    monkeypatch.setattr(sharing, "helped_by", lambda helpers: found.append("shared") or _nothing())
    yield found


class _nothing:
    def __enter__(self) -> None: ...

    def __exit__(self, *_: object) -> None: ...


def test_nothing_is_shared_unless_it_is_asked_for(
    shared: list[str], told: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sharing, "others_online", lambda pool: 0)
    order = Order(film=Path("a.mkv"), out=Path("a.pdf"), recipe=Recipe(), work=Path("work"))
    with sharing.shared_with_pool(order):
        pass
    assert not shared and not told
    with sharing.shared_with_pool(order.model_copy(update={"spread": True})):
        pass
    assert shared and told == ["no other worker of the pool cpu is online: a.mkv is made here alone"]
