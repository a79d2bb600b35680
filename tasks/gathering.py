"""Many films: which files of a folder are films, where each comic goes, and what became of each."""

from collections import Counter
from pathlib import Path
from typing import Any

from prefect.artifacts import create_table_artifact
from prefect.client.schemas.objects import State

from configs.errors import BatchError, FilmcomicError, InputError, OutputError
from configs.pages import load_format
from configs.recipe import Recipe
from configs.units import Frozen
from tasks.markdown import escaped

_SUFFIXES = "3gp avi flv gif m2ts m4v mkv mov mp4 mpeg mpg mts mxf ogv ts vob webm wmv"
FILM_SUFFIXES = frozenset(f".{suffix}" for suffix in _SUFFIXES.split())
"""File names that are taken for films; what is in them is seen when they are opened."""


class Outcome(Frozen):
    """What became of one film."""

    film: Path
    comic: Path | None = None
    problem: str = ""


def find_films(folder: Path, recursive: bool) -> list[Path]:
    """Return the films of a folder in the order of their names; hidden files are left out.

    Raises:
        InputError: It is not a folder, cannot be read, or holds no film.
    """
    if not folder.is_dir():
        raise InputError("it is not a folder", cure="give a folder of films, or use make for one film", path=folder)
    try:
        inside = sorted(folder.rglob("*") if recursive else folder.iterdir())
    except OSError as error:
        raise InputError(f"the folder cannot be read ({error.strerror})", path=folder) from None
    films = [
        path
        for path in inside
        if path.suffix.lower() in FILM_SUFFIXES and path.is_file() and not path.name.startswith(".")
    ]
    if not films:
        raise InputError("no film lies in it", cure="try --recursive, or name another folder", path=folder)
    return films


def comic_suffix(recipe: Recipe) -> str:
    """Return the kind of file that a recipe's edition is."""
    return load_format(recipe.edition, recipe.page).suffix


def place_comics(films: list[Path], folder: Path, out: Path | None, suffix: str = ".pdf") -> dict[Path, Path]:
    """Say where each film's comic goes: beside it, or under `out` with the folder's own tree kept.

    Two films that would share a comic's name (`a.mkv`, `a.mp4`) keep their suffix in it (`a.mkv.pdf`).

    Raises:
        OutputError: `out` is a file.
    """
    if out is not None and out.exists() and not out.is_dir():
        raise OutputError("it is a file", cure="give a folder with -o", path=out)
    stems = Counter(film.with_suffix("") for film in films)
    placed = {}
    for film in films:
        name = (film.name if stems[film.with_suffix("")] > 1 else film.stem) + suffix
        parent = film.parent if out is None else out / film.parent.relative_to(folder)
        placed[film] = parent / name
    return placed


def outcome_of(film: Path, comic: Path, state: State[Any]) -> Outcome:
    """Turn the end of one film's run into its outcome; what is no film's fault is told with its kind."""
    if state.is_completed():
        return Outcome(film=film, comic=comic)
    error = state.result(raise_on_failure=False)
    known = isinstance(error, FilmcomicError)
    problem = str(error) if known else f"{film}: unexpected {type(error).__name__}: {error}"
    return Outcome(film=film, problem=problem)


def sum_up(outcomes: list[Outcome]) -> list[Outcome]:
    """Put the summary on the dashboard; raise when a film failed.

    Raises:
        BatchError: Some films failed; the message names them.
    """
    cells = [{"film": each.film.name, "comic": str(each.comic or ""), "problem": each.problem} for each in outcomes]
    rows = [{column: escaped(cell) for column, cell in row.items()} for row in cells]
    create_table_artifact(table=rows, key="films", description="What became of each film")
    failed = [each for each in outcomes if each.problem]
    if failed:
        told = "; ".join(each.problem for each in failed)
        raise BatchError(f"{len(failed)} of {len(outcomes)} films failed: {told}")
    return outcomes
