"""Films painted: cut into stretches, painted here or on a GPU's worker, joined, put beside their sound and words."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any, ClassVar

from configs.disk.files import beside, temporary_folder
from configs.errors import DeviceError, FilmError, StoreError, StyleError, WeightsError
from configs.units import Frozen, Seconds
from film.encoding.accompanying import accompany
from film.encoding.encoder import codec_for
from film.encoding.joining import Encoded, join
from film.model import Shot
from film.pictures.faces import detector_name
from tasks.console.progress import Tally, notice, stage, stop_if_asked
from tasks.making.painting import gains_from_pool, manner_of, sent_to_pool
from tasks.making.reading import SplitJob, about, split
from tasks.media.stretches import (
    PaintedStretch,
    StretchJob,
    count_done,
    counting,
    forget_state,
    paint_stretch,
    plan_spans,
)
from tasks.store.film_run import FilmRun
from tasks.store.handles import Kept
from tasks.store.stages import run_one, stage_task
from tasks.store.store import FilmJob, find_films, open_stores, save

FILM_DEPLOYMENT = "paint-film/paint-film"


class Footage(Frozen):
    """The shots of a range of a film."""

    shots: tuple[Shot, ...]


class FootageJob(FilmJob[Footage]):
    """Find the shots of a range."""

    stage: ClassVar[str] = "footage"
    start_s: Seconds
    end_s: Seconds

    def identity(self) -> dict[str, Any]:
        """The film and the range."""
        return {"film": self.movie.sha256, "range": (str(self.start_s), str(self.end_s))}


@stage_task("survey")
def survey(job: FootageJob) -> Kept[Footage]:
    """Decode a range of the film once and find its shots."""
    from film.shots.shots import find_shots_between  # only the first run needs it

    return save(job, Footage(shots=find_shots_between(job.movie, job.start_s, job.end_s)))


def shots_between(run: FilmRun) -> tuple[Shot, ...]:
    """Return the shots of what is painted of a film; of a part of it, that part alone is looked at."""
    with stage("shots"):
        if _is_whole(run):
            found = run_one(split, SplitJob(root=run.root, movie=run.movie)).load()
            for warning in found.warnings:
                notice(about(run.movie.path, warning))
            return found.shots
        start_s, end_s = run.span
        return run_one(survey, FootageJob(root=run.root, movie=run.movie, start_s=start_s, end_s=end_s)).load().shots


def _is_whole(run: FilmRun) -> bool:
    return run.order.recipe.start is None and run.order.recipe.end is None


def tell_doubts(run: FilmRun, *, steady: bool) -> None:
    """Tell a person what of a film may not come out as it should; damage only where no search for its shots does."""
    movie = run.movie
    searched = steady and _is_whole(run)
    for note in () if searched else movie.notes:
        notice(f"{movie.path.name} {note}")
    if movie.promised_s and not searched:
        lengths = f"{float(movie.duration_s):.2f} s of the {float(movie.promised_s):.2f} s promised"
        notice(f"{movie.path.name} is damaged: it ends at {lengths}; what is there is painted")
    if movie.timeline.passages:
        notice(f"{movie.path.name}: its clock starts anew on the way; see whether sound and picture still fit")
    if movie.hdr:
        notice(f"{movie.path.name}: it is HDR, and is brought to ordinary colours")


def tell_damage(run: FilmRun, made: Sequence[Kept[PaintedStretch]], *, steady: bool) -> None:
    """Tell a person of damage that was met while painting, where no search for shots has told of it before."""
    broken = sum(each.load().broken for each in made)
    if broken and not (steady and _is_whole(run)):
        pictures = "1 picture is" if broken == 1 else f"{broken} pictures are"
        notice(f"{run.movie.path.name} is damaged: {pictures} broken or missing; what is there is painted")


def stretch_jobs(run: FilmRun, shots: Sequence[Shot], *, steady: bool, every: int) -> list[StretchJob]:
    """Return the painting to be done for a film, in its order.

    Args:
        run: The film, and how it is to be painted.
        shots: Its shots, where frames are painted steadily.
        steady: Whether they are.
        every: How many frames a painting stays.
    """
    recipe = run.order.recipe
    manner = manner_of(recipe.look_at(Fraction(0)), recipe)
    start_s, end_s = run.span
    spans = plan_spans(start_s, min(end_s, run.movie.duration_s), shots)
    spans[-1] = spans[-1].model_copy(update={"end_s": end_s})  # pictures may come after the end that is told
    jobs: list[StretchJob] = []
    for at, span in enumerate(spans):
        job = StretchJob(
            root=run.root,
            movie=run.movie,
            manner=manner,
            span=span,
            from_s=start_s,
            codec=codec_for(run.order.out.suffix),
            steady=steady,
            every=every,
            detector=detector_name() if manner.dials.faces else "",
            before=jobs[-1].after if span.goes_on else None,
            handed_on=at + 1 < len(spans) and spans[at + 1].goes_on,
        )
        jobs.append(job)
    return jobs


def paint_stretches(jobs: Sequence[StretchJob], tally: Tally | None = None) -> list[Kept[PaintedStretch]]:
    """Paint stretches of one film here, two at a time where one does not go on from the other."""
    movie = jobs[0].movie
    tally = tally or Tally("pictures", _frames_in(jobs))
    futures: list[Any] = []
    made = []
    with counting(movie, tally):
        for job in jobs:
            before = futures[-1:] if job.span.goes_on else []
            futures.append(paint_stretch.submit(job, return_state=False, wait_for=before))
        for at, (job, future) in enumerate(zip(jobs, futures, strict=True)):
            made.append(future.result())
            count_done(job, made[-1])
            if job.span.goes_on and at:
                forget_state(jobs[at - 1])
    return made


def stretches_or_give_back(jobs: Sequence[StretchJob]) -> str:
    """Paint on a worker what can be painted there as it was ordered; return why not, in a line, else nothing."""
    try:
        open_stores(job.root for job in jobs)
        find_films(jobs)
        paint_stretches(jobs)
    except (StyleError, WeightsError, DeviceError, StoreError, FilmError) as error:
        return str(error)
    return ""


def send_stretches(jobs: Sequence[StretchJob]) -> None:
    """Have stretches painted by a worker of the `gpu` pool where that is quicker; what is not there then is left."""
    missing = [job for job in jobs if job.found() is None]
    if missing and gains_from_pool(missing[0].manner):
        sent_to_pool(FILM_DEPLOYMENT, missing)


def _frames_in(jobs: Sequence[StretchJob]) -> int:
    movie = jobs[0].movie
    end_s = min(jobs[-1].span.end_s, movie.duration_s)
    return max(1, round((end_s - jobs[0].span.start_s) * movie.rate))


def finish_clip(run: FilmRun, made: Sequence[Kept[PaintedStretch]]) -> None:
    """Join what was painted of a film, and put it beside its sound and words where it was asked for.

    Raises:
        FilmError: Not one of its frames could be decoded.
        OutputError: It cannot be written.
    """
    order, movie = run.order, run.movie
    stretches = [stretch for stretch in (each.load() for each in made) if stretch.frames]
    if not stretches:
        raise FilmError("no frame of it can be decoded", cure="get an undamaged copy", path=movie.path)
    tick_s = stretches[0].tick_s
    start_s, end_s = run.span
    ends_s = max(min(end_s, movie.duration_s) - start_s, (stretches[-1].last + 1) * tick_s)
    with temporary_folder(run.root) as folder, beside(order.out) as draft:
        pictures = folder / "pictures.mp4"
        parts = [Encoded(run.root / stretch.video, stretch.first) for stretch in stretches]
        join(parts, pictures, tick_s, round(ends_s / tick_s))
        stop_if_asked()
        accompany(
            pictures,
            movie,
            (start_s, None if _is_whole(run) else start_s + ends_s),
            stretches[0].first * tick_s,
            draft,
            suffix=order.out.suffix,
            tell=notice,
            alive=stop_if_asked,
        )
