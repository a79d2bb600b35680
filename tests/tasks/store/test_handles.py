"""Handles know what they are of: to mypy, which reads this module too, and where types are not checked.

A `type: ignore` that nothing is wrong with fails mypy, so each of those below is a fault that it has to find.
"""

import pickle
from pathlib import Path
from typing import Any, ClassVar, assert_type

import pytest
from prefect import Task
from pydantic import ValidationError

from configs.errors import FilmcomicError
from configs.units import Frozen
from film.model import Dialogue, ShotList
from tasks.making.reading import Keyframes, read_keyframes
from tasks.showing.contact_sheet import draw_contact
from tasks.store.film_run import FilmRun
from tasks.store.handles import Kept
from tasks.store.stages import run_all, run_one
from tasks.store.store import FilmJob, Job, kept, save


class _Count(Frozen):
    number: int


class _Name(Frozen):
    number: int
    """As a count has it: what is in the file does not tell them apart."""


class _Drawing:
    """Names a file that is no JSON."""


class _CountJob(Job[_Count]):
    stage: ClassVar[str] = "count"

    def identity(self) -> dict[str, Any]:
        return {}


class _NameJob(FilmJob[_Name]):
    stage: ClassVar[str] = "name"
    count: Kept[_Count]
    counts: tuple[Kept[_Count], ...] = ()

    def identity(self) -> dict[str, Any]:
        return {"count": self.count.sha256}


class _DrawJob(Job[_Drawing]):
    stage: ClassVar[str] = "draw"
    suffix: ClassVar[str] = ".png"

    def identity(self) -> dict[str, Any]:
        return {}


def _typed(
    count: Kept[_Count],
    name: Kept[_Name],
    drawing: Kept[_Drawing],
    counting: Task[[_CountJob], Kept[_Count]],
    count_job: _CountJob,
    name_job: _NameJob,
) -> None:
    """Never called: what mypy has to say of it is the test."""
    _both(count, name)
    _both(name, count)  # type: ignore[arg-type]
    assert_type(count.load(), _Count)
    _both(count, drawing)  # type: ignore[arg-type]
    assert_type(count_job.found(), Kept[_Count] | None)
    assert_type(save(name_job, _Name(number=1)), Kept[_Name])
    save(name_job, _Count(number=1))  # type: ignore[misc]
    assert_type(kept(count_job), Kept[_Count])
    assert_type(run_one(counting, count_job), Kept[_Count])
    assert_type(run_all(counting, [count_job]), list[Kept[_Count]])
    run_one(counting, name_job)  # type: ignore[arg-type]


def _staged(run: FilmRun, shots: Kept[ShotList], words: Kept[Dialogue]) -> None:
    """Never called, as above."""
    assert_type(read_keyframes(run, shots, words), Kept[Keyframes])
    read_keyframes(run, words, shots)  # type: ignore[arg-type]
    draw_contact(run, words, shots, read_keyframes(run, shots, words))  # type: ignore[arg-type]


def _both(count: Kept[_Count], name: Kept[_Name]) -> None:
    """Take one of each."""


MOVIE: Any = {"path": "film.mp4", "sha256": "0" * 64, "duration_s": 1, "rate": 24, "size_px": (9, 9)}


def test_what_is_saved_is_loaded_as_what_it_is(tmp_path: Path) -> None:
    job = _CountJob(root=tmp_path)
    made = save(job, _Count(number=3))
    assert job.found() == kept(job) == made and type(made) is Kept[_Count]
    assert made.load() == _Count(number=3)
    made.file.write_text('{"number":4}')
    with pytest.raises(FilmcomicError, match="changed while the run was on"):
        made.load()


def test_a_handle_crosses_processes(tmp_path: Path) -> None:
    count = save(_CountJob(root=tmp_path), _Count(number=3))
    job = _NameJob(root=tmp_path, movie=MOVIE, count=count, counts=(count,))
    for found in (_NameJob.model_validate_json(job.model_dump_json()), pickle.loads(pickle.dumps(job))):
        assert found == job and found.count.load() == _Count(number=3)
        assert type(found.count) is type(found.counts[0]) is Kept[_Count]


def test_a_handle_of_something_else_is_refused(tmp_path: Path) -> None:
    name: Any = Kept[_Name](root=tmp_path, path=Path("a.json"), sha256="0" * 64)
    bare: Any = Kept(root=tmp_path, path=Path("a.json"), sha256="0" * 64)
    for wrong in (name, bare):
        with pytest.raises(ValidationError, match=r"is no Kept\[_Count\]"):
            _NameJob(root=tmp_path, movie=MOVIE, count=wrong)
        with pytest.raises(ValidationError, match=r"is no Kept\[_Count\]"):
            _NameJob(root=tmp_path, movie=MOVIE, count=name, counts=(wrong,))


def test_a_file_that_is_no_json_is_kept_too(tmp_path: Path) -> None:
    job = _DrawJob(root=tmp_path)
    (tmp_path / job.target).parent.mkdir(parents=True)
    (tmp_path / job.target).write_bytes(b"png")
    assert type(kept(job)) is Kept[_Drawing] and kept(job).file.suffix == ".png"
