"""A folder of episodes as one series: its name, the season, and a number for each film that no other has."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from configs.recipes.recipe import Recipe
from tasks.batch.asked.inputs import absolute
from tasks.batch.asked.own_recipes import RecipeLayer
from tasks.batch.folder.names import fold_name
from tasks.store.film_names import FilmName, film_name

EPISODES_OWN = frozenset(["title", "series", "season", "number"])
"""Keys that differ from episode to episode: what a batch says of them is the series', and beats no film's own."""
_SEASON_FOLDER = re.compile(
    r"(?:season|series|s|staffel|saison|temporada|stagione|sezon|сезон|mùa|シーズン)[ ._-]*(\d{1,3})",
    re.IGNORECASE,
)
"""A folder that only counts: `Season 2`, `S02`, `Staffel 2`."""
_FIGURES = re.compile(r"\d+")
_YEARS = range(1900, 2100)


def season_layers(films: Iterable[Path], base: Recipe) -> dict[Path, list[RecipeLayer]]:
    """Return what each film's folder tells of its series, as the lowest layer of its recipe.

    Args:
        films: All that are made, of one folder or of several.
        base: The batch's recipe: a series that it names is that of all; else its title is.
    """
    folders: dict[Path, list[Path]] = {}
    for film in sorted(films):
        folders.setdefault(film.parent, []).append(film)
    found = {}
    for folder, episodes in folders.items():
        for film, keys in _episodes(absolute(folder), episodes, base).items():
            found[film] = [RecipeLayer(folder, keys)]
    return found


def episodes_before(turns: Mapping[Path, tuple[str, int, int]]) -> dict[Path, Path]:
    """Return the episode before each, in the same series; the first one has none.

    Args:
        turns: The series of each film, its season and its number.
    """
    ordered = sorted(turns, key=lambda film: (fold_name(turns[film][0]), turns[film][1:], film))
    together = ((one, film) for one, film in pairwise(ordered) if _same_series(turns[one][0], turns[film][0]))
    return {film: one for one, film in together}


def _same_series(one: str, other: str) -> bool:
    return fold_name(one) == fold_name(other)


def _episodes(folder: Path, films: Sequence[Path], base: Recipe) -> dict[Path, dict[str, Any]]:
    names = {film: film_name(film.stem) for film in films}
    counts = _SEASON_FOLDER.fullmatch(folder.name)
    series = base.series or base.title or _series(folder, names.values())
    for film, name in names.items():
        if name.series is None and (whole := film_name(f"{series}.{film.stem}")).series:  # a name such as S01E02
            names[film] = whole
    told = {film: name.series.season for film, name in names.items() if name.series and name.series.season is not None}
    same = set(told.values()).pop() if len(set(told.values())) == 1 else None
    usual = base.season if base.season is not None else int(counts[1]) if counts else same
    seasons = {film: told.get(film, usual) for film in films}
    numbers = numbered(films, names, seasons)
    # a title for the whole batch is the series', and no episode's
    return {
        film: {"series": series, "number": numbers[film], "title": ""}
        | ({} if seasons[film] is None else {"season": seasons[film]})
        for film in films
    }


def _series(folder: Path, names: Iterable[FilmName]) -> str:
    """Return what most of the files call their series, else what the folder is called."""
    told = [name.series.name for name in names if name.series]
    if told:
        common = Counter(map(fold_name, told)).most_common(1)[0][0]
        return next(name for name in told if fold_name(name) == common)
    titled = folder.parent if _SEASON_FOLDER.fullmatch(folder.name) else folder
    return film_name(titled.name).title or folder.name or "Untitled"


def numbered(
    films: Sequence[Path], names: Mapping[Path, FilmName], seasons: Mapping[Path, int | None]
) -> dict[Path, int]:
    """Return a number for each film, different in each season.

    They are those of the files' names where these differ, else the one figure by which the names differ, else the
    films are counted in the order of their names, figures in them by what they are worth.

    Args:
        films: Of one folder.
        names: What each is called.
        seasons: Of which season each is.
    """
    told = {film: name.series.number for film, name in names.items() if name.series and name.series.number is not None}
    for tried in (told, _by_figures(films)):
        if len(tried) == len(films) == len({(seasons[film], number) for film, number in tried.items()}):
            return dict(tried)
    found: dict[Path, int] = {}
    ordered = sorted(films, key=lambda film: (told.get(film, 1 << 30), _natural(film)))
    taken: dict[tuple[int | None, int], Path] = {}
    for film in ordered:
        if film in told and taken.setdefault((seasons[film], told[film]), film) == film:
            found[film] = told[film]
    for film in ordered:
        if film not in found:
            same = (number for other, number in found.items() if seasons[other] == seasons[film])
            found[film] = max(same, default=0) + 1
    return found


def _by_figures(films: Sequence[Path]) -> dict[Path, int]:
    """Return the one figure of each name by which all names differ; those of years and sizes are the same in all."""
    figures = {film: [int(one[:9]) for one in _FIGURES.findall(film.stem)] for film in films}
    least = min(map(len, figures.values()), default=0)
    for at in range(least):
        column = {film: found[at] for film, found in figures.items()}
        if len(set(column.values())) == len(films) > 1 and not all(one in _YEARS for one in column.values()):
            return column
    return {}


def _natural(film: Path) -> list[tuple[int, str]]:
    parts = re.split(r"(\d+)", fold_name(film.stem))
    return [(int(part[:9]), "") if part.isdigit() else (-1, part) for part in parts]
