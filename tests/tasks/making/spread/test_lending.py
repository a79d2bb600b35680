"""A part on its way to another worker: the very same jobs, done there as here or given back."""

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from configs.errors import PlaceError
from configs.units import EXACT
from film.decoding.probe import probe
from film.model import ShotList
from film.pictures import faces
from tasks.making.reading import PickJob, SplitJob, pick, split
from tasks.making.spread import lending
from tasks.making.spread.lending import FilmPart, do_part, lent
from tasks.store.handles import Kept
from tasks.store.store import film_root, open_store
from tests.material import shared


@pytest.fixture(scope="module")
def film() -> Path:
    return shared("nasty/one_fps.mp4")


@pytest.fixture
def job(film: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> PickJob:
    """The picking of a film, between times that no decimal number tells."""
    movie = probe(film)
    root = film_root(tmp_path, movie.sha256)
    open_store(root)
    shots = split.fn(SplitJob(root=root, movie=movie))
    monkeypatch.setattr(lending, "run_here", lambda stage, jobs: [stage.fn(one) for one in jobs])
    monkeypatch.setattr(faces, "fetch_detector", lambda tell: False)
    return job_of(root, movie.model_copy(update={"start_offset_s": Fraction(1, 48)}), shots)


def job_of(root: Path, movie: Any, shots: Kept[ShotList]) -> PickJob:
    return PickJob(
        root=root,
        movie=movie,
        shots=shots,
        wanted=tuple(shot.index for shot in shots.load().shots),
        times=((Fraction(1, 3), Fraction(2, 3)),),
        start_s=Fraction(1, 7),
        end_s=movie.duration_s + Fraction(1, 3),
        detector=faces.detector_name(),
    )


def test_a_job_comes_over_as_it_is_to_the_last_fraction(job: PickJob) -> None:
    assert PickJob.model_validate(job.model_dump(mode="json", context=EXACT)) == job
    rounded = PickJob.model_validate(job.model_dump(mode="json"))
    assert rounded != job and not rounded.current, "as jobs travel otherwise"
    assert job.current


def test_a_worker_makes_what_is_made_here(job: PickJob) -> None:
    with lent("pick", [job]) as part:
        sent = part.model_dump_json()
        assert len(sent) < 1000 and part.file.is_file()
        assert do_part(Kept[FilmPart].model_validate_json(sent)) == ""
        there = job.found()
        assert there is not None
        found = there.file.read_bytes()
        there.file.unlink()
    assert not part.file.exists()
    assert pick.fn(job).file.read_bytes() == found


@pytest.mark.parametrize("what", ["release", "finder", "film", "store", "stage", "fields"])
def test_what_cannot_be_done_there_just_as_here_is_given_back(
    what: str, job: PickJob, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = {"release": {"key": "0" * 64}, "finder": {"detector": "another"}}.get(what, {})
    if what == "film":
        given = {"movie": job.movie.model_copy(update={"path": tmp_path / "elsewhere.mp4"})}
    changed = job.model_copy(update=given)
    if what != "release":
        changed = changed.model_copy(update={"key": changed._reckoned()})
    with lent("pick" if what != "stage" else "split", [changed]) as part:
        if what == "store":
            part.file.unlink()
        if what == "fields":
            monkeypatch.setattr(lending, "PickJob", SplitJob)
        why = do_part(part)
    told = {
        "release": "another release", "finder": "another network", "film": "does not lie here",
        "store": "store is not there", "stage": "another release", "fields": "another release",
    }  # fmt: skip
    assert told[what] in why and "\n" not in why
    assert changed.found() is None


def test_a_part_names_no_place_that_a_form_may_not_name(
    job: PickJob, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with lent("pick", [job]) as part:
        monkeypatch.setenv("FILMCOMIC_ROOTS", str(tmp_path))  # the film lies elsewhere
        with pytest.raises(PlaceError):
            do_part(part)
