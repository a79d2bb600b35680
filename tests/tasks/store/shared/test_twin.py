"""What one machine has made another one finds; nothing damaged is believed, nothing is lost when the share is gone."""

import hashlib
import shutil
from pathlib import Path
from typing import Any, ClassVar

import pytest

from configs.disk.roots import check_places
from configs.disk.sealed import SEAL, digest, remove_sealed, sealed, send_named
from configs.errors import PlaceError, StoreError
from configs.units import Frozen
from tasks.store.handles import Kept
from tasks.store.shared.far import FolderStore, PassingError
from tasks.store.store import Job, film_root, open_store, save
from tasks.store.uses import upkeep_folder
from tests.tasks.store.shared.conftest import Machine

FILM = "ab" * 32


class _Number(Frozen):
    number: int


class _Count(Job[_Number]):
    stage: ClassVar[str] = "count"
    upto: int

    def identity(self) -> dict[str, Any]:
        return {"upto": self.upto}


def job_at(work: Path) -> _Count:
    """Open the film's store on a machine; return the work to be done there."""
    root = film_root(work, FILM)
    open_store(root)
    return _Count(root=root, upto=3)


def test_what_one_machine_has_made_another_one_finds(share: Path, at: Machine) -> None:
    job = job_at(at("one"))
    assert job.found() is None
    made = save(job, _Number(number=3))
    assert (share / job.root.name / job.target).is_file(), "it is there before the task is told as done"
    other = job_at(at("other"))
    assert other.root != job.root
    found = other.found()
    assert found is not None and found.sha256 == made.sha256 and found.load() == _Number(number=3)
    assert found.file.is_relative_to(other.root) and found.file.with_name(found.file.name + SEAL).is_file()


def test_a_job_of_another_machine_names_the_store_here(share: Path, at: Machine) -> None:
    job = job_at(at("one"))
    made = save(job, _Number(number=3))
    told, handle = job.model_dump(mode="json"), made.model_dump(mode="json")
    assert told["root"] == handle["root"] == f"file://{share}/{FILM[:16]}"
    here = job_at(at("other")).root
    came = _Count.model_validate(told)
    assert came.root == here and came.key == job.key
    assert Kept[_Number].model_validate(handle).load() == _Number(number=3), "it is brought when it is asked for"


def test_what_is_damaged_there_is_made_again_and_replaced(share: Path, at: Machine, heard: list[str]) -> None:
    job = job_at(at("one"))
    save(job, _Number(number=3))
    far = share / job.root.name / job.target
    far.write_bytes(far.read_bytes()[:-1] + b"!")
    other = job_at(at("other"))
    assert other.found() is None and not (other.root / other.target).exists()
    assert any("damaged there" in line and job.key in line for line in heard)
    save(other, _Number(number=3))
    assert job_at(at("third")).found() is not None


def test_what_is_damaged_here_comes_back_from_there(share: Path, at: Machine) -> None:
    job = job_at(at("one"))
    save(job, _Number(number=3))
    (job.root / job.target).write_bytes(b"spoilt")
    found = job.found()
    assert found is not None and found.load() == _Number(number=3)


def test_frames_go_by_their_digest_and_cuts_stay(share: Path, at: Machine) -> None:
    job, name = job_at(at("one")), hashlib.sha256(b"frame").hexdigest()
    frame = Path("frames", f"{name}.jpg")
    (job.root / "frames").mkdir()
    (job.root / frame).write_bytes(b"frame")
    send_named(job.root / frame, name)
    with sealed(job.root / "cuts" / "a.jpg") as draft:
        draft.write_bytes(b"cut")
    save(job, _Number(number=3))
    assert not (share / job.root.name / "cuts").exists()
    other = job_at(at("other")).root
    assert digest(other / frame, pytest.fail, named=name) == name
    assert (other / frame).read_bytes() == b"frame"


def test_what_nobody_needs_goes_on_both_sides(share: Path, at: Machine) -> None:
    job = job_at(at("one"))
    save(job, _Number(number=3))
    remove_sealed(job.root / job.target)
    assert job.found() is None and not (share / job.root.name / job.target).exists()


def test_what_did_not_get_there_gets_there_with_the_next_run(
    share: Path, at: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = job_at(at("one"))
    with monkeypatch.context() as patch:
        patch.setattr(FolderStore, "put", _gone)
        with pytest.raises(StoreError, match=r"has not answered.*run again"):
            save(job, _Number(number=3))
        assert (job.root / job.target).is_file(), "it is kept here"
        with pytest.raises(StoreError):
            save(job, _Number(number=3))
    (job.root / "count" / "zz").mkdir()
    (job.root / "count" / "zz" / "begun.json").write_text("never sealed")
    save(job_at(at("one")), _Number(number=3))
    there = [path.name for path in (share / job.root.name).rglob("*.json")]
    assert there == [job.target.name]


def _gone(*_: object) -> None:
    raise PassingError


def test_a_share_that_is_not_mounted_is_not_made(share: Path, at: Machine) -> None:
    shutil.rmtree(share)
    with pytest.raises(StoreError, match="not there; mount it"):
        job_at(at("one"))
    assert not share.exists()


def test_a_store_of_a_newer_release_is_left_alone(share: Path, at: Machine) -> None:
    (share / "upkeep").mkdir()
    (share / "upkeep" / "layout").write_text("99\n")
    with pytest.raises(StoreError, match="newer release"):
        job_at(at("one"))


def test_a_worker_with_places_of_its_own_uses_no_other_store(
    share: Path, at: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FILMCOMIC_ROOTS", str(at("one")))
    check_places({"work": Path(f"file:{share}"), "jobs": [job_at(at("one"))]})
    with pytest.raises(PlaceError):
        check_places({"work": Path("s3:/somebody/elses")})
    with pytest.raises(PlaceError):
        check_places({"jobs": [_Count.model_validate({"root": "s3://somebody/elses/film", "upto": 3})]})


def test_a_small_staging_folder_keeps_what_is_in_use(share: Path, at: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    job = job_at(at("one"))
    save(job, _Number(number=3))
    notes = upkeep_folder(job.root)
    monkeypatch.setenv("FILMCOMIC_STAGING_GB", "0.000001")
    open_store(film_root(at("one"), "cd" * 32))
    assert (job.root / job.target).is_file(), "this process uses it"
    for note in notes.iterdir():
        note.unlink()
    open_store(film_root(at("one"), "cd" * 32))
    assert not job.root.exists() and (share / job.root.name / job.target).is_file()
    again = job_at(at("one")).found()
    assert again is not None and again.load() == _Number(number=3)
