"""Which films a batch makes comics of, in which order, each by its own recipe and with a place of its own."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from configs.disk.roots import check_places
from configs.errors import FilmcomicError, InputError
from configs.recipes.recipe import Recipe
from tasks.batch.asked.film_lists import read_list
from tasks.batch.asked.inputs import LIST_SUFFIXES, AskedFilms, FilmWish, Refusal, absolute, take_input
from tasks.batch.asked.own_recipes import RecipeLayer, own_recipe
from tasks.batch.asked.seasons import EPISODES_OWN, episodes_before, season_layers
from tasks.batch.asked.sidecars import SidecarFinder
from tasks.batch.folder.destinations import comic_suffix, place_comics
from tasks.batch.folder.names import fold_name, show_name


@dataclass
class Arranged:
    """What a batch is going to do."""

    placed: dict[Path, Path] = field(default_factory=dict)
    """Each film's comic, in the order in which they are begun."""
    recipes: dict[Path, Recipe] = field(default_factory=dict)
    """Those of films that have one of their own."""
    priorities: dict[Path, int] = field(default_factory=dict)
    """Of films that have one; for all others it is 0."""
    refused: list[Refusal] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    season: bool = False
    before: dict[Path, Path] = field(default_factory=dict)
    """In a season, the episode before each; also where that one is refused."""

    def keep(self, wanted: Callable[[Path], bool]) -> None:
        """Leave out all other films; how comics are named stays as it is."""
        self.placed = {film: comic for film, comic in self.placed.items() if wanted(film)}
        self.refused = [each for each in self.refused if wanted(each.film)]

    def turn(self, film: Path) -> tuple[int, str, int, int, Path]:
        """Return by what films are put in order: their priority, in a season their number, their name."""
        first = -self.priorities.get(film, 0)
        recipe = self.recipes.get(film)
        if recipe is None or not self.season:
            return first, "", -1, -1, film
        return first, *_turn(recipe.series, recipe.season, recipe.number), film


def ask_films(
    inputs: Sequence[Path],
    *,
    recursive: bool = False,
    exclude: Sequence[str] = (),
    extras: bool = False,
    work: Path | None = None,
) -> AskedFilms:
    """Find the films that some inputs mean.

    Args:
        inputs: Folders, films, lists of films (`.csv`) and patterns.
        recursive: Look in the folders below too.
        exclude: Patterns of names that are left out.
        extras: Take trailers, samples and other extras too.
        work: The work folder: when it lies in a folder of films, it is no part of it.

    Raises:
        InputError: No input holds a film or a row of a list; the first one's trouble is told. Where others do, it is
            among the refusals.
    """
    asked, troubles = AskedFilms(), []
    for given in inputs:
        try:
            if given.suffix.casefold() in LIST_SUFFIXES and not given.is_dir():
                _take_list(given, asked)
            else:
                take_input(given, asked, recursive=recursive, exclude=exclude, extras=extras, work=work)
        except InputError as error:
            troubles.append((given, error))
    if troubles and not asked.wishes and not asked.refused:
        raise troubles[0][1]
    asked.refused += [Refusal(given, show_name(str(error))) for given, error in troubles]
    return asked


def _take_list(path: Path, asked: AskedFilms) -> None:
    before = len(asked.wishes) + len(asked.refused)
    read_list(path, asked)
    if len(asked.wishes) + len(asked.refused) == before:
        raise InputError("no film is named in it", cure="give it a line for each film", path=path)


def arrange(
    asked: AskedFilms,
    inputs: Sequence[Path],
    out: Path | None,
    base: Recipe,
    firm: Collection[str],
    *,
    season: bool = False,
) -> Arranged:
    """Give each film its recipe, its turn and its place; one with which something is wrong is refused alone.

    Args:
        asked: The films.
        inputs: Where they were found.
        out: Where the comics go; None for beside the films.
        base: The recipe of the batch.
        firm: Keys of it that beat the films' own.
        season: The films of a folder are the episodes of one series; a title for all of them is that of the series.

    Raises:
        OutputError: `out` is a file.
    """
    films = [wish.film for key, wish in asked.wishes.items() if key not in asked.barred]
    episodes = season_layers(films, base) if season else {}
    firm = [key for key in firm if not (season and key in EPISODES_OWN)]
    done = Arranged(refused=list(asked.refused), notes=list(asked.notes), season=season)
    wishes: dict[Path, FilmWish] = {}
    sidecars = SidecarFinder()
    for wish in asked.wishes.values():
        if absolute(wish.film) in asked.barred:
            continue
        try:
            layers, priority = sidecars.read(wish.film)
            layers = [*episodes.get(wish.film, ()), *layers, *wish.layers]
            recipe = own_recipe(base, layers, firm)
            check_places({"film": wish.film, "recipe": recipe})
        except FilmcomicError as error:
            done.refused.append(Refusal(wish.film, show_name(str(error))))
            continue
        wishes[wish.film] = wish
        if layers:
            done.recipes[wish.film] = recipe
        turn = priority if wish.priority is None else wish.priority
        if turn:
            done.priorities[wish.film] = turn
    if season:
        done.before = episodes_before(_turns(done.recipes, episodes))
    folders = dict.fromkeys(film.parent for film in wishes)
    done.notes += [note for folder in folders if (note := sidecars.stray(folder))]
    _place(done, asked, wishes, inputs, out, base)
    return done


def _turn(series: str, season: int | None, number: int | None) -> tuple[str, int, int]:
    return series, -1 if season is None else season, -1 if number is None else number


def _turns(
    recipes: Mapping[Path, Recipe], episodes: Mapping[Path, Sequence[RecipeLayer]]
) -> dict[Path, tuple[str, int, int]]:
    """Return the place of each film in its series; of those whose own recipe was refused as their folder tells it."""
    told = {}
    for film, layers in episodes.items():
        keys = {key: value for layer in layers for key, value in layer.keys.items()}
        found = recipes.get(film) or Recipe(**{key: keys[key] for key in keys.keys() & {"series", "season", "number"}})
        told[film] = _turn(found.series, found.season, found.number)
    return told


def _place(
    done: Arranged, asked: AskedFilms, films: Collection[Path], inputs: Sequence[Path], out: Path | None, base: Recipe
) -> None:
    """Say where each comic goes; who asks for a place that another film's comic has is refused.

    Films of which nothing comes now have a say in how the others' comics are named, lest those change later.
    """
    suffixes = {film: comic_suffix(recipe) for film, recipe in done.recipes.items()}
    suffix = comic_suffix(base)
    every = {wish.film: wish for wish in asked.wishes.values()}
    wishes = {film: wish for film, wish in every.items() if film in films}
    alone = len(inputs) == 1 and all(wish.home == inputs[0] for wish in every.values())
    homes = {} if alone else {film: wish.home for film, wish in every.items()}
    free = [film for film, wish in sorted(every.items()) if wish.comic is None]
    named = place_comics(free, inputs[0], out, suffix, homes=homes, suffixes=suffixes)
    placed = {film: comic for film, comic in named.items() if film in wishes}
    taken = {_place_key(comic): film for film, comic in named.items()}
    for film, wish in sorted(wishes.items()):
        if wish.comic is None:
            continue
        layer = wish.layers[-1]
        comic = (out or layer.path.parent) / wish.comic
        if wish.into:
            comic /= f"{film.stem}{suffixes.get(film, suffix)}"
        other = taken.setdefault(_place_key(comic), film)
        if other == film:
            placed[film] = comic
        else:
            problem = f"{comic} is the place of the comic of {other.name}"
            done.refused.append(Refusal(film, show_name(str(layer.blamed(problem, "name another", "out")))))
    for film in sorted(placed, key=done.turn):
        try:
            check_places({"out": placed[film]})
            done.placed[film] = placed[film]
        except FilmcomicError as error:
            done.refused.append(Refusal(film, show_name(str(error))))


def _place_key(comic: Path) -> str:
    return fold_name(str(absolute(comic)))
