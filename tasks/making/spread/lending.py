"""A part of a film that another worker does: how it gets there, and how it is done: the same jobs, to the same keys, or
none.

It goes by the film's store, which both must reach, for a server takes half a megabyte of parameters at most; and with
exact times, for a keyframe's depends on them.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from configs.disk.roots import check_places
from configs.disk.sealed import remove_sealed, sealed
from configs.errors import FilmError, StoreError
from configs.units import EXACT, Frozen, text_sha256
from film.pictures import faces
from tasks.console.progress import notice
from tasks.making.painting import PaintJob, paint_or_give_back
from tasks.making.reading import PickJob, pick
from tasks.store.handles import Kept
from tasks.store.shared.twin import TWIN
from tasks.store.stages import run_here
from tasks.store.store import Job, find_films, open_stores
from tasks.store.uses import note_use

_FOLDER = "parts"
_OTHER_RELEASE = "another release of filmcomic is installed there"


class FilmPart(Frozen):
    """Jobs of one stage."""

    stage: str
    jobs: tuple[dict[str, Any], ...]
    """As JSON, with exact times."""


@contextmanager
def lent(stage: str, jobs: Sequence[Job[Any]]) -> Iterator[Kept[FilmPart]]:
    """Put a part into the film's store for as long as the block runs.

    Raises:
        OutputError: It cannot be written; as StoreError, it did not come to the store that many machines share.
    """
    told = tuple(job.model_dump(mode="json", context=EXACT) for job in jobs)
    text = FilmPart(stage=stage, jobs=told).model_dump_json()
    root, sha256 = jobs[0].root, text_sha256(text)
    path = Path(_FOLDER, sha256[:2], f"{sha256}.json")
    with sealed(root / path) as draft:
        draft.write_text(text, encoding="utf-8")
    try:
        TWIN.settle()
        yield Kept[FilmPart](root=root, path=path, sha256=sha256)
    finally:
        with suppress(OSError):
            remove_sealed(root / path)


def do_part(kept: Kept[FilmPart]) -> str:
    """Do a part for another machine.

    Returns:
        Why they are given back, in a line: another release, another finder of faces, a film, style or store that is
        not there. Empty when all is done.

    Raises:
        PlaceError: A path lies outside the folders that this worker may use.
        FilmcomicError: As the stage does.
    """
    try:
        open_stores([kept.root])
        part = kept.load()
    except (OSError, StoreError) as error:
        return f"the film's store is not there: {error}"
    note_use(kept.root)
    try:
        match part.stage:
            case "pick":
                return _pick([PickJob.model_validate(each) for each in part.jobs])
            case "paint":
                return _paint([PaintJob.model_validate(each) for each in part.jobs])
    except ValidationError:
        pass
    return _OTHER_RELEASE


def _paint(jobs: list[PaintJob]) -> str:
    return _refused(jobs) or paint_or_give_back(jobs)


def _pick(jobs: list[PickJob]) -> str:
    if why := _refused(jobs):
        return why
    try:
        find_films(jobs)
        faces.fetch_detector(notice)
        if any(job.detector != faces.detector_name() for job in jobs):
            return "faces are looked for by another network there: see filmcomic doctor"
        run_here(pick, jobs)
    except (StoreError, FilmError) as error:
        return str(error)
    return ""


def _refused(jobs: Sequence[Job[Any]]) -> str:
    """Tell why none of the jobs may be done; what the part's file names is no more trusted than what a form names."""
    check_places({"jobs": jobs})
    return "" if all(job.current for job in jobs) else _OTHER_RELEASE
