"""Many films, one comic each; one film's failure stops no other."""

from pathlib import Path
from typing import Any

from prefect import flow

from configs.recipes.recipe import Recipe
from tasks.batch.batching import make_all, plan_batch
from tasks.batch.outcomes import FilmOutcome, conclude
from tasks.batch.watching.inbox import Inbox, WatchWish
from tasks.batch.watching.watcher import watch_once
from tasks.console.progress import notice
from tasks.serving.entering import enter
from tasks.showing.film_table import check_report, film_table
from tasks.store.stages import side_by_side


@flow(name="make-comics", task_runner=side_by_side())
def make_comics(
    folder: Path,
    out: Path | None = None,
    recursive: bool = False,
    recipe: Recipe = Recipe(),
    work: Path | None = None,
    exclude: tuple[str, ...] = (),
    extras: bool = False,
    jobs: int | None = None,
    more: tuple[Path, ...] = (),
    firm: tuple[str, ...] = (),
    report: Path | None = None,
    season: bool = False,
    only: tuple[str, ...] = (),
    spread: bool = False,
    recap: bool = False,
) -> list[FilmOutcome]:
    """Make a comic of every film in a folder, or in a list of films.

    Args:
        folder: The folder of films; or a film, a list of films (CSV), a pattern such as films/*.mkv.
        out: Where the comics go; left out, each lies beside its film.
        recursive: Look in the folders below too.
        recipe: How they are to be made; a film's own recipe (film.toml beside it, its row in the list) goes before it.
        work: The work folder; left out, FILMCOMIC_WORK or one in the user's cache.
        exclude: Patterns of the names of films and folders that are left out.
        extras: Take trailers, samples and other extras too.
        jobs: How many films at a time; left out, what the machine can bear.
        more: More folders, films, lists and patterns.
        firm: Keys of the recipe that go before the films' own.
        report: A file (.csv, .json) that tells the state of each film, kept up while it goes on.
        season: The films of a folder are episodes of one series: numbered, with one cast and its colours.
        only: Names of films, relative to the folder, where not all are wanted.
        recap: In a season, each episode but the first begins with a page that tells what happened before.
        spread: Let other workers of the pool make films too, or parts of few ones; they need all of it within reach.
    """
    enter()
    check_report(report, (folder, *more))
    ways: dict[str, Any] = {"recursive": recursive, "exclude": exclude, "extras": extras, "more": more, "firm": firm}
    ways |= {"season": season, "recap": recap, "only": only}
    plan = plan_batch(folder, out, recipe, work, **ways)
    with film_table(report) as table:
        outcomes = make_all(plan, recipe, work, jobs, entry="flows.apart", table=table, spread=spread)
    return conclude(outcomes)


@flow(name="watch-folder", task_runner=side_by_side())
def watch_folder(
    folder: Path,
    out: Path | None = None,
    recursive: bool = False,
    recipe: Recipe = Recipe(),
    work: Path | None = None,
    exclude: tuple[str, ...] = (),
    extras: bool = False,
    jobs: int | None = None,
    settle_s: float = 5.0,
    most_s: float = 240.0,
) -> list[FilmOutcome]:
    """Look once into a folder: films that have come wholly become comics, each once; for those that grow it waits.

    Args:
        folder: The folder into which films come.
        out: Where the comics go; left out, each lies beside its film.
        recursive: Look in the folders below too.
        recipe: How they are to be made.
        work: The work folder; left out, FILMCOMIC_WORK or one in the user's cache.
        exclude: Patterns of the names of films and folders that are left out.
        extras: Take trailers, samples and other extras too.
        jobs: How many films at a time; left out, what the machine can bear.
        settle_s: How many seconds a film stands still before it is taken.
        most_s: How many seconds at most it waits for films that grow; the next run takes those.
    """
    enter()
    wish = WatchWish(folder, out, recipe, work, recursive, exclude, extras, jobs, settle_s)
    return conclude(watch_once(Inbox(wish, notice), make_comics, most_s))
