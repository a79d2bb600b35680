"""Jobs and their keys: the same work has the same key, other work another; nothing half-written is found."""

from pathlib import Path
from typing import Any, ClassVar

import pytest

from configs.units import Frozen
from tasks.store import Job, film_root, load, save


class _Found(Frozen):
    number: int


class _Count(Job):
    stage: ClassVar[str] = "count"
    upto: int

    def identity(self) -> dict[str, Any]:
        return {"upto": self.upto}


class _CountAnew(_Count):
    stage: ClassVar[str] = "count anew"


def test_a_key_depends_on_what_decides_and_on_nothing_else(tmp_path: Path) -> None:
    job = _Count(root=tmp_path, upto=3)
    assert job.key == _Count(root=tmp_path / "elsewhere", upto=3).key
    assert len({job.key, _Count(root=tmp_path, upto=4).key, _CountAnew(root=tmp_path, upto=3).key}) == 3


def test_what_is_saved_is_loaded(tmp_path: Path) -> None:
    job = _Count(root=tmp_path, upto=3)
    assert job.found() is None
    artefact = save(job, _Found(number=3))
    assert job.found() == artefact and load(tmp_path, artefact, _Found) == _Found(number=3)
    assert save(job, _Found(number=3)) == artefact, "the same value has the same digest"


def test_a_draft_is_not_taken_for_a_result(tmp_path: Path) -> None:
    job = _Count(root=tmp_path, upto=3)
    draft = tmp_path / job.target.parent / f".{job.key}.part.json"
    draft.parent.mkdir(parents=True)
    draft.write_text("{")
    assert job.found() is None
    with pytest.raises(OSError):
        load(tmp_path, save(job, _Found(number=1)).model_copy(update={"path": Path("gone")}), _Found)


def test_one_store_a_film(tmp_path: Path) -> None:
    assert film_root(tmp_path, "ab" * 32) == tmp_path / ("ab" * 8)
