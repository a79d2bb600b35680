"""A batch: which films, what of them is there already, and the rest made side by side, each apart from the others."""

import threading
import time
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager, suppress
from contextvars import copy_context
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from prefect import Flow
from prefect.context import hydrated_context, serialize_context

from configs.errors import FilmcomicError, InputError
from configs.recipes.recipe import Recipe
from configs.settings import as_url, work_root
from stylize.styles.registry import check_style, fetch_style
from tasks.batch.apart.refusing import all_refused
from tasks.batch.apart.voices import with_shared_casts
from tasks.batch.asked.arranging import Arranged, arrange, ask_films
from tasks.batch.crew import Crew, FarMaker, Maker, NearMaker, default_jobs
from tasks.batch.errands import Errand
from tasks.batch.folder.destinations import comic_suffix
from tasks.batch.folder.names import is_plain, relative_name, show_name
from tasks.batch.folder.plain import plain_names
from tasks.batch.outcomes import FilmOutcome, conclude, count_outcomes, count_pages, outcome_fields, tell_end
from tasks.batch.unchanged import is_unchanged, key_before, remember
from tasks.console.progress import notice, report, tell
from tasks.serving.pools import CPU_POOL, others_online
from tasks.serving.recording import everything_sent
from tasks.showing.film_table import FilmRow, FilmTable
from tasks.showing.run_form import find_form
from tasks.store.order import EpisodeBefore


@dataclass(frozen=True)
class BatchPlan:
    """The films of a batch."""

    placed: dict[Path, Path]
    """Each film's comic, in the order in which they are begun."""
    notes: tuple[str, ...]
    """What was left out, a line each."""
    recipes: Mapping[Path, Recipe] = field(default_factory=dict)
    """Of films that have one of their own, from a sidecar or a list."""
    priorities: Mapping[Path, int] = field(default_factory=dict)
    """Of films that have one; higher ones are begun first."""
    refused: tuple[FilmOutcome, ...] = ()
    """Films, and rows of lists, of which nothing can come."""
    before: Mapping[Path, EpisodeBefore] = field(default_factory=dict)
    """What the recap page of an episode tells of, where one is asked for."""

    @property
    def total(self) -> int:
        """How many outcomes there will be."""
        return len(self.placed) + len(self.refused)


def plan_batch(
    folder: Path,
    out: Path | None,
    recipe: Recipe,
    work: Path | None,
    *,
    recursive: bool = False,
    exclude: Sequence[str] = (),
    extras: bool = False,
    more: Sequence[Path] = (),
    firm: Sequence[str] = (),
    season: bool = False,
    recap: bool = False,
    only: Sequence[str] = (),
) -> BatchPlan:
    """Find the films, say where each comic goes, and refuse what no film's comic could be made with.

    Args:
        folder: A folder of films; or a film, a list of films (`.csv`), a pattern.
        out: Where the comics go; None for beside the films.
        recipe: How they are to be made, but for what a film's own recipe says.
        work: The work folder.
        recursive: Look in the folders below too.
        exclude: Patterns of the names of films and folders that are left out.
        extras: Take trailers, samples and other extras too.
        more: More inputs such as `folder`.
        firm: Keys of the recipe that beat the films' own.
        season: The films of a folder are the episodes of one series, numbered, with one cast and its colours.
        recap: Each episode but the first begins with a page that tells of the one before.
        only: Names below the folder (`relative_name`) of the films that are wanted, where not all are: the others still
            have a say in how comics are named.

    Raises:
        InputError: There is no film, or it cannot be read; the recipe asks for what is not there.
        OutputError: `out` is a file.
    """
    for place in filter(None, (folder, out)):
        if url := as_url(place):
            raise InputError("a batch takes folders of this machine", cure="mount it, or name a folder", path=url)
    if recap and not season:
        raise InputError("a recap tells of the episode before, and no season is asked for", cure="add --season")
    for style in recipe.styles:
        check_style(style, recipe.device, settings=recipe.settings)
    inputs = (folder, *more)
    comic_suffix(recipe)
    asked = ask_films(inputs, recursive=recursive, exclude=exclude, extras=extras, work=work_root(work))
    arranged = arrange(asked, inputs, out, recipe, firm, season=season)
    if only:
        wanted = frozenset(only)
        arranged.keep(lambda film: film.is_relative_to(folder) and relative_name(film, folder) in wanted)
    if season:
        arranged.recipes |= with_shared_casts(arranged.recipes, arranged.placed, work)
    before, notes = _recaps(arranged) if recap else ({}, [])
    return BatchPlan(
        placed=arranged.placed,
        notes=(*arranged.notes, *notes),
        recipes=arranged.recipes,
        priorities=arranged.priorities,
        refused=tuple(FilmOutcome(film=each.film, problem=each.problem) for each in arranged.refused),
        before=before,
    )


def _recaps(arranged: Arranged) -> tuple[dict[Path, EpisodeBefore], list[str]]:
    """Return what each episode's recap tells of, and a line for each that has none, since the one before is refused."""
    found, notes = {}, []
    refused = {each.film for each in arranged.refused}
    for film in arranged.placed:
        if (earlier := arranged.before.get(film)) is None:
            continue
        recipe = arranged.recipes.get(earlier)
        if earlier in refused or recipe is None or not is_plain(earlier):
            notes.append(f"{show_name(film.name)}: it has no recap page: there is none of {show_name(earlier.name)}")
        else:
            found[film] = EpisodeBefore(film=earlier, recipe=recipe)
    return found, notes


def find_made(plan: BatchPlan, recipe: Recipe, work: Path | None) -> list[FilmOutcome]:
    """Return the films whose comics are in their places as a run would make them."""
    return [
        FilmOutcome(film=film, comic=comic, unchanged=True, pages=count_pages(comic))
        for film, comic in plan.placed.items()
        if is_unchanged(film, comic, plan.recipes.get(film, recipe), work, plan.before.get(film))
    ]


def known_at_once(plan: BatchPlan, recipe: Recipe, work: Path | None) -> list[FilmOutcome]:
    """Return what became of the films when there is nothing to make: all are made already or cannot be read.

    Returns:
        One for each film, in the order of the plan; empty when a run is needed to tell.
    """
    done = {each.film: each for each in find_made(plan, recipe, work)}
    left = [film for film in plan.placed if film not in done]
    unread = all_refused(left) if left else {}
    if len(unread) < len(left):
        return []
    done |= {film: FilmOutcome(film=film, problem=why) for film, why in unread.items()}
    return [*(done[film] for film in plan.placed), *plan.refused]


def tell_known(plan: BatchPlan, known: Sequence[FilmOutcome], report: Path | None) -> None:
    """Tell what became of the films of a batch without anything to make, one by one and in all.

    Raises:
        BatchError: Some cannot be made.
    """
    table = FilmTable(report, shown=False)
    begin_table(table, plan, [each for each in known if each.film in plan.placed])
    for count, each in enumerate(known, start=1):
        tell(tell_end(each, count, len(known)))
    conclude(known)
    notice(f"nothing to do: {count_outcomes(known)}")


def make_all(
    plan: BatchPlan,
    recipe: Recipe,
    work: Path | None,
    jobs: int | None,
    entry: str,
    table: FilmTable | None = None,
    spread: bool = False,
) -> list[FilmOutcome]:
    """Make the comics that are not there yet, some side by side, and tell of each as it ends.

    Args:
        plan: The films.
        recipe: How their comics are to be made, where a film has none of its own.
        work: The work folder.
        jobs: How many at a time; None for what this machine can bear.
        entry: The module that makes one, in a process of its own.
        table: Where the state of each film is kept up.
        spread: Whether other workers of the pool make films too; where there are none for them, parts of films.

    Returns:
        What became of each film, in the order of the plan.
    """
    table = table or FilmTable(shown=False)
    outcomes = {each.film: each for each in find_made(plan, recipe, work)}
    again = find_form(work)
    begin_table(table, plan, outcomes.values())
    for count, each in enumerate([*outcomes.values(), *plan.refused], start=1):
        tell(tell_end(each, count, plan.total))
    left = [film for film in plan.placed if film not in outcomes]
    if left:
        recipes = {film: plan.recipes.get(film, recipe) for film in left}
        _fetch_styles(recipe, recipes.values())
        styles = tuple(dict.fromkeys(style for each in recipes.values() for style in each.styles))
        wide = min(len(left), jobs or default_jobs(styles))
        far = min(len(left) - wide, others_online(CPU_POOL)) if spread else 0
        with Crew(entry, context_of_run(), alone=wide + far == 1) as crew, _threads(wide + far, crew) as pool:
            futures = []
            makers = _makers(crew, wide, far, spread=spread and len(left) <= wide)  # else others make films
            failed: set[Path] = set()
            for film in left:
                context = copy_context()  # it holds the address of the server
                wish = _Wish(film, plan.placed[film], recipes[film], work, plan.before.get(film))
                futures.append(pool.submit(context.run, _make, makers, wish, table, failed))
            for future in as_completed(futures):
                outcome = future.result()
                film, outcomes[outcome.film] = outcome.film, outcome
                given = film, plan.placed[film], recipes[film], plan.before.get(film)
                retry = again(*given) if outcome.problem else ""
                table.change(film, again=retry, **outcome_fields(outcome))
                done = len(outcomes) + len(plan.refused)
                tell(tell_end(outcome, done, plan.total))
                report("films", done, plan.total)
    return [*(outcomes[film] for film in plan.placed), *plan.refused]


def begin_table(table: FilmTable, plan: BatchPlan, known: Iterable[FilmOutcome]) -> None:
    """Fill a table with all films of a batch: queued, but for those whose end is known."""
    rows = {film: FilmRow(film=show_name(film), priority=plan.priorities.get(film, 0)) for film in plan.placed}
    for each in known:
        rows[each.film] = rows[each.film].model_copy(update=outcome_fields(each))
    refused = [(each, FilmRow(film=show_name(each.film), **outcome_fields(each))) for each in plan.refused]
    table.begin(chain(rows.items(), refused), plan.notes)


def _fetch_styles(shared: Recipe, recipes: Iterable[Recipe]) -> None:
    """Fetch the weights of all styles once, before films do it side by side; what a film alone asks for fails it alone.

    Raises:
        FilmcomicError: Those of the batch's own style cannot be had.
    """
    for recipe in {each.model_dump_json(): each for each in recipes}.values():
        for style in recipe.styles:
            with suppress(*(() if recipe == shared else (FilmcomicError,))):
                fetch_style(style, recipe.settings)


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


def _makers(crew: Crew, wide: int, far: int, *, spread: bool) -> SimpleQueue[Maker]:
    """Return those who make films: this machine so many at a time, perhaps with help, and as many workers elsewhere."""
    room = threading.Semaphore(wide)
    makers: SimpleQueue[Maker] = SimpleQueue()
    for _ in range(wide):
        makers.put(NearMaker(crew, room, spread=spread))
    for _ in range(far):
        makers.put(FarMaker(crew, room))
    return makers


@dataclass(frozen=True)
class _Wish:
    """A film whose comic is to be made."""

    film: Path
    comic: Path
    recipe: Recipe
    work: Path | None
    before: EpisodeBefore | None

    def heeding(self, failed: Collection[Path]) -> "_Wish":
        """Return it without a recap of an episode that could not be made."""
        return self if self.before is None or self.before.film not in failed else replace(self, before=None)


def _make(makers: SimpleQueue[Maker], wish: _Wish, table: FilmTable, failed: set[Path]) -> FilmOutcome:
    """Make one comic, and tell how long it took; whatever goes wrong is that film's own trouble."""
    maker = makers.get()  # there are as many as threads
    table.change(wish.film, state="running")
    began_s = time.monotonic()
    try:
        plain = wish.heeding(failed)
        outcome = _made(maker, plain)
        if outcome.problem and (without := plain.heeding(failed)) != plain:  # perhaps it fell with the episode before
            plain, outcome = without, _made(maker, without)
        if outcome.problem:
            failed.add(wish.film)
        elif plain.before is None and wish.before is not None:
            told = show_name(wish.before.film.name)
            notice(f"{show_name(wish.film.name)}: it has no recap page, since {told} could not be made")
    finally:
        makers.put(maker)
    return outcome.model_copy(update={"seconds": round(time.monotonic() - began_s, 1)})


def _made(maker: Maker, wish: _Wish) -> FilmOutcome:
    film, comic, recipe, work, before = wish.film, wish.comic, wish.recipe, wish.work, wish.before
    try:
        key = key_before(film, comic, recipe, work, before)
        with plain_names(film, comic, work, comic.suffix) as named:
            errand = Errand(
                film=named.film,
                comic=named.out or comic,
                name=show_name(film.name),
                recipe=recipe,
                work=work,
                before=before,
            )
            outcome = maker.make(errand)
            if outcome.problem:
                return FilmOutcome(film=film, problem=named.told(outcome.problem))
            named.place(errand.comic)
        remember(film, comic, recipe, work, key, before)
    except FilmcomicError as error:
        return FilmOutcome(film=film, problem=show_name(str(error)))
    except Exception as error:
        return FilmOutcome(film=film, problem=show_name(f"{film}: unexpected {type(error).__name__}: {error}"))
    return FilmOutcome(film=film, comic=comic, pages=count_pages(comic))


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
