"""What a batch is given: folders, films, lists of films, patterns; and the films that these mean."""

import glob
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from configs.errors import InputError
from configs.settings import at_home
from film.model import FILM_SUFFIXES
from tasks.batch.asked.own_recipes import RecipeLayer
from tasks.batch.folder.extras import matches
from tasks.batch.folder.finding import Gathered, gather_films
from tasks.batch.folder.names import show_name

LIST_SUFFIXES = (".csv", ".tsv")
_PATTERN = "*?["


@dataclass(frozen=True)
class FilmWish:
    """One film whose comic is asked for."""

    film: Path
    home: Path
    """The folder that it was found in: with -o, the tree below it is kept."""
    layers: tuple[RecipeLayer, ...] = ()
    """What a list says of it."""
    comic: Path | None = None
    """Where a list wants its comic."""
    into: bool = False
    """Whether that is a folder."""
    priority: int | None = None


@dataclass(frozen=True)
class Refusal:
    """A film, or a row of a list, of which nothing comes."""

    film: Path
    problem: str
    """One line that names the file."""


@dataclass
class AskedFilms:
    """The films that are asked for, each once."""

    wishes: dict[Path, FilmWish] = field(default_factory=dict)
    """By the film's path from the root."""
    refused: list[Refusal] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    barred: set[Path] = field(default_factory=set)
    """Films whose row is wrong: no other input has them made as that row does not want them."""

    def add(self, wish: FilmWish) -> None:
        """Take a film up unless it is there; what a list says of it stays, whatever else names it."""
        key = absolute(wish.film)
        there = self.wishes.get(key)
        if there is None or (wish.layers and not there.layers):
            self.wishes[key] = wish

    def take_folder(self, folder: Path, found: Gathered) -> None:
        """Take up the films of a folder."""
        self.notes += found.notes
        for film in found.films:
            self.add(FilmWish(film=film, home=folder))


def absolute(path: Path) -> Path:
    """Return a path from the root; links stay, since a film's words lie beside them."""
    return Path(os.path.abspath(at_home(path)))  # noqa: PTH100 - `..` goes too


def is_pattern(text: str | Path) -> bool:
    """Tell whether a name stands for others."""
    return any(sign in str(text) for sign in _PATTERN)


def fitting(pattern: Path) -> list[Path]:
    """Return the films and folders that a pattern fits, by name; `**` reaches over folders."""
    found = (Path(name) for name in glob.glob(str(at_home(pattern)), recursive=True))  # noqa: PTH207 - absolute ones too
    return sorted({path for path in found if path.is_dir() or path.suffix.casefold() in FILM_SUFFIXES})


def fixed_part(pattern: Path) -> Path:
    """Return the folder that all that fits a pattern lies in."""
    parts = at_home(pattern).parent.parts
    fixed = next((at for at, part in enumerate(parts) if is_pattern(part)), len(parts))
    return Path(*parts[:fixed])


def take_input(
    given: Path,
    asked: AskedFilms,
    *,
    recursive: bool,
    exclude: Sequence[str],
    extras: bool,
    work: Path | None,
) -> None:
    """Take up what one input means that is no list.

    Raises:
        InputError: There is no such thing, or no film in it.
    """
    if given.is_dir():
        asked.take_folder(given, gather_films(given, recursive, exclude, extras, work))
    elif given.exists():
        asked.add(FilmWish(film=given, home=given.parent))
    elif is_pattern(given):
        found = fitting(given)
        films, folders = [path for path in found if not path.is_dir()], [path for path in found if path.is_dir()]
        home, told = fixed_part(given), []
        for film in films:
            if not any(matches(one, film.relative_to(home)) for one in exclude):
                asked.add(FilmWish(film=film, home=home))
        for folder in [] if films else folders:  # `season*`: folders of films
            try:
                asked.take_folder(folder, gather_films(folder, recursive, exclude, extras, work))
            except InputError as error:
                told.append(str(error))
        if not asked.wishes and told:
            raise InputError("no film lies in the folders that it fits", cure="try --recursive", path=show_name(given))
        if not found:
            raise InputError("no film has a name that this pattern fits", cure="check it", path=show_name(given))
    else:
        raise InputError("there is no such film or folder", cure="check the name", path=show_name(given))
