"""A recipe beside a film: `NAME.toml` for `NAME.mkv`, or `film.toml` in the folder of one film."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from configs.disk.roots import check_places
from configs.recipes.recipe import read_recipe
from film.model import FILM_SUFFIXES
from tasks.batch.asked.own_recipes import RecipeLayer, make_layer
from tasks.batch.folder.extras import extras_of, is_hidden
from tasks.batch.folder.names import fold_name, show_name

_OF_FOLDER = "film.toml"


@dataclass(frozen=True)
class _Listing:
    """What of a folder counts here, by name."""

    recipes: dict[str, str]
    """Those of recipes, by what they are on a file system that heeds no case."""
    films: tuple[str, ...]
    """Those of films, without trailers and other extras unless there is nothing else."""


class SidecarFinder:
    """Finds the recipes beside films; each folder is looked through once."""

    def __init__(self) -> None:
        self._listings: dict[Path, _Listing] = {}

    def find(self, film: Path) -> tuple[Path, ...]:
        """Return the recipes beside a film, that of its folder before its own; a name's case does not matter."""
        there = self._listing(film.parent)
        own = there.recipes.get(fold_name(f"{film.stem}.toml"))
        of_folder = there.recipes.get(_OF_FOLDER) if set(there.films) <= {film.name} else None
        found = [name for name in dict.fromkeys((of_folder, own)) if name is not None]
        return tuple(path for name in found if (path := film.parent / name).is_file())

    def read(self, film: Path) -> tuple[list[RecipeLayer], int | None]:
        """Read the recipes beside a film; return them, the lowest first, and the priority that they give.

        Raises:
            RecipeError: One cannot be read, has an unknown key or a value out of range; it is named.
            PlaceError: One lies outside the folders that a worker may use.
        """
        layers, priority = [], None
        for path in self.find(film):
            check_places({"recipe": path})
            keys = read_recipe(path, cure="let it be read, or take it away")
            layer, said = make_layer(path, keys)
            layers.append(layer)
            priority = priority if said is None else said
        return layers, priority

    def stray(self, folder: Path) -> str:
        """Return a line about a `film.toml` that nobody can tell the film of; empty where there is none."""
        there = self._listing(folder)
        named = there.recipes.get(_OF_FOLDER)
        if named is None or len(there.films) < 2 or any(fold_name(Path(film).stem) == "film" for film in there.films):
            return ""
        told = (
            f"{len(there.films)} films lie beside it; name it after one of them, as in {Path(there.films[0]).stem}.toml"
        )
        return f"{show_name(folder / named)}: not looked at, for {show_name(told)}"

    def _listing(self, folder: Path) -> _Listing:
        if folder not in self._listings:
            try:
                names = sorted(os.listdir(folder))  # noqa: PTH208 - names alone: there may be thousands
            except OSError:
                names = []
            recipes = {fold_name(name): name for name in names if name.casefold().endswith(".toml")}
            films = _films(folder, names) if _OF_FOLDER in recipes else ()
            self._listings[folder] = _Listing(recipes, films)
        return self._listings[folder]


def _films(folder: Path, names: Sequence[str]) -> tuple[str, ...]:
    films = [folder / name for name in names if Path(name).suffix.casefold() in FILM_SUFFIXES and not is_hidden(name)]
    besides = extras_of(films, folder)
    return tuple(film.name for film in films if film not in besides or len(besides) == len(films))
