"""The contact sheet to choose from: for each shot what was chosen, and what else there is."""

from bisect import bisect_right
from collections import defaultdict
from fractions import Fraction
from pathlib import Path
from typing import Any, ClassVar

from configs.disk.sealed import digest
from configs.errors import OutputError
from configs.recipes.recipe import Recipe
from configs.units import Frozen, Seconds
from film.model import Dialogue, Keyframe, Shot, ShotList
from film.pictures.glances import Glance, glance, other_times
from film.pictures.moments import Figures, spoken_by_shot
from layouts.contacts.contact_page import ShotRow, Tile, contact_page
from tasks.console.progress import Tally, notice
from tasks.making.reading import FRAMES, Keyframes
from tasks.store.film_run import FilmRun
from tasks.store.handles import Kept
from tasks.store.order import Order, check_words, take_order
from tasks.store.stages import batches, run_all, stage_task
from tasks.store.store import FilmJob, save

_GLANCES = Path("glances")
"""Folder of the small pictures, relative to the film's store."""
_OTHERS = 3
"""So many other pictures for each that was chosen."""
_MOST = 9
_SUFFIXES = (".html", ".htm")


class Glances(Frozen):
    """The small pictures of a batch."""

    glances: tuple[Glance, ...]


class GlanceJob(FilmJob[Glances]):
    """Fetch small pictures of a batch of shots."""

    stage: ClassVar[str] = "glanced"
    shots: Kept[ShotList]
    times: tuple[Seconds, ...]

    def identity(self) -> dict[str, Any]:
        """The film's shots and the times."""
        return {"shots": self.shots.sha256, "times": [str(at) for at in self.times]}

    def complete(self, result: Kept[Glances]) -> bool:
        """Tell whether every picture of the list is there."""
        pictures = [self.root / _GLANCES / each.image for each in result.load().glances]
        return all(digest(picture, notice) for picture in pictures)


@stage_task("glance")
def fetch_glances(job: GlanceJob) -> Kept[Glances]:
    """Decode frames and store them small."""
    shots = job.shots.load()
    return save(job, Glances(glances=tuple(glance(job.movie, shots, job.times, job.root / _GLANCES))))


def take_contact(film: Path, out: Path | None, recipe: Recipe, work: Path | None) -> Order:
    """Check what is asked; raises FilmcomicError as `take_order` does, OutputError where it is not to be HTML."""
    if out is not None and out.suffix.lower() not in _SUFFIXES:
        raise OutputError("the contact sheet is a page of HTML", cure="give a name that ends in .html", path=out)
    return take_order(film, out, recipe, work, suffix=".contact.html")


def check_contact(*asked: Any) -> None:
    """Refuse at once what the run would refuse later."""
    check_words(take_contact(*asked))


def draw_contact(run: FilmRun, shots: Kept[ShotList], words: Kept[Dialogue], keyframes: Kept[Keyframes]) -> Path:
    """Write the contact sheet of the chosen range."""
    root = run.root
    listed = shots.load()
    chosen = _by_shot(keyframes.load().frames)
    start_s, end_s = run.span
    wanted = [shot for shot in listed.shots if shot.end_s > start_s and shot.start_s < end_s]
    others = _others(run, shots, words, wanted, chosen)
    rows = [_row(root, shot, chosen[shot.index], others[shot.index]) for shot in wanted]
    return contact_page(f"{run.title}: contact sheet", rows, run.order.out)


def _by_shot(frames: tuple[Keyframe, ...]) -> dict[int, list[Keyframe]]:
    found: dict[int, list[Keyframe]] = defaultdict(list)
    for frame in frames:
        found[frame.shot].append(frame)
    return found


def _others(
    run: FilmRun,
    shots: Kept[ShotList],
    words: Kept[Dialogue],
    wanted: list[Shot],
    chosen: dict[int, list[Keyframe]],
) -> dict[int, list[Glance]]:
    """Fetch the pictures that each shot could have been shown by, a batch of shots a task."""
    figures, spoken = Figures(shots.load().stats), spoken_by_shot(wanted, words.load().lines)
    groups = batches(wanted)
    tally = Tally("pictures", len(groups))
    jobs = []
    for group in groups:
        times: list[Fraction] = []
        for shot in group:
            taken = [frame.at_s for frame in chosen[shot.index]]
            said = spoken.get(shot.index, ())
            times += other_times(shot, figures, said, taken, min(_MOST, _OTHERS * max(1, len(taken))))
        jobs.append(GlanceJob(root=run.root, movie=run.movie, shots=shots, times=tuple(times)))
    found: dict[int, list[Glance]] = defaultdict(list)
    starts = [shot.start_s for shot in wanted]
    for batch in run_all(fetch_glances, jobs, seen=lambda _: tally.add()):
        for each in batch.load().glances:
            shot = wanted[max(0, bisect_right(starts, each.at_s) - 1)]
            found[shot.index].append(each)
    return found


def _row(root: Path, shot: Shot, chosen: list[Keyframe], others: list[Glance]) -> ShotRow:
    tiles = [Tile(at_s=frame.at_s, image=root / FRAMES / frame.image, chosen=True) for frame in chosen]
    taken = {frame.at_s for frame in chosen}
    tiles += [
        Tile(at_s=each.at_s, image=root / _GLANCES / each.image, chosen=False)
        for each in others
        if each.at_s not in taken
    ]
    ordered = tuple(sorted(tiles, key=lambda tile: tile.at_s))
    return ShotRow(shot=shot.index, start_s=shot.start_s, end_s=shot.end_s, tiles=ordered)
