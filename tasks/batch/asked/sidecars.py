"""A recipe beside a film: `NAME.toml` for `NAME.mkv`, or `film.toml` in the folder of one film."""

from pathlib import Path

from configs.disk.roots import check_places
from configs.recipes.recipe import read_recipe
from film.model import FILM_SUFFIXES
from tasks.batch.asked.own_recipes import RecipeLayer, make_layer
from tasks.batch.folder.extras import extras_of, is_hidden
from tasks.batch.folder.names import fold_name, show_name

_OF_FOLDER = "film.toml"


def find_sidecars(film: Path) -> tuple[Path, ...]:
    """Return the recipes beside a film, that of its folder before its own; a name's case does not matter."""
    try:
        inside = sorted(film.parent.iterdir())
    except OSError:
        return ()
    named = {fold_name(path.name): path for path in inside if path.suffix.casefold() == ".toml" and path.is_file()}
    own, of_folder = named.get(fold_name(f"{film.stem}.toml")), named.get(_OF_FOLDER)
    if of_folder is not None and (of_folder == own or not _is_alone(film, inside)):
        of_folder = None
    return tuple(path for path in (of_folder, own) if path is not None)


def stray_sidecar(folder: Path) -> str:
    """Return a line about a `film.toml` that nobody can tell the film of; empty where there is none."""
    try:
        inside = sorted(folder.iterdir())
    except OSError:
        return ""
    films = _films(inside)
    stray = next((path for path in inside if fold_name(path.name) == _OF_FOLDER), None)
    if stray is None or len(films) < 2 or any(fold_name(film.stem) == "film" for film in films):
        return ""
    told = f"{len(films)} films lie beside it; name it after one of them, as in {films[0].stem}.toml"
    return f"{show_name(stray)}: not looked at, for {show_name(told)}"


def read_sidecars(film: Path) -> tuple[list[RecipeLayer], int | None]:
    """Read the recipes beside a film; return them, the lowest first, and the priority that they give.

    Raises:
        RecipeError: One cannot be read, has an unknown key or a value out of range; it is named.
        PlaceError: One lies outside the folders that a worker may use.
    """
    layers, priority = [], None
    for path in find_sidecars(film):
        check_places({"recipe": path})
        keys = read_recipe(path, cure="let it be read, or take it away")
        layer, said = make_layer(path, keys)
        layers.append(layer)
        priority = priority if said is None else said
    return layers, priority


def _is_alone(film: Path, inside: list[Path]) -> bool:
    """Tell whether a folder holds one film, besides its trailers and other extras."""
    return set(_films(inside)) <= {film}


def _films(inside: list[Path]) -> list[Path]:
    films = [path for path in inside if path.suffix.casefold() in FILM_SUFFIXES and not is_hidden(path.name)]
    besides = extras_of(films, films[0].parent) if films else set()
    return [film for film in films if film not in besides] if len(besides) < len(films) else films
