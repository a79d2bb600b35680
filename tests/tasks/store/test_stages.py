"""Retries only for what can pass, batches of the right size, keys that follow the job."""

from pathlib import Path
from typing import Any, ClassVar

import pytest
from prefect import flow
from prefect.states import Failed

from configs.errors import FilmError, OutputError
from configs.units import Frozen
from stylize.styles.paint import PaintingMemoryError
from tasks.store.handles import Kept
from tasks.store.stages import batches, may_pass, run_all, run_one, side_by_side, stage_task
from tasks.store.store import Job, save


class _Number(Frozen):
    value: int


class _Square(Job[_Number]):
    stage: ClassVar[str] = "squares"
    value: int

    def identity(self) -> dict[str, Any]:
        return {"value": self.value}


@pytest.mark.parametrize(
    ("error", "again"),
    [
        (MemoryError(), True),
        (PaintingMemoryError("too large"), True),
        (OSError(5, "input/output error"), True),
        (FilmError("no film"), False),
        (OutputError("the disk is full"), False),
        (ValueError("our fault"), False),
    ],
)
def test_only_what_can_pass_is_tried_again(error: Exception, again: bool) -> None:
    assert may_pass(None, None, Failed(data=error)) is again  # type: ignore[arg-type]


@pytest.mark.parametrize(("count", "sizes"), [(0, []), (1, [1]), (32, [32]), (33, [32, 1]), (70, [32, 32, 6])])
def test_batches_keep_the_order_and_the_size(count: int, sizes: list[int]) -> None:
    cut = batches(range(count))
    assert [len(batch) for batch in cut] == sizes and [each for batch in cut for each in batch] == list(range(count))


def test_a_done_job_is_not_done_again_and_a_lost_result_is(tmp_path: Path, prefect_server: str) -> None:
    done: list[int] = []
    passing = {3: 1}

    @stage_task("square")
    def square(job: _Square) -> Kept[_Number]:
        if passing.get(job.value, 0):
            passing[job.value] -= 1
            raise OSError(5, "it will pass")
        done.append(job.value)
        return save(job, _Number(value=job.value**2))

    @flow(name="squares", task_runner=side_by_side())
    def squares() -> list[Kept[_Number]]:
        quick = square.with_options(retry_delay_seconds=0)
        first = run_one(quick, _Square(root=tmp_path, value=3))
        return [first, *run_all(quick, [_Square(root=tmp_path, value=each) for each in (1, 2)])]

    found = squares()
    assert sorted(done) == [1, 2, 3] and [path.path.name for path in found] == [
        f"{_Square(root=tmp_path, value=each).key}.json" for each in (3, 1, 2)
    ]
    assert squares() == found and sorted(done) == [1, 2, 3]
    (tmp_path / found[1].path).unlink()
    assert squares() == found and sorted(done) == [1, 1, 2, 3]
