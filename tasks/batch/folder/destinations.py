"""Where each film's comic goes: a name of its own for every film, the same at every run."""

import os
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType

from configs.errors import OutputError
from configs.recipes.page_settings import load_format
from configs.recipes.recipe import Recipe
from tasks.batch.folder.names import fold_name, is_plain

_DIGITS = 6
_LONGEST_BYTES = 255


def comic_suffix(recipe: Recipe) -> str:
    """Return the kind of file that a recipe's edition is."""
    return load_format(recipe.edition, recipe.page).suffix


def place_comics(
    films: Sequence[Path],
    folder: Path,
    out: Path | None,
    suffix: str = ".pdf",
    *,
    homes: Mapping[Path, Path] = MappingProxyType({}),
    suffixes: Mapping[Path, str] = MappingProxyType({}),
) -> dict[Path, Path]:
    """Say where each film's comic goes: beside it, or under `out` with the folder's own tree kept.

    A comic bears its film's name. Films that would share it (`a.mkv`, `a.mp4`, also `A.mp4`, since not every disk
    tells them apart) keep their suffix in it (`a.mkv.pdf`), and where that is taken too, or too long for the disk,
    a few digits made of the film's name are added.

    Args:
        films: The films, each somewhere below the folder.
        folder: The folder that was looked through.
        out: Where the comics go; None for beside the films.
        suffix: The kind of comic.
        homes: For films that lie below another folder than that, which.
        suffixes: For comics of another kind, which.

    Raises:
        OutputError: `out` is a file.
    """
    if out is not None and out.exists() and not out.is_dir():
        raise OutputError("it is a file", cure="give a folder with -o", path=out)
    inside = {film: film.relative_to(homes.get(film, folder)) for film in films}
    parents = {film: film.parent if out is None else out / inside[film].parent for film in films}
    longest = {parent: _longest_name(parent) for parent in set(parents.values())}
    # beside the films the folders are there, each of its own; elsewhere they are made, on a disk that may not heed case
    places = {parent: os.path.abspath(parent) for parent in longest}  # noqa: PTH100 - links are not followed
    if out is not None:
        places = {parent: fold_name(place) for parent, place in places.items()}

    def named(film: Path, level: int) -> Path:
        stem = film.stem if level == 0 else film.name
        whole = film.name if level < 3 else _whole(film, inside[film], homes)
        return parents[film] / _name(stem, _digits(whole, level), suffixes.get(film, suffix), longest[parents[film]])

    def told_apart(group: Sequence[Path]) -> bool:
        """Tell whether the disk heeds case and the form of accents, as these films show, and so keeps their comics."""
        comics = {named(film, levels[film]) for film in group}
        return len(comics) == len(group) and len({fold_name(film.name) for film in group}) == 1

    levels = dict.fromkeys(films, 0)
    while True:
        groups = defaultdict(list)
        for film in films:
            groups[places[parents[film]], fold_name(named(film, levels[film]).name)].append(film)
        folders = {(str(Path(place).parent), fold_name(Path(place).name)) for place in places.values()}
        crowded = [
            group
            for place, group in groups.items()
            if place in folders or (len(group) > 1 and (out is not None or not told_apart(group)))
        ]
        if not crowded:
            return {film: named(film, levels[film]) for film in films}
        for group in crowded:
            lowest = min(levels[film] for film in group)
            levels |= {film: lowest + 1 for film in group if levels[film] == lowest}


def _whole(film: Path, inside: Path, homes: Mapping[Path, Path]) -> str:
    """Return what tells a film from all others: its place in the folder; with several folders, in all of them."""
    return str(film.absolute() if film in homes else inside)


def _digits(name: str, level: int) -> str:
    return sha256(os.fsencode(name)).hexdigest()[: _DIGITS * max(1, level - 1)] if level > 1 else ""


def _name(stem: str, digits: str, suffix: str, longest: int) -> str:
    """Return a comic's name; one that is too long for the disk is cut at a letter and gets digits in any case."""
    end = (f"~{digits}" if digits else "") + suffix
    if len(os.fsencode(stem + end)) <= longest:
        return stem + end
    end = f"~{digits or _digits(stem, 2)}{suffix}"
    kept = os.fsencode(stem)[: longest - len(end)]
    return (kept.decode("utf-8", "ignore") if is_plain(stem) else os.fsdecode(kept)) + end


def _longest_name(folder: Path) -> int:
    """Return how many bytes a name may have there; the folder need not be there yet."""
    with suppress(OSError, ValueError, AttributeError):
        return os.pathconf(next(each for each in (folder, *folder.parents) if each.is_dir()), "PC_NAME_MAX")
    return _LONGEST_BYTES
