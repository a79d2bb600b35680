"""A batch: which films, what of them is there already, and the rest made side by side, each apart from the others."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from contextvars import copy_context
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from prefect import Flow
from prefect.context import hydrated_context, serialize_context

from configs.errors import FilmcomicError, InputError
from configs.recipes.recipe import Recipe
from configs.settings import as_url, work_root
from stylize.styles.registry import check_style, fetch_style
from tasks.batch.crew import Crew, default_jobs
from tasks.batch.errands import Errand
from tasks.batch.folder.destinations import comic_suffix, place_comics
from tasks.batch.folder.finding import gather_films
from tasks.batch.folder.names import relative_name, show_name
from tasks.batch.folder.plain import plain_names
from tasks.batch.outcomes import FilmOutcome, tell_end
from tasks.batch.refusing import all_refused
from tasks.batch.unchanged import is_unchanged, key_before, remember
from tasks.console.progress import report, tell
from tasks.serving.recording import everything_sent


@dataclass(frozen=True)
class BatchPlan:
    """The films of a batch."""

    placed: dict[Path, Path]
    """Each film's comic, in the order of the films' names."""
    notes: tuple[str, ...]
    """What was left out, a line each."""


def plan_batch(
    folder: Path,
    out: Path | None,
    recipe: Recipe,
    work: Path | None,
    *,
    recursive: bool = False,
    exclude: Sequence[str] = (),
    extras: bool = False,
    only: Sequence[str] = (),
) -> BatchPlan:
    """Find the films, say where each comic goes, and refuse what no film's comic could be made with.

    `only` are names below the folder (`relative_name`) of the films that are wanted, where not all are: the others
    still have a say in how comics are named.

    Raises:
        InputError: The folder holds no film, or cannot be read; the recipe asks for what is not there.
        OutputError: `out` is a file.
    """
    for place in filter(None, (folder, out)):
        if url := as_url(place):
            raise InputError("a batch takes folders of this machine", cure="mount it, or name a folder", path=url)
    for style in recipe.styles:
        check_style(style, recipe.device, settings=recipe.settings)
    suffix = comic_suffix(recipe)
    found = gather_films(folder, recursive, exclude, extras, work_root(work))
    placed = place_comics(found.films, folder, out, suffix)
    if only:
        wanted = frozenset(only)
        placed = {film: comic for film, comic in placed.items() if relative_name(film, folder) in wanted}
    return BatchPlan(placed=placed, notes=found.notes)


def find_made(plan: BatchPlan, recipe: Recipe, work: Path | None) -> list[FilmOutcome]:
    """Return the films whose comics are in their places as a run would make them."""
    return [
        FilmOutcome(film=film, comic=comic, unchanged=True)
        for film, comic in plan.placed.items()
        if is_unchanged(film, comic, recipe, work)
    ]


def known_at_once(plan: BatchPlan, recipe: Recipe, work: Path | None) -> list[FilmOutcome]:
    """Return what became of the films when there is nothing to make: all are made already or cannot be read.

    Returns:
        One for each film, in the order of their names; empty when a run is needed to tell.
    """
    done = {each.film: each for each in find_made(plan, recipe, work)}
    left = [film for film in plan.placed if film not in done]
    refused = all_refused(left) if left else {}
    if len(refused) < len(left):
        return []
    done |= {film: FilmOutcome(film=film, problem=why) for film, why in refused.items()}
    return [done[film] for film in plan.placed]


def make_all(plan: BatchPlan, recipe: Recipe, work: Path | None, jobs: int | None, entry: str) -> list[FilmOutcome]:
    """Make the comics that are not there yet, some side by side, and tell of each as it ends.

    Args:
        plan: The films.
        recipe: How their comics are to be made.
        work: The work folder.
        jobs: How many at a time; None for what this machine can bear.
        entry: The module that makes one, in a process of its own.

    Returns:
        What became of each film, in the order of their names.
    """
    total = len(plan.placed)
    outcomes = {each.film: each for each in find_made(plan, recipe, work)}
    for count, each in enumerate(outcomes.values(), start=1):
        tell(tell_end(each, count, total))
    left = [film for film in plan.placed if film not in outcomes]
    if left:
        for style in recipe.styles:
            fetch_style(style, recipe.settings)
        wide = min(len(left), jobs or default_jobs(recipe.styles))
        with Crew(entry, context_of_run(), alone=wide == 1) as crew, _threads(wide, crew) as pool:
            futures = []
            for film in left:
                context = copy_context()  # it holds the address of the server
                futures.append(pool.submit(context.run, _make, crew, film, plan.placed[film], recipe, work))
            for future in as_completed(futures):
                outcome = future.result()
                outcomes[outcome.film] = outcome
                tell(tell_end(outcome, len(outcomes), total))
                report("films", len(outcomes), total)
    return [outcomes[film] for film in plan.placed]


@contextmanager
def _threads(count: int, crew: Crew) -> Iterator[ThreadPoolExecutor]:
    """Yield threads that wait for the crew; when the block is left early, nothing more is begun."""
    pool = ThreadPoolExecutor(max_workers=count)
    try:
        yield pool
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        crew.stop()
        raise
    finally:
        pool.shutdown()


def _make(crew: Crew, film: Path, comic: Path, recipe: Recipe, work: Path | None) -> FilmOutcome:
    """Make one comic; whatever goes wrong is that film's own trouble."""
    try:
        before = key_before(film, comic, recipe, work)
        with plain_names(film, comic, work, comic.suffix) as named:
            errand = Errand(
                film=named.film, comic=named.out or comic, name=show_name(film.name), recipe=recipe, work=work
            )
            outcome = crew.make(errand)
            if outcome.problem:
                return FilmOutcome(film=film, problem=named.told(outcome.problem))
            named.place(errand.comic)
        remember(film, comic, recipe, work, before)
    except FilmcomicError as error:
        return FilmOutcome(film=film, problem=show_name(str(error)))
    except Exception as error:
        return FilmOutcome(film=film, problem=show_name(f"{film}: unexpected {type(error).__name__}: {error}"))
    return FilmOutcome(film=film, comic=comic)


def context_of_run() -> dict[str, Any]:
    """Return what another process needs to be a part of this flow run; without the flow, which it has itself."""
    context = serialize_context()
    context["flow_run_context"] = {key: value for key, value in context["flow_run_context"].items() if key != "flow"}
    return context


@contextmanager
def inside_of(flow: "Flow[..., Any]", context: dict[str, Any]) -> Iterator[None]:
    """Be inside a flow run of another process; everything is sent to the server when the block ends."""
    context = {**context, "flow_run_context": {**context["flow_run_context"], "flow": flow}}
    with hydrated_context(context), everything_sent():
        yield
