"""Many films, one comic each; one film's failure stops no other."""

from pathlib import Path

from prefect import flow

from configs.recipe import Recipe
from flows.comic import make_comic
from tasks.gathering import Outcome, comic_suffix, find_films, outcome_of, place_comics, sum_up
from tasks.stages import side_by_side


@flow(name="make-comics", task_runner=side_by_side())
def make_comics(
    folder: Path,
    out: Path | None = None,
    recursive: bool = False,
    recipe: Recipe = Recipe(),
    work: Path | None = None,
) -> list[Outcome]:
    """Make a comic of every film in a folder.

    Args:
        folder: The folder of films.
        out: Where the comics go; left out, each lies beside its film.
        recursive: Look in the folders below too.
        recipe: How they are to be made.
        work: The work folder; left out, FILMCOMIC_WORK or one in the user's cache.
    """
    placed = place_comics(find_films(folder, recursive), folder, out, comic_suffix(recipe))
    outcomes = []
    for film, comic in placed.items():
        state = make_comic.with_options(flow_run_name=film.name)(film, comic, recipe, work, return_state=True)
        outcomes.append(outcome_of(film, comic, state))
    return sum_up(outcomes)
